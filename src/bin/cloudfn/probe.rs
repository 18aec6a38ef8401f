//! `cloudfn probe`: the contract against a service.

use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

use clap::ArgMatches;
use cloudfn::drift::Drift;
use cloudfn::registry::{Api, Arguments, Operation, Target};
use cloudfn::{Error, ErrorKind};
use serde::Serialize;
use serde_json::Value;

use crate::call;
use crate::connection::connect;
use crate::output::{self, Failure};

/// What came of a probe.
#[derive(Serialize)]
struct Report {
    api: &'static str,
    calls: Vec<Call>,
    differences: Vec<Drift>,
}

/// A call of a probe.
#[derive(Serialize)]
struct Call {
    operation: &'static str,
    /// The documented sample that was sent; none if there is no sample or no body.
    sample: Option<&'static str>,
    /// Required parameters that were not given.
    made_up: Vec<&'static str>,
    /// The HTTP status of the answer.
    status: Option<u16>,
    /// Why there is no success.
    error: Option<String>,
    /// The answer, its texts left out.
    answer: Value,
}

/// Calls the operations that were asked for, and reports.
pub async fn run(api: &'static Api, matches: &ArgMatches) -> Result<(), Failure> {
    let given = given(api, matches)?;
    let operations = operations(api, matches)?;
    let found = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&found);
    let on_drift = move |drift: &Drift| {
        told.lock().unwrap_or_else(PoisonError::into_inner).push(drift.clone());
    };
    let connection = connect(api.name, matches, Some(Box::new(on_drift))).await?;
    call::sending();
    let mut calls = Vec::new();
    for operation in operations {
        for request in requests(operation) {
            calls.push(send(&connection.target, operation, &request, &given).await?);
        }
    }
    let differences = found.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let report = Report { api: api.name, calls, differences };
    let text = match matches.get_one::<String>("format").map(String::as_str) {
        Some("json") => serde_json::to_string_pretty(&report).map(|json| json + "\n"),
        _ => Ok(report.text()),
    };
    let text = text.map_err(|e| Failure::tried(format!("the report cannot be written: {e}")))?;
    output::print(&text)
        .map_err(|e| Failure::tried(format!("the report cannot be written: {e}")))?;
    report.verdict()
}

