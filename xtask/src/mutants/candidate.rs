//! Generated clients with one mutation each.

use std::collections::btree_map::{BTreeMap, Entry};
use std::sync::Arc;

use cloudfn_codegen::contract::Contract;
use cloudfn_codegen::generate::{generate_file, generate_without};
use cloudfn_codegen::lowering::{lower, RULES};
use cloudfn_codegen::model::Spec;
use cloudfn_codegen::mutants::{of_spec, Common, Documents, Mutant};
use cloudfn_codegen::rewrite::REWRITES;
use quote::ToTokens;

/// A change before a client is generated.
#[derive(Clone, Debug)]
pub enum Change {
    /// A statement of the spec.
    Spec(Mutant),
    /// This rule of lowering or this rewrite is switched off.
    Without(&'static str),
    /// The rule of a page with this ID is switched off.
    WithoutRule(String),
}

/// A client to generate.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    pub spec: &'a Spec,
    pub change: Change,
}

/// The generator's result for a candidate.
pub enum Generated {
    /// Another client.
    Code(Code),
    /// The same code as without the change.
    Same,
    /// It refuses the spec.
    Refused(String),
}

/// A mutated client.
#[derive(Debug)]
pub struct Code {
    /// All of it, as Rust without line breaks.
    pub text: String,
    /// The same, with the types that are not changed taken from `base`.
    pub code: String,
    /// The unchanged client.
    pub base: Arc<Base>,
}

/// The unchanged client of some operations.
#[derive(Debug)]
pub struct Base {
    /// Its module name in mutants.
    pub module: String,
    /// The API that it is a part of.
    pub api: String,
    /// The operations that it has.
    pub operations: Vec<String>,
    /// All of it, as Rust without line breaks.
    pub text: String,
    /// Its code.
    pub code: String,
}

/// Every candidate of every spec.
pub fn all(contract: &Contract) -> Vec<Candidate<'_>> {
    let mut found = Vec::new();
    for ledger in &contract.ledgers {
        let spec = &contract.specs[ledger.spec];
        let checked = ledger.page.rules.iter().filter(|rule| rule.check.is_some());
        let ids = checked.map(|rule| ledger.rule_id(rule));
        found.extend(ids.map(|id| Candidate { spec, change: Change::WithoutRule(id) }));
    }
    for spec in &contract.specs {
        let mutants = of_spec(spec).into_iter().map(Change::Spec);
        found.extend(mutants.map(|change| Candidate { spec, change }));
        let rules = RULES.iter().map(|rule| rule.name);
        let steps = rules.chain(REWRITES.iter().map(|rewrite| rewrite.name));
        found.extend(steps.map(|step| Candidate { spec, change: Change::Without(step) }));
    }
    found
}

impl Candidate<'_> {
    /// The name of the mutant.
    pub fn name(&self) -> String {
        match &self.change {
            Change::Spec(mutant) => mutant.name.clone(),
            Change::Without(step) => format!("{} without {step}", self.spec.api),
            Change::WithoutRule(id) => format!("without {id}"),
        }
    }

    /// What is changed: `limit`, `values`, `required` …, `rule` or `rewrite`.
    pub fn kind(&self) -> &'static str {
        match &self.change {
            Change::Spec(mutant) => mutant.kind,
            Change::Without(step) if RULES.iter().any(|rule| rule.name == *step) => "rule",
            Change::Without(_) => "rewrite",
            Change::WithoutRule(_) => "rule of a page",
        }
    }

    /// The rule that is switched off.
    pub fn without_rule(&self) -> Option<&'static str> {
        match self.change {
            Change::Without(step) if self.kind() == "rule" => Some(step),
            _ => None,
        }
    }
}

/// Generates candidates.
pub struct Generator<'d> {
    documents: &'d Documents,
    /// The unchanged code of parts of the specs.
    unchanged: BTreeMap<(String, Vec<String>), Unchanged>,
}

struct Unchanged {
    common: Common,
    base: Arc<Base>,
}

impl<'d> Generator<'d> {
    pub fn new(documents: &'d Documents) -> Self {
        Self { documents, unchanged: BTreeMap::new() }
    }

    /// The code of a candidate, only with the operations that the change affects and those tested
    /// together with them.
    pub fn run(&mut self, candidate: &Candidate<'_>) -> Result<Generated, String> {
        let spec = candidate.spec;
        let operations = match &candidate.change {
            Change::Spec(mutant) => spec.operations_with(&mutant.place),
            Change::Without(_) | Change::WithoutRule(_) => {
                spec.operations.iter().map(|o| o.id.clone()).collect()
            }
        };
        let operations = self.documents.with_contradicted(operations);
        let part = spec.excerpt(&operations).map_err(|e| e.to_string())?;
        let documents = self.documents;
        let file = match &candidate.change {
            Change::Spec(mutant) => {
                mutant.apply(&part).and_then(|mutated| whole(documents, &mutated, None))
            }
            Change::Without(step) => documents
                .claims(&part)
                .and_then(|claims| generate_without(&part, step, claims.rules_only(None))),
            Change::WithoutRule(id) => whole(documents, &part, Some(id)),
        };
        let mut file = match file {
            Ok(file) => file,
            Err(error) => return Ok(Generated::Refused(error.to_string())),
        };
        let unchanged = self.unchanged(&part, &operations)?;
        let text = file.to_token_stream().to_string();
        // Each rule also has its own test spec.
        if text == unchanged.base.text && candidate.kind() != "rule" {
            return Ok(Generated::Same);
        }
        let base = Arc::clone(&unchanged.base);
        let path = syn::parse_str(&format!("crate::mutants::{}", base.module))
            .map_err(|e| e.to_string())?;
        unchanged.common.share(&mut file, &path);
        let code = prettyplease::unparse(&file);
        Ok(Generated::Code(Code { text, code, base }))
    }

    /// The unchanged code of some operations of a spec.
    fn unchanged(&mut self, part: &Spec, operations: &[String]) -> Result<&Unchanged, String> {
        let (documents, count) = (self.documents, self.unchanged.len());
        match self.unchanged.entry((part.api.clone(), operations.to_vec())) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(new) => {
                let mut file = whole(documents, part, None).map_err(|e| e.to_string())?;
                let code = prettyplease::unparse(&file);
                let base = Base {
                    module: format!("unchanged_{count}"),
                    api: part.api.clone(),
                    operations: operations.to_vec(),
                    text: file.to_token_stream().to_string(),
                    code,
                };
                let common = Common::of(&mut file);
                Ok(new.insert(Unchanged { common, base: Arc::new(base) }))
            }
        }
    }
}

/// The client of a spec with the rules of its pages, but for the one that `without` names.
fn whole(
    documents: &Documents,
    spec: &Spec,
    without: Option<&str>,
) -> cloudfn_codegen::error::Result<syn::File> {
    generate_file(spec, &lower(spec)?, documents.claims(spec)?.rules_only(without))
}
