//! The one error type of both APIs.

pub(crate) mod excerpt;
pub(crate) mod failure;

use std::fmt;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;

use self::excerpt::Excerpt;
use self::failure::Failure;
use crate::drift::Documented;
use crate::http_response::HttpResponse;
use crate::shown::{self, Secrets};
use crate::Violation;

/// Why a call or the making of a client failed.
///
/// `Display` is one line that says what is wrong and where; it holds no secret, and of a body no
/// more than an excerpt. The cause below it, if there is one, is the [`source`].
///
/// [`source`]: std::error::Error::source
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    operation: Option<&'static str>,
    method: Option<Method>,
    message: String,
    failure: Failure,
    answer: Option<HttpResponse>,
    documented: Option<Documented>,
    violations: Vec<Violation>,
    /// A bounded part of a body that is not in the documented shape.
    excerpt: Option<Excerpt>,
    attempts: u32,
    is_transient: bool,
    outcome: Outcome,
    retry_after: Option<Duration>,
    source: Option<Cause>,
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// What became of that which was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// It did not happen, or happens again without harm.
    #[default]
    NotDone,
    /// It may or may not have happened.
    Unknown,
    /// The service reported success.
    Done,
}

/// What kind of failure an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// What was to be sent, or how the client was made, is not valid. Nothing was sent.
    Invalid,
    /// No credentials could be had. The call itself was not sent.
    Credentials,
    /// There was no connection to the service. Nothing was sent by the last attempt.
    Connect,
    /// The connection broke after sending had begun.
    ConnectionLost,
    /// A timeout passed: of an attempt, of the whole call or of a wait.
    Timeout,
    /// The service answered that it did not do what was asked.
    Service,
    /// The service answered with a redirect, which is not followed.
    Redirected,
    /// The service reported success with a body that cannot be read.
    Decode,
    /// The body of the answer is larger than the client's limit.
    TooLarge,
    /// A page of a list leads back to an earlier one. Its items were handed out before.
    RepeatedPage,
    /// What was waited for failed: the response has a state that ends the wait in vain.
    FailureState,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Invalid => "invalid",
            Self::Credentials => "no credentials",
            Self::Connect => "no connection",
            Self::ConnectionLost => "connection lost",
            Self::Timeout => "timeout",
            Self::Service => "service error",
            Self::Redirected => "redirected",
            Self::Decode => "decode error",
            Self::TooLarge => "too large",
            Self::RepeatedPage => "repeated page",
            Self::FailureState => "failure state",
        })
    }
}

/// Vendor code: nothing has changed since the last publish.
const NOTHING_CHANGED: &str = "FSS.1016";
/// Vendor code: the version exists.
const VERSION_EXISTS: &str = "FSS.1062";
/// Vendor codes of throttling.
const THROTTLED: [&str; 2] = ["APIGW.0308", "FSS.0429"];

