//! What only the generated documentation states.

use serde_json::Value;

use super::{describe, origin, text, Lowering, Outcome};
use crate::error::Result;

/// Constraints that no type carries, and their wording.
const KEYWORDS: [(&str, &str); 8] = [
    ("multipleOf", "Documented: a multiple of"),
    ("minItems", "Documented least number of items:"),
    ("maxItems", "Documented greatest number of items:"),
    ("uniqueItems", "Documented: items do not repeat:"),
    ("minProperties", "Documented least number of members:"),
    ("maxProperties", "Documented greatest number of members:"),
    ("minimum", "Documented minimum:"),
    ("maximum", "Documented maximum:"),
];

pub fn documented_only(lowering: &mut Lowering, rule: &'static str) -> Result<()> {
    for at in lowering.schemas() {
        for (keyword, wording) in KEYWORDS {
            let Some(schema) = lowering.schema(&at) else {
                continue;
            };
            let bounds_a_number = !keyword.ends_with("imum") || text(schema, "type") == "number";
            if !bounds_a_number {
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
