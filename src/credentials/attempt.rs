//! What credentials see of an attempt, and of its refusal.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request, Url};
use secrecy::{ExposeSecret, SecretString};

use super::{CredentialsError, Identity};
use crate::error::Error;
use crate::exchange::{send, Fault, Http, Limits, Reason};
use crate::http_response::HttpResponse;
use crate::operation::OperationInfo;
use crate::shown::Secrets;

/// Bytes that an answer with a token may have, however small those of the service must be.
const LARGEST_TOKEN: usize = 1024 * 1024;

/// An attempt that is about to be sent, complete but for its credentials.
pub struct Attempt<'a> {
    pub(crate) request: &'a mut Request,
    pub(crate) operation: &'static OperationInfo,
    pub(crate) number: u32,
    pub(crate) base_url: &'a Url,
    pub(crate) http: &'a Arc<Http>,
    pub(crate) limits: Limits,
    /// The headers of every request of the client.
    pub(crate) client_headers: &'a HeaderMap,
    pub(crate) header_prefix: &'static str,
    /// Where to tell who the credentials are for, if that is asked.
    pub(crate) identity: Option<&'a mut Identity>,
}

impl Attempt<'_> {
    /// The operation that is called, by the vendor's name; `authenticate` if the credentials are only
    /// checked.
    pub fn operation(&self) -> &'static str {
        self.operation.id
    }

    /// Which attempt of the call this is; 1 is the first.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// HTTP method.
    pub fn method(&self) -> &Method {
        self.request.method()
    }

    /// URL, as it is sent.
    pub fn url(&self) -> &Url {
        self.request.url()
    }

    /// The bytes of the body; none if there is no body.
    pub fn body(&self) -> &[u8] {
        self.request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default()
    }

    /// Headers so far, `Host` and `Content-Length` apart, which the HTTP client adds.
    pub fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    /// Headers so far, to be added to.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        self.request.headers_mut()
    }

    /// The value of a parameter in the path, such as `project_id`.
    pub fn path_parameter(&self, name: &str) -> Option<String> {
        self.operation.path_parameter(name, self.request.url())
    }

    /// The base URL of the client.
    pub fn base_url(&self) -> &Url {
        self.base_url
    }

    /// How the names of the vendor's own headers begin, such as `x-authing-`.
    pub fn header_prefix(&self) -> &'static str {
        self.header_prefix
    }

    /// Tells who the credentials are for, if the client's `authenticate` asks.
    pub fn identify(&mut self, identity: impl FnOnce(&Self) -> Identity) {
        if let Some(place) = self.identity.take() {
            *place = identity(self);
            self.identity = Some(place);
        }
    }

    /// Starts to fetch `what` with a request that holds `secret`.
    pub(crate) fn fetch(
        &self,
        what: &'static str,
        request: Result<Request, CredentialsError>,
        secret: &SecretString,
    ) -> impl Future<Output = Result<(HttpResponse, Secrets), CredentialsError>> + Send + 'static
    {
        let secrets = Secrets::of_text(secret);
        let (http, limits) = (Arc::clone(self.http), self.limits);
        let request = request.map(|mut request| {
            for (name, value) in self.client_headers {
                request.headers_mut().entry(name).or_insert_with(|| value.clone());
            }
            request
        });
        async move {
            let limits = Limits { body: limits.body.max(LARGEST_TOKEN), ..limits };
            let request = request?;
            let result = match http.client(request.url()) {
                Ok(client) => send(client, http.may_follow(), request, limits).answer().await,
                Err(error) => Err(Fault::caused(Reason::Unsendable, error)),
            };
            match result {
                Ok(answer) => Ok((answer, secrets)),
                Err(fault) => Err(CredentialsError::fault(what, fault, &secrets)),
            }
        }
    }

    /// For how long a fetch that was started with these limits is waited for.
    pub(crate) fn patience(&self) -> Duration {
        self.limits.attempt.saturating_add(Duration::from_secs(1))
    }

    /// Sets a header whose value is never shown, logged or part of an error.
    ///
    /// # Errors
    ///
    /// The value has characters that no header can hold.
    pub fn set_secret(
        &mut self,
        name: HeaderName,
        value: &SecretString,
    ) -> Result<(), CredentialsError> {
        self.set(name, value.expose_secret(), true)
    }

    pub(crate) fn set(
        &mut self,
        name: HeaderName,
        value: &str,
        is_secret: bool,
    ) -> Result<(), CredentialsError> {
        let mut header = HeaderValue::from_str(value).map_err(|_| {
            CredentialsError::new(format!("the value for `{name}` is not a value of a header"))
        })?;
        header.set_sensitive(is_secret);
        self.headers_mut().insert(name, header);
        Ok(())
    }
}

impl fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("operation", &self.operation.id)
            .field("number", &self.number)
            .field("method", self.request.method())
            .field("url", &self.request.url().as_str())
            .finish_non_exhaustive()
    }
}

/// The service did not accept the credentials of an attempt.
#[derive(Debug)]
pub struct Refusal<'a> {
    pub(crate) sent: &'a HeaderMap,
    pub(crate) error: &'a Error,
}

impl Refusal<'_> {
    /// The headers of the attempt.
    pub fn sent(&self) -> &HeaderMap {
        self.sent
    }

    /// What the service answered.
    pub fn error(&self) -> &Error {
        self.error
    }
}
