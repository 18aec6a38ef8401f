//! The vendors' error codes in every spelling, and errors without secrets.

#[path = "support/server.rs"]
mod server;

use std::sync::Arc;
use std::time::Duration;

use cloudfn::functiongraph::{Client, Token};
use cloudfn::{Error, ErrorKind, RetryPolicy};

use server::{Server, Step};

/// A publish with `token`, with a response of `status` and `body`.
async fn answered(token: &str, status: u16, body: impl Into<String>) -> Error {
    let body = body.into();
    let server = Server::start(Arc::new(move |_, _| Step::json(status, &body))).await;
    let client = Client::builder()
        .endpoint(server.url())
        .project_id("p")
        .credentials(Token::new(token))
        .retry(RetryPolicy::default().first_wait(Duration::from_millis(1)))
        .build()
        .unwrap();
    client.create_function_version().function_urn("urn").send().await.expect_err("it is refused")
}

#[tokio::test]
async fn the_vendors_codes_are_known() {
    for (status, code, unchanged, exists, throttled) in [
        (400, "FSS.1016", true, false, false),
        (409, "FSS.1062", false, true, false),
        (403, "APIGW.0308", false, false, true),
        (400, "FSS.0429", false, false, true),
        (400, "FSS.1051", false, false, false),
    ] {
        let error = answered("t", status, format!(r#"{{"error_code":"{code}"}}"#)).await;
        assert_eq!(error.is_unchanged(), unchanged, "{code}");
        assert_eq!(error.is_version_exists(), exists, "{code}");
        assert_eq!(error.is_throttled(), throttled, "{code}");
        // A throttled call can be repeated, even a publish.
        assert_eq!(error.attempts(), if throttled { 3 } else { 1 }, "{code}");
        assert!(!error.outcome_unknown(), "{code}");
    }
}

/// Gateways may send errors with a 200, in various spellings.
#[tokio::test]
async fn a_code_in_a_200_is_a_refusal_in_every_spelling() {
    for member in ["error_code", "errorCode", "code", "apiCode"] {
        let error = answered("t", 200, format!(r#"{{"{member}":"APIGW.0106"}}"#)).await;
        assert_eq!(error.kind(), ErrorKind::Service, "{member}");
        assert_eq!((error.code(), error.outcome_unknown()), (Some("APIGW.0106"), true), "{member}");
    }
}

/// Two redirects mean that nothing was done yet.
#[tokio::test]
async fn what_a_redirect_says_of_the_outcome() {
    for (status, is_unknown) in [(301, true), (302, true), (303, true), (307, false), (308, false)]
    {
        let error = answered("t", status, "").await;
        assert_eq!(error.kind(), ErrorKind::Redirected, "{status}");
        assert_eq!(error.outcome_unknown(), is_unknown, "{status}");
    }
}

#[tokio::test]
async fn an_excerpt_is_of_200_characters_however_long_each_is() {
    let error = answered("t", 404, "😀".repeat(300)).await;
    let shown = error.to_string();
    assert!(shown.contains(&format!("{}…", "😀".repeat(200))), "{shown}");
    assert!(!shown.contains(&"😀".repeat(201)), "{shown}");
}

#[tokio::test]
async fn the_shortest_secrets_are_hidden_where_they_can_be() {
    let echo = "you sent abcdef to the tab";
    assert!(answered("abcdef", 404, echo).await.to_string().contains("you sent [secret] to"));
    assert!(answered("abcd", 404, echo).await.to_string().contains("you sent [secret]ef to"));
    // Such a short text occurs in too many words.
    assert!(answered("ab", 404, echo).await.to_string().ends_with(echo));
}
