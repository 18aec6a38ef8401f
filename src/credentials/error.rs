//! Why credentials cannot be had.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::excerpt::Excerpt;
use crate::error::failure::Failure;
use crate::error::{Error, ErrorKind};
use crate::exchange::{Fault, Reason};
use crate::http_response::HttpResponse;
use crate::retry;
use crate::setting::Wrong;
use crate::shown::{self, Secrets};

/// Why credentials cannot be had.
///
/// It reaches all tasks that waited for the same credentials, so it is cheap to clone.
#[derive(Clone, Debug)]
pub struct CredentialsError {
    message: String,
    kind: ErrorKind,
    is_transient: bool,
    retry_after: Option<Duration>,
    request_id: Option<String>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl CredentialsError {
    /// An error that says what is wrong; the message must hold no secret.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            kind: ErrorKind::Credentials,
            is_transient: false,
            retry_after: None,
            request_id: None,
            source: None,
        }
    }

    /// Malformed credentials, or a request that they cannot be for; nothing was sent.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(message).into_invalid()
    }

    pub(crate) fn into_invalid(mut self) -> Self {
        self.kind = ErrorKind::Invalid;
        self
    }

    /// Whether the issuer of credentials would say the same again.
    pub(crate) fn is_permanent(&self) -> bool {
        self.kind == ErrorKind::Credentials && !self.is_transient
    }

    /// Whether it may pass by itself, so that the call tries again.
    #[must_use]
    pub fn transient(mut self, is_transient: bool) -> Self {
        self.is_transient = is_transient;
        self
    }

    /// The cause.
    #[must_use]
    pub fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.source = Some(Arc::from(source.into()));
        self
    }

    /// The service that issues `what` answered with a refusal. Nothing of the answer is shown but
    /// the vendor's own words.
    pub(crate) fn refused(what: &str, answer: &HttpResponse, secrets: &Secrets) -> Self {
        let failure = Failure::read(&answer.body).unwrap_or_default();
        let http = answer.status;
        let in_body = failure.status.said().filter(|_| http.is_success());
        let status = in_body.unwrap_or(http.as_u16());
        let shown = |text: String| shown::text(&secrets.hide(&text));
        let reason = if failure.is_told() {
            failure.message.map(shown).unwrap_or_default()
        } else if http.is_success() {
            "the response is not in a documented shape".to_owned()
        } else {
            Excerpt::of(answer, secrets).to_string()
        };
        let code = failure.code.map(|code| format!("{}: ", shown(code))).unwrap_or_default();
        let mut error =
            Self::new(format!("{what} was refused with status {status}: {code}{reason}"))
                .transient(retry::is_transient(status))
                .with_request_id(answer, secrets);
        error.retry_after = retry::retry_after(&answer.headers);
        error
    }

    /// Names the request as the service that answered it does.
    pub(crate) fn with_request_id(mut self, answer: &HttpResponse, secrets: &Secrets) -> Self {
        let failure = Failure::read(&answer.body).unwrap_or_default();
        self.request_id = failure.request_id_of(answer, secrets);
        self
    }

    /// There was no whole answer from the service that issues `what`.
    pub(crate) fn fault(what: &str, fault: Fault, secrets: &Secrets) -> Self {
        if let Some(answer) = fault.answer.filter(|answer| !answer.status.is_success()) {
            return Self::refused(what, &answer, secrets);
        }
        let (reason, is_transient) = match fault.reason {
            Reason::Connect => ("there is no connection", !fault.is_permanent),
            Reason::ConnectionLost => ("the connection broke", true),
            Reason::TimedOut => ("the time was up", true),
            Reason::Unsendable => ("the request cannot be sent", false),
            Reason::TooLarge => ("the answer is too large", false),
            Reason::Followed => ("the HTTP client that was given follows redirects", false),
        };
        let error = Self {
            source: fault.cause.map(Arc::from),
            is_transient,
            ..Self::new(format!("{what} cannot be fetched: {reason}"))
        };
        match fault.reason {
            Reason::Unsendable => error.into_invalid(),
            _ => error,
        }
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CredentialsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.source.as_deref()?;
        Some(source)
    }
}

impl From<Wrong> for CredentialsError {
    fn from(Wrong(what): Wrong) -> Self {
        Self::invalid(what)
    }
}

/// The cause stays the cause; the message becomes that of the call.
impl From<CredentialsError> for Error {
    fn from(error: CredentialsError) -> Self {
        let CredentialsError { message, kind, is_transient, retry_after, request_id, source } =
            error;
        Self::new(kind, message)
            .transient(is_transient)
            .with_retry_after(retry_after)
            .with_request_id(request_id)
            .with_cause(source.map(|source| Box::new(Cause(source)).into()))
    }
}

/// A cause that several errors share.
struct Cause(Arc<dyn std::error::Error + Send + Sync>);

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Cause {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}
