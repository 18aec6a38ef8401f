//! Prism serves each spec, and our client calls it, for every success and every documented error.

use std::path::PathBuf;
use std::time::Duration;

use cloudfn_codegen::model::{Operation, Spec};
use serde_json::Value;

use super::cases::{cases, Case};
use super::client::{call, Credentials, ACCESS_KEYS, TOKENS};
use super::forward::Forwarder;
use super::mock::Mock;
use super::{Bench, Outcome};
use crate::files;
use crate::process::{Ended, Running};
use crate::tools::Installed;

/// The time limit for Prism to read a spec.
const START: Duration = Duration::from_secs(60);

/// Calls every operation of every spec.
pub fn check(bench: &Bench<'_>, tool: &Installed) -> Result<Outcome, String> {
    let mut outcome = Outcome::default();
    let [mut operations, mut successes, mut errors] = [0; 3];
    let mock = Mock::start(bench, false)?;
    for spec in &bench.specs {
        let (_prism, url) = serve(bench, tool, &mock, spec)?;
        let paths = spec.operations.iter().map(|operation| operation.path.clone()).collect();
        let forwarder = Forwarder::start(&url, &mock.url, paths)
            .map_err(|e| format!("no local port is available: {e}"))?;
        for operation in &spec.operations {
            let call = Caller { bench, spec, operation, forwarder: &forwarder };
            let (statuses, refusals) = statuses(operation);
            successes += call.all(&statuses, &mut outcome, Caller::succeed)?;
            errors += call.all(&refusals, &mut outcome, Caller::fail)?;
            operations += 1;
        }
    }
    outcome.count(operations, "operations");
    outcome.count(successes, "successes");
    outcome.also(errors, "errors");
    Ok(outcome)
}

/// Starts Prism with a spec, and returns its base URL too.
fn serve(
    bench: &Bench<'_>,
    tool: &Installed,
    mock: &Mock,
    spec: &Spec,
) -> Result<(Running, String), String> {
    let file = write(bench, mock, spec)?;
    // Rejects invalid requests instead of only logging them.
    let mut command = tool.program("prism");
    command.args(["mock", "--port", "0", "--errors"]).arg(file);
    let mut prism = Running::start(&mut command)?;
    let mut said = String::new();
    loop {
        let line = prism.line(START).map_err(|e| format!("{}: {said}{e}", spec.api))?;
        if let Some((_, url)) = line.split_once("listening on ") {
            let url = url.trim().to_owned();
            return Ok((prism, url));
        }
        said.push_str(&line);
        said.push('\n');
    }
}

/// The spec, with our mock server's response as the sample of a success without one. Otherwise Prism
/// would invent a business status.
fn write(bench: &Bench<'_>, mock: &Mock, spec: &Spec) -> Result<PathBuf, String> {
    let mut document = spec.as_json().clone();
    for operation in &spec.operations {
        for response in operation.responses.iter().filter(|response| response.is_success()) {
            let json = response.body.json();
            let place = json.and_then(|json| document.pointer_mut(&json.pointer));
            let has_sample =
                |place: &Value| ["example", "examples"].iter().any(|key| !place[*key].is_null());
            let Some(place) = place.filter(|place| !has_sample(place)) else { continue };
            let case = cases(spec, operation).swap_remove(0);
            let address = (spec.api.as_str(), operation.id.as_str());
            let ended = call(bench, address, &case, &mock.url, ACCESS_KEYS)?;
            if let Ok(body) = serde_json::from_str::<Value>(&ended.stdout) {
                place["example"] = body;
            }
        }
    }
    let file = bench.folder.join(format!("{}.json", spec.api));
    files::write(&file, &document.to_string())?;
    Ok(file)
}

fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

/// The documented successes and errors. A class such as 4XX is represented by two statuses.
fn statuses(operation: &Operation) -> (Vec<String>, Vec<String>) {
    let concrete = |status: &str| match status.strip_suffix("XX") {
        Some("2") => vec!["200".to_owned()],
        Some(class) => vec![format!("{class}00"), format!("{class}29")],
        None => vec![status.to_owned()],
    };
    let statuses: Vec<String> = operation.statuses().flat_map(concrete).collect();
    statuses.into_iter().partition(|status| is_success(status))
}

/// The failures of some calls.
type Wrongs = Result<Vec<Option<String>>, String>;

/// Calls of an operation.
struct Caller<'a> {
    bench: &'a Bench<'a>,
    spec: &'a Spec,
    operation: &'a Operation,
    forwarder: &'a Forwarder,
}

impl Caller<'_> {
    /// Requests each status in turn, and returns the number of calls.
    fn all(
        &self,
        statuses: &[String],
        outcome: &mut Outcome,
        check: fn(&Self, &str) -> Wrongs,
    ) -> Result<usize, String> {
        let mut count = 0;
        for status in statuses {
            self.forwarder.add(Some(format!("Prefer: code={status}")));
            for failure in check(self, status)? {
                count += 1;
                let place = format!("{}, {status}", self.operation.id);
                outcome.failures.extend(failure.map(|what| format!("{place}: {what}")));
            }
        }
        Ok(count)
    }

    /// Every case, with every kind of credentials.
    fn succeed(&self, status: &str) -> Wrongs {
        let response = self.operation.response(status);
        let has_body = response.is_some_and(|response| response.body.json().is_some());
        let mut outcomes = Vec::new();
        for case in cases(self.spec, self.operation) {
            for credentials in [ACCESS_KEYS, TOKENS] {
                let ended = self.call(&case, credentials)?;
                let is_json = serde_json::from_str::<Value>(&ended.stdout).is_ok();
                let is_right = ended.code == Some(0) && (is_json || !has_body);
                outcomes.push((!is_right).then(|| format!("{}: {}", case.name, told(&ended))));
            }
        }
        Ok(outcomes)
    }

    /// One case. The status must reach the caller.
    fn fail(&self, status: &str) -> Wrongs {
        let case = cases(self.spec, self.operation).swap_remove(0);
        let ended = self.call(&case, ACCESS_KEYS)?;
        let is_told = ended.stderr.contains(&format!("{}: {status} ", self.operation.id));
        let is_right = ended.code == Some(1) && ended.stdout.is_empty() && is_told;
        Ok(vec![(!is_right).then(|| told(&ended))])
    }

    fn call(&self, case: &Case, credentials: &Credentials) -> Result<Ended, String> {
        let address = (self.spec.api.as_str(), self.operation.id.as_str());
        call(self.bench, address, case, &self.forwarder.url(), credentials)
    }
}

/// The output of our client.
fn told(ended: &Ended) -> String {
    format!("our client exited with {:?} and printed: {}", ended.code, ended.text().trim())
}
