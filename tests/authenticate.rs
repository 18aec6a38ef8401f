//! The check of credentials without calling an operation.

#[path = "support/command.rs"]
mod command;
#[path = "support/server.rs"]
mod server;

use std::sync::Arc;
use std::time::Duration;

use cloudfn::authing;
use cloudfn::credentials::{
    Anonymous, Attempt, Credentials, CredentialsError, Identity, SharedCredentials,
};
use cloudfn::functiongraph::{self, AccessKey, Password, Token};
use cloudfn::mock::Server;
use cloudfn::{ErrorKind, RetryPolicy};
use serde_json::{json, Value};

use command::{run, Ended, SECRET};
use server::Step;

const PROJECT: &str = "46b6f338fc3445b8846c71dfb1fbd9e8";

fn functiongraph(url: &str, credentials: impl Credentials) -> functiongraph::Client {
    let quick = RetryPolicy::default().first_wait(Duration::from_millis(1));
    let builder = functiongraph::Client::builder().endpoint(url).retry(quick).project_id(PROJECT);
    builder.credentials(credentials).build().unwrap()
}

fn authing(url: &str) -> authing::Client {
    let quick = RetryPolicy::default().first_wait(Duration::from_millis(1));
    let builder = authing::Client::builder().endpoint(url).retry(quick);
    builder.credentials(authing::AccessKey::new("id", SECRET)).build().unwrap()
}

fn password(url: &str) -> Password {
    Password::new("an account", "a user", SECRET).endpoint(url)
}

/// A server that always answers the same.
async fn always(status: u16, body: &'static str) -> server::Server {
    server::Server::start(Arc::new(move |_, _| Step::json(status, body))).await
}

/// What is told of an identity.
fn told(identity: &Identity) -> Value {
    assert!(!format!("{identity:?}").contains(SECRET), "{identity:?}");
    serde_json::to_value(identity).unwrap()
}

#[tokio::test]
async fn iam_tells_user_project_and_expiry() {
    let server = Server::start().await.unwrap();
    let client = functiongraph(&server.base_url(), password(&server.base_url()));
    for _ in 0..2 {
        let expected = json!({
            "verified": true,
            "user": "a user",
            "account": "an account",
            "project_id": PROJECT,
            "expires_at": "2020-01-05T09:05:22.701000Z",
        });
        assert_eq!(told(&client.authenticate().await.unwrap()), expected);
    }
    client.create_function_version().function_urn("urn").send().await.unwrap();
    let received = server.received();
    let paths: Vec<&str> = received.iter().map(|request| request.uri.path()).collect();
    let publish = format!("/v2/{PROJECT}/fgs/functions/urn/versions");
    assert_eq!(paths, ["/v3/auth/tokens", &publish], "the token is kept");
    let builder = functiongraph::Client::builder().endpoint(server.base_url());
    let client = builder.credentials(password(&server.base_url())).build().unwrap();
    let identity = client.authenticate().await.unwrap();
    assert_eq!(identity.project_id, None, "the token is for the whole account");
    let asked: Value = serde_json::from_slice(&server.received().pop().unwrap().body).unwrap();
    assert_eq!(asked["auth"]["scope"], json!({ "domain": { "name": "an account" } }));
}

#[tokio::test]
async fn a_management_token_tells_its_user_pool_and_expiry() {
    let server = Server::start().await.unwrap();
    let client = authing(&server.base_url());
    let (first, second) =
        (client.authenticate().await.unwrap(), client.authenticate().await.unwrap());
    assert_eq!((server.received().len(), &first), (1, &second), "the token is kept");
    let expires_at = first.expires_at.as_ref().unwrap().to_zoned().unwrap().timestamp();
    let left = expires_at.duration_since(jiff::Timestamp::now()).as_secs();
    assert!((7000..=7200).contains(&left), "{first:?}");
    let expires_at = first.expires_at.clone();
    let expected = json!({
        "verified": true, "access_key_id": "id", "user_pool_id": "pool", "expires_at": expires_at,
    });
    assert_eq!(told(&first), expected);
    // {"exp":1700000000}
    let body = r#"{"statusCode":200,"data":{"access_token":"e30.eyJleHAiOjE3MDAwMDAwMDB9.s"}}"#;
    let server = always(200, body).await;
    let identity = authing(&server.url()).authenticate().await.unwrap();
    let expected = json!({
        "verified": true,
        "access_key_id": "id",
        "user_pool_id": "id",
        "expires_at": "2023-11-14T22:13:20Z",
    });
    assert_eq!(told(&identity), expected);
}

