//! A server on loopback that answers every operation with its documented sample.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{header, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::Router;
use percent_encoding::percent_decode_str;

use crate::registry::{Api, Operation, APIS};

/// A mock server, which ends when this is dropped.
///
/// ```
/// # #[tokio::main] async fn main() -> std::io::Result<()> {
/// let server = cloudfn::mock::Server::start().await?;
/// assert!(server.base_url().starts_with("http://127.0.0.1:"));
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Shared {
    answers: Mutex<BTreeMap<String, Answer>>,
    received: Mutex<Vec<Received>>,
}

/// A request as the server received it.
#[derive(Clone, Debug)]
pub struct Received {
    /// The operation that it was for, if any.
    pub operation: Option<&'static str>,
    /// HTTP method.
    pub method: Method,
    /// Path and query as they were sent.
    pub uri: Uri,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
}

/// An answer of the server.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Value of `Content-Type`.
    pub content_type: &'static str,
    /// Body.
    pub body: Bytes,
}

impl Answer {
    /// An answer with a JSON body.
    pub fn json(status: u16, body: impl Into<String>) -> Self {
        Self { status, content_type: "application/json", body: body.into().into() }
    }
}

impl Server {
    /// Starts a server on a free port of loopback.
    ///
    /// # Errors
    ///
    /// No port can be had.
    pub async fn start() -> io::Result<Self> {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let router = Router::new().fallback(handle).with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move {
            // Serving ends only with the task.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, shared, task })
    }

    /// The base URL for clients.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers the operation named `operation` with `answer` from now on.
    pub fn answer(&self, operation: &str, answer: Answer) {
        lock(&self.shared.answers).insert(operation.to_owned(), answer);
    }

    /// The requests received so far, oldest first.
    pub fn received(&self) -> Vec<Received> {
        lock(&self.shared.received).clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    const MOST_BYTES: usize = 16 * 1024 * 1024;
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MOST_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let path = parts.uri.path().to_owned();
    let operation = find(APIS, &parts.method, &path);
    lock(&shared.received).push(Received {
        operation: operation.map(|operation| operation.id),
        method: parts.method,
        uri: parts.uri,
        headers: parts.headers,
        body,
    });
    let Some(operation) = operation else {
        if let Some(token) = issue(&path) {
            return token;
        }
        return respond(Answer::json(
            404,
            r#"{"error_msg":"no operation has this method and path"}"#,
        ));
    };
    let given = lock(&shared.answers).get(operation.id).cloned();
    respond(given.unwrap_or_else(|| documented(operation)))
}

/// A token, where one is asked for: of IAM, or Authing's management token.
fn issue(path: &str) -> Option<Response> {
    // {"alg":"none"} and {"scoped_userpool_id":"pool"}
    const MANAGEMENT_TOKEN: &str = r#"{"statusCode":200,"message":"","data":{"access_token":"eyJhbGciOiJub25lIn0.eyJzY29wZWRfdXNlcnBvb2xfaWQiOiJwb29sIn0.","expires_in":7200}}"#;
    const IAM_TOKEN: &str = r#"{"token":{"issued_at":"2020-01-04T09:05:22.701000Z","expires_at":"2020-01-05T09:05:22.701000Z"}}"#;
    if path.ends_with("/api/v3/get-management-token") {
        return Some(respond(Answer::json(200, MANAGEMENT_TOKEN)));
    }
    if path.ends_with("/v3/auth/tokens") {
        let mut answer = respond(Answer::json(201, IAM_TOKEN));
        answer.headers_mut().insert("x-subject-token", HeaderValue::from_static("token"));
        return Some(answer);
    }
    None
}

/// The documented sample of an operation's success, or the least that is documented of it.
fn documented(operation: &Operation) -> Answer {
    let mut samples = operation.samples.iter();
    if let Some(sample) = samples.find(|sample| sample.place.starts_with("response.2")) {
        let status = sample.place.trim_start_matches("response.");
        return Answer::json(status.parse().unwrap_or(200), sample.json);
    }
    let is_success = |status: &str| status.starts_with('2');
    let success = operation.responses.iter().find(|response| is_success(response.status));
    let status = success.and_then(|response| response.status.parse().ok());
    let body = success.and_then(|response| response.minimal).unwrap_or_default();
    Answer::json(status.unwrap_or(200), body)
}

fn respond(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let content_type: (HeaderName, HeaderValue) =
        (header::CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    (status, [content_type], answer.body).into_response()
}

/// The operation of `apis` for a method and a path; a template with fewer parameters first.
fn find(apis: &[&Api], method: &Method, path: &str) -> Option<&'static Operation> {
    let operations = apis.iter().flat_map(|api| api.operations);
    operations
        .filter(|operation| operation.method == method.as_str() && matches(operation.path, path))
        .min_by_key(|operation| operation.path.matches('{').count())
}

fn matches(template: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    let all = template.split('/').all(|expected| {
        segments.next().is_some_and(|segment| {
            let is_parameter = expected.starts_with('{') && !segment.is_empty();
            is_parameter || percent_decode_str(segment).decode_utf8_lossy() == expected
        })
    });
    all && segments.next().is_none()
}
