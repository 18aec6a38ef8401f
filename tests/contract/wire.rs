//! Calls to the mock server: requests are sent as documented, and each documented status is returned
//! with its type.

use std::cell::RefCell;
use std::ptr;

use cloudfn::credentials::{Anonymous, Attempt, Credentials, CredentialsError, SharedCredentials};
use cloudfn::mock::{Answer, Received, Server};
use cloudfn::registry::{Api, Arguments, CallResponse, Operation, Target};
use cloudfn::{ErrorKind, RetryPolicy, Violation};
use cloudfn_codegen::contract::Ledger;
use cloudfn_codegen::ledger::{Claim, Place};
use cloudfn_codegen::model::pointer::join;
use cloudfn_codegen::model::{minimal, Spec};
use libtest_mimic::Failed;
use percent_encoding::percent_decode_str;
use serde_json::{json, Value};
use tokio::runtime::{Builder, Runtime};

use super::members::{operation, text};
use super::sites::{instance, without_nulls};
use super::subject::{check, ensure, Check, Subject};

thread_local! {
    static LOOPBACK: Loopback = Loopback::start();
}

/// A thread's mock server and its clients, for one call after another.
struct Loopback {
    runtime: Runtime,
    server: Server,
    /// Those without credentials, each with its API.
    clients: RefCell<Vec<(&'static Api, Target)>>,
}

impl Loopback {
    fn start() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime starts");
        let server = runtime.block_on(Server::start()).expect("a port is free");
        Self { runtime, server, clients: RefCell::default() }
    }

    fn client(
        &self,
        api: &'static Api,
        credentials: Option<SharedCredentials>,
    ) -> Result<Target, Failed> {
        let make = |credentials| {
            let never = RetryPolicy::never();
            Ok((api.target)(&self.server.base_url(), credentials, never, None)?)
        };
        if let Some(credentials) = credentials {
            return make(credentials);
        }
        let mut clients = self.clients.borrow_mut();
        if let Some((_, made)) = clients.iter().find(|(known, _)| ptr::eq(*known, api)) {
            return Ok(made.clone());
        }
        let made = make(SharedCredentials::new(Anonymous))?;
        clients.push((api, made.clone()));
        Ok(made)
    }
}

/// Headers that HTTP or its clients define.
const STANDARD_HEADERS: [&str; 6] =
    ["accept", "accept-encoding", "content-length", "content-type", "host", "user-agent"];

pub fn checks<'s>(subject: &'s Subject<'s>) -> Vec<Check<'s>> {
    let mut checks = Vec::new();
    for ledger in &subject.contract.ledgers {
        let test = |what: &str| format!("{}::wire/{what}", ledger.prefix);
        let mut requests = ledger.samples().filter(|s| s.place == "request").peekable();
        let has_none = requests.peek().is_none();
        for sample in requests {
            checks.push(check(test(&sample.name), move || {
                sends(subject, ledger, Some(&sample.value))
            }));
        }
        if has_none {
            checks.push(check(test("minimal"), move || sends(subject, ledger, None)));
        }
        for status in &ledger.page.statuses {
            checks.push(check(test(&format!("status.{status}")), move || {
                is_typed(subject, ledger, status)
            }));
        }
        if ledger.page.path.contains("{project_id}") {
            checks.push(check(test("project"), move || takes_project(subject, ledger)));
        }
        checks.push(check(test("missing"), move || asks_for_parameters(subject, ledger)));
        checks.push(check(test("status.undocumented"), move || is_typed(subject, ledger, "599")));
    }
    checks
}

/// The subject of a test.
#[derive(Clone, Copy)]
pub struct Setting<'s> {
    pub spec: &'s Spec,
    pub api: &'static Api,
    pub operation: &'static Operation,
}

/// The result of a call.
pub struct Tried {
    pub error: Option<String>,
    pub received: Vec<Received>,
    /// The differences that the client reported for the response.
    pub told: Vec<Violation>,
    /// The typed headers of the response.
    pub headers: Value,
    pub body: Value,
}

