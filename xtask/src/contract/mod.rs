//! `cargo xtask contract`: checks every link from page to code.
//!
//! First come the checks that need no build: ledgers against specs, samples against schemas, and
//! what lowering does with each constraint. Then comes the contract suite, which builds the
//! generated client.

mod figures;
mod html;
pub mod prepared;
mod report;
mod snapshots;
pub mod suite;
mod summary;
#[cfg(test)]
mod tests;
mod verdicts;

use std::path::Path;

use cloudfn_codegen::account::Fate;
use cloudfn_codegen::contract::{Contract, Finding, Kind};

use crate::mutants::results::Mutation;
use crate::project::Project;
use figures::Figures;
use html::Report;
use suite::Outcome;
use verdicts::Verdicts;

/// A broken link.
#[derive(serde::Serialize)]
pub struct Failure {
    /// The claim or test.
    pub name: String,
    /// What is wrong and where, and what to do.
    pub details: String,
}

/// Checks everything, prints findings immediately, and writes the report and its summary. With
/// `accept`, accepts new and changed snapshots.
pub fn run(project: &Project, accept: bool) -> Result<(), String> {
    std::env::set_current_dir(&project.root).map_err(|e| e.to_string())?;
    let mut failures = Vec::new();
    let contract = load(Path::new(""), &mut failures);
    let figures = Figures::of(&contract);
    failures.extend(read_failures(&contract, &figures));
    println!("{}\n", figures.table());
    println!("{}\n", Figures::statements(&contract));
    print_failures(&failures);
    let suite = match failures.len() {
        0 => {
            println!("specs and ledgers: they agree");
            println!("suite: building the client and its tests; this takes minutes the first time, seconds later");
            run_suite(project, &contract, accept, &mut failures)
        }
        _ => {
            println!("suite: not run, because specs and ledgers disagree");
            None
        }
    };
    let report = Report {
        texts: report::texts(&contract)?,
        verdicts: Verdicts::of(&contract, &failures, suite.as_ref()),
        mutation: Mutation::read(project),
        commit: project.commit(),
        contract,
        figures,
        failures,
    };
    println!("report: {}", report::write(project, &report)?);
    match report.failures.len() {
        0 => Ok(()),
        1 => Err("the contract is broken in 1 place".to_owned()),
        count => Err(format!("the contract is broken in {count} places")),
    }
}

/// The contract of the project in `root`, or an empty one and a failure if it cannot be read.
fn load(root: &Path, failures: &mut Vec<Failure>) -> Contract {
    Contract::load(root).unwrap_or_else(|error| {
        let details = format!("    {error}\n    do:     fix this file; nothing was compared");
        failures.push(Failure { name: "openapi".to_owned(), details });
        Contract { specs: Vec::new(), ledgers: Vec::new(), findings: Vec::new() }
    })
}

/// Runs the suite and prints the results.
fn run_suite(
    project: &Project,
    contract: &Contract,
    accept: bool,
    failures: &mut Vec<Failure>,
) -> Option<Outcome> {
    let suite = match suite::run(project, accept) {
        Ok(suite) => suite,
        Err(message) => {
            failures.push(Failure { name: "suite".to_owned(), details: format!("    {message}") });
            print_failures(failures);
            println!("suite: did not finish");
            return None;
        }
    };
    suite.accepted.iter().for_each(|snapshot| println!("accepted: {snapshot}"));
    let missing = snapshots::missing(project, &suite.failures);
    if !missing.is_empty() {
        failures.push(snapshots::failure(&missing));
    }
    let others = suite.failures.iter().filter(|(name, _)| !missing.contains(&name.as_str()));
    failures.extend(others.map(|(name, message)| Failure {
        name: name.clone(),
        details: suite::explain(contract, name, message),
    }));
    print_failures(failures);
    println!("suite: {} tests passed, {} failed", suite.passed.len(), suite.failures.len());
    Some(suite)
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

/// The findings of the checks that need no build.
fn read_failures(contract: &Contract, figures: &Figures) -> Vec<Failure> {
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
    failures.extend(
        contract
            .broken_samples()
            .into_iter()
            .map(|finding| Failure { details: finding.details(), name: finding.claim }),
    );
    failures.extend(figures.errors.iter().map(|(api, error)| Failure {
        name: format!("{api}::lowering"),
        details: format!("    {error}"),
    }));
    for (spec, (_, fates)) in contract.specs.iter().zip(&figures.fates) {
        for (constraint, fate) in fates {
            if *fate == Fate::Unaccounted {
                let claims = contract.claims_at(&constraint.pointer);
                failures.push(Failure {
                    name: format!("{}::lowering{}", spec.api, constraint.pointer),
                    details: format!(
                        "    no rule of lowering accounts for `{}: {}`; claims no longer carried:\n        {}\n    spec:   {}\n    do:     restore the rule in codegen/src/lowering, or add one for this keyword",
                        constraint.keyword,
                        constraint.value,
                        claims.join("\n        "),
                        spec.place(&constraint.pointer)
                    ),
                });
            }
        }
    }
    failures
}
