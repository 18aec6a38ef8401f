//! `cloudfn probe`: compares a service with the contract.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

use clap::ArgMatches;
use cloudfn::drift::Drift;
use cloudfn::registry::{Api, Arguments, Operation, Target};
use cloudfn::{Error, ErrorKind};
use serde::Serialize;
use serde_json::Value;

use crate::connection::connect;
use crate::output::{self, chain, Failure};
use crate::reading::{check_stdin, read_secret};

/// The result of a probe.
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
    /// The documented sample that was sent; `None` without a sample or a body.
    sample: Option<&'static str>,
    made_up: Vec<&'static str>,
    status: Option<u16>,
    /// Whether the whole response was read and compared with the documents.
    compared: bool,
    /// Why the call failed.
    error: Option<String>,
    /// The response, without its strings.
    answer: Value,
    #[serde(skip)]
    is_sent: bool,
}

/// Calls the requested operations and prints the report.
pub async fn run(api: &'static Api, matches: &ArgMatches) -> Result<(), Failure> {
    let operations = operations(api, matches)?;
    let given = given(&operations, matches).await?;
    let found = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&found);
    let on_drift = move |drift: &Drift| {
        told.lock().unwrap_or_else(PoisonError::into_inner).push(drift.clone());
    };
    let connection = connect(api.name, matches, Some(Box::new(on_drift))).await?;
    output::sending();
    let mut calls = Vec::new();
    for operation in operations {
        for request in requests(operation) {
            calls.push(send(&connection.target, operation, &request, &given).await);
        }
    }
    output::answered();
    let differences = found.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let report = Report { api: api.name, calls, differences };
    let text = match matches.get_one::<String>("format").map(String::as_str) {
        Some("json") => serde_json::to_string_pretty(&report).map(|json| json + "\n"),
        _ => Ok(report.text()),
    };
    let text = text.map_err(|e| Failure::unwritten("the report", &e))?;
    output::print("the report", text).await?;
    report.verdict()
}

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
            "every operation of {} may change something: {}; choose some with --operation, or all \
             with --unsafe",
            api.name,
            all.collect::<Vec<_>>().join(", ")
        )));
    }
    Ok(asked)
}

/// The given parameters. Each must belong to a called operation and be given only once.
async fn given(
    operations: &[&Operation],
    matches: &ArgMatches,
) -> Result<Vec<(String, String)>, Failure> {
    let parameters = operations.iter().flat_map(|operation| operation.parameters);
    let known: BTreeMap<&str, bool> = parameters.map(|p| (p.name, p.secret)).collect();
    let files = matches.get_many::<(String, String)>("parameter-file").into_iter().flatten();
    check_stdin(files.map(|(_, file)| file))?;
    let mut given: Vec<(String, String)> = Vec::new();
    for (flag, is_file) in [("parameter", false), ("parameter-file", true)] {
        for (name, text) in matches.get_many::<(String, String)>(flag).into_iter().flatten() {
            let text = match known.get(name.as_str()) {
                None => {
                    let known: Vec<&str> = known.into_keys().collect();
                    return Err(Failure::unsent(format!(
                        "no called operation has a parameter {name}; the parameters are: {}",
                        known.join(", ")
                    )));
                }
                Some(_) if given.iter().any(|(earlier, _)| earlier == name) => {
                    return Err(Failure::unsent(format!("the parameter {name} is given twice")));
                }
                Some(_) if is_file => read_secret(name, text).await?,
                Some(true) => {
                    return Err(Failure::unsent(format!(
                        "the parameter {name} is a secret: pass it with --parameter-file {name}=FILE"
                    )));
                }
                Some(false) => text.clone(),
            };
            given.push((name.clone(), text));
        }
    }
    Ok(given)
}

/// A documented request.
struct Request {
    sample: Option<&'static str>,
    body: Option<&'static str>,
}

/// The documented requests of an operation: its samples, or one with only the required members.
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
) -> Call {
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
        parameters.push((parameter.key.to_owned(), text.to_owned()));
    }
    let body = request.body.map(|body| body.as_bytes().to_vec());
    let result =
        (operation.call)(target, &Arguments { parameters, body, ..Arguments::default() }).await;
    let mut call = Call {
        operation: operation.id,
        sample: request.sample,
        made_up,
        status: None,
        compared: true,
        error: None,
        answer: Value::Null,
        is_sent: true,
    };
    match result {
        Ok(answer) => {
            call.status = Some(answer.status);
            call.answer = recorded(&answer.received);
        }
        Err(error) => {
            let unread = unread(operation, &error);
            call.status = error.status();
            call.compared = unread.is_none();
            call.error = Some(why(&error, unread));
            call.answer = error.body().map(recorded).unwrap_or_default();
            call.is_sent = error.kind() != ErrorKind::Invalid;
        }
    }
    call
}

