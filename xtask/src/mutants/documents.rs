//! Mutants of specs and ledgers, which are caught without a build.

use std::path::Path;

use cloudfn_codegen::error::Result as Tried;
use cloudfn_codegen::mutants::{of_ledger, of_spec, Caught, Documents};
use indicatif::ProgressBar;

use super::outcome::{Level, Outcome, Verdict};
use super::Sample;
use crate::{files, parallel};

/// A mutant by its name and kind, and how it is tried.
type Task<'d> = (String, &'static str, Box<dyn Fn() -> Tried<Caught> + Send + Sync + 'd>);

/// Runs the mutants whose names contain `filter`.
pub fn run(
    documents: &Documents,
    filter: &str,
    sample: Sample,
    bar: &ProgressBar,
) -> Result<Vec<Outcome>, String> {
    let mut tasks: Vec<Task<'_>> = Vec::new();
    for spec in &documents.specs {
        tasks.extend(of_spec(spec).into_iter().map(|mutant| -> Task<'_> {
            let (name, kind) = (mutant.name.clone(), mutant.kind);
            (name, kind, Box::new(move || documents.try_spec(spec, &mutant)))
        }));
    }
    let changes = |file: &Path| files::read(file).map(|text| of_ledger(&text).into_iter());
    for page in &documents.pages {
        tasks.extend(changes(&page.file)?.map(|mutant| -> Task<'_> {
            let name = format!("{}, {}", page.stem(), mutant.name);
            (name, "ledger", Box::new(move || documents.try_page(page, &mutant)))
        }));
    }
    for api in documents.apis() {
        tasks.extend(changes(&api.file)?.map(|mutant| -> Task<'_> {
            let (name, api) = (format!("{}.api, {}", api.name, mutant.name), api.clone());
            (name, "ledger", Box::new(move || documents.try_api(&api, &mutant)))
        }));
    }
    tasks.retain(|(name, ..)| name.contains(filter));
    let tasks = sample.of(tasks);
    bar.inc_length(tasks.len() as u64);
    let outcomes = parallel::map(tasks, |(name, kind, caught)| {
        let verdict = match caught().map_err(|e| e.to_string())? {
            Caught::Refused(message) => Verdict::Caught(vec![format!("the reader: {message}")]),
            Caught::By(claim) => Verdict::Caught(vec![claim]),
            Caught::No => Verdict::Survived(
                "specs and ledgers still agree: nothing is entered twice here".to_owned(),
            ),
        };
        bar.inc(1);
        Ok(Outcome { level: Level::Document, name, kind: kind.to_owned(), verdict })
    });
    outcomes.into_iter().collect()
}
