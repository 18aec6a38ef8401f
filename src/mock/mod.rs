//! A loopback server that responds to every operation with its documented sample.
//!
//! By default, it accepts any credentials or none, and issues tokens to any client. It rejects a
//! request that violates the documents with a 400 and the reason, in the format of the vendor's
//! errors. A test can set any other response and inspect the requests received. The sample of a list
//! that comes in pages is its first page, and the next one is empty.
//!
//! ```
//! use cloudfn::functiongraph::{Client, Token};
//! use cloudfn::mock::{Answer, Server};
//!
//! # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = Server::start().await?;
//! let client = Client::builder()
//!     .endpoint(server.base_url())
//!     .project_id("p")
//!     .credentials(Token::new("any"))
//!     .build()?;
//! let publish = || client.create_function_version().function_urn("urn:fss:r:p:function:default:f");
//!
//! assert_eq!(publish().send().await?.func_name.as_deref(), Some("test"));
//!
//! // A documented error, and an undocumented response.
//! server.answer_status("create_function_version", 404)?;
//! assert!(publish().send().await.unwrap_err().is_not_found());
//! server.answer("create_function_version", Answer::json(200, r#"{"runtime":"Rust1.95"}"#))?;
//! assert_eq!(publish().send().await?.runtime.as_ref().unwrap().to_string(), "Rust1.95");
//!
//! assert_eq!(server.received().len(), 3);
//! # Ok(()) }
//! ```

mod answer;
mod check;
mod form;
mod pages;
mod received;
mod state;
mod tokens;

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};
use percent_encoding::percent_decode_str;

pub use self::answer::Answer;
pub use self::received::Received;
use self::state::State as Kept;
use crate::registry::{Api, Operation, APIS};

/// A mock server. It stops when this is dropped.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
    task: tokio::task::JoinHandle<()>,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

/// A function that is called with each request.
type Observer = Arc<dyn Fn(&Received) + Send + Sync>;

#[derive(Default)]
struct Shared {
    answers: BTreeMap<&'static str, Answers>,
    received: Vec<Received>,
    observers: Vec<Observer>,
    state: Option<Kept>,
    demands_credentials: bool,
    refuses_unknown: bool,
    takes_broken_rules: bool,
    is_forgetful: bool,
}

/// The responses that were set for an operation.
#[derive(Debug, Default)]
struct Answers {
    next: VecDeque<Answer>,
    always: Option<Answer>,
}

/// A response cannot be set: its operation or status is not documented, or it is not valid HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerError(String);

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for AnswerError {}

impl Server {
    /// Starts a server on a free local port.
    ///
    /// # Errors
    ///
    /// No port is available.
    pub async fn start() -> io::Result<Self> {
        Self::start_on(0).await
    }

    /// Starts a server on a local port.
    ///
    /// # Errors
    ///
    /// The port is not available.
    pub async fn start_on(port: u16) -> io::Result<Self> {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::<Mutex<Shared>>::default();
        let service = handle.with_state(Arc::clone(&shared)).into_make_service();
        let task = tokio::spawn(async move {
            // Serves until the task is aborted.
            let _ = axum::serve(listener, service).await;
        });
        Ok(Self { address, shared, task })
    }

    /// From now on, is as after the start, at the same address: without the requests received, and
    /// without responses, observers and behaviour that were set.
    pub fn reset(&self) {
        *lock(&self.shared) = Shared::default();
    }

    /// The base URL for clients.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on, rejects requests without credentials with a 401. A token must have been issued
    /// by this server; a signature is not verified.
    pub fn demand_credentials(&self) {
        lock(&self.shared).demands_credentials = true;
    }

    /// From now on, rejects undocumented query parameters, undocumented members of the body at any
    /// depth, and a body where none is documented, with a 400. By default, they are ignored.
    pub fn refuse_unknown(&self) {
        lock(&self.shared).refuses_unknown = true;
    }

    /// Accepts requests that break a rule of the vendors' pages, which the specs cannot state. For
    /// tools that know only the specs.
    pub fn ignore_rules(&self) {
        lock(&self.shared).takes_broken_rules = true;
    }

    /// From now on, keeps what requests create, change and delete. Reads and lists show it, and
    /// what does not exist or exists already gets the documented error. What was kept before is
    /// forgotten. Operations without `x-resource` in the spec still respond with their sample.
    pub fn stateful(&self) {
        lock(&self.shared).state = Some(Kept::default());
    }

    /// From now on, responds to the operation named `operation` with `answer`, whatever the request.
    ///
    /// # Errors
    ///
    /// There is no such operation; the message lists them. Or the response is not valid HTTP.
    pub fn answer(&self, operation: &str, answer: Answer) -> Result<(), AnswerError> {
        let (_, operation) = operation_named(operation)?;
        self.set(operation, answer, |answers, answer| answers.always = Some(answer))
    }

    /// Responds to the operation named `operation` with `answer` once. Such responses come in the
    /// order in which they were set, before the one set by [`answer`](Self::answer).
    ///
    /// # Errors
    ///
    /// As for [`answer`](Self::answer).
    pub fn answer_once(&self, operation: &str, answer: Answer) -> Result<(), AnswerError> {
        let (_, operation) = operation_named(operation)?;
        self.set(operation, answer, |answers, answer| answers.next.push_back(answer))
    }

