//! The rule for values that are like one of several schemas.

use super::{describe, origin, touch_all, Lowering, Outcome};
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
        touch_all(lowering, &at, rule, Outcome::DocumentedOnly);
        let Some(schema) = lowering.schema(&at) else { continue };
        schema.retain(|keyword, _| {
            keyword.starts_with("x-") || ["description", "nullable"].contains(&keyword.as_str())
        });
        describe(schema, &format!("Documented: one of {}.", names.join(", ")));
    }
    excluded(lowering, rule);
    Ok(())
}

/// Leaves to the documentation what a value is not.
fn excluded(lowering: &mut Lowering, rule: &'static str) {
    for at in lowering.schemas() {
        let schema = lowering.spec.document.pointer(&at);
        let Some(not) = schema.and_then(|schema| schema.get("not")).cloned() else { continue };
        touch_all(lowering, &pointer::join(&at, "not"), rule, Outcome::DocumentedOnly);
        let name = type_of(&lowering.spec, &not);
        let Some(schema) = lowering.schema(&at) else { continue };
        schema.remove("not");
        describe(schema, &format!("Documented: not of the kind `{name}`."));
        let origin = origin(schema);
        lowering.touch(&origin, "not", rule, Outcome::DocumentedOnly);
    }
}
