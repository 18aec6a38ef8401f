//! Contracts that are made up: one that attacks the report, and one that is large.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cloudfn_codegen::contract::Contract;
use cloudfn_codegen::ledger::Page;
use cloudfn_codegen::model::Spec;
use serde_json::Value;

use super::figures::Figures;
use super::html::{self, Inputs};
use super::mutants::Mutation;
use super::report::texts;
use super::suite::Outcome;
use super::verdicts::Verdicts;
use super::Failure;

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

/// The contract of the project with each operation `times` over.
pub fn large(contract: &Contract, times: usize) -> Result<Prepared, String> {
    let mut specs = Vec::new();
    for spec in &contract.specs {
        let text = repeated(spec.as_json(), times).to_string();
        specs.push(Spec::parse(&spec.file, &text).map_err(|e| e.to_string())?);
    }
    let (mut pages, mut texts) = (Vec::new(), texts(contract)?);
    for (page, number) in
        contract.ledgers.iter().map(|l| &l.page).flat_map(|p| (0..times).map(move |n| (p, n)))
    {
        let mut page = page.clone();
        let text = texts.get(&page.file).cloned().unwrap_or_default();
        page.operation = format!("{}_{number}", page.operation);
        page.path = format!("{}/{number}", page.path);
        page.file = page.file.with_file_name(format!("{}-{number}.md", page.stem()));
        texts.insert(page.file.clone(), text);
        pages.push(page);
    }
    let contract = Contract::new(specs, pages, &BTreeSet::new()).map_err(|e| e.to_string())?;
    Ok(Prepared {
        verdicts: Verdicts::of(&contract, &[], None),
        contract,
        texts,
        failures: Vec::new(),
        mutation: Mutation::NotRun,
        commit: None,
    })
}

/// A spec with each operation `times` over, under other names.
fn repeated(document: &Value, times: usize) -> Value {
    let mut repeated = document.clone();
    let paths = document["paths"].as_object().into_iter().flatten();
    let copies =
        paths.flat_map(|(path, item)| (0..times).map(move |n| (format!("{path}/{n}"), item, n)));
    repeated["paths"] =
        Value::Object(copies.map(|(path, item, n)| (path, renamed(item, n))).collect());
    repeated
}

fn renamed(item: &Value, number: usize) -> Value {
    let mut item = item.clone();
    for operation in item.as_object_mut().into_iter().flat_map(|item| item.values_mut()) {
        if let Some(id) = operation["operationId"].as_str() {
            operation["operationId"] = format!("{id}_{number}").into();
        }
    }
    item
}
