//! Writes the report, and its summary beside it.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use cloudfn_codegen::ledger::Contract;

use super::figures::Figures;
use super::html::{self, Inputs};
use super::mutants::{self, Mutation};
use super::suite::Outcome;
use super::verdicts::Verdicts;
use super::{summary, Failure};
use crate::project::Project;

/// Writes the report and its summary into the target folder; returns the report's path.
pub fn write(
    project: &Project,
    contract: &Contract,
    figures: &Figures,
    failures: &[Failure],
    suite: Option<&Outcome>,
) -> Result<String, String> {
    let commit = mutants::commit(project);
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
    std::fs::create_dir_all(&folder)
        .map_err(|e| format!("{} cannot be made: {e}", folder.display()))?;
    let report = folder.join("report.html");
    write_file(&report, &html::page(&inputs)?)?;
    let report = project.relative(&report);
    let summary = summary::markdown(&inputs, &report);
    write_file(&folder.join("summary.md"), &summary)?;
    if let Some(file) = std::env::var_os("GITHUB_STEP_SUMMARY") {
        append(Path::new(&file), &summary)?;
    }
    Ok(report)
}

/// The text of each ledger.
fn texts(contract: &Contract) -> Result<BTreeMap<PathBuf, String>, String> {
    let files = contract.ledgers.iter().map(|ledger| ledger.page.file.clone());
    files
        .map(|file| match std::fs::read_to_string(&file) {
            Ok(text) => Ok((file, text)),
            Err(e) => Err(format!("{} cannot be read: {e}", file.display())),
        })
        .collect()
}

fn write_file(file: &Path, text: &str) -> Result<(), String> {
    std::fs::write(file, text).map_err(|e| format!("{} cannot be written: {e}", file.display()))
}

/// Adds `text` to `file`.
pub fn append(file: &Path, text: &str) -> Result<(), String> {
    let opened = std::fs::OpenOptions::new().create(true).append(true).open(file);
    opened
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|e| format!("{} cannot be written: {e}", file.display()))
}
