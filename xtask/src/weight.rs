//! `cargo xtask weight`: what a program has to build to use the client, against one without it.

use std::fs;

use crate::dist;
use crate::files::{self, failed, read, write};
use crate::process::{self, seconds};
use crate::project::Project;
use crate::text::table;

/// Programs, what they depend on, and a line that uses it.
const PROGRAMS: [(&str, &str, &str); 3] = [
    (
        "hand-written, signed",
        "reqwest = { version = \"0.13\", default-features = false, features = [\"json\", \"rustls\"] }\n\
         serde = { version = \"1\", features = [\"derive\"] }\n\
         serde_json = \"1\"\n\
         tokio = { version = \"1\", features = [\"rt\", \"time\"] }\n\
         jiff = { version = \"0.2\", default-features = false, features = [\"std\"] }\n\
         percent-encoding = \"2\"\n\
         hmac = \"0.13\"\n\
         sha2 = \"0.11\"\n",
        "let _ = reqwest::Client::new();",
    ),
    (
        "cloudfn, functiongraph",
        "cloudfn = { path = \"../dist/cloudfn\", default-features = false, features = [\"functiongraph\", \"rustls\"] }\n",
        "let _ = cloudfn::functiongraph::Client::builder().build();",
    ),
    (
        "cloudfn, authing",
        "cloudfn = { path = \"../dist/cloudfn\", default-features = false, features = [\"authing\", \"rustls\"] }\n",
        "let _ = cloudfn::authing::Client::builder().build();",
    ),
];

/// Builds each program from nothing, in the profile `dev`, and prints what that took.
pub fn run(project: &Project) -> Result<(), String> {
    let package = dist::make(project)?;
    let folder = project.target.join("weight");
    let consumer = Project { root: folder.clone(), target: folder.join("target") };
    let lock = folder.join("Cargo.lock");
    write(&lock, &read(&project.root.join("Cargo.lock"))?)?;
    std::env::set_var("CARGO_INCREMENTAL", "0");
    let mut rows = vec![HEADINGS.map(str::to_owned).to_vec()];
    let mut first = None;
    for (name, dependencies, line) in PROGRAMS {
        let manifest =
            "[package]\nname = \"weight\"\nedition = \"2021\"\n\n[workspace]\n\n[dependencies]\n";
        write(&folder.join("Cargo.toml"), &format!("{manifest}{dependencies}"))?;
        write(&folder.join("src/main.rs"), &format!("fn main() {{\n    {line}\n}}\n"))?;
        process::must_succeed(&mut consumer.cargo(&["fetch", "--quiet"]), "cargo fetch failed")?;
        if consumer.target.exists() {
            fs::remove_dir_all(&consumer.target).map_err(|e| failed(&consumer.target, &e))?;
        }
        let [_, all] = seconds(|| consumer.build("--quiet"))?;
        let own = match dependencies.contains("cloudfn") {
            true => {
                files::touch(&package.join("src/lib.rs"))?;
                let [_, own] = seconds(|| consumer.build("--quiet"))?;
                format!("{own:.1}")
            }
            false => String::new(),
        };
        let crates = dist::crates(&consumer, &folder, &[])?.len() - 1;
        let (least_seconds, least_crates) = *first.get_or_insert((all, crates));
        let ratio = |now: f64, before: f64| format!("{now:.0}: {:.2}", now / before);
        let cells = [
            name.to_owned(),
            ratio(all, least_seconds),
            own,
            ratio(crates as f64, least_crates as f64),
        ];
        rows.push(cells.to_vec());
    }
    println!("{}", table(&rows, 1, usize::MAX));
    Ok(())
}

const HEADINGS: [&str; 4] = ["program", "CPU s", "of these, the client", "crates"];
