//! `cargo xtask interop`: compares with third-party tools.
//!
//! Each check installs a tool from its registry into the target folder and compares: our client
//! with their servers, their clients with our mock server, their signatures with ours.

mod cases;
mod checks;
mod client;
mod compare;
mod forward;
mod http;
mod known;
mod lint;
mod mock;
mod prism;
mod report;
mod schemathesis;
mod sdk;
mod security;
mod signature;

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use cloudfn_codegen::model::Spec;

use crate::project::Project;
use checks::{Check, CHECKS};
use report::{Row, Verdict};

/// The options of the checks.
#[derive(clap::Args)]
pub struct Arguments {
    /// Names of checks; by default, all
    names: Vec<String>,
    /// Only the quick checks, with fewer random requests
    #[arg(long)]
    quick: bool,
    /// Lists the checks
    #[arg(long)]
    list: bool,
    /// Fails if a check is skipped
    #[arg(long)]
    no_skip: bool,
    /// Seed of the random requests
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Arguments {
    /// The quick checks.
    pub fn quick() -> Self {
        Self { names: Vec::new(), quick: true, list: false, no_skip: false, seed: 1 }
    }
}

/// What all checks need.
pub struct Bench<'a> {
    project: &'a Project,
    specs: Vec<Spec>,
    known: Vec<known::Known>,
    is_quick: bool,
    seed: u64,
    /// A temporary folder for this run, deleted at the end.
    folder: PathBuf,
}

/// The result of a check.
#[derive(Default)]
pub struct Outcome {
    /// What was compared, and how often.
    pub counts: Vec<(usize, &'static str)>,
    /// Notes.
    pub notes: Vec<String>,
    /// Differences and other failures.
    pub failures: Vec<String>,
}

impl Outcome {
    /// Records how much was compared. Zero is a failure.
    fn count(&mut self, count: usize, what: &'static str) {
        self.also(count, what);
        if count == 0 {
            self.failures.push(format!("no {what} were compared"));
        }
    }

    /// Records how much was compared. Zero is allowed.
    fn also(&mut self, count: usize, what: &'static str) {
        self.counts.push((count, what));
    }
}

impl<'a> Bench<'a> {
    fn new(project: &'a Project, arguments: &Arguments) -> Result<Self, String> {
        let specs = Spec::load_all(&project.root.join("openapi")).map_err(|e| e.to_string())?;
        let known = known::read(&project.root)?;
        let folder = interop(project).join(format!("run-{}", std::process::id()));
        std::fs::create_dir_all(&folder)
            .map_err(|e| format!("{} cannot be made: {e}", folder.display()))?;
        // Both at once, with the features of the tests, so that nothing is built twice.
        project.build(&["--features", "cli", "--bin", "cloudfn", "--example", "sign_vectors"])?;
        let Arguments { quick: is_quick, seed, .. } = *arguments;
        Ok(Self { project, specs, known, is_quick, seed, folder })
    }

    /// Our command line, with a clean environment.
    fn cloudfn(&self) -> Command {
        let mut command = self.built("cloudfn");
        command.env_clear().env("HOME", &self.folder);
        command
    }

