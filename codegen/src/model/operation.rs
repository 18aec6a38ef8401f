//! Operations: what is sent in a call, and what comes back.

use std::fmt;

use serde_json::{Map, Value};

use super::pointer::join;
use super::{media, Schema, Server};

/// One operation of a spec.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its operationId.
    pub id: String,
    /// HTTP method, in capitals.
    pub method: String,
    /// Path template.
    pub path: String,
    /// JSON pointer of the operation.
    pub pointer: String,
    /// The vendor's pages that describe it.
    pub pages: Vec<PageTitle>,
    /// Its parameters and those of its path, references followed.
    pub parameters: Vec<Parameter>,
    /// What it is sent.
    pub request: Option<Body>,
    /// What it answers.
    pub responses: Vec<Response>,
    /// The alternatives of its security, each the names of its schemes.
    pub security: Vec<Vec<String>>,
    /// Its base URLs: its own, those of its path, or those of the API.
    pub servers: Vec<Server>,
    /// Whether it says that it needs no credentials.
    pub is_open: bool,
    /// Its other keywords.
    pub keywords: Map<String, Value>,
    /// The keywords of its path, except for operations and parameters.
    pub of_path: Map<String, Value>,
}

/// A page that describes an operation.
#[derive(Clone, Debug)]
pub struct PageTitle {
    /// Its title.
    pub title: String,
    /// Its language.
    pub language: String,
    /// Who operates the service that it is about, if it is not the vendor.
    pub operator: Option<String>,
}

impl fmt::Display for PageTitle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { title, language, operator } = self;
        match operator {
            Some(operator) => write!(f, "{title} ({language}, {operator})"),
            None => write!(f, "{title} ({language})"),
        }
    }
}

/// A parameter of a request, or a header of a response.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// JSON pointer of the parameter, references followed.
    pub pointer: String,
    /// Its name on the wire.
    pub name: String,
    /// Where it goes: `path`, `query`, `header`.
    pub location: String,
    /// Whether it is always there.
    pub required: bool,
    /// The pointer of its schema.
    pub schema: Option<String>,
    /// Its media types, if it is written in one.
    pub content: Vec<Media>,
    /// Its other keywords, such as those that say how it is written.
    pub keywords: Map<String, Value>,
}

/// The body of a request or of a response.
#[derive(Clone, Debug)]
pub struct Body {
    /// JSON pointer of the body, or of the response that has it, references followed.
    pub pointer: String,
    /// Whether it is always there.
    pub required: bool,
    /// Its media types.
    pub content: Vec<Media>,
    /// What is said of it in words.
    pub description: String,
}

/// A response.
#[derive(Clone, Debug)]
pub struct Response {
    /// Its status, as the spec spells it.
    pub status: String,
    /// JSON pointer of the response in its operation, references not followed.
    pub place: String,
    /// Its body; one without media types if it has none.
    pub body: Body,
    /// Its headers.
    pub headers: Vec<Parameter>,
}

/// What a body is in one media type.
#[derive(Clone, Debug)]
pub struct Media {
    /// The media type.
    pub name: String,
    /// Its JSON pointer.
    pub pointer: String,
    /// The pointer of its schema.
    pub schema: Option<String>,
    /// Its samples.
    pub samples: Vec<Sample>,
    /// The properties for which it says how they are written.
    pub encoding: Vec<String>,
}

/// A sample of a body.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Its name.
    pub name: String,
    /// JSON pointer of its value, references followed.
    pub pointer: String,
    /// The value.
    pub value: Option<Value>,
}

/// The keywords of parameters that say how they are written.
pub const STYLES: [&str; 4] = ["style", "explode", "allowReserved", "allowEmptyValue"];

/// The names in braces of a path or another template.
pub fn in_braces(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|rest| rest.split('}').next())
}

impl Operation {
    /// What it says in a keyword that is a text.
    pub fn text(&self, keyword: &str) -> &str {
        self.keywords.get(keyword).and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether a call changes nothing: by its method, or since the spec says so.
    pub fn is_safe(&self) -> bool {
        let by_method = ["GET", "HEAD", "OPTIONS"].contains(&self.method.as_str());
        self.keywords.get("x-safe").and_then(Value::as_bool).unwrap_or(by_method)
    }

    /// The response for `status` as the spec spells it.
    pub fn response(&self, status: &str) -> Option<&Response> {
        self.responses.iter().find(|response| response.status == status)
    }

    /// The statuses that it answers, as the spec spells them.
    pub fn statuses(&self) -> impl Iterator<Item = &str> {
        self.responses.iter().map(|response| response.status.as_str())
    }

    /// A parameter by location and name.
    pub fn parameter(&self, location: &str, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|p| p.location == location && p.name == name)
    }

