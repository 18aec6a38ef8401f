//! Faults of a call, caused by the service or by anything in its place.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use cloudfn::functiongraph::{self, Token};
use cloudfn::{authing, Error, ErrorKind, RetryPolicy};
use libtest_mimic::Trial;

use crate::secrets::{self, ACCESS_KEY_SECRET, TOKEN};
use crate::server::{unused_address, Part, Received, Script, Server, Step};
use crate::trial;

pub const PROJECT: &str = "46b6f338fc3445b8846c71dfb1fbd9e8";
pub const URN: &str = "urn:fss:cn-north-4:46b6:function:default:test";

/// The calls of the matrix: one that can be repeated, and two that cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// PUT, FunctionGraph.
    Configure,
    /// POST, FunctionGraph.
    Publish,
    /// POST, Authing.
    Reupload,
}

const CALLS: [Call; 3] = [Call::Configure, Call::Publish, Call::Reupload];

impl Call {
    /// A successful body.
    fn success(self) -> &'static str {
        match self {
            Self::Configure => r#"{"max_async_retry_attempts":1,"destination_config":{}}"#,
            Self::Publish => r#"{"version":"v1","runtime":"Node.js6.10"}"#,
            Self::Reupload => r#"{"statusCode":200,"message":"","data":{"funcId":"f"}}"#,
        }
    }

    /// The last segment of its path.
    pub fn path(self) -> &'static str {
        match self {
            Self::Configure => "/async-invoke-config",
            Self::Publish => "/versions",
            Self::Reupload => "/reupload-pipeline-function",
        }
    }

    fn may_be_repeated(self) -> bool {
        self == Self::Configure
    }

    /// Makes the call to `url`, and returns the members that were read.
    async fn make(self, url: &str) -> Result<String, Error> {
        match self {
            Self::Configure => {
                let client = functiongraph(url).credentials(Token::new(TOKEN)).build()?;
                secrets::assert_none(&format!("{client:?}"), "the client");
                let call = client.update_function_async_invoke_config().function_urn(URN);
                call.send().await.map(|value| format!("{:?}", *value))
            }
            Self::Publish => {
                let client = functiongraph(url).credentials(Token::new(TOKEN)).build()?;
                let call = client.create_function_version().function_urn(URN);
                call.send().await.map(|value| format!("{:?}", *value))
            }
            Self::Reupload => {
                let key = authing::AccessKey::new("id", ACCESS_KEY_SECRET);
                let client = authing(url).credentials(key).build()?;
                secrets::assert_none(&format!("{client:?}"), "the client");
                let call = client.reupload_pipeline_function().body_map(|b| b.func_id("f"));
                call.send().await.map(|value| format!("{:?}", *value))
            }
        }
    }
}

/// Short timeouts, so that the matrix is quick.
pub fn functiongraph(url: &str) -> functiongraph::ClientBuilder {
    functiongraph::Client::builder()
        .endpoint(url)
        .project_id(PROJECT)
        .attempt_timeout(ATTEMPT)
        .timeout(CALL)
        .max_response_bytes(LARGEST_BODY)
        .retry(quick())
}

pub fn authing(url: &str) -> authing::ClientBuilder {
    authing::Client::builder()
        .endpoint(url)
        .attempt_timeout(ATTEMPT)
        .timeout(CALL)
        .max_response_bytes(LARGEST_BODY)
        .retry(quick())
}

fn quick() -> RetryPolicy {
    RetryPolicy::default()
        .first_wait(Duration::from_millis(5))
        .longest_wait(Duration::from_millis(20))
}

const ATTEMPT: Duration = Duration::from_millis(500);
const CALL: Duration = Duration::from_secs(5);
const LARGEST_BODY: usize = 64 * 1024;
/// The time limit for a cell, even on a slow machine.
const LONGEST: Duration = Duration::from_secs(20);

/// Whether the service performed the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// It did not, or that does not matter.
    Known,
    Unknown,
    /// It did.
    Done,
    /// It did, according to the HTTP status. For Authing, that means unknown.
    DoneByStatus,
}

/// The expected result of a call.
#[derive(Clone, Copy, Debug)]
struct Expected {
    /// `None` for a success.
    kind: Option<ErrorKind>,
    status: Option<u16>,
    /// Attempts of a call that can be repeated, and of one that cannot; by default, one each.
    attempts: (u32, u32),
    outcome: Outcome,
    /// What the message must contain.
    says: &'static str,
    min_time: Duration,
    max_time: Duration,
}

