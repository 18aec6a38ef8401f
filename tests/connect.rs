//! Connections that fail, even when retried.

#[path = "support/command.rs"]
mod command;
#[path = "support/server.rs"]
mod server;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::Duration;

use cloudfn::functiongraph::{Client, ClientBuilder, Password, Token};
use cloudfn::{Error, ErrorKind, RetryPolicy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::{Accept, TlsAcceptor};

use command::{Ended, PUBLISH, SECRET};
use server::{Received, Server, Step};

/// An endpoint that is not contacted, because of a proxy.
const ELSEWHERE: &str = "https://functiongraph.example.com";

/// A TLS server with a self-signed certificate, and the number of its connections. It answers a
/// client that trusts the certificate with `{}`.
async fn self_signed() -> (String, Arc<AtomicUsize>) {
    const PEM: &[u8] = include_bytes!("support/self-signed.pem");
    let certificate = CertificateDer::from_pem_slice(PEM).unwrap();
    let key = PrivateKeyDer::from_pem_slice(PEM).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(respond(acceptor.accept(stream)));
        }
    });
    (url, count)
}

/// Answers the first request of a connection, if the client accepts the certificate.
async fn respond(handshake: Accept<TcpStream>) -> std::io::Result<()> {
    let mut stream = handshake.await?;
    if stream.read(&mut [0; 4096]).await? == 0 {
        return Ok(());
    }
    let response = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\
                    connection: close\r\n\r\n{}";
    stream.write_all(response.as_bytes()).await?;
    stream.shutdown().await
}

fn builder(endpoint: &str) -> ClientBuilder {
    let quick = RetryPolicy::default().first_wait(Duration::from_millis(1));
    Client::builder().endpoint(endpoint).project_id("p").retry(quick)
}

/// A PUT, which would be retried after a transient fault.
async fn configure(client: &Client) -> Error {
    let call = client.update_function_async_invoke_config().function_urn("urn");
    call.send().await.expect_err("there is no connection")
}

#[tokio::test]
async fn a_certificate_of_nobody_is_tried_once() {
    let (url, connections) = self_signed().await;
    let client = builder(&url).credentials(Token::new("t")).build().unwrap();
    let error = configure(&client).await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 1), "{error:?}");
    assert!(!error.is_retryable() && !error.outcome_unknown());
    assert_eq!(connections.load(Ordering::Relaxed), 1);
    let service = Server::start(Arc::new(|_, _| Step::json(200, "{}"))).await;
    let password = Password::new("d", "u", SECRET).endpoint(&url);
    let client = builder(&service.url()).credentials(password).build().unwrap();
    let error = configure(&client).await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Credentials, 1), "{error:?}");
    assert_eq!(connections.load(Ordering::Relaxed), 2);
    assert!(service.received().is_empty());
}

#[tokio::test]
async fn what_does_not_speak_tls_is_tried_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::Relaxed);
            let mut hello = [0; 16];
            let _ = stream.read(&mut hello).await;
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let error = configure(&builder(&url).credentials(Token::new("t")).build().unwrap()).await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 1), "{error:?}");
    assert_eq!(count.load(Ordering::Relaxed), 1);
}

async fn through(proxy: &str) -> Error {
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .proxy(reqwest::Proxy::all(proxy).unwrap())
        .build()
        .unwrap();
    let client = builder(ELSEWHERE).credentials(Token::new("t")).http_client(http);
    configure(&client.build().unwrap()).await
}

#[tokio::test]
async fn a_proxy_that_wants_a_password_is_asked_once() {
    let proxy = Server::start(Arc::new(|_, _| Step::html(407, "who are you?"))).await;
    let error = through(&proxy.url()).await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 1), "{error:?}");
    assert_eq!(proxy.received().len(), 1);
    let error = through("socks5://127.0.0.1:9").await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 1), "{error:?}");
    // A transient fault is retried.
    let proxy = Server::start(Arc::new(|_, _| Step::html(503, "in a moment"))).await;
    let error = through(&proxy.url()).await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 3), "{error:?}");
    let error = through(&format!("http://{}", server::unused_address().await)).await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 3), "{error:?}");
}

/// The command against a remote service.
fn cloudfn(arguments: &[&str], environment: &[(&str, &str)]) -> Ended {
    let mut command = command::cloudfn_at(ELSEWHERE, arguments);
    command.envs(environment.iter().copied()).output().unwrap().into()
}

