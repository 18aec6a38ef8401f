//! Types and constraints of values in a plain form, from the spec and from the schemas of Rust
//! types.

use cloudfn_codegen::model::{pointer, Schema, Spec};
use cloudfn_codegen::names::{is_type, model_name, schema_name};
use serde_json::{json, Map, Value};

/// The keywords that mean the same in OpenAPI and in JSON schema.
const KEYWORDS: [&str; 13] = [
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "default",
    "readOnly",
    "writeOnly",
];

/// Type and constraints of the value at `at`, as the spec has them.
pub fn authored_form(spec: &Spec, at: &str) -> Value {
    let (Some(own), Some(found)) = (spec.schema(at), spec.at(at)) else { return Value::Null };
    let component = pointer::whole_component(&found.pointer);
    let mut form = match component.filter(|_| is_type(spec, found)) {
        Some(component) => json!({ "model": model_name(component) }),
        None if found.is_model() => json!({ "model": schema_name(spec, &found.pointer) }),
        None => authored_type(spec, found),
    };
    if own.target.is_some() {
        extend(&mut form, authored_keywords(&own.keywords));
    }
    form
}

/// Type and constraints of a value that is not a model.
pub fn authored_type(spec: &Spec, found: &Schema) -> Value {
    // Rule `free-alternatives`.
    if found.alternatives.is_some() {
        return json!({ "type": null });
    }
    let takes_null = |at: &str| spec.schema(at).is_some_and(|schema| schema.is("nullable"));
    let mut form = match (found.json_type(), &found.items, &found.values) {
        (Some("array"), Some(items), _) => {
            json!({ "array": authored_form(spec, items), "nulls": takes_null(items) })
        }
        (Some("object"), _, Some(values)) => {
            json!({ "map": authored_form(spec, values), "nulls": takes_null(values) })
        }
        (Some("object"), ..) => json!({ "map": {} }),
        (kind, ..) => json!({ "type": kind }),
    };
    extend(&mut form, authored_keywords(&found.keywords));
    form
}

/// What the spec states of a whole model, and of members that it does not list.
pub fn authored_model(spec: &Spec, schema: &Schema) -> Value {
    let others = schema.values.as_ref().map(|values| authored_form(spec, values));
    json!({ "states": authored_keywords(&schema.keywords), "others": others })
}

fn authored_keywords(keywords: &Map<String, Value>) -> Map<String, Value> {
    let mut form = alike(keywords);
    for (keyword, exclusive) in BOUNDS {
        if let Some(bound) = keywords.get(keyword) {
            let is_exclusive = keywords.get(exclusive) == Some(&Value::Bool(true));
            form.insert(keyword.to_owned(), json!([bound.as_f64(), is_exclusive]));
        }
    }
    form
}

const BOUNDS: [(&str, &str); 2] =
    [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")];

/// The keywords with the same meaning.
fn alike(keywords: &Map<String, Value>) -> Map<String, Value> {
    let mut form = Map::new();
    for keyword in KEYWORDS {
        let value = keywords.get(keyword).filter(|value| **value != false);
        let plain = value.map(|value| value.as_f64().map_or_else(|| value.clone(), Value::from));
        // Rust's integers have 64 bits, its numbers are double.
        let is_of_type = [json!("int32"), json!("int64"), json!("float"), json!("double")];
        let plain = plain.filter(|value| keyword != "format" || !is_of_type.contains(value));
        form.extend(plain.map(|value| (keyword.to_owned(), value)));
    }
    if let Some(values) = keywords.get("enum").and_then(Value::as_array) {
        let values = values.iter().filter(|value| !value.is_null());
        let mut values: Vec<String> = values
            .map(|value| value.as_f64().map_or_else(|| value.to_string(), |n| n.to_string()))
            .collect();
        values.sort();
        form.insert("enum".into(), values.into());
    }
    if keywords.get("additionalProperties") == Some(&Value::Bool(false)) {
        form.insert("closed".into(), true.into());
    }
    form
}

fn extend(form: &mut Value, more: Map<String, Value>) {
    if let Value::Object(form) = form {
        form.extend(more);
    }
}

/// The type and constraints of a Rust type, in the same form.
pub fn stated_form(schema: &Value) -> Value {
    // The root of a schema is not a reference, and `stated_model` is for what it states.
    if schema["properties"].is_object() {
        return json!({ "model": schema["title"] });
    }
    let mut form = stated_type(schema);
    extend(&mut form, stated_keywords(schema));
    form
}

/// The type of a Rust type.
fn stated_type(schema: &Value) -> Value {
    if let Some(target) = schema["$ref"].as_str() {
        return json!({ "model": target.strip_prefix("#/definitions/") });
    }
    // An optional or described model.
    for key in ["anyOf", "allOf"] {
        let parts = schema[key].as_array().into_iter().flatten();
        let mut parts = parts.filter(|part| part["type"] != "null");
        if let Some(part) = parts.next() {
            return stated_form(part);
        }
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => {
            kinds.iter().find(|kind| **kind != "null").cloned().unwrap_or_default()
        }
        kind => kind.clone(),
    };
    match kind.as_str() {
        Some("array") => {
            let items = &schema["items"];
            json!({ "array": stated_form(items), "nulls": takes_null(items) })
        }
        Some("object") => match &schema["additionalProperties"] {
            values @ Value::Object(_) => {
                json!({ "map": stated_form(values), "nulls": takes_null(values) })
            }
            _ => json!({ "map": {} }),
        },
        _ => json!({ "type": kind }),
    }
}

/// The same of the schema of a Rust type.
pub fn stated_model(root: &Value) -> Value {
    let others = Some(&root["additionalProperties"]).filter(|values| values.is_object());
    json!({ "states": stated_keywords(root), "others": others.map(stated_form) })
}

fn stated_keywords(schema: &Value) -> Map<String, Value> {
    let Value::Object(keywords) = schema else { return Map::new() };
    let mut form = alike(keywords);
    for (keyword, exclusive) in BOUNDS {
        for (named, is_exclusive) in [(keyword, false), (exclusive, true)] {
            if let Some(bound) = keywords.get(named) {
                form.insert(keyword.to_owned(), json!([bound, is_exclusive]));
            }
        }
    }
    form
}

/// Whether the schema of a Rust type allows null.
pub fn takes_null(schema: &Value) -> bool {
    let is_null = |schema: &Value| match &schema["type"] {
        Value::Array(kinds) => kinds.iter().any(|kind| kind == "null"),
        kind => kind == "null",
    };
    is_null(schema) || schema["anyOf"].as_array().is_some_and(|parts| parts.iter().any(is_null))
}
