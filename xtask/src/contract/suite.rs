//! Runs the contract suite (`tests/contract`) and parses its output.

use std::collections::{BTreeMap, BTreeSet};

use cloudfn_codegen::contract::Contract;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

use super::snapshots::{self, Snapshots};
use crate::process;
use crate::project::Project;

/// How the suite ended.
pub struct Outcome {
    pub passed: BTreeSet<String>,
    /// Tests that failed, with their messages.
    pub failures: BTreeMap<String, String>,
    pub accepted: Vec<String>,
}

/// Builds and runs the suite, and accepts its snapshots if requested.
pub fn run(project: &Project, accept: bool) -> Result<Outcome, String> {
    let before = Snapshots::read(project);
    let mut command = project.cargo(&["test", "--test", "contract", "--", "--format", "json"]);
    let update = if accept { "always" } else { "no" };
    command.env("INSTA_OUTPUT", "none").env("INSTA_UPDATE", update);
    let mut outcome =
        Outcome { passed: BTreeSet::new(), failures: BTreeMap::new(), accepted: Vec::new() };
    let mut ended = false;
    // Only visible on a terminal.
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("   suite {bar:30} {pos}/{len}") {
        bar.set_style(style);
    }
    process::tell_lines(&mut command, |line| {
        let Ok(event) = serde_json::from_str::<Value>(line) else { return };
        let name = || event["name"].as_str().unwrap_or_default().to_owned();
        match (event["type"].as_str(), event["event"].as_str()) {
            (Some("suite"), Some("started")) => {
                bar.set_length(event["test_count"].as_u64().unwrap_or_default());
            }
            (Some("test"), Some("ok")) => {
                bar.inc(1);
                outcome.passed.insert(name());
            }
            (Some("test"), Some("failed")) => {
                bar.inc(1);
                let message = event["stdout"].as_str().unwrap_or_default();
                outcome.failures.insert(name(), plain(message));
            }
            (Some("suite"), Some("ok" | "failed")) => ended = true,
            _ => {}
        }
    })?;
    bar.finish_and_clear();
    outcome.accepted = Snapshots::read(project).changed_since(&before);
    match ended && !outcome.passed.is_empty() {
        true => Ok(outcome),
        false => {
            Err("the contract suite could not be built or run; see the output of cargo above"
                .into())
        }
    }
}

/// The message of a failed test, which the suite prints in `Debug` format.
fn plain(message: &str) -> String {
    let quoted = message.trim().strip_prefix("Error: ");
    let text = quoted.and_then(|quoted| syn::parse_str::<syn::LitStr>(quoted).ok());
    text.map_or_else(|| message.to_owned(), |text| text.value())
}

/// A failure, with the page, the place in the spec and what to do.
pub fn explain(contract: &Contract, name: &str, message: &str) -> String {
    let mut lines: Vec<String> =
        message.trim_end().lines().map(|line| format!("    {line}")).collect();
    let mut of_operation = contract.claims().filter(|(ledger, _)| name.starts_with(&ledger.prefix));
    let of_claim = of_operation.find(|(ledger, claim)| ledger.id(claim) == name);
    if let Some((ledger, claim)) = of_claim {
        let spec = &contract.specs[ledger.spec];
        let operation = contract.operation(ledger);
        let pointer = claim
            .place
            .answer(spec, operation, &claim.statement)
            .map_or_else(|| operation.pointer.clone(), |answer| answer.pointer);
        lines.push(format!("    page:   {}", ledger.page.name()));
        lines.push(format!("    ledger: {}", ledger.page.at(claim.line)));
        lines.push(format!("    spec:   {}", spec.place(&pointer)));
    }
    let remedy = match snapshots::is_of_one(name) {
        true => snapshots::REMEDY,
        false => "spec and ledger agree; find the code that drops this in codegen/src (lowering, rewrite) or src/",
    };
    lines.push(format!("    do:     {remedy}"));
    lines.push(format!("    alone:  {}", alone(name)));
    lines.join("\n")
}

/// The command that runs a single test.
pub fn alone(name: &str) -> String {
    format!("cargo test --test contract -- --exact '{}'", name.replace('\'', "'\\''"))
}
