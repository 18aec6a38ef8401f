//! Making a client: refused settings with their messages, and properties of a client.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use cloudfn::authing::{self, Brand};
use cloudfn::credentials::{Anonymous, Attempt, Credentials, CredentialsError, SharedCredentials};
use cloudfn::functiongraph::{self, Token};
use cloudfn::mock::Server;
use cloudfn::{Error, ErrorKind, RetryPolicy};
use insta::assert_snapshot;
use reqwest::header::HeaderValue;

const PROJECT: &str = "46b6f338fc3445b8846c71dfb1fbd9e8";
const URN: &str = "urn:fss:cn-north-4:46b6:function:default:test";

fn builder() -> functiongraph::ClientBuilder {
    functiongraph::Client::builder().credentials(Anonymous)
}

fn is_shareable<T: Clone + Send + Sync + 'static>() {}
fn is_sent<T: Send>(value: T) -> T {
    value
}

/// Checked at compile time.
#[tokio::test]
async fn clients_and_calls_go_to_other_threads() {
    is_shareable::<functiongraph::Client>();
    is_shareable::<authing::Client>();
    is_shareable::<SharedCredentials>();
    fn is_error<T: std::error::Error + Send + Sync + 'static>() {}
    is_error::<Error>();
    is_error::<CredentialsError>();
    let server = Server::start().await.unwrap();
    let client = builder().endpoint(server.base_url()).project_id(PROJECT).build().unwrap();
    let task = tokio::spawn(async move {
        is_sent(client.create_function_version().function_urn(URN).send()).await.map(|_| ())
    });
    task.await.unwrap().unwrap();
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let at = |endpoint: &str| builder().endpoint(endpoint).build().map(|_| ());
    let results = [
        builder().build().map(|_| ()),
        functiongraph::Client::builder().region("cn-north-4").build().map(|_| ()),
        authing::Client::builder().build().map(|_| ()),
        at("functiongraph.example.com"),
        at("ftp://example.com"),
        at("http://example.com:8080"),
        at("http://10.0.0.7"),
        at("https://user:marked-secret@example.com"),
        at("https://example.com/?token=marked-secret"),
        at("https://example.com/#marked-secret"),
        builder().region("cn north/4").build().map(|_| ()),
        builder().region("cn-north-4").user_agent("two\nlines").build().map(|_| ()),
    ];
    let messages: Vec<String> = results
        .into_iter()
        .map(|result| {
            let error = result.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Invalid);
            assert!(!format!("{error:?}").contains("marked-secret"));
            error.to_string()
        })
        .collect();
    assert_snapshot!(messages.join("\n"), @r#"
    there is no endpoint: set a `region` or an `endpoint`
    no credentials are set; a service that asks for none takes `credentials::Anonymous`
    no credentials are set; a service that asks for none takes `credentials::Anonymous`
    the endpoint is not a URL such as https://host: relative URL without a base
    the endpoint's scheme ftp is not https
    the endpoint http://example.com:8080 is plain http to another machine: anyone on the network path could read the credentials; `allow_plain_http` accepts it
    the endpoint http://10.0.0.7 is plain http to another machine: anyone on the network path could read the credentials; `allow_plain_http` accepts it
    the endpoint https://example.com must not hold a user name or a password
    the endpoint https://example.com must not hold a query or a fragment
    the endpoint https://example.com must not hold a query or a fragment
    "cn north/4" is not the name of a region such as cn-north-4
    the user agent has a line break after 3 characters
    "#);
}

