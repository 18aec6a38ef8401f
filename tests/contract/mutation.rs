//! What notices that client and documents no longer agree: the suite on mutants of the client, and on
//! changed documents.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::thread;

use cloudfn::registry::Api;
use cloudfn_codegen::contract::Contract;
use cloudfn_codegen::ledger::{Page, Rule};
use cloudfn_codegen::lowering::{self, RULES};
use cloudfn_codegen::model::Spec;
use cloudfn_codegen::mutants::{self, of_spec, Documents, Reference, Unchanged};
use serde_json::json;

use super::subject::{names, sites, Check, Source, Subject};
use super::{
    accounting, claims, documentation, fidelity, operations, properties, rules, samples, secrets,
    security, wire,
};

/// The variable that asks for changed documents: a part of their names.
pub const REFERENCES: &str = "CONTRACT_REFERENCES";
/// Which of them are tried: the first, and one of how many.
const SAMPLE: &str = "CONTRACT_REFERENCES_SAMPLE";

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

/// Lists the tests of a part of the suite.
type Stage = for<'s> fn(&'s Subject<'s>) -> Vec<Check<'s>>;

/// Runs the suite on each mutant, and prints one line of JSON for each.
pub fn run(mutants: &'static [Mutant]) -> ExitCode {
    let contracts = match Contracts::load() {
        Ok(contracts) => contracts,
        Err(error) => return failed(&error),
    };
    on_all(mutants.iter().collect(), |mutant| {
        let operations = mutant.operations.iter().map(|id| (*id).to_owned()).collect();
        let contract = &contracts.of(mutant.api.name, operations)?.contract;
        let is_on = |rule: &&lowering::Rule| mutant.without_rule != Some(rule.name);
        let source = Arc::new(Source::of(mutant.source.into()));
        let subject = leak(Subject {
            contract,
            apis: vec![mutant.api],
            sources: BTreeMap::from([(mutant.api.name, source)]),
            names: names(contract),
            sites: sites(contract),
            rules: RULES.iter().filter(is_on).collect(),
        });
        let stages: [Stage; 11] = [
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
        ];
        let by = stages.iter().find_map(|stage| first_failing(stage(subject), mutant.name));
        let by = by.or_else(|| first_failing(properties::checks(subject), mutant.name));
        Ok(json!({ "mutant": mutant.name, "by": by }))
    })
}

/// Runs the suite on documents with one change each that is not in the client, and prints one line of
/// JSON for each. Double entry does not notice these, since specs and ledgers change together.
pub fn references(filter: &str) -> ExitCode {
    let contracts = match Contracts::load() {
        Ok(contracts) => contracts,
        Err(error) => return failed(&error),
    };
    let documents = &contracts.documents;
    let none = Contract::default();
    let client = Subject::client(&none);
    let mut changes: Vec<Changed<'_>> = Vec::new();
    for spec in &documents.specs {
        changes.extend(of_spec(spec).into_iter().map(|mutant| Changed::Spec(spec, mutant)));
    }
    for page in &documents.pages {
        let checked = page.rules.iter().filter(|rule| rule.check.is_some());
        changes.extend(checked.map(|rule| Changed::Rule(page, rule)));
    }
    changes.retain(|changed| changed.name().contains(filter));
    let sample = std::env::var(SAMPLE).unwrap_or_default();
    if let Some((first, one_in)) = sample.split_once(' ') {
        let number = |text: &str| text.parse().unwrap_or(1);
        let (first, one_in) = (number(first), number(one_in));
        changes = changes.into_iter().skip(first).step_by(one_in.max(1)).collect();
    }
    println!("{}", json!({ "made": changes.len() }));
    on_all(changes, |changed| {
        let name = changed.name();
        let by = changed.noticed(&contracts, |reference| disagreeing(&client, reference, &name))?;
        Ok(json!({ "mutant": name, "kind": changed.kind(), "by": by }))
    })
}

/// A change of the documents.
enum Changed<'d> {
    /// Spec and ledgers state something else.
    Spec(&'d Spec, mutants::Mutant),
    /// The page no longer has the rule.
    Rule(&'d Page, &'d Rule),
}

