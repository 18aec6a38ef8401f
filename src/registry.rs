//! What each API knows of its own operations: the generated `API` of each API's module.
//!
//! The contract suite, the mock server and the command line do for every operation what they
//! would otherwise need code of its own for.

use std::fmt::{self, Debug, Display, Formatter};
use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;

use bytes::Bytes;
use cloudfn_schema::Violation;
use serde::de::DeserializeOwned;
use serde::Serialize;
use serde_json::Value;

use crate::credentials::SharedCredentials;
use crate::differences::{strict, Count, Difference, Differences, Place};
use crate::error::{Error, ErrorKind};
use crate::leaf::Leaf;
use crate::transport::Core;
use crate::RetryPolicy;

/// The APIs that this build has.
pub const APIS: &[&Api] = &[
    #[cfg(feature = "authing")]
    &crate::authing::API,
    #[cfg(feature = "functiongraph")]
    &crate::functiongraph::API,
    #[cfg(all(test, feature = "mock"))]
    &crate::probe::API,
    #[cfg(all(test, feature = "mock"))]
    &crate::names::API,
];

/// An API.
#[derive(Debug)]
pub struct Api {
    /// Its name, that of its module and spec.
    pub name: &'static str,
    /// The documented base URLs, with what differs from one region to another in braces.
    pub servers: &'static [&'static str],
    /// Its operations, in the order of the spec.
    pub operations: &'static [Operation],
    /// Its models.
    pub schemas: &'static [Schema],
    /// Makes a client for the service at a base URL.
    pub target: fn(&str, SharedCredentials, RetryPolicy) -> Result<Target, Error>,
}

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
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// The parameters that a caller gives.
    pub parameters: &'static [Parameter],
    /// The JSON body that it takes.
    pub request: Option<Model>,
    /// Whether a caller has to send a body.
    pub request_required: bool,
    /// A JSON body with what a caller has to send and no more, for want of a sample.
    pub minimal_request: Option<&'static str>,
    /// Whether a call changes nothing.
    pub safe: bool,
    /// The documented answers.
    pub responses: &'static [Response],
    /// The headers of each alternative of its security, in lower case.
    pub security: &'static [&'static [&'static str]],
    /// The documented samples.
    pub samples: &'static [Sample],
    /// What is documented of it.
    pub table: &'static cloudfn_schema::Operation,
    /// Calls it.
    pub call: for<'a> fn(&'a Target, &'a Arguments) -> Call<'a>,
}

impl Operation {
    /// The documented answer with `status`.
    pub fn response(&self, status: u16) -> Option<&'static Response> {
        let named = |spelled: String| self.responses.iter().find(|r| r.status == spelled);
        named(status.to_string()).or_else(|| named(format!("{}XX", status / 100)))
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
pub type Call<'a> = Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send + 'a>>;

/// A parameter of an operation.
#[derive(Debug)]
pub struct Parameter {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its name in [`Arguments`]: that on the wire, unless another parameter of the call has it.
    pub key: &'static str,
    /// What separates the items of a list that stand in one value; nothing where each item has a
    /// value of its own.
    pub delimiter: Option<&'static str>,
    /// Where it goes: `path`, `query` or `header`.
    pub location: &'static str,
    /// Whether a caller has to give it.
    pub required: bool,
    /// Whether its value is a secret, by its name or its format.
    pub secret: bool,
    /// Its Rust type, without paths.
    pub rust_type: &'static str,
    /// What it is, with what is documented of it.
    pub description: &'static str,
    /// What the documents allow, where it is a leaf type.
    pub documented: Option<fn() -> String>,
    /// A value that the documents allow; an array as a JSON text.
    pub minimal: &'static str,
    /// Its documented default as JSON, which the service fills in.
    pub default: Option<&'static str>,
    /// The schema that the Rust type states of itself.
    #[cfg(feature = "schemars")]
    pub json_schema: fn() -> Value,
    /// Checks a text as the generated builder does, and returns it as it is sent.
    pub check: fn(&str) -> Result<String, String>,
}

/// A documented answer.
#[derive(Debug)]
pub struct Response {
    /// The status as the spec spells it: `200` or `4XX`.
    pub status: &'static str,
    /// The JSON body, if it has one.
    pub model: Option<Model>,
    /// A JSON body with what is documented as always present and no more, for want of a sample.
    pub minimal: Option<&'static str>,
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
    /// What its builder makes when nothing is given, or says instead; where it has members.
    pub empty: Option<fn() -> Result<Value, String>>,
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
    /// What it is, with what is documented of it.
    pub description: &'static str,
    /// What the documents allow, where it is a leaf type.
    pub documented: Option<fn() -> String>,
    /// Its documented default as JSON, which the service fills in.
    pub default: Option<&'static str>,
    /// Whether the documents have it always present.
    pub required: bool,
    /// Whether its value is a secret, by its name or its format.
    pub secret: bool,
    /// Gives the builder of the model a plain value for the member, where its type is a leaf.
    pub build: Option<Build>,
}

/// Builds a leaf from a plain JSON value and writes it back, or says why not.
pub type Build = fn(&Value) -> Result<Value, String>;

/// Decodes a JSON text.
pub type Decode<E> = fn(&[u8]) -> Result<Box<dyn Decoded>, E>;

/// The functions of one Rust type.
#[derive(Clone, Copy, Debug)]
pub struct Model {
    /// The Rust type, without paths.
    pub rust_type: &'static str,
    /// Decodes as the client does: tolerantly.
    pub decode: Decode<String>,
    /// Decodes as a caller's JSON is read: strictly.
    pub strict: Decode<Vec<Difference>>,
    /// The schema that the Rust type states of itself.
    #[cfg(feature = "schemars")]
    pub json_schema: fn() -> Value,
}

/// A decoded value of some model.
pub trait Decoded {
    /// Writes the value back.
    fn encode(&self) -> Value;
    /// What is undocumented in it.
    fn undocumented(&self) -> Vec<Difference>;
    /// The value as Rust shows it.
    fn shown(&self) -> String;
}

impl<T: Serialize + Differences + std::fmt::Debug> Decoded for T {
    fn encode(&self) -> Value {
        serde_json::to_value(self).unwrap_or_else(|e| Value::String(e.to_string()))
    }

