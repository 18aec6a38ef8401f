//! The manifests of the package and of the tests that run against it, derived from the project's.

use std::path::Path;

use toml_edit::{value, DocumentMut, Item, Table, TableLike};

/// What the published package does not have.
const LEFT_OUT: [&str; 7] =
    ["bench", "build-dependencies", "lints", "profile", "test", "workspace", "dev-dependencies"];

/// The manifest of the package: complete in itself, with the dependencies and features of `schema`,
/// which it contains.
pub fn of_package(root: &str, schema: &str) -> Result<String, String> {
    let mut package = inlined(root)?;
    let schema = parsed(schema)?;
    package["dependencies"].as_table_mut().and_then(|table| table.remove("cloudfn-schema"));
    for (name, dependency) in schema["dependencies"].as_table().into_iter().flat_map(Table::iter) {
        if package["dependencies"].get(name).is_none() {
            package["dependencies"][name] = dependency.clone();
        }
    }
    for (name, feature) in schema["features"].as_table().into_iter().flat_map(Table::iter) {
        package["features"][name] = feature.clone();
    }
    let for_examples = package["dev-dependencies"]["tokio"].clone();
    for key in LEFT_OUT {
        package.remove(key);
    }
    package["dev-dependencies"] = Item::Table(Table::new());
    package["dev-dependencies"]["tokio"] = for_examples;
    package["package"].as_table_mut().and_then(|table| table.remove("publish"));
    package["workspace"] = Item::Table(Table::new());
    Ok(package.to_string())
}

/// The manifest of the tests: the project's development dependencies, and the package.
pub fn of_suite(root: &str, folder: &Path) -> Result<String, String> {
    let mut suite = inlined(root)?;
    let own = suite["dependencies"].clone();
    for key in
        ["bench", "bin", "build-dependencies", "dependencies", "example", "features", "lints"]
    {
        suite.remove(key);
    }
    let dependencies = &mut suite["dev-dependencies"];
    dependencies["cloudfn"]["path"] = value("../cloudfn");
    dependencies["cloudfn-codegen"]["path"] = value(folder.join("codegen").display().to_string());
    dependencies["cloudfn-schema"]["path"] = value(folder.join("schema").display().to_string());
    for (name, dependency) in own.as_table().into_iter().flat_map(Table::iter) {
        if suite["dev-dependencies"].get(name).is_none() {
            suite["dev-dependencies"][name] = dependency.clone();
        }
    }
    for (_, dependency) in
        suite["dev-dependencies"].as_table_mut().into_iter().flat_map(Table::iter_mut)
    {
        if let Some(table) = dependency.as_table_like_mut() {
            table.remove("optional");
        }
    }
    suite["package"]["name"] = value("cloudfn-suite");
    suite["workspace"] = Item::Table(Table::new());
    Ok(suite.to_string())
}

/// The project's manifest, with what it inherits from its workspace written out.
fn inlined(root: &str) -> Result<DocumentMut, String> {
    let mut manifest = parsed(root)?;
    let workspace = manifest["workspace"].clone();
    inherit(&mut manifest["package"], &workspace["package"]);
    for table in ["dependencies", "dev-dependencies"] {
        inherit(&mut manifest[table], &workspace["dependencies"]);
    }
    Ok(manifest)
}

/// Writes out what entries of `table` inherit with `workspace = true`.
fn inherit(table: &mut Item, workspace: &Item) {
    let entries = table.as_table_like_mut().into_iter().flat_map(TableLike::iter_mut);
    for (name, entry) in entries {
        let inherits = entry.get("workspace").and_then(Item::as_bool) == Some(true);
        if let (true, Some(from)) = (inherits, workspace.get(name.get())) {
            let features = entry.get("features").cloned();
            *entry = from.clone();
            if let Some(features) = features {
                entry["features"] = features;
            }
        }
    }
}

pub(super) fn parsed(text: &str) -> Result<DocumentMut, String> {
    text.parse().map_err(|e| format!("Cargo.toml: {e}"))
}