/// Why the response to a failed call was not compared; `None` if it was.
fn unread(operation: &Operation, error: &Error) -> Option<String> {
    let is_answer = matches!(error.kind(), ErrorKind::Service | ErrorKind::Redirected);
    if let Some(body) = error.body().filter(|_| is_answer && !error.is_incomplete()) {
        // An undocumented status is a difference.
        let documented = operation.response(error.status()?)?.model?;
        let reason = (documented.decode)(body).err()?;
        return Some(format!("the body cannot be read: {}", without_quoted(&reason)));
    }
    let message = if is_answer { "the response is incomplete" } else { error.message() };
    let outcome = error.outcome_unknown().then_some("it may or may not have happened");
    let cause = error.source().map(chain);
    let parts = [Some(message), cause.as_deref(), outcome].into_iter().flatten();
    Some(without_quoted(&parts.collect::<Vec<&str>>().join(": ")))
}

/// Why a call failed. Of the response, it shows only the vendor's code.
fn why(error: &Error, unread: Option<String>) -> String {
    let refused = match error.kind() {
        ErrorKind::Service | ErrorKind::Redirected => Some(error.kind().to_string()),
        _ => None,
    };
    let code = error.code().map(str::to_owned);
    [refused, code, unread].into_iter().flatten().collect::<Vec<String>>().join(": ")
}

/// A text without its quoted parts, which may come from a response.
fn without_quoted(text: &str) -> String {
    let mut shown = String::new();
    let mut is_quoted = false;
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '"' => {
                is_quoted = !is_quoted;
                shown.push(c);
            }
            '\\' if is_quoted => drop(characters.next()),
            c if !is_quoted => shown.push(c),
            _ => {}
        }
    }
    shown
}

/// The recorded part of a body; null if it is not JSON.
fn recorded(body: &[u8]) -> Value {
    without_texts(serde_json::from_slice(body).unwrap_or_default())
}

/// Replaces each string by its length, since any may be a secret.
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
            let status = call.status.map_or("no response".to_owned(), |status| status.to_string());
            let sample = call.sample.map(|name| format!(" (sample {name})")).unwrap_or_default();
            let _ = writeln!(text, "{} {}{sample}: {status}", self.api, call.operation);
            if !call.made_up.is_empty() {
                let _ = writeln!(text, "    made up: {}", call.made_up.join(", "));
            }
            let _ = match (&call.error, call.compared) {
                (None, _) => writeln!(text, "    compared"),
                (Some(error), true) => writeln!(text, "    {error}\n    compared"),
                (Some(error), false) => writeln!(text, "    not compared: {error}"),
            };
        }
        for drift in &self.differences {
            let word = if drift.exception.is_some() { "EXCEPTION" } else { "DIFFERS" };
            let _ = writeln!(text, "{word} {drift}");
        }
        text
    }

    /// Succeeds only if every response was compared and none differs, documented exceptions apart.
    fn verdict(&self) -> Result<(), Failure> {
        if !self.calls.iter().any(|call| call.is_sent) {
            return Err(Failure::unsent("no call could be sent"));
        }
        let mut found = Vec::new();
        match self.differences.iter().filter(|drift| drift.exception.is_none()).count() {
            0 => {}
            1 => found.push("the service differs from the documents in one place".to_owned()),
            count => {
                found.push(format!("the service differs from the documents in {count} places"));
            }
        }
        match self.calls.iter().filter(|call| !call.compared).count() {
            0 => {}
            1 => found.push("the response to one call was not compared".to_owned()),
            count => found.push(format!("the responses to {count} calls were not compared")),
        }
        match found.is_empty() {
            true => Ok(()),
            false => Err(Failure::tried(found.join("; "))),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Command;

    use super::given;
    use crate::arguments::of_parameters;
    use crate::made_up::{File, API};

    async fn parameters(arguments: &[&str]) -> Result<Vec<(String, String)>, String> {
        let command = Command::new("probe").no_binary_name(true).args(of_parameters());
        let matches = command.try_get_matches_from(arguments).map_err(|e| e.to_string())?;
        given(&[&API.operations[0]], &matches).await.map_err(|e| e.to_string())
    }

    #[tokio::test]
    async fn a_parameter_is_given_once_and_a_secret_by_a_file() {
        let file = File::of("k e y\n");
        let by_file = format!("api_key={}", file.path());
        let all = ["--parameter", "limit=1", "--parameter-file", &by_file];
        let expected = [("limit", "1"), ("api_key", "k e y")];
        let expected = expected.map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(parameters(&all).await.unwrap(), expected);
        for (arguments, says) in [
            (
                &["--parameter", "api_key=k"][..],
                "is a secret: pass it with --parameter-file api_key",
            ),
            (&["--parameter", "limit=1", "--parameter", "limit=2"], "limit is given twice"),
            (
                &["--parameter", "nothing=1"],
                "has a parameter nothing; the parameters are: X-Secret-Key, ",
            ),
            (&["--parameter", "limit"], "expected NAME=VALUE"),
            (
                &["--parameter-file", "limit=-", "--parameter-file", "api_key=-"],
                "only one flag can read stdin",
            ),
        ] {
            let said = parameters(arguments).await.unwrap_err();
            assert!(said.contains(says), "{said}");
        }
    }
}
