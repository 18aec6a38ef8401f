//! What the client knows of an operation is what the spec says of it.

use cloudfn::registry::Operation as Known;
use cloudfn_codegen::lowering::is_set_by_client;
use cloudfn_codegen::spec::{Operation, Spec};
use libtest_mimic::Failed;
use serde_json::{json, Value};

use super::subject::{check, ensure, Check, Subject};

pub fn checks(subject: &'static Subject) -> Vec<Check> {
    let mut checks = Vec::new();
    for spec in &subject.contract.specs {
        let name = format!("{}::servers::fidelity", spec.api);
        checks.push(check(name, move || has_servers(subject, spec)));
        for operation in spec.operations() {
            let name = format!("{}::{}::fidelity", spec.api, operation.id);
            checks.push(check(name, move || is_faithful(subject, spec, &operation)));
        }
    }
    checks
}

fn has_servers(subject: &Subject, spec: &Spec) -> Result<(), Failed> {
    let authored = spec.document["servers"].as_array().into_iter().flatten();
    let authored: Vec<&str> = authored.filter_map(|server| server["url"].as_str()).collect();
    let known = subject.api(spec)?.servers;
    ensure(known == authored, || format!("the spec has {authored:?}, the client {known:?}"))
}

fn is_faithful(subject: &Subject, spec: &Spec, operation: &Operation<'_>) -> Result<(), Failed> {
    let known = subject.api(spec)?.operation(operation.id);
    let known = known.ok_or_else(|| format!("the generated client has no `{}`", operation.id))?;
    let (expected, found) = (authored(spec, operation), stated(known));
    for (key, value) in expected.as_object().into_iter().flatten() {
        ensure(found[key] == *value, || {
            format!("{key}: the spec has {value}, the client {}", found[key])
        })?;
    }
    Ok(())
}

fn authored(spec: &Spec, operation: &Operation<'_>) -> Value {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let is_callers =
        |name: &str| !is_set_by_client(name) && spec.security_header(operation, name).is_none();
    let parameters = spec.parameters(operation).into_iter().map(|parameter| parameter.value);
    let parameters = parameters.filter(|parameter| is_callers(&text(&parameter["name"])));
    let parameters = parameters.map(|parameter| {
        (text(&parameter["in"]), text(&parameter["name"]), parameter["required"] == true)
    });
    let body = spec.request(operation);
    let header = |scheme: &String| {
        let scheme = &spec.document["components"]["securitySchemes"][scheme.as_str()];
        match scheme["type"].as_str() {
            Some("http") => "authorization".to_owned(),
            _ => text(&scheme["name"]).to_lowercase(),
        }
    };
    let security = spec.security(operation);
    let security: Vec<Vec<String>> =
        security.iter().map(|schemes| schemes.iter().map(header).collect()).collect();
    json!({
        "method": operation.method,
        "path": operation.path,
        "parameters": sorted(parameters.collect()),
        "body": body.as_ref().is_some_and(|body| spec.json(body).is_some()),
        "body required": body.is_some_and(|body| body.value["required"] == true),
        "statuses": sorted(spec.statuses(operation)),
        "security": security,
    })
}

fn stated(operation: &Known) -> Value {
    let parameters = operation.parameters.iter().map(|parameter| {
        (parameter.location.to_owned(), parameter.name.to_owned(), parameter.required)
    });
    let statuses = operation.responses.iter().map(|response| response.status);
    json!({
        "method": operation.method,
        "path": operation.path,
        "parameters": sorted(parameters.collect()),
        "body": operation.request.is_some(),
        "body required": operation.request_required,
        "statuses": sorted(statuses.collect()),
        "security": operation.security,
    })
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort();
    list
}
