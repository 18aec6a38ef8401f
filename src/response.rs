//! The response to a successful call.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use bytes::Bytes;
use cloudfn_schema::Violation;
use reqwest::header::HeaderMap;
use reqwest::StatusCode;

use crate::drift::Documented;
use crate::error::Error;
use crate::http_response::HttpResponse;

/// The response to a successful call. It dereferences to its value: the model of its body, a text,
/// [either](crate::JsonOrText) where both are documented, the bytes of any other body, or `()` if no
/// body is documented. `H` is the model of its headers, or `()` if none are documented.
#[derive(Clone)]
pub struct Response<T, H = ()> {
    pub(crate) value: T,
    pub(crate) typed_headers: H,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// Put together when it is asked for, since most calls do not.
    pub(crate) request_id: OnceLock<Option<String>>,
    pub(crate) attempts: u32,
    pub(crate) body: Bytes,
    pub(crate) documented: Documented,
}

impl<T, H> Response<T, H> {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The documented headers, typed. One that is missing or has another type is `None`; it is among
    /// the [`differences`](Self::differences).
    pub fn typed_headers(&self) -> &H {
        &self.typed_headers
    }

    /// The vendor's ID of the request, from the header `X-Request-Id`.
    pub fn request_id(&self) -> Option<&str> {
        let id = || self.documented.secrets.request_id(&self.headers);
        self.request_id.get_or_init(id).as_deref()
    }

    /// The number of attempts; 1 if the first one succeeded.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The body as received. It may contain secrets from the service.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The differences between the response as received and the documents: undocumented, missing and
    /// repeated members, other types, and values outside their ranges, lengths, patterns and lists,
    /// in its body and its headers, and another media type. They are sorted by path; that of a header
    /// is `header` and its name.
    pub fn differences(&self) -> Vec<Violation> {
        self.documented.differences(&self.headers, &self.body)
    }

    /// Returns the value.
    pub fn into_inner(self) -> T {
        self.value
    }
}

/// A response to one of several calls, whatever its type.
pub(crate) trait Received: Send {
    /// The body as received.
    fn received(&self) -> &[u8];
    /// An error about the response, which it keeps.
    fn blamed(self, error: Error) -> Error;
}

impl<T: Send, H: Send> Received for Response<T, H> {
    fn received(&self) -> &[u8] {
        &self.body
    }

    fn blamed(self, error: Error) -> Error {
        let request_id = self.request_id().map(str::to_owned);
        let Self { status, headers, body, documented, .. } = self;
        let answer = HttpResponse { status, headers, body, is_whole: true };
        error.with_response(answer, request_id).with_documented(documented)
    }
}

/// Hides the headers and the body as received.
impl<T: fmt::Debug, H> fmt::Debug for Response<T, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("request_id", &self.request_id())
            .field("attempts", &self.attempts)
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}

impl<T, H> Deref for Response<T, H> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T, H> DerefMut for Response<T, H> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}
