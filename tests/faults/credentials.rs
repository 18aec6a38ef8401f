//! Faults of credentials: expired, revoked or unavailable, for one task or for a hundred.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use cloudfn::functiongraph::{self, AccessKey, Password};
use cloudfn::{authing, Credentials, Error, ErrorKind, RetryPolicy};
use libtest_mimic::Trial;
use tokio::task::JoinSet;

use crate::calls::{authing, functiongraph, issued_management_token, management_token, Call, URN};
use crate::secrets::{self, ACCESS_KEY_SECRET, ISSUED_TOKEN, PASSWORD, SECRET_KEY, SECURITY_TOKEN};
use crate::server::{unused_address, Received, Script, Server, Step};
use crate::trial;

const IAM_PATH: &str = "/v3/auth/tokens";
const MANAGEMENT_PATH: &str = "/api/v3/get-management-token";
const PUBLISHED: &str = r#"{"version":"v1"}"#;
const UPLOADED: &str = r#"{"statusCode":200,"message":"","data":{"funcId":"f"}}"#;
const EXPIRED: &str =
    r#"{"error_msg":"The token must be updated.","error_code":"APIGW.0307","request_id":"r-1"}"#;
/// Sent with HTTP 200.
const NOT_ACCEPTED: &str = r#"{"statusCode":401,"message":"the token is not accepted"}"#;

/// What IAM says of a token that is valid for a day.
const DAY: &str = r#"{"token":{"issued_at":"2020-01-04T09:05:22.701000Z","expires_at":"2020-01-05T09:05:22.701000Z"}}"#;

/// The IAM token with this number.
fn iam_token(number: usize) -> Step {
    token_with(number, DAY)
}

fn token_with(number: usize, body: impl AsRef<[u8]>) -> Step {
    Step::answer_with(201, &format!("X-Subject-Token: {ISSUED_TOKEN}-{number}\r\n"), body)
}

