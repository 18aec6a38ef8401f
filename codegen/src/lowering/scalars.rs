//! Rules for constrained scalars.

use heck::ToUpperCamelCase;
use serde_json::{Map, Value};

use super::normalise::{model_name, type_name};
use super::{describe, origin, text, Lowering, Outcome, DESCRIPTION, NAME};
use crate::error::Result;
use crate::leaf::{Enumeration, Leaf};
use crate::spec::{members, pointer, Spec};

pub fn bounded_integers(lowering: &mut Lowering, rule: &'static str) -> Result<()> {
    for at in scalars(lowering, "integer") {
        let Some(schema) = lowering.schema(&at) else {
            continue;
        };
        let exclusive = |keyword| i64::from(schema.get(keyword) == Some(&Value::Bool(true)));
        let minimum = integer(schema, "minimum").map(|n| n + exclusive("exclusiveMinimum"));
        let maximum = integer(schema, "maximum").map(|n| n - exclusive("exclusiveMaximum"));
        if let Some(range) = range(minimum, maximum) {
            describe(schema, &format!("Documented range: `{range}`."));
        }
        let keywords = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "format"];
        carry(lowering, &at, rule, &keywords);
        if let Some(schema) = lowering.schema(&at) {
            schema.insert("format".into(), "int64".into());
        }
    }
    Ok(())
}

pub fn checked_texts(lowering: &mut Lowering, rule: &'static str) -> Result<()> {
    for at in scalars(lowering, "string") {
        let Some(schema) = lowering.schema(&at) else {
            continue;
        };
        let [min, max] = ["minLength", "maxLength"].map(|keyword| integer(schema, keyword));
        let pattern = schema.get("pattern").and_then(Value::as_str).map(str::to_owned);
        if let Some(range) = range(min, max) {
            describe(schema, &format!("Documented length: `{range}` characters."));
        }
        if let Some(pattern) = pattern {
            describe(schema, &format!("Documented pattern: `{pattern}`."));
        }
        carry(lowering, &at, rule, &["minLength", "maxLength", "pattern"]);
    }
    Ok(())
}

pub fn timestamps(lowering: &mut Lowering, rule: &'static str) -> Result<()> {
    for at in scalars(lowering, "string") {
        let is_timestamp = |schema: &mut Map<String, Value>| text(schema, "format") == "date-time";
        if lowering.schema(&at).is_some_and(is_timestamp) {
            replace(lowering, &at, rule, &["format"], Leaf::timestamp());
        }
    }
    Ok(())
}

pub fn open_enumerations(lowering: &mut Lowering, rule: &'static str) -> Result<()> {
    for at in lowering.schemas() {
        let Some(schema) = lowering.spec.document.pointer(&at).and_then(Value::as_object) else {
            continue;
        };
        let kind = text(schema, "type");
        let values = schema.get("enum").and_then(Value::as_array);
        let Some(values) = values.filter(|_| ["string", "integer"].contains(&kind)) else {
            continue;
        };
        let name = match text(schema, NAME) {
            "" => enumeration_name(&lowering.spec, &at),
            own => model_name(own),
        };
        // Null is a value of the member, and none of the enumeration.
        let values = values.iter().filter(|value| !value.is_null()).cloned().collect();
        type_name(&lowering.spec, &at, &name, "give it a `title` that is one")?;
        let models = &lowering.spec.document["components"]["schemas"];
        if members(models).any(|(model, _)| model_name(model) == name) {
            let message = format!(
                "this enumeration would be named {name}, as an object is; give it a `title`"
            );
            return Err(lowering.spec.error(&at, message));
        }
        let described = schema.get(DESCRIPTION).or(schema.get("description"));
        let description = match described.and_then(Value::as_str).unwrap_or_default() {
            "" => format!("The documented values of {name}."),
            described => described.to_owned(),
        };
        let enumeration = Enumeration {
            name,
            description,
            unit: text(schema, "x-unit").to_owned(),
            integers: kind == "integer",
            values,
        };
        let is_like = |known: &Enumeration| {
            known.values == enumeration.values && known.unit == enumeration.unit
        };
        let leaf = Leaf::enumeration(enumeration.clone());
        let leaf = match lowering.leaves.iter().find(|known| known.rust == leaf.rust) {
            None => leaf,
            Some(known) if known.enumeration.as_ref().is_some_and(is_like) => known.clone(),
            Some(_) => {
                let message = format!(
                    "two enumerations with different values would be named {}; give one a `title`",
                    leaf.rust
                );
                return Err(lowering.spec.error(&at, message));
            }
        };
        let keywords =
            ["enum", "minimum", "maximum", "minLength", "maxLength", "format", "pattern"];
        replace(lowering, &at, rule, &keywords, leaf);
    }
    Ok(())
}

