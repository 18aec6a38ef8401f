//! `cargo xtask contract --against REV`: what changed in the contract since a git revision, for
//! callers.
//!
//! It stands in the place of the ordinary run: it asks another question, builds nothing, and
//! answers also while ledgers, specs and code do not agree yet.

mod change;
mod diff;
mod join;
#[cfg(test)]
mod join_tests;
mod ledgers;
#[cfg(test)]
mod ledgers_tests;
mod output;
mod revision;
mod rules;
mod rust;
mod shifts;
#[cfg(test)]
mod tests;
mod verdict;

use std::collections::BTreeSet;

use clap::{Args, ValueEnum};
use cloudfn_codegen::model::Spec;

use self::change::Change;
use self::ledgers::LedgerChange;
use self::revision::Revision;
use self::verdict::{Shift, Verdict};
use crate::project::Project;

/// What `--against` is asked for.
#[derive(Args)]
pub struct Options {
    /// List what changed for callers since this git revision, instead of checking the contract
    #[arg(long, value_name = "REV")]
    against: Option<String>,
    /// How the list is printed
    #[arg(long, value_enum, default_value = "text", requires = "against")]
    format: Format,
    /// Print nothing but an entry for the changelog
    #[arg(long, requires = "against", conflicts_with = "format")]
    changelog: bool,
    /// Also compare the handwritten Rust API, with cargo-semver-checks; this builds both revisions
    #[arg(long, requires = "against", conflicts_with_all = ["format", "changelog"])]
    handwritten: bool,
    /// Fail if anything breaks callers, or may and nobody knows
    #[arg(long, requires = "against")]
    deny_breaking: bool,
}

/// How the list is printed.
#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For machines
    Json,
}

/// What changed since a revision.
pub struct Report {
    revision: Revision,
    /// The changes of the specs, the worst first.
    changes: Vec<Change>,
    ledgers: Vec<LedgerChange>,
}

impl Report {
    fn count(&self, verdict: Verdict) -> usize {
        self.changes.iter().filter(|change| change.verdict() == verdict).count()
    }
}

impl Options {
    /// Whether this is asked for at all.
    pub fn is_given(&self) -> bool {
        self.against.is_some()
    }
}

/// Compares the work tree with a revision, and prints what changed.
pub fn run(project: &Project, options: &Options) -> Result<(), String> {
    std::env::set_current_dir(&project.root).map_err(|e| e.to_string())?;
    let asked = options.against.as_deref().unwrap_or_default();
    let (revision, before) = revision::at(&project.root, asked)?;
    let after = revision::work_tree()?;
    let report = Report {
        revision,
        changes: changes(&before.specs, &after.specs),
        ledgers: ledgers::compare(&before.pages, &after.pages)?,
    };
    match (options.changelog, options.format) {
        (true, _) => print!("{}", output::changelog(&report)),
        (false, Format::Text) => print!("{}", output::text(&report)),
        (false, Format::Json) => println!("{}", output::json(&report)),
    }
    if options.handwritten {
        compare_handwritten(project, asked, options.deny_breaking)?;
    }
    match (report.count(Verdict::Breaking), report.count(Verdict::Unclear)) {
        (breaking, unclear) if options.deny_breaking && breaking + unclear > 0 => Err(format!(
            "callers break: {breaking} breaking, {unclear} changed in a way that no rule knows"
        )),
        _ => Ok(()),
    }
}

/// Prints what cargo-semver-checks finds, if it is installed.
fn compare_handwritten(project: &Project, revision: &str, must_pass: bool) -> Result<(), String> {
    if !project.has_subcommand("semver-checks")? {
        println!("SKIPPED the handwritten API: run cargo install --locked cargo-semver-checks");
        return Ok(());
    }
    let arguments = ["semver-checks", "--package", "cloudfn", "--baseline-rev", revision];
    let status = project.cargo(&arguments).status().map_err(|e| format!("cargo: {e}"))?;
    match status.success() || !must_pass {
        true => Ok(()),
        false => Err("the handwritten API breaks callers".to_owned()),
    }
}

/// The changes of all specs, the worst first, then by API and operation.
fn changes(old: &[Spec], new: &[Spec]) -> Vec<Change> {
    let apis: BTreeSet<&str> = old.iter().chain(new).map(|spec| spec.api.as_str()).collect();
    let mut changes = Vec::new();
    for api in apis {
        let of = |specs: &'_ [Spec]| specs.iter().find(|spec| spec.api == api).cloned();
        match (of(old), of(new)) {
            (Some(old), Some(new)) => changes.extend(join::compare(&old, &new)),
            (Some(old), None) => changes.push(join::whole_api(&old, Shift::Removed)),
            (None, Some(new)) => changes.push(join::whole_api(&new, Shift::Added)),
            (None, None) => {}
        }
    }
    changes.sort_by_cached_key(|change| {
        let operations: Vec<String> = change.operations().into_iter().map(str::to_owned).collect();
        (
            std::cmp::Reverse(change.verdict()),
            change.api.clone(),
            operations,
            change.subject.clone(),
        )
    });
    changes
}
