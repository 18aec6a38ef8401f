//! The responses of the mock server.

use std::fmt;

use axum::response::IntoResponse;
use bytes::Bytes;
use http::header::{self, InvalidHeaderName};
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value};

use crate::error::failure::{CODES, MESSAGES, REQUEST_IDS, STATUS};
use crate::registry::{Api, Member, Model, Operation, Response};

/// The request ID in every documented error that has one.
const REQUEST_ID: &str = "00000000-0000-0000-0000-000000000000";

/// A response of the server, documented or not.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Bytes,
}

impl Answer {
    /// A response with any body, without headers.
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    /// A response with a JSON body.
    pub fn json(status: u16, body: impl Into<String>) -> Self {
        Self::new(status, body.into()).header("content-type", "application/json")
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The documented response of an operation with `status`, if any. The body of an error contains
    /// `message`.
    pub(super) fn documented(
        api: &Api,
        operation: &Operation,
        status: u16,
        message: &str,
    ) -> Option<Self> {
        let response = operation.response(status)?;
        let mut answer = match status {
            ..400 => Self::sample(api, operation, response, status),
            _ => Self::error(api, response.model?, status, message),
        };
        let documented = operation.table.response(status).map_or(&[][..], |r| r.media.types);
        let is_json = |media: &&&str| media.split(';').next().is_some_and(|m| m.ends_with("json"));
        let is_text = answer.headers.is_empty();
        let media = documented.iter().find(is_json).or(documented.first().filter(|_| is_text));
        if let (Some(media), false) = (media, answer.body.is_empty()) {
            answer.headers = vec![("content-type".to_owned(), (*media).to_owned())];
        }
        let headers = response.headers.iter();
        Some(headers.fold(answer, |answer, (name, value)| answer.header(*name, *value)))
    }

    /// The documented sample of a response.
    fn sample(api: &Api, operation: &Operation, response: &Response, status: u16) -> Self {
        let place = format!("response.{}", response.status);
        let sample = operation.samples.iter().find(|sample| sample.place == place);
        let members = response.model.map_or(&[][..], |model| members(api, model));
        let invented = || response.minimal.map(|body| with_status(body, members, status));
        let Some(body) = sample.map(|sample| sample.json.to_owned()).or_else(invented) else {
            return Self::new(status, "");
        };
        match serde_json::from_str::<String>(&body) {
            Ok(text) if response.model.is_none() => Self::new(status, text),
            _ => Self::json(status, body),
        }
    }

    /// The documented successful response of an operation.
    pub(super) fn success(api: &Api, operation: &Operation) -> Self {
        let mut statuses = operation.responses.iter().filter_map(|r| r.status.parse::<u16>().ok());
        let status = statuses.find(|status| *status < 300).unwrap_or(200);
        Self::documented(api, operation, status, "").unwrap_or_else(|| Self::new(status, ""))
    }

    /// An error in the format of the operation's documented errors, or of its API's.
    pub(super) fn refusal(api: &Api, operation: &Operation, status: u16, message: &str) -> Self {
        if let Some(documented) = Self::documented(api, operation, status, message) {
            return documented;
        }
        let operations = std::iter::once(operation).chain(api.operations);
        let mut responses = operations.flat_map(|operation| operation.responses);
        let is_error = |response: &&Response| response.status.starts_with(['4', '5']);
        match responses.find(|r| is_error(r) && r.model.is_some()).and_then(|r| r.model) {
            Some(model) => Self::error(api, model, status, message),
            None => Self::json(status, error_body(FALLBACK.into_iter(), status, message)),
        }
    }

    /// An error with a body of `model`.
    fn error(api: &Api, model: Model, status: u16, message: &str) -> Self {
        let members = members(api, model).iter().map(|member| (member.name, member.rust_type));
        Self::json(status, error_body(members, status, message))
    }

    /// The HTTP response, or why it is invalid.
    pub(super) fn response(&self) -> Result<axum::response::Response, String> {
        let status = StatusCode::from_u16(self.status).ok();
        let status = status.filter(|status| !status.is_informational());
        let status = status.ok_or_else(|| format!("the status {} is invalid", self.status))?;
        let is_bodiless = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        if is_bodiless && !self.body.is_empty() {
            return Err(format!("a response with the status {} cannot have a body", self.status));
        }
        let mut response = (status, self.body.clone()).into_response();
        let headers = response.headers_mut();
        headers.remove(header::CONTENT_TYPE);
        for (name, value) in &self.headers {
            let refuse = |why: &dyn fmt::Display| format!("the header {name:?}: {why}");
            let name: HeaderName = name.parse().map_err(|e: InvalidHeaderName| refuse(&e))?;
            let value = HeaderValue::from_bytes(value.as_bytes())
                .map_err(|_| refuse(&"its value has a character that is not allowed in headers"))?;
            if name == header::CONTENT_LENGTH && value != self.body.len().to_string() {
                return Err(refuse(&format!("the body has {} bytes", self.body.len())));
            }
            headers.append(name, value);
        }
        Ok(response)
    }
}

/// The members of a model.
pub(super) fn members(api: &Api, model: Model) -> &'static [Member] {
    let schema = api.schemas.iter().find(|schema| schema.model.rust_type == model.rust_type);
    schema.map_or(&[], |schema| schema.members)
}

/// Sets the business status of an invented body to a success, if it has such a member.
fn with_status(body: &str, members: &[Member], status: u16) -> String {
    let mut body: Value = serde_json::from_str(body).unwrap_or_default();
    let has_status = members.iter().any(|member| member.name == STATUS);
    if let (true, Some(object)) = (has_status, body.as_object_mut()) {
        object.insert(STATUS.to_owned(), status.into());
    }
    body.to_string()
}

/// The members of an error and their types, if no error is documented.
const FALLBACK: [(&str, &str); 2] = [(CODES[0], "String"), (MESSAGES[0], "String")];

/// The body of an error, with those of `members` whose meaning is known.
fn error_body<'n>(
    members: impl Iterator<Item = (&'n str, &'n str)>,
    status: u16,
    message: &str,
) -> String {
    let mut body = Map::new();
    for (name, rust_type) in members {
        let value: Value = if MESSAGES.contains(&name) {
            message.into()
        } else if name == STATUS {
            status.into()
        } else if REQUEST_IDS.contains(&name) {
            REQUEST_ID.into()
        } else if CODES.contains(&name) && rust_type.contains("String") {
            status.to_string().into()
        } else {
            continue;
        };
        body.insert(name.to_owned(), value);
    }
    Value::from(body).to_string()
}

#[cfg(all(test, feature = "authing"))]
mod tests {
    use super::{members, with_status};
    use crate::authing::API;

    #[test]
    fn a_body_without_sample_tells_of_success_where_a_body_does() {
        let [operation, ..] = API.operations else { panic!("there is no operation") };
        let model = operation.model("response.200").unwrap();
        let members = members(&API, model);
        assert_eq!(with_status("{}", members, 200), r#"{"statusCode":200}"#);
        assert_eq!(with_status("{}", &[], 200), "{}");
        assert_eq!(with_status("[]", members, 200), "[]");
    }
}
