//! A vendor's own client and ours send the same requests to our mock server, and read the same from
//! its responses.

use std::time::Duration;

use cloudfn_codegen::model::{Operation, Spec};
use serde_json::{json, Value};

use super::cases::{broken, cases, Case};
use super::client::{call, ACCESS_KEYS, KEY, SECRET};
use super::compare::{differences, Difference};
use super::known;
use super::mock::Mock;
use super::security;
use super::{Bench, Outcome};
use crate::process::{Ended, Running};
use crate::tools::Installed;

/// The time limit for a call by their client.
const LIMIT: Duration = Duration::from_secs(60);

/// A vendor's client.
pub struct Sdk {
    /// Name of the check.
    pub check: &'static str,
    /// The API that it calls.
    pub api: &'static str,
    /// The script of `xtask/interop` that calls it.
    pub script: &'static str,
    /// Whether it authenticates in a way that our mock server can check.
    pub is_authenticated: bool,
}

/// Both clients, and the server that they call.
struct Pair<'a> {
    bench: &'a Bench<'a>,
    spec: &'a Spec,
    mock: Mock,
    theirs: Running,
}

/// Compares the clients in every operation of the API.
pub fn compare(bench: &Bench<'_>, tool: &Installed, sdk: &Sdk) -> Result<Outcome, String> {
    let spec = bench.specs.iter().find(|spec| spec.api == sdk.api);
    let spec = spec.ok_or_else(|| format!("there is no API {}", sdk.api))?;
    let script = bench.project.root.join("xtask/interop").join(sdk.script);
    let theirs = Running::start(&mut tool.script(&script))?;
    let mock = Mock::start(bench, sdk.is_authenticated)?;
    let mut pair = Pair { bench, spec, mock, theirs };
    let mut outcome = Outcome::default();
    let mut found = Vec::new();
    let [mut operations, mut requests, mut refusals] = [0; 3];
    for operation in &spec.operations {
        if pair.is_absent(operation)? {
            outcome.notes.push(format!("{}: the SDK has no such operation", operation.id));
            continue;
        }
        operations += 1;
        let mut add = |differences: Vec<Difference>| {
            found.extend(differences.into_iter().map(|d| (operation.id.to_owned(), d)));
        };
        for case in cases(spec, operation) {
            add(pair.compare(operation, &case)?);
            requests += 1;
        }
        if let Some((case, member)) = broken(spec, operation) {
            add(pair.refuse(operation, &case, &member)?);
            refusals += 1;
        }
    }
    outcome.count(operations, "operations");
    outcome.count(requests, "exchanges");
    outcome.also(refusals, "refusals");
    let sorted = known::sort(&bench.known, sdk.check, &found);
    outcome.notes.extend(sorted.explained);
    outcome.failures.extend(sorted.failures);
    Ok(outcome)
}

/// Represents a response without a body.
fn no_body() -> Value {
    json!({})
}

/// What our client read, or its error message.
fn answer_of(ours: &Ended) -> Result<Value, String> {
    match ours.code {
        Some(0) if ours.stdout.is_empty() => Ok(no_body()),
        Some(0) => serde_json::from_str(&ours.stdout).map_err(|e| format!("no JSON: {e}")),
        _ => Err(ours.stderr.trim().to_owned()),
    }
}

impl Pair<'_> {
    fn is_absent(&mut self, operation: &Operation) -> Result<bool, String> {
        let case = cases(self.spec, operation).swap_remove(0);
        let said = self.ask(operation, &case)?;
        self.mock.received()?;
        Ok(said["absent"] == true)
    }

    /// The result of a call by their client.
    fn ask(&mut self, operation: &Operation, case: &Case) -> Result<Value, String> {
        let parameters = case.parameters.iter().map(|p| (p.name.clone(), p.text.clone().into()));
        let question = json!({
            "endpoint": self.mock.url,
            "key": KEY,
            "secret": SECRET,
            "operation": operation.id,
            "parameters": Value::Object(parameters.collect()),
            "body": case.body,
        });
        self.theirs.say(&question.to_string())?;
        let line = self.theirs.line(LIMIT)?;
        serde_json::from_str(&line).map_err(|e| format!("the script's output is not JSON: {e}"))
    }

    /// Calls with both clients, and compares requests and responses.
    fn compare(&mut self, operation: &Operation, case: &Case) -> Result<Vec<Difference>, String> {
        let theirs = self.ask(operation, case)?;
        let their_request = self.mock.received()?.pop();
        let address = (self.spec.api.as_str(), operation.id.as_str());
        let ours = call(self.bench, address, case, &self.mock.url, ACCESS_KEYS)?;
        let our_request = self.mock.received()?.pop();
        let mut found = match (answer_of(&ours), theirs.get("answer")) {
            (Ok(ours), Some(Value::Null)) => differences("answer", &ours, &no_body()),
            (Ok(ours), Some(theirs)) => differences("answer", &ours, theirs),
            (ours, _) => {
                let ours = ours.map_or_else(|failure| failure, |_| "an answer".to_owned());
                vec![Difference { part: "outcome".into(), ours, theirs: theirs.to_string() }]
            }
        };
        match (our_request, their_request) {
            (Some(ours), Some(theirs)) => found.extend(self.requests(operation, &ours, &theirs)),
            (ours, theirs) => {
                let text = |request: Option<Value>| request.map_or("nothing", |_| "a request");
                let (ours, theirs) = (text(ours).to_owned(), text(theirs).to_owned());
                found.push(Difference { part: "request".into(), ours, theirs });
            }
        }
        Ok(found)
    }

    /// The differences of two requests.
    fn requests(&self, operation: &Operation, ours: &Value, theirs: &Value) -> Vec<Difference> {
        let parts = |request: &Value| {
            let mut query = request["query"].clone();
            if let Some(pairs) = query.as_array_mut() {
                pairs.sort_by_key(ToString::to_string);
            }
            json!({
                "method": request["method"],
                "path": request["path"],
                "query": query,
                "body": request["body"],
                "credentials": self.credentials(operation, request),
            })
        };
        let names: &[&str] = match ours["operation"] == theirs["operation"] {
            true => &["method", "path", "query", "body", "credentials"],
            // The server does not print the bodies of unknown operations.
            false => &["method", "path", "query", "credentials"],
        };
        let (ours, theirs) = (parts(ours), parts(theirs));
        names.iter().flat_map(|name| differences(name, &ours[*name], &theirs[*name])).collect()
    }

    /// The headers of a request that carry credentials, by the operation's security.
    fn credentials(&self, operation: &Operation, request: &Value) -> Vec<String> {
        let names = request["headers"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let headers = security::alternatives(self.spec, operation).concat();
        let is_credential =
            |name: &&str| headers.iter().any(|header| header.name.eq_ignore_ascii_case(name));
        let mut names: Vec<String> = names.filter(is_credential).map(str::to_owned).collect();
        names.sort();
        names
    }

    /// Their client shows the server's reason for rejecting a request.
    fn refuse(
        &mut self,
        operation: &Operation,
        case: &Case,
        member: &str,
    ) -> Result<Vec<Difference>, String> {
        let said = self.ask(operation, case)?;
        self.mock.received()?;
        let message = said["message"].as_str().unwrap_or_default();
        Ok(match said["status"] == 400 && message.contains(member) {
            true => vec![],
            false => vec![Difference {
                part: format!("refusal of {}", case.name),
                ours: format!("400, and a message about {member}"),
                theirs: said.to_string(),
            }],
        })
    }
}