/// A token that is valid for `life` seconds from now.
fn short_token(number: usize, life: u32) -> Step {
    let end = format!("{:02}:{:02}:{:02}", 9 + life / 3600, life / 60 % 60, life % 60);
    let times = format!(
        r#""issued_at":"2020-01-04T09:00:00.000000Z","expires_at":"2020-01-04T{end}.000000Z""#
    );
    token_with(number, format!(r#"{{"token":{{{times}}}}}"#))
}

/// Starts a server with IAM at its path, and FunctionGraph at all others.
async fn huawei(
    iam: impl Fn(usize) -> Step + Send + Sync + 'static,
    service: impl Fn(&Received) -> Step + Send + Sync + 'static,
) -> Server {
    let script: Arc<Script> = Arc::new(move |request: &Received, earlier: usize| {
        match (request.target.as_str(), request.target.ends_with(IAM_PATH)) {
            ("", _) => Step::hang(),
            (_, true) => iam(earlier),
            _ => service(request),
        }
    });
    Server::start(script).await
}

/// Starts a server with IAM and a FunctionGraph that accepts every token, and a client.
async fn issuing(
    iam: impl Fn(usize) -> Step + Send + Sync + 'static,
) -> (Server, functiongraph::Client) {
    let server = huawei(iam, |_| Step::json(200, PUBLISHED)).await;
    let client = publisher(&server.url(), password(&server.url()));
    (server, client)
}

/// Calls a service whose IAM issues tokens.
async fn publish_to(service: impl Fn(&Received) -> Step + Send + Sync + 'static) -> Tried {
    let server = huawei(iam_token, service).await;
    let result = publish(&publisher(&server.url(), password(&server.url()))).await;
    (server, result)
}

type Tried = (Server, Result<(), Error>);

/// How often a token was fetched, and a version published.
fn counts(server: &Server) -> (usize, usize) {
    (server.received_at(IAM_PATH).len(), server.received_at(Call::Publish.path()).len())
}

/// The same for Authing. The service gets the number of earlier requests.
async fn authing_server(
    tokens: impl Fn(usize) -> Step + Send + Sync + 'static,
    service: impl Fn(&Received, usize) -> Step + Send + Sync + 'static,
) -> Server {
    let script: Arc<Script> = Arc::new(move |request: &Received, earlier: usize| {
        match (request.target.as_str(), request.target.ends_with(MANAGEMENT_PATH)) {
            ("", _) => Step::hang(),
            (_, true) => tokens(earlier),
            _ => service(request, earlier),
        }
    });
    Server::start(script).await
}

/// Calls a service of Authing that issues tokens.
async fn upload_to(service: impl Fn(usize) -> Step + Send + Sync + 'static) -> Tried {
    let issued = |_| issued_management_token();
    let server = authing_server(issued, move |_, earlier| service(earlier)).await;
    let result = upload(&uploader(&server.url())).await;
    (server, result)
}

fn is_current(request: &Received, number: usize) -> bool {
    request.headers.get("x-auth-token") == Some(&format!("{ISSUED_TOKEN}-{number}"))
}

fn password(iam: &str) -> Password {
    Password::new("domain", "user", PASSWORD).endpoint(iam)
}

fn publisher(url: &str, credentials: impl Credentials) -> functiongraph::Client {
    let client = functiongraph(url).credentials(credentials).build().unwrap();
    secrets::assert_none(&format!("{client:?} {client:#?}"), "the client");
    client
}

async fn publish(client: &functiongraph::Client) -> Result<(), Error> {
    client.create_function_version().function_urn(URN).send().await.map(|_| ())
}

fn uploader(url: &str) -> authing::Client {
    let key = authing::AccessKey::new("id", ACCESS_KEY_SECRET);
    let client = authing(url).credentials(key).build().unwrap();
    secrets::assert_none(&format!("{client:?} {client:#?}"), "the client");
    client
}

async fn upload(client: &authing::Client) -> Result<(), Error> {
    let call = client.reupload_pipeline_function().body_map(|b| b.func_id("f"));
    call.send().await.map(|_| ())
}

#[track_caller]
fn assert_failed(result: Result<(), Error>, kind: ErrorKind, attempts: u32, says: &str) -> Error {
    let error = result.expect_err("the call fails");
    let shown = secrets::shown(&error);
    secrets::assert_none(&shown, "the error");
    assert_eq!((error.kind(), error.attempts()), (kind, attempts), "{shown}");
    assert!(error.to_string().contains(says), "{shown}");
    error
}

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        trial("token/expired-once".into(), expired_once),
        trial("token/expired-for-ever".into(), expired_for_ever),
        trial("token/refused-for-another-reason".into(), refused_for_another_reason),
        trial("token/100-tasks-with-an-expired-one".into(), a_hundred_with_an_expired_token),
        trial("token/100-tasks-and-none-to-be-had".into(), a_hundred_without_a_token),
        trial("token/kept-for-later-calls".into(), kept_for_later_calls),
        trial("token/renewed-ahead-of-its-end".into(), renewed_ahead_of_its_end),
        trial("token/old-one-serves-while-no-new-one-is-to-be-had".into(), old_one_serves),
        trial("token/cancelled-waiter".into(), cancelled_waiter),
        trial("token/of-the-project-that-is-called".into(), of_the_project_that_is_called),
        trial("token/endpoint-refuses-connections".into(), endpoint_down),
        trial("token/runtime-of-the-fetch-ends".into(), runtime_ends),
        trial("management-token/not-accepted-once".into(), not_accepted_once),
        trial("management-token/not-accepted-for-ever".into(), not_accepted_for_ever),
        trial("management-token/http-401".into(), not_accepted_with_http_401),
        trial("management-token/expires-soon".into(), management_token_expires_soon),
        trial("management-token/business-errors".into(), business_errors),
        trial("access-key/clock-off-by-16-or-20-minutes".into(), clock_off),
        trial("access-key/100-tasks-with-a-clock-that-is-off".into(), a_hundred_with_a_wrong_clock),
        trial("access-key/clock-off-and-untold".into(), clock_off_and_untold),
        trial("token/runtime-of-the-fetch-stands-still".into(), runtime_stands_still),
        trial("token/password-echoed-as-json".into(), password_echoed_as_json),
        trial("token/password-echoed-percent-encoded".into(), password_echoed_percent_encoded),
        trial("token/good-while-a-renewal-hangs".into(), good_while_a_renewal_hangs),
        trial("token/nothing-sent-at-the-last-moment".into(), nothing_is_sent_at_the_last_moment),
        trial("token/byte-order-mark".into(), || good_for(marked_token, 43_200, 43_200)),
        trial("token/larger-than-other-bodies-may-be".into(), larger_than_other_bodies),
        // An IAM token without a lifetime.
        trial("token/no-life-is-ten-minutes".into(), || {
            good_for(|number| token_with(number, "{}"), 530, 80)
        }),
        trial("management-token/no-life-is-two-hours".into(), two_hours),
        trial("access-key/wrong-key".into(), wrong_key),
        trial("access-key/echoed".into(), signature_echoed),
        trial("access-key/echoed-alone".into(), signature_echoed_alone),
    ];
    trials.extend(iam_faults());
    trials.extend(management_faults());
    trials.extend(management_tokens());
    trials
}

