//! One attempt: a request goes out, and its answer is read within limits.

mod http;
mod proxy;
mod runtime;

use std::error::Error;
use std::future::Future;
use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{HeaderValue, CONTENT_TYPE};
use reqwest::{Client, Request, Response, Url};
use tokio::time::timeout;

pub(crate) use self::http::{is_on_this_machine, Http};
pub(crate) use self::runtime::on_runtime;
use crate::http_response::HttpResponse;

/// What one attempt may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Time from sending to the end of the body.
    pub(crate) attempt: Duration,
    /// Bytes of the body.
    pub(crate) body: usize,
}

/// Gives a request a JSON body.
pub(crate) fn set_json(request: &mut Request, body: &serde_json::Value) {
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    *request.body_mut() = Some(body.to_string().into());
}

/// Why there is no whole answer.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) reason: Reason,
    pub(crate) cause: Option<Cause>,
    /// Whether another attempt would find the same.
    pub(crate) is_permanent: bool,
    /// As much of the answer as came.
    pub(crate) answer: Option<HttpResponse>,
}

pub(crate) type Cause = Box<dyn Error + Send + Sync>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The request cannot be sent as it is.
    Unsendable,
    /// There was no connection; nothing was sent.
    Connect,
    /// The connection broke.
    ConnectionLost,
    /// The time was up.
    TimedOut,
    /// The body is too large.
    TooLarge,
    /// The client that was given followed a redirect.
    Followed,
}

impl From<Reason> for Fault {
    fn from(reason: Reason) -> Self {
        Self { reason, cause: None, is_permanent: false, answer: None }
    }
}

impl Fault {
    pub(crate) fn caused(reason: Reason, cause: impl Into<Cause>) -> Self {
        let cause = cause.into();
        let is_permanent = reason == Reason::Connect && is_permanent(&*cause);
        Self { reason, cause: Some(cause), is_permanent, answer: None }
    }
}

/// What becomes of a request that is sent.
pub(crate) type Received = reqwest::Result<Response>;

/// A request that is sent.
pub(crate) struct Sent<F> {
    response: F,
    /// The URL, if the client may follow redirects.
    asked: Option<Box<Url>>,
    pub(crate) limits: Limits,
}

/// Sends `request`. `may_follow` is whether the client may follow redirects.
pub(crate) fn send(
    http: &Client,
    may_follow: bool,
    request: Request,
    limits: Limits,
) -> Sent<impl Future<Output = Received>> {
    let asked = may_follow.then(|| Box::new(request.url().clone()));
    Sent { response: http.execute(request), asked, limits }
}

impl<F: Future<Output = Received>> Sent<F> {
    /// Reads the whole answer.
    pub(crate) async fn answer(self) -> Result<HttpResponse, Fault> {
        let Self { response, asked, limits } = self;
        let mut answer = None;
        let read = timeout(limits.attempt, read(response, asked, &mut answer, limits.body));
        let broken = match read.await {
            Ok(read) => read.err(),
            Err(_) => Some(Reason::TimedOut.into()),
        };
        let answer = answer.map(|Answer { mut response, body }| HttpResponse {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body: body.finish(),
            is_whole: broken.is_none(),
        });
        match (answer, broken) {
            (Some(answer), None) => Ok(answer),
            (answer, broken) => Err(Fault { answer, ..broken.unwrap_or(Reason::TimedOut.into()) }),
        }
    }
}

/// As much of an answer as came.
struct Answer {
    response: Response,
    body: Body,
}

/// Reads the response and its body, at most `max` bytes.
async fn read(
    response: impl Future<Output = Received>,
    asked: Option<Box<Url>>,
    answer: &mut Option<Answer>,
    max: usize,
) -> Result<(), Fault> {
    let response = response.await.map_err(fault_of)?;
    if asked.is_some_and(|asked| *response.url() != *asked) {
        return Err(Reason::Followed.into());
    }
    let Answer { response, body } = answer.insert(Answer { response, body: Body::default() });
    while let Some(chunk) = response.chunk().await.map_err(fault_of)? {
        if body.len() + chunk.len() > max {
            body.push(chunk.slice(..max - body.len()));
            return Err(Reason::TooLarge.into());
        }
        body.push(chunk);
    }
    Ok(())
}

/// A body as it comes in; one that comes in one piece is not copied.
#[derive(Default)]
struct Body {
    first: Bytes,
    all: BytesMut,
}

impl Body {
    fn len(&self) -> usize {
        self.first.len() + self.all.len()
    }

    fn push(&mut self, chunk: Bytes) {
        if self.len() == 0 {
            self.first = chunk;
            return;
        }
        let first = std::mem::take(&mut self.first);
        self.all.extend_from_slice(&first);
        self.all.extend_from_slice(&chunk);
    }

    fn finish(self) -> Bytes {
        match self.all.is_empty() {
            true => self.first,
            false => self.all.freeze(),
        }
    }
}

fn fault_of(error: reqwest::Error) -> Fault {
    let error = error.without_url();
    let reason = if error.is_builder() {
        Reason::Unsendable
    } else if error.is_connect() {
        Reason::Connect
    } else if error.is_timeout() {
        return Reason::TimedOut.into();
    } else {
        Reason::ConnectionLost
    };
    Fault::caused(reason, error)
}

/// What is said of a connection that no other attempt would get either, for want of a type: by
/// what asks a proxy for a tunnel, and by what speaks TLS.
const PERMANENT: [&str; 2] = ["tunnel error: proxy authorization required", "unsupported scheme"];

/// Whether a connection that could not be had cannot be had at all: the other side does not speak
/// TLS or has a certificate that is not trusted, or the proxy is not for us.
fn is_permanent(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        #[cfg(feature = "native-tls")]
        if error.is::<native_tls::Error>() {
            return !has_io(error);
        }
        let text = error.to_string();
        if PERMANENT.iter().any(|said| text.starts_with(said)) {
            return true;
        }
        next = match error.downcast_ref::<io::Error>() {
            // It is how rustls reports all that it finds wrong.
            Some(io) if io.kind() == io::ErrorKind::InvalidData => return true,
            // The source of such an error is the one below what it wraps.
            Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    false
}

/// Whether the network had part in an error.
#[cfg(feature = "native-tls")]
fn has_io(mut error: &(dyn Error + 'static)) -> bool {
    while let Some(cause) = error.source() {
        if cause.is::<io::Error>() {
            return true;
        }
        error = cause;
    }
    false
}