    /// A program that was built.
    fn built(&self, name: &str) -> Command {
        let name = format!("debug/{name}{}", std::env::consts::EXE_SUFFIX);
        Command::new(self.project.target.join(name))
    }
}

impl Drop for Bench<'_> {
    fn drop(&mut self) {
        // Leftovers are in the target folder.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The folder of this command.
fn interop(project: &Project) -> PathBuf {
    project.target.join("interop")
}

/// Runs the checks, prints a table and writes it as JSON.
pub fn run(project: &Project, arguments: &Arguments) -> Result<(), String> {
    let checks = picked(arguments)?;
    if arguments.list {
        for check in checks {
            let quick = if check.is_quick { "quick" } else { "" };
            println!("{:<15} {quick:<6} {} ({})", check.name, check.about, check.tool.version());
        }
        return Ok(());
    }
    let bench = Bench::new(project, arguments)?;
    let mut rows = Vec::new();
    for check in checks {
        println!("{}: {} ({})", check.name, check.about, check.tool.version());
        let row = made(&bench, check);
        row.print();
        rows.push(row);
    }
    println!("\n{}\n", report::table(&rows));
    let file = interop(project).join("interop.json");
    report::write(&rows, bench.seed, &bench.folder, &file)?;
    println!("details: {}", project.relative(&file));
    verdict(&rows, arguments.no_skip)
}

/// The selected checks.
fn picked(arguments: &Arguments) -> Result<Vec<&'static Check>, String> {
    let is_known = |name: &&String| CHECKS.iter().any(|check| check.name == **name);
    if let Some(unknown) = arguments.names.iter().find(|name| !is_known(name)) {
        let known: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
        return Err(format!("there is no check `{unknown}`; the checks are {}", known.join(", ")));
    }
    let is_named = |check: &&Check| {
        arguments.names.is_empty() || arguments.names.iter().any(|name| name == check.name)
    };
    let is_quick_enough = |check: &&Check| check.is_quick || !arguments.quick;
    Ok(CHECKS.iter().filter(is_named).filter(is_quick_enough).collect())
}

fn made(bench: &Bench<'_>, check: &'static Check) -> Row {
    let started = Instant::now();
    let result = match check.tool.install(&bench.project.target.join("tools")) {
        Err(reason) => Verdict::Skipped(reason),
        Ok(tool) => Verdict::Made(
            (check.run)(bench, &tool)
                .unwrap_or_else(|reason| Outcome { failures: vec![reason], ..Outcome::default() }),
        ),
    };
    let (tool, seconds) = (check.tool.version(), started.elapsed().as_secs_f64());
    Row { name: check.name, tool, result, seconds }
}

fn verdict(rows: &[Row], no_skip: bool) -> Result<(), String> {
    let names = |is_one: fn(&Row) -> bool| {
        let names: Vec<&str> = rows.iter().filter(|row| is_one(row)).map(|row| row.name).collect();
        names.join(", ")
    };
    let (failed, skipped) = (names(Row::is_failed), names(Row::is_skipped));
    if !skipped.is_empty() {
        println!("skipped: {skipped}");
    }
    match (failed.as_str(), skipped.as_str()) {
        ("", "") => Ok(()),
        ("", _) if !no_skip => Ok(()),
        ("", skipped) => Err(format!("these checks were skipped: {skipped}")),
        (failed, _) => Err(format!(
            "these checks found differences: {failed}; add an intended difference to {} with its reason",
            known::FILE
        )),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::{picked, verdict, Arguments, Outcome, Row, Verdict, CHECKS};

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn arguments(line: &[&str]) -> Arguments {
        Line::parse_from(["interop"].iter().chain(line)).arguments
    }

    fn row(result: Verdict) -> Row {
        Row { name: "one", tool: "tool 1".into(), result, seconds: 0.0 }
    }

    #[test]
    fn checks_are_picked_by_name() {
        assert_eq!(picked(&arguments(&[])).unwrap().len(), CHECKS.len());
        let picked_one = picked(&arguments(&["--quick", "lint"])).unwrap();
        assert_eq!(picked_one.iter().map(|check| check.name).collect::<Vec<_>>(), ["lint"]);
        let said = picked(&arguments(&["lintt"])).err().unwrap();
        assert!(said.starts_with("there is no check `lintt`; the checks are lint, "), "{said}");
    }

    #[test]
    fn comparing_nothing_is_a_failure() {
        let mut outcome = Outcome::default();
        outcome.count(1, "operations");
        assert!(outcome.failures.is_empty());
        outcome.count(0, "requests");
        assert_eq!(outcome.failures, ["no requests were compared"]);
    }

    #[test]
    fn what_fails_and_what_is_skipped_decides() {
        let agrees = || row(Verdict::Made(Outcome::default()));
        let skipped = || row(Verdict::Skipped("no network".into()));
        let failures = vec!["a".to_owned()];
        let failed = row(Verdict::Made(Outcome { failures, ..Outcome::default() }));
        assert!(verdict(&[agrees()], true).is_ok());
        assert!(verdict(&[agrees(), skipped()], false).is_ok());
        assert!(verdict(&[agrees(), skipped()], true).is_err());
        assert!(verdict(&[skipped(), failed], false).is_err());
    }
}