#[tokio::test]
async fn what_only_an_operation_can_check_is_said_to_be_unverified() {
    let server = Server::start().await.unwrap();
    for (credentials, expected) in [
        (
            SharedCredentials::new(AccessKey::new("AK", SECRET).security_token(SECRET)),
            json!({ "verified": false, "access_key_id": "AK", "project_id": PROJECT }),
        ),
        (
            SharedCredentials::new(Token::new(SECRET)),
            json!({ "verified": false, "project_id": PROJECT }),
        ),
        (SharedCredentials::new(Anonymous), json!({ "verified": false })),
    ] {
        let client = functiongraph(&server.base_url(), credentials);
        assert_eq!(told(&client.authenticate().await.unwrap()), expected);
    }
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_refusal_says_why() {
    let wrong = r#"{"error":{"code":401,"message":"The username or password is wrong."}}"#;
    let iam = always(401, wrong).await;
    let error = functiongraph(&iam.url(), password(&iam.url())).authenticate().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Credentials, 1));
    assert_eq!(
        error.to_string(),
        "authenticate: an IAM token was refused with status 401: 401: The username or password is \
         wrong."
    );
    let busy = server::Server::start(Arc::new(|_, earlier| match earlier {
        0 => Step::json(503, ""),
        _ => Step::json(200, r#"{"statusCode":200,"data":{"access_token":"t"}}"#),
    }))
    .await;
    assert!(authing(&busy.url()).authenticate().await.unwrap().verified, "it is retried");
    assert_eq!(busy.received().len(), 2);
}

/// A user's own credentials.
#[derive(Debug)]
struct Own;

impl Credentials for Own {
    async fn authenticate(&self, attempt: &mut Attempt<'_>) -> Result<(), CredentialsError> {
        assert_eq!(attempt.operation(), "authenticate");
        attempt.identify(|attempt| {
            let mut identity = Identity::default();
            identity.user = Some("me".to_owned());
            identity.project_id = attempt.path_parameter("project_id");
            identity
        });
        Ok(())
    }
}

#[tokio::test]
async fn own_credentials_tell_who_they_are_for() {
    let client = functiongraph("http://127.0.0.1:9/behind/", Arc::new(Own));
    let expected = json!({ "verified": false, "user": "me", "project_id": PROJECT });
    assert_eq!(told(&client.authenticate().await.unwrap()), expected);
}

/// The command with an access key for each API.
async fn cloudfn(arguments: &[&str], url: &str) -> (Option<i32>, String, String) {
    let mut command = command::cloudfn(arguments);
    command.env("CLOUDFN_FUNCTIONGRAPH_ENDPOINT", url).env("CLOUDFN_AUTHING_ENDPOINT", url);
    command.env("HUAWEICLOUD_SDK_AK", "AK").env("HUAWEICLOUD_SDK_SK", SECRET);
    command.env("AUTHING_USERPOOL_ID", "pool-key").env("AUTHING_USERPOOL_SECRET", SECRET);
    let Ended { code, stdout, stderr } = run(command).await;
    (code, stdout, stderr)
}

#[tokio::test]
async fn the_command_line_checks_credentials() {
    let server = Server::start().await.unwrap();
    let url = server.base_url();
    let (code, stdout, stderr) = cloudfn(&["authing", "authenticate"], &url).await;
    let identity: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert_eq!(identity["user_pool_id"], "pool");
    assert_eq!(
        (&identity["verified"], &identity["access_key_id"]),
        (&true.into(), &"pool-key".into())
    );
    let (code, stdout, stderr) = cloudfn(&["functiongraph", "authenticate"], &url).await;
    assert_eq!(
        (code, stdout.as_str(), stderr.as_str()),
        (
            Some(0),
            "{\n  \"verified\": false,\n  \"access_key_id\": \"AK\"\n}\n",
            "not verified: the service checks these credentials only with an operation\n",
        )
    );
    assert_eq!(server.received().len(), 1);
    let refused = r#"{"statusCode":403,"message":"no such key","apiCode":2224}"#;
    let server = always(200, refused).await;
    let (code, stdout, stderr) = cloudfn(&["authing", "authenticate"], &server.url()).await;
    assert_eq!(
        (code, stdout.as_str(), stderr.as_str()),
        (
            Some(1),
            "",
            "error: authenticate: a management token was refused with status 403: 2224: no such key\n",
        )
    );
    let (code, stdout, _) = cloudfn(&["authing", "authenticate", "--demo"], &url).await;
    assert!(code == Some(0) && stdout.contains("\"access_key_id\": \"demo\""), "{stdout}");
}

#[tokio::test]
async fn the_command_line_takes_brand_user_pool_and_language() {
    let server = Server::start().await.unwrap();
    let upload = ["authing", "reupload-pipeline-function", "--func-id", "f"];
    let flags = ["--brand", "genauth", "--user-pool-id", "other", "--language", "en-US"];
    let (code, _, stderr) = cloudfn(&[&upload[..], &flags].concat(), &server.base_url()).await;
    assert_eq!(code, Some(0), "{stderr}");
    let [token, call] = &server.received()[..] else { panic!("two requests are expected") };
    assert_eq!(call.headers["x-genauth-userpool-id"], "other");
    assert!([token, call].iter().all(|request| request.headers["x-genauth-lang"] == "en-US"));
    let (code, _, stderr) = cloudfn(&[&upload[..], &["--brand", "auth0"]].concat(), "").await;
    assert_eq!(code, Some(2));
    assert!(stderr.contains("[possible values: authing, genauth]"), "{stderr}");
}