impl<'s> Setting<'s> {
    pub fn of(subject: &'s Subject<'_>, ledger: &Ledger) -> Result<Self, Failed> {
        let api = subject.api_of(ledger)?;
        Ok(Self {
            spec: &subject.contract.specs[ledger.spec],
            api,
            operation: operation(api, ledger)?,
        })
    }

    /// Valid arguments, with `body` or a minimal one.
    pub fn arguments(&self, body: Option<&Value>) -> Arguments {
        let authored = self.spec.operation(self.operation.id);
        let parameters = authored.map_or(&[][..], |operation| &operation.parameters);
        let valid = |name: &str| {
            let found = parameters.iter().find(|parameter| parameter.name == name);
            let Some(schema) = found.and_then(|found| found.schema.as_ref()) else {
                return String::new();
            };
            // Includes characters that must be encoded, if the documents allow them.
            let plain = minimal(self.spec, schema);
            let odd = |text: &str| json!(format!("{text}:a!b c"));
            let values = match (&plain, self.spec.at(schema)) {
                (Value::String(text), _) => vec![odd(text)],
                (Value::Array(_), Some(list)) => {
                    let item = minimal(self.spec, list.items.as_deref().unwrap_or_default());
                    let other = item.as_str().map_or_else(|| item.clone(), odd);
                    vec![json!([item, other]), json!([item])]
                }
                _ => Vec::new(),
            };
            let mut values = values.iter().map(text);
            values.find(|value| self.takes(name, value)).unwrap_or_else(|| text(&plain))
        };
        let names = self.operation.parameters.iter().map(|parameter| parameter.name);
        Arguments {
            parameters: names.map(|name| (name.to_owned(), valid(name))).collect(),
            body: self.operation.request.map(|_| match body {
                Some(body) => body.to_string().into_bytes(),
                None => self.minimal_body().to_string().into_bytes(),
            }),
            allow_undocumented: false,
        }
    }

    fn takes(&self, name: &str, value: &str) -> bool {
        let mut parameters = self.operation.parameters.iter();
        let parameter = parameters.find(|parameter| parameter.name == name);
        parameter.is_some_and(|parameter| parameter.check(value).is_ok())
    }

    fn minimal_body(&self) -> Value {
        let authored = self.spec.operation(self.operation.id);
        let body = authored.and_then(|operation| operation.request.as_ref()?.json());
        body.map_or(json!({}), |json| minimal(self.spec, &join(&json.pointer, "schema")))
    }

    /// Calls the operation. The server responds with `answer`, or with the documented sample.
    fn call(
        &self,
        arguments: &Arguments,
        answer: Option<Answer>,
    ) -> Result<(CallResponse, Received), Failed> {
        single(self.run(None, arguments, answer)?)
    }

    /// The same with credentials.
    pub fn call_as(
        &self,
        credentials: SharedCredentials,
        arguments: &Arguments,
        answer: Option<Answer>,
    ) -> Result<(CallResponse, Received), Failed> {
        single(self.run(Some(credentials), arguments, answer)?)
    }

    /// Calls the operation, and ignores the result.
    pub fn tried(&self, arguments: &Arguments, answer: Option<Answer>) -> Result<Tried, Failed> {
        let (result, received) = self.run(None, arguments, answer)?;
        Ok(match result {
            Ok(CallResponse { headers, body, differences: told, .. }) => {
                Tried { error: None, received, told, headers, body }
            }
            Err(error) => Tried {
                told: error.differences(),
                error: Some(error.to_string()),
                received,
                headers: Value::Null,
                body: Value::Null,
            },
        })
    }

