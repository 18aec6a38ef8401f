//! Clients that are generated with one thing changed.

use std::cmp::Reverse;
use std::sync::Arc;

use cloudfn_codegen::error::Result;
use cloudfn_codegen::generate::{generate_file, generate_without};
use cloudfn_codegen::lowering::RULES;
use cloudfn_codegen::model::{Change, Spec, CONSTRAINTS};
use cloudfn_codegen::mutants::{of_spec, Documents, Mutant};
use cloudfn_codegen::rewrite::REWRITES;

/// What is changed before a client is generated.
pub enum Changed<'d> {
    /// A rule of lowering is switched off.
    Rule(&'static str),
    /// A rewrite is switched off.
    Rewrite(&'static str),
    /// The validator does not know a keyword.
    Keyword(&'static str),
    /// The spec states something else.
    Spec(&'d Spec, Mutant),
}

/// The unchanged client of some operations.
pub struct Base {
    /// Its module beside the mutants.
    pub module: String,
    /// The spec of these operations.
    pub part: Spec,
    pub operations: Vec<String>,
    pub code: String,
}

/// A client with one thing changed.
pub struct Client<'d> {
    pub changed: Changed<'d>,
    /// Its code; nothing if it is that of `base`.
    pub code: Option<String>,
    /// The unchanged client of the same operations.
    pub base: Arc<Base>,
}

/// What became of a change.
pub enum Generated {
    /// The code of a client, unless it is that of the unchanged client.
    Code(Option<String>, Arc<Base>),
    /// The generator refuses it.
    Refused(String),
    /// The client is the same.
    Same,
}

impl Changed<'_> {
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
            Self::Spec(_, mutant) => mutant.name.clone(),
        }
    }

    /// What is changed.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Rule(_) => "rule of lowering",
            Self::Rewrite(_) => "rewrite",
            Self::Keyword(_) => "keyword",
            Self::Spec(..) => "client of a changed spec",
        }
    }

    /// The client with this change of the unchanged `base`.
    fn apply(&self, documents: &Documents, base: &Arc<Base>) -> Generated {
        match self.code(documents, &base.part) {
            Err(error) => Generated::Refused(error.to_string()),
            Ok(code) if code == base.code => Generated::Same,
            Ok(code) => Generated::Code(Some(code), Arc::clone(base)),
        }
    }

    /// The rule of lowering that is switched off.
    pub fn rule(&self) -> Option<&'static str> {
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
            Self::Spec(_, mutant) => {
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

    /// A client with a change: the largest that a step makes a difference to, or the smallest that a
    /// change of a spec is in. A rule that makes no difference still has its own test.
    pub fn generate(&self, changed: &Changed<'_>) -> Generated {
        if let Changed::Spec(spec, mutant) = changed {
            let affected = spec.operations_with(&mutant.place);
            let has_it = |base: &&Arc<Base>| {
                let is_affected = |id: &String| affected.contains(id);
                base.part.api == spec.api && base.operations.iter().any(is_affected)
            };
            let base = self.bases.iter().rfind(has_it);
            return base.map_or(Generated::Same, |base| changed.apply(self.documents, base));
        }
        let all = self.bases.iter().map(|base| changed.apply(self.documents, base));
        let other = { all }.find(|generated| !matches!(generated, Generated::Same));
        match (other, changed.rule(), self.bases.last()) {
            (Some(other), ..) => other,
            (None, Some(_), Some(base)) => Generated::Code(None, Arc::clone(base)),
            (None, ..) => Generated::Same,
        }
    }
}

/// The changes of all specs, in an order that `seed` determines.
pub fn changes_of_specs(documents: &Documents, seed: u64) -> Vec<Changed<'_>> {
    let mut changes = Vec::new();
    for spec in &documents.specs {
        changes.extend(of_spec(spec).into_iter().map(|mutant| Changed::Spec(spec, mutant)));
    }
    changes.sort_by_cached_key(|change: &Changed<'_>| hash(seed, &change.name()));
    changes
}

fn hash(seed: u64, name: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ seed;
    name.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
