//! The answer of a service, read whole, and what a generated call makes of it.

use std::fmt;

use bytes::Bytes;
use progenitor_client::{ByteStream, ResponseValue};
use reqwest::header::HeaderMap;
use reqwest::StatusCode;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::Serialize;
use serde_json::json;

use super::call::Finished;
use crate::error::failure::{Failure, CODES};
use crate::error::shown::Secrets;
use crate::error::{Error, ErrorKind};

/// The answer of a service.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The body, or as much of it as came.
    pub(crate) body: Bytes,
}

/// Shows no header's value and nothing of the body.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// JSON without the byte order mark that some services put before it.
pub(crate) fn without_mark(json: &[u8]) -> &[u8] {
    json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(json)
}

impl Answer {
    /// Reads the body; an error names the member.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, String> {
        let json = without_mark(&self.body);
        serde_json::from_slice(json).map_err(|plain| match crate::json::read::<T>(json) {
            Err(unread) => unread.to_string(),
            Ok(_) => plain.to_string(),
        })
    }
}

#[cfg(feature = "registry")]
tokio::task_local! {
    /// The body of the last answer, for whoever wants more of it than its model keeps.
    static LAST_BODY: std::cell::RefCell<Bytes>;
}

/// Waits for a call, and keeps the body of its answer.
#[cfg(feature = "registry")]
pub(crate) async fn with_body<T>(call: impl std::future::Future<Output = T>) -> (T, Bytes) {
    let kept = async {
        let value = call.await;
        let body = LAST_BODY.with(|last| last.take());
        (value, body)
    };
    LAST_BODY.scope(std::cell::RefCell::default(), kept).await
}

/// A successful answer, on its way to the caller.
impl Finished {
    /// The body as a model.
    pub(crate) fn json<T: DeserializeOwned + Serialize>(self) -> Result<ResponseValue<T>, Error> {
        #[cfg(feature = "registry")]
        let _ = LAST_BODY.try_with(|last| last.replace(self.answer.body.clone()));
        match self.answer.read() {
            Ok(model) if self.is_failure(&model) => Err(self.refused()),
            Ok(model) => Ok(self.value(model)),
            Err(reason) => Err(self.undecodable(&reason)),
        }
    }

    /// Whether a body is that of a failure after all: it has a vendor's code, and nothing of it is
    /// a member of the model.
    fn is_failure<T: Serialize>(&self, model: &T) -> bool {
        let may_have_code = CODES.iter().any(|name| contains(&self.answer.body, name.as_bytes()));
        may_have_code
            && serde_json::to_value(model).is_ok_and(|model| model == json!({}))
            && Failure::read(&self.answer.body).is_some_and(|said| said.code.is_some())
    }

    /// Nothing: the operation has no body in its success.
    #[allow(dead_code, reason = "not every API has such an operation")]
    pub(crate) fn empty(self) -> Result<ResponseValue<()>, Error> {
        let body = self.answer.body.trim_ascii();
        match body.is_empty() || serde_json::from_slice::<IgnoredAny>(body).is_ok() {
            true => Ok(self.value(())),
            false => Err(self.undecodable("there should be none")),
        }
    }

    /// The body as it is.
    #[allow(dead_code, reason = "not every API has such an operation")]
    pub(crate) fn stream(self) -> Result<ResponseValue<ByteStream>, Error> {
        let body = self.answer.body.clone();
        let whole = futures_util::stream::once(async move { Ok(body) });
        Ok(self.value(ByteStream::new(Box::pin(whole))))
    }

    fn value<T>(self, model: T) -> ResponseValue<T> {
        ResponseValue::new(model, self.answer.status, self.answer.headers)
    }

    fn undecodable(self, reason: &str) -> Error {
        let message = format!("the body cannot be read: {reason}");
        self.failed(|answer, secrets| {
            Error::new(ErrorKind::Undecodable, message).with_answer(answer, secrets)
        })
    }

    fn refused(self) -> Error {
        self.failed(Error::refused)
    }

    fn failed(self, error: impl FnOnce(Answer, &Secrets) -> Error) -> Error {
        let is_unknown = !self.method.is_safe();
        error(self.answer, &self.secrets)
            .of_call(self.operation, self.method, self.attempts)
            .with_unknown_outcome(is_unknown)
    }
}

/// Whether `text` is somewhere in `body`.
fn contains(body: &[u8], text: &[u8]) -> bool {
    memchr::memmem::find(body, text).is_some()
}