    /// Calls the operation with valid arguments. The server responds with `status`, as written in the
    /// spec, and `body`. Of the response, only the differences in the body are told.
    pub fn answered(&self, status: &str, body: &Value) -> Result<Tried, Failed> {
        let answer = Answer::json(code_of(status)?, body.to_string());
        let mut tried = self.tried(&self.arguments(None), Some(answer))?;
        tried.told.retain(|told| !told.path.starts_with("header "));
        Ok(tried)
    }

    /// A response with `status`, as written in the spec, with its sample or a minimal body.
    pub fn documented(&self, status: &str) -> Result<Answer, Failed> {
        let code = code_of(status)?;
        let place = format!("response.{status}");
        let sample = self.operation.samples.iter().find(|sample| sample.place == place);
        let authored = self.spec.operation(self.operation.id);
        let body = authored.and_then(|operation| operation.response(status)?.body.described());
        Ok(match (sample, body) {
            (Some(sample), _) => Answer::json(code, sample.json),
            (None, Some(media)) => {
                let schema = join(&media.pointer, "schema");
                Answer::json(code, minimal(self.spec, &schema).to_string())
            }
            (None, None) => Answer::new(code, ""),
        })
    }

    fn run(
        &self,
        credentials: Option<SharedCredentials>,
        arguments: &Arguments,
        answer: Option<Answer>,
    ) -> Result<Ran, Failed> {
        LOOPBACK.with(|loopback| {
            let Loopback { runtime, server, .. } = loopback;
            server.reset();
            if let Some(answer) = answer {
                server.answer(self.operation.id, answer).map_err(|e| e.to_string())?;
            }
            let client = loopback.client(self.api, credentials)?;
            let result = runtime.block_on((self.operation.call)(&client, arguments));
            let mut received = server.received();
            // Requests for tokens are not part of the call.
            received.retain(|received| !received.uri.path().ends_with("/get-management-token"));
            Ok((result, received))
        })
    }
}

type Ran = (Result<CallResponse, cloudfn::Error>, Vec<Received>);

/// The response to the only request.
fn single((result, mut received): Ran) -> Result<(CallResponse, Received), Failed> {
    let answer = match result {
        Ok(answer) => answer,
        Err(error) => typed(&error)?,
    };
    ensure(received.len() == 1, || format!("{} requests were sent", received.len()))?;
    Ok((answer, received.remove(0)))
}

/// A status for this spelling.
fn code_of(status: &str) -> Result<u16, Failed> {
    status.replace("XX", "29").parse().map_err(|_| format!("`{status}` is not a status").into())
}

/// The service's response in an error, which must be complete.
fn typed(error: &cloudfn::Error) -> Result<CallResponse, Failed> {
    ensure(error.kind() == ErrorKind::Service, || error.to_string())?;
    let status = error.http_status().ok_or("the error has no status")?;
    let body = error.body().unwrap_or_default();
    let body: Value = match body {
        [] => Value::Null,
        body => serde_json::from_slice(body).map_err(|e| e.to_string())?,
    };
    Ok(CallResponse { status: status.as_u16(), body, ..Default::default() })
}

/// The documented request is sent, and the documented sample is received.
fn sends(subject: &Subject, ledger: &Ledger, body: Option<&Value>) -> Result<(), Failed> {
    let setting = Setting::of(subject, ledger)?;
    let arguments = setting.arguments(body);
    let (answer, received) = setting.call(&arguments, None)?;
    ensure(received.method.as_str() == ledger.page.method, || {
        format!("the method sent is {}", received.method)
    })?;
    check_path(ledger, &arguments, &received)?;
    check_headers(&setting, &arguments, &received)?;
    check_query(&setting, ledger, &arguments, &received)?;
    if let Some(body) = body {
        let sent: Value = serde_json::from_slice(&received.body).map_err(|e| e.to_string())?;
        ensure(sent == *body, || format!("the body sent is {sent}"))?;
    }
    let has_success = ledger.samples().any(|sample| sample.place.starts_with("response.2"));
    let is_sample = !has_success || {
        let mut all =
            setting.operation.samples.iter().filter(|s| s.place.starts_with("response.2"));
        let is_received = |json: Value| without_nulls(&json) == answer.body;
        all.any(|s| serde_json::from_str::<Value>(s.json).is_ok_and(is_received))
    };
    ensure(is_sample, || format!("{} was received as {}", setting.api.name, answer.body))
}

