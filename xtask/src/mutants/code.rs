//! Mutants of the generated code. They are compiled in batches, and the suite runs on each.

use std::sync::mpsc::{sync_channel, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use cloudfn_codegen::account::{account, Fate};
use cloudfn_codegen::contract::Contract;
use cloudfn_codegen::lowering::lower;
use cloudfn_codegen::mutants::Documents;
use indicatif::ProgressBar;

use super::candidate::{all, Candidate, Change, Code, Generated, Generator};
use super::copies::{self, Copies};
use super::modules;
use super::outcome::{Level, Outcome, Verdict};

/// The maximum bytes of code in a batch for each processor. A larger batch makes mutants cheaper, but
/// the compiler needs more memory.
const BATCH: usize = 6_000_000;
/// A smaller limit for a sample, so that it does not exceed its time much.
const SHORT_BATCH: usize = 1_000_000;

/// Kinds of changes that often fail to compile. They are batched together, because such a batch has
/// to be rebuilt without them.
const OFTEN_REFUSED: [&str; 4] = ["nullable", "rewrite", "rule", "type"];

/// Selects mutants.
pub struct Selection<'f> {
    /// A part of their names.
    pub filter: &'f str,
    /// As many as this time allows, in a random order given by the seed.
    pub sample: Option<(Duration, u64)>,
}

/// Generated candidates.
#[derive(Default)]
struct Batch<'c> {
    /// Those to compile.
    mutants: Vec<(Candidate<'c>, modules::Mutant)>,
    /// The bytes of their code.
    size: usize,
    /// The results of those that need not be compiled.
    decided: Vec<Outcome>,
    /// The number of candidates that are not mutants.
    void: u64,
}

/// Runs the mutants of a selection.
pub fn run(
    copies: &Copies<'_>,
    documents: &Documents,
    contract: &Contract,
    selection: &Selection<'_>,
    bar: &ProgressBar,
) -> Result<Vec<Outcome>, String> {
    let mut candidates = all(contract);
    candidates.retain(|candidate| candidate.name().contains(selection.filter));
    candidates.sort_by_key(|candidate| !OFTEN_REFUSED.contains(&candidate.kind()));
    let mut limits = (BATCH, None);
    if let Some((time, seed)) = selection.sample {
        candidates.sort_by_key(|candidate| hash(seed, &candidate.name()));
        limits = (SHORT_BATCH, Some(Instant::now() + time));
    }
    bar.inc_length(candidates.len() as u64);
    let (batch, deadline) = limits;
    let batch = batch * copies.count();
    let is_over = || deadline.is_some_and(|deadline| Instant::now() >= deadline);
    thread::scope(|scope| {
        let (sender, batches) = sync_channel(1);
        let generating = scope.spawn(move || generate(documents, candidates, batch, &sender));
        let mut outcomes = Vec::new();
        for batch in batches {
            if is_over() {
                break;
            }
            bar.set_length(bar.length().unwrap_or_default().saturating_sub(batch.void));
            outcomes.extend(batch.decided);
            bar.set_position(outcomes.len() as u64);
            let tried = try_mutants(copies, contract, batch.mutants)?;
            for survivor in tried.iter().filter(|outcome| outcome.survived()) {
                tell(bar, &format!("survived so far: {}", survivor.name));
            }
            outcomes.extend(tried);
            bar.set_position(outcomes.len() as u64);
            if bar.is_hidden() {
                tell(bar, &format!("code: {} tried", outcomes.len()));
            }
        }
        match generating.join() {
            Ok(result) => result.map(|()| outcomes),
            Err(_) => Err("the generator panicked".to_owned()),
        }
    })
}

/// Prints a message above the progress bar, or to stderr without a terminal.
fn tell(bar: &ProgressBar, line: &str) {
    match bar.is_hidden() {
        true => eprintln!("{line}"),
        false => bar.println(line),
    }
}

