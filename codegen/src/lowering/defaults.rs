//! The rule for default values.

use serde_json::Value;

use super::{describe, origin, Lowering, Outcome};
use crate::error::Result;

pub fn documented_defaults(lowering: &mut Lowering, rule: &'static str) -> Result<()> {
    for at in lowering.schemas() {
        let Some(schema) = lowering.schema(&at) else {
            continue;
        };
        let Some(default) = schema.remove("default") else {
            continue;
        };
        let shown = match &default {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        describe(
            schema,
            &format!("Documented default: `{shown}`. The service fills it in; the client never sends it by itself."),
        );
        let origin = origin(schema);
        lowering.touch(&origin, "default", rule, Outcome::DocumentedOnly);
    }
    Ok(())
}
