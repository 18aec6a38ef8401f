//! `cargo xtask fuzz`: searches for inputs that break the code that reads untrusted text.
//!
//! It runs libFuzzer without cargo-fuzz, on the stable compiler, which has stable options for what
//! cargo-fuzz needs.

mod build;
mod keep;
mod search;

use std::path::PathBuf;
use std::time::Duration;

use crate::project::Project;
use search::{Outcome, Searcher};

/// Searches in `targets`, or in all if empty, for `seconds` in total. Then recreates the kept corpus
/// if requested.
pub fn run(project: &Project, targets: &[String], seconds: u64, keep: bool) -> Result<(), String> {
    let targets = chosen(project, targets)?;
    if let Some(missing) = build::missing() {
        println!("fuzz: skipped: {missing}");
        return Ok(());
    }
    let binary = build::build(project)?;
    let share = Duration::from_secs(seconds).as_secs_f64() / targets.len() as f64;
    let share = (share.round() as u64).max(1);
    println!("{} targets, {share} s each", targets.len());
    println!(
        "{:<18} {:>10} {:>8} {:>16} {:>11}",
        "target", "tried", "per s", "coverage", "new inputs"
    );
    let mut broken = Vec::new();
    for target in &targets {
        let searcher = Searcher { project, binary: &binary, target };
        let outcome = searcher.search(share)?;
        show(target, &outcome);
        if let Some(found) = &outcome.found {
            let file = project.relative(&found.file);
            println!("  {}", found.message.replace('\n', "\n  "));
            println!("  input:  {file} ({} bytes)", found.bytes);
            println!("  replay: cargo run -p cloudfn-fuzz -- {target} {file}");
            println!("  once fixed: keep the input in fuzz/regressions/{target}/");
            broken.push(target.as_str());
        }
    }
    if keep {
        for target in &targets {
            keep::keep(&Searcher { project, binary: &binary, target })?;
        }
    }
    match broken.is_empty() {
        true => Ok(()),
        false => Err(format!("failing inputs were found for {}", broken.join(", "))),
    }
}

fn show(target: &str, outcome: &Outcome) {
    let Outcome { tried, per_second, coverage: (before, after), new, .. } = outcome;
    let coverage = format!("{before} -> {after}");
    println!("{target:<18} {tried:>10} {per_second:>8} {coverage:>16} {new:>11}");
}

/// The targets with these names, or all without names.
fn chosen(project: &Project, names: &[String]) -> Result<Vec<String>, String> {
    let folder = targets_folder(project);
    let entries = std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let name = |entry: std::fs::DirEntry| {
        let name = entry.file_name().to_str()?.strip_suffix(".rs")?.to_owned();
        (name != "mod").then_some(name)
    };
    let mut known: Vec<String> = entries.flatten().filter_map(name).collect();
    known.sort();
    match names.iter().find(|name| !known.contains(name)) {
        Some(unknown) => {
            Err(format!("there is no fuzz target `{unknown}`, only {}", known.join(", ")))
        }
        None if names.is_empty() => Ok(known),
        None => Ok(names.to_vec()),
    }
}

fn targets_folder(project: &Project) -> PathBuf {
    project.root.join("fuzz/src/targets")
}
