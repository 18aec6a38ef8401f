//! What became of every constraint of a spec: carried by a Rust type, documented only, or
//! relaxed by a named rule.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::lowering::{Lowered, Outcome};
use crate::model::pointer::join;
use crate::model::{Spec, STYLES};

/// A constraint of an authored spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// JSON pointer of the constraint.
    pub pointer: String,
    /// What kind: `minimum`, `enum`, `required`, `status` …
    pub keyword: String,
    /// Its value, as JSON.
    pub value: String,
    /// Whether it bounds a request only; responses are read tolerantly.
    pub request_only: bool,
}

/// What became of a constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A Rust type carries it, by this rule or the generator itself.
    Carried(&'static str),
    /// The generated documentation states it.
    DocumentedOnly(&'static str),
    /// This rule gave it up on purpose.
    Relaxed(&'static str),
    /// Nothing accounts for it: a defect.
    Unaccounted,
}

/// The name of what the generator does by itself.
const GENERATOR: &str = "generator";

/// Every constraint of `spec`, in the order of the document.
pub fn constraints(spec: &Spec) -> Vec<Constraint> {
    let mut found = Vec::new();
    let mut add = |pointer: String, keyword: &str, value: Value, request_only: bool| {
        let (keyword, value) = (keyword.to_owned(), value.to_string());
        found.push(Constraint { pointer, keyword, value, request_only });
    };
    for schema in spec.schemas() {
        let uses = spec.uses(&schema.pointer);
        for constraint in schema.constraints() {
            add(
                constraint.pointer(),
                constraint.keyword,
                constraint.value,
                uses.request && !uses.response,
            );
        }
    }
    for operation in &spec.operations {
        for parameter in &operation.parameters {
            if parameter.required {
                let name = parameter.name.as_str().into();
                add(join(&parameter.pointer, "required"), "required", name, true);
            }
            for keyword in STYLES {
                if let Some(value) = parameter.keywords.get(keyword) {
                    add(join(&parameter.pointer, keyword), keyword, value.clone(), false);
                }
            }
        }
        if let Some(body) = operation.request.as_ref().filter(|body| body.required) {
            add(join(&body.pointer, "required"), "required", "body".into(), true);
        }
        for response in &operation.responses {
            add(response.place.clone(), "status", response.status.as_str().into(), false);
            for header in response.headers.iter().filter(|header| header.required) {
                let value = header.pointer.as_str().into();
                add(join(&header.pointer, "required"), "header", value, false);
            }
        }
    }
    for variable in spec.servers.iter().flat_map(|server| &server.variables) {
        if let Some(values) = &variable.values {
            add(join(&variable.pointer, "enum"), "variable", values.clone().into(), true);
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|constraint| seen.insert(constraint.pointer.clone()));
    found
}

/// What became of each constraint of `spec` in `lowered`.
pub fn account(spec: &Spec, lowered: &Lowered) -> Vec<(Constraint, Fate)> {
    let constraints = constraints(spec).into_iter();
    constraints
        .map(|constraint| {
            let fate = fate(&constraint, lowered);
            (constraint, fate)
        })
        .collect()
}

fn fate(constraint: &Constraint, lowered: &Lowered) -> Fate {
    if let Some(touch) = lowered.touches.get(&constraint.pointer) {
        return match touch.outcome {
            Outcome::Carried => Fate::Carried(touch.rule),
            Outcome::DocumentedOnly => Fate::DocumentedOnly(touch.rule),
            Outcome::Relaxed => Fate::Relaxed(touch.rule),
        };
    }
    let by_generator = match constraint.keyword.as_str() {
        "required" => constraint.request_only,
        "status" => constraint.value.starts_with("\"2"),
        _ => false,
    };
    match by_generator {
        true => Fate::Carried(GENERATOR),
        false => Fate::Unaccounted,
    }
}

/// Whether progenitor 0.15, given the authored spec as it is, would have dropped a constraint
/// of this kind without a word: measured by `codegen/tests/generator_alone.rs`.
pub fn dropped_by_generator_alone(keyword: &str) -> bool {
    matches!(
        keyword,
        "minimum"
            | "maximum"
            | "exclusiveMinimum"
            | "exclusiveMaximum"
            | "multipleOf"
            | "minItems"
            | "maxItems"
            | "minProperties"
            | "maxProperties"
    )
}