/// Credentials with a project.
#[derive(Debug)]
struct OfProject(String);

impl Credentials for OfProject {
    async fn authenticate(&self, _: &mut Attempt<'_>) -> Result<(), CredentialsError> {
        Ok(())
    }

    fn project_id(&self) -> Option<String> {
        Some(self.0.clone())
    }
}

/// A call without a project uses that of its credentials.
fn takes_project(subject: &Subject, ledger: &Ledger) -> Result<(), Failed> {
    let setting = Setting::of(subject, ledger)?;
    let arguments = setting.arguments(None);
    let mut given = arguments.parameters.iter();
    let (_, project) =
        given.find(|(name, _)| name == "project_id").ok_or("the call takes no `project_id`")?;
    let mut without = arguments.clone();
    without.parameters.retain(|(name, _)| name != "project_id");
    let credentials = SharedCredentials::new(OfProject(project.clone()));
    let (_, received) = setting.call_as(credentials, &without, None)?;
    check_path(ledger, &arguments, &received)
}

/// A call without a required parameter names it by the vendor's name, and sends nothing.
fn asks_for_parameters(subject: &Subject, ledger: &Ledger) -> Result<(), Failed> {
    let setting = Setting::of(subject, ledger)?;
    for parameter in setting.operation.parameters.iter().filter(|parameter| parameter.required) {
        let mut arguments = setting.arguments(None);
        arguments.parameters.retain(|(name, _)| name != parameter.name);
        let call = async {
            let nobody = "http://127.0.0.1:9";
            let anonymous = SharedCredentials::new(Anonymous);
            let target = (setting.api.target)(nobody, anonymous, RetryPolicy::never(), None)?;
            (setting.operation.call)(&target, &arguments).await
        };
        let result = LOOPBACK.with(|loopback| loopback.runtime.block_on(call));
        let expected = format!("{} is required", parameter.name);
        let message = result.err().map(|error| error.to_string()).unwrap_or_default();
        ensure(message.contains(&expected), || {
            format!("called without `{}`, it says {message:?}", parameter.name)
        })?;
    }
    Ok(())
}

/// The values of the parameters in `location`.
fn given<'a>(
    setting: &Setting,
    arguments: &'a Arguments,
    location: &str,
) -> Vec<(&'static str, &'a str)> {
    let parameters = setting.operation.parameters.iter();
    parameters
        .filter(|parameter| parameter.location == location)
        .filter_map(|parameter| {
            let mut given = arguments.parameters.iter();
            let (_, value) = given.find(|(name, _)| name == parameter.name)?;
            Some((parameter.name, value.as_str()))
        })
        .collect()
}

/// The path is the documented one, with the arguments filled in.
fn check_path(ledger: &Ledger, arguments: &Arguments, received: &Received) -> Result<(), Failed> {
    let decoded = percent_decode_str(received.uri.path()).decode_utf8_lossy().into_owned();
    let mut expected = ledger.page.path.clone();
    for (name, value) in &arguments.parameters {
        let value = items(value).map_or_else(|| value.clone(), |items| items.join(","));
        expected = expected.replace(&format!("{{{name}}}"), &value);
    }
    ensure(decoded == expected, || format!("the path sent is {decoded}, not {expected}"))
}

