//! Writes the report and its summary.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cloudfn_codegen::contract::Contract;

use super::html::Report;
use super::summary;
use crate::files;
use crate::project::Project;

/// Writes the report and its summary into the target folder; returns the report's path.
pub fn write(project: &Project, report: &Report) -> Result<String, String> {
    let folder = project.target.join("contract");
    let page = folder.join("report.html");
    files::write(&page, &report.page()?)?;
    let page = project.relative(&page);
    let summary = summary::markdown(report, &page);
    files::write(&folder.join("summary.md"), &summary)?;
    if let Some(file) = std::env::var_os("GITHUB_STEP_SUMMARY") {
        files::append(Path::new(&file), &summary)?;
    }
    Ok(page)
}

/// The text of each ledger, and of each file about an API.
pub fn texts(contract: &Contract) -> Result<BTreeMap<PathBuf, String>, String> {
    let pages = contract.ledgers.iter().map(|ledger| &ledger.page);
    let files: BTreeSet<&PathBuf> =
        pages.flat_map(|page| page.api.iter().map(|api| &api.file).chain([&page.file])).collect();
    let files = files.into_iter().cloned();
    files.map(|file| files::read(&file).map(|text| (file, text))).collect()
}