#[test]
fn a_proxy_that_cannot_be_read_is_refused_by_the_name_of_its_variable() {
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"]
    {
        for value in [
            "http://",
            "http//proxy:8080",
            "://proxy",
            "ftp://proxy",
            "http://proxy :8080",
            "http://proxy:80x",
            "http://prüxy",
            " http://proxy:8080",
            "http://proxy:8080\n",
            "http://user:MARKED-SECRET^@proxy:8080",
            "http://us er:MARKED-SECRET@proxy:8080",
            "ftp://user:MARKED-SECRET@proxy",
        ] {
            let ended = cloudfn(&PUBLISH, &[(name, value)]);
            assert_eq!(ended.code, Some(2), "{name}={value:?}: {}", ended.stderr);
            let says = format!("error: the environment variable {name} ");
            assert!(ended.stderr.starts_with(&says), "{}", ended.stderr);
        }
    }
    // A CGI program gets request headers as variables, so it ignores proxy variables.
    let ended = cloudfn(
        &[&PUBLISH[..], &["--attempts", "1"]].concat(),
        &[("HTTPS_PROXY", "http//proxy"), ("REQUEST_METHOD", "GET")],
    );
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    // A local mock is called without a proxy, so proxy variables do not matter.
    let ended = cloudfn(
        &[&PUBLISH[..], &["--endpoint", "http://127.0.0.1:9", "--attempts", "1"]].concat(),
        &[("HTTPS_PROXY", "http//proxy")],
    );
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
}

#[tokio::test]
async fn the_first_spelling_of_a_proxy_variable_counts() {
    let proxy = Server::start(Arc::new(|_, _| Step::html(407, "who are you?"))).await;
    let url = proxy.url();
    let call = |variables: Vec<(&'static str, String)>| async move {
        let ended = tokio::task::spawn_blocking(move || {
            let variables: Vec<(&str, &str)> =
                variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
            cloudfn(&PUBLISH, &variables)
        });
        ended.await.unwrap()
    };
    for variables in [
        vec![("HTTPS_PROXY", url.clone()), ("https_proxy", "nonsense//".to_owned())],
        vec![("https_proxy", url.replace("http://", "http://user:MARKED-SECRET@"))],
        vec![("ALL_PROXY", url.replace("http://", ""))],
        vec![("HTTPS_PROXY", String::new()), ("ALL_PROXY", url.clone())],
    ] {
        let earlier = proxy.received().len();
        let ended = call(variables.clone()).await;
        assert_eq!(ended.code, Some(1), "{variables:?}: {}", ended.stderr);
        assert_eq!(proxy.received().len(), earlier + 1, "{variables:?}: {}", ended.stderr);
        assert!(!ended.stderr.contains("attempts"), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let server = Server::start(Arc::new(|_, _| Step::json(200, "{}"))).await;
    let client = builder(&server.url()).credentials(Token::new("t")).build().unwrap();
    for _ in 0..3 {
        client.create_function_version().function_urn("urn").send().await.unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert_eq!(server.accepted(), 1);
}

/// A burst leaves at most 64 connections open.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn few_connections_are_kept_after_a_burst() {
    const BURST: usize = 200;
    let slow = |_: &Received, _| Step::json(200, "{}").after(Duration::from_millis(300));
    let server = Server::start(Arc::new(slow)).await;
    let client = builder(&server.url()).credentials(Token::new("t")).build().unwrap();
    let mut calls = JoinSet::new();
    for _ in 0..BURST {
        let client = client.clone();
        calls.spawn(async move {
            client.create_function_version().function_urn("urn").send().await.map(|_| ())
        });
    }
    for result in calls.join_all().await {
        result.unwrap();
    }
    // Well before they are closed for being idle, which takes half a minute.
    for _ in 0..100 {
        if server.connections() <= 64 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!((2..=64).contains(&server.connections()), "{} are open", server.connections());
}

#[test]
fn this_machine_is_called_without_certificates() {
    let nowhere = [("SSL_CERT_FILE", "/nowhere"), ("SSL_CERT_DIR", "/nowhere")];
    let demo = [&PUBLISH[..], &["--demo"]].concat();
    let ended: Ended = command::cloudfn(&demo).envs(nowhere).output().unwrap().into();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let plain =
        [&PUBLISH[..], &["--endpoint", "http://functiongraph.invalid", "--allow-plain-http"]];
    let ended = cloudfn(&[&plain.concat()[..], &["--attempts", "1"]].concat(), &nowhere);
    assert_eq!(ended.code, Some(1), "a connection is tried: {}", ended.stderr);
    let ended = cloudfn(&PUBLISH, &nowhere);
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    assert!(ended.stderr.contains("No CA certificates"), "{}", ended.stderr);
}

/// The README promises this for `rustls` on Linux.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_in_ssl_cert_file_is_trusted() {
    let (url, connections) = self_signed().await;
    let publish = [&PUBLISH[..], &["--endpoint", &url, "--attempts", "1"]].concat();
    let ended = cloudfn(&publish, &[]);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/self-signed.pem");
    let ended = cloudfn(&publish, &[("SSL_CERT_FILE", file)]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(connections.load(Ordering::Relaxed), 2);
}