impl Changed<'_> {
    fn name(&self) -> String {
        match self {
            Self::Spec(_, mutant) => mutant.name.clone(),
            Self::Rule(page, rule) => format!("{} without rule/{}", page.stem(), rule.name),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Spec(_, mutant) => mutant.kind,
            Self::Rule(..) => "rule of a page",
        }
    }

    /// Who notices that the client does not follow the changed documents: their reader, or `by`.
    fn noticed(
        &self,
        contracts: &Contracts,
        by: impl Fn(&Reference) -> Option<String>,
    ) -> Result<Option<String>, String> {
        match self {
            Self::Spec(spec, mutant) => {
                for operations in mutant.judges(spec) {
                    let noticed = match contracts.of(&spec.api, operations)?.with(mutant) {
                        Ok(reference) => by(&reference),
                        Err(error) => Some(format!("the reader: {error}")),
                    };
                    if noticed.is_some() {
                        return Ok(noticed);
                    }
                }
                Ok(None)
            }
            Self::Rule(page, rule) => {
                let spec =
                    contracts.documents.spec_of(page).ok_or("the page is of no operation")?;
                let unchanged = contracts.of(&spec.api, vec![page.operation.clone()])?;
                let without = unchanged.without_rule(page, &rule.name);
                Ok(by(&without.ok_or("there is no such rule")?))
            }
        }
    }
}

/// The first test that notices that the client does not follow changed documents. The tests of what
/// they state differently go first.
fn disagreeing(client: &Subject, reference: &Reference, mutant: &str) -> Option<String> {
    let contract = &reference.contract;
    let subject = Subject { contract, sites: sites(contract), ..client.clone() };
    let changed = reference.changed_claims();
    let near = changed.map(|(ledger, claim)| claims::carried(&subject, ledger, claim));
    let of_rule = reference.changed_rule();
    let of_rule = of_rule.map(|(ledger, rule)| rules::carried(&subject, ledger, rule));
    let stages: [Stage; 7] = [
        operations::checks,
        fidelity::checks,
        samples::checks,
        secrets::checks,
        security::checks,
        documentation::checks,
        wire::checks,
    ];
    first_failing(near.chain(of_rule).collect(), mutant)
        .or_else(|| stages.iter().find_map(|stage| first_failing(stage(&subject), mutant)))
}

/// Prints a result for each of `mutants`, in parallel.
fn on_all<M: Send>(
    mutants: Vec<M>,
    judge: impl Fn(M) -> Result<serde_json::Value, String> + Sync,
) -> ExitCode {
    let open = Mutex::new(mutants.into_iter());
    let next = || open.lock().ok().and_then(|mut open| open.next());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(mutant) = next() {
                    let line = judge(mutant);
                    println!("{}", line.unwrap_or_else(|error| json!({ "error": error })));
                }
            });
        }
    });
    ExitCode::SUCCESS
}

fn failed(error: &str) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

/// Strategies of proptest live as long as the program.
fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// The contracts for parts of the specs, each made once.
struct Contracts {
    documents: Documents,
    made: Mutex<BTreeMap<(String, Vec<String>), &'static Unchanged>>,
}

impl Contracts {
    fn load() -> Result<Self, String> {
        let documents = Documents::load(Path::new(env!("CARGO_MANIFEST_DIR")));
        Ok(Self { documents: documents.map_err(|e| e.to_string())?, made: Mutex::default() })
    }

    /// The contract for some operations of an API, and for those that their pages contradict.
    fn of(&self, api: &str, operations: Vec<String>) -> Result<&'static Unchanged, String> {
        let mut made = self.made.lock().map_err(|e| e.to_string())?;
        let key = (api.to_owned(), self.documents.with_contradicted(operations));
        if let Some(unchanged) = made.get(&key) {
            return Ok(unchanged);
        }
        let mut contract = self.documents.contract(api, &key.1).map_err(|e| e.to_string())?;
        // The whole contract is clean. What seems wrong with a part, ledgers of others state.
        contract.findings.clear();
        Ok(made.entry(key).or_insert(leak(Unchanged::of(contract))))
    }
}

/// The first test that fails. Those whose names have most in common with the mutant's go first.
fn first_failing(mut checks: Vec<Check<'_>>, mutant: &str) -> Option<String> {
    let words: Vec<&str> = mutant.split(['/', '#', ' ', '~']).filter(|w| w.len() > 1).collect();
    checks.sort_by_cached_key(|check| {
        Reverse(words.iter().filter(|word| check.name.contains(**word)).count())
    });
    checks.into_iter().find_map(|check| {
        let result = catch_unwind(AssertUnwindSafe(check.run));
        (!matches!(result, Ok(Ok(())))).then_some(check.name)
    })
}
