//! `cargo xtask bench-check`: compares how many instructions the client needs with stored baselines.
//!
//! Callgrind counts those in user space of `benches/instructions.rs`, a release build on the package
//! that is published. What two runs differ in is what they repeat, without the start of the process.

#[path = "../../benches/calls/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::files::{copy_changed, failed, read, write, write_changed};
use crate::project::Project;
use crate::text::table;
use crate::{dist, process};

const MEASURED: [&str; 5] = ["decode", "build", "check", "sign", "call"];
const TIMES: [u32; 2] = [100, 600];
/// The largest change of a count, in per cent, with the compiler of the baselines and with another.
const TOLERANCE: f64 = 3.0;
const WITH_ANOTHER_COMPILER: f64 = 10.0;
const BASELINES: &str = "benches/baselines.json";
/// So long that the client always waits, and so always does the same.
const LATENCY: Duration = Duration::from_millis(2);

/// Functions of the C library are those that every processor has.
const ON_ANY_PROCESSOR: &str = "glibc.cpu.hwcaps=-AVX,-AVX2,-AVX2_Usable,-ERMS";

const MANIFEST: &str = r#"[package]
name = "instructions"
edition = "2021"

[workspace]

[[bin]]
name = "instructions"
path = "src/main.rs"

[dependencies]
cloudfn = { path = "../dist/cloudfn", default-features = false, features = ["functiongraph"] }
serde_json = "1"
tokio = { version = "1", features = ["macros", "net", "rt"] }
"#;

/// Instructions by what they do, and which compiler made them.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Counts {
    rustc: String,
    target: String,
    instructions: BTreeMap<String, u64>,
}

/// Compares with the baselines, or with `accept` stores new ones.
pub fn run(project: &Project, accept: bool) -> Result<(), String> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("SKIPPED bench-check: install valgrind");
        return Ok(());
    }
    let [rustc, target] = compiler()?;
    let file = project.root.join(BASELINES);
    let baselines = match accept {
        true => None,
        false => Some(baselines(&read(&file)?)?),
    };
    if let Some(of) = baselines.as_ref().map(|counts| &counts.target).filter(|of| **of != target) {
        println!("SKIPPED bench-check: {BASELINES} is for {of}, and this is {target}");
        return Ok(());
    }
    let folder = project.target.join("bench-check");
    let program = program(project, &folder)?;
    let sample = folder.join("sample.json");
    write(&sample, &server::published_version())?;
    let url = server::start(LATENCY).map_err(|e| format!("the server cannot start: {e}"))?;
    let mut instructions = BTreeMap::new();
    for what in MEASURED {
        let counted = |times: u32| {
            let profile = folder.join(format!("callgrind.{what}"));
            let mut valgrind = Command::new("valgrind");
            valgrind.args(["--tool=callgrind", "--quiet"]);
            valgrind.arg(format!("--callgrind-out-file={}", profile.display()));
            valgrind.arg(&program).args([what, &times.to_string(), &url]).arg(&sample);
            valgrind.env("GLIBC_TUNABLES", ON_ANY_PROCESSOR);
            process::must_succeed(&mut valgrind, &format!("{what} failed"))?;
            total(&read(&profile)?).ok_or_else(|| format!("{} has no total", profile.display()))
        };
        let [few, many] = TIMES;
        let each = counted(many)?.saturating_sub(counted(few)?) / u64::from(many - few);
        instructions.insert(what.to_owned(), each);
    }
    let counts = Counts { rustc, target, instructions };
    let Some(baselines) = baselines else {
        let json = serde_json::to_string_pretty(&counts).map_err(|e| e.to_string())?;
        println!("{json}\nstored in {BASELINES}");
        return write(&file, &(json + "\n"));
    };
    compared(&baselines, &counts)
}

