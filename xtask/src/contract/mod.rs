//! `cargo xtask contract`: every link from page to code.
//!
//! First what can be read without building: ledgers against specs, and what lowering does with
//! each constraint. Then the contract suite, which builds the generated client.

mod figures;
mod html;
mod mutants;
pub mod prepared;
mod report;
pub mod suite;
mod summary;
#[cfg(test)]
mod tests;
mod verdicts;

use std::path::Path;

use cloudfn_codegen::account::{account, Fate};
use cloudfn_codegen::ledger::{Contract, Finding, Kind};
use cloudfn_codegen::lowering::lower;

use crate::project::Project;
use figures::Figures;
use suite::Outcome;

/// Something that does not hold.
pub struct Failure {
    /// The claim or test.
    pub name: String,
    /// What is wrong, where, and what to do.
    pub details: String,
}

/// Checks everything, prints a table and writes the report and its summary.
pub fn run(project: &Project) -> Result<(), String> {
    std::env::set_current_dir(&project.root).map_err(|e| e.to_string())?;
    let mut failures = Vec::new();
    let contract = load(Path::new(""), &mut failures);
    let suite = check(project, &contract, &mut failures);
    let figures = Figures::of(&contract);
    print_failures(&failures);
    println!("{}", figures.table());
    match &suite {
        Some(suite) => {
            println!("suite: {} tests passed, {} failed", suite.passed.len(), suite.failures.len())
        }
        None => println!("suite: not run to its end"),
    }
    let report = report::write(project, &contract, &figures, &failures, suite.as_ref())?;
    println!("report: {report}");
    match failures.len() {
        0 => Ok(()),
        1 => Err("the contract is broken in 1 place".to_owned()),
        count => Err(format!("the contract is broken in {count} places")),
    }
}

/// The contract of the project in `root`; an empty one, and a failure, if it cannot be read.
fn load(root: &Path, failures: &mut Vec<Failure>) -> Contract {
    Contract::load(root).unwrap_or_else(|error| {
        let details = format!("    {error}\n    do:     mend this file; nothing was compared");
        failures.push(Failure { name: "openapi".to_owned(), details });
        Contract { specs: Vec::new(), ledgers: Vec::new(), findings: Vec::new() }
    })
}

/// Reads what can be read, then runs the suite if all of that holds.
fn check(project: &Project, contract: &Contract, failures: &mut Vec<Failure>) -> Option<Outcome> {
    failures.extend(read_failures(contract));
    if !failures.is_empty() {
        return None;
    }
    match suite::run(project) {
        Ok(outcome) => {
            failures.extend(outcome.failures.iter().map(|(name, message)| Failure {
                name: name.clone(),
                details: suite::explain(contract, name, message),
            }));
            Some(outcome)
        }
        Err(message) => {
            failures.push(Failure { name: "suite".to_owned(), details: format!("    {message}") });
            None
        }
    }
}

fn print_failures(failures: &[Failure]) {
    const MOST: usize = 40;
    for failure in failures.iter().take(MOST) {
        println!("FAILED {}\n{}\n", failure.name, failure.details);
    }
    if failures.len() > MOST {
        println!("… and {} more, all in the report\n", failures.len() - MOST);
    }
}

/// What is wrong before anything is built.
fn read_failures(contract: &Contract) -> Vec<Failure> {
    let mut failures = Vec::new();
    for (index, finding) in contract.findings.iter().enumerate() {
        let same =
            |other: &&Finding| other.kind == Kind::NoPlace && other.message == finding.message;
        if contract.findings[..index].iter().any(|other| same(&other)) {
            continue;
        }
        let more = contract.findings[index + 1..].iter().filter(same).count();
        let mut details = finding.details();
        if more > 0 {
            details.push_str(&format!("\n    and {more} more claims about it"));
        }
        failures.push(Failure { name: finding.claim.clone(), details });
    }
    for spec in &contract.specs {
        let lowered = match lower(spec) {
            Ok(lowered) => lowered,
            Err(error) => {
                failures.push(Failure {
                    name: format!("{}::lowering", spec.api),
                    details: format!("    {error}"),
                });
                continue;
            }
        };
        for (constraint, fate) in account(spec, &lowered) {
            if fate == Fate::Unaccounted {
                let claims = contract.claims_at(&constraint.pointer);
                failures.push(Failure {
                    name: format!("{}::lowering{}", spec.api, constraint.pointer),
                    details: format!(
                        "    no rule of lowering accounts for `{}: {}`; claims no longer carried:\n        {}\n    spec:   {}#{}\n    do:     restore the rule in codegen/src/lowering, or add one for this keyword",
                        constraint.keyword,
                        constraint.value,
                        claims.join("\n        "),
                        spec.file.display(),
                        constraint.pointer
                    ),
                });
            }
        }
    }
    failures
}
