//! Descriptions of the operations of each API: the generated `API` in each API's module.
//!
//! With them, the contract suite, the mock server and the command line handle every operation
//! without code of its own.

mod apis;
mod resource;

use std::fmt::{self, Debug, Display, Formatter};
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use cloudfn_schema::text::without_mark;
use cloudfn_schema::{Kind, Object, Options, Path, Schema as Table, Violation, ViolationKind};
use reqwest::header::HeaderMap;
use reqwest::StatusCode;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::Serialize;
use serde_json::Value;

pub use self::apis::APIS;
pub use self::resource::{Collection, Effect, Refusal, Resource};
use crate::credentials::{Identity, SharedCredentials};
use crate::drift::Drift;
use crate::error::{Error, ErrorKind};
use crate::http_response::HttpResponse;
pub use crate::paging::{Follows, Paging};
use crate::response::Received;
use crate::transport::Core;
pub use crate::waiting::Waiting;
use crate::{paging, waiting, Listing, RetryPolicy, Waiter};

/// An API.
#[derive(Debug)]
pub struct Api {
    /// Its name, which is that of its module and spec.
    pub name: &'static str,
    /// The documented base URLs, with variable parts such as the region in braces.
    pub servers: &'static [&'static str],
    /// Its operations, in the order of the spec.
    pub operations: &'static [Operation],
    /// Its models.
    pub schemas: &'static [Schema],
    /// The collections that a stateful mock server keeps.
    pub collections: &'static [Collection],
    /// The forms of texts that consist of several variables, by the names of these texts.
    pub forms: &'static [(&'static str, &'static [&'static str])],
    /// Makes a client for the service at a base URL.
    pub target:
        fn(&str, SharedCredentials, RetryPolicy, Option<TellDrift>) -> Result<Target, Error>,
}

/// An observer of differences between responses and documents.
pub type TellDrift = Box<dyn Fn(&Drift) + Send + Sync>;

impl Api {
    /// The operation named `id`.
    pub fn operation(&self, id: &str) -> Option<&'static Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// The schema named `name` in the spec.
    pub fn schema(&self, name: &str) -> Option<&'static Schema> {
        self.schemas.iter().find(|schema| schema.name == name)
    }
}

/// An operation of an API.
#[derive(Debug)]
pub struct Operation {
    /// The operationId.
    pub id: &'static str,
    /// HTTP method, in capitals.
    pub method: &'static str,
    /// Path template.
    pub path: &'static str,
    /// A sentence about what it does.
    pub summary: &'static str,
    /// The parameters that the caller provides.
    pub parameters: &'static [Parameter],
    /// The JSON body that it takes.
    pub request: Option<Model>,
    /// Whether a body is required.
    pub request_required: bool,
    /// A JSON body with only what is required, in place of a sample.
    pub minimal_request: Option<&'static str>,
    /// Whether a call changes nothing.
    pub safe: bool,
    /// The documented responses.
    pub responses: &'static [Response],
    /// The headers of a success, if any are documented.
    pub headers: Option<Model>,
    /// The headers of each alternative of its security, in lower case.
    pub security: &'static [&'static [&'static str]],
    /// The documented samples.
    pub samples: &'static [Sample],
    /// Its documented limits.
    pub table: &'static cloudfn_schema::Operation,
    /// How its pages follow each other, if it is a list that comes in pages.
    pub paging: Option<&'static Paging>,
    /// The states that can be waited for, if its response tells of one.
    pub waiting: Option<&'static Waiting>,
    /// What it does to a resource of a stateful mock server.
    pub resource: Option<Resource>,
    /// Calls it.
    pub call: for<'a> fn(&'a Target, &'a Arguments) -> Call<'a>,
}

impl Operation {
    /// The documented response with `status`.
    pub fn response(&self, status: u16) -> Option<&'static Response> {
        let named = |spelled: String| self.responses.iter().find(|r| r.status == spelled);
        named(status.to_string()).or_else(|| named(format!("{}XX", status / 100)))
    }

