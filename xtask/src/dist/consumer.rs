//! A program that depends on the package, and what it has to build.

use std::collections::BTreeSet;
use std::path::Path;

use super::Dist;
use crate::files::write;
use crate::process;
use crate::project::Project;

/// Features of the package, and crates that it must not depend on with them. An HTTP client has some
/// of these crates for itself.
const GRAPHS: [(&str, &[&str]); 3] = [
    ("functiongraph rustls", &["base64", "axum", "clap", "schemars", "native-tls"]),
    ("authing rustls", &["hmac", "sha2", "regex-lite", "axum", "clap", "schemars", "native-tls"]),
    ("functiongraph authing rustls mock", &["clap", "schemars", "native-tls"]),
];

/// Crates that only the generator needs.
const OF_GENERATOR: [&str; 4] = ["openapiv3", "prettyplease", "progenitor", "serde-saphyr"];

/// A program that uses both APIs.
const PROGRAM: &str = r#"fn main() {
    let client = cloudfn::authing::Client::builder().endpoint("http://127.0.0.1:9").build();
    assert!(client.is_err(), "a client without credentials");
    let urn = "urn:fss:cn-north-4:p:function:default:f".parse::<cloudfn::functiongraph::FunctionUrn>();
    println!("{}", urn.map(|urn| urn.function().to_owned()).unwrap_or_default());
}
"#;

/// Builds and runs the program.
pub(super) fn runs(dist: &Dist<'_>) -> Result<(), String> {
    dist.cargo(&dist.folder.join("consumer"), &["run", "--quiet"])
}

/// Checks what the program depends on with each choice of features.
pub(super) fn has_dependencies(dist: &Dist<'_>) -> Result<(), String> {
    let folder = dist.folder.join("consumer");
    write(&folder.join("src/main.rs"), PROGRAM)?;
    dist.with_lock_file(&folder)?;
    for (features, absent) in GRAPHS {
        let listed: Vec<String> = features.split(' ').map(|name| format!("{name:?}")).collect();
        let manifest = format!(
            "[package]\nname = \"consumer\"\nedition = \"2021\"\n\n[workspace]\n\n\
             [dependencies.cloudfn]\npath = \"../cloudfn\"\ndefault-features = false\n\
             features = [{}]\n",
            listed.join(", ")
        );
        write(&folder.join("Cargo.toml"), &manifest)?;
        let own = crates(dist.project, &folder, &["--package", "cloudfn", "--depth", "1"])?;
        let names = crates(dist.project, &folder, &[])?;
        let unwanted = absent.iter().find(|name| own.contains(**name));
        let of_generator = OF_GENERATOR.iter().find(|name| names.contains(**name));
        if let Some(name) = unwanted.or(of_generator) {
            return Err(format!("the features {features} of the package bring the crate {name}"));
        }
        println!("dependencies with {features}: {} crates", names.len());
    }
    Ok(())
}

/// The names of the crates that `cargo tree` lists in `folder`.
pub fn crates(
    project: &Project,
    folder: &Path,
    options: &[&str],
) -> Result<BTreeSet<String>, String> {
    let mut tree = project.cargo(&["tree", "--edges", "normal,build", "--prefix", "none"]);
    let (succeeds, text) = process::outcome(tree.args(options).current_dir(folder))?;
    match succeeds {
        true => Ok(text.lines().filter_map(|l| l.split(' ').next()).map(str::to_owned).collect()),
        false => Err(format!("cargo tree failed in {}:\n{text}", folder.display())),
    }
}
