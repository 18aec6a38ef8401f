//! Instances of schemas of a spec, valid and minimal, for what a test does not look at.

use cloudfn_codegen::spec::{pointer::join, Spec};
use serde_json::{json, Map, Value};

/// A valid value of the schema at `pointer` with its required members only.
pub fn minimal(spec: &Spec, pointer: &str) -> Value {
    let Some(found) = spec.at(pointer) else {
        return Value::Null;
    };
    let schema = found.value;
    if let Some(value) = schema["enum"].get(0) {
        return value.clone();
    }
    match schema["type"].as_str() {
        Some("integer" | "number") => {
            let bound = schema["minimum"].as_i64().or(schema["maximum"].as_i64());
            json!(bound.unwrap_or(1))
        }
        Some("string") => match schema["format"].as_str() {
            Some("date-time") => json!("2024-01-15T08:30:00Z"),
            _ => json!("x".repeat(length(schema, "minLength").max(1))),
        },
        Some("boolean") => json!(true),
        Some("array") => {
            let item = minimal(spec, &join(&found.pointer, "items"));
            Value::Array(vec![item; length(schema, "minItems")])
        }
        _ => {
            let required = schema["required"].as_array();
            let members: Map<String, Value> = required
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(|name| {
                    let member = join(&join(&found.pointer, "properties"), name);
                    (name.to_owned(), minimal(spec, &member))
                })
                .collect();
            Value::Object(members)
        }
    }
}

fn length(schema: &Value, keyword: &str) -> usize {
    schema[keyword].as_u64().map_or(0, |n| usize::try_from(n).unwrap_or(0))
}