async fn expired_once() {
    let (server, result) = publish_to(|request| match is_current(request, 1) {
        true => Step::json(200, PUBLISHED),
        false => Step::json(401, EXPIRED),
    })
    .await;
    result.unwrap();
    assert_eq!(counts(&server), (2, 2));
}

async fn expired_for_ever() {
    let (server, result) = publish_to(|_| Step::json(401, EXPIRED)).await;
    let error = assert_failed(result, ErrorKind::Service, 2, "APIGW.0307");
    assert_eq!(error.request_id(), Some("r-1"));
    assert!(error.is_unauthenticated() && !error.outcome_unknown() && !error.is_retryable());
    assert_eq!(counts(&server), (2, 2));
}

async fn refused_for_another_reason() {
    let refusal = r#"{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication"}"#;
    let (_server, result) = publish_to(move |_| Step::json(401, refusal)).await;
    assert_failed(result, ErrorKind::Service, 1, "APIGW.0301");
}

async fn a_hundred_with_an_expired_token() {
    let server = huawei(iam_token, |request| match is_current(request, 0) {
        false => Step::json(200, PUBLISHED),
        true => Step::json(401, EXPIRED),
    })
    .await;
    let client = publisher(&server.url(), password(&server.url()));
    for result in a_hundred(&client).await {
        result.unwrap();
    }
    assert_eq!(counts(&server).0, 2, "one fetch, and one renewal");
}

async fn a_hundred_without_a_token() {
    let refusal = r#"{"error":{"code":401,"message":"The username or password is wrong."}}"#;
    let slow = Step::json(401, refusal).after(Duration::from_millis(100));
    let (server, client) = issuing(move |_| slow.clone()).await;
    let refused = |result| {
        assert_failed(result, ErrorKind::Credentials, 1, "401: The username or password is wrong.");
    };
    a_hundred(&client).await.into_iter().for_each(refused);
    assert_eq!(counts(&server), (1, 0), "the failure reaches all who wait");
    // So do all calls in the next seconds: repeating a wrong password can lock an account.
    refused(publish(&client).await);
    assert_eq!(counts(&server), (1, 0));
    advance(6).await;
    refused(publish(&client).await);
    assert_eq!(counts(&server), (2, 0));
}

