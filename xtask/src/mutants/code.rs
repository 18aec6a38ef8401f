//! Mutants of the generated code. They are compiled together, and the suite runs on each.

use cloudfn_codegen::mutants::Documents;
use indicatif::ProgressBar;

use super::candidate::{changes_of_specs, Changed, Client, Generated, Generator};
use super::copy::{Copy, Fate};
use super::outcome::{Level, Outcome, Verdict};
use super::Sample;
use crate::parallel;

/// Selects mutants.
pub struct Selection<'f> {
    /// A part of their names.
    pub filter: &'f str,
    /// Of the rules, rewrites and keywords.
    pub sample: Sample,
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
    let is_wanted = |change: &Changed<'_>| change.name().contains(selection.filter);
    let generated = |change| (generator.generate(&change), change);
    // A change that makes no other client is not a mutant.
    let is_mutant = |(generated, _): &(Generated, _)| !matches!(generated, Generated::Same);
    let steps = selection.sample.of(Changed::steps().filter(is_wanted).collect());
    let mut all = parallel::map(steps, generated);
    all.retain(is_mutant);
    let changes = changes_of_specs(documents, selection.seed).into_iter().filter(is_wanted);
    all.extend(changes.map(generated).filter(is_mutant).take(selection.clients));
    bar.inc_length(all.len() as u64);
    let mut outcomes = Vec::new();
    let mut clients = Vec::new();
    for (generated, changed) in all {
        match generated {
            Generated::Code(code, base) => clients.push(Client { changed, code, base }),
            Generated::Refused(error) => {
                let by = format!("the generator: {error}");
                outcomes.push(outcome(&changed, Verdict::Caught(vec![by])));
            }
            Generated::Same => {}
        }
    }
    bar.set_position(outcomes.len() as u64);
    for (client, fate) in clients.iter().zip(copy.run(&clients)?) {
        let verdict = match fate {
            Fate::NotCompiled => Verdict::Caught(vec!["the compiler".to_owned()]),
            Fate::Ran(Some(by)) => Verdict::Caught(vec![by]),
            Fate::Ran(None) => Verdict::Survived("no test fails on its code".to_owned()),
        };
        outcomes.push(outcome(&client.changed, verdict));
    }
    bar.set_position(outcomes.len() as u64);
    Ok(outcomes)
}

fn outcome(changed: &Changed<'_>, verdict: Verdict) -> Outcome {
    let (name, kind) = (changed.name(), changed.kind().to_owned());
    Outcome { level: Level::Code, name, kind, verdict }
}