    /// The pages of the list as a stream, from the one that `arguments` ask for; `None` if it does
    /// not come in pages.
    pub fn pages<'a>(
        &'static self,
        target: &'a Target,
        arguments: &Arguments,
    ) -> Option<Listing<'a, CallResponse>> {
        let paging = self.paging?;
        let parameter = self.parameters.iter().find(|parameter| {
            (parameter.location, parameter.name) == ("query", paging.parameter)
        })?;
        let start = arguments.text(parameter.key, parameter.name).map(str::to_owned);
        let call = (self, parameter.key, target, arguments.clone());
        Some(paging::pages(
            paging,
            call,
            start,
            |(operation, key, target, mut arguments), at| {
                arguments.parameters.retain(|(given, _)| given != key);
                arguments.parameters.push((key.to_owned(), at.to_owned()));
                Ok((operation, key, target, arguments))
            },
            |(operation, _, target, arguments)| {
                Box::pin(async move { (operation.call)(target, &arguments).await })
            },
        ))
    }

    /// Calls again until the state is one that is waited for; `None` if there is no state.
    pub fn wait<'a>(
        &'static self,
        target: &'a Target,
        arguments: &'a Arguments,
    ) -> Option<Waiter<'a, CallResponse>> {
        Some(waiting::wait(self.waiting?, move || (self.call)(target, arguments)))
    }

    /// The violations of a request with these arguments, and the defaults of `target`.
    pub fn check(&self, target: &Target, arguments: &Arguments) -> Vec<Violation> {
        let of_parameter = |Parameter { name, key, table, .. }: &Parameter| {
            let text = arguments.text(key, name).map(str::to_owned);
            let text = text.or_else(|| target.core.preset(name).ok());
            let value = table.schema.value_of(&text?);
            let path = Path::ROOT.member(name);
            Some(cloudfn_schema::check_with(&Options::request(), table.schema, &path, &value))
        };
        let of_body = arguments.body.iter().flat_map(|body| check_body(self.table, body));
        self.parameters.iter().filter_map(of_parameter).flatten().chain(of_body).collect()
    }

    /// The model of a body: `request`, or `response.` and the status.
    pub fn model(&self, place: &str) -> Option<Model> {
        match place.strip_prefix("response.") {
            None => self.request,
            Some(status) => {
                let mut responses = self.responses.iter();
                responses.find(|response| response.status == status)?.model
            }
        }
    }
}

/// A call under way.
pub type Call<'a> = Pin<Box<dyn Future<Output = Result<CallResponse, Error>> + Send + 'a>>;

/// A parameter of an operation.
#[derive(Debug)]
pub struct Parameter {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its name in [`Arguments`]: the name on the wire, unless another parameter has the same.
    pub key: &'static str,
    /// The separator of list items in a single value; `None` if each item has its own value.
    pub delimiter: Option<&'static str>,
    /// Its location: `path`, `query` or `header`.
    pub location: &'static str,
    /// Whether it is required.
    pub required: bool,
    /// Whether its value is a secret, by its name or its format.
    pub secret: bool,
    /// Its Rust type, without paths.
    pub rust_type: &'static str,
    /// Its description, with the documented limits.
    pub description: &'static str,
    /// A valid value; an array as JSON.
    pub minimal: &'static str,
    /// Its documented default as JSON, which the service fills in.
    pub default: Option<&'static str>,
    /// Its documented limits.
    pub table: &'static cloudfn_schema::Parameter,
}

impl Parameter {
    /// The documented limits of a value, or of the items of a list.
    pub fn documented(&self) -> Option<String> {
        documented(self.table.schema)
    }

    /// The value of a text; an array as JSON.
    ///
    /// # Errors
    ///
    /// The value is not documented.
    pub fn check(&self, text: &str) -> Result<Value, String> {
        self.checked(self.table.schema.value_of(text))
    }

    /// The value of a list, from the texts of its items.
    pub(crate) fn check_items(&self, texts: &[String]) -> Result<Value, String> {
        let value = match &self.table.schema.resolved().kind {
            Kind::Array { items: Some(items), .. } => {
                texts.iter().map(|text| items.value_of(text)).collect()
            }
            _ => Value::from(texts),
        };
        self.checked(value)
    }

    fn checked(&self, value: Value) -> Result<Value, String> {
        let found =
            cloudfn_schema::check_with(&Options::request(), self.table.schema, &Path::ROOT, &value);
        match found.first() {
            None => Ok(value),
            Some(violation) => Err(violation.to_string()),
        }
    }
}