impl Error {
    /// Something to be sent, or a setting of a client, is not valid.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, message)
    }

    /// A request is not documented.
    pub(crate) fn undocumented(violations: Vec<Violation>) -> Self {
        let mut error = Self::invalid(cloudfn_schema::on_one_line(&violations));
        error.0.violations = violations;
        error
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: None,
            method: None,
            message: message.into(),
            failure: Failure::default(),
            answer: None,
            documented: None,
            violations: Vec::new(),
            excerpt: None,
            attempts: 0,
            is_transient: false,
            outcome: Outcome::NotDone,
            retry_after: None,
            source: None,
        }))
    }

    /// Of the answer that the service gave, which is kept whole.
    pub(crate) fn with_answer(mut self, answer: HttpResponse, secrets: &Secrets) -> Self {
        let said = Failure::read(&answer.body).unwrap_or_default();
        let hide = |text: Option<String>| text.map(|text| secrets.hide(&text));
        let inner = &mut self.0;
        let is_of_service = inner.kind == ErrorKind::Service;
        if !is_of_service || !said.is_told() {
            inner.excerpt = Some(Excerpt::of(&answer, secrets));
        }
        inner.failure.request_id = said.request_id_of(&answer, secrets);
        if is_of_service {
            inner.failure.status = said.status;
            inner.failure.code = hide(said.code);
            inner.failure.message = hide(said.message);
        }
        inner.message = secrets.hide(&inner.message);
        inner.answer = Some(answer);
        self
    }

    /// The service did not do what was asked.
    pub(crate) fn service(answer: HttpResponse, secrets: &Secrets) -> Self {
        let error = Self::new(ErrorKind::Service, "the service gives no reason");
        let mut error = error.with_answer(answer, secrets);
        if error.0.excerpt.as_ref().is_some_and(|excerpt| !excerpt.is_empty()) {
            error.0.message = "the response is not in a documented shape".to_owned();
        }
        error
    }

    pub(crate) fn with_source(self, source: impl Into<Cause>) -> Self {
        self.with_cause(Some(source.into()))
    }

    pub(crate) fn with_cause(mut self, cause: Option<Cause>) -> Self {
        self.0.source = cause;
        self
    }

    pub(crate) fn of_call(
        mut self,
        operation: &'static str,
        method: Method,
        attempts: u32,
    ) -> Self {
        self.0.operation = Some(operation);
        self.0.method = Some(method);
        self.0.attempts = attempts;
        self
    }

    /// Of several calls of an operation.
    pub(crate) fn of_operation(mut self, operation: &'static str) -> Self {
        self.0.operation = Some(operation);
        self
    }

    /// With a response that is a success by itself.
    pub(crate) fn with_response(
        mut self,
        answer: HttpResponse,
        request_id: Option<String>,
    ) -> Self {
        self.0.answer = Some(answer);
        self.with_request_id(request_id)
    }

    /// With what is documented of the answer.
    pub(crate) fn with_documented(mut self, documented: Documented) -> Self {
        self.0.documented = Some(documented);
        self
    }

    pub(crate) fn transient(mut self, is_transient: bool) -> Self {
        self.0.is_transient = is_transient;
        self
    }

    /// The outcome of this failure, or of an earlier one of the same call that says more.
    pub(crate) fn with_outcome(mut self, outcome: Outcome) -> Self {
        self.0.outcome = self.0.outcome.max(outcome);
        self
    }

    pub(crate) fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.retry_after = retry_after;
        self
    }

    pub(crate) fn with_request_id(mut self, id: Option<String>) -> Self {
        self.0.failure.request_id = id;
        self
    }

    /// What kind of failure this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation that was called, by the vendor's name; `None` when a client was being made,
    /// or a value was refused before the call began.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The status of the answer: that of HTTP, or the `statusCode` in the body where the service
    /// reports a failure in an HTTP 200, which may be outside what HTTP knows (601 to 603).
    pub fn status(&self) -> Option<u16> {
        let http = self.http_status()?;
        let in_body = self.0.failure.status.said().filter(|_| http.is_success());
        Some(in_body.unwrap_or(http.as_u16()))
    }

    /// The HTTP status of the answer.
    pub fn http_status(&self) -> Option<StatusCode> {
        self.0.answer.as_ref().map(|answer| answer.status)
    }

    /// The vendor's code, such as `FSS.1051`, `APIGW.0307`, or an `apiCode` of Authing.
    pub fn code(&self) -> Option<&str> {
        self.0.failure.code.as_deref()
    }

    /// What is wrong: the vendor's message if there is one, or else our own.
    pub fn message(&self) -> &str {
        self.0.failure.message.as_deref().unwrap_or(&self.0.message)
    }

    /// The ID under which the vendor knows the request.
    pub fn request_id(&self) -> Option<&str> {
        self.0.failure.request_id.as_deref()
    }

    /// How many attempts were made; 0 when the call was refused before the first.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the service asks to wait before the call is repeated.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The headers of the answer.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.answer.as_ref().map(|answer| &answer.headers)
    }

    /// The body of the answer as it was received, up to the client's limit. It is the service's
    /// own text: nothing is taken out of it.
    pub fn body(&self) -> Option<&[u8]> {
        self.0.answer.as_ref().map(|answer| &*answer.body)
    }

    /// Whether the answer broke off, was too large or took too long, so that [`body`](Self::body)
    /// is only the beginning of it. The source says which.
    pub fn is_incomplete(&self) -> bool {
        self.0.answer.as_ref().is_some_and(|answer| !answer.is_whole)
    }

    /// The body of the answer as a model, such as `functiongraph::types::ErrorResp`; `None` when
    /// it is not such a value.
    pub fn body_as<T: DeserializeOwned>(&self) -> Option<T> {
        crate::json::read(self.body()?).ok()
    }

    /// Why the request was refused before anything was sent: what in it is not documented, and sent
    /// only with `allow_undocumented`. Empty for any other error.
    pub fn violations(&self) -> &[Violation] {
        &self.0.violations
    }

    /// The differences between the body as received and what is documented of the operation and the
    /// status, like [`Response::differences`](crate::Response::differences). Empty if no complete
    /// response was received.
    pub fn differences(&self) -> Vec<Violation> {
        let answer = self.0.answer.as_ref().filter(|answer| answer.is_whole);
        match (answer, &self.0.documented) {
            (Some(answer), Some(documented)) => {
                documented.differences(&answer.headers, &answer.body)
            }
            _ => Vec::new(),
        }
    }

    /// Whether what was named is not there (404). Check the names.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(404)
    }

    /// Whether the service does not know who is asking (401). Check the credentials.
    pub fn is_unauthenticated(&self) -> bool {
        self.status() == Some(401)
    }

    /// Whether the caller may not do this (403). Check the rights of the account.
    pub fn is_forbidden(&self) -> bool {
        self.status() == Some(403)
    }

    /// Whether something is in the way of what was asked (409).
    pub fn is_conflict(&self) -> bool {
        self.status() == Some(409)
    }

    /// Whether there were too many requests (429). Wait for [`retry_after`](Self::retry_after) and
    /// call again.
    pub fn is_throttled(&self) -> bool {
        self.status() == Some(429) || self.code().is_some_and(|code| THROTTLED.contains(&code))
    }

    /// Whether a timeout passed. Raise it, or see [`outcome_unknown`](Self::outcome_unknown).
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Whether there was no connection. The last attempt sent nothing.
    pub fn is_connect(&self) -> bool {
        self.kind() == ErrorKind::Connect
    }

    /// Whether there is nothing to publish: nothing has changed since the last publish
    /// (FSS.1016). The version that is there is the one that was wanted.
    pub fn is_unchanged(&self) -> bool {
        self.code() == Some(NOTHING_CHANGED)
    }

    /// Whether a version of this name exists (FSS.1062). Choose another name, or take it that an
    /// earlier publish with an [unknown outcome](Self::outcome_unknown) did succeed.
    pub fn is_version_exists(&self) -> bool {
        self.code() == Some(VERSION_EXISTS)
    }

    /// Whether the failure may pass by itself, and the same call can be made again without harm.
    pub fn is_retryable(&self) -> bool {
        let is_repeatable = || self.0.method.as_ref().is_some_and(Method::is_idempotent);
        self.0.is_transient && (self.0.outcome == Outcome::NotDone || is_repeatable())
    }

    /// Whether what was asked may or may not have happened: some attempt was sent, and no response
    /// to it tells. Look before you call again; a publish that is repeated may publish twice.
    pub fn outcome_unknown(&self) -> bool {
        self.0.outcome == Outcome::Unknown
    }

    /// Whether what was asked happened: the service reported success, and only its response cannot
    /// be read. Do not call again; what the service answered is the [`body`](Self::body).
    pub fn happened(&self) -> bool {
        self.0.outcome == Outcome::Done
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        if let Some(operation) = inner.operation {
            write!(f, "{operation}: ")?;
        }
        if let Some(http) = self.http_status() {
            match self.status() {
                Some(status) if status != http.as_u16() => {
                    write!(f, "status {status} in an HTTP {}: ", http.as_u16())?;
                }
                _ => write!(f, "{http}: ")?,
            }
        }
        if let Some(code) = self.code() {
            write!(f, "{}: ", shown::text(code))?;
        }
        f.write_str(&shown::text(self.message()))?;
        if let Some(excerpt) = &inner.excerpt {
            write!(f, "; {excerpt}")?;
        }
        let mut notes = Vec::new();
        if let Some(id) = self.request_id() {
            notes.push(format!("request ID {}", shown::text(id)));
        }
        if inner.attempts > 1 {
            notes.push(format!("after {} attempts", inner.attempts));
        }
        match inner.outcome {
            Outcome::NotDone => {}
            Outcome::Unknown => notes.push("it may or may not have happened".to_owned()),
            Outcome::Done => notes.push("it happened: the service reported success".to_owned()),
        }
        match notes.is_empty() {
            true => Ok(()),
            false => write!(f, " ({})", notes.join(", ")),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("operation", &inner.operation)
            .field("status", &self.status())
            .field("code", &inner.failure.code.as_deref().map(shown::text))
            .field("message", &shown::text(self.message()))
            .field("request_id", &inner.failure.request_id.as_deref().map(shown::text))
            .field("attempts", &inner.attempts)
            .field("outcome", &inner.outcome)
            .field("retry_after", &inner.retry_after)
            .field("excerpt", &inner.excerpt)
            .field("source", &inner.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.0.source.as_deref()?;
        Some(source)
    }
}