/// Advances Tokio's clock.
async fn advance(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

async fn a_hundred(client: &functiongraph::Client) -> Vec<Result<(), Error>> {
    let mut tasks = JoinSet::new();
    for _ in 0..100 {
        let client = client.clone();
        tasks.spawn(async move { publish(&client).await });
    }
    tasks.join_all().await
}

async fn kept_for_later_calls() {
    let (server, client) = issuing(iam_token).await;
    for _ in 0..5 {
        publish(&client).await.unwrap();
    }
    let fetches = server.received_at(IAM_PATH);
    assert_eq!(fetches.len(), 1);
    let body: serde_json::Value = serde_json::from_slice(&fetches[0].body).unwrap();
    let user = &body["auth"]["identity"]["password"]["user"];
    assert_eq!(fetches[0].method, "POST");
    assert_eq!(body["auth"]["identity"]["methods"], serde_json::json!(["password"]));
    assert_eq!(user["name"], "user");
    assert_eq!(user["password"], PASSWORD);
    assert_eq!(user["domain"]["name"], "domain");
    assert_eq!(body["auth"]["scope"]["project"]["id"], crate::calls::PROJECT);
}

/// A client with a timeout of two seconds for a call and for an attempt.
fn impatient(url: &str) -> functiongraph::Client {
    let builder = functiongraph(url).attempt_timeout(Duration::from_secs(60));
    builder.timeout(Duration::from_secs(2)).credentials(password(url)).build().unwrap()
}

/// In the last tenth of its life, a token is used while the next one is fetched.
async fn good_while_a_renewal_hangs() {
    let (server, _) = issuing(|number| match number {
        0 => short_token(0, 100),
        _ => Step::hang(),
    })
    .await;
    let client = impatient(&server.url());
    for (seconds, fetches) in [(0, 1), (88, 1), (3, 2), (0, 2)] {
        advance(seconds).await;
        publish(&client).await.unwrap();
        assert!(is_sent(&server, 0));
        assert_eq!(counts(&server).0, fetches, "one renewal is under way");
    }
    // Once it has expired, it is not used any more.
    advance(10).await;
    assert_failed(publish(&client).await, ErrorKind::Timeout, 1, "no credentials within");
}

/// A call without enough time left is not sent: a POST might happen unnoticed.
async fn nothing_is_sent_at_the_last_moment() {
    let late = |number: usize| iam_token(number).after(Duration::from_millis(950));
    let (server, _) = issuing(late).await;
    let builder = functiongraph(&server.url()).attempt_timeout(Duration::from_secs(60));
    let builder = builder.timeout(Duration::from_secs(1)).credentials(password(&server.url()));
    let result = publish(&builder.build().unwrap()).await;
    let error = assert_failed(result, ErrorKind::Timeout, 1, "credentials");
    assert!(!error.outcome_unknown() && error.is_retryable(), "{error}");
    assert_eq!(counts(&server).1, 0);
}

/// A byte order mark does not hide the lifetime of a token.
fn marked_token(number: usize) -> Step {
    token_with(number, format!("\u{feff}{DAY}"))
}

/// A token is used for some seconds, and not for that much longer.
async fn good_for(token: fn(usize) -> Step, good: u64, longer: u64) {
    let (server, client) = issuing(token).await;
    for (seconds, fetches) in [(0, 1), (good, 1), (longer, 2)] {
        advance(seconds).await;
        publish(&client).await.unwrap();
        assert_eq!(counts(&server).0, fetches);
    }
}

/// The limit of bodies is for the service's responses only; a token comes with a catalog.
async fn larger_than_other_bodies() {
    let large = format!(r#"{{"catalog":"{}"}}"#, "x".repeat(100_000));
    let (server, _) = issuing(move |number| token_with(number, &large)).await;
    let builder = functiongraph(&server.url()).max_response_bytes(PUBLISHED.len());
    let client = builder.credentials(password(&server.url())).build().unwrap();
    publish(&client).await.unwrap();
}

/// Authing documents 7200 seconds for a token without a lifetime.
async fn two_hours() {
    let token = management_token(ISSUED_TOKEN);
    let body = format!(r#"{{"statusCode":200,"data":{{"access_token":"{token}"}}}}"#);
    let server =
        authing_server(move |_| Step::json(200, &body), |_, _| Step::json(200, UPLOADED)).await;
    let client = uploader(&server.url());
    for (seconds, fetches) in [(0, 1), (6800, 1), (500, 2)] {
        advance(seconds).await;
        upload(&client).await.unwrap();
        assert_eq!(server.received_at(MANAGEMENT_PATH).len(), fetches);
    }
}

async fn password_echoed_percent_encoded() {
    let odd = format!("{PASSWORD}/a b+ü");
    let written = percent_encoding::utf8_percent_encode(&odd, percent_encoding::NON_ALPHANUMERIC);
    // As browsers and most servers write it.
    let written = written.to_string().replace("%2D", "-");
    let echo = move |_| Step::html(400, &format!("no such user: password={written}&end"));
    let server = huawei(echo, |_| Step::json(200, PUBLISHED)).await;
    let credentials = Password::new("domain", "user", odd).endpoint(server.url());
    let error = publish(&publisher(&server.url(), credentials)).await;
    assert_failed(error, ErrorKind::Credentials, 1, "password=[secret]&end");
}

/// Publishes until `is_enough` is true for the received requests.
async fn publish_until(
    client: &functiongraph::Client,
    server: &Server,
    is_enough: impl Fn(&Server) -> bool,
) {
    for _ in 0..500 {
        publish(client).await.unwrap();
        if is_enough(server) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never happens");
}

/// Whether the last token sent has this number.
fn is_sent(server: &Server, number: usize) -> bool {
    is_current(server.received_at(Call::Publish.path()).last().unwrap(), number)
}

/// The next token is fetched in the background, and used as soon as it arrives.
async fn renewed_ahead_of_its_end() {
    let (server, client) = issuing(|number| short_token(number, 3600)).await;
    publish(&client).await.unwrap();
    // It is valid for an hour, and renewed in the last five minutes.
    advance(3298).await;
    publish(&client).await.unwrap();
    assert_eq!(counts(&server).0, 1);
    advance(3).await;
    publish(&client).await.unwrap();
    assert!(is_sent(&server, 0), "it is still good");
    publish_until(&client, &server, |server| is_sent(server, 1)).await;
    assert_eq!(counts(&server).0, 2);
}

async fn old_one_serves() {
    let (server, client) = issuing(|number| match number {
        0 => short_token(0, 100),
        _ => Step::json(503, ""),
    })
    .await;
    publish(&client).await.unwrap();
    advance(91).await;
    publish_until(&client, &server, |server| counts(server).0 == 2).await;
    for _ in 0..3 {
        publish(&client).await.unwrap();
    }
    assert_eq!(counts(&server).0, 2, "one renewal failed, the next one waits");
    advance(6).await;
    publish_until(&client, &server, |server| counts(server).0 == 3).await;
}

async fn cancelled_waiter() {
    let slow = |number: usize| iam_token(number).after(Duration::from_millis(200));
    let (server, client) = issuing(slow).await;
    let first = tokio::time::timeout(Duration::from_millis(50), publish(&client)).await;
    assert!(first.is_err(), "the first task gives up while the token is fetched");
    publish(&client).await.unwrap();
    assert_eq!(counts(&server).0, 1, "the fetch went on");
}

async fn of_the_project_that_is_called() {
    let (server, client) = issuing(iam_token).await;
    for project in ["one", "two", "one"] {
        let call = client.create_function_version().project_id(project).function_urn(URN);
        call.send().await.unwrap();
    }
    assert_eq!(counts(&server).0, 2, "one token for each project");
}

async fn endpoint_down() {
    let iam = format!("http://{}", unused_address().await);
    let error = publish(&publisher("http://127.0.0.1:9", password(&iam))).await;
    let error = assert_failed(error, ErrorKind::Credentials, 3, "there is no connection");
    assert!(!error.outcome_unknown() && error.is_retryable());
    assert!(std::error::Error::source(&error).is_some());
}

async fn first_fetch_hangs() -> (Server, functiongraph::Client) {
    issuing(|number| match number {
        0 => Step::hang(),
        number => iam_token(number),
    })
    .await
}

/// A runtime with a fetch under way that is no longer driven.
async fn fetching_runtime(client: &functiongraph::Client) -> tokio::runtime::Runtime {
    let client = client.clone();
    let fetching = tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let waiting = tokio::time::timeout(Duration::from_millis(100), publish(&client));
            assert!(waiting.await.is_err());
        });
        runtime
    });
    fetching.await.unwrap()
}

