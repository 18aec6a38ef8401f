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

use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use cloudfn_codegen::mutants::Documents;
use indicatif::{ProgressBar, ProgressStyle};

use self::code::Selection;
use self::copy::Copy;
use self::outcome::{Level, Outcome, Run};
use crate::project::Project;

/// The file for a run of all mutants, in the target folder.
pub const WHOLE: &str = "mutants/mutants.json";
/// The file for a run of some mutants.
pub const PART: &str = "mutants/part.json";

/// The usual number of clients of changed specs.
const CLIENTS: usize = 8;
/// CI tries one of these many changes of documents.
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
    /// Tries one of N changes of documents, chosen by the seed
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
    /// A new choice of changes of documents, which need no build.
    pub fn sample() -> Self {
        let level = Some(Level::Document);
        Self { level, filter: String::new(), clients: CLIENTS, one_in: ONE_IN, seed: None }
    }

    /// The options that select some of the mutants; empty for all.
    fn part(&self) -> String {
        let level = self.level.map(|level| format!("--level {level}"));
        let filter = (!self.filter.is_empty()).then(|| format!("--filter {}", self.filter));
        let sample = (self.one_in > 1).then(|| format!("--one-in {}", self.one_in));
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
    let part = options.part();
    let mut outcomes = outcomes(project, options, seed)?;
    let is_part = !part.is_empty();
    let file = project.target.join(if is_part { PART } else { WHOLE });
    let stale = match options.one_in {
        0 | 1 => equivalent::stale(&list, &outcomes, is_part),
        // The mutants of an entry may not be among those that were tried.
        _ => Vec::new(),
    };
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
    let filter = options.filter.as_str();
    let sample = Sample::new(options.one_in, seed);
    if options.one_in > 1 {
        println!("changes of documents: --one-in {} --seed {seed}", options.one_in);
    }
    if wants(Level::Document) {
        outcomes.extend(documents::run(&documents, filter, sample, &bar(Level::Document))?);
    }
    if wants(Level::Reference) {
        outcomes.extend(references::run(project, filter, sample, &bar(Level::Reference))?);
    }
    if wants(Level::Code) {
        println!("clients of changed specs: --clients {} --seed {seed}", options.clients);
        let selection = Selection { filter, clients: options.clients, seed };
        let copy = Copy::make(project)?;
        outcomes.extend(code::run(&copy, &documents, &selection, &bar(Level::Code))?);
    }
    Ok(outcomes)
}

/// The results of `work` for all `items`, in their order.
fn in_parallel<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let open = Mutex::new(items.into_iter().enumerate());
    let next = || open.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        let results = std::iter::from_fn(next).map(|(index, item)| (index, work(item)));
        results.collect::<Vec<_>>()
    };
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let count = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..count).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}