/// The operations that are called.
fn operations(api: &'static Api, matches: &ArgMatches) -> Result<Vec<&'static Operation>, Failure> {
    let named: Vec<&String> = matches.get_many("operation").into_iter().flatten().collect();
    let is_named =
        |operation: &Operation| named.iter().any(|name| name.replace('-', "_") == operation.id);
    let is_asked = |operation: &&Operation| match named.is_empty() {
        true => operation.safe || matches.get_flag("unsafe"),
        false => is_named(operation),
    };
    let asked: Vec<&Operation> = api.operations.iter().filter(is_asked).collect();
    if asked.is_empty() {
        let all =
            api.operations.iter().map(|o| format!("{} ({})", o.id.replace('_', "-"), o.method));
        return Err(Failure::unsent(format!(
            "every operation of {} may change something: {}; name some with --operation, or call \
             all with --unsafe",
            api.name,
            all.collect::<Vec<_>>().join(", ")
        )));
    }
    Ok(asked)
}

/// The parameters that were given, each of which some operation has.
fn given(api: &Api, matches: &ArgMatches) -> Result<Vec<(String, String)>, Failure> {
    let given = matches.get_many::<(String, String)>("parameter").into_iter().flatten();
    let given: Vec<(String, String)> = given.cloned().collect();
    let parameters = || api.operations.iter().flat_map(|operation| operation.parameters);
    for (name, _) in &given {
        if !parameters().any(|parameter| parameter.name == name) {
            let mut known: Vec<&str> = parameters().map(|parameter| parameter.name).collect();
            known.sort_unstable();
            known.dedup();
            return Err(Failure::unsent(format!(
                "no operation of {} has a parameter {name}; there are {}",
                api.name,
                known.join(", ")
            )));
        }
    }
    Ok(given)
}

/// A documented request.
struct Request {
    sample: Option<&'static str>,
    body: Option<&'static str>,
}

/// The documented requests of an operation: its samples, or one that has what is required.
fn requests(operation: &Operation) -> Vec<Request> {
    let samples = operation.samples.iter().filter(|sample| sample.place == "request");
    let requests: Vec<Request> = samples
        .map(|sample| Request { sample: Some(sample.name), body: Some(sample.json) })
        .collect();
    match requests.is_empty() {
        true => vec![Request { sample: None, body: operation.minimal_request }],
        false => requests,
    }
}

async fn send(
    target: &Target,
    operation: &'static Operation,
    request: &Request,
    given: &[(String, String)],
) -> Result<Call, Failure> {
    let mut made_up = Vec::new();
    let mut parameters = Vec::new();
    for parameter in operation.parameters {
        let found = given.iter().find(|(name, _)| name == parameter.name);
        let text = match found {
            Some((_, text)) => text.as_str(),
            None if parameter.required && !target.has_preset(parameter.name) => {
                made_up.push(parameter.name);
                parameter.minimal
            }
            None => continue,
        };
        parameters.push((parameter.name.to_owned(), text.to_owned()));
    }
    let body = request.body.map(|body| body.as_bytes().to_vec());
    let result = (operation.call)(target, &Arguments { parameters, body }).await;
    let (status, error, answer) = match result {
        Ok(answer) => (Some(answer.status), None, recorded(&answer.received)),
        Err(error) if error.kind() == ErrorKind::Invalid => return Err(Failure::of(&error)),
        Err(error) => {
            (error.status(), Some(why(&error)), error.body().map(recorded).unwrap_or_default())
        }
    };
    Ok(Call { operation: operation.id, sample: request.sample, made_up, status, error, answer })
}

/// Why there is no success; nothing of the answer but the vendor's code.
fn why(error: &Error) -> String {
    match (error.body(), error.code()) {
        (None, _) => Failure::of(error).to_string(),
        (Some(_), Some(code)) => format!("{}: {code}", error.kind()),
        (Some(_), None) => error.kind().to_string(),
    }
}

/// What of a body is recorded; null if it is not JSON.
fn recorded(body: &[u8]) -> Value {
    without_texts(serde_json::from_slice(body).unwrap_or_default())
}

/// A value with the length of each text in its place, since any may be a secret.
fn without_texts(value: Value) -> Value {
    match value {
        Value::String(text) => format!("<{} characters>", text.chars().count()).into(),
        Value::Array(list) => list.into_iter().map(without_texts).collect(),
        Value::Object(object) => {
            object.into_iter().map(|(name, value)| (name, without_texts(value))).collect()
        }
        other => other,
    }
}

impl Report {
    fn text(&self) -> String {
        let mut text = String::new();
        for call in &self.calls {
            let status = call.status.map_or("no answer".to_owned(), |status| status.to_string());
            let sample = call.sample.map(|name| format!(" (sample {name})")).unwrap_or_default();
            let _ = writeln!(text, "{} {}{sample}: {status}", self.api, call.operation);
            if !call.made_up.is_empty() {
                let _ = writeln!(text, "    made up: {}", call.made_up.join(", "));
            }
            if let Some(error) = &call.error {
                let _ = writeln!(text, "    {error}");
            }
        }
        for drift in &self.differences {
            let _ = writeln!(text, "DIFFERS {drift}");
        }
        text
    }

    fn verdict(&self) -> Result<(), Failure> {
        let without_answer = self.calls.iter().filter(|call| call.status.is_none()).count();
        match (self.differences.len(), without_answer) {
            (0, 0) => Ok(()),
            (0, 1) => Err(Failure::tried("a call had no answer")),
            (0, calls) => Err(Failure::tried(format!("{calls} calls had no answer"))),
            (1, _) => Err(Failure::tried("the service differs from the documents in one place")),
            (count, _) => Err(Failure::tried(format!(
                "the service differs from the documents in {count} places"
            ))),
        }
    }
}