/// The documented defaults of a builder.
#[test]
fn the_defaults_are_the_documented_ones() {
    let shown = format!("{:?}", builder());
    for default in [
        "connect_timeout: 10s",
        "attempt_timeout: 60s",
        " timeout: 150s",
        "RetryPolicy { attempts: 3, first_wait: 200ms, longest_wait: 10s }",
        "max_response_bytes: 16777216",
    ] {
        assert!(shown.contains(default), "{default}: {shown}");
    }
    let password = format!("{:?}", functiongraph::Password::new("d", "u", "p"));
    assert!(password.contains(r#"endpoint: "https://iam.myhuaweicloud.com""#), "{password}");
}

#[test]
fn what_is_right_is_taken() {
    for endpoint in [
        "https://functiongraph.example.com",
        "https://example.com:8443/behind/a/path/",
        "http://127.0.0.1:1234",
        "http://127.9.9.9",
        "http://[::1]:1234",
        "http://localhost:1234/",
    ] {
        builder().endpoint(endpoint).build().unwrap();
    }
    builder().endpoint("http://example.com").allow_plain_http().build().unwrap();
    let forever = builder().timeout(Duration::MAX).attempt_timeout(Duration::MAX);
    let retry = RetryPolicy::default().first_wait(Duration::MAX).longest_wait(Duration::MAX);
    forever.connect_timeout(Duration::MAX).retry(retry).region("cn-north-4").build().unwrap();
}

#[tokio::test]
async fn an_endpoint_may_have_a_path_and_a_slash() {
    let server = Server::start().await.unwrap();
    let endpoint = format!("{}/behind//", server.base_url());
    let client = builder().endpoint(endpoint).project_id(PROJECT).build().unwrap();
    let _ = client.create_function_version().function_urn("urn").send().await;
    let path = server.received()[0].uri.path().to_owned();
    assert_eq!(path, format!("/behind/v2/{PROJECT}/fgs/functions/urn/versions"));
}

#[tokio::test]
async fn the_project_is_the_calls_or_the_clients() {
    let server = Server::start().await.unwrap();
    let client = builder().endpoint(server.base_url()).project_id(PROJECT).build().unwrap();
    client.create_function_version().function_urn(URN).send().await.unwrap();
    let other = client.create_function_version().project_id("other").function_urn(URN);
    other.send().await.unwrap();
    let projects: Vec<String> = server
        .received()
        .iter()
        .map(|request| request.uri.path().split('/').nth(2).unwrap().to_owned())
        .collect();
    assert_eq!(projects, [PROJECT, "other"]);
    let long = builder().endpoint(server.base_url()).project_id("x".repeat(33)).build().unwrap();
    let error = long.create_function_version().function_urn(URN).send().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "project_id: a text of 33 characters is outside the documented length 1..=32"
    );
}

#[tokio::test]
async fn the_user_agent_names_the_product_first() {
    let server = Server::start().await.unwrap();
    let own = concat!("cloudfn/", env!("CARGO_PKG_VERSION"));
    for (product, expected) in
        [(None, own.to_owned()), (Some("shop/1.4"), format!("shop/1.4 {own}"))]
    {
        let builder = builder().endpoint(server.base_url()).project_id(PROJECT);
        let builder = match product {
            Some(product) => builder.user_agent(product),
            None => builder,
        };
        let client = builder.build().unwrap();
        client.create_function_version().function_urn(URN).send().await.unwrap();
        assert_eq!(server.received().last().unwrap().headers["user-agent"], expected);
    }
}

/// A user's own credentials.
#[derive(Debug)]
struct Key;

impl Credentials for Key {
    async fn authenticate(&self, attempt: &mut Attempt<'_>) -> Result<(), CredentialsError> {
        if attempt.operation() == "update_function_async_invoke_config" {
            return Err(CredentialsError::new("the vault is closed"));
        }
        assert_eq!(attempt.path_parameter("function_urn").as_deref(), Some(URN));
        assert_eq!(attempt.body(), b"{}");
        attempt.headers_mut().insert("x-key", HeaderValue::from_static("k"));
        Ok(())
    }
}

#[tokio::test]
async fn users_bring_their_own_credentials() {
    let server = Server::start().await.unwrap();
    let client = functiongraph::Client::builder()
        .endpoint(server.base_url())
        .project_id(PROJECT)
        .credentials(std::sync::Arc::new(Key))
        .build()
        .unwrap();
    client.create_function_version().function_urn(URN).send().await.unwrap();
    assert_eq!(server.received()[0].headers["x-key"], "k");
    let call = client.update_function_async_invoke_config().function_urn(URN);
    let error = call.send().await.unwrap_err();
    assert_eq!(error.to_string(), "update_function_async_invoke_config: the vault is closed");
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert_eq!(server.received().len(), 1);
}

/// The error message of a call made by `run`.
fn refused_by(
    credentials: impl Credentials,
    run: impl FnOnce(Calling<'_>) -> Option<Error>,
) -> String {
    let client = builder().endpoint("http://127.0.0.1:9").project_id(PROJECT);
    let client = client.credentials(credentials).timeout(Duration::from_secs(5)).build().unwrap();
    let call = client.create_function_version().function_urn(URN);
    let error = run(Box::pin(async { call.send().await.err() })).expect("the call is refused");
    assert_eq!((error.kind(), error.attempts() < 2), (ErrorKind::Invalid, true), "{error}");
    error.to_string()
}

type Calling<'a> = Pin<Box<dyn Future<Output = Option<Error>> + 'a>>;

fn password() -> functiongraph::Password {
    functiongraph::Password::new("d", "u", "p").endpoint("http://127.0.0.1:9")
}

#[test]
fn what_the_runtime_lacks_is_named() {
    use tokio::runtime::Builder;
    let polled =
        |mut call: Calling<'_>| match call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => result,
            Poll::Pending => None,
        };
    let timeless = |call: Calling<'_>| {
        Builder::new_current_thread().enable_io().build().unwrap().block_on(call)
    };
    let silent = |call: Calling<'_>| {
        Builder::new_current_thread().enable_time().build().unwrap().block_on(call)
    };
    for (run, says) in [
        (
            &polled as &dyn Fn(Calling<'_>) -> _,
            ": a call needs a runtime of tokio, and there is none",
        ),
        (&timeless, "the runtime has no timers; build it with `enable_all`"),
        (&silent, "the runtime has no I/O; build it with `enable_all`"),
    ] {
        for message in [refused_by(Token::new("t"), run), refused_by(password(), run)] {
            assert!(message.ends_with(says), "{message}");
        }
    }
}