/// The name that the enumeration at `at` has in the generated client.
pub fn enumeration_name(spec: &Spec, at: &str) -> String {
    let title = spec.document.pointer(at).and_then(|schema| schema["title"].as_str());
    let title = title.filter(|title| !title.is_empty());
    match (pointer::whole_component(at), title) {
        (Some(own), _) => model_name(own),
        (_, Some(title)) => model_name(title),
        (_, None) => name_of(spec, at),
    }
}

/// The name of an enumeration that has none of its own: of its schema and member, or of its
/// operation and parameter.
fn name_of(spec: &Spec, at: &str) -> String {
    if let Some(name) = pointer::component(at) {
        let tokens = pointer::tokens(at);
        let words =
            tokens[3..].iter().filter(|token| !["properties", "items"].contains(&token.as_str()));
        return words
            .fold(name.to_upper_camel_case(), |all, word| all + &word.to_upper_camel_case());
    }
    let operations = spec.operations();
    let operation = operations.iter().find(|operation| at.starts_with(&operation.pointer));
    let parameter = at.split("/schema").next().and_then(|at| spec.document.pointer(at));
    let parameter = parameter.and_then(|parameter| parameter["name"].as_str());
    format!(
        "{}{}",
        operation.map_or_else(String::new, |operation| operation.id.to_upper_camel_case()),
        parameter.unwrap_or("Value").to_upper_camel_case()
    )
}

/// The schemas of a scalar type that no rule has replaced yet.
fn scalars(lowering: &Lowering, kind: &str) -> Vec<String> {
    let mut found = lowering.schemas();
    found.retain(|at| {
        lowering
            .spec
            .document
            .pointer(at)
            .is_some_and(|schema| schema["type"] == kind && !Leaf::stands_in(schema))
    });
    found
}

/// Puts `leaf` in the place of the schema at `at`, which loses the constraints it carries.
fn replace(
    lowering: &mut Lowering,
    at: &str,
    rule: &'static str,
    keywords: &[&'static str],
    leaf: Leaf,
) {
    carry(lowering, at, rule, keywords);
    if let Some(schema) = lowering.schema(at) {
        schema.insert("format".into(), leaf.key.clone().into());
    }
    if !lowering.leaves.contains(&leaf) {
        lowering.leaves.push(leaf);
    }
}

/// Takes from the schema at `at` what the table of the API carries.
pub(super) fn carry(
    lowering: &mut Lowering,
    at: &str,
    rule: &'static str,
    keywords: &[&'static str],
) {
    let Some(schema) = lowering.schema(at) else {
        return;
    };
    let origin = origin(schema);
    let carried: Vec<&str> =
        keywords.iter().copied().filter(|keyword| schema.remove(*keyword).is_some()).collect();
    for keyword in carried {
        lowering.touch(&origin, keyword, rule, Outcome::Carried);
    }
}

pub(super) fn integer(schema: &Map<String, Value>, keyword: &str) -> Option<i64> {
    schema.get(keyword).and_then(Value::as_i64)
}

/// A range in Rust's notation.
pub(super) fn range(least: Option<i64>, most: Option<i64>) -> Option<String> {
    match (least, most) {
        (None, None) => None,
        (Some(least), None) => Some(format!("{least}..")),
        (None, Some(most)) => Some(format!("..={most}")),
        (Some(least), Some(most)) => Some(format!("{least}..={most}")),
    }
}
