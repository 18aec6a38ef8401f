//! A program that depends on the package, and what it has to build.

use super::Dist;
use crate::files::write;
use crate::process;

/// Features of the package, and crates that they must not bring.
const GRAPHS: [(&str, &[&str]); 3] = [
    ("functiongraph rustls", &["base64", "axum", "clap", "schemars", "native-tls"]),
    ("authing rustls", &["hmac", "sha2", "axum", "clap", "schemars", "native-tls"]),
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

/// Checks the dependencies of each choice of features, then builds and runs the program.
pub(super) fn check(dist: &Dist<'_>) -> Result<(), String> {
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
        let arguments = ["tree", "--edges", "normal,build", "--prefix", "none"];
        let mut tree = dist.project.cargo(&arguments);
        let (succeeds, text) = process::outcome(tree.current_dir(&folder))?;
        if !succeeds {
            return Err(format!("cargo tree failed for the features {features}:\n{text}"));
        }
        let mut names: Vec<&str> = text.lines().filter_map(|line| line.split(' ').next()).collect();
        names.sort_unstable();
        names.dedup();
        let unwanted = absent.iter().chain(&OF_GENERATOR).find(|name| names.contains(name));
        if let Some(name) = unwanted {
            return Err(format!("the features {features} of the package bring the crate {name}"));
        }
        println!("dependencies with {features}: {} crates", names.len());
    }
    dist.cargo(&folder, &["run", "--quiet"])
}
