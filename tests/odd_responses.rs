//! Unusual responses: nothing is lost, everything readable is read, and every difference is reported.

#[path = "support/command.rs"]
mod command;
#[path = "support/server.rs"]
mod server;

use std::sync::Arc;

use cloudfn::credentials::{Anonymous, SharedCredentials};
use cloudfn::functiongraph;
use cloudfn::registry::{Arguments, CallResponse, APIS};
use cloudfn::{authing, Error, ErrorKind, RetryPolicy};
use serde_json::{json, Value};

use command::{cloudfn_at, run};
use server::{Part, Script, Server, Step};

const PUBLISH: &str = "create_function_version";
const REUPLOAD: &str = "reupload_pipeline_function";

/// Calls `operation`, with `step` as the response.
async fn call(operation: &str, step: Step) -> Result<CallResponse, Error> {
    let script: Arc<Script> = Arc::new(move |_, _| step.clone());
    let server = Server::start(script).await;
    let found = |api: &&&cloudfn::registry::Api| api.operation(operation).is_some();
    let api = APIS.iter().find(found).unwrap();
    let credentials = SharedCredentials::new(Anonymous);
    let target = (api.target)(&server.url(), credentials, RetryPolicy::default(), None).unwrap();
    let operation = api.operation(operation).unwrap();
    let parameters = operation.parameters.iter().map(|p| (p.name.into(), p.minimal.into()));
    let body = operation.samples.iter().find(|sample| sample.place == "request");
    let arguments = Arguments {
        parameters: parameters.collect(),
        body: body.map(|sample| sample.json.as_bytes().to_vec()),
        allow_undocumented: false,
    };
    (operation.call)(&target, &arguments).await
}

async fn published(body: impl AsRef<[u8]>) -> Result<CallResponse, Error> {
    call(PUBLISH, Step::json(200, body)).await
}

/// The differences of a response, except missing members.
fn told(answer: &CallResponse) -> Vec<String> {
    let told = answer.differences.iter().map(ToString::to_string);
    told.filter(|told| !told.contains(": is missing, ")).collect()
}

