//! Tracing: one span for each call, one event for each attempt, and no secrets.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cloudfn::functiongraph::{Client, Token};
use cloudfn::mock::{Answer, Server};
use cloudfn::RetryPolicy;
use serde_json::Value;
use tracing_subscriber::fmt::format::FmtSpan;

const TOKEN: &str = "MARKED-SECRET-token";
const BODY: &str = "MARKED-BODY";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The traces of a PUT to a server that responds with `answers`.
async fn traced(answer: Option<Answer>) -> Vec<Value> {
    let server = Server::start().await.unwrap();
    if let Some(answer) = answer {
        server.answer("update_function_async_invoke_config", answer).unwrap();
    }
    let client = Client::builder()
        .endpoint(server.base_url())
        .project_id("p")
        .credentials(Token::new(TOKEN))
        .retry(RetryPolicy::default().first_wait(Duration::from_millis(1)))
        .build()
        .unwrap();
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let call = client.update_function_async_invoke_config().function_urn("urn");
    let _ = call.send().await;
    drop(guard);
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(!text.contains(TOKEN) && !text.contains(BODY), "{text}");
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["target"].as_str().unwrap().starts_with("cloudfn")).collect()
}

fn events<'a>(lines: &'a [Value], message: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["fields"]["message"] == message).collect()
}

#[tokio::test]
async fn a_success_is_one_span_and_one_event() {
    let lines = traced(None).await;
    let spans = events(&lines, "close");
    assert_eq!(spans.len(), 1, "{lines:#?}");
    let span = &spans[0]["span"];
    assert_eq!(span["name"], "call");
    assert_eq!(span["api"], "functiongraph");
    assert_eq!(span["operation"], "update_function_async_invoke_config");
    assert_eq!(span["status"], 200);
    assert_eq!(span["attempts"], 1);
    assert!(span["elapsed_ms"].is_u64());
    assert!(span.get("error").is_none());
    let attempts = events(&lines, "attempt succeeded");
    assert_eq!(attempts.len(), 1);
    assert_eq!(attempts[0]["fields"]["attempt"], 1);
}

#[tokio::test]
async fn each_attempt_that_fails_is_an_event() {
    let body = format!(r#"{{"error_code":"FSS.0500","error_msg":"{BODY}","request_id":"r-1"}}"#);
    let lines = traced(Some(Answer::json(500, body))).await;
    let span = &events(&lines, "close")[0]["span"];
    assert_eq!(span["status"], 500);
    assert_eq!(span["attempts"], 3);
    assert_eq!(span["request_id"], "r-1");
    assert_eq!(span["error"], "service error");
    let attempts = events(&lines, "attempt failed");
    let numbers: Vec<_> =
        attempts.iter().map(|event| event["fields"]["attempt"].as_u64()).collect();
    assert_eq!(numbers, [Some(1), Some(2), Some(3)]);
    for (index, event) in attempts.iter().enumerate() {
        assert_eq!(event["fields"]["code"], "FSS.0500");
        assert_eq!(event["fields"].get("again_in_ms").is_some(), index < 2, "{event}");
    }
}

#[tokio::test]
async fn the_request_id_of_a_header_is_told() {
    for (status, message) in [(200, "attempt succeeded"), (404, "attempt failed")] {
        let answer = Answer::json(status, "{}").header("X-Request-Id", "r-7");
        let lines = traced(Some(answer)).await;
        assert_eq!(events(&lines, "close")[0]["span"]["request_id"], "r-7");
        assert_eq!(events(&lines, message)[0]["fields"]["request_id"], "r-7");
    }
}

#[tokio::test]
async fn an_undocumented_success_is_told() {
    let lines = traced(Some(Answer::json(201, "{}"))).await;
    assert_eq!(events(&lines, "the status of this success is undocumented").len(), 1);
}

#[tokio::test]
async fn a_success_that_cannot_be_read_is_an_error_in_the_span() {
    let lines = traced(Some(Answer::json(200, BODY))).await;
    let span = &events(&lines, "close")[0]["span"];
    assert_eq!(span["error"], "decode error", "{lines:#?}");
}
