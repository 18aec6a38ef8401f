//! Our calls are accepted by a loopback gateway that recomputes every signature from the bytes on the
//! wire, with its own implementation.

#[path = "support/second_signer.rs"]
mod second_signer;
#[path = "support/server.rs"]
mod server;

use std::sync::Arc;
use std::time::Duration;

use cloudfn::functiongraph::{AccessKey, Client};
use cloudfn::{ErrorKind, RetryPolicy};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::Timestamp;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use second_signer::decoded;
use server::{Received, Script, Server, Step};

const PROJECT: &str = "46b6f338fc3445b8846c71dfb1fbd9e8";
const ACCESS_KEY: &str = "AKIDEXAMPLE0000000000";
const SECRET_KEY: &str = "sk-EXAMPLE+secret/Key0123456789abcdef";
const SECURITY_TOKEN: &str = "a security token+/=";

/// Checks a request by the vendor's description. An error says what is wrong.
fn verify(request: &Received) -> Result<(), String> {
    let header =
        |name: &str| request.headers.get(name).ok_or_else(|| format!("there is no header {name}"));
    let authorization = header("authorization")?;
    let fields = authorization
        .strip_prefix("SDK-HMAC-SHA256 ")
        .ok_or_else(|| format!("another algorithm: {authorization}"))?;
    let field = |name: &str| {
        let mut fields = fields.split(", ");
        fields
            .find_map(|field| field.strip_prefix(name)?.strip_prefix('='))
            .ok_or_else(|| format!("there is no {name}"))
    };
    if field("Access")? != ACCESS_KEY {
        return Err("an unknown access key".to_owned());
    }
    let date = header("x-sdk-date")?;
    let signed_at = DateTime::strptime("%Y%m%dT%H%M%SZ", date).map_err(|e| e.to_string())?;
    let signed_at = signed_at.to_zoned(TimeZone::UTC).map_err(|e| e.to_string())?.timestamp();
    if Timestamp::now().duration_since(signed_at).abs().as_mins() >= 15 {
        return Err(format!("the signature of {date} has expired"));
    }

    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    if query.contains('+') {
        return Err(format!("gateways do not agree on what + means in {query}"));
    }
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let signed_headers = field("SignedHeaders")?;
    if header("x-security-token")? != SECURITY_TOKEN {
        return Err("another security token".to_owned());
    }
    for name in ["host", "x-sdk-date", "x-project-id", "x-security-token"] {
        if !signed_headers.split(';').any(|signed| signed == name) {
            return Err(format!("{name} is not signed"));
        }
    }
    let headers =
        signed_headers.split(';').map(|name| Ok((name.to_owned(), header(name)?.clone())));
    let signed = second_signer::sign(
        &second_signer::Request {
            method: request.method.clone(),
            path: path.as_bytes().to_vec(),
            query: pairs.map(|(n, v)| (decoded(n.as_bytes()), decoded(v.as_bytes()))).collect(),
            headers: headers.collect::<Result<_, String>>()?,
            body: request.body.clone(),
        },
        SECRET_KEY.as_bytes(),
    );
    match field("Signature")? == signed.signature {
        true => Ok(()),
        false => {
            let canonical = String::from_utf8_lossy(&signed.canonical_request);
            Err(format!("the signature is not that of {canonical:?}"))
        }
    }
}

/// Starts a gateway. `service` responds to accepted requests, given the number of earlier ones.
async fn gateway(service: impl Fn(usize) -> Step + Send + Sync + 'static) -> Server {
    Server::start(checking(service)).await
}

/// Checks every request before `service` responds.
fn checking(service: impl Fn(usize) -> Step + Send + Sync + 'static) -> Arc<Script> {
    Arc::new(move |request: &Received, earlier: usize| {
        if request.target.is_empty() {
            return Step::hang();
        }
        match verify(request) {
            Ok(()) => service(earlier),
            Err(reason) => {
                let body = serde_json::json!({ "error_code": "APIGW.0301", "error_msg": reason });
                Step::json(401, body.to_string())
            }
        }
    })
}

fn client(server: &Server, key: AccessKey) -> Client {
    let quick = RetryPolicy::default().first_wait(Duration::from_millis(5));
    let client = Client::builder().endpoint(server.url()).project_id(PROJECT).credentials(key);
    client.retry(quick).build().unwrap()
}

fn key() -> AccessKey {
    AccessKey::new(ACCESS_KEY, SECRET_KEY).security_token(SECURITY_TOKEN)
}