async fn runtime_ends() {
    let (server, _) = first_fetch_hangs().await;
    let never = functiongraph(&server.url()).retry(RetryPolicy::never());
    let client = never.credentials(password(&server.url())).build().unwrap();
    let runtime = fetching_runtime(&client).await;
    tokio::task::spawn_blocking(move || drop(runtime)).await.unwrap();
    publish(&client).await.unwrap();
}

async fn not_accepted_once() {
    let (server, result) = upload_to(|earlier| match earlier {
        0 => Step::json(200, NOT_ACCEPTED),
        _ => Step::json(200, UPLOADED),
    })
    .await;
    result.unwrap();
    assert_eq!(server.received_at(MANAGEMENT_PATH).len(), 2);
    let sent = &server.received_at(Call::Reupload.path())[1];
    assert_eq!(sent.headers["authorization"], format!("Bearer {}", management_token(ISSUED_TOKEN)));
    assert_eq!(sent.headers["x-authing-userpool-id"], "pool");
}

async fn not_accepted_for_ever() {
    let (server, result) = upload_to(|_| Step::json(200, NOT_ACCEPTED)).await;
    let error = assert_failed(result, ErrorKind::Service, 2, "status 401 in an HTTP 200");
    assert!(error.is_unauthenticated() && !error.outcome_unknown());
    assert_eq!(error.http_status().map(|status| status.as_u16()), Some(200));
    assert_eq!(server.received_at(MANAGEMENT_PATH).len(), 2);
}

