//! Clients that are generated with one thing changed.

use std::cmp::Reverse;
use std::sync::Arc;

use cloudfn_codegen::error::Result;
use cloudfn_codegen::generate::{generate_file, generate_without};
use cloudfn_codegen::lowering::RULES;
use cloudfn_codegen::model::{Change, Spec, CONSTRAINTS};
use cloudfn_codegen::mutants::{of_spec, Documents, Mutant};
use cloudfn_codegen::rewrite::REWRITES;

use super::copy::{Base, Client};

/// What is changed before a client is generated.
#[derive(Clone, Debug)]
pub enum Changed {
    /// A rule of lowering is switched off.
    Rule(&'static str),
    /// A rewrite is switched off.
    Rewrite(&'static str),
    /// The validator does not know a keyword.
    Keyword(&'static str),
    /// The spec states something else.
    Spec(Mutant),
}

/// What became of a change.
pub enum Generated {
    /// A client.
    Client(Client),
    /// The generator refuses it.
    Refused(String),
    /// The client is the same.
    Same,
}

impl Changed {
    /// Each rule of lowering, rewrite and keyword of the validator.
    pub fn steps() -> impl Iterator<Item = Self> {
        let rules = RULES.iter().map(|rule| Self::Rule(rule.name));
        let rewrites = REWRITES.iter().map(|rewrite| Self::Rewrite(rewrite.name));
        rules.chain(rewrites).chain(CONSTRAINTS.into_iter().map(Self::Keyword))
    }

    /// The name of the mutant.
    pub fn name(&self) -> String {
        match self {
            Self::Rule(step) | Self::Rewrite(step) => format!("without {step}"),
            Self::Keyword(keyword) => format!("without checks of {keyword}"),
            Self::Spec(mutant) => mutant.name.clone(),
        }
    }

    /// What is changed.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Rule(_) => "rule of lowering",
            Self::Rewrite(_) => "rewrite",
            Self::Keyword(_) => "keyword",
            Self::Spec(_) => "client of a changed spec",
        }
    }

    /// The client with this change of the unchanged `base`.
    fn apply(&self, documents: &Documents, base: &Arc<Base>) -> Generated {
        match self.code(documents, &base.part) {
            Err(error) => Generated::Refused(error.to_string()),
            Ok(code) if code == base.code => Generated::Same,
            Ok(code) => Generated::Client(Client {
                name: self.name(),
                without_rule: self.rule(),
                code,
                base: Arc::clone(base),
            }),
        }
    }

    fn rule(&self) -> Option<&'static str> {
        match self {
            Self::Rule(step) => Some(step),
            _ => None,
        }
    }

    fn code(&self, documents: &Documents, part: &Spec) -> Result<String> {
        let claims = |spec| Ok(documents.claims(spec)?.rules_only());
        let file = match self {
            Self::Rule(step) | Self::Rewrite(step) => {
                generate_without(part, Some(step), part, claims(part)?)?
            }
            Self::Keyword(keyword) => {
                let places = part.schemas().iter().filter(|schema| schema.get(keyword).is_some());
                let changes: Vec<Change> = places
                    .map(|schema| Change::Remove(format!("{}/{keyword}", schema.pointer)))
                    .collect();
                let table = part.changed(&changes)?;
                generate_without(part, None, &table, claims(part)?)?
            }
            Self::Spec(mutant) => {
                let spec = mutant.apply(part)?;
                generate_file(&spec, claims(&spec)?)?
            }
        };
        Ok(prettyplease::unparse(&file))
    }
}

/// Generates clients with changes.
pub struct Generator<'d> {
    documents: &'d Documents,
    /// The unchanged clients of each operation with those that are tested together with it, the
    /// largest first.
    bases: Vec<Arc<Base>>,
}

impl<'d> Generator<'d> {
    pub fn new(documents: &'d Documents) -> Result<Self> {
        let mut bases: Vec<Arc<Base>> = Vec::new();
        for spec in &documents.specs {
            for operation in &spec.operations {
                let operations = documents.with_contradicted(vec![operation.id.clone()]);
                if bases.iter().any(|base| base.operations == operations) {
                    continue;
                }
                let part = spec.excerpt(&operations)?;
                let claims = documents.claims(&part)?.rules_only();
                let code = prettyplease::unparse(&generate_file(&part, claims)?);
                let module = format!("unchanged_{}", bases.len());
                bases.push(Arc::new(Base { module, part, operations, code }));
            }
        }
        bases.sort_by_key(|base| Reverse(base.code.len()));
        Ok(Self { documents, bases })
    }

    /// The largest client that a step makes a difference to. A rule that makes none still has its own
    /// test.
    pub fn without(&self, step: &Changed) -> Generated {
        let all = self.bases.iter().map(|base| step.apply(self.documents, base));
        let other = { all }.find(|generated| !matches!(generated, Generated::Same));
        match (other, step.rule(), self.bases.last()) {
            (Some(other), ..) => other,
            (None, rule @ Some(_), Some(base)) => Generated::Client(Client {
                name: step.name(),
                without_rule: rule,
                code: String::new(),
                base: Arc::clone(base),
            }),
            (None, ..) => Generated::Same,
        }
    }

    /// The smallest client that a change of a spec makes a difference to.
    pub fn of_spec(&self, mutant: &Changed) -> Generated {
        let Changed::Spec(change) = mutant else { return Generated::Same };
        let has_it = |base: &&Arc<Base>| {
            let spec = self.documents.specs.iter().find(|spec| spec.api == base.part.api);
            let affected = spec.map(|spec| spec.operations_with(&change.place));
            change.name.starts_with(&format!("{}#", base.part.api))
                && affected.is_some_and(|all| all.iter().any(|id| base.operations.contains(id)))
        };
        match self.bases.iter().rfind(has_it) {
            Some(base) => mutant.apply(self.documents, base),
            None => Generated::Same,
        }
    }
}

/// The changes of all specs, in an order that `seed` determines.
pub fn changes_of_specs(documents: &Documents, seed: u64) -> Vec<Changed> {
    let changes = documents.specs.iter().flat_map(of_spec).map(Changed::Spec);
    let mut changes: Vec<Changed> = changes.collect();
    changes.sort_by_cached_key(|change| hash(seed, &change.name()));
    changes
}

fn hash(seed: u64, name: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ seed;
    name.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
