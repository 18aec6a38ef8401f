//! Rules that make answers readable whatever the service leaves out or adds.

use serde_json::Value;

use super::{describe, model_name, origin, touch_all, Lowering, Outcome, RelaxedRequired};
use crate::error::Result;
use crate::spec::{members, pointer, Operation};

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

/// Takes the headers out of responses.
pub fn headers(lowering: &mut Lowering, rule: &'static str) -> Result<()> {
    for at in responses(lowering) {
        let headers = pointer::join(&at, "headers");
        touch_all(lowering, &headers, rule, Outcome::DocumentedOnly);
        let Some(Value::Object(response)) = lowering.spec.document.pointer_mut(&at) else {
            continue;
        };
        let headers = response.remove("headers").unwrap_or_default();
        for (_, header) in members(&headers) {
            if let Some(origin) = header["schema"][super::ORIGIN].as_str() {
                let header = origin.trim_end_matches("/schema");
                lowering.touch(header, "required", rule, Outcome::DocumentedOnly);
            }
        }
    }
    Ok(())
}

/// Pointers of all responses.
fn responses(lowering: &Lowering) -> Vec<String> {
    let operations = lowering.spec.operations();
    let of = |operation: &Operation<'_>| {
        let at = pointer::join(&operation.pointer, "responses");
        let statuses = lowering.spec.statuses(operation);
        statuses.into_iter().map(|status| pointer::join(&at, status)).collect::<Vec<_>>()
    };
    operations.iter().flat_map(of).collect()
}

pub fn is_success(status: &str) -> bool {
    status.starts_with('2')
}