const fn success() -> Expected {
    Expected {
        kind: None,
        status: None,
        attempts: (1, 1),
        outcome: Outcome::Known,
        says: "",
        min_time: Duration::ZERO,
        max_time: LONGEST,
    }
}

/// A failure whose outcome is known.
const fn known(kind: ErrorKind, status: u16) -> Expected {
    Expected { kind: Some(kind), status: Some(status), ..success() }
}

/// A failure after which it is unknown whether the call was executed.
const fn unknown(kind: ErrorKind, status: Option<u16>) -> Expected {
    Expected { kind: Some(kind), status, outcome: Outcome::Unknown, ..success() }
}

/// A failure after the service performed the operation.
const fn done(kind: ErrorKind, status: u16) -> Expected {
    Expected { outcome: Outcome::Done, ..known(kind, status) }
}

/// The same, if only the HTTP status says so.
const fn done_by_status(kind: ErrorKind, status: u16) -> Expected {
    Expected { outcome: Outcome::DoneByStatus, ..known(kind, status) }
}

impl Expected {
    const fn attempts(self, repeatable: u32, other: u32) -> Self {
        Self { attempts: (repeatable, other), ..self }
    }

    /// Every attempt fails.
    const fn retried(self) -> Self {
        self.attempts(3, 1)
    }

    const fn says(self, says: &'static str) -> Self {
        Self { says, ..self }
    }

    const fn min_time(self, milliseconds: u64) -> Self {
        Self { min_time: Duration::from_millis(milliseconds), ..self }
    }

    const fn max_time(self, milliseconds: u64) -> Self {
        Self { max_time: Duration::from_millis(milliseconds), ..self }
    }
}

