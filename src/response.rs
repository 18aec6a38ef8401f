//! What a call that succeeded returns.

use std::fmt;
use std::ops::{Deref, DerefMut};

use bytes::Bytes;
use cloudfn_schema::{Operation, Options, Violation};
use reqwest::header::HeaderMap;
use reqwest::StatusCode;

use crate::drift::violations;
use crate::error::shown::Secrets;

/// The response to a call that succeeded. It derefs to its value: the model of its body, the body
/// itself where it is not documented as JSON, or `()` where none is documented.
#[derive(Clone)]
pub struct Response<T> {
    pub(crate) value: T,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) request_id: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) body: Bytes,
    pub(crate) documented: Documented,
}

/// By what the documents know a response.
#[derive(Clone)]
pub(crate) struct Documented {
    pub(crate) operation: &'static Operation,
    pub(crate) status: u16,
    /// What the request was sent with.
    pub(crate) secrets: Secrets,
}

impl<T> Response<T> {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The ID under which the vendor knows the request, from the header `X-Request-Id`.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// How many attempts were made; 1 if the first one succeeded.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The body as it was received. It may hold secrets that the service returned.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// What in the body differs from the documents: undocumented, missing and repeated members,
    /// other types, and values outside their ranges, lengths, patterns and lists. The body is read
    /// as it was received, so that nothing of it is left out. They are in the order of their paths.
    pub fn differences(&self) -> Vec<Violation> {
        let Documented { operation, status, secrets } = &self.documented;
        let options = Options { max_found: 60, ..Options::default() };
        let mut found = violations(operation, *status, &self.body, secrets, &options);
        found.sort_by(|a, b| a.path.cmp(&b.path));
        found
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }
}

/// Shows neither headers nor the body as it was received.
impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("attempts", &self.attempts)
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Response<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}
