//! Writes the report and its summary.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cloudfn_codegen::contract::Contract;

use super::figures::Figures;
use super::html::{self, Inputs};
use super::suite::Outcome;
use super::verdicts::Verdicts;
use super::{summary, Failure};
use crate::files;
use crate::mutants::results::Mutation;
use crate::project::Project;

/// Writes the report and its summary into the target folder; returns the report's path.
pub fn write(
    project: &Project,
    contract: &Contract,
    figures: &Figures,
    failures: &[Failure],
    suite: Option<&Outcome>,
) -> Result<String, String> {
    let commit = project.commit();
    let inputs = Inputs {
        contract,
        texts: &texts(contract)?,
        figures,
        failures,
        verdicts: &Verdicts::of(contract, failures, suite),
        mutation: &Mutation::read(project),
        commit: commit.as_deref(),
    };
    let folder = project.target.join("contract");
    let report = folder.join("report.html");
    files::write(&report, &html::page(&inputs)?)?;
    let report = project.relative(&report);
    let summary = summary::markdown(&inputs, &report);
    files::write(&folder.join("summary.md"), &summary)?;
    if let Some(file) = std::env::var_os("GITHUB_STEP_SUMMARY") {
        files::append(Path::new(&file), &summary)?;
    }
    Ok(report)
}

/// The text of each ledger, and of each file about an API.
pub fn texts(contract: &Contract) -> Result<BTreeMap<PathBuf, String>, String> {
    let pages = contract.ledgers.iter().map(|ledger| &ledger.page);
    let files: BTreeSet<&PathBuf> =
        pages.flat_map(|page| page.api.iter().map(|api| &api.file).chain([&page.file])).collect();
    let files = files.into_iter().cloned();
    files.map(|file| files::read(&file).map(|text| (file, text))).collect()
}
