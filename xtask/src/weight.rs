//! `cargo xtask weight`: what a program has to build to use the client, against one without it.

use std::fs;

use crate::dist;
use crate::files::{self, copy_changed, failed, write};
use crate::process::{self, seconds};
use crate::project::Project;
use crate::text::table;

/// What a program without the client depends on.
const HAND_WRITTEN: &str = r#"
reqwest = { version = "0.13", default-features = false, features = ["json", "rustls"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
tokio = { version = "1", features = ["rt", "time"] }
jiff = { version = "0.2", default-features = false, features = ["std"] }
percent-encoding = "2"
hmac = "0.13"
sha2 = "0.11"
"#;

/// The APIs whose clients are built, each alone.
const APIS: [&str; 2] = ["functiongraph", "authing"];

/// Builds each program from nothing, in the profile `dev`, and prints what that took.
pub fn run(project: &Project) -> Result<(), String> {
    let library = dist::make(project)?.join("src/lib.rs");
    let folder = project.target.join("weight");
    let consumer = Project { root: folder.clone(), target: folder.join("target") };
    let lock = "Cargo.lock";
    copy_changed(&project.root.join(lock), &folder.join(lock), &|text| text)?;
    std::env::set_var("CARGO_INCREMENTAL", "0");
    let least = from_nothing(&consumer, HAND_WRITTEN, "reqwest::Client::new()")?;
    let cells = |name: String, all: [f64; 2], own: String| {
        let [seconds, crates] =
            [0, 1].map(|at| format!("{:.0}: {:.2}", all[at], all[at] / least[at]));
        vec![name, seconds, own, crates]
    };
    let mut rows = vec![HEADINGS.map(str::to_owned).to_vec()];
    rows.push(cells("hand-written, signed".to_owned(), least, String::new()));
    for api in APIS {
        let dependency = format!(
            "cloudfn = {{ path = \"../dist/cloudfn\", default-features = false, \
             features = [\"{api}\", \"rustls\"] }}\n"
        );
        let line = format!("cloudfn::{api}::Client::builder().build()");
        let all = from_nothing(&consumer, &dependency, &line)?;
        files::touch(&library)?;
        let [_, own] = seconds(|| consumer.build("--quiet"))?;
        rows.push(cells(format!("cloudfn, {api}"), all, format!("{own:.1}")));
    }
    println!("{}", table(&rows, 1, usize::MAX));
    Ok(())
}

/// Builds a program that has some dependencies, and uses them in one expression: the seconds of
/// processors, and the number of crates.
fn from_nothing(
    consumer: &Project,
    dependencies: &str,
    expression: &str,
) -> Result<[f64; 2], String> {
    let Project { root, target } = consumer;
    let manifest =
        "[package]\nname = \"weight\"\nedition = \"2021\"\n\n[workspace]\n\n[dependencies]\n";
    write(&root.join("Cargo.toml"), &format!("{manifest}{dependencies}"))?;
    write(&root.join("src/main.rs"), &format!("fn main() {{\n    let _ = {expression};\n}}\n"))?;
    process::must_succeed(&mut consumer.cargo(&["fetch", "--quiet"]), "cargo fetch failed")?;
    if target.exists() {
        fs::remove_dir_all(target).map_err(|e| failed(target, &e))?;
    }
    let [_, used] = seconds(|| consumer.build("--quiet"))?;
    // The program itself is listed too.
    let crates = dist::crates(consumer, root, &[])?.len() - 1;
    Ok([used, crates as f64])
}

const HEADINGS: [&str; 4] = ["program", "CPU s", "of these, the client", "crates"];