fn check_headers(
    setting: &Setting,
    arguments: &Arguments,
    received: &Received,
) -> Result<(), Failed> {
    let expected = given(setting, arguments, "header");
    for (name, value) in &expected {
        let value = items(value).map_or_else(|| (*value).to_owned(), |items| items.join(","));
        let found = received.headers.get(*name).map(|found| found.as_bytes().to_vec());
        ensure(found.as_deref() == Some(value.as_bytes()), || {
            format!("the header `{name}` was not sent as {value}")
        })?;
    }
    for name in received.headers.keys() {
        let is_parameter =
            expected.iter().any(|(expected, _)| expected.eq_ignore_ascii_case(name.as_str()));
        ensure(is_parameter || STANDARD_HEADERS.contains(&name.as_str()), || {
            format!("the header `{name}` is neither documented nor standard")
        })?;
    }
    Ok(())
}

/// The query contains its parameters. An array follows its style; by default, it is one pair for each
/// item.
fn check_query(
    setting: &Setting,
    ledger: &Ledger,
    arguments: &Arguments,
    received: &Received,
) -> Result<(), Failed> {
    let mut expected = Vec::new();
    for (name, value) in given(setting, arguments, "query") {
        let values = match (items(value), delimiter(ledger, name)) {
            (None, _) => vec![value.to_owned()],
            (Some(items), None) => items,
            (Some(items), Some(_)) if items.is_empty() => items,
            (Some(items), Some(delimiter)) => vec![items.join(delimiter)],
        };
        expected.extend(values.into_iter().map(|value| (name.to_owned(), value)));
    }
    let query = received.uri.query().unwrap_or_default();
    let mut sent: Vec<(String, String)> =
        serde_urlencoded::from_str(query).map_err(|e| e.to_string())?;
    expected.sort();
    sent.sort();
    ensure(sent == expected, || format!("the query sent is {sent:?}, not {expected:?}"))
}

/// The items of an array.
fn items(value: &str) -> Option<Vec<String>> {
    let items = serde_json::from_str::<Vec<Value>>(value).ok()?;
    Some(items.iter().map(text).collect())
}

/// The separator of array items in the query, according to the ledger.
fn delimiter(ledger: &Ledger, name: &str) -> Option<&'static str> {
    let place = Place::Parameter("query".to_owned(), name.to_owned());
    let of = |statement: &str| {
        let mut claims = ledger.claims.iter().filter(|claim| claim.place == place);
        claims.find(|claim| claim.statement == statement).map(Claim::expected)
    };
    match (of("style"), of("explode")) {
        (Some("spaceDelimited"), _) => Some(" "),
        (Some("pipeDelimited"), _) => Some("|"),
        (_, Some("false")) => Some(","),
        _ => None,
    }
}

/// A response with `status` is returned with this status and its body, whatever they are.
fn is_typed(subject: &Subject, ledger: &Ledger, status: &str) -> Result<(), Failed> {
    let setting = Setting::of(subject, ledger)?;
    let place = format!("response.{status}");
    let code = code_of(status)?;
    let sample = ledger.samples().find(|sample| sample.place == place);
    let mut responses = setting.operation.responses.iter();
    let documented = responses.find(|response| response.status == status);
    let has_body = documented.is_none_or(|response| response.model.is_some()) || code >= 400;
    let body = match sample {
        Some(sample) => sample.value,
        None => body_of(subject, ledger, status),
    };
    let text = if has_body { body.to_string() } else { String::new() };
    let answer = Answer::json(code, text);
    let (received, _) = setting.call(&setting.arguments(None), Some(answer))?;
    ensure(received.status == code, || format!("{code} was received as {}", received.status))?;
    ensure(!has_body || received.body == without_nulls(&body), || {
        format!("{body} was received as {}", received.body)
    })
}

/// A body with every member that the ledger lists for `status`.
fn body_of(subject: &Subject, ledger: &Ledger, status: &str) -> Value {
    let spec = &subject.contract.specs[ledger.spec];
    let operation = subject.contract.operation(ledger);
    let json = operation.response(status).and_then(|response| response.body.json());
    match json {
        Some(json) => instance(spec, &join(&json.pointer, "schema")),
        None => json!({}),
    }
}
