//! Runs the suite on mutants of the client, and lists the tests that notice each.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;
use std::thread;

use cloudfn::registry::Api;
use cloudfn_codegen::contract::Contract;
use cloudfn_codegen::lowering::{Rule, RULES};
use cloudfn_codegen::mutants::Documents;
use serde_json::json;

use super::subject::{Check, Subject};
use super::{
    accounting, claims, documentation, fidelity, operations, properties, rules, samples, secrets,
    security, wire,
};

/// A mutant of a generated API.
pub struct Mutant {
    pub name: &'static str,
    /// The mutated API.
    pub api: &'static Api,
    /// The file of its code.
    pub source: &'static str,
    /// Its operations, by their names in the spec.
    pub operations: &'static [&'static str],
    /// The rule of lowering that is switched off.
    pub without_rule: Option<&'static str>,
}

/// Runs the suite on each mutant, and prints one line of JSON for each.
pub fn run(mutants: &'static [Mutant]) -> ExitCode {
    let documents = match Documents::load(Path::new(env!("CARGO_MANIFEST_DIR"))) {
        Ok(documents) => documents,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let contracts = Contracts { documents, made: Mutex::default() };
    let open = Mutex::new(mutants.iter());
    let next = || open.lock().ok().and_then(|mut open| open.next());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(mutant) = next() {
                    let result = contracts.of(mutant).map(|contract| noticed(contract, mutant));
                    match result {
                        Ok(by) => println!("{}", json!({ "mutant": mutant.name, "by": by })),
                        Err(e) => println!("{}", json!({ "mutant": mutant.name, "error": e })),
                    }
                }
            });
        }
    });
    ExitCode::SUCCESS
}

/// The contracts for parts of the specs, each made once.
struct Contracts {
    documents: Documents,
    made: Mutex<BTreeMap<(&'static str, &'static [&'static str]), &'static Contract>>,
}

impl Contracts {
    /// The contract for the operations of a mutant.
    fn of(&self, mutant: &Mutant) -> Result<&'static Contract, String> {
        let mut made = self.made.lock().map_err(|e| e.to_string())?;
        let key = (mutant.api.name, mutant.operations);
        if let Some(contract) = made.get(&key) {
            return Ok(contract);
        }
        let contract = self
            .documents
            .contract(mutant.api.name, mutant.operations)
            .map_err(|e| e.to_string())?;
        let contract: &'static Contract = Box::leak(Box::new(contract));
        made.insert(key, contract);
        Ok(contract)
    }
}

/// The first test that fails on a mutant, if any does. Random tests run last.
fn noticed(contract: &'static Contract, mutant: &Mutant) -> Vec<String> {
    let is_on = |rule: &&Rule| mutant.without_rule != Some(rule.name);
    let subject: &'static Subject = Box::leak(Box::new(Subject {
        contract,
        apis: vec![mutant.api],
        sources: BTreeMap::from([(mutant.api.name, mutant.source.into())]),
        rules: RULES.iter().filter(is_on).collect(),
    }));
    let stages: [fn(&'static Subject) -> Vec<Check>; 12] = [
        claims::checks,
        rules::checks,
        fidelity::checks,
        operations::checks,
        samples::checks,
        secrets::checks,
        security::checks,
        wire::checks,
        accounting::checks,
        accounting::rules,
        documentation::checks,
        properties::checks,
    ];
    stages
        .into_iter()
        .find_map(|stage| first_failing(stage(subject), mutant.name))
        .into_iter()
        .collect()
}

/// The first test that fails. Those whose names have most in common with the mutant's go first.
fn first_failing(mut checks: Vec<Check>, mutant: &str) -> Option<String> {
    let words: Vec<&str> = mutant.split(['/', '#', ' ', '~']).filter(|w| w.len() > 1).collect();
    checks.sort_by_cached_key(|check| {
        Reverse(words.iter().filter(|word| check.name.contains(**word)).count())
    });
    checks.into_iter().find_map(|check| {
        let result = catch_unwind(AssertUnwindSafe(check.run));
        (!matches!(result, Ok(Ok(())))).then_some(check.name)
    })
}
