//! The schema of each Rust type is that of the spec, except for what named rules of lowering removed.

use std::collections::BTreeSet;

use cloudfn::drift::DriftKind;
use cloudfn::registry::Schema;
use cloudfn_codegen::model::{minimal, pointer, Schema as Authored, Spec};
use cloudfn_codegen::names::{model_name, schema_name};
use libtest_mimic::Failed;
use serde_json::{json, Map, Value};

use super::sites::sites;
use super::subject::{check, ensure, Check, Subject};
use super::wire::Setting;

pub fn checks(subject: &'static Subject) -> Vec<Check> {
    let mut checks = Vec::new();
    for spec in &subject.contract.specs {
        for schema in spec.schemas().iter().filter(|schema| schema.is_model()) {
            let name = schema_name(spec, &schema.pointer);
            let test = format!("{}::{name}::fidelity", spec.api);
            checks.push(check(test, move || is_faithful(subject, spec, schema, &name)));
        }
    }
    checks
}

fn is_faithful(
    subject: &Subject,
    spec: &'static Spec,
    authored: &Authored,
    name: &str,
) -> Result<(), Failed> {
    let at = &authored.pointer;
    let schema = subject
        .api(spec)?
        .schema(name)
        .ok_or_else(|| format!("the generated client has no model `{name}`"))?;
    let expected = members_of(spec, authored);
    let found = stated(schema);
    let places =
        |value: &Value| -> Vec<String> { members(value).map(|(k, _)| k.clone()).collect() };
    let mut all = places(&expected);
    all.extend(places(&found));
    for place in all {
        ensure(expected[&place] == found[&place], || {
            format!("{place}: the spec has {}, the Rust type {}", expected[&place], found[&place])
        })?;
    }
    is_no_array(spec, at, schema)?;
    let uses = spec.uses(at);
    let required: BTreeSet<String> = authored.required().map(str::to_owned).collect();
    let is_asked_for = if uses.request { required.clone() } else { BTreeSet::new() };
    asks_for_what_is_required(&is_asked_for, schema)?;
    match uses.response {
        true => misses_what_is_required(subject, spec, at, &required),
        false => Ok(()),
    }
}

/// An array is not an object, even if its items could be the members.
fn is_no_array(spec: &Spec, at: &str, schema: &Schema) -> Result<(), Failed> {
    let valid = minimal(spec, at);
    let items: Vec<&Value> = schema.members.iter().map(|member| &valid[member.name]).collect();
    let array = json!(items).to_string();
    ensure((schema.model.decode)(array.as_bytes()).is_err(), || format!("{array} is read"))
}

/// The builder of a request names a missing required member by the vendor's name.
fn asks_for_what_is_required(required: &BTreeSet<String>, schema: &Schema) -> Result<(), Failed> {
    let empty = schema.empty.ok_or("the model has no builder")?;
    let built = empty();
    let is_right = match &built {
        Ok(model) => required.is_empty() && *model == json!({}),
        Err(message) => required.iter().any(|name| *message == format!("{name} is required")),
    };
    ensure(is_right, || format!("required are {required:?}; built of nothing: {built:?}"))
}

/// For an empty response, the missing required members are reported.
fn misses_what_is_required(
    subject: &Subject,
    spec: &'static Spec,
    at: &str,
    required: &BTreeSet<String>,
) -> Result<(), Failed> {
    let api = subject.api(spec)?;
    let [_, Some(site)] = sites(spec, at, &|_| true) else { return Ok(()) };
    let operation = api.operation(&site.operation).ok_or("the client lacks the operation")?;
    let status = site.status.as_deref().unwrap_or_default();
    let body = site.body(spec, None, json!({}));
    let tried = Setting { spec, api, operation }.answered(status, &body)?;
    let path = site.path();
    let of_object = tried.told.iter().filter(|drift| drift.kind == DriftKind::Missing);
    let told: BTreeSet<String> = of_object
        .filter_map(|drift| drift.member.strip_prefix(&path))
        .map(|name| name.trim_start_matches('.').to_owned())
        .filter(|name| !name.contains('.'))
        .collect();
    ensure(told == *required, || {
        format!("always present are {required:?}, told as missing {told:?}")
    })
}

/// The members of the object at `at` in the spec, in the plain form below.
fn members_of(spec: &Spec, schema: &Authored) -> Value {
    let uses = spec.uses(&schema.pointer);
    let mut plain = Map::new();
    for member in schema.listed_members() {
        // Rule `optional-in-responses`.
        let required = member.required && !uses.response;
        let is = authored_form(spec, &member.schema);
        let default = spec.at(&member.schema).and_then(|found| found.get("default").cloned());
        let form = json!({ "required": required, "is": is, "default": default });
        plain.insert(member.name.clone(), form);
    }
    Value::Object(plain)
}

