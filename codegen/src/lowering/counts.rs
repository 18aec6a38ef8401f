//! The rule for how many items a list has, and members a map.

use serde_json::{Map, Value};

use super::scalars::{integer, range};
use super::{describe, origin, text, Lowering, Outcome};
use crate::error::Result;
use crate::spec::pointer;

/// How many items a list has by the documents, or members a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The least number.
    pub least: Option<i64>,
    /// The greatest number.
    pub most: Option<i64>,
    /// Whether an item stands once only.
    pub unique: bool,
}

pub fn item_counts(lowering: &mut Lowering, rule: &'static str) -> Result<()> {
    for at in lowering.schemas() {
        let Some(schema) = lowering.schema(&at) else { continue };
        let Some((keywords, things)) = keywords(&at, schema) else { continue };
        let [least, most] = [keywords[0], keywords[1]].map(|keyword| integer(schema, keyword));
        let unique = schema.get("uniqueItems") == Some(&Value::Bool(true));
        let mut carried = Vec::new();
        for keyword in keywords {
            if schema.remove(*keyword).is_some() {
                carried.push(*keyword);
            }
        }
        if carried.is_empty() {
            continue;
        }
        if let Some(range) = range(least, most) {
            describe(schema, &format!("Number of {things}: `{range}`."));
        }
        if unique {
            describe(schema, "The items are different from each other.");
        }
        let origin = origin(schema);
        for keyword in carried {
            lowering.touch(&origin, keyword, rule, Outcome::Carried);
        }
        lowering.counts.insert(at, Count { least, most, unique });
    }
    Ok(())
}

/// The keywords that say how much a list or a map has, and what it has, where generated code asks
/// for it.
pub fn keywords(
    at: &str,
    schema: &Map<String, Value>,
) -> Option<(&'static [&'static str], &'static str)> {
    match text(schema, "type") {
        _ if !is_checked(at) => None,
        "array" => Some((&["minItems", "maxItems", "uniqueItems"], "items")),
        "object" if !schema.contains_key("properties") => {
            Some((&["minProperties", "maxProperties"], "members"))
        }
        _ => None,
    }
}

/// Whether generated code knows of what the schema at `at` is: of a member, a parameter or the
/// body of a request, or of what is in one of them.
fn is_checked(at: &str) -> bool {
    let tokens = pointer::tokens(at);
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let inside = match &tokens[..] {
        ["components", "schemas", _, "properties", _, inside @ ..] => inside,
        ["paths", _, "parameters", _, "schema", inside @ ..] => inside,
        ["paths", _, _, "parameters", _, "schema", inside @ ..] => inside,
        ["paths", _, _, "requestBody", "content", _, "schema", inside @ ..] => inside,
        _ => return false,
    };
    inside.iter().all(|token| ["items", "additionalProperties"].contains(token))
}