/// The documented limits of a value, or of the items of a list.
fn documented(schema: &'static Table) -> Option<String> {
    // A list may contain itself.
    const DEEPEST: usize = 8;
    let inside = |schema: &&'static Table| match &schema.kind {
        Kind::Array { items, .. } => items.map(Table::resolved),
        Kind::Object(Object { values, .. }) => values.map(Table::resolved),
        _ => None,
    };
    std::iter::successors(Some(schema.resolved()), inside).take(DEEPEST).last()?.documented()
}

/// A documented response.
#[derive(Debug)]
pub struct Response {
    /// The status, as written in the spec: `200` or `4XX`.
    pub status: &'static str,
    /// The JSON body, if it has one.
    pub model: Option<Model>,
    /// A JSON body with only the required members, in place of a sample.
    pub minimal: Option<&'static str>,
    /// The headers with a documented sample, and those that are always there.
    pub headers: &'static [(&'static str, &'static str)],
}

/// A documented sample.
#[derive(Debug)]
pub struct Sample {
    /// `request`, or `response.` and the status.
    pub place: &'static str,
    /// Its name in the spec.
    pub name: &'static str,
    /// The sample.
    pub json: &'static str,
}

/// A schema and its Rust type.
#[derive(Debug)]
pub struct Schema {
    /// Its name in the spec.
    pub name: &'static str,
    /// The Rust type.
    pub model: Model,
    /// Builds it without setting any member; only if it has members.
    pub empty: Option<fn() -> Result<Value, String>>,
    /// Its documented limits.
    pub table: Option<&'static Table>,
    /// Its members.
    pub members: &'static [Member],
}

/// A member of a model.
#[derive(Debug)]
pub struct Member {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its Rust type, without paths.
    pub rust_type: &'static str,
    /// Its JSON type: `string`, `integer`, `number`, `boolean`, `array` or `object`.
    pub json_type: &'static str,
    /// Its description, with the documented limits.
    pub description: &'static str,
    /// Its documented default as JSON, which the service fills in.
    pub default: Option<&'static str>,
    /// Whether it is documented as always present.
    pub required: bool,
    /// Whether its value is a secret, by its name or its format.
    pub secret: bool,
    /// Its documented limits; `None` if its schema is not listed.
    pub table: Option<&'static Table>,
    /// Sets the member in the model's builder.
    pub build: Build,
}

impl Member {
    /// The documented limits of a value, or of the items of a list.
    pub fn documented(&self) -> Option<String> {
        documented(self.table?)
    }

    /// What makes `value` undocumented in a request; empty if its schema is not listed.
    pub fn check(&self, value: &Value) -> Vec<Violation> {
        let check =
            |table| cloudfn_schema::check_with(&Options::request(), table, &Path::ROOT, value);
        self.table.map(check).unwrap_or_default()
    }
}

/// Passes a JSON value to a setter, and writes back the member of the built model.
pub type Build = fn(&Value) -> Result<Value, String>;

/// Decodes a JSON text.
pub type Decode = fn(&[u8]) -> Result<Box<dyn Decoded>, String>;

/// The functions of one Rust type.
#[derive(Clone, Copy, Debug)]
pub struct Model {
    /// The Rust type, without paths.
    pub rust_type: &'static str,
    /// Decodes tolerantly, like the client.
    pub decode: Decode,
    /// The schema of the Rust type.
    #[cfg(feature = "schemars")]
    pub json_schema: fn() -> Value,
}

/// A decoded value of some model.
pub trait Decoded {
    /// Writes the value back.
    fn encode(&self) -> Value;
    /// The value in `Debug` format.
    fn shown(&self) -> String;
}

impl<T: Serialize + std::fmt::Debug> Decoded for T {
    fn encode(&self) -> Value {
        serde_json::to_value(self).unwrap_or_else(|e| Value::String(e.to_string()))
    }

    fn shown(&self) -> String {
        format!("{self:#?}")
    }
}

#[cfg(feature = "schemars")]
/// A type with a schema.
pub trait Schematic: schemars::JsonSchema {}
#[cfg(feature = "schemars")]
impl<T: schemars::JsonSchema> Schematic for T {}
#[cfg(not(feature = "schemars"))]
/// A type that has a schema with the feature `schemars`.
pub trait Schematic {}
#[cfg(not(feature = "schemars"))]
impl<T> Schematic for T {}

