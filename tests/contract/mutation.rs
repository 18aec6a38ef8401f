//! What notices that client and documents no longer agree: the suite on mutants of the client, and on
//! changed documents.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, OnceLock};
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
        let contract = &contracts.of(mutant.api.name, operations)?.unchanged.contract;
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
        let of_claims: [Stage; 2] = [claims::checks, rules::checks];
        let of_lowering: [Stage; 2] = [accounting::checks, accounting::rules];
        let of_stages = of_claims.iter().map(|stage| stage(subject));
        let of_stages = of_stages.chain(of_documents(subject));
        let of_stages = of_stages.chain(of_lowering.iter().map(|stage| stage(subject)));
        let of_stages = of_stages.chain([properties::checks(subject)]);
        let by = first_of(of_stages, &BTreeSet::new(), mutant.name);
        let by = by.unwrap_or_else(Some);
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
    let unchanged = Contract { specs: documents.specs.clone(), ..Contract::default() };
    let client = Subject::client(&unchanged);
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
        let by = changed
            .noticed(&contracts, |part, reference| disagreeing(&client, part, reference, &name))?;
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
        by: impl Fn(&Part, &Reference) -> Result<Option<String>, String>,
    ) -> Result<Option<String>, String> {
        match self {
            Self::Spec(spec, mutant) => {
                for operations in mutant.judges(spec) {
                    let part = contracts.of(&spec.api, operations)?;
                    let noticed = match part.unchanged.with(mutant) {
                        Ok(reference) => by(part, &reference)?,
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
                let part = contracts.of(&spec.api, vec![page.operation.clone()])?;
                let without = part.unchanged.without_rule(page, &rule.name);
                by(part, &without.ok_or("there is no such rule")?)
            }
        }
    }
}

/// The first test that notices that the client does not follow changed documents. The tests of what
/// they state differently go first.
fn disagreeing(
    client: &Subject,
    part: &Part,
    reference: &Reference,
    mutant: &str,
) -> Result<Option<String>, String> {
    let subject = with(client, &reference.contract);
    let changed = reference.changed_claims();
    let near = changed.map(|(ledger, claim)| claims::carried(&subject, ledger, claim));
    let of_rule = reference.changed_rule();
    let of_rule = of_rule.map(|(ledger, rule)| rules::carried(&subject, ledger, rule));
    let near = near.chain(of_rule).collect();
    let stages = [near].into_iter().chain(of_documents(&subject));
    first_of(stages, part.failing(client), mutant)
}

/// The client with other documents.
fn with<'s>(client: &Subject<'s>, contract: &'s Contract) -> Subject<'s> {
    Subject { contract, sites: sites(contract), ..client.clone() }
}

/// The tests that notice changes of documents.
fn of_documents<'s>(subject: &'s Subject<'s>) -> impl Iterator<Item = Vec<Check<'s>>> {
    let stages: [Stage; 7] = [
        operations::checks,
        fidelity::checks,
        samples::checks,
        secrets::checks,
        security::checks,
        documentation::checks,
        wire::checks,
    ];
    stages.into_iter().map(|stage| stage(subject))
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

/// The documents of some operations.
struct Part {
    unchanged: Unchanged,
    failing: OnceLock<BTreeSet<String>>,
}

impl Part {
    /// The tests of documents that fail on this part without a change: of a model that only other
    /// operations have in responses, say.
    fn failing(&self, client: &Subject) -> &BTreeSet<String> {
        self.failing.get_or_init(|| {
            let subject = with(client, &self.unchanged.contract);
            let fails = |Check { name, run }| {
                let result = catch_unwind(AssertUnwindSafe(run));
                (!matches!(result, Ok(Ok(())))).then_some(name)
            };
            of_documents(&subject).flatten().filter_map(fails).collect()
        })
    }
}

/// The parts of the documents, each made once.
struct Contracts {
    documents: Documents,
    made: Mutex<BTreeMap<(String, Vec<String>), &'static Part>>,
}

impl Contracts {
    fn load() -> Result<Self, String> {
        let documents = Documents::load(Path::new(env!("CARGO_MANIFEST_DIR")));
        Ok(Self { documents: documents.map_err(|e| e.to_string())?, made: Mutex::default() })
    }

    /// The contract for some operations of an API, and for those that their pages contradict.
    fn of(&self, api: &str, operations: Vec<String>) -> Result<&'static Part, String> {
        let mut made = self.made.lock().map_err(|e| e.to_string())?;
        let key = (api.to_owned(), self.documents.with_contradicted(operations));
        if let Some(part) = made.get(&key) {
            return Ok(part);
        }
        let mut contract = self.documents.contract(api, &key.1).map_err(|e| e.to_string())?;
        // The whole contract is clean. What seems wrong with a part, ledgers of others state.
        contract.findings.clear();
        let part = Part { unchanged: Unchanged::of(contract), failing: OnceLock::new() };
        Ok(made.entry(key).or_insert(leak(part)))
    }
}

/// The first test that fails in the first of `stages` in which one does, but for the ignored ones.
fn first_of<'s>(
    stages: impl Iterator<Item = Vec<Check<'s>>>,
    ignored: &BTreeSet<String>,
    mutant: &str,
) -> Result<Option<String>, String> {
    for mut stage in stages {
        stage.retain(|check| !ignored.contains(&check.name));
        if let Some(name) = first_failing(stage, mutant)? {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// The first test that fails. Those whose names have most in common with the mutant's go first.
///
/// # Errors
///
/// A test panics, which tells nothing of the mutant.
fn first_failing(mut checks: Vec<Check<'_>>, mutant: &str) -> Result<Option<String>, String> {
    let words: Vec<&str> = mutant.split(['/', '#', ' ', '~']).filter(|w| w.len() > 1).collect();
    checks.sort_by_cached_key(|check| {
        Reverse(words.iter().filter(|word| check.name.contains(**word)).count())
    });
    for Check { name, run } in checks {
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Ok(Some(name)),
            Err(_) => return Err(format!("{name} panics")),
        }
    }
    Ok(None)
}
