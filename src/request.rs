//! What a request is made of, its check before it is sent, and the options of a call.

#![allow(dead_code, reason = "not every API has parameters, bodies and models")]

use std::fmt::{self, Display, Write};
use std::time::Duration;

use bytes::Bytes;
use cloudfn_schema::{check_with, Operation, Options, Path, Schema, Violation};
use reqwest::header::{HeaderMap, HeaderValue, ACCEPT, CONTENT_TYPE};
use reqwest::{Request, Url};
use serde::Serialize;

use crate::encoding::encode_path;
use crate::error::Error;
use crate::operation::OperationInfo;
use crate::RetryPolicy;

/// The options of a call that override those of its client.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) allow_undocumented: Option<bool>,
}

/// What a request is made of, from which each attempt is made anew.
pub(crate) struct Outgoing {
    path: String,
    query: Option<String>,
    headers: HeaderMap,
    body: Option<Bytes>,
}

impl Outgoing {
    pub(crate) fn new(path: String) -> Self {
        Self { path, query: None, headers: HeaderMap::new(), body: None }
    }

    /// Of a path that a query may follow.
    pub(crate) fn with_query(target: &str) -> Self {
        match target.split_once('?') {
            None => Self::new(target.to_owned()),
            Some((path, query)) => {
                Self { query: Some(query.to_owned()), ..Self::new(path.to_owned()) }
            }
        }
    }

    pub(crate) fn json<T: Serialize>(self, body: &T) -> Result<Self, Error> {
        let body = serde_json::to_vec(body);
        let body = body.map_err(|e| Error::invalid("the request cannot be made").with_source(e))?;
        Ok(self.body(body.into()))
    }

    pub(crate) fn body(self, body: Bytes) -> Self {
        Self { body: Some(body), ..self }
    }

    pub(crate) fn headers(self, headers: HeaderMap) -> Self {
        Self { headers, ..self }
    }

    /// The request of an attempt at the service that is at this URL, whatever its path. What each
    /// request of the client has does not replace what is documented of this one.
    pub(crate) fn attempt(
        &self,
        operation: &OperationInfo,
        service: &Url,
        of_client: &HeaderMap,
    ) -> Request {
        let mut url = service.clone();
        url.set_path(&self.path);
        if let Some(query) = &self.query {
            url.set_query(Some(query));
        }
        let mut request = Request::new(operation.method.clone(), url);
        let headers = request.headers_mut();
        headers.reserve(HEADERS);
        if let Some(accepts) = operation.accepts {
            headers.insert(ACCEPT, HeaderValue::from_static(accepts));
        }
        if let (Some(sends), Some(_)) = (operation.sends, &self.body) {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(sends));
        }
        if !self.headers.is_empty() {
            headers.extend(self.headers.clone());
        }
        for (name, value) in of_client {
            headers.entry(name).or_insert_with(|| value.clone());
        }
        *request.body_mut() = self.body.clone().map(Into::into);
        request
    }
}

/// Most requests have no more headers than these.
const HEADERS: usize = 6;

/// The value of a parameter in a path.
pub(crate) enum InPath<'v> {
    /// As it is.
    Value(&'v dyn Display),
    /// As it stands in URLs.
    Encoded(String),
}

/// The path of a URL below `base`, by the template of an operation and the values of its parameters.
/// Refuses one that no URL can hold: URLs have no segments `.` and `..`, and an empty one would name
/// something else.
pub(crate) fn path(base: &str, template: &str, values: &[InPath<'_>]) -> Result<String, Error> {
    let mut path = String::with_capacity(PATH);
    path += base;
    let (mut rest, mut may_be_lost) = (template, false);
    for value in values {
        let (before, parameter) = rest.split_once('{').unwrap_or((rest, ""));
        path += before;
        let start = path.len();
        match value {
            InPath::Value(value) => drop(write!(Encoding(&mut path), "{value}")),
            InPath::Encoded(value) => path += value,
        }
        may_be_lost |= path[start..].bytes().all(|byte| byte == b'.');
        rest = parameter.split_once('}').map_or("", |(_, rest)| rest);
    }
    path += rest;
    if may_be_lost && loses_a_parameter(template, &path[base.len()..]) {
        return Err(Error::invalid(format!(
            "a parameter in the path {template} is empty, `.` or `..`, which no URL can hold"
        )));
    }
    Ok(path)
}

/// Whether a segment of a path that has a parameter is one that no URL can hold.
fn loses_a_parameter(template: &str, path: &str) -> bool {
    let mut both = template.split('/').zip(path.split('/'));
    both.any(|(of, segment)| of.contains('{') && matches!(segment, "" | "." | ".."))
}

/// Most paths have no more bytes than these.
pub(crate) const PATH: usize = 256;

/// Encodes a text at the end of a path.
struct Encoding<'p>(&'p mut String);

