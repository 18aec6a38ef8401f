//! The rule for values that are like one of several schemas.

use super::{describe, Lowering, Outcome, ORIGIN};
use crate::account::constraints_of;
use crate::error::Result;
use crate::ledger::type_of;
use crate::spec::{alternatives, pointer};

/// Makes a JSON value of each in a body, which keeps whatever an answer has.
pub fn free_alternatives(lowering: &mut Lowering, rule: &'static str) -> Result<()> {
    for at in lowering.schemas() {
        let schema = lowering.spec.document.pointer(&at);
        let is_parameter = pointer::part_of_call(&at) == Some("parameters");
        let Some((_, parts)) = schema.filter(|_| !is_parameter).and_then(alternatives) else {
            continue;
        };
        let names: Vec<String> =
            parts.iter().map(|part| format!("`{}`", type_of(&lowering.spec, part))).collect();
        touch_all(lowering, &at, rule);
        let Some(schema) = lowering.schema(&at) else { continue };
        schema.retain(|keyword, _| {
            keyword.starts_with("x-") || ["description", "nullable"].contains(&keyword.as_str())
        });
        describe(schema, &format!("Documented: one of {}.", names.join(", ")));
    }
    Ok(())
}

/// Notes every constraint at or in the schema at `at`.
fn touch_all(lowering: &mut Lowering, at: &str, rule: &'static str) {
    let below = format!("{at}/");
    let mut inside = lowering.schemas();
    inside.retain(|inner| inner == at || inner.starts_with(&below));
    for inner in inside {
        let Some(schema) = lowering.spec.document.pointer(&inner) else { continue };
        let origin = schema[ORIGIN].as_str().unwrap_or_default().to_owned();
        let places: Vec<String> = constraints_of(schema).map(|(place, ..)| place).collect();
        for place in places {
            lowering.touch(&origin, &place, rule, Outcome::DocumentedOnly);
        }
    }
}
