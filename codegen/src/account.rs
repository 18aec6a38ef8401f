//! What became of every constraint of a spec: carried by a Rust type, documented only, or
//! relaxed by a named rule.

use serde_json::Value;

use crate::lowering::{Lowered, Outcome};
use crate::spec::{members, pointer::join, Spec};

/// A constraint of an authored spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// JSON pointer of the constraint.
    pub pointer: String,
    /// What kind: `minimum`, `enum`, `required`, `status` …
    pub keyword: String,
    /// Its value, as JSON.
    pub value: String,
    /// Whether it bounds a request only; answers are read tolerantly.
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
    /// Nobody knows: a defect.
    Unaccounted,
}

/// The name of what the generator does by itself.
const GENERATOR: &str = "generator";

/// The keywords of schemas that constrain a value.
const KEYWORDS: [&str; 23] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "enum",
    "format",
    "default",
    "oneOf",
    "anyOf",
    "not",
    "additionalProperties",
    "discriminator",
    "readOnly",
    "writeOnly",
];

/// The keywords of parameters that say how they are written.
pub const STYLES: [&str; 4] = ["style", "explode", "allowReserved", "allowEmptyValue"];

/// The constraints of a schema itself: the place in it, the keyword and the value of each.
pub(crate) fn constraints_of(
    schema: &Value,
) -> impl Iterator<Item = (String, &'static str, &Value)> {
    let of_keywords =
        KEYWORDS.into_iter().filter_map(|keyword| Some((keyword, schema.get(keyword)?)));
    // Those that say what other members are, and those that say nothing, are no constraints.
    let of_keywords = of_keywords.filter(|(keyword, value)| match *keyword {
        "additionalProperties" => **value == false,
        "readOnly" | "writeOnly" => **value == true,
        _ => true,
    });
    let required = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|name| (join("required", name.as_str().unwrap_or_default()), "required", name));
    of_keywords.map(|(keyword, value)| (keyword.to_owned(), keyword, value)).chain(required)
}

/// Every constraint of `spec`, in the order of the document.
pub fn constraints(spec: &Spec) -> Vec<Constraint> {
    let mut found = Vec::new();
    for at in spec.schema_pointers() {
        let uses = spec.uses(at);
        let request_only = uses.request && !uses.response;
        let mut add = |pointer: String, keyword: &str, value: &Value| {
            found.push(Constraint {
                pointer,
                keyword: keyword.to_owned(),
                value: value.to_string(),
                request_only,
            });
        };
        let Some(schema) = spec.document.pointer(at) else {
            continue;
        };
        for (place, keyword, value) in constraints_of(schema) {
            add(format!("{at}/{place}"), keyword, value);
        }
    }
    for operation in spec.operations() {
        let mut add = |pointer: String, keyword: &str, value: Value| {
            found.push(Constraint {
                pointer,
                keyword: keyword.to_owned(),
                value: value.to_string(),
                request_only: keyword == "required",
            });
        };
        for parameter in spec.parameters(&operation) {
            if parameter.value["required"] == true {
                let name = parameter.value["name"].clone();
                add(join(&parameter.pointer, "required"), "required", name);
            }
            for keyword in STYLES {
                if let Some(value) = parameter.value.get(keyword) {
                    add(join(&parameter.pointer, keyword), keyword, value.clone());
                }
            }
        }
        if let Some(body) = spec.request(&operation).filter(|b| b.value["required"] == true) {
            add(join(&body.pointer, "required"), "required", "body".into());
        }
        for status in spec.statuses(&operation) {
            let responses = join(&operation.pointer, "responses");
            add(join(&responses, status), "status", status.into());
            for (_, header) in spec.headers(&operation, status) {
                if header.value["required"] == true {
                    add(join(&header.pointer, "required"), "header", header.pointer.into());
                }
            }
        }
    }
    let servers = spec.document["servers"].as_array().into_iter().flatten().enumerate();
    for (index, server) in servers {
        for (name, variable) in members(&server["variables"]) {
            if let Some(values) = variable.get("enum") {
                let at = join(&format!("/servers/{index}/variables"), name);
                found.push(Constraint {
                    pointer: join(&at, "enum"),
                    keyword: "variable".to_owned(),
                    value: values.to_string(),
                    request_only: true,
                });
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
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
    let mut touches = lowered.touches.iter();
    if let Some(touch) = touches.find(|touch| touch.pointer == constraint.pointer) {
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
