//! Schemathesis tests our mock server with valid and invalid requests for each spec.

use std::path::{Path, PathBuf};
use std::time::Duration;

use cloudfn_codegen::model::pointer::join;
use cloudfn_codegen::model::Spec;
use serde_json::{json, Value};

use super::mock::Mock;
use super::security::alternatives;
use super::{Bench, Outcome};
use crate::files;
use crate::process::{last_lines, run};
use crate::tools::Installed;

/// The time limit for a spec.
const LIMIT: Duration = Duration::from_secs(900);

/// Runs all phases on every spec.
pub fn check(bench: &Bench<'_>, tool: &Installed) -> Result<Outcome, String> {
    let mut outcome = Outcome::default();
    let [mut operations, mut requests] = [0; 2];
    for spec in &bench.specs {
        let report = run_on(bench, tool, spec, &mut outcome)?;
        let figure = |pointer: &str| {
            let figure = report.pointer(pointer).and_then(Value::as_u64);
            figure.and_then(|n| usize::try_from(n).ok()).unwrap_or(0)
        };
        let tested = figure("/operations/tested");
        if tested != spec.operations.len() {
            let all = spec.operations.len();
            outcome.failures.push(format!("{}: {tested} of {all} operations tested", spec.api));
        }
        operations += tested;
        requests += figure("/test_cases/generated");
        phases(spec, &report, &mut outcome);
    }
    outcome.count(operations, "operations");
    outcome.count(requests, "requests");
    Ok(outcome)
}

/// Runs it on a spec, and returns its report.
fn run_on(
    bench: &Bench<'_>,
    tool: &Installed,
    spec: &Spec,
    outcome: &mut Outcome,
) -> Result<Value, String> {
    let mock = Mock::start(bench, true)?;
    let given = write(bench, spec)?;
    let file = bench.folder.join(format!("{}.report.json", spec.api));
    let mut command = tool.program("schemathesis");
    command.current_dir(&bench.folder).env("PYTHONUTF8", "1").arg("run");
    command.arg(given).args(["--url", &mock.url]);
    command.args(["--phases", "examples,coverage,fuzzing,stateful"]);
    command.args(["--seed", &bench.seed.to_string()]);
    command.args(["--max-examples", &examples(bench).to_string()]);
    command.args(["--report", "json", "--report-json-path"]).arg(&file);
    for header in headers(spec, &mock)? {
        command.args(["--header", &header]);
    }
    let ended = run(&mut command, "", LIMIT)?;
    if ended.code != Some(0) {
        let said = last_lines(&ended.text(), 60);
        outcome.failures.push(format!("{}: exit code {:?}\n{said}", spec.api, ended.code));
    }
    read(&file).map_err(|e| format!("{}: {e}\n{}", spec.api, last_lines(&ended.text(), 20)))
}

/// The number of random requests for an operation. The total time is about the same for any number of
/// operations.
fn examples(bench: &Bench<'_>) -> usize {
    let operations: usize = bench.specs.iter().map(|spec| spec.operations.len()).sum();
    let all = if bench.is_quick { 180 } else { 1500 };
    (all / operations.max(1)).max(10)
}

/// The spec, plus the undocumented statuses with which our mock server rejects invalid and
/// unauthenticated requests.
fn write(bench: &Bench<'_>, spec: &Spec) -> Result<PathBuf, String> {
    let mut document = spec.as_json().clone();
    for operation in &spec.operations {
        let responses = document.pointer_mut(&join(&operation.pointer, "responses"));
        let Some(responses) = responses.and_then(Value::as_object_mut) else { continue };
        for status in ["400", "401"] {
            if !responses.contains_key("4XX") && !responses.contains_key(status) {
                responses.insert(status.into(), json!({"description": "A refusal."}));
            }
        }
    }
    let file = bench.folder.join(format!("{}.given.json", spec.api));
    files::write(&file, &document.to_string())?;
    Ok(file)
}

fn read(file: &Path) -> Result<Value, String> {
    let text = std::fs::read_to_string(file).map_err(|e| format!("there is no report: {e}"))?;
    serde_json::from_str(&text).map_err(|e| format!("the report is not JSON: {e}"))
}

/// The headers for the first alternative of the first operation's security, with tokens that the
/// server issued.
fn headers(spec: &Spec, mock: &Mock) -> Result<Vec<String>, String> {
    let alternatives = spec.operations.first().map(|operation| alternatives(spec, operation));
    let headers = alternatives.and_then(|all| all.into_iter().next()).unwrap_or_default();
    let mut lines = Vec::new();
    for header in headers {
        lines.push(match header.is_bearer {
            true => format!("{}: Bearer {}", header.name, mock.management_token()?),
            false => format!("{}: {}", header.name, mock.iam_token()?),
        });
    }
    Ok(lines)
}

/// Every phase must succeed or not apply.
fn phases(spec: &Spec, report: &Value, outcome: &mut Outcome) {
    let phases = report["phases"].as_object();
    if phases.is_none_or(serde_json::Map::is_empty) {
        outcome.failures.push(format!("{}: the report names no phase", spec.api));
    }
    for (phase, result) in phases.into_iter().flatten() {
        let reason = result["skip_reason"].as_str().unwrap_or_default();
        match (result["status"].as_str().unwrap_or_default(), reason) {
            ("success", _) => {}
            ("skip", "not_applicable") => outcome.notes.push(format!(
                "{}: the phase {phase} does not apply, according to Schemathesis",
                spec.api
            )),
            (status, reason) => outcome
                .failures
                .push(format!("{}: the phase {phase} ended with {status} {reason}", spec.api)),
        }
    }
}
