//! A request as the mock server received it.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, Uri};

/// A request as the server received it.
#[derive(Clone)]
pub struct Received {
    /// The operation that it called, if any.
    pub operation: Option<&'static str>,
    /// The HTTP method.
    pub method: Method,
    /// Path and query, as sent.
    pub uri: Uri,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
}

/// Hides the query, the values of headers and the body, which may contain secrets.
impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self.headers.keys().map(HeaderName::as_str).collect();
        f.debug_struct("Received")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("path", &self.uri.path())
            .field("headers", &headers)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