/// A fault: its name, and the server's action for each request of the call.
type Fault = (&'static str, fn(Call, usize) -> Step, Expected);

/// A valid start of a response: the head and half of the body.
fn half(call: Call, then: Part) -> Step {
    let body = call.success();
    let half = &body[..body.len() / 2];
    Step::raw(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{half}", body.len()), then)
}

/// The fault once, then success.
fn once(call: Call, earlier: usize, step: Step) -> Step {
    match earlier {
        0 => step,
        _ => Step::json(200, call.success()),
    }
}

fn faults() -> Vec<Fault> {
    [false_successes(), refusals(), on_the_wire()].concat()
}

fn false_successes() -> Vec<Fault> {
    use ErrorKind::{Decode, TooLarge};
    vec![
        (
            "truncated-json",
            |call, _| Step::json(200, &call.success()[..20]),
            done(Decode, 200).says("EOF"),
        ),
        (
            "trailing-garbage",
            |call, _| Step::json(200, format!("{}<!-- proxy -->", call.success())),
            done(Decode, 200).says("trailing"),
        ),
        (
            "204-for-a-body",
            |_, _| Step::raw("HTTP/1.1 204 No Content\r\n\r\n", Part::Hang),
            done_by_status(Decode, 204).says("the body is empty"),
        ),
        (
            "huge-body",
            |_, _| Step::json(200, vec![b' '; LARGEST_BODY + 1]),
            done_by_status(TooLarge, 200).says("65536 bytes"),
        ),
        (
            "endless-body",
            |_, _| {
                let piece = format!("4000\r\n{}\r\n", " ".repeat(0x4000)).into_bytes();
                let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
                Step::Read(vec![Part::Bytes(head), Part::Forever(piece, Duration::ZERO)])
            },
            done_by_status(TooLarge, 200),
        ),
        // Unusual responses that are successes.
        ("wrong-content-type", |call, _| Step::html(200, call.success()), success()),
        (
            "byte-order-mark",
            |call, _| Step::json(200, format!("\u{feff}{}", call.success())),
            success(),
        ),
        ("undocumented-201", |call, _| Step::json(201, call.success()), success()),
        (
            "early-hints",
            |call, _| {
                let hints = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
                let Step::Read(mut parts) = Step::json(200, call.success()) else { unreachable!() };
                parts.insert(0, Part::Bytes(hints.into()));
                Step::Read(parts)
            },
            success(),
        ),
    ]
}

fn refusals() -> Vec<Fault> {
    use ErrorKind::{Redirected, Service};
    vec![
        (
            "502-html",
            |_, _| Step::html(502, "<html>\n<h1>Bad Gateway</h1>"),
            unknown(Service, Some(502)).retried().says("<html> <h1>Bad Gateway</h1>"),
        ),
        ("503", |_, _| Step::json(503, ""), unknown(Service, Some(503)).retried()),
        ("504", |_, _| Step::json(504, "{}"), unknown(Service, Some(504)).retried()),
        ("408", |_, _| Step::json(408, ""), unknown(Service, Some(408)).retried()),
        (
            "500-documented",
            |_, _| Step::json(500, r#"{"error_code":"FSS.0500","error_msg":"inner error"}"#),
            unknown(Service, Some(500)).retried().says("FSS.0500: inner error"),
        ),
        ("501", |_, _| Step::json(501, ""), unknown(Service, Some(501))),
        (
            "404-deep-nesting",
            |_, _| Step::json(404, "[".repeat(50_000)),
            known(Service, 404).says("[[[["),
        ),
        (
            "404-broken-off",
            |_, _| Step::raw("HTTP/1.1 404 X\r\nContent-Length: 90\r\n\r\nnot", Part::Close),
            known(Service, 404).says("begins with: not"),
        ),
        (
            "huge-error",
            |_, _| Step::html(404, &"x".repeat(LARGEST_BODY * 2)),
            known(Service, 404).says("xxx…"),
        ),
        (
            "407-of-a-proxy",
            |_, _| Step::html(407, "<title>Proxy Authentication Required</title>"),
            known(Service, 407).says("Proxy Authentication Required"),
        ),
        (
            "an-error-that-echoes-secrets",
            |_, _| Step::Echo(400),
            known(Service, 400).says("[secret]"),
        ),
        // Throttling.
        (
            "429-with-seconds",
            |call, earlier| once(call, earlier, throttled("1")),
            success().attempts(2, 2).min_time(1000),
        ),
        (
            "429-with-a-date",
            |call, earlier| once(call, earlier, throttled_until(0)),
            success().attempts(2, 2).min_time(900),
        ),
        (
            "429-with-a-date-of-a-clock-that-is-off",
            |call, earlier| once(call, earlier, throttled_until(86_400)),
            success().attempts(2, 2).min_time(900),
        ),
        (
            "429-with-nonsense",
            |call, earlier| once(call, earlier, throttled("soon")),
            success().attempts(2, 2),
        ),
        (
            "429-for-ever",
            |_, _| throttled("0"),
            known(Service, 429).attempts(3, 3).says("slow down"),
        ),
        (
            "429-beyond-the-budget",
            |_, _| throttled("3600"),
            known(Service, 429).says("slow down").max_time(4000),
        ),
        (
            "503-once",
            |call, earlier| once(call, earlier, Step::json(503, "")),
            success().attempts(2, 1),
        ),
        (
            "503-beyond-the-budget",
            |_, _| Step::answer_with(503, "Retry-After: 600\r\n", ""),
            unknown(Service, Some(503)).max_time(4000),
        ),
        // Redirects.
        (
            "redirect-to-another-host",
            |_, _| Step::answer_with(307, "Location: http://127.0.0.2:1/elsewhere\r\n", ""),
            known(Redirected, 307).says("http://127.0.0.2:1"),
        ),
        ("redirect-to-nowhere", |_, _| Step::json(302, ""), unknown(Redirected, Some(302))),
        ("304", |_, _| Step::json(304, ""), unknown(Redirected, Some(304))),
    ]
}

fn on_the_wire() -> Vec<Fault> {
    use ErrorKind::{ConnectionLost, Service, Timeout};
    vec![
        ("reset-before", |_, _| Step::ResetBefore, unknown(ConnectionLost, None).retried()),
        ("reset-after-the-request", |_, _| Step::reset(), unknown(ConnectionLost, None).retried()),
        (
            "closed-after-the-request",
            |_, _| Step::Read(vec![Part::Close]),
            unknown(ConnectionLost, None).retried(),
        ),
        (
            "reset-in-the-head",
            |_, _| Step::raw("HTTP/1.1 200 OK\r\nContent-", Part::Reset),
            unknown(ConnectionLost, None).retried(),
        ),
        (
            "reset-in-the-body",
            |call, _| half(call, Part::Reset),
            done(ConnectionLost, 200).retried(),
        ),
        (
            "closed-in-the-body",
            |call, _| half(call, Part::Close),
            done(ConnectionLost, 200).retried(),
        ),
        (
            "reset-after-the-body",
            |call, _| {
                let Step::Read(mut parts) = Step::json(200, call.success()) else { unreachable!() };
                parts.push(Part::Reset);
                Step::Read(parts)
            },
            success(),
        ),
        (
            "no-http",
            |_, _| Step::raw("SSH-2.0-OpenSSH_9.2\r\n", Part::Close),
            unknown(ConnectionLost, None).retried(),
        ),
        (
            "broken-chunks",
            |_, _| {
                let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
                Step::raw(head, Part::Close)
            },
            done_by_status(ConnectionLost, 200).retried(),
        ),
        (
            "flood-of-headers",
            |_, _| headers_without_end(1000, 0),
            unknown(ConnectionLost, None).retried(),
        ),
        (
            "never-ending-headers",
            |_, _| headers_without_end(1, 50),
            unknown(Timeout, None).retried().min_time(500),
        ),
        (
            "slow-body",
            |_, _| {
                let head = "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n{";
                Step::raw(head, Part::Forever(b" ".to_vec(), Duration::from_millis(50)))
            },
            done_by_status(Timeout, 200).retried().min_time(500),
        ),
        (
            "body-that-does-not-end",
            |call, _| half(call, Part::Hang),
            done(Timeout, 200).retried().min_time(500),
        ),
        ("no-answer", |_, _| Step::hang(), unknown(Timeout, None).retried().min_time(500)),
        (
            "no-answer-once",
            |call, earlier| once(call, earlier, Step::hang()),
            success().attempts(2, 1).min_time(500),
        ),
        (
            "slow-error",
            |_, _| Step::raw("HTTP/1.1 403 X\r\nContent-Length: 99\r\n\r\nno", Part::Hang),
            known(Service, 403).says("begins with: no"),
        ),
    ]
}

/// Headers in groups of this number, with a pause before each, in milliseconds.
fn headers_without_end(count: usize, pause: u64) -> Step {
    let lines = "X-More: more\r\n".repeat(count).into_bytes();
    Step::raw("HTTP/1.1 200 OK\r\n", Part::Forever(lines, Duration::from_millis(pause)))
}

/// A refusal until the next second, by a clock that is this many seconds ahead.
fn throttled_until(ahead: u64) -> Step {
    let now = SystemTime::now() + Duration::from_secs(ahead);
    let soon = httpdate::fmt_http_date(now + Duration::from_secs(1));
    throttled(&format!("{soon}\r\nDate: {}", httpdate::fmt_http_date(now)))
}

fn throttled(retry_after: &str) -> Step {
    let headers = format!("Retry-After: {retry_after}\r\nContent-Type: application/json\r\n");
    let body = r#"{"error_code":"APIGW.0308","error_msg":"slow down","statusCode":429,"message":"slow down"}"#;
    Step::answer_with(429, &headers, body)
}

/// A management token of the user pool `pool`, as a JSON Web Token.
pub fn management_token(signature: &str) -> String {
    // {"alg":"none"} and {"scoped_userpool_id":"pool"}
    format!("eyJhbGciOiJub25lIn0.eyJzY29wZWRfdXNlcnBvb2xfaWQiOiJwb29sIn0.{signature}")
}

/// The response of Authing's token endpoint.
pub fn issued_management_token() -> Step {
    let token = management_token(secrets::ISSUED_TOKEN);
    Step::json(
        200,
        format!(
            r#"{{"statusCode":200,"message":"","data":{{"access_token":"{token}","expires_in":7200}}}}"#
        ),
    )
}

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        trial("own-client/follows-a-redirect".into(), own_client_that_follows),
        trial("own-client/page-of-a-proxy".into(), page_of_a_proxy),
        trial("configure/timeout-of-the-call".into(), timeout_of_the_call),
        trial("configure/cut-off-and-then-404".into(), cut_off_and_then_404),
        trial("publish/incomplete-404".into(), incomplete_404),
        trial("configure/secret-in-a-wrong-type".into(), secret_in_a_wrong_type),
        trial("publish/code-without-end".into(), code_without_end),
    ];
    for call in CALLS {
        for (name, step, expected) in faults() {
            let name = format!("{call:?}/{name}").to_lowercase();
            trials.push(trial(name, move || async move {
                let script: Arc<Script> = Arc::new(move |request: &Received, earlier: usize| {
                    match request.target.ends_with("/get-management-token") {
                        true => issued_management_token(),
                        false => step_for(call, step, request, earlier),
                    }
                });
                let server = Server::start(script).await;
                let started = Instant::now();
                let result = call.make(&server.url()).await;
                check(call, expected, &result, started.elapsed(), &server.received_at(call.path()));
            }));
        }
        trials.push(trial(
            format!("{call:?}/refused-connection").to_lowercase(),
            move || async move {
                let url = format!("http://{}", unused_address().await);
                let started = Instant::now();
                let result = call.make(&url).await;
                let kind = match call {
                    // Its credentials are fetched from the same server first.
                    Call::Reupload => ErrorKind::Credentials,
                    _ => ErrorKind::Connect,
                };
                let expected = Expected { kind: Some(kind), ..success().attempts(3, 3) };
                check(call, expected, &result, started.elapsed(), &[]);
            },
        ));
    }
    trials
}

/// A PUT to `url` through the caller's own HTTP client.
async fn configure_through(http: reqwest::Client, url: &str) -> Error {
    let client = functiongraph(url).credentials(Token::new(TOKEN)).http_client(http);
    let client = client.build().unwrap();
    secrets::assert_none(&format!("{client:?}"), "the client");
    let call = client.update_function_async_invoke_config().function_urn(URN);
    let error = call.send().await.unwrap_err();
    secrets::assert_none(&secrets::shown(&error), "the error");
    error
}

async fn own_client_that_follows() {
    let elsewhere = Server::start(Arc::new(|_, _| Step::json(200, "{}"))).await;
    let location = format!("Location: {}/elsewhere\r\n", elsewhere.url());
    let server = Server::start(Arc::new(move |_, _| Step::answer_with(302, &location, ""))).await;
    let error = configure_through(reqwest::Client::new(), &server.url()).await;
    assert_eq!(error.kind(), ErrorKind::Redirected, "{error}");
    assert!(error.to_string().contains("redirect::Policy::none()"), "{error}");
}

async fn page_of_a_proxy() {
    let page = "<h1>The proxy cannot reach the host</h1>";
    let proxy = Server::start(Arc::new(move |_, _| Step::html(502, page))).await;
    let through = reqwest::Proxy::all(proxy.url()).unwrap().basic_auth("user", secrets::PASSWORD);
    let http = reqwest::Client::builder().proxy(through).build().unwrap();
    let error = configure_through(http, &format!("http://{}", unused_address().await)).await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Service, 3), "{error}");
    assert!(error.to_string().contains(page), "{error}");
    assert!(proxy.received()[0].target.starts_with("http://127.0.0.1:"));
}

