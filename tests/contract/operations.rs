//! The client's description of each operation matches the spec.

use std::collections::BTreeMap;

use cloudfn::registry::{Follows, Model, Operation as Known, Paging};
use cloudfn_codegen::lowering::is_set_by_client;
use cloudfn_codegen::model::{minimal, Body, Operation, Spec};
use libtest_mimic::Failed;
use serde_json::{json, Map, Value};

use super::forms::{authored_form, stated_form, takes_null};
use super::subject::{check, ensure, Check, Subject};

pub fn checks<'s>(subject: &'s Subject<'s>) -> Vec<Check<'s>> {
    let mut checks = Vec::new();
    for spec in &subject.contract.specs {
        let name = format!("{}::servers::fidelity", spec.api);
        checks.push(check(name, move || has_servers(subject, spec)));
        for operation in &spec.operations {
            let name = format!("{}::{}::fidelity", spec.api, operation.id);
            checks.push(check(name, move || is_faithful(subject, spec, operation)));
        }
    }
    checks
}

fn has_servers(subject: &Subject, spec: &Spec) -> Result<(), Failed> {
    let authored: Vec<&str> = spec.servers.iter().map(|server| server.url.as_str()).collect();
    let known = subject.api(spec)?.servers;
    ensure(known == authored, || format!("the spec has {authored:?}, the client {known:?}"))
}

fn is_faithful(subject: &Subject, spec: &Spec, operation: &Operation) -> Result<(), Failed> {
    let known = subject.api(spec)?.operation(&operation.id);
    let known = known.ok_or_else(|| format!("the generated client has no `{}`", operation.id))?;
    let (expected, found) = (authored(spec, operation), stated(known));
    for (key, value) in expected.as_object().into_iter().flatten() {
        ensure(found[key] == *value, || {
            format!("{key}: the spec has {value}, the client {}", found[key])
        })?;
    }
    Ok(())
}

fn authored(spec: &Spec, operation: &Operation) -> Value {
    let is_callers =
        |name: &str| !is_set_by_client(name) && spec.security_header(operation, name).is_none();
    let parameters = operation.parameters.iter().filter(|p| is_callers(&p.name));
    let parameters = parameters.map(|parameter| {
        let at = parameter.schema.as_deref().unwrap_or_default();
        let default = spec.at(at).and_then(|found| found.get("default").cloned());
        json!({
            "place": format!("{} {}", parameter.location, parameter.name),
            "required": parameter.required,
            "is": rust_type(&authored_form(spec, at)), "default": default,
        })
    });
    let header = |scheme: &String| {
        let scheme = spec.scheme(scheme);
        match scheme.map_or("", |scheme| scheme.kind.as_str()) {
            "http" => "authorization".to_owned(),
            _ => scheme.and_then(|s| s.key.clone()).unwrap_or_default().to_lowercase(),
        }
    };
    let alternatives = operation.security.iter();
    let security: Vec<Vec<String>> =
        alternatives.map(|schemes| schemes.iter().map(header).collect()).collect();
    let body = operation.request.as_ref();
    json!({
        "method": operation.method,
        "path": operation.path,
        "parameters": sorted(parameters),
        "body": body.map_or(Value::Null, |body| authored_body(spec, body)),
        "body required": body.is_some_and(|body| body.required),
        "answers": operation.responses.iter().map(|response| {
            (response.status.clone(), authored_body(spec, &response.body))
        }).collect::<Map<_, _>>(),
        "security": security,
        "paging": operation.keywords.get("x-paging"),
        "waiting": operation.keywords.get("x-wait").map(authored_wait),
        "samples": operation.bodies().flat_map(|(section, body)| {
            let samples = body.json().map_or(&[][..], |json| &json.samples).iter();
            samples.map(move |sample| (format!("{section}/{}", sample.name), sample.value.clone()))
        }).collect::<BTreeMap<_, _>>(),
    })
}

