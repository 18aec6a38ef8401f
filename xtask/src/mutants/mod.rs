//! `cargo xtask mutants`: measures how good the contract suite is.
//!
//! It breaks everything that the suite protects, one thing at a time: in the generated code, with
//! unchanged specs, ledgers and tests, and in the documents. An unnoticed change is a survivor.

mod candidate;
mod code;
mod copies;
mod documents;
mod equivalent;
mod manifest;
mod modules;
mod outcome;

use std::time::{Duration, Instant};

use cloudfn_codegen::mutants::Documents;
use indicatif::{ProgressBar, ProgressStyle};

use self::code::Selection;
use self::copies::Copies;
use self::outcome::{Level, Outcome, Run};
use crate::project::Project;

/// The file for a run of all mutants, in the target folder.
pub const WHOLE: &str = "mutants/mutants.json";
/// The file for a run of some mutants.
pub const PART: &str = "mutants/part.json";

/// Selects mutants.
#[derive(clap::Args)]
pub struct Options {
    /// Only mutants of this level
    #[arg(long)]
    level: Option<Level>,
    /// Only mutants whose name contains this
    #[arg(long, default_value = "", value_name = "TEXT", hide_default_value = true)]
    filter: String,
    /// Random mutants of the code, as many as can be started in this time
    #[arg(long, value_name = "SECONDS")]
    sample: Option<u64>,
    /// Seed of the random sample, to repeat it; by default, the time
    #[arg(long, value_name = "N", requires = "sample")]
    seed: Option<u64>,
}

impl Options {
    /// A sample of `seconds` seconds.
    pub fn sample(seconds: u64) -> Self {
        Self { level: None, filter: String::new(), sample: Some(seconds), seed: None }
    }

    /// The options that select some of the mutants; empty for all.
    fn part(&self, seed: u64) -> String {
        let level = self.level.map(|level| format!("--level {level}"));
        let filter = (!self.filter.is_empty()).then(|| format!("--filter {}", self.filter));
        let sample = self.sample.map(|seconds| format!("--sample {seconds} --seed {seed}"));
        [level, filter, sample].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// Runs mutants, prints survivors and score, and writes the results to a file in `target/mutants/`.
/// A selection of mutants has a separate file.
pub fn run(project: &Project, options: &Options) -> Result<(), String> {
    std::env::set_current_dir(&project.root).map_err(|e| e.to_string())?;
    let list = equivalent::load(&project.root)?;
    let started = Instant::now();
    let seed = options.seed.unwrap_or_else(now);
    let part = options.part(seed);
    let mut outcomes = outcomes(project, options, seed)?;
    let is_part = !part.is_empty();
    let file = project.target.join(if is_part { PART } else { WHOLE });
    let stale = equivalent::stale(&list, &outcomes, is_part);
    equivalent::excuse(&list, &mut outcomes);
    outcome::print(&outcomes);
    let run = Run {
        commit: project.commit().unwrap_or_default(),
        part,
        seconds: started.elapsed().as_secs_f64(),
    };
    outcome::write(&file, &run, &outcomes)?;
    println!("{:.0} s; details: {}", run.seconds, project.relative(&file));
    if outcomes.is_empty() {
        return Err("no mutant was run".to_owned());
    }
    for entry in &stale {
        println!("STALE {entry}");
    }
    match (outcomes.iter().filter(|outcome| outcome.survived()).count(), stale.len()) {
        (0, 0) => Ok(()),
        (0, count) => Err(format!("{count} entries of {} are stale", equivalent::FILE)),
        (1, _) => Err("1 mutant survived".to_owned()),
        (count, _) => Err(format!("{count} mutants survived")),
    }
}

fn outcomes(project: &Project, options: &Options, seed: u64) -> Result<Vec<Outcome>, String> {
    let documents = Documents::load("".as_ref()).map_err(|e| e.to_string())?;
    let contract = documents.whole_contract().map_err(|e| e.to_string())?;
    if let Some(finding) = contract.findings.first() {
        return Err(format!(
            "the contract is already broken; run `cargo xtask contract`: {finding}"
        ));
    }
    let style = ProgressStyle::with_template("{prefix:>8} {bar:30} {pos}/{len} {elapsed}");
    let bar = |level: Level| {
        let bar = ProgressBar::new(0).with_prefix(level.to_string());
        match &style {
            Ok(style) => bar.with_style(style.clone()),
            Err(_) => bar,
        }
    };
    let wants = |level| options.level.is_none_or(|only| only == level);
    let mut outcomes = Vec::new();
    // Samples are of the code only; a separate test covers the documents.
    if wants(Level::Document) && options.sample.is_none() {
        let is_wanted = |name: &str| name.contains(&options.filter);
        outcomes.extend(documents::run(&documents, is_wanted, &bar(Level::Document))?);
    }
    if wants(Level::Code) {
        let sample = options.sample.map(|seconds| (Duration::from_secs(seconds), seed));
        if sample.is_some() {
            println!("sample with --seed {seed}");
        }
        let selection = Selection { filter: &options.filter, sample };
        let copies = Copies::make(project)?;
        outcomes.extend(code::run(&copies, &documents, &contract, &selection, &bar(Level::Code))?);
    }
    Ok(outcomes)
}

fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}
