//! `cargo xtask mutants`: measures how good the contract suite is.
//!
//! It breaks everything that the suite protects, one thing at a time, on three levels. Of documents
//! that change alone, double entry has to notice each. Of documents that change together, the suite
//! has to notice that the client, as it is, does not follow. What is code has to be compiled anew: a
//! client without a rule of lowering, a rewrite, or a keyword of the validator, and some clients of
//! changed specs, which show that both ways agree. An unnoticed change is a survivor.

mod candidate;
mod code;
mod copy;
mod documents;
mod equivalent;
mod manifest;
mod outcome;
mod references;
pub mod results;

use std::collections::BTreeMap;
use std::time::Instant;

use cloudfn_codegen::mutants::Documents;
use indicatif::{ProgressBar, ProgressStyle};

use self::code::Selection;
use self::copy::Copy;
use self::outcome::{Level, Outcome};
use self::results::{Run, Score};
use crate::project::Project;

/// The usual number of clients of changed specs.
const CLIENTS: usize = 8;
/// How many of them CI tries.
const CLIENTS_OF_SAMPLE: usize = 3;
/// Of the clients without a rule, a rewrite or a keyword, CI tries one of these many.
const ONE_IN: usize = 10;

/// Selects mutants.
#[derive(clap::Args)]
pub struct Options {
    /// Only mutants of this level
    #[arg(long)]
    level: Option<Level>,
    /// Only mutants whose name contains this
    #[arg(long, default_value = "", value_name = "TEXT", hide_default_value = true)]
    filter: String,
    /// How many clients are generated from changed specs, chosen at random
    #[arg(long, value_name = "N", default_value_t = CLIENTS)]
    clients: usize,
    /// Tries one of N of everything else, chosen by the seed
    #[arg(long, value_name = "N", default_value_t = 1)]
    one_in: usize,
    /// Seed of the random choice, to repeat it; by default, the time
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

/// Of all changes, those that are tried: one of so many, from the first on.
#[derive(Clone, Copy)]
pub struct Sample {
    first: usize,
    one_in: usize,
}

impl Sample {
    fn new(one_in: usize, seed: u64) -> Self {
        let one_in = one_in.max(1);
        Self { first: usize::try_from(seed).unwrap_or_default() % one_in, one_in }
    }

    fn of<T>(self, all: Vec<T>) -> Vec<T> {
        all.into_iter().skip(self.first).step_by(self.one_in).collect()
    }
}

impl Options {
    /// What CI tries: all that need not be compiled, and some of the others.
    pub fn in_ci() -> [Self; 3] {
        [(Level::Document, 1), (Level::Reference, 1), (Level::Code, ONE_IN)].map(
            |(level, one_in)| Self {
                level: Some(level),
                filter: String::new(),
                clients: CLIENTS_OF_SAMPLE,
                one_in,
                seed: None,
            },
        )
    }

    /// The options that select some of the mutants; empty for all.
    pub fn part(&self) -> String {
        let level = self.level.map(|level| format!("--level {level}"));
        let filter = (!self.filter.is_empty()).then(|| format!("--filter {}", self.filter));
        let sample = (self.one_in > 1).then(|| format!("--one-in {}", self.one_in));
        let clients = self.clients < CLIENTS && matches!(self.level, None | Some(Level::Code));
        let clients = clients.then(|| format!("--clients {}", self.clients));
        [level, filter, sample, clients].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// Runs mutants, prints survivors and score of each level, and writes the results to a file in
/// `target/mutants/`. A selection of mutants has a separate file.
pub fn run(project: &Project, options: &Options) -> Result<(), String> {
    std::env::set_current_dir(&project.root).map_err(|e| e.to_string())?;
    let list = equivalent::load(&project.root)?;
    let started = Instant::now();
    let seed = options.seed.unwrap_or_else(now);
    let documents = documents()?;
    println!("--seed {seed}");
    let mut all = Vec::new();
    let mut wrong = Vec::new();
    for level in [Level::Document, Level::Reference, Level::Code] {
        if options.level.is_some_and(|only| only != level) {
            continue;
        }
        let mut outcomes = match outcomes(project, &documents, level, options, seed) {
            Ok(outcomes) => outcomes,
            Err(error) => {
                wrong.push(format!("level {level}: {error}"));
                continue;
            }
        };
        // Of a sample, the mutants of an entry may not be among those that were tried.
        if options.one_in < 2 {
            wrong.extend(equivalent::stale(&list, level, &outcomes, !options.filter.is_empty()));
        }
        equivalent::excuse(&list, &mut outcomes);
        print(level, &outcomes);
        all.extend(outcomes);
    }
    let seconds = started.elapsed().as_secs_f64();
    let commit = project.commit().unwrap_or_default();
    let run = Run { commit, part: options.part(), seconds, ..Run::default() };
    println!("{seconds:.0} s; details: {}", run.write(project, &all)?);
    match all.iter().filter(|outcome| outcome.survived()).count() {
        0 if all.is_empty() => wrong.push("no mutant was run".to_owned()),
        0 => {}
        1 => wrong.push("1 mutant survived".to_owned()),
        count => wrong.push(format!("{count} mutants survived")),
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(wrong.join("\n")),
    }
}

/// The documents, which agree.
fn documents() -> Result<Documents, String> {
    let documents = Documents::load("".as_ref()).map_err(|e| e.to_string())?;
    let contract = documents.whole_contract().map_err(|e| e.to_string())?;
    match contract.findings.first() {
        None => Ok(documents),
        Some(finding) => {
            Err(format!("the contract is already broken; run `cargo xtask contract`: {finding}"))
        }
    }
}

/// Runs the mutants of a level.
fn outcomes(
    project: &Project,
    documents: &Documents,
    level: Level,
    options: &Options,
    seed: u64,
) -> Result<Vec<Outcome>, String> {
    let mut bar = ProgressBar::new(0).with_prefix(level.to_string());
    if let Ok(style) = ProgressStyle::with_template("{prefix:>8} {bar:30} {pos}/{len} {elapsed}") {
        bar = bar.with_style(style);
    }
    let filter = options.filter.as_str();
    let sample = Sample::new(options.one_in, seed);
    match level {
        Level::Document => documents::run(documents, filter, sample, &bar),
        Level::Reference => references::run(project, filter, sample, &bar),
        Level::Code => {
            let selection = Selection { filter, sample, clients: options.clients, seed };
            code::run(&Copy::make(project)?, documents, &selection, &bar)
        }
    }
}

/// Prints the survivors of a level with their reasons, then its figures and those of each kind.
fn print(level: Level, outcomes: &[Outcome]) {
    let mut kinds: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes {
        if outcome.survived() {
            println!("SURVIVED {} ({level})\n    {}", outcome.name, outcome.reason());
        }
        kinds.entry(&outcome.kind).or_default().push(outcome);
    }
    println!("{level}: {}", figures(&Score::of(level, outcomes)));
    for (kind, outcomes) in kinds {
        println!("    {kind:<24} {}", figures(&Score::of(level, outcomes)));
    }
}

fn figures(score: &Score) -> String {
    let Score { made, caught, survived, equivalent, .. } = score;
    let percent = score.percent();
    format!("{percent}: {made} made, {caught} caught, {survived} survived, {equivalent} equivalent")
}

fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}
