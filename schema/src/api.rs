//! What is documented of an API.

use crate::schema::Schema;

/// What is documented of an API.
#[derive(Debug)]
pub struct Api {
    /// Its name.
    pub name: &'static str,
    /// Its operations.
    pub operations: &'static [&'static Operation],
    /// The schemas with a name of their own, by it.
    pub components: &'static [(&'static str, &'static Schema)],
}

/// What is documented of an operation.
#[derive(Debug)]
pub struct Operation {
    /// The name of the API.
    pub api: &'static str,
    /// The operationId.
    pub id: &'static str,
    /// What the ids of the claims about it begin with.
    pub prefixes: &'static [&'static str],
    /// The claims that list the documented statuses.
    pub statuses: &'static [&'static str],
    /// The parameters.
    pub parameters: &'static [Parameter],
    /// The body of a request, where it is JSON.
    pub request: Option<Body>,
    /// The documented responses.
    pub responses: &'static [Response],
}

/// A parameter of an operation.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Where it goes: `path`, `query` or `header`.
    pub location: &'static str,
    /// Whether it has to be given.
    pub required: bool,
    /// What is documented of its value.
    pub schema: &'static Schema,
}

/// The JSON body of a request.
#[derive(Debug)]
pub struct Body {
    /// Whether it has to be given.
    pub required: bool,
    /// What is documented of it.
    pub schema: &'static Schema,
}

/// A documented response.
#[derive(Debug)]
pub struct Response {
    /// The status, as the spec spells it: `200` or `4XX`.
    pub status: &'static str,
    /// What is documented of its body, where it is JSON.
    pub body: Option<&'static Schema>,
}

impl Operation {
    /// What is documented of a response with `status`.
    pub fn response(&self, status: u16) -> Option<&'static Response> {
        let exact = status.to_string();
        let class = format!("{}XX", status / 100);
        let named = |spelled: &str| self.responses.iter().find(|r| r.status == spelled);
        named(&exact).or_else(|| named(&class)).or_else(|| named("default"))
    }

    /// What is documented of a parameter.
    pub fn parameter(&self, location: &str, name: &str) -> Option<&'static Parameter> {
        let mut parameters = self.parameters.iter();
        parameters.find(|parameter| parameter.location == location && parameter.name == name)
    }
}