/// Credentials with a bug, which must not be hidden.
#[derive(Debug)]
struct Broken;

impl Credentials for Broken {
    async fn authenticate(&self, _: &mut Attempt<'_>) -> Result<(), CredentialsError> {
        panic!("a bug of the caller's")
    }
}

#[tokio::test]
#[should_panic(expected = "a bug of the caller's")]
async fn a_panic_of_the_callers_own_credentials_is_passed_on() {
    let client = builder().endpoint("http://127.0.0.1:9").project_id(PROJECT).credentials(Broken);
    let _ = client.build().unwrap().create_function_version().function_urn(URN).send().await;
}

#[tokio::test]
async fn the_scheme_before_a_management_token_is_the_users_choice() {
    let server = Server::start().await.unwrap();
    for (scheme, begins) in [("Token", "Token ey"), ("", "ey")] {
        let key = authing::AccessKey::new("id", "secret").scheme(scheme);
        let client = authing::Client::builder().endpoint(server.base_url()).credentials(key);
        let client = client.build().unwrap();
        client.reupload_pipeline_function().body_map(|b| b.func_id("f")).send().await.unwrap();
        let received = server.received();
        let sent = &received.last().unwrap().headers;
        assert!(sent["authorization"].to_str().unwrap().starts_with(begins), "{sent:?}");
        assert!(!sent.contains_key("x-authing-lang"));
    }
}

#[test]
fn nothing_shows_what_an_endpoint_holds_beside_its_host() {
    let url = "https://user:marked-secret@example.com/?marked-secret";
    let password = functiongraph::Password::new("d", "u", "marked-secret").endpoint(url);
    let shown = format!("{password:?}");
    let shown = format!("{shown} {:?}", builder().endpoint(url).credentials(password));
    assert!(shown.contains("https://example.com") && !shown.contains("marked-secret"), "{shown}");
}

#[tokio::test]
async fn genauth_has_headers_of_its_own() {
    let server = Server::start().await.unwrap();
    server.demand_credentials();
    let key = authing::AccessKey::new("id", "secret").user_pool_id("other");
    let client = authing::Client::builder().endpoint(server.base_url()).brand(Brand::GenAuth);
    let client = client.language("ja-JP").credentials(key).build().unwrap();
    client.reupload_pipeline_function().body_map(|b| b.func_id("f")).send().await.unwrap();
    let received = server.received();
    assert_eq!(received[0].uri.path(), "/api/v3/get-management-token");
    assert_eq!(received[0].body, r#"{"accessKeyId":"id","accessKeySecret":"secret"}"#);
    assert_eq!(received[1].headers["x-genauth-userpool-id"], "other");
    // A refused token has a message, too.
    for sent in &received {
        assert_eq!(sent.headers["x-genauth-lang"], "ja-JP");
        let own = concat!("cloudfn/", env!("CARGO_PKG_VERSION"));
        assert_eq!(sent.headers["user-agent"], own);
    }
    let authing = |name: &str| name.starts_with("x-authing-");
    assert!(!received.iter().any(|r| r.headers.keys().any(|name| authing(name.as_str()))));
    for (brand, url) in
        [(Brand::GenAuth, "https://api.genauth.ai"), (Brand::Authing, "https://api.authing.cn")]
    {
        let client = authing::Client::builder().brand(brand).credentials(Anonymous).build();
        assert!(format!("{:?}", client.unwrap()).contains(url));
    }
}
