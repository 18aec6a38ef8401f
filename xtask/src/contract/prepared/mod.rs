//! Contracts with all that a report shows of them, among them one that attacks the report.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cloudfn_codegen::contract::Contract;
use cloudfn_codegen::ledger::Page;
use cloudfn_codegen::model::Spec;

use super::figures::Figures;
use super::html::{self, Inputs};
use super::report::texts;
use super::suite::Outcome;
use super::verdicts::Verdicts;
use super::Failure;
use crate::mutants::results::Mutation;

/// What every text of the hostile contract tries to run.
pub const ATTACK: &str = "<script>attack()</script>";

/// A contract with all that a report shows of it.
pub struct Prepared {
    /// Specs and ledgers.
    pub contract: Contract,
    /// The text of each ledger.
    pub texts: BTreeMap<PathBuf, String>,
    /// What does not hold.
    pub failures: Vec<Failure>,
    /// How its tests ended.
    pub verdicts: Verdicts,
    /// Its mutants.
    pub mutation: Mutation,
    /// The commit that is checked out.
    pub commit: Option<String>,
}

impl Prepared {
    /// The page of its report.
    pub fn page(&self) -> Result<String, String> {
        self.with_inputs(html::page)
    }

    /// What `use_of` makes of it.
    pub fn with_inputs<T>(&self, use_of: impl FnOnce(&Inputs<'_>) -> T) -> T {
        use_of(&Inputs {
            contract: &self.contract,
            texts: &self.texts,
            figures: &Figures::of(&self.contract),
            failures: &self.failures,
            verdicts: &self.verdicts,
            mutation: &self.mutation,
            commit: self.commit.as_deref(),
        })
    }
}

/// A contract in which every text tries to run a script in the report.
pub fn hostile() -> Result<Prepared, String> {
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
    Ok(Prepared {
        verdicts: Verdicts::of(&contract, &failures, Some(&outcome)),
        contract,
        texts: BTreeMap::from([(file, ledger.to_owned())]),
        failures,
        mutation: Mutation::parse(include_str!("hostile.json"), Path::new("mutants.json")),
        commit: Some(format!("</code>{ATTACK}")),
    })
}

/// A contract that holds, without test results.
pub fn of(contract: Contract) -> Result<Prepared, String> {
    Ok(Prepared {
        verdicts: Verdicts::of(&contract, &[], None),
        texts: texts(&contract)?,
        contract,
        failures: Vec::new(),
        mutation: Mutation::NotRun,
        commit: None,
    })
}