    /// All bodies with the sections of ledgers that they are in: `request`, `response.200`.
    pub fn bodies(&self) -> impl Iterator<Item = (String, &Body)> {
        let request = self.request.iter().map(|body| ("request".to_owned(), body));
        let responses = self.responses.iter();
        request.chain(responses.map(|r| (format!("response.{}", r.status), &r.body)))
    }

    /// The success whose headers a call returns typed; the other ones have no more.
    pub fn with_headers(&self) -> Option<&Response> {
        let successes = self.responses.iter().filter(|response| response.is_success());
        successes
            .rev()
            .max_by_key(|success| success.headers.len())
            .filter(|r| !r.headers.is_empty())
    }

    /// The body of a section of a ledger.
    pub fn body(&self, section: &str) -> Option<&Body> {
        match section.strip_prefix("response.") {
            Some(status) => self.response(status).map(|response| &response.body),
            None => self.request.as_ref().filter(|_| section == "request"),
        }
    }
}

impl Parameter {
    /// What it says in a keyword that is a text.
    pub fn text(&self, keyword: &str) -> &str {
        self.keywords.get(keyword).and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether a keyword is true.
    pub fn is(&self, keyword: &str) -> bool {
        self.keywords.get(keyword) == Some(&Value::Bool(true))
    }

    /// What holds for a keyword of [`STYLES`] where the parameter says nothing.
    pub fn default_of(&self, keyword: &str) -> Option<Value> {
        let usual = if self.location == "query" { "form" } else { "simple" };
        match keyword {
            "style" => Some(usual.into()),
            "explode" => {
                let style = self.keywords.get("style").and_then(Value::as_str);
                Some((style.unwrap_or(usual) == "form").into())
            }
            "allowReserved" => Some(false.into()),
            _ => None,
        }
    }

    /// What separates the items of a list that stand in one value; nothing where each item has a
    /// value of its own, and for what is not a list.
    pub fn delimiter(&self, schema: &Schema) -> Option<&'static str> {
        if schema.json_type() != Some("array") {
            return None;
        }
        match (self.location.as_str(), self.text("style")) {
            ("query", "spaceDelimited") => Some(" "),
            ("query", "pipeDelimited") => Some("|"),
            ("query", _) if self.keywords.get("explode") != Some(&Value::Bool(false)) => None,
            _ => Some(","),
        }
    }
}

/// What a body is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// There is none.
    Nothing,
    /// JSON.
    Json,
    /// JSON or text.
    JsonOrText,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
}

impl Body {
    /// Its JSON.
    pub fn json(&self) -> Option<&Media> {
        let names = || self.content.iter().map(|media| media.name.as_str());
        let name = media::json_of(names)?;
        self.content.iter().find(|media| media.name == name)
    }

    /// What it is read as.
    pub fn form(&self) -> Form {
        let mut is_text = self.content.iter().map(|media| media::is_text(&media.name));
        match self.json() {
            Some(_) if is_text.any(|is_text| is_text) => Form::JsonOrText,
            Some(_) => Form::Json,
            None if self.content.is_empty() => Form::Nothing,
            None if is_text.all(|is_text| is_text) => Form::Text,
            None => Form::Bytes,
        }
    }

    /// What has its samples and its type: its JSON, or else its text.
    pub fn described(&self) -> Option<&Media> {
        self.json().or_else(|| self.content.first().filter(|_| self.form() == Form::Text))
    }

    /// Its media types, in a fixed order.
    pub fn media_types(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.content.iter().map(|media| media.name.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// The pointer of the schema of its JSON.
    pub fn schema(&self) -> Option<&str> {
        self.json()?.schema.as_deref()
    }
}

impl Response {
    /// The pointer of its headers.
    pub fn headers_pointer(&self) -> String {
        join(&self.body.pointer, "headers")
    }

    /// Whether its status is a success.
    pub fn is_success(&self) -> bool {
        self.status.starts_with('2')
    }
}