async fn timeout_of_the_call() {
    let server = Server::start(Arc::new(|_, _| Step::hang())).await;
    let client = functiongraph(&server.url()).credentials(Token::new(TOKEN));
    let client = client.timeout(Duration::from_millis(800)).build().unwrap();
    let started = Instant::now();
    let call = client.update_function_async_invoke_config().function_urn(URN);
    let error = call.send().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 2), "{error}");
    let took = started.elapsed();
    assert!(took >= Duration::from_millis(790) && took < LONGEST, "it took {took:?}");
}

/// The outcome of the first attempt is unknown, whatever the second one returns.
async fn cut_off_and_then_404() {
    let step = |_: &Received, earlier: usize| match earlier {
        0 => Step::Read(vec![Part::Close]),
        _ => Step::json(404, r#"{"error_code":"FSS.1051","error_msg":"not found"}"#),
    };
    let server = Server::start(Arc::new(step)).await;
    let error = Call::Configure.make(&server.url()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Service, 2), "{error}");
    assert!(error.is_not_found() && error.outcome_unknown(), "{error}");
}

/// The service's decision is known, and that its response is incomplete.
async fn incomplete_404() {
    const BODY: &str = r#"{"error_code":"FSS.1051","error_msg":"not found"}"#;
    let begun = |then| {
        let head = "HTTP/1.1 404 X\r\nContent-Length: 4000\r\n\r\n";
        Step::raw(format!("{head}{BODY}"), then)
    };
    for (step, cause) in [
        (Step::json(404, BODY), None),
        (begun(Part::Close), Some("broke before the answer was complete")),
        (begun(Part::Hang), Some("no complete answer")),
        (Step::json(404, BODY.to_owned() + &" ".repeat(LARGEST_BODY)), Some("larger than")),
    ] {
        let server = Server::start(Arc::new(move |_, _| step.clone())).await;
        let error = Call::Publish.make(&server.url()).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Service, Some("FSS.1051")));
        assert_eq!(error.is_incomplete(), cause.is_some(), "{error}");
        assert!(error.body().unwrap().starts_with(BODY.as_bytes()), "{error}");
        let source = std::error::Error::source(&error).map(ToString::to_string);
        let is_said = source.unwrap_or_default().contains(cause.unwrap_or_default());
        assert!(is_said, "{error:?}");
    }
}

