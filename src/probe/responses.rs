//! Responses: typed headers, text, and what may be either.

use serde_json::{json, Value};

use super::types::{RunResponseHeaders, RunXKind, Step};
use super::{client, Client, API};
use crate::mock::{Answer, Server};
use crate::registry::{Arguments, Target};
use crate::JsonOrText;

/// A response with all documented headers.
fn answer() -> Answer {
    let answer = Answer::json(200, r#"{"name":"a"}"#).header("x-left", "3").header("X-KIND", "two");
    let answer = answer.header("X-Ids", "1,2").header("X-At", "2024-01-15T08:30:00Z");
    answer.header("X-Done", "true").header("X-Subject-Token", "é")
}

/// The same with another text for a header, or without it.
fn with(name: &str, text: Option<&str>) -> Answer {
    let mut answer = answer();
    answer.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
    text.into_iter().fold(answer, |answer, text| answer.header(name, text))
}

async fn server(operation: &str, answer: Answer) -> (Server, Client) {
    let server = Server::start().await.unwrap();
    server.answer(operation, answer).unwrap();
    let client = client(&server.base_url());
    (server, client)
}

type Run = crate::Response<JsonOrText<Step>, RunResponseHeaders>;

async fn run(answer: Answer) -> Run {
    let (_server, client) = server("run", answer).await;
    client.run().body(json!(["any", 1])).send().await.unwrap()
}

fn differences<T, H>(response: &crate::Response<T, H>) -> Vec<String> {
    response.differences().iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn documented_headers_are_typed() {
    let response = run(answer()).await;
    let headers = response.typed_headers();
    assert_eq!((headers.x_left, headers.x_done), (Some(3), Some(true)));
    assert_eq!(headers.x_kind, Some(RunXKind::Two));
    assert_eq!(headers.x_ids, Some(vec![1, 2]));
    assert_eq!(headers.x_at.as_ref().unwrap().as_str(), "2024-01-15T08:30:00Z");
    assert_eq!(headers.x_subject_token.as_deref(), Some("é"));
    assert!(!format!("{response:?} {headers:?}").contains('é'));
    assert_eq!(differences(&response), [""; 0]);
}

#[tokio::test]
async fn a_missing_or_odd_header_is_a_difference_and_loses_nothing_else() {
    for (name, text, read, expected) in [
        ("X-Left", None, None, Some("is missing, and documented as always present")),
        ("X-Left", Some("10"), Some(json!(10)), Some("10 is outside the documented 1..=9")),
        ("X-Left", Some("x"), None, Some("is a string, and documented as an integer")),
        ("X-Left", Some("3.0"), Some(json!(3)), Some("is a number, and documented as an integer")),
        ("X-Kind", None, None, None),
        (
            "X-Kind",
            Some("three"),
            Some(json!("three")),
            Some("\"three\" is outside the documented values one, two"),
        ),
        (
            "X-Ids",
            Some("1, 2 ,3"),
            Some(json!([1, 2, 3])),
            Some("a list of 3 items is outside the documented length 0..=2"),
        ),
        ("X-Ids", Some(""), Some(json!([])), None),
        ("X-Done", Some("yes"), None, Some("is a string, and documented as a boolean")),
        (
            "X-Subject-Token",
            Some("0123456789"),
            Some(json!("0123456789")),
            Some("a text of 10 characters is outside the documented length 0..=9"),
        ),
    ] {
        let response = run(with(name, text)).await;
        let headers = serde_json::to_value(response.typed_headers()).unwrap();
        assert_eq!(headers.get(name), read.as_ref(), "{name}: {text:?}");
        assert!(headers["X-At"].is_string(), "{name}: {text:?}");
        let expected = expected.map(|expected| format!("header {name}: {expected}"));
        assert_eq!(differences(&response), expected.into_iter().collect::<Vec<_>>());
    }
    let twice = run(with("X-Ids", Some("1")).header("X-Ids", "0")).await;
    assert_eq!(twice.typed_headers().x_ids, Some(vec![1, 0]));
    assert_eq!(differences(&twice), ["header X-Ids[1]: 0 is outside the documented 1.."]);
}

#[tokio::test]
async fn a_difference_in_a_header_names_its_claims() {
    let claims = |response: &Run| -> Vec<&str> {
        response.differences().iter().flat_map(|difference| difference.claims.clone()).collect()
    };
    for (answer, claim) in [
        (with("X-Left", Some("10")), "200.header/x-left::maximum"),
        (with("X-Left", None), "200.header/x-left::required"),
        (with("X-Kind", Some("")), "200.header/X-Kind::values"),
        (with("Content-Type", Some("text/html")), "200::media"),
    ] {
        assert_eq!(claims(&run(answer).await), [format!("probe::run::response.{claim}")]);
    }
}

#[tokio::test]
async fn a_header_of_an_error_is_checked() {
    for (text, expected) in [
        (Some("gone"), None),
        (None, Some("header X-Reason: is missing, and documented as always present")),
        (Some("x"), Some(r#"header X-Reason: "x" is outside the documented values gone"#)),
    ] {
        let answer = Answer::json(400, "{}");
        let answer = text.into_iter().fold(answer, |answer, text| answer.header("X-Reason", text));
        let (_server, client) = server("run", answer).await;
        let error = client.run().body(json!(["any", 1])).send().await.unwrap_err();
        let found: Vec<String> = error.differences().iter().map(ToString::to_string).collect();
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn json_or_text_is_read_by_its_content_type() {
    let step = |name: &str| JsonOrText::Json(Step::try_from(Step::builder().name(name)).unwrap());
    let text = |text: &str| JsonOrText::Text(text.to_owned());
    let not_json = "is not JSON: expected value at line 1 column 1";
    for (media, body, read, expected) in [
        (Some("application/json"), r#"{"name":"a"}"#, step("a"), None),
        (Some("Application/JSON; charset=utf-8"), r#"{"name":"a"}"#, step("a"), None),
        (None, r#"{"name":"a"}"#, step("a"), None),
        (None, "a", text("a"), None),
        (None, "", text(""), None),
        (Some("text/plain"), r#"{"name":"a"}"#, text(r#"{"name":"a"}"#), None),
        (Some("text/plain;charset=utf-8"), "\u{feff}a", text("a"), None),
        (Some("application/json"), "a", text("a"), Some(not_json)),
        (
            Some("application/json"),
            "[]",
            text("[]"),
            Some("is an array, and documented as an object"),
        ),
        (
            Some("text/html"),
            "<a>",
            text("<a>"),
            Some(
                r#"header Content-Type: "text/html" is outside the documented application/json, text/plain"#,
            ),
        ),
        (
            Some("application/a+json"),
            r#"{"name":"a"}"#,
            step("a"),
            Some(
                r#"header Content-Type: "application/a+json" is outside the documented application/json, text/plain"#,
            ),
        ),
    ] {
        let answer =
            Answer { body: body.as_bytes().to_vec().into(), ..with("Content-Type", media) };
        let response = run(answer).await;
        assert_eq!(*response, read, "{media:?} {body}");
        assert_eq!(response.body(), body.as_bytes());
        assert_eq!(
            differences(&response),
            expected.into_iter().collect::<Vec<_>>(),
            "{media:?} {body}"
        );
    }
    let ranged = Answer::new(202, "<a>").header("Content-Type", "text/html");
    assert_eq!(differences(&run(ranged).await), [""; 0]);
}

#[tokio::test]
async fn text_is_read_as_text_and_no_body_has_headers_too() {
    let (server, client) = server("stop_run", Answer::new(204, "").header("x-left", "0.5")).await;
    assert_eq!(*client.show_run().send().await.unwrap(), "done");
    assert_eq!(client.stop_run().send().await.unwrap().typed_headers().x_left, Some(0.5));
    server.answer("rerun", Answer::json(200, "[1]")).unwrap();
    assert_eq!(client.rerun().send().await.unwrap().json(), Some(&json!([1])));
    let bytes = Answer::new(200, "a").header("Content-Type", "image/png");
    server.answer("rerun", bytes).unwrap();
    let anything = client.rerun().send().await.unwrap();
    assert_eq!((anything.text(), differences(&anything)), (Some("a"), Vec::new()));
}

/// Calls an operation of the mock server by its name, and returns headers and body.
async fn called(operation: &str) -> (Value, Value) {
    let server = Server::start().await.unwrap();
    let target = Target::from(&client(&server.base_url()));
    let operation = API.operation(operation).unwrap();
    let body = operation.request.map(|_| b"[null]".to_vec());
    let arguments = Arguments { body, ..Arguments::default() };
    let answer = (operation.call)(&target, &arguments).await.unwrap();
    assert_eq!(answer.differences, []);
    (answer.headers, answer.body)
}

#[tokio::test]
async fn the_mock_server_sends_headers_and_media_types() {
    assert_eq!(called("run").await, (json!({"X-Left": 3}), json!({})));
    assert_eq!(called("show_run").await, (Value::Null, json!("done")));
    assert_eq!(called("stop_run").await, (json!({}), Value::Null));
}
