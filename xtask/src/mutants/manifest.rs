//! The manifests of the copies, derived from the project's.

use std::path::Path;

use toml_edit::{value, Array, ArrayOfTables, DocumentMut, Item, Table};

/// The manifests of a workspace of copies.
pub struct Parts {
    pub workspace: String,
    pub packages: Vec<String>,
}

/// The name of a copy, and of its folder.
pub fn package(index: usize) -> String {
    format!("cloudfn-{index}")
}

/// What a copy does not build or need.
const LEFT_OUT: [&str; 7] = ["bench", "bin", "example", "lib", "profile", "test", "workspace"];

/// Makes manifests from that of the project in `root`, for `count` copies of its root package.
pub fn split(text: &str, root: &Path, count: usize) -> Result<Parts, String> {
    let whole: DocumentMut = text.parse().map_err(|e| format!("Cargo.toml: {e}"))?;
    let mut workspace = DocumentMut::new();
    for key in ["workspace", "profile"] {
        workspace[key] = whole[key].clone();
    }
    workspace["workspace"]["members"] = value((0..count).map(package).collect::<Array>());
    // In the shared target folder, cargo could not tell a copy of it from the project's own, and
    // would not rebuild it after a change.
    for member in ["codegen", "schema"] {
        let path = root.join(member).display().to_string();
        let name = format!("cloudfn-{member}");
        workspace["workspace"]["dependencies"][name.as_str()]["path"] = value(path);
    }
    let packages = (0..count).map(|index| {
        // Nobody debugs a copy, and this compiles faster.
        let profile = &mut workspace["profile"]["dev"]["package"][package(index).as_str()];
        profile["debug"] = value(false);
        profile["overflow-checks"] = value(false);
        copy(&whole, index).to_string()
    });
    let packages = packages.collect();
    Ok(Parts { workspace: workspace.to_string(), packages })
}

/// Library and contract suite as one program, a cargo example with the features of the project's
/// tests. In a program, unused code costs least.
fn copy(whole: &DocumentMut, index: usize) -> DocumentMut {
    let mut copy = whole.clone();
    for key in LEFT_OUT {
        copy.remove(key);
    }
    let package = &mut copy["package"];
    package["name"] = value(self::package(index));
    for found in ["autobenches", "autobins", "autoexamples", "autolib", "autotests"] {
        package[found] = value(false);
    }
    let own = copy["dev-dependencies"].as_table_mut().and_then(|table| table.remove("cloudfn"));
    let of_tests = own.as_ref().and_then(|own| own.get("features")).and_then(Item::as_array);
    if let Some(default) = copy["features"]["default"].as_array_mut() {
        default.extend(of_tests.into_iter().flatten().cloned());
    }
    let mut program = Table::new();
    program["name"] = value(self::package(index));
    program["path"] = value("src/lib.rs");
    let mut programs = ArrayOfTables::new();
    programs.push(program);
    copy["example"] = Item::ArrayOfTables(programs);
    copy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_a_program_with_the_features_of_tests() {
        let text = include_str!("../../../Cargo.toml");
        let parts = split(text, Path::new("/project"), 2).unwrap();
        let workspace: DocumentMut = parts.workspace.parse().unwrap();
        let members = workspace["workspace"]["members"].as_array().unwrap();
        let members: Vec<&str> = members.iter().filter_map(|member| member.as_str()).collect();
        assert_eq!(members, ["cloudfn-0", "cloudfn-1"]);
        let codegen = &workspace["workspace"]["dependencies"]["cloudfn-codegen"]["path"];
        assert_eq!(
            codegen.as_str().map(Path::new),
            Some(Path::new("/project").join("codegen")).as_deref()
        );
        let copy: DocumentMut = parts.packages[1].parse().unwrap();
        assert_eq!(copy["package"]["name"].as_str(), Some("cloudfn-1"));
        assert_eq!(copy["example"][0]["path"].as_str(), Some("src/lib.rs"));
        let features = copy["features"]["default"].as_array().unwrap();
        assert!(features.iter().any(|feature| feature.as_str() == Some("mock")));
        assert!(copy.get("bin").is_none() && copy.get("workspace").is_none());
        assert!(copy["dev-dependencies"].get("cloudfn").is_none());
    }
}
