//! What only the generated documentation states.

use serde_json::{Map, Value};

use super::{counts, describe, origin, text, Lowering, Outcome};
use crate::error::Result;

/// Constraints that no type carries, and their wording.
const KEYWORDS: [(&str, &str); 16] = [
    ("enum", "Documented values:"),
    ("format", "Documented format:"),
    ("exclusiveMinimum", "The documented minimum is exclusive:"),
    ("exclusiveMaximum", "The documented maximum is exclusive:"),
    ("multipleOf", "Documented: a multiple of"),
    ("minItems", "Documented least number of items:"),
    ("maxItems", "Documented greatest number of items:"),
    ("uniqueItems", "Documented: items do not repeat:"),
    ("minProperties", "Documented least number of members:"),
    ("maxProperties", "Documented greatest number of members:"),
    ("minimum", "Documented minimum:"),
    ("maximum", "Documented maximum:"),
    ("additionalProperties", "Documented: other members than these:"),
    ("discriminator", "Documented: which kind it is tells"),
    ("readOnly", "Documented: only in responses:"),
    ("writeOnly", "Documented: only in requests:"),
];

pub fn documented_only(lowering: &mut Lowering, rule: &'static str) -> Result<()> {
    for at in lowering.schemas() {
        for (keyword, wording) in KEYWORDS {
            let Some(schema) = lowering.schema(&at) else {
                continue;
            };
            // Another rule's business: where it is switched off, nothing accounts for these.
            let is_of_a_rule = match keyword {
                "format" => {
                    crate::leaf::is_mark(text(schema, "format")) || is_format_of_a_rule(schema)
                }
                keyword if keyword.ends_with("imum") => text(schema, "type") == "integer",
                "enum" => ["string", "integer"].contains(&text(schema, "type")),
                // A schema of other members is no constraint.
                "additionalProperties" => schema.get(keyword) != Some(&Value::Bool(false)),
                keyword => counts::keywords(&at, schema)
                    .is_some_and(|(keywords, _)| keywords.contains(&keyword)),
            };
            if is_of_a_rule {
                continue;
            }
            if let Some(value) = schema.remove(keyword) {
                describe(schema, &format!("{wording} `{value}`."));
                let origin = origin(schema);
                lowering.touch(&origin, keyword, rule, Outcome::DocumentedOnly);
            }
        }
    }
    Ok(())
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
