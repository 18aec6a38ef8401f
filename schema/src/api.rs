//! The documented parts of an API.

use crate::rule::Part;
use crate::schema::Schema;

/// A documented API.
#[derive(Debug)]
pub struct Api {
    /// Its name.
    pub name: &'static str,
    /// Its operations.
    pub operations: &'static [&'static Operation],
    /// The named schemas, with their names.
    pub components: &'static [(&'static str, &'static Schema)],
}

/// A documented operation.
#[derive(Debug)]
pub struct Operation {
    /// The name of the API.
    pub api: &'static str,
    /// The operationId.
    pub id: &'static str,
    /// The prefixes of the IDs of its claims.
    pub prefixes: &'static [&'static str],
    /// The claims that list the documented statuses.
    pub statuses: &'static [&'static str],
    /// The parameters.
    pub parameters: &'static [Parameter],
    /// The body of a request, if it is JSON.
    pub request: Option<Body>,
    /// The documented responses.
    pub responses: &'static [Response],
}

/// A documented parameter of an operation.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its location: `path`, `query` or `header`.
    pub location: &'static str,
    /// Whether it is required.
    pub required: bool,
    /// The schema of its value.
    pub schema: &'static Schema,
}

/// The JSON body of a request.
#[derive(Debug)]
pub struct Body {
    /// Whether it is required.
    pub required: bool,
    /// Its schema.
    pub schema: &'static Schema,
}

/// A documented response.
#[derive(Debug)]
pub struct Response {
    /// The status, as written in the spec: `200` or `4XX`.
    pub status: &'static str,
    /// The schema of its body, if it is JSON.
    pub body: Option<&'static Schema>,
    /// The headers, as the members of an object.
    pub headers: Option<&'static Schema>,
    /// The media types of its body.
    pub media: Media,
}

/// The media types of a body.
#[derive(Debug)]
pub struct Media {
    /// Their names, which may be ranges such as `text/*`; empty without a body.
    pub types: &'static [&'static str],
    /// JSON pointer of the statement in the spec.
    pub pointer: &'static str,
    /// The claims that list them.
    pub claims: &'static [&'static str],
}

impl Operation {
    /// Its request.
    pub fn request_part(&self) -> Part {
        Part { operation: self.id, status: None }
    }

    /// One of its responses.
    pub fn response_part(&self, response: &Response) -> Part {
        Part { operation: self.id, status: Some(response.status) }
    }

    /// The documented response for `status`.
    pub fn response(&self, status: u16) -> Option<&'static Response> {
        let exact = status.to_string();
        let class = format!("{}XX", status / 100);
        let named = |spelled: &str| self.responses.iter().find(|r| r.status == spelled);
        named(&exact).or_else(|| named(&class)).or_else(|| named("default"))
    }
}