    fn undocumented(&self) -> Vec<Difference> {
        self.differences()
    }

    fn shown(&self) -> String {
        format!("{self:#?}")
    }
}

#[cfg(feature = "schemars")]
/// A type that can state its own schema.
pub trait Schematic: schemars::JsonSchema {}
#[cfg(feature = "schemars")]
impl<T: schemars::JsonSchema> Schematic for T {}
#[cfg(not(feature = "schemars"))]
/// A type that could state its own schema with the feature `schemars`.
pub trait Schematic {}
#[cfg(not(feature = "schemars"))]
impl<T> Schematic for T {}

impl Model {
    pub(crate) const fn of<T>(rust_type: &'static str) -> Self
    where
        T: DeserializeOwned + Serialize + Differences + Schematic + std::fmt::Debug + 'static,
    {
        Self {
            rust_type,
            decode: |json| match crate::json::read::<T>(json) {
                Ok(value) => Ok(Box::new(value)),
                Err(unread) => Err(unread.to_string()),
            },
            strict: |json| Ok(Box::new(strict::<T>(json)?)),
            #[cfg(feature = "schemars")]
            json_schema: json_schema::<T>,
        }
    }
}

#[cfg(feature = "schemars")]
pub(crate) fn json_schema<T: schemars::JsonSchema>() -> Value {
    serde_json::to_value(schemars::schema_for!(T)).unwrap_or(Value::Null)
}

/// Builds a leaf from a plain JSON value, through its checked way in.
#[allow(dead_code, reason = "not every API has collections of leaves")]
pub(crate) fn build<L>(value: &Value) -> Result<Value, String>
where
    L: Leaf + TryFrom<<L as Leaf>::Plain> + Serialize,
    <L as Leaf>::Plain: DeserializeOwned,
    <L as TryFrom<<L as Leaf>::Plain>>::Error: Display,
{
    let plain: L::Plain = serde_json::from_value(value.clone()).map_err(|e| e.to_string())?;
    let leaf = L::try_from(plain).map_err(|e| e.to_string())?;
    serde_json::to_value(leaf).map_err(|e| e.to_string())
}

/// Gives `member` of a model a plain JSON value by the builder's `set`, and writes back what the
/// model then has.
pub(crate) fn build_member<M, B, P>(
    minimal: &str,
    member: &str,
    value: &Value,
    set: fn(B, P) -> B,
) -> Result<Value, String>
where
    M: DeserializeOwned + Serialize + TryFrom<B>,
    M::Error: Display,
    B: From<M>,
    P: DeserializeOwned,
{
    let minimal: M = crate::json::read(minimal.as_bytes()).map_err(|e| e.to_string())?;
    let plain: P = serde_json::from_value(value.clone()).map_err(|e| e.to_string())?;
    let model = M::try_from(set(B::from(minimal), plain)).map_err(|e| e.to_string())?;
    let mut written = serde_json::to_value(model).map_err(|e| e.to_string())?;
    Ok(written.get_mut(member).map(Value::take).unwrap_or_default())
}

/// Builds a model of nothing, and writes it back.
pub(crate) fn build_empty<M, B>() -> Result<Value, String>
where
    M: Serialize + TryFrom<B>,
    M::Error: Display,
    B: Default,
{
    let model = M::try_from(B::default()).map_err(|e| e.to_string())?;
    serde_json::to_value(model).map_err(|e| e.to_string())
}

/// A client of some API, for calls by name.
#[derive(Clone)]
pub struct Target {
    pub(crate) base_url: String,
    pub(crate) http: reqwest::Client,
    pub(crate) core: Core,
}

impl Target {
    /// Whether the client has a value of its own for the path parameter `name`.
    pub fn has_preset(&self, name: &str) -> bool {
        self.core.preset::<String>(name).is_ok()
    }
}

impl Debug for Target {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Target").field(&self.core).finish()
    }
}

/// The arguments of a call, all as text.
#[derive(Clone, Default)]
pub struct Arguments {
    /// Parameters by their keys; an array as a JSON text.
    pub parameters: Vec<(String, String)>,
    /// JSON body.
    pub body: Option<Vec<u8>>,
}

/// Shows no values, which may be secrets.
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
    #[allow(dead_code, reason = "not every API has parameters")]
    pub(crate) fn parameter(&self, key: &str, name: &str) -> Option<&str> {
        let given = |name| self.parameters.iter().find(|(given, _)| given == name);
        given(key).or_else(|| given(name)).map(|(_, text)| text.as_str())
    }
}