impl Model {
    pub(crate) const fn of<T>(rust_type: &'static str) -> Self
    where
        T: DeserializeOwned + Serialize + Schematic + std::fmt::Debug + 'static,
    {
        Self {
            rust_type,
            decode: |json| Ok(Box::new(crate::json::read::<T>(json)?)),
            #[cfg(feature = "schemars")]
            json_schema: json_schema::<T>,
        }
    }
}

#[cfg(feature = "schemars")]
pub(crate) fn json_schema<T: schemars::JsonSchema>() -> Value {
    serde_json::to_value(schemars::schema_for!(T)).unwrap_or(Value::Null)
}

/// Passes a JSON value for `member` to the builder's `set`, and writes back the member of the built
/// model.
pub(crate) fn build<M, B, V>(
    minimal: &str,
    member: &str,
    value: &Value,
    set: fn(B, V) -> B,
) -> Result<Value, String>
where
    M: DeserializeOwned + Serialize + TryFrom<B>,
    M::Error: Display,
    B: From<M>,
    V: DeserializeOwned,
{
    let minimal: M = crate::json::read(minimal.as_bytes())?;
    let value: V = serde_json::from_value(value.clone()).map_err(|e| e.to_string())?;
    let model = M::try_from(set(B::from(minimal), value)).map_err(|e| e.to_string())?;
    let mut written = serde_json::to_value(model).map_err(|e| e.to_string())?;
    Ok(written.get_mut(member).map(Value::take).unwrap_or_default())
}

/// Builds a model without setting any member, and writes it back.
pub(crate) fn build_empty<M, B>() -> Result<Value, String>
where
    M: Serialize + TryFrom<B>,
    M::Error: Display,
    B: Default,
{
    let model = M::try_from(B::default()).map_err(|e| e.to_string())?;
    serde_json::to_value(model).map_err(|e| e.to_string())
}

/// A client of any API, for calls by name.
#[derive(Clone, Debug)]
pub struct Target {
    pub(crate) core: Core,
}

impl Target {
    /// Whether the client has a default for the path parameter `name`.
    pub fn has_preset(&self, name: &str) -> bool {
        self.core.preset::<String>(name).is_ok()
    }

    /// Checks the credentials without calling an operation, as the client's `authenticate` does.
    ///
    /// # Errors
    ///
    /// The credentials are malformed or were refused, or the service cannot be reached.
    pub async fn authenticate(&self) -> Result<Identity, Error> {
        self.core.authenticate().await
    }
}

/// The arguments of a call, all as text.
#[derive(Clone, Default)]
pub struct Arguments {
    /// Parameters, by key; an array as JSON.
    pub parameters: Vec<(String, String)>,
    /// JSON body.
    pub body: Option<Vec<u8>>,
    /// Whether undocumented values are sent, also a body that no model can represent.
    pub allow_undocumented: bool,
}

/// Hides the values, which may be secrets.
impl Debug for Arguments {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.parameters.iter().map(|(name, _)| name.as_str()).collect();
        let bytes = self.body.as_ref().map(Vec::len);
        f.debug_struct("Arguments")
            .field("parameters", &names)
            .field("body_bytes", &bytes)
            .finish_non_exhaustive()
    }
}

impl Arguments {
    fn text(&self, key: &str, name: &str) -> Option<&str> {
        let given = |name| self.parameters.iter().find(|(given, _)| given == name);
        given(key).or_else(|| given(name)).map(|(_, text)| text.as_str())
    }

    /// The value of a parameter; an array from JSON.
    #[allow(dead_code, reason = "not every API has parameters")]
    pub(crate) fn parameter<T: DeserializeOwned>(
        &self,
        key: &str,
        parameter: &'static cloudfn_schema::Parameter,
    ) -> Result<Option<T>, Error> {
        let Some(text) = self.text(key, parameter.name) else { return Ok(None) };
        let value = parameter.schema.value_of(text);
        serde_json::from_value(value.clone()).map(Some).map_err(|_| {
            // The message is the same as for any other value.
            let found = cloudfn_schema::check(parameter.schema, &value);
            let reason = found.first().map_or_else(String::new, ToString::to_string);
            let end = if self.allow_undocumented { "; such a value cannot be sent" } else { "" };
            Error::invalid(format!("{}: {reason}{end}", parameter.name))
        })
    }