/// Serde's message about a wrong type contains the value.
async fn secret_in_a_wrong_type() {
    let body = format!(r#"{{"max_async_retry_attempts":"{TOKEN}"}}"#);
    let server = Server::start(Arc::new(move |_, _| Step::json(200, &body))).await;
    let error = Call::Configure.make(&server.url()).await.unwrap_err();
    secrets::assert_none(&secrets::shown(&error), "the error");
    assert!(error.to_string().contains("max_async_retry_attempts: invalid type"), "{error}");
}

async fn code_without_end() {
    let long = "x".repeat(50_000);
    let body = format!(
        r#"{{"error_code":"{long}","error_msg":"{long}","request_id":"r\n1","code":{{"a":"{long}"}}}}"#
    );
    let server = Server::start(Arc::new(move |_, _| Step::json(400, &body))).await;
    let error = Call::Publish.make(&server.url()).await.unwrap_err();
    assert_eq!(error.code().map(str::len), Some(50_000), "nothing of the answer is lost");
    assert!(error.to_string().len() < 4000 && format!("{error:?}").len() < 4000);
    assert!(!error.to_string().contains('\n'));
    assert!(!secrets::logged().contains(&"x".repeat(2000)));
}

fn step_for(call: Call, step: fn(Call, usize) -> Step, request: &Received, earlier: usize) -> Step {
    // The token uses another connection, which must not be reset.
    match (call, request.target.is_empty()) {
        (Call::Reupload, true) => Step::hang(),
        _ => step(call, earlier),
    }
}

fn check(
    call: Call,
    expected: Expected,
    result: &Result<String, Error>,
    took: Duration,
    received: &[Received],
) {
    assert!(took >= expected.min_time, "it took {took:?} only");
    assert!(took <= expected.max_time, "it took {took:?}");
    let attempts = match call.may_be_repeated() {
        true => expected.attempts.0,
        false => expected.attempts.1,
    };
    if !call.may_be_repeated() {
        let handled = received.iter().filter(|request| request.is_handled).count();
        assert!(handled <= 1, "the service was asked {handled} times");
    }
    // A retry after a fault succeeds only for a call that can be repeated.
    let is_failure = expected.kind.is_some() || (expected.attempts.0 != attempts);
    let error = match result {
        Ok(value) => {
            assert!(!is_failure, "it succeeded: {value}");
            assert_eq!(received.len(), attempts as usize);
            return;
        }
        Err(error) => error,
    };
    let shown = secrets::shown(error);
    secrets::assert_none(&shown, "the error");
    assert!(is_failure, "{shown}");
    assert_eq!(error.attempts(), attempts, "{shown}");
    if let Some(kind) = expected.kind {
        assert_eq!(error.kind(), kind, "{shown}");
        assert_eq!(error.status(), expected.status, "{shown}");
        let outcome = match expected.outcome {
            Outcome::DoneByStatus if call == Call::Reupload => Outcome::Unknown,
            Outcome::DoneByStatus => Outcome::Done,
            outcome => outcome,
        };
        assert_eq!(error.outcome_unknown(), outcome == Outcome::Unknown, "{shown}");
        assert_eq!(error.happened(), outcome == Outcome::Done, "{shown}");
        assert!(error.to_string().contains(expected.says), "{shown}");
        assert!(error.to_string().chars().count() < 700, "{shown}");
    }
}
