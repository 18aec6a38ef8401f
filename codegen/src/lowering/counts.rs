//! The rule for how many items a list has, and members a map.

use serde_json::{Map, Value};

use super::scalars::{carry, integer, range};
use super::{describe, text, Lowering};
use crate::error::Result;

pub fn item_counts(lowering: &mut Lowering, rule: &'static str) -> Result<()> {
    for at in lowering.schemas() {
        let Some(schema) = lowering.schema(&at) else { continue };
        let Some((keywords, things)) = keywords(schema) else { continue };
        let [min, max] = [keywords[0], keywords[1]].map(|keyword| integer(schema, keyword));
        if let Some(range) = range(min, max) {
            describe(schema, &format!("Number of {things}: `{range}`."));
        }
        if schema.get("uniqueItems") == Some(&Value::Bool(true)) {
            describe(schema, "The items are different from each other.");
        }
        carry(lowering, &at, rule, keywords);
    }
    Ok(())
}

/// The keywords that say how much a list or an object has, and what it has.
pub fn keywords(schema: &Map<String, Value>) -> Option<(&'static [&'static str], &'static str)> {
    match text(schema, "type") {
        "array" => Some((&["minItems", "maxItems", "uniqueItems"], "items")),
        "object" => Some((&["minProperties", "maxProperties"], "members")),
        _ if schema.contains_key("properties") => {
            Some((&["minProperties", "maxProperties"], "members"))
        }
        _ => None,
    }
}