    /// The JSON body as a model, and what sends it. Reports what a model cannot represent;
    /// undocumented values are reported when it is sent. If they are allowed, such a body is sent in
    /// place of the model, which is `minimal`.
    pub(crate) fn body<T: DeserializeOwned>(
        &self,
        operation: &'static cloudfn_schema::Operation,
        minimal: &str,
        core: Core,
    ) -> Result<(Option<T>, Core), Error> {
        let Some(body) = &self.body else { return Ok((None, core)) };
        let found = check_body(operation, body);
        let is_lost = |violation: &Violation| {
            use ViolationKind::{Missing, Null, Repeated, Undocumented};
            matches!(violation.kind, Missing | Null | Repeated | Undocumented)
        };
        match crate::json::exact(body) {
            Ok(value) if !found.iter().any(is_lost) => match has_null(body) {
                // A model has nothing in place of a documented null.
                true => Ok((Some(value), core.sending(body.clone()))),
                false => Ok((Some(value), core)),
            },
            _ if self.allow_undocumented && is_json(body) => {
                let violations = cloudfn_schema::on_one_line(&found);
                tracing::warn!(violations, "sends what is not documented");
                let minimal = crate::json::read(minimal.as_bytes()).map_err(Error::invalid)?;
                Ok((Some(minimal), core.sending(body.clone())))
            }
            Err(unread) if found.is_empty() => Err(Error::invalid(unread)),
            _ => Err(Error::undocumented(found)),
        }
    }
}

/// A successful response of the service.
#[derive(Clone, Default, PartialEq)]
pub struct CallResponse {
    /// HTTP status.
    pub status: u16,
    /// The documented headers, as they were decoded.
    pub headers: Value,
    /// The decoded body, written back; a string if it is text.
    pub body: Value,
    /// The body as received.
    pub received: Bytes,
    /// Its differences from the documents.
    pub differences: Vec<Violation>,
}

impl Received for CallResponse {
    fn received(&self) -> &[u8] {
        &self.received
    }

    fn blamed(self, error: Error) -> Error {
        let status = StatusCode::from_u16(self.status).unwrap_or_default();
        let (headers, body) = (HeaderMap::new(), self.received);
        error.with_response(HttpResponse { status, headers, body, is_whole: true }, None)
    }
}

/// Hides the body, which may contain secrets.
impl Debug for CallResponse {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallResponse")
            .field("status", &self.status)
            .field("body_bytes", &self.received.len())
            .field("differences", &self.differences)
            .finish_non_exhaustive()
    }
}

fn is_json(body: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(without_mark(body)).is_ok()
}

/// Whether a member of some object in a JSON text is null.
fn has_null(json: &[u8]) -> bool {
    fn is_in(value: &Value) -> bool {
        match value {
            Value::Object(object) => object.values().any(|value| value.is_null() || is_in(value)),
            Value::Array(items) => items.iter().any(is_in),
            _ => false,
        }
    }
    serde_json::from_slice(without_mark(json)).is_ok_and(|value| is_in(&value))
}

/// The violations of a JSON body.
fn check_body(operation: &'static cloudfn_schema::Operation, body: &[u8]) -> Vec<Violation> {
    let request = operation.request.as_ref();
    let check = |request: &cloudfn_schema::Body| {
        let options = Options::request().about(operation.request_part());
        cloudfn_schema::check_json_with(&options, request.schema, body)
    };
    request.map_or_else(Vec::new, check)
}

/// The result of a call with a JSON response or a text.
pub(crate) fn answer<T: Serialize, H: Serialize>(
    response: &crate::Response<T, H>,
) -> Result<CallResponse, Error> {
    let value: &T = response;
    Ok(CallResponse { body: written(value)?, ..answer_without_model(response)? })
}

/// The result of a call without either.
pub(crate) fn answer_without_model<T, H: Serialize>(
    response: &crate::Response<T, H>,
) -> Result<CallResponse, Error> {
    Ok(CallResponse {
        status: response.status.as_u16(),
        headers: written(&response.typed_headers)?,
        body: Value::Null,
        received: response.body.clone(),
        differences: response.differences(),
    })
}

fn written<T: Serialize>(value: &T) -> Result<Value, Error> {
    serde_json::to_value(value).map_err(|e| {
        Error::new(ErrorKind::Decode, "the response cannot be written back").with_source(e)
    })
}
