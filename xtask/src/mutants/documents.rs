//! Mutants of specs and ledgers, which are caught without a build.

use std::path::Path;
use std::sync::Arc;

use cloudfn_codegen::ledger::{Api, Page};
use cloudfn_codegen::model::Spec;
use cloudfn_codegen::mutants::{of_ledger, of_spec, Caught, Documents, LedgerMutant, Mutant};
use indicatif::ProgressBar;

use super::outcome::{Level, Outcome, Verdict};
use super::Sample;
use crate::{files, parallel};

enum Task<'d> {
    Spec(&'d Spec, Mutant),
    Page(&'d Page, LedgerMutant),
    Api(Arc<Api>, LedgerMutant),
}

impl Task<'_> {
    fn name(&self) -> String {
        match self {
            Self::Spec(_, mutant) => mutant.name.clone(),
            Self::Page(page, mutant) => format!("{}, {}", page.stem(), mutant.name),
            Self::Api(api, mutant) => format!("{}.api, {}", api.name, mutant.name),
        }
    }

    fn run(&self, documents: &Documents) -> Result<Outcome, String> {
        let (kind, caught) = match self {
            Self::Spec(spec, mutant) => (mutant.kind, documents.try_spec(spec, mutant)),
            Self::Page(page, mutant) => ("ledger", documents.try_page(page, mutant)),
            Self::Api(api, mutant) => ("ledger", documents.try_api(api, mutant)),
        };
        let verdict = match caught.map_err(|e| e.to_string())? {
            Caught::Refused(message) => Verdict::Caught(vec![format!("the reader: {message}")]),
            Caught::By(claim) => Verdict::Caught(vec![claim]),
            Caught::No => Verdict::Survived(
                "specs and ledgers still agree: nothing is entered twice here".to_owned(),
            ),
        };
        let kind = kind.to_owned();
        Ok(Outcome { level: Level::Document, name: self.name(), kind, verdict })
    }
}

/// Runs the mutants whose names contain `filter`.
pub fn run(
    documents: &Documents,
    filter: &str,
    sample: Sample,
    bar: &ProgressBar,
) -> Result<Vec<Outcome>, String> {
    let mut tasks = Vec::new();
    for spec in &documents.specs {
        tasks.extend(of_spec(spec).into_iter().map(|mutant| Task::Spec(spec, mutant)));
    }
    let changes = |file: &Path| files::read(file).map(|text| of_ledger(&text).into_iter());
    for page in &documents.pages {
        tasks.extend(changes(&page.file)?.map(|mutant| Task::Page(page, mutant)));
    }
    for api in documents.apis() {
        tasks.extend(changes(&api.file)?.map(|mutant| Task::Api(api.clone(), mutant)));
    }
    tasks.retain(|task| task.name().contains(filter));
    let tasks = sample.of(tasks);
    bar.inc_length(tasks.len() as u64);
    let outcomes = parallel::map(tasks, |task| {
        let outcome = task.run(documents);
        bar.inc(1);
        outcome
    });
    outcomes.into_iter().collect()
}
