//! Mutants of the generated code. They are compiled together, and the suite runs on each.

use cloudfn_codegen::mutants::Documents;
use indicatif::ProgressBar;

use super::candidate::{changes_of_specs, Changed, Generated, Generator};
use super::copy::{Copy, Fate};
use super::in_parallel;
use super::outcome::{Level, Outcome, Verdict};

/// Selects mutants.
pub struct Selection<'f> {
    /// A part of their names.
    pub filter: &'f str,
    /// How many clients are generated from changed specs.
    pub clients: usize,
    /// Determines which these are.
    pub seed: u64,
}

/// Runs the mutants of a selection.
pub fn run(
    copy: &Copy<'_>,
    documents: &Documents,
    selection: &Selection<'_>,
    bar: &ProgressBar,
) -> Result<Vec<Outcome>, String> {
    let generator = Generator::new(documents).map_err(|e| e.to_string())?;
    let is_wanted = |change: &Changed| change.name().contains(selection.filter);
    let steps = Changed::steps().filter(is_wanted).collect();
    let mut all = in_parallel(steps, |step| (generator.without(&step), step));
    let changes = changes_of_specs(documents, selection.seed).into_iter().filter(is_wanted);
    let changes = changes.map(|change| (generator.of_spec(&change), change));
    // A change that makes no other client is not a mutant.
    let is_mutant = |(generated, _): &(Generated, Changed)| !matches!(generated, Generated::Same);
    all.extend({ changes }.filter(is_mutant).take(selection.clients));
    let mut outcomes = Vec::new();
    let mut kinds = Vec::new();
    let mut clients = Vec::new();
    for (generated, change) in all {
        match generated {
            Generated::Client(client) => {
                clients.push(client);
                kinds.push(change.kind());
            }
            Generated::Refused(error) => {
                let by = format!("the generator: {error}");
                outcomes.push(outcome(change.name(), change.kind(), Verdict::Caught(vec![by])));
            }
            Generated::Same => {}
        }
        bar.set_length((outcomes.len() + clients.len()) as u64);
    }
    bar.set_position(outcomes.len() as u64);
    let fates = copy.run(&clients)?;
    for ((client, kind), fate) in clients.into_iter().zip(kinds).zip(fates) {
        let verdict = match fate {
            Fate::NotCompiled => Verdict::Caught(vec!["the compiler".to_owned()]),
            Fate::Ran(Some(by)) => Verdict::Caught(vec![by]),
            Fate::Ran(None) => Verdict::Survived("no test fails on its code".to_owned()),
        };
        outcomes.push(outcome(client.name, kind, verdict));
    }
    bar.set_position(outcomes.len() as u64);
    Ok(outcomes)
}

fn outcome(name: String, kind: &str, verdict: Verdict) -> Outcome {
    Outcome { level: Level::Code, name, kind: kind.to_owned(), verdict }
}
