//! Snapshots for reviewers: an outline of each API, each decoded sample, and each message for a
//! refused value.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::panic::{catch_unwind, AssertUnwindSafe};

use cloudfn::registry::{Api, Operation};
use libtest_mimic::Failed;
use serde_json::json;

use super::subject::{check, Check, Subject};

pub fn checks<'s>(subject: &'s Subject<'s>) -> Vec<Check<'s>> {
    let mut checks = Vec::new();
    for api in &subject.apis {
        checks.push(snapshot(format!("{}-outline", api.name), outline(api)));
        checks.push(snapshot(format!("{}-refusals", api.name), refusals(api)));
        for operation in api.operations {
            for sample in operation.samples {
                let name = format!("{}-{}-{}", operation.id, sample.place, sample.name);
                checks.push(snapshot(name, decoded(operation, sample.place, sample.json)));
            }
        }
    }
    checks
}

fn snapshot(name: String, content: String) -> Check<'static> {
    check(format!("snapshot::{name}"), move || {
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let assert = || settings.bind(|| insta::assert_snapshot!(name.as_str(), content));
        catch_unwind(AssertUnwindSafe(assert)).map_err(|_| difference(&name, &content))
    })
}

/// The first difference between the snapshot file and the new content.
fn difference(name: &str, content: &str) -> Failed {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contract/snapshots");
    let file = format!("{folder}/{name}.snap");
    let Ok(old) = std::fs::read_to_string(file) else {
        return "there is no such snapshot yet".into();
    };
    let old = old.splitn(3, "---\n").nth(2).unwrap_or_default();
    let (mut old, mut new) = (old.lines(), content.lines());
    let mut line = 1;
    loop {
        match (old.next(), new.next()) {
            (None, None) => return "the snapshot differs in white space".into(),
            (old, new) if old != new => {
                let shown =
                    |line: Option<&str>| line.map_or("nothing".to_owned(), |l| format!("`{l}`"));
                let (old, new) = (shown(old), shown(new));
                return format!("line {line}: the snapshot has {old}, now there is {new}").into();
            }
            _ => line += 1,
        }
    }
}

/// Operations, types, and members with their Rust types.
fn outline(api: &Api) -> String {
    let mut text = String::new();
    for operation in api.operations {
        let _ = writeln!(text, "{}  {} {}", operation.id, operation.method, operation.path);
        for parameter in operation.parameters {
            let mark = if parameter.required { "" } else { "?" };
            let _ = writeln!(
                text,
                "    {} {}{mark}: {}",
                parameter.location, parameter.name, parameter.rust_type
            );
        }
        if let Some(request) = operation.request {
            let _ = writeln!(text, "    body: {}", request.rust_type);
        }
        for response in operation.responses {
            let body = response.model.map_or("no body", |model| model.rust_type);
            let table = operation.table.responses.iter().find(|r| r.status == response.status);
            let media = match table.map_or(&[][..], |table| table.media.types) {
                [] | ["application/json"] => String::new(),
                others => format!(" ({})", others.join(", ")),
            };
            let _ = writeln!(text, "    {}: {body}{media}", response.status);
        }
        if let Some(headers) = operation.headers {
            let _ = writeln!(text, "    headers: {}", headers.rust_type);
        }
        text.push('\n');
    }
    for schema in api.schemas {
        let _ = writeln!(text, "{}", schema.name);
        for member in schema.members {
            let _ = writeln!(text, "    {}: {}", member.name, member.rust_type);
        }
        text.push('\n');
    }
    text
}

/// The messages for refused values.
fn refusals(api: &Api) -> String {
    let wrong = [json!("x".repeat(270)), json!(i64::MIN)];
    let mut messages = BTreeSet::new();
    for member in api.schemas.iter().flat_map(|schema| schema.members) {
        let refused = wrong.iter().flat_map(|value| member.check(value));
        let refused = refused.map(|violation| violation.to_string());
        for message in refused.filter(|message| message.contains("outside the documented")) {
            messages.insert(format!("{}: {}: {message}", member.rust_type, member.name));
        }
    }
    for parameter in api.operations.iter().flat_map(|operation| operation.parameters) {
        if let Err(message) = parameter.check("") {
            messages.insert(format!("{}: {message}", parameter.rust_type));
        }
    }
    messages.into_iter().collect::<Vec<_>>().join("\n")
}

fn decoded(operation: &Operation, place: &str, json: &str) -> String {
    match operation.model(place).map(|model| (model.decode)(json.as_bytes())) {
        Some(Ok(decoded)) => decoded.shown(),
        Some(Err(error)) => format!("not decoded: {error}"),
        None => "no model".to_owned(),
    }
}