async fn not_accepted_with_http_401() {
    let (_, result) = upload_to(|_| Step::json(401, NOT_ACCEPTED)).await;
    assert_failed(result, ErrorKind::Service, 2, "401 Unauthorized: the token is not accepted");
}

async fn management_token_expires_soon() {
    let token = management_token(ISSUED_TOKEN);
    let body =
        format!(r#"{{"statusCode":200,"data":{{"access_token":"{token}","expires_in":1}}}}"#);
    let server =
        authing_server(move |_| Step::json(200, &body), |_, _| Step::json(200, UPLOADED)).await;
    let client = uploader(&server.url());
    upload(&client).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1200)).await;
    upload(&client).await.unwrap();
    assert_eq!(server.received_at(MANAGEMENT_PATH).len(), 2);
}

/// Failures that come with HTTP 200.
async fn business_errors() {
    for (status, is_unknown) in [
        (400, false),
        (403, false),
        (404, false),
        (409, false),
        (429, false),
        (499, true),
        (500, true),
        (601, true),
        (603, true),
    ] {
        let body = format!(
            r#"{{"statusCode":{status},"message":"not done","apiCode":2820002,"requestId":"r-9"}}"#
        );
        let (_, result) = upload_to(move |_| Step::json(200, &body)).await;
        let attempts = if status == 429 { 3 } else { 1 };
        let error = assert_failed(result, ErrorKind::Service, attempts, "2820002: not done");
        assert_eq!(error.status(), Some(status));
        assert_eq!(error.code(), Some("2820002"));
        assert_eq!(error.request_id(), Some("r-9"));
        assert_eq!(error.outcome_unknown(), is_unknown, "{status}");
        assert_eq!(error.is_not_found(), status == 404);
        assert_eq!(error.is_throttled(), status == 429);
        assert_eq!(error.headers().unwrap()["content-type"], "application/json");
    }
    for odd in [
        "\u{feff}{\"statusCode\":500}".to_owned(),
        r#"{"statusCode":500,"message":"\ud800"}"#.to_owned(),
        format!(r#"{{"new":{}{},"statusCode":500}}"#, "[".repeat(5000), "]".repeat(5000)),
    ] {
        let (_, result) = upload_to(move |_| Step::json(200, &odd)).await;
        let error = assert_failed(result, ErrorKind::Service, 1, "status 500 in an HTTP 200");
        assert!(error.outcome_unknown());
    }
    for odd in ["{}", r#"{"statusCode":null}"#, r#"{"statusCode":"fine"}"#] {
        let (_, result) = upload_to(move |_| Step::json(200, odd)).await;
        assert_failed(result, ErrorKind::Decode, 1, "statusCode");
    }
}

/// A service whose clock is `minutes` ahead, and that accepts signatures up to 15 minutes off.
fn by_clock(request: &Received, minutes: u64, is_told: bool) -> Step {
    let now = SystemTime::now() + Duration::from_secs(60 * minutes);
    let signed: jiff::civil::DateTime =
        jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", &request.headers["x-sdk-date"]).unwrap();
    let signed: SystemTime = signed.to_zoned(jiff::tz::TimeZone::UTC).unwrap().into();
    let off = now.duration_since(signed).unwrap_or_else(|e| e.duration());
    if off < Duration::from_secs(15 * 60) {
        return Step::json(200, PUBLISHED);
    }
    let date = match is_told {
        true => format!("Date: {}\r\n", httpdate::fmt_http_date(now)),
        false => String::new(),
    };
    let refusal = r#"{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information: signature expired"}"#;
    Step::answer_with(401, &date, refusal)
}

fn access_key() -> AccessKey {
    AccessKey::new("AKIDEXAMPLE", SECRET_KEY).security_token(SECURITY_TOKEN)
}

/// The gateway accepts 15 minutes, so any larger skew must be corrected.
async fn clock_off() {
    for minutes in [16, 20] {
        let server = huawei(iam_token, move |request| by_clock(request, minutes, true)).await;
        let client = publisher(&server.url(), access_key());
        publish(&client).await.unwrap();
        assert_eq!(server.received_at(Call::Publish.path()).len(), 2);
        publish(&client).await.unwrap();
        let count = server.received_at(Call::Publish.path()).len();
        assert_eq!(count, 3, "the clock is known by now");
    }
}

async fn a_hundred_with_a_wrong_clock() {
    let server = huawei(iam_token, |request| by_clock(request, 20, true)).await;
    for result in a_hundred(&publisher(&server.url(), access_key())).await {
        result.unwrap();
    }
}

/// The first task is on a runtime that is no longer driven.
async fn runtime_stands_still() {
    let (_server, client) = first_fetch_hangs().await;
    let runtime = fetching_runtime(&client).await;
    publish(&client).await.unwrap();
    runtime.shutdown_background();
}

async fn password_echoed_as_json() {
    let odd = format!("{PASSWORD}\"\\odd");
    let odd_too = odd.clone();
    let echo = move |_| {
        let sent = serde_json::json!({ "password": odd_too }).to_string();
        Step::html(400, &format!("your request was {sent} and {}", &PASSWORD[..20]))
    };
    let server = huawei(echo, |_| Step::json(200, PUBLISHED)).await;
    let credentials = Password::new("domain", "user", odd).endpoint(server.url());
    let error = publish(&publisher(&server.url(), credentials)).await;
    let error = assert_failed(error, ErrorKind::Credentials, 1, "was {\"password\":\"[secret]");
    assert!(!secrets::shown(&error).contains("odd"), "{error}");
}

async fn clock_off_and_untold() {
    let server = huawei(iam_token, |request| by_clock(request, 20, false)).await;
    let result = publish(&publisher(&server.url(), access_key())).await;
    assert_failed(result, ErrorKind::Service, 1, "signature expired");
}

async fn wrong_key() {
    let server = huawei(iam_token, |_| {
        let date = httpdate::fmt_http_date(SystemTime::now());
        let refusal = r#"{"error_code":"APIGW.0301","error_msg":"verify aksk signature fail"}"#;
        Step::answer_with(401, &format!("Date: {date}\r\n"), refusal)
    })
    .await;
    let result = publish(&publisher(&server.url(), access_key())).await;
    assert_failed(result, ErrorKind::Service, 1, "verify aksk signature fail");
}

async fn signature_echoed() {
    let server = huawei(iam_token, |request| {
        let said =
            format!("{} {}", request.headers["authorization"], request.headers["x-security-token"]);
        Step::html(403, &said)
    })
    .await;
    let error = publish(&publisher(&server.url(), access_key())).await;
    let said = "Access=[secret], SignedHeaders=content-type;host;x-project-id;x-sdk-date;\
                x-security-token, Signature=[secret] [secret]";
    assert_failed(error, ErrorKind::Service, 1, said);
}

async fn signature_echoed_alone() {
    let server = huawei(iam_token, |request| {
        let (_, signature) = request.headers["authorization"].split_once("Signature=").unwrap();
        Step::html(403, &format!("expected {signature}"))
    })
    .await;
    let error = publish(&publisher(&server.url(), access_key())).await;
    assert_failed(error, ErrorKind::Service, 1, "expected [secret]");
}

/// A fault of a token endpoint: its action, the number of requests, and the error message.
type TokenFault = (&'static str, fn() -> Step, u32, &'static str);

fn iam_faults() -> Vec<Trial> {
    let faults: [TokenFault; 10] = [
        ("429", || Step::json(429, ""), 3, "refused with status 429"),
        ("503", || Step::json(503, ""), 3, "refused with status 503"),
        ("502-html", || Step::html(502, "<h1>Bad Gateway</h1>"), 3, "<h1>Bad Gateway</h1>"),
        ("echoes-the-password", || Step::html(400, PASSWORD), 1, "[secret]"),
        (
            "echoes-the-password-as-documented",
            || Step::json(400, format!(r#"{{"error":{{"message":"bad {PASSWORD}"}}}}"#)),
            1,
            "bad [secret]",
        ),
        ("html-200", || Step::html(200, "<html>hotel</html>"), 1, "has no X-Subject-Token"),
        ("reset", Step::reset, 3, "the connection broke"),
        ("hangs", Step::hang, 3, "the time was up"),
        (
            "redirects",
            || Step::answer_with(302, "Location: http://127.0.0.2:1/\r\n", ""),
            1,
            "status 302",
        ),
        ("huge", || Step::json(201, vec![b' '; 2_000_000]), 1, "too large"),
    ];
    let test = |(name, step, attempts, says): TokenFault| {
        trial(format!("token/endpoint-{name}"), move || async move {
            let (server, client) = issuing(move |_| step()).await;
            let result = publish(&client).await;
            let error = assert_failed(result, ErrorKind::Credentials, attempts, says);
            assert!(!error.outcome_unknown());
            assert_eq!(counts(&server), (attempts as usize, 0));
        })
    };
    faults.into_iter().map(test).collect()
}

fn management_faults() -> Vec<Trial> {
    let faults: [TokenFault; 7] = [
        ("503", || Step::json(503, ""), 3, "refused with status 503"),
        ("echoes-the-secret", || Step::html(400, ACCESS_KEY_SECRET), 1, "[secret]"),
        ("html-200", || Step::html(200, "<html>hotel</html>"), 1, "it is not JSON"),
        (
            "no-data",
            || Step::json(200, r#"{"statusCode":200,"message":""}"#),
            1,
            "data.access_token",
        ),
        (
            "half-a-token",
            || {
                Step::json(
                    200,
                    format!(r#"{{"statusCode":200,"data":{{"access_token":"{ISSUED_TOKEN}"#),
                )
            },
            1,
            "it is not JSON",
        ),
        (
            "wrong-life",
            || {
                let token = management_token(ISSUED_TOKEN);
                Step::json(
                    200,
                    format!(
                        r#"{{"statusCode":200,"data":{{"access_token":"{token}","expires_in":"soon"}}}}"#
                    ),
                )
            },
            1,
            "data.expires_in is not a number",
        ),
        ("reset", Step::reset, 3, "the connection broke"),
    ];
    let test = |(name, step, attempts, says): TokenFault| {
        trial(format!("management-token/endpoint-{name}"), move || async move {
            let server = authing_server(move |_| step(), |_, _| Step::json(200, UPLOADED)).await;
            let result = upload(&uploader(&server.url())).await;
            let error = assert_failed(result, ErrorKind::Credentials, attempts, says);
            assert!(!error.outcome_unknown());
            assert_eq!(server.received_at(Call::Reupload.path()).len(), 0);
        })
    };
    faults.into_iter().map(test).collect()
}

/// Tokens and lifetimes in unusual but valid forms.
fn management_tokens() -> Vec<Trial> {
    // {"scoped_userpool_id":"pool","n":"??>>~~ÿÿ"}, whose base64url has `-` and `_`.
    const WITH_DASHES: &str =
        "e30.eyJzY29wZWRfdXNlcnBvb2xfaWQiOiJwb29sIiwibiI6Ij8_Pj5-fsO_w78ifQ.s";
    const PADDED: &str = "e30.eyJzY29wZWRfdXNlcnBvb2xfaWQiOiJwb29sIn0=.s";
    const NAMELESS: &str = "e30.eyJzY29wZWRfdXNlcnBvb2xfaWQiOiIifQ.s";
    let tests: [(&str, &str, &str); 7] = [
        ("byte-order-mark", WITH_DASHES, r#","expires_in":7200"#),
        ("life-as-a-text", WITH_DASHES, r#","expires_in":"7200""#),
        ("no-life", WITH_DASHES, ""),
        ("base64url", WITH_DASHES, r#","expires_in":7200"#),
        ("padded", PADDED, r#","expires_in":7200.0"#),
        ("no-user-pool", NAMELESS, r#","expires_in":7200"#),
        ("opaque", "opaque", r#","expires_in":7200"#),
    ];
    let test = |(name, token, life): (&'static str, &'static str, &'static str)| {
        trial(format!("management-token/{name}"), move || async move {
            let mark = if name == "byte-order-mark" { "\u{feff}" } else { "" };
            let body =
                format!(r#"{mark}{{"statusCode":200,"data":{{"access_token":"{token}"{life}}}}}"#);
            let server =
                authing_server(move |_| Step::json(200, &body), |_, _| Step::json(200, UPLOADED))
                    .await;
            let client = uploader(&server.url());
            let started = Instant::now();
            upload(&client).await.unwrap();
            upload(&client).await.unwrap();
            assert!(started.elapsed() < Duration::from_secs(20));
            assert_eq!(server.received_at(MANAGEMENT_PATH).len(), 1);
            let sent = &server.received_at(Call::Reupload.path())[0];
            // A user pool's own key has the pool's ID.
            let is_named = token == WITH_DASHES || token == PADDED;
            let expected = if is_named { "pool" } else { "id" };
            assert_eq!(sent.headers["x-authing-userpool-id"], expected);
        })
    };
    tests.into_iter().map(test).collect()
}
