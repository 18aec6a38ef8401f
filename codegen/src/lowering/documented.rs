//! What no Rust type carries: the generated documentation states it, and the table of the API
//! checks it where it can.

use serde_json::{Map, Value};

use super::{counts, describe, origin, text, Lowering, Outcome};
use crate::error::Result;

/// Constraints that the table checks, and their wording.
const CHECKED: [(&str, &str); 7] = [
    ("enum", "Documented values:"),
    ("exclusiveMinimum", "The documented minimum is exclusive:"),
    ("exclusiveMaximum", "The documented maximum is exclusive:"),
    ("multipleOf", "Documented: a multiple of"),
    ("minimum", "Documented minimum:"),
    ("maximum", "Documented maximum:"),
    ("additionalProperties", "Documented: other members than these:"),
];

/// Constraints that nothing checks, and their wording.
const UNCHECKED: [(&str, &str); 9] = [
    ("format", "Documented format:"),
    ("discriminator", "Documented: which kind it is tells"),
    ("readOnly", "Documented: only in responses:"),
    ("writeOnly", "Documented: only in requests:"),
    ("minItems", "Documented least number of items:"),
    ("maxItems", "Documented greatest number of items:"),
    ("uniqueItems", "Documented: items do not repeat:"),
    ("minProperties", "Documented least number of members:"),
    ("maxProperties", "Documented greatest number of members:"),
];

/// The rule for what the table checks.
pub fn checked(lowering: &mut Lowering, rule: &'static str) -> Result<()> {
    state(lowering, rule, &CHECKED, &Outcome::Carried)
}

/// The rule for what is only documented.
pub fn documented_only(lowering: &mut Lowering, rule: &'static str) -> Result<()> {
    state(lowering, rule, &UNCHECKED, &Outcome::DocumentedOnly)
}

fn state(
    lowering: &mut Lowering,
    rule: &'static str,
    keywords: &[(&'static str, &str)],
    outcome: &Outcome,
) -> Result<()> {
    for at in lowering.schemas() {
        for (keyword, wording) in keywords {
            let Some(schema) = lowering.schema(&at).filter(|schema| !is_of_a_rule(schema, keyword))
            else {
                continue;
            };
            if let Some(value) = schema.remove(*keyword) {
                describe(schema, &format!("{wording} `{value}`."));
                let origin = origin(schema);
                lowering.touch(&origin, keyword, rule, outcome.clone());
            }
        }
    }
    Ok(())
}

/// Whether a keyword is another rule's business: where that is switched off, nothing accounts for
/// it.
fn is_of_a_rule(schema: &Map<String, Value>, keyword: &str) -> bool {
    match keyword {
        "format" => crate::leaf::is_mark(text(schema, "format")) || is_format_of_a_rule(schema),
        keyword if keyword.ends_with("imum") => text(schema, "type") == "integer",
        "enum" => ["string", "integer"].contains(&text(schema, "type")),
        // A schema of other members does not constrain.
        "additionalProperties" => schema.get(keyword) != Some(&Value::Bool(false)),
        keyword => {
            counts::keywords(schema).is_some_and(|(keywords, _)| keywords.contains(&keyword))
        }
    }
}

/// Whether another rule puts a type in the place of the schema's format.
fn is_format_of_a_rule(schema: &Map<String, Value>) -> bool {
    text(schema, "type") == "integer" || text(schema, "format") == "date-time"
}

/// Writes the unit of each schema into its description.
pub fn units(lowering: &mut Lowering) {
    for at in lowering.schemas() {
        if let Some(schema) = lowering.schema(&at) {
            if let Some(Value::String(unit)) = schema.get("x-unit").cloned() {
                describe(schema, &format!("Unit: {unit}."));
            }
        }
    }
}
