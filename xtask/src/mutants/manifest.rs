//! The manifest of the copy, derived from the project's.

use std::path::Path;

use toml_edit::{value, Array, ArrayOfTables, DocumentMut, Item, Table};

/// The name of the copy, and of its program.
pub const NAME: &str = "cloudfn-mutants";

/// What the copy does not build or need.
const LEFT_OUT: [&str; 5] = ["bench", "bin", "example", "lib", "test"];

/// Makes the manifest from that of the project in `root`: library and contract suite as one program, a
/// cargo example with the features of the project's tests. In a program, unused code costs least.
pub fn of_copy(text: &str, root: &Path) -> Result<String, String> {
    let mut copy: DocumentMut = text.parse().map_err(|e| format!("Cargo.toml: {e}"))?;
    for key in LEFT_OUT {
        copy.remove(key);
    }
    copy["workspace"]["members"] = value(Array::new());
    // In the shared target folder, cargo could not tell a copy of it from the project's own, and
    // would not rebuild it after a change.
    for member in ["codegen", "schema"] {
        let path = root.join(member).display().to_string();
        let name = format!("cloudfn-{member}");
        copy["workspace"]["dependencies"][name.as_str()]["path"] = value(path);
    }
    // Nobody debugs a copy, and this compiles faster.
    let profile = &mut copy["profile"]["dev"]["package"][NAME];
    profile["debug"] = value(false);
    profile["overflow-checks"] = value(false);
    let package = &mut copy["package"];
    package["name"] = value(NAME);
    for found in ["autobenches", "autobins", "autoexamples", "autolib", "autotests"] {
        package[found] = value(false);
    }
    let own = copy["dev-dependencies"].as_table_mut().and_then(|table| table.remove("cloudfn"));
    let of_tests = own.as_ref().and_then(|own| own.get("features")).and_then(Item::as_array);
    if let Some(default) = copy["features"]["default"].as_array_mut() {
        default.extend(of_tests.into_iter().flatten().cloned());
    }
    let mut program = Table::new();
    program["name"] = value(NAME);
    program["path"] = value("src/lib.rs");
    let mut programs = ArrayOfTables::new();
    programs.push(program);
    copy["example"] = Item::ArrayOfTables(programs);
    Ok(copy.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_a_program_with_the_features_of_tests() {
        let text = include_str!("../../../Cargo.toml");
        let copy: DocumentMut = of_copy(text, Path::new("/project")).unwrap().parse().unwrap();
        let codegen = &copy["workspace"]["dependencies"]["cloudfn-codegen"]["path"];
        assert_eq!(
            codegen.as_str().map(Path::new),
            Some(Path::new("/project").join("codegen")).as_deref()
        );
        assert_eq!(copy["package"]["name"].as_str(), Some(NAME));
        assert_eq!(copy["example"][0]["path"].as_str(), Some("src/lib.rs"));
        let features = copy["features"]["default"].as_array().unwrap();
        assert!(features.iter().any(|feature| feature.as_str() == Some("mock")));
        assert!(copy.get("bin").is_none());
        assert!(copy["dev-dependencies"].get("cloudfn").is_none());
    }
}
