//! What a generated call makes of the answer of a service.

#![allow(dead_code, reason = "not every API has responses with and without JSON")]

use std::sync::OnceLock;

use bytes::Bytes;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::Serialize;

use crate::drift::Documented;
use crate::error::failure::Failure;
use crate::error::{Error, ErrorKind, Outcome};
use crate::http_response::HttpResponse;
use crate::json::without_mark;
use crate::json_or_text::JsonOrText;
use crate::operation::OperationInfo;
use crate::response::Response;
use crate::shown::Secrets;

/// A call that succeeded, as far as the transport can tell.
pub(crate) struct Finished {
    pub(crate) answer: HttpResponse,
    pub(crate) operation: &'static OperationInfo,
    /// The status by which the documents know the answer.
    pub(crate) status: u16,
    pub(crate) attempts: u32,
    /// What is known by the status, and by that in the body where there is one.
    pub(crate) outcome: Outcome,
    pub(crate) secrets: Secrets,
}

impl Finished {
    /// The body as a model.
    pub(crate) fn json<T, H>(self) -> Result<Response<T, H>, Error>
    where
        T: DeserializeOwned + Serialize,
        H: DeserializeOwned + Default,
    {
        match crate::json::read(&self.answer.body) {
            Ok(model) if self.is_failure(&model) => Err(self.refused()),
            Ok(model) => Ok(self.value(model)),
            Err(unread) => Err(self.decode_error(&unread)),
        }
    }

    /// Whether a body is that of a failure after all: it has a vendor's code, and nothing of it is
    /// a member of the model.
    fn is_failure<T: Serialize>(&self, model: &T) -> bool {
        is_empty_object(model)
            && Failure::read(&self.answer.body).is_some_and(|said| said.code.is_some())
    }

    /// Nothing: the operation has no body in its success.
    pub(crate) fn empty<H: DeserializeOwned + Default>(self) -> Result<Response<(), H>, Error> {
        let body = self.answer.body.trim_ascii();
        match body.is_empty() || serde_json::from_slice::<IgnoredAny>(body).is_ok() {
            true => Ok(self.value(())),
            false => Err(self.decode_error("there should be none")),
        }
    }

    /// The body as it is.
    pub(crate) fn bytes<H: DeserializeOwned + Default>(self) -> Result<Response<Bytes, H>, Error> {
        let body = self.answer.body.clone();
        Ok(self.value(body))
    }

    /// The body as text.
    pub(crate) fn text<H: DeserializeOwned + Default>(self) -> Result<Response<String, H>, Error> {
        let text = self.text_of_body();
        Ok(self.value(text))
    }

    /// The body as a model if it is JSON, or else as text.
    pub(crate) fn json_or_text<T, H>(self) -> Result<Response<JsonOrText<T>, H>, Error>
    where
        T: DeserializeOwned,
        H: DeserializeOwned + Default,
    {
        let HttpResponse { headers, body, .. } = &self.answer;
        let model = Some(body).filter(|body| crate::headers::is_json(headers, body));
        let value = match model.and_then(|body| crate::json::read(body).ok()) {
            Some(model) => JsonOrText::Json(model),
            None => JsonOrText::Text(self.text_of_body()),
        };
        Ok(self.value(value))
    }

    fn text_of_body(&self) -> String {
        String::from_utf8_lossy(without_mark(&self.answer.body)).into_owned()
    }

    /// The ID of the request, from the header.
    pub(crate) fn request_id(&self) -> Option<String> {
        self.secrets.request_id(&self.answer.headers)
    }

    fn value<T, H: DeserializeOwned + Default>(self, value: T) -> Response<T, H> {
        Response {
            value,
            typed_headers: crate::headers::typed(self.operation.headers, &self.answer.headers),
            status: self.answer.status,
            request_id: OnceLock::new(),
            attempts: self.attempts,
            headers: self.answer.headers,
            body: self.answer.body,
            documented: Documented {
                operation: self.operation.table,
                status: self.status,
                secrets: self.secrets,
            },
        }
    }

    fn decode_error(self, reason: &str) -> Error {
        let message = format!("the body cannot be read: {reason}");
        let outcome = self.outcome;
        self.failed(|answer, secrets| {
            Error::new(ErrorKind::Decode, message).with_answer(answer, secrets)
        })
        .with_outcome(outcome)
    }

    /// A success that is a failure by its body. Whether anything was done, nobody says.
    fn refused(self) -> Error {
        let outcome = self.outcome.min(Outcome::Unknown);
        self.failed(Error::service).with_outcome(outcome)
    }

    fn failed(self, error: impl FnOnce(HttpResponse, &Secrets) -> Error) -> Error {
        let error = error(self.answer, &self.secrets);
        let documented = Documented {
            operation: self.operation.table,
            status: self.status,
            secrets: self.secrets,
        };
        let OperationInfo { id, method, .. } = self.operation;
        let error = error.of_call(id, method.clone(), self.attempts);
        error.with_documented(documented)
    }
}

/// Whether a model has no members. It is written no further than its first one.
fn is_empty_object<T: Serialize>(model: &T) -> bool {
    let mut written = *b"  ";
    serde_json::to_writer(&mut written[..], model).is_ok() && written == *b"{}"
}