/// The order of a sample.
fn hash(seed: u64, name: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ seed;
    name.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// Sends candidates with their code until the receiver is gone.
fn generate<'c>(
    documents: &Documents,
    candidates: Vec<Candidate<'c>>,
    most: usize,
    sender: &SyncSender<Batch<'c>>,
) -> Result<(), String> {
    let mut generator = Generator::new(documents);
    let mut batch = Batch::default();
    for candidate in candidates {
        let outcome = |verdict| {
            let (name, kind) = (candidate.name(), candidate.kind());
            Outcome { level: Level::Code, name, kind, verdict }
        };
        match generator.run(&candidate)? {
            Generated::Refused(message) => {
                let by = vec![format!("the reader: {message}")];
                batch.decided.push(outcome(Verdict::Caught(by)));
            }
            // The rule does not apply to this API.
            Generated::Same if candidate.kind() == "rewrite" => batch.void += 1,
            Generated::Same => {
                batch.decided.push(outcome(Verdict::Same(reason_of_same(&candidate))));
            }
            Generated::Code(code) => {
                batch.size += code.code.len();
                batch.mutants.push((candidate.clone(), mutant(&candidate, code)));
            }
        }
        if batch.size >= most && sender.send(std::mem::take(&mut batch)).is_err() {
            return Ok(());
        }
    }
    let _ = sender.send(batch);
    Ok(())
}

fn mutant(candidate: &Candidate<'_>, code: Code) -> modules::Mutant {
    modules::Mutant { name: candidate.name(), without_rule: candidate.without_rule(), code }
}

fn try_mutants(
    copies: &Copies<'_>,
    contract: &Contract,
    mutants: Vec<(Candidate<'_>, modules::Mutant)>,
) -> Result<Vec<Outcome>, String> {
    let (candidates, mutants): (Vec<_>, Vec<_>) = mutants.into_iter().unzip();
    let fates = copies.run(&mutants)?;
    let outcomes = candidates.iter().zip(fates).map(|(candidate, fate)| {
        let verdict = match fate {
            copies::Fate::NotCompiled => Verdict::Caught(vec!["the compiler".to_owned()]),
            copies::Fate::Ran(by) if by.is_empty() => {
                Verdict::Survived(reason(contract, candidate))
            }
            copies::Fate::Ran(by) => Verdict::Caught(by),
        };
        Outcome { level: Level::Code, name: candidate.name(), kind: candidate.kind(), verdict }
    });
    Ok(outcomes.collect())
}

/// Why a mutant with different code survived.
fn reason(contract: &Contract, candidate: &Candidate<'_>) -> String {
    let Change::Spec(mutant) = &candidate.change else {
        return "the code differs without it, but no test of the suite fails".to_owned();
    };
    let claims = contract.claims_at(&mutant.place);
    let claimed = match claims.is_empty() {
        true => "no claim is about this place".to_owned(),
        false => format!("claimed by {}, whose tests pass on it", claims.join(", ")),
    };
    match fate(candidate, &mutant.place) {
        Some(fate) => format!("{claimed}; {fate}"),
        None => claimed,
    }
}

/// Why the code is the same.
fn reason_of_same(candidate: &Candidate<'_>) -> String {
    let place = match &candidate.change {
        Change::Spec(mutant) => mutant.place.as_str(),
        Change::Without(_) | Change::WithoutRule(_) => "",
    };
    let fate = fate(candidate, place).map_or_else(String::new, |fate| format!("; {fate}"));
    format!("the generated code is the same{fate}")
}

/// The outcome of the constraint at `place` in the code, if there is one.
fn fate(candidate: &Candidate<'_>, place: &str) -> Option<String> {
    let fates = account(candidate.spec, &lower(candidate.spec).ok()?);
    let (_, fate) = fates.into_iter().find(|(constraint, _)| constraint.pointer == place)?;
    match fate {
        Fate::Carried(rule) => Some(format!("carried by {rule}")),
        Fate::DocumentedOnly(rule) => Some(format!("only documented, by {rule}")),
        Fate::Relaxed(rule) => Some(format!("relaxed by {rule}")),
        Fate::Unaccounted => None,
    }
}