/// Possible URNs of functions, up to the documented 269 characters.
fn urns() -> Vec<String> {
    let mut urns: Vec<String> = [
        "urn:fss:cn-north-4:46b6f338fc3445b8846c71dfb1fbd9e8:function:default:test:latest",
        "urn:fss:cn-north-4:46b6:function:default:test:!alias",
        "a blank and  two",
        "100%",
        "%2F%20%",
        "/ ? # & = + * ' ( ) ~",
        "back\\slash",
        "a;b,c|d^e`f{g}h[i]j<k>l\"m@n$o",
        "tab\tand\nline",
        "función:一:🙂",
        "...",
        ".hidden",
        "a/../b/./c//d",
    ]
    .map(str::to_owned)
    .to_vec();
    urns.extend("/?#&=+*'()~!:%. ".chars().map(|c| format!("x{c}")));
    urns.push("é".repeat(269));
    let any = proptest::collection::vec(proptest::char::any(), 1..=269);
    let mut runner = TestRunner::deterministic();
    for _ in 0..100 {
        let characters = any.new_tree(&mut runner).unwrap().current();
        urns.push(characters.into_iter().collect());
    }
    urns.retain(|urn| urn != "." && urn != "..");
    urns
}

#[tokio::test]
async fn every_urn_is_signed_as_it_is_sent() {
    let server = gateway(|_| Step::json(200, "{}")).await;
    let client = client(&server, key());
    for urn in urns() {
        let call = client.create_function_version().function_urn(urn.as_str());
        call.body_map(|b| b.description(urn.as_str())).send().await.unwrap();
        let call = client.update_function_async_invoke_config().function_urn(urn.as_str());
        call.send().await.unwrap();
        for request in server.received().iter().rev().take(2) {
            let segment = request.target.split('/').nth(5).unwrap();
            assert_eq!(decoded(segment.as_bytes()), urn.as_bytes(), "{}", request.target);
        }
    }
}

#[tokio::test]
async fn what_no_url_can_hold_is_refused() {
    let server = gateway(|_| Step::json(200, "{}")).await;
    let client = client(&server, key());
    for urn in [".", ".."] {
        let error = client.create_function_version().function_urn(urn).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
        assert!(error.to_string().contains("/versions is empty, `.` or `..`"), "{error}");
    }
    assert!(server.received().is_empty());
}

/// The gateway accepts signed bodies up to 12 MiB, as documented.
#[tokio::test]
async fn a_body_that_is_too_large_to_be_signed_is_refused() {
    let server = gateway(|_| Step::json(200, "{}")).await;
    let client = client(&server, key());
    let publish = |bytes: usize| {
        let call = client.create_function_version().function_urn("urn");
        call.body_map(|body| body.description("x".repeat(bytes))).send()
    };
    const LARGEST: usize = 12 * 1024 * 1024;
    let around = r#"{"description":""}"#.len();
    publish(LARGEST - around).await.unwrap();
    let error = publish(LARGEST - around + 1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid, "nothing was sent");
    assert!(error.to_string().contains("a body of 12582913 bytes is too large to sign"), "{error}");
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_host_may_be_a_number_in_brackets() {
    let checked = checking(|_| Step::json(200, "{}"));
    let Ok(server) = Server::start_at("[::1]:0", checked).await else {
        eprintln!("this machine has no IPv6");
        return;
    };
    let client = client(&server, key());
    client.create_function_version().function_urn("urn").send().await.unwrap();
}

#[tokio::test]
async fn each_attempt_is_signed_anew() {
    let throttled = |earlier: usize| match earlier {
        0 => Step::answer_with(429, "Retry-After: 1\r\n", ""),
        _ => Step::json(200, "{}"),
    };
    let server = gateway(throttled).await;
    let client = client(&server, key());
    client.create_function_version().function_urn("urn").send().await.unwrap();
    let received = server.received();
    let dates: Vec<&String> =
        received.iter().map(|request| &request.headers["x-sdk-date"]).collect();
    assert_eq!(dates.len(), 2);
    assert_ne!(dates[0], dates[1], "the date must not grow old");
    assert_eq!(received[0].body, received[1].body);
}

#[tokio::test]
async fn the_project_that_is_called_is_signed() {
    let server = gateway(|_| Step::json(200, "{}")).await;
    let client = client(&server, key().project("its own"));
    client.create_function_version().function_urn("urn").send().await.unwrap();
    client
        .create_function_version()
        .project_id("another")
        .function_urn("urn")
        .send()
        .await
        .unwrap();
    let projects: Vec<String> =
        server.received().iter().map(|r| r.headers["x-project-id"].clone()).collect();
    assert_eq!(projects, [PROJECT, "another"]);
}

#[tokio::test]
async fn a_request_without_a_body_and_with_a_query_is_signed() {
    let server = gateway(|_| Step::json(200, "{}")).await;
    let client = client(&server, key());
    let name = "一 (&=?!#%.*)+~'/";
    client.list_functions().maxitems("2").marker(name).send().await.unwrap();
    let Received { target, body, .. } = &server.received()[0];
    let sent = String::from_utf8(decoded(target.as_bytes())).unwrap();
    assert!(body.is_empty() && sent.contains(name), "{sent}");
}