/// The members of an object; none of anything else.
fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Type and constraints of the value at `at`, as the spec has them.
pub fn authored_form(spec: &Spec, at: &str) -> Value {
    let Some(found) = spec.at(at) else { return Value::Null };
    if found.is_model() {
        return match pointer::whole_component(&found.pointer) {
            Some(component) => json!({ "model": model_name(component) }),
            None => json!({ "model": schema_name(spec, &found.pointer) }),
        };
    }
    let takes_null = |at: &str| spec.schema(at).is_some_and(|schema| schema.is("nullable"));
    match (found.json_type(), &found.items, &found.values) {
        (Some("array"), Some(items), _) => {
            json!({ "array": authored_form(spec, items), "nulls": takes_null(items) })
        }
        (Some("object"), _, Some(values)) => {
            json!({ "map": authored_form(spec, values), "nulls": takes_null(values) })
        }
        (Some("object"), ..) => json!({ "map": {} }),
        _ => scalar_form(&Value::Object(found.keywords.clone())),
    }
}

/// The type and constraints of a scalar. An enumeration replaces its bounds. Exclusive bounds are
/// made inclusive. Bounds of numbers are those of the table.
fn scalar_form(schema: &Value) -> Value {
    let mut form = Map::new();
    form.insert("type".into(), schema["type"].clone());
    if schema["enum"].is_array() && schema["type"] != "number" {
        let mut values: Vec<Value> = schema["enum"].as_array().cloned().unwrap_or_default();
        // An option has it.
        values.retain(|value| !value.is_null());
        values.sort_by_key(Value::to_string);
        form.insert("enum".into(), Value::Array(values));
        return Value::Object(form);
    }
    for (keyword, exclusive, step) in
        [("minimum", "exclusiveMinimum", 1), ("maximum", "exclusiveMaximum", -1)]
    {
        if let (Some(bound), "integer") =
            (schema[keyword].as_f64(), schema["type"].as_str().unwrap_or(""))
        {
            #[allow(clippy::cast_possible_truncation)]
            let bound = bound as i64;
            let step = if schema[exclusive] == true { step } else { 0 };
            form.insert(keyword.into(), json!(bound + step));
        }
    }
    for keyword in ["minLength", "maxLength", "pattern"] {
        let value = &schema[keyword];
        if !value.is_null() && *value != json!(0) {
            form.insert(keyword.into(), value.clone());
        }
    }
    if schema["format"] == "date-time" {
        form.insert("format".into(), json!("date-time"));
    }
    Value::Object(form)
}

/// The members of the Rust type in the same form. Defaults come from the registry.
fn stated(schema: &Schema) -> Value {
    let root = (schema.model.json_schema)();
    let required = root["required"].as_array();
    let mut plain = Map::new();
    for (member, property) in members(&root["properties"]) {
        let required = required.is_some_and(|list| list.iter().any(|n| n == member));
        let is = stated_form(property);
        let known = schema.members.iter().find(|known| known.name == member);
        let default = known.and_then(|known| known.default);
        let default = default.and_then(|json| serde_json::from_str::<Value>(json).ok());
        let form = json!({ "required": required, "is": is, "default": default });
        plain.insert(member.clone(), form);
    }
    Value::Object(plain)
}

/// The type and constraints of a Rust type, in the same form.
pub fn stated_form(schema: &Value) -> Value {
    let reference = |schema: &Value| {
        let target = schema["$ref"].as_str()?;
        target.strip_prefix("#/definitions/").map(str::to_owned)
    };
    if let Some(model) = reference(schema) {
        return json!({ "model": model });
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
        // The root of a schema is not a reference.
        Some("object") if schema["properties"].is_object() => json!({ "model": schema["title"] }),
        Some("object") => match &schema["additionalProperties"] {
            values @ Value::Object(_) => {
                json!({ "map": stated_form(values), "nulls": takes_null(values) })
            }
            _ => json!({ "map": {} }),
        },
        _ => {
            let mut schema = schema.clone();
            schema["type"] = kind;
            if let Some(values) = schema["enum"].as_array_mut() {
                values.retain(|value| !value.is_null());
            }
            scalar_form(&schema)
        }
    }
}

/// Whether the schema of a Rust type allows null.
pub fn takes_null(schema: &Value) -> bool {
    let is_null = |schema: &Value| match &schema["type"] {
        Value::Array(kinds) => kinds.iter().any(|kind| kind == "null"),
        kind => kind == "null",
    };
    is_null(schema) || schema["anyOf"].as_array().is_some_and(|parts| parts.iter().any(is_null))
}