impl Write for Encoding<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend(encode_path(text));
        Ok(())
    }
}

/// The options for checking requests.
const OPTIONS: Options = Options { nested: true, ..Options::request() };

/// The check of a request.
pub(crate) struct Check {
    operation: &'static Operation,
    found: Vec<Violation>,
}

impl Check {
    pub(crate) fn new(operation: &'static Operation) -> Self {
        Self { operation, found: Vec::new() }
    }

    /// Checks the parameter at `index` of the documented ones.
    pub(crate) fn parameter<T: Serialize>(mut self, index: usize, value: &T) -> Self {
        let parameter = &self.operation.parameters[index];
        let path = Path::ROOT.member(parameter.name);
        self.found.extend(check_with(&OPTIONS, parameter.schema, &path, value));
        self
    }

    /// Checks an optional parameter.
    pub(crate) fn optional<T: Serialize>(self, index: usize, value: Option<&T>) -> Self {
        match value {
            Some(value) => self.parameter(index, value),
            None => self,
        }
    }

    /// Checks the body, if it is JSON.
    pub(crate) fn body<T: Serialize>(mut self, value: &T) -> Self {
        if let Some(body) = &self.operation.request {
            let options = OPTIONS.about(self.operation.request_part());
            self.found.extend(check_with(&options, body.schema, &Path::ROOT, value));
        }
        self
    }

    pub(crate) fn finish(self) -> Vec<Violation> {
        self.found
    }
}

/// The violations of a value.
pub(crate) fn check<T: Serialize>(schema: &'static Schema, value: &T) -> Vec<Violation> {
    check_with(&Options::request(), schema, &Path::ROOT, value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::AUTHENTICATE;

    const TEMPLATE: &str = "/v2/{project_id}/x/{name}";

    fn path_of(name: &str) -> Result<String, Error> {
        path("/base", TEMPLATE, &[InPath::Value(&"p q"), InPath::Value(&name)])
    }

    #[test]
    fn a_parameter_fills_a_segment_of_the_path() {
        for (name, segment) in
            [("a/b?é", "a%2Fb%3F%C3%A9"), ("...", "..."), ("%2e", "%252e"), (" ", "%20")]
        {
            assert_eq!(path_of(name).unwrap(), format!("/base/v2/p%20q/x/{segment}"));
        }
        for lost in ["", ".", ".."] {
            let refused = path_of(lost).unwrap_err().to_string();
            assert!(
                refused.contains("/v2/{project_id}/x/{name} is empty, `.` or `..`"),
                "{refused}"
            );
        }
        let both = [InPath::Encoded("a,b".to_owned()), InPath::Value(&-7)];
        assert_eq!(path("", "/{of}-{to}/", &both).unwrap(), "/a,b--7/");
        let dots = [InPath::Encoded(".".to_owned()), InPath::Value(&".")];
        assert!(path("", "/{of}{to}", &dots).is_err());
    }

    /// Its parts are those that a parser finds in the whole URL.
    #[test]
    fn a_url_is_put_together_as_it_is_read() {
        for base in ["https://host", "http://127.0.0.1:8080/base/", "http://[::1]//a"] {
            let base = Url::parse(base).unwrap();
            for target in ["/", "/v2/a%2Fb", "//x/...", "/a?n=%C3%A9,b|c'd\"&m=/?", "/a%2e?"] {
                let request = Outgoing::with_query(target);
                let made = request.attempt(&AUTHENTICATE, &base, &HeaderMap::new());
                let origin = base.origin().ascii_serialization();
                assert_eq!(made.url(), &Url::parse(&format!("{origin}{target}")).unwrap());
            }
        }
    }
}