    /// From now on, responds to the operation named `operation` as documented for `status`.
    ///
    /// # Errors
    ///
    /// The operation or the status is not documented; the message lists the documented ones.
    pub fn answer_status(&self, operation: &str, status: u16) -> Result<(), AnswerError> {
        let (api, found) = operation_named(operation)?;
        let Some(answer) = Answer::documented(api, found, status, "as a test asked for") else {
            let known: Vec<&str> = found.responses.iter().map(|r| r.status).collect();
            let known = known.join(", ");
            return Err(AnswerError(format!("{operation} documents no {status}, only {known}")));
        };
        self.answer(operation, answer)
    }

    fn set(
        &self,
        operation: &'static Operation,
        answer: Answer,
        set: impl FnOnce(&mut Answers, Answer),
    ) -> Result<(), AnswerError> {
        answer.response().map_err(AnswerError)?;
        set(lock(&self.shared).answers.entry(operation.id).or_default(), answer);
        Ok(())
    }

    /// From now on, does not store received requests. For long-running servers.
    pub fn forget_received(&self) {
        lock(&self.shared).is_forgetful = true;
    }

    /// From now on, calls `observer` with each request before the response. Earlier observers stay
    /// active. The response waits for them.
    pub fn observe(&self, observer: impl Fn(&Received) + Send + Sync + 'static) {
        lock(&self.shared).observers.push(Arc::new(observer));
    }

    /// The requests received so far, oldest first.
    pub fn received(&self) -> Vec<Received> {
        lock(&self.shared).received.clone()
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

async fn handle(State(shared): State<Arc<Mutex<Shared>>>, request: Request) -> Response {
    const MAX_BYTES: usize = 16 * 1024 * 1024;
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MAX_BYTES).await else {
        return answered(&Answer::new(413, ""));
    };
    let found = find(&parts.method, parts.uri.path());
    let received = Received {
        operation: found.map(|(_, operation)| operation.id),
        method: parts.method,
        uri: parts.uri,
        headers: parts.headers,
        body,
    };
    let observers = lock(&shared).observers.clone();
    observers.iter().for_each(|observer| observer(&received));
    let shared = &mut lock(&shared);
    if !shared.is_forgetful {
        shared.received.push(received.clone());
    }
    let answer = match found {
        Some((api, operation)) => respond(shared, api, operation, &received),
        None => tokens::issue(&received).unwrap_or_else(|| unknown(&received)),
    };
    answered(&answer)
}

fn answered(answer: &Answer) -> Response {
    answer
        .response()
        .unwrap_or_else(|reason| (StatusCode::INTERNAL_SERVER_ERROR, reason).into_response())
}

fn respond(
    shared: &mut Shared,
    api: &Api,
    operation: &'static Operation,
    request: &Received,
) -> Answer {
    if let Some(answers) = shared.answers.get_mut(operation.id) {
        if let Some(answer) = answers.next.pop_front().or_else(|| answers.always.clone()) {
            return answer;
        }
    }
    if shared.demands_credentials && !check::has_credentials(operation, request) {
        return Answer::refusal(api, operation, 401, "the credentials are missing or invalid");
    }
    let refused = check::Refused {
        unknown_members: shared.refuses_unknown,
        rules: !shared.takes_broken_rules,
    };
    match check::check(operation, request, refused) {
        Ok(()) => {
            let kept = shared.state.as_mut().and_then(|kept| kept.respond(api, operation, request));
            let sample = || pages::of(operation, request, Answer::success(api, operation));
            kept.unwrap_or_else(sample)
        }
        Err(reason) => Answer::refusal(api, operation, 400, &reason),
    }
}

/// The response to a request that matches no operation.
fn unknown(request: &Received) -> Answer {
    let here: Vec<_> = all_operations()
        .filter(|(_, operation)| matches(operation.path, request.uri.path()))
        .collect();
    let Some((api, operation)) = here.first() else {
        let body = r#"{"error_code":"APIGW.0101","error_msg":"no operation has this path"}"#;
        return Answer::json(404, body);
    };
    let methods: Vec<&str> = here.iter().map(|(_, operation)| operation.method).collect();
    Answer::refusal(api, operation, 405, "no operation has this method and path")
        .header("allow", methods.join(", "))
}

/// The operation named `name`, with its API.
fn operation_named(name: &str) -> Result<(&'static Api, &'static Operation), AnswerError> {
    all_operations().find(|(_, found)| found.id == name).ok_or_else(|| {
        let known: Vec<&str> = all_operations().map(|(_, operation)| operation.id).collect();
        AnswerError(format!("there is no operation {name:?}, only {}", known.join(", ")))
    })
}

/// All operations, with their APIs.
fn all_operations() -> impl Iterator<Item = (&'static Api, &'static Operation)> {
    APIS.iter().flat_map(|api| api.operations.iter().map(move |operation| (*api, operation)))
}

/// The operation for a method and a path. Templates with fewer parameters take precedence.
fn find(method: &Method, path: &str) -> Option<(&'static Api, &'static Operation)> {
    all_operations()
        .filter(|(_, operation)| {
            operation.method == method.as_str() && matches(operation.path, path)
        })
        .min_by_key(|(_, operation)| operation.path.matches('{').count())
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
