//! Rules that make answers readable whatever the service leaves out or adds.

use serde_json::Value;

use super::{describe, model_name, origin, Lowering, Outcome, RelaxedRequired};
use crate::error::Result;
use crate::spec::{pointer, Spec};

pub fn optional_in_responses(lowering: &mut Lowering, rule: &'static str) -> Result<()> {
    for at in lowering.schemas() {
        let uses = lowering.normalised.uses(&at);
        if !uses.response {
            continue;
        }
        let Some(schema) = lowering.schema(&at) else {
            continue;
        };
        let Some(Value::Array(required)) = schema.remove("required") else {
            continue;
        };
        let origin = origin(schema);
        for name in required.iter().filter_map(Value::as_str) {
            if let Some(Value::Object(member)) =
                schema.get_mut("properties").and_then(|members| members.get_mut(name))
            {
                if !member.contains_key("$ref") {
                    describe(member, "Documented as always present.");
                }
            }
        }
        for name in required.iter().filter_map(Value::as_str) {
            lowering.touch(&origin, &pointer::join("required", name), rule, Outcome::Relaxed);
            if let Some(component) = pointer::component(&at) {
                lowering.relaxed_required.push(RelaxedRequired {
                    model: model_name(component),
                    member: name.to_owned(),
                    in_requests: uses.request,
                });
            }
        }
    }
    Ok(())
}

pub fn nullable_collections(lowering: &mut Lowering, rule: &'static str) -> Result<()> {
    for at in lowering.schemas() {
        let Some((holder, name)) = at.rsplit_once("/properties/").filter(|(_, n)| !n.contains('/'))
        else {
            continue;
        };
        let name = pointer::tokens(&format!("/{name}")).concat();
        let required = lowering
            .spec
            .document
            .pointer(holder)
            .and_then(|holder| holder["required"].as_array())
            .is_some_and(|required| required.iter().any(|n| *n == name));
        let Some(schema) = lowering.schema(&at) else {
            continue;
        };
        let is_collection = schema.get("type").is_some_and(|t| t == "array" || t == "object");
        if is_collection && !required {
            schema.insert("nullable".into(), true.into());
            let origin = origin(schema);
            lowering.touch(&origin, "type", rule, Outcome::Relaxed);
        }
    }
    Ok(())
}

pub fn error_statuses(lowering: &mut Lowering, rule: &'static str) -> Result<()> {
    let operations: Vec<String> =
        lowering.spec.operations().into_iter().map(|operation| operation.pointer).collect();
    for operation in operations {
        let at = pointer::join(&operation, "responses");
        let Some(Value::Object(responses)) = lowering.spec.document.pointer_mut(&at) else {
            continue;
        };
        let errors: Vec<String> = responses.keys().filter(|s| !is_success(s)).cloned().collect();
        responses.retain(|status, _| is_success(status));
        lowering.touches.extend(errors.iter().map(|status| super::Touch {
            pointer: pointer::join(&at, status),
            rule,
            outcome: Outcome::Carried,
        }));
    }
    Ok(())
}

/// Refuses successes with different bodies, which the generator cannot type.
pub fn one_success(spec: &Spec) -> Result<()> {
    for operation in spec.operations() {
        let mut bodies = Vec::new();
        for status in spec.statuses(&operation).into_iter().filter(|s| is_success(s)) {
            let content = spec.response(&operation, status).and_then(|r| spec.json(&r));
            bodies.push((status, content.map(|content| content.value["schema"].clone())));
        }
        let at = pointer::join(&operation.pointer, "responses");
        match &bodies[..] {
            [] => return Err(spec.error(&at, "there is no success (2XX)")),
            [(first, body), rest @ ..] => {
                if let Some((other, _)) = rest.iter().find(|(_, other)| other != body) {
                    let message = format!(
                        "the successes {first} and {other} have different bodies, and one call can have one type only"
                    );
                    return Err(spec.error(&at, message));
                }
            }
        }
    }
    Ok(())
}

fn is_success(status: &str) -> bool {
    status.starts_with('2')
}