fn stated(operation: &Known) -> Value {
    let parameters = operation.parameters.iter().map(|parameter| {
        json!({
            "place": format!("{} {}", parameter.location, parameter.name),
            "required": parameter.required, "is": known_type(parameter.rust_type),
            "default": parameter.default.and_then(parsed),
        })
    });
    let answers = operation.responses.iter().map(|response| {
        (response.status.to_owned(), stated_body(response.model, response.minimal))
    });
    json!({
        "method": operation.method,
        "path": operation.path,
        "parameters": sorted(parameters),
        "body": stated_body(operation.request, operation.minimal_request),
        "body required": operation.request_required,
        "answers": answers.collect::<Map<_, _>>(),
        "security": operation.security,
        "paging": operation.paging.map(stated_paging),
        "waiting": operation.waiting.map(|waiting| json!({
            "state": waiting.state, "success": waiting.success, "failure": waiting.failure,
        })),
        "samples": operation.samples.iter().map(|sample| {
            (format!("{}/{}", sample.place, sample.name), parsed(sample.json))
        }).collect::<BTreeMap<_, _>>(),
    })
}

fn authored_wait(wait: &Value) -> Value {
    let failure = wait.get("failure").cloned().unwrap_or_else(|| json!([]));
    json!({ "state": wait["state"], "success": wait["success"], "failure": failure })
}

fn stated_paging(paging: &Paging) -> Value {
    let Paging { parameter, follows, items, size, .. } = paging;
    let mut stated = match follows {
        Follows::Marker { next } => json!({ "marker": parameter, "next": next }),
        Follows::Number { total, .. } => json!({ "page": parameter, "total": total }),
    };
    stated["items"] = (*items).into();
    stated["size"] = (*size).into();
    if let Some(stated) = stated.as_object_mut() {
        stated.retain(|_, value| !value.is_null());
    }
    stated
}

/// The Rust type of a value of this form. Its constraints are tested on the wire.
fn rust_type(form: &Value) -> String {
    if let Some(items) = form.get("array") {
        return format!("Vec<{}>", rust_type(items));
    }
    match (form["enum"].is_array(), form["format"].as_str(), form["type"].as_str()) {
        (true, _, Some("string" | "integer")) => ENUMERATION,
        (_, Some("date-time"), _) => "Timestamp",
        (_, _, Some("string")) => "String",
        (_, _, Some("integer")) => "i64",
        (_, _, Some("number")) => "f64",
        (_, _, Some("boolean")) => "bool",
        _ => "Value",
    }
    .to_owned()
}

/// Represents any enumeration.
const ENUMERATION: &str = "an enumeration";

/// The Rust type of a parameter, without the names of enumerations.
fn known_type(rust_type: &str) -> String {
    if let Some(items) = rust_type.strip_prefix("Vec<").and_then(|rest| rest.strip_suffix('>')) {
        return format!("Vec<{}>", known_type(items));
    }
    let plain = ["Timestamp", "String", "i64", "f64", "bool", "Value"];
    let known = plain.into_iter().find(|plain| *plain == rust_type);
    known.unwrap_or(ENUMERATION).to_owned()
}

/// A body in the spec: its form, and its minimal instance.
fn authored_body(spec: &Spec, body: &Body) -> Value {
    if body.json().is_none() {
        return Value::Null;
    }
    let at = body.schema().unwrap_or_default();
    let nulls = spec.at(at).is_some_and(|found| found.is("nullable"));
    json!({ "is": types(authored_form(spec, at)), "nulls": nulls, "minimal": minimal(spec, at) })
}

fn stated_body(model: Option<Model>, minimal: Option<&str>) -> Value {
    let Some(model) = model else { return Value::Null };
    let schema = (model.json_schema)();
    json!({
        "is": types(stated_form(&schema)), "nulls": takes_null(&schema),
        "minimal": minimal.and_then(parsed),
    })
}

/// A form without constraints: a body that is not a model has no type of its own to state them. They
/// are tested on the wire.
fn types(form: Value) -> Value {
    const KEYS: [&str; 5] = ["model", "array", "map", "nulls", "type"];
    match form {
        Value::Object(form) => {
            let kept = form.into_iter().filter(|(key, _)| KEYS.contains(&key.as_str()));
            kept.map(|(key, inside)| (key, types(inside))).collect::<Map<_, _>>().into()
        }
        form => form,
    }
}

fn parsed(json: &str) -> Option<Value> {
    serde_json::from_str(json).ok()
}

fn sorted(parameters: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut parameters: Vec<Value> = parameters.collect();
    parameters.sort_by_key(Value::to_string);
    parameters
}
