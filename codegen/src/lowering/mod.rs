//! Lowering: from the authored spec to the document that the generator reads.
//!
//! The authored spec is never bent for the generator. [`lower`] writes another document: types and
//! names as the spec has them, and each constraint either as it stands or as one of the [`RULES`]
//! has it, which notes what became of it, so that [`account`](crate::account) can tell.

mod operations;
mod rules;
mod schemas;

use std::collections::{BTreeMap, BTreeSet};

pub use operations::is_set_by_client;
pub use rules::{Rule, RULES};
use serde_json::{Map, Value};

use crate::error::Result;
use crate::leaf::Leaf;
use crate::model::pointer::join;
use crate::model::{Schema, Spec};
use crate::names::{models, Model, Names, Parameter};
use crate::supported;

/// What became of a constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A Rust type or the table of the API carries it, by this rule or the generator itself.
    Carried(&'static str),
    /// The generated documentation states it, nothing enforces it.
    DocumentedOnly(&'static str),
    /// This rule gave it up on purpose.
    Relaxed(&'static str),
    /// Nothing accounts for it: a defect.
    Unaccounted,
}

impl Fate {
    /// The rule; `-` if there is none.
    pub fn rule(self) -> &'static str {
        match self {
            Self::Carried(rule) | Self::DocumentedOnly(rule) | Self::Relaxed(rule) => rule,
            Self::Unaccounted => "-",
        }
    }
}

/// A lowered spec.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// The document that the generator reads.
    pub document: Value,
    /// The leaf types that stand in it.
    pub leaves: Vec<Leaf>,
    /// What the rules touched, by the JSON pointers of the constraints in the authored spec.
    pub touches: BTreeMap<String, Fate>,
    /// Members that are required and optional in the Rust type.
    pub relaxed_required: Vec<RelaxedRequired>,
    /// The names of parameters and members in Rust.
    pub names: Names,
}

/// A member that the documents require in answers and that is optional in the Rust type.
#[derive(Clone, Debug)]
pub struct RelaxedRequired {
    /// The Rust type.
    pub model: String,
    /// The member, as the vendor spells it.
    pub member: String,
    /// Whether the model stands in requests too, where the member is asked for all the same.
    pub in_requests: bool,
}

/// A spec that is being lowered.
struct Lowering<'s> {
    spec: &'s Spec,
    /// The names of the rules that are applied.
    rules: BTreeSet<&'static str>,
    names: Names,
    models: Vec<Model<'s>>,
    leaves: Vec<Leaf>,
    touches: BTreeMap<String, Fate>,
    relaxed_required: Vec<RelaxedRequired>,
    /// The schemas that are being written.
    open: Vec<String>,
}

/// Lowers `spec` by all [`RULES`].
pub fn lower(spec: &Spec) -> Result<Lowered> {
    lower_by(spec, RULES.iter())
}

/// Lowers `spec` by the given rules only.
pub fn lower_by<'r>(spec: &Spec, rules: impl Iterator<Item = &'r Rule>) -> Result<Lowered> {
    supported::check(spec)?;
    let models = models(spec)?;
    let mut lowering = Lowering {
        spec,
        rules: rules.map(|rule| rule.name).collect(),
        names: Names::of(spec, &models),
        models,
        leaves: Vec::new(),
        touches: BTreeMap::new(),
        relaxed_required: Vec::new(),
        open: Vec::new(),
    };
    let document = lowering.document()?;
    let Lowering { names, leaves, touches, relaxed_required, .. } = lowering;
    Ok(Lowered { document, leaves, touches, relaxed_required, names })
}

impl Lowered {
    /// A parameter as the generator reads it.
    pub fn parameter(&self, named: &Parameter) -> Option<&Value> {
        self.document.pointer(&self.parameter_pointer(named)?)
    }

    /// Where the generator reads a parameter.
    pub fn parameter_pointer(&self, named: &Parameter) -> Option<String> {
        let read = if named.is_renamed() { &named.rust } else { &named.wire };
        self.document["paths"].as_object()?.iter().find_map(|(path, item)| {
            let is_operation = |value: &Value| value["operationId"] == named.operation.as_str();
            let (method, operation) =
                item.as_object()?.iter().find(|(_, value)| is_operation(value))?;
            let mut parameters = operation["parameters"].as_array()?.iter();
            let index = parameters
                .position(|p| p["in"] == named.location.as_str() && p["name"] == read.as_str())?;
            let holder = join(&join("/paths", path), method);
            Some(format!("{holder}/parameters/{index}"))
        })
    }
}

impl Lowering<'_> {
    /// Whether a rule is applied.
    fn is_on(&self, rule: &str) -> bool {
        self.rules.contains(rule)
    }

    /// Notes what a rule did to the constraint at `pointer`; what is done first counts.
    fn touch(&mut self, pointer: String, fate: Fate) {
        self.touches.entry(pointer).or_insert(fate);
    }

    /// Notes what a rule did to every constraint of the schema at `at` and of what is written out
    /// in it.
    fn touch_all(&mut self, at: &str, fate: Fate) {
        let spec = self.spec;
        let mut seen = BTreeSet::new();
        let mut open: Vec<&Schema> = spec.schema(at).into_iter().collect();
        while let Some(schema) = open.pop().filter(|schema| seen.insert(&schema.pointer)) {
            for constraint in schema.constraints() {
                self.touch(constraint.pointer(), fate);
            }
            let target = schema.target.as_deref().and_then(|target| spec.at(target));
            open.extend(target.filter(|target| self.type_of(target).is_none()));
            open.extend(schema.inside().filter_map(|at| spec.schema(at)));
        }
    }

    /// The Rust type that a schema is, if it is one of its own.
    fn type_of(&self, schema: &Schema) -> Option<&str> {
        let model = self.models.iter().find(|model| model.schema.pointer == schema.pointer)?;
        Some(&model.name)
    }
}

/// A description with a sentence after it.
fn describe(description: &mut String, sentence: &str) {
    let before = description.trim_end();
    *description = match before {
        "" => sentence.to_owned(),
        before => format!("{before}\n\n{sentence}"),
    };
}

/// An object of what is there.
fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Map<String, Value> {
    let there = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    there.collect()
}