/// A documented answer of the service.
#[derive(Clone, Default, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The decoded body, written back.
    pub body: Value,
    /// The body as it was received.
    pub received: Bytes,
    /// What is undocumented in it.
    pub differences: Vec<Violation>,
}

/// Shows no body, which may hold secrets.
impl Debug for Answer {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("body_bytes", &self.received.len())
            .field("differences", &self.differences)
            .finish_non_exhaustive()
    }
}

#[allow(dead_code, reason = "not every API has parameters")]
/// A parameter as text; an array as a JSON text.
pub(crate) fn written_parameter<T: Serialize>(value: T) -> Result<String, String> {
    match serde_json::to_value(value).map_err(|e| e.to_string())? {
        Value::String(text) => Ok(text),
        other => Ok(other.to_string()),
    }
}

#[allow(dead_code, reason = "not every API has parameters")]
pub(crate) fn refuse(name: &str, reason: &str) -> Error {
    Error::invalid(format!("{name}: {reason}"))
}

#[allow(dead_code, reason = "not every API has parameters")]
pub(crate) fn parse<T>(text: &str) -> Result<T, String>
where
    T: FromStr,
    T::Err: Display,
{
    text.parse().map_err(|e: T::Err| e.to_string())
}

/// Reads the items of an array parameter from a JSON text.
///
/// # Errors
///
/// The text is no JSON array of such items, or one is undocumented.
pub fn parse_list<T>(json: &str) -> Result<Vec<T>, String>
where
    T: DeserializeOwned + Serialize + Differences,
{
    let items: Vec<T> = serde_json::from_str(json).map_err(|e| e.to_string())?;
    match items.differences().first() {
        Some(difference) => Err(difference.to_string()),
        None => Ok(items),
    }
}

/// The same of an array with a documented number of items.
#[allow(dead_code, reason = "not every API limits the number of items")]
pub(crate) fn parse_counted<T>(json: &str, documented: &Count) -> Result<Vec<T>, String>
where
    T: DeserializeOwned + Serialize + Differences,
{
    let mut found = Vec::new();
    let items = serde_json::from_str::<Vec<T>>(json).map_err(|e| e.to_string());
    match &items {
        Ok(items) => {
            items.collect(&Place::ROOT, &mut found);
            items.count(documented, &Place::ROOT, &mut found);
        }
        // Whatever they are, there are too many of them or too few.
        Err(reason) => {
            let items: Vec<Value> = serde_json::from_str(json).map_err(|_| reason.clone())?;
            items.count(documented, &Place::ROOT, &mut found);
        }
    }
    match found.first() {
        Some(difference) => Err(difference.to_string()),
        None => items,
    }
}

/// Reads a body as a caller's JSON is read, with the number of items that is documented of it.
#[allow(dead_code, reason = "not every API limits the number of items")]
pub(crate) fn counted<T>(
    json: &[u8],
    documented: &Count,
) -> Result<Box<dyn Decoded>, Vec<Difference>>
where
    T: DeserializeOwned + Serialize + Differences + Debug + 'static,
{
    let value = strict::<T>(json)?;
    let mut found = Vec::new();
    value.count(documented, &Place::ROOT, &mut found);
    match found.is_empty() {
        true => Ok(Box::new(value)),
        false => Err(found),
    }
}

pub(crate) fn read<T>(body: &[u8]) -> Result<T, Error>
where
    T: DeserializeOwned + Serialize + Differences,
{
    strict(body).map_err(|found| {
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        Error::invalid(found.join("; "))
    })
}

/// What came of a call whose success has a JSON body.
pub(crate) fn answer<T: Serialize>(response: &crate::Response<T>) -> Result<Answer, Error> {
    let value: &T = response;
    let body = serde_json::to_value(value).map_err(|e| {
        Error::new(ErrorKind::Undecodable, "the response cannot be written back").with_source(e)
    })?;
    Ok(Answer { body, ..answer_without_model(response) })
}

/// What came of a call whose success has no JSON body.
pub(crate) fn answer_without_model<T>(response: &crate::Response<T>) -> Answer {
    Answer {
        status: response.status.as_u16(),
        body: Value::Null,
        received: response.body.clone(),
        differences: response.differences(),
    }
}
