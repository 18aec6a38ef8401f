//! Contracts with all that a report shows of them, among them one that attacks the report.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cloudfn_codegen::contract::Contract;
use cloudfn_codegen::ledger::Page;
use cloudfn_codegen::model::Spec;

use super::figures::Figures;
use super::html::Report;
use super::report::texts;
use super::suite::Outcome;
use super::verdicts::Verdicts;
use super::Failure;
use crate::mutants::results::Mutation;

/// What every text of the hostile contract tries to run.
pub const ATTACK: &str = "<script>attack()</script>";

/// A contract in which every text tries to run a script in the report.
pub fn hostile() -> Result<Report, String> {
    let (spec, ledger) = (include_str!("hostile.yaml"), include_str!("hostile.md"));
    let file = PathBuf::from("openapi/ledger/\"><img src=x onerror=attack()>.md");
    let spec = Spec::parse(Path::new("openapi/hostile.yaml"), spec).map_err(|e| e.to_string())?;
    let page = Page::parse(&file, ledger).map_err(|e| e.to_string())?;
    let contract = Contract::new(vec![spec], vec![page], &BTreeSet::new());
    let contract = contract.map_err(|e| e.to_string())?;
    let failures = vec![Failure { name: ATTACK.into(), details: format!("</pre>{ATTACK}") }];
    let outcome = Outcome {
        passed: BTreeSet::from([format!("\">{ATTACK}")]),
        failures: BTreeMap::from([(ATTACK.to_owned(), ATTACK.to_owned())]),
        accepted: Vec::new(),
    };
    Ok(Report {
        verdicts: Verdicts::of(&contract, &failures, Some(&outcome)),
        figures: Figures::of(&contract),
        contract,
        texts: BTreeMap::from([(file, ledger.to_owned())]),
        failures,
        mutation: Mutation::parse(include_str!("hostile.json"), Path::new("mutants.json")),
        commit: Some(format!("</code>{ATTACK}")),
    })
}

/// A contract that holds, without test results.
pub fn of(contract: Contract) -> Result<Report, String> {
    Ok(Report {
        verdicts: Verdicts::of(&contract, &[], None),
        texts: texts(&contract)?,
        figures: Figures::of(&contract),
        contract,
        failures: Vec::new(),
        mutation: Mutation::NotRun,
        commit: None,
    })
}