#[tokio::test]
async fn scalars_of_another_type_are_read_and_reported() {
    for (member, json, read, found, documented) in [
        ("timeout", r#""3""#, json!(3), "a string", "an integer"),
        ("timeout", "3.0", json!(3), "a number", "an integer"),
        ("timeout", "3e0", json!(3), "a number", "an integer"),
        ("timeout", r#""3.0""#, json!(3), "a string", "an integer"),
        ("version", "-1", json!("-1"), "an integer", "a string"),
        ("version", "1.50", json!("1.50"), "a number", "a string"),
        (
            "version",
            "12345678901234567890123",
            json!("12345678901234567890123"),
            "an integer",
            "a string",
        ),
        ("version", "true", json!("true"), "a boolean", "a string"),
        ("long_time", r#""false""#, json!(false), "a string", "a boolean"),
        ("long_time", "1", json!(true), "an integer", "a boolean"),
        ("runtime", "1", json!("1"), "an integer", "a string"),
        ("last_modified", "1571989047", json!("1571989047"), "an integer", "a string"),
    ] {
        let body = format!(r#"{{"{member}":{json}}}"#);
        assert_read(&body, json!({ member: read }), member, found, documented).await;
    }
    let user = r#"{"mount_config":{"mount_user":{"user_id":-1}}}"#;
    let read = json!({"mount_config": {"mount_user": {"user_id": "-1"}}});
    assert_read(user, read, "mount_config.mount_user.user_id", "an integer", "a string").await;
    let read = json!({"dependencies": [{"name": "7"}]});
    let dependency = r#"{"dependencies":[{"name":7}]}"#;
    assert_read(dependency, read, "dependencies[0].name", "an integer", "a string").await;
}

/// A body is read, and that a member has another type than the documented one is reported.
async fn assert_read(body: &str, read: Value, member: &str, found: &str, documented: &str) {
    let answer = published(body).await.unwrap_or_else(|e| panic!("{body}: {e}"));
    assert_eq!(answer.body, read, "{body}");
    let reported = format!("{member}: is {found}, and documented as {documented}");
    assert!(told(&answer).contains(&reported), "{body}: {:?}", told(&answer));
    assert_eq!(answer.received, body);
}

#[tokio::test]
async fn an_integer_of_a_business_status_may_be_a_text() {
    let body = r#"{"statusCode":"200","message":1,"data":{"timeout":"3","enabled":"true"}}"#;
    let answer = call(REUPLOAD, Step::json(200, body)).await.unwrap();
    let read = json!({"statusCode": 200, "message": "1", "data": {"timeout": 3, "enabled": true}});
    assert_eq!(answer.body, read);
    for member in ["statusCode", "message", "data.timeout", "data.enabled"] {
        let is_told = told(&answer).iter().any(|told| told.starts_with(&format!("{member}: ")));
        assert!(is_told, "{member}: {:?}", told(&answer));
    }
}

#[tokio::test]
async fn what_stands_for_nothing_is_absent() {
    for (body, read, member, found, documented) in [
        (r#"{"func_code":[]}"#, json!({}), "func_code", "an array", "an object"),
        (r#"{"func_vpc":[]}"#, json!({}), "func_vpc", "an array", "an object"),
        (r#"{"func_vpc":[ ]}"#, json!({}), "func_vpc", "an array", "an object"),
        (r#"{"func_vpc":""}"#, json!({}), "func_vpc", "a string", "an object"),
        (
            r#"{"mount_config":{"mount_user":[]}}"#,
            json!({"mount_config": {}}),
            "mount_config.mount_user",
            "an array",
            "an object",
        ),
        (
            r#"{"dependencies":{}}"#,
            json!({"dependencies": []}),
            "dependencies",
            "an object",
            "an array",
        ),
        (
            r#"{"dependencies":""}"#,
            json!({"dependencies": []}),
            "dependencies",
            "a string",
            "an array",
        ),
        (
            r#"{"dependencies":[[]]}"#,
            json!({"dependencies": [{}]}),
            "dependencies[0]",
            "an array",
            "an object",
        ),
    ] {
        assert_read(body, read, member, found, documented).await;
    }
}

#[tokio::test]
async fn half_of_a_surrogate_pair_is_read_as_a_replacement_and_reported() {
    let answer = published(r#"{"description":"cut \ud83d","timeout":3}"#).await.unwrap();
    assert_eq!(answer.body, json!({"description": "cut \u{fffd}", "timeout": 3}));
    let reported = "description: is half of a surrogate pair, and documented as a string";
    assert_eq!(told(&answer), [reported]);
    let whole = published(r#"{"description":"\ud83d\ude00 \\ud83d"}"#).await.unwrap();
    assert_eq!(whole.body, json!({"description": "😀 \\ud83d"}));
    assert_eq!(told(&whole), [""; 0]);
}

#[tokio::test]
async fn undocumented_members_may_hold_anything() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (name, extra) in [
        ("half of a pair", r#""cut \ud83d""#.as_bytes()),
        ("a deep one", deep.as_bytes()),
        ("a number beyond all", b"1e999"),
        ("a long number", b"12345678901234567890123"),
        ("no UTF-8", b"\"\xff\""),
    ] {
        // Also next to values that need tolerant reading.
        for timeout in ["3", "\"3\""] {
            let start = format!(r#"{{"func_urn":"urn:f","timeout":{timeout},"extra":"#);
            let body = [start.as_bytes(), extra, b"}"].concat();
            let answer = published(&body).await.unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(answer.body, json!({"func_urn": "urn:f", "timeout": 3}), "{name}");
            assert_eq!(answer.received, body, "{name}");
            let told = told(&answer);
            let is_told = told.iter().any(|told| told.starts_with("extra: is not a documented"));
            assert!(is_told, "{name}: {told:?}");
        }
    }
    // A name may be anything, too.
    let answer = published(b"{\"\xff\":1,\"timeout\":3}").await.unwrap();
    assert_eq!(answer.body, json!({"timeout": 3}));
}

/// A member, with its reason, and the whole.
#[tokio::test]
async fn what_cannot_be_read_of_a_success_happened() {
    let deep = format!(r#"{{"func_vpc":{}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    for (body, reason) in [
        (deep.as_bytes(), "func_vpc: invalid type"),
        (br#"{"timeout":"soon"}"#, r#"timeout: invalid type: string "soon""#),
        (br#"{"timeout":"007"}"#, "timeout: invalid type"),
        (br#"{"timeout":2.5}"#, "timeout: invalid type: floating point"),
        (br#"{"timeout":12345678901234567890123}"#, "timeout: "),
        (br#"{"timeout":9007199254740993.0}"#, "timeout: "),
        (br#"{"timeout":[]}"#, "timeout: invalid type"),
        (br#"{"version":{}}"#, "version: invalid type"),
        (br#"{"long_time":"yes"}"#, "long_time: invalid type"),
        (br#"{"func_vpc":[1]}"#, "func_vpc: invalid type"),
        (br#"{"func_vpc":"none"}"#, "func_vpc: invalid type"),
        (b"{\"version\":\"\xff\"}", "version: the text has bytes that are not UTF-8"),
        (br#"{"timeout":3,"timeout":3}"#, "duplicate field `timeout`"),
        (b"", "EOF"),
        (b"null", "invalid type: null"),
        (b"[]", "invalid type"),
        (b"\"\"", "invalid type"),
        (b"42", "invalid type"),
        (b"<html>", "expected value"),
    ] {
        for status in [200, 201, 202] {
            let shown = String::from_utf8_lossy(body);
            let error = call(PUBLISH, Step::json(status, body)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Decode, "{shown}: {error}");
            assert_eq!(error.status(), Some(status));
            assert!(error.happened() && !error.outcome_unknown() && !error.is_retryable());
            assert!(error.to_string().contains(reason), "{shown}: {error}");
            assert!(error.to_string().contains("it happened: the service reported success"));
            assert_eq!(error.body(), Some(body));
        }
    }
    let step = Step::raw("HTTP/1.1 204 No Content\r\nX-Request-Id: r1\r\n\r\n", Part::Hang);
    let error = call(PUBLISH, step).await.unwrap_err();
    assert!(error.happened(), "{error}");
    assert_eq!((error.status(), error.request_id()), (Some(204), Some("r1")));
    assert!(error.to_string().contains("the body is empty"), "{error}");
}

#[tokio::test]
async fn at_authing_the_body_tells_what_happened() {
    for (body, happened) in [
        (r#"{"statusCode":200,"data":{"timeout":"soon"}}"#, true),
        (r#"{"statusCode":200,"data":{"#, true),
        (r#"{"data":{"timeout":3}}"#, false),
        (r#"{"message":"cut \ud83d","data":{}}"#, false),
        ("", false),
        ("[]", false),
        ("<html>", false),
    ] {
        let error = call(REUPLOAD, Step::json(200, body)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}: {error}");
        assert_eq!((error.happened(), error.outcome_unknown()), (happened, !happened), "{body}");
    }
}

#[tokio::test]
async fn the_body_of_an_error_is_compared_too() {
    let odd = r#"{"error_code":7,"error_msg":"m","error_msg":"n","new":{}}"#;
    let of_body = [
        "error_code: is an integer, and documented as a string",
        "error_msg: occurs more than once",
        "new: is not a documented member",
    ];
    let cut = b"HTTP/1.1 404 X\r\nContent-Length: 99\r\n\r\n{\"new\":1";
    for (operation, step, expected) in [
        (PUBLISH, Step::json(404, odd), &of_body[..]),
        (PUBLISH, Step::json(404, r#"{"error_code":"c","error_msg":"m"}"#), &[]),
        (
            PUBLISH,
            Step::json(418, odd),
            &["the status 418 is not documented, only 200, 400, 401, 403, 404, 500"],
        ),
        (
            PUBLISH,
            Step::html(404, "<html>"),
            &[
                "is not JSON: expected value at line 1 column 1",
                "header Content-Type: \"text/html\" is outside the documented application/json",
            ],
        ),
        (PUBLISH, Step::json(200, "[]"), &["is an array, and documented as an object"]),
        (
            REUPLOAD,
            Step::json(200, r#"{"statusCode":603}"#),
            &["the status 603 is not documented, only 200, 4XX"],
        ),
        (PUBLISH, Step::raw(cut, Part::Close), &[]),
        (PUBLISH, Step::reset(), &[]),
    ] {
        let error = call(operation, step).await.unwrap_err();
        let found: Vec<String> = error.differences().iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{error}");
    }
}

#[tokio::test]
async fn the_reason_of_a_refusal_is_shown_whatever_its_form() {
    for (operation, status, headers, body, says) in [
        (PUBLISH, 404, "", &br#"{"error_code":"FSS.1051","error_msg":{"en":"no function"}}"#[..],
            r#"FSS.1051: the response is not in a documented shape; the body begins with: {"error_code":"FSS.1051","error_msg":{"en":"no function"}}"#),
        (PUBLISH, 404, "", br#"{"error_msg":["no","function"]}"#, r#"begins with: {"error_msg":["no","function"]}"#),
        (PUBLISH, 403, "", br#"{"type":"about:blank","title":"Forbidden","status":403,"detail":"no right to publish"}"#,
            "Forbidden: no right to publish"),
        (PUBLISH, 400, "", br#"{"error":"invalid_client","error_description":"no such client"}"#,
            "invalid_client: no such client"),
        (PUBLISH, 400, "", br#"{"errors":[{"message":"bad name"}]}"#, "bad name"),
        (PUBLISH, 400, "", br#"{"error_code":"FSS.0400"}"#, r#"FSS.0400: the response is not in a documented shape; the body begins with: {"error_code":"FSS.0400"}"#),
        (PUBLISH, 400, "", br#"{"error_msg":"cut \ud83d","error_code":"FSS.1"}"#, "FSS.1: cut \u{fffd}"),
        (PUBLISH, 400, "", b"{\"error_msg\":\"\xff\",\"error_code\":\"FSS.1\"}", "begins with: {\"error_msg\":\"\u{fffd}\""),
        (PUBLISH, 400, "", b"", "the service gives no reason; the body is empty"),
        (REUPLOAD, 200, "", br#"{"message":"cut \ud83d","statusCode":403}"#, "status 403 in an HTTP 200: cut \u{fffd}"),
        (REUPLOAD, 200, "", br#"{"statusCode":500,"message":{"zh":"x"}}"#, r#""message":{"zh":"x"}"#),
        (PUBLISH, 404, "Content-Encoding: gzip\r\n", b"\x1f\x8b\x08\x00", "the body is encoded as gzip, which was not asked for"),
        (PUBLISH, 404, "Content-Encoding: identity\r\n", b"gone", "the body begins with: gone"),
        (PUBLISH, 404, "Content-Type: text/plain; charset=GBK\r\n", b"\xb2\xbb\xb4\xe6\xd4\xda", "the body says that it is GBK"),
        (PUBLISH, 404, "Content-Type: text/plain; charset=\"utf-16le\"\r\n", b"n\x00o\x00", "the body says that it is utf-16le"),
        (PUBLISH, 404, "Content-Type: text/plain; charset=Latin1\r\n", b"gone", "the body begins with: gone"),
        (PUBLISH, 404, "Content-Type: text/plain; charset=UTF-8\r\n", b"\xff gone", "the body begins with: \u{fffd} gone"),
    ] {
        let shown = String::from_utf8_lossy(body);
        let error = call(operation, Step::answer_with(status, headers, body)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Service, "{shown}: {error}");
        assert!(error.to_string().contains(says), "{shown}: {error}");
        assert_eq!(error.body(), Some(body), "nothing of it is lost");
    }
}

#[tokio::test]
async fn an_encoded_success_says_so() {
    for (headers, says) in [
        ("Content-Encoding: gzip\r\n", "the body is encoded as gzip, which was not asked for"),
        ("Content-Encoding: br\r\n", "the body is encoded as br, which was not asked for"),
        ("Content-Type: application/json; charset=utf-16\r\n", "the body says that it is utf-16"),
    ] {
        let body = b"\xff\xfe{\x00}\x00";
        let error = call(PUBLISH, Step::answer_with(200, headers, body)).await.unwrap_err();
        assert!(error.happened() && error.to_string().contains(says), "{error}");
    }
}

#[tokio::test]
async fn a_refused_token_keeps_its_request_id() {
    let iam = br#"{"error":{"code":401,"message":"The username or password is wrong."}}"#;
    for (headers, body) in [
        ("X-Request-Id: r-17\r\n", &iam[..]),
        ("", br#"{"error_code":"IAM.0101","error_msg":"no","request_id":"r-17"}"#),
    ] {
        let script: Arc<Script> = Arc::new(move |_, _| Step::answer_with(401, headers, body));
        let server = Server::start(script).await;
        let password = functiongraph::Password::new("d", "u", "a password").endpoint(server.url());
        let client = functiongraph::Client::builder().endpoint(server.url()).project_id("p");
        let client = client.credentials(password).build().unwrap();
        let error = client.create_function_version().function_urn("urn").send().await.unwrap_err();
        assert_eq!((error.kind(), error.request_id()), (ErrorKind::Credentials, Some("r-17")));
        assert!(error.to_string().ends_with("(request ID r-17)"), "{error}");
    }
    for body in [
        r#"{"statusCode":401,"message":"no","requestId":"r-18"}"#,
        r#"{"statusCode":200,"requestId":"r-18","data":{}}"#,
    ] {
        let script: Arc<Script> = Arc::new(move |_, _| Step::json(200, body));
        let server = Server::start(script).await;
        let client = authing::Client::builder().endpoint(server.url());
        let client = client.credentials(authing::AccessKey::new("id", "a secret")).build().unwrap();
        let call = client.reupload_pipeline_function().body_map(|body| body.func_id("f"));
        let error = call.send().await.unwrap_err();
        assert_eq!((error.kind(), error.request_id()), (ErrorKind::Credentials, Some("r-18")));
    }
}

#[tokio::test]
async fn a_body_is_a_model_also_behind_a_byte_order_mark() {
    let body = "\u{feff}{\"error_code\":\"FSS.1\",\"error_msg\":7}";
    let error = call(PUBLISH, Step::json(404, body)).await.unwrap_err();
    let read: functiongraph::types::ErrorResp = error.body_as().unwrap();
    assert_eq!((read.error_code.unwrap(), read.error_msg.unwrap()), ("FSS.1".into(), "7".into()));
}

/// The command prints the response unchanged.
#[tokio::test]
async fn the_command_shows_the_response_as_it_came() {
    for extra in [&br#""cut \ud83d""#[..], b"1e999", b"12345678901234567890123", b"\"\xff\""] {
        let body = [br#"{"func_urn":"urn:f","extra":"#, extra, b"}"].concat();
        let script: Arc<Script> = Arc::new(move |_, _| Step::json(200, body.clone()));
        let server = Server::start(script).await;
        let ended = run(cloudfn_at(&server.url(), &command::PUBLISH)).await;
        let expected = [b"{\n  \"func_urn\": \"urn:f\",\n  \"extra\": ", extra, b"\n}\n"].concat();
        assert_eq!((ended.code, &*ended.stdout), (Some(0), &*String::from_utf8_lossy(&expected)));
        let said = ended.stderr;
        assert!(said.starts_with("undocumented: ") && said.contains("extra: "), "{said}");
    }
}

#[tokio::test]
async fn the_command_shows_what_is_nested_deeply() {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let body = deep.clone();
    let script: Arc<Script> = Arc::new(move |_, _| Step::json(200, body.clone()));
    let server = Server::start(script).await;
    let ended = run(cloudfn_at(&server.url(), &command::PUBLISH)).await;
    assert_eq!((ended.code, ended.stdout.replace([' ', '\n'], "")), (Some(0), deep));
}
