//! The manifests of the copies, made from the project's.

use toml_edit::{value, Array, DocumentMut, Item};

/// The manifests of a workspace of copies.
pub struct Parts {
    pub workspace: String,
    pub packages: Vec<String>,
}

/// The name of a copy, and of its folder.
pub fn package(index: usize) -> String {
    format!("cloudfn-{index}")
}

/// What a copy does not build.
const LEFT_OUT: [&str; 5] = ["bench", "bin", "example", "profile", "workspace"];

/// Takes the project's manifest apart, for `count` copies of its root package.
pub fn split(text: &str, count: usize) -> Result<Parts, String> {
    let whole: DocumentMut = text.parse().map_err(|e| format!("Cargo.toml: {e}"))?;
    let mut workspace = DocumentMut::new();
    for key in ["workspace", "profile"] {
        workspace[key] = whole[key].clone();
    }
    let members = (0..count).map(package).chain(["codegen".to_owned()]);
    workspace["workspace"]["members"] = value(members.collect::<Array>());
    let packages = (0..count).map(|index| {
        let mut copy = whole.clone();
        for key in LEFT_OUT {
            copy.remove(key);
        }
        copy["package"]["name"] = value(package(index));
        for found in ["autobenches", "autobins", "autoexamples", "autotests"] {
            copy["package"][found] = value(false);
        }
        copy["lib"]["name"] = value("cloudfn");
        copy["dev-dependencies"]["cloudfn"]["package"] = value(package(index));
        if let Some(tests) = copy.get_mut("test").and_then(Item::as_array_of_tables_mut) {
            tests.retain(|test| test["name"].as_str() == Some("contract"));
        }
        // Nobody looks into a copy with a debugger, and less code is compiled faster.
        let profile = &mut workspace["profile"]["dev"]["package"][package(index).as_str()];
        profile["debug"] = value(false);
        profile["overflow-checks"] = value(false);
        copy.to_string()
    });
    let packages = packages.collect();
    Ok(Parts { workspace: workspace.to_string(), packages })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_the_library_with_the_contract_suite() {
        let text = include_str!("../../../Cargo.toml");
        let parts = split(text, 2).unwrap();
        let workspace: DocumentMut = parts.workspace.parse().unwrap();
        let members = workspace["workspace"]["members"].as_array().unwrap();
        let members: Vec<&str> = members.iter().filter_map(|member| member.as_str()).collect();
        assert_eq!(members, ["cloudfn-0", "cloudfn-1", "codegen"]);
        let copy: DocumentMut = parts.packages[1].parse().unwrap();
        assert_eq!(copy["package"]["name"].as_str(), Some("cloudfn-1"));
        assert_eq!(copy["dev-dependencies"]["cloudfn"]["package"].as_str(), Some("cloudfn-1"));
        assert_eq!(copy["test"].as_array_of_tables().unwrap().len(), 1);
        assert!(copy.get("bin").is_none() && copy.get("workspace").is_none());
    }
}