/// Prints both. Fails if a count changed too much, for better or worse.
fn compared(baselines: &Counts, counts: &Counts) -> Result<(), String> {
    let mut tolerance = TOLERANCE;
    if baselines.rustc != counts.rustc {
        tolerance = WITH_ANOTHER_COMPILER;
        println!(
            "NOTE: {BASELINES} is for rustc {}, and this is {}: the tolerance is {tolerance} %, \
             not {TOLERANCE} %",
            baselines.rustc, counts.rustc
        );
    }
    let headings = ["instructions", "baseline", "now", "change"].map(str::to_owned).to_vec();
    let mut rows = vec![headings];
    let mut changed = Vec::new();
    for (what, now) in &counts.instructions {
        let before = baselines.instructions.get(what);
        let before = *before.ok_or_else(|| format!("{BASELINES} has no {what}; {ACCEPT}"))?;
        let change = (*now as f64 - before as f64) * 100.0 / before as f64;
        let cells = [what.clone(), before.to_string(), now.to_string(), format!("{change:+.2} %")];
        rows.push(cells.to_vec());
        if change.is_nan() || change.abs() > tolerance {
            changed.push(format!("{what} by {change:+.2} %"));
        }
    }
    println!("{}", table(&rows, 1, usize::MAX));
    match changed.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "instructions changed by more than {tolerance} %: {}; see the profiles \
             target/bench-check/callgrind.* with callgrind_annotate; {ACCEPT}",
            changed.join(", ")
        )),
    }
}

const ACCEPT: &str = "if it is intended, store new baselines: cargo xtask bench-check --accept";

fn baselines(json: &str) -> Result<Counts, String> {
    serde_json::from_str(json).map_err(|e| format!("{BASELINES}: {e}"))
}

/// The version of the compiler, and what it compiles for.
fn compiler() -> Result<[String; 2], String> {
    let (_, said) = process::outcome(Command::new("rustc").arg("-vV"))?;
    let after = |label: &str| said.lines().find_map(|line| line.strip_prefix(label));
    match (after("release: "), after("host: ")) {
        (Some(release), Some(host)) => Ok([release.to_owned(), host.to_owned()]),
        _ => Err(format!("rustc -vV does not say its version:\n{said}")),
    }
}

/// Builds the program in `folder`.
fn program(project: &Project, folder: &Path) -> Result<PathBuf, String> {
    dist::make(project)?;
    write_changed(&folder.join("Cargo.toml"), MANIFEST)?;
    let source = project.root.join("benches/instructions.rs");
    copy_changed(&source, &folder.join("src/main.rs"), &|text| text)?;
    let lock = folder.join("Cargo.lock");
    fs::copy(project.root.join("Cargo.lock"), &lock).map_err(|e| failed(&lock, &e))?;
    let mut command = project.cargo(&["build", "--release", "--quiet"]);
    command.current_dir(folder).env("CARGO_TARGET_DIR", &project.target);
    process::must_succeed(&mut command, "benches/instructions.rs cannot be built")?;
    Ok(project.target.join("release/instructions"))
}

/// The number of instructions in a profile.
fn total(profile: &str) -> Option<u64> {
    profile.lines().find_map(|line| line.strip_prefix("totals: ")?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(rustc: &str, decode: u64) -> Counts {
        let instructions = BTreeMap::from([("decode".to_owned(), decode)]);
        Counts { rustc: rustc.to_owned(), target: "x86_64".to_owned(), instructions }
    }

    #[test]
    fn more_and_fewer_instructions_fail_beyond_the_tolerance() {
        let compared = |now| compared(&counts("1.95.0", 1000), &counts("1.95.0", now));
        assert_eq!((compared(1030), compared(970)), (Ok(()), Ok(())));
        let said = compared(1031).unwrap_err();
        assert!(said.contains("more than 3 %: decode by +3.10 %"), "{said}");
        assert!(said.ends_with("cargo xtask bench-check --accept"), "{said}");
        assert!(compared(969).unwrap_err().contains("decode by -3.10 %"));
    }

    #[test]
    fn another_compiler_has_a_wider_tolerance() {
        let compared = |now| compared(&counts("1.95.0", 1000), &counts("1.96.0", now));
        assert_eq!(compared(1100), Ok(()));
        assert!(compared(1101).unwrap_err().contains("more than 10 %"));
    }

    #[test]
    fn what_has_no_baseline_fails() {
        let mut baselines = counts("1.95.0", 1000);
        assert!(compared(&baselines, &counts("1.95.0", 0)).is_err());
        baselines.instructions.clear();
        let said = compared(&baselines, &counts("1.95.0", 1000)).unwrap_err();
        assert!(said.starts_with("benches/baselines.json has no decode"), "{said}");
    }

    #[test]
    fn the_total_of_a_profile_is_read() {
        assert_eq!(total("events: Ir\nsummary: 12\n\ntotals: 12\n"), Some(12));
        assert_eq!(total("events: Ir\n"), None);
    }
}
