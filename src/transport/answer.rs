//! The answer of a service, read whole, and what a generated call makes of it.

use std::fmt;

use bytes::Bytes;
use progenitor_client::{ByteStream, ResponseValue};
use reqwest::header::HeaderMap;
use reqwest::StatusCode;
use serde::de::DeserializeOwned;

use super::call::Finished;
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

/// A byte order mark, which some services put before their JSON.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

impl Answer {
    /// Reads the body; an error names the member.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, String> {
        let json = self.body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&self.body);
        serde_json::from_slice(json).map_err(|plain| {
            let mut reader = serde_json::Deserializer::from_slice(json);
            match serde_path_to_error::deserialize::<_, T>(&mut reader) {
                Err(e) if e.path().iter().next().is_some() => {
                    format!("{}: {}", e.path(), e.inner())
                }
                _ => plain.to_string(),
            }
        })
    }
}

/// A successful answer, on its way to the caller.
impl Finished {
    /// The body as a model.
    pub(crate) fn json<T: DeserializeOwned>(self) -> Result<ResponseValue<T>, Error> {
        match self.answer.read() {
            Ok(model) => Ok(self.value(model)),
            Err(reason) => Err(self.undecodable(&reason)),
        }
    }

    /// Nothing: the operation has no body in its success.
    #[allow(dead_code, reason = "not every API has such an operation")]
    pub(crate) fn empty(self) -> Result<ResponseValue<()>, Error> {
        Ok(self.value(()))
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
        let is_unknown = !self.method.is_safe();
        Error::new(ErrorKind::Undecodable, format!("the body cannot be read: {reason}"))
            .with_answer(self.answer, &self.secrets)
            .of_call(self.operation, self.method, self.attempts)
            .with_unknown_outcome(is_unknown)
    }
}
