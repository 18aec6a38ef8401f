//! Authored specs: reading them, refusing what is malformed, and finding one's way in them.

mod all_of;
mod collection;
#[cfg(feature = "checks")]
mod excerpt;
mod grammar;
mod index;
mod instance;
pub mod media;
mod numbers;
pub mod pointer;
mod validate;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

#[cfg(feature = "checks")]
pub use self::excerpt::without_unused;
pub use self::grammar::{is_extension, objects};
use self::index::Index;
pub use self::instance::minimal;
use crate::error::{files_in, Error, Result};

/// The HTTP methods that an OpenAPI path item may have.
pub const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// An authored OpenAPI document.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Name of the API: the file's stem, and the module of the generated client.
    pub api: String,
    /// The file.
    pub file: PathBuf,
    /// The document as it stands in the file, but for each `allOf`, whose parts are written
    /// together, and for whole numbers with a fraction: `1.0` is 1.
    pub document: Value,
    index: Index,
}

/// One operation of a spec.
#[derive(Clone, Debug)]
pub struct Operation<'a> {
    /// Its operationId.
    pub id: &'a str,
    /// HTTP method, in capitals.
    pub method: String,
    /// Path template.
    pub path: &'a str,
    /// JSON pointer of the operation.
    pub pointer: String,
    /// The operation object.
    pub value: &'a Value,
}

/// A value of the document with its JSON pointer, references followed.
#[derive(Clone, Debug)]
pub struct Located<'a> {
    /// JSON pointer of the value.
    pub pointer: String,
    /// The value.
    pub value: &'a Value,
}

/// Whether a schema takes part in requests, in responses or in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Part of a request body or of a parameter.
    pub request: bool,
    /// Part of a response body.
    pub response: bool,
}

impl Spec {
    /// Reads and validates the spec in `file`.
    pub fn load(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file)
            .map_err(|e| Error::new(file, "", format!("cannot be read: {e}")))?;
        Self::parse(file, &text)
    }

    /// Validates the spec `text`; `file` names it in errors.
    pub fn parse(file: &Path, text: &str) -> Result<Self> {
        if text.trim().is_empty() {
            return Err(Error::new(file, "", "the spec is empty"));
        }
        let document: Value =
            serde_saphyr::from_str_with_options(text, core_schema()).map_err(|e| {
                let (place, message) = yaml_error(&e);
                Error::new(file, place, message)
            })?;
        Self::of(file, document)
    }

    /// Validates a spec that has been read already; `file` names it in errors.
    pub fn of(file: &Path, mut document: Value) -> Result<Self> {
        numbers::write_plainly(&mut document);
        let api = file
            .file_stem()
            .and_then(|stem| stem.to_str())
            .filter(|stem| syn::parse_str::<syn::Ident>(stem).is_ok())
            .ok_or_else(|| Error::new(file, "", "the file's name is no Rust module name"))?
            .to_owned();
        let mut spec = Self { api, file: file.to_owned(), index: Index::of(&document), document };
        validate::validate(&spec)?;
        if all_of::write_together(&mut spec)? {
            validate::validate(&spec)?;
        }
        Ok(spec)
    }

    /// Reads every `*.yaml` directly in `folder`, in the order of their names.
    pub fn load_all(folder: &Path) -> Result<Vec<Self>> {
        let files = files_in(folder, &["yaml", "yml"])?;
        if files.is_empty() {
            return Err(Error::new(folder, "", "there is no spec (*.yaml)"));
        }
        files.iter().map(|file| Self::load(file)).collect()
    }

    /// An error at `pointer` of this spec.
    pub fn error(&self, pointer: &str, message: impl Into<String>) -> Error {
        Error::new(&self.file, pointer, message)
    }

    /// Every operation, in the order of the paths.
    pub fn operations(&self) -> Vec<Operation<'_>> {
        let mut operations = Vec::new();
        for (path, item) in members(&self.document["paths"]) {
            for (method, value) in members(item) {
                if METHODS.contains(&method.as_str()) {
                    operations.push(Operation {
                        id: value["operationId"].as_str().unwrap_or_default(),
                        method: method.to_uppercase(),
                        path,
                        pointer: pointer::join(&pointer::join("/paths", path), method),
                        value,
                    });
                }
            }
        }
        operations
    }

    /// The value at `pointer`, with `$ref`s followed.
    pub fn at(&self, pointer: &str) -> Option<Located<'_>> {
        let mut pointer = pointer.to_owned();
        loop {
            let value = self.document.pointer(&pointer)?;
            match reference(value) {
                Some(target) => pointer = target.to_owned(),
                None => return Some(Located { pointer, value }),
            }
        }
    }

    /// The parameters of an operation, its path item's included, references followed.
    pub fn parameters(&self, operation: &Operation<'_>) -> Vec<Located<'_>> {
        let item = pointer::join("/paths", operation.path);
        let mut parameters: Vec<Located<'_>> = Vec::new();
        for list in [&item, &operation.pointer] {
            let list = pointer::join(list, "parameters");
            let count = self.document.pointer(&list).and_then(Value::as_array);
            for index in 0..count.map_or(0, Vec::len) {
                if let Some(found) = self.at(&format!("{list}/{index}")) {
                    let same = |old: &Located<'_>| {
                        old.value["name"] == found.value["name"]
                            && old.value["in"] == found.value["in"]
                    };
                    parameters.retain(|old| !same(old));
                    parameters.push(found);
                }
            }
        }
        parameters
    }

    /// The request body of an operation, reference followed.
    pub fn request(&self, operation: &Operation<'_>) -> Option<Located<'_>> {
        self.at(&pointer::join(&operation.pointer, "requestBody"))
    }

    /// The response of an operation for `status` as the spec spells it.
    pub fn response(&self, operation: &Operation<'_>, status: &str) -> Option<Located<'_>> {
        let responses = pointer::join(&operation.pointer, "responses");
        self.at(&pointer::join(&responses, status))
    }

    /// The headers of a response with their names, references followed.
    pub fn headers(&self, operation: &Operation<'_>, status: &str) -> Vec<(String, Located<'_>)> {
        let Some(response) = self.response(operation, status) else { return Vec::new() };
        let headers = pointer::join(&response.pointer, "headers");
        let names = members(&response.value["headers"]).map(|(name, _)| name.clone());
        names
            .filter_map(|name| Some((name.clone(), self.at(&pointer::join(&headers, &name))?)))
            .collect()
    }

    /// The statuses of an operation, as the spec spells them.
    pub fn statuses<'a>(&self, operation: &Operation<'a>) -> Vec<&'a str> {
        members(&operation.value["responses"]).map(|(status, _)| status.as_str()).collect()
    }

    /// The JSON media type of a request body or response.
    pub fn json(&self, body: &Located<'_>) -> Option<Located<'_>> {
        let content = pointer::join(&body.pointer, "content");
        let pointer = pointer::join(&content, media::json_of(&body.value["content"])?);
        let value = self.document.pointer(&pointer)?;
        Some(Located { pointer, value })
    }

    /// The statuses that an operation's security requires in a header `name`: in every
    /// alternative (`Some(true)`), in some (`Some(false)`) or in none (`None`).
    pub fn security_header(&self, operation: &Operation<'_>, name: &str) -> Option<bool> {
        let alternatives = self.security(operation);
        let with = alternatives.iter().filter(|schemes| {
            schemes.iter().any(|scheme| {
                let scheme = &self.document["components"]["securitySchemes"][scheme.as_str()];
                scheme["in"] == "header"
                    && scheme["name"]
                        .as_str()
                        .is_some_and(|header| header.eq_ignore_ascii_case(name))
            })
        });
        match with.count() {
            0 => None,
            count => Some(count == alternatives.len()),
        }
    }

    /// The alternatives of an operation's security, each the names of its schemes.
    pub fn security(&self, operation: &Operation<'_>) -> Vec<Vec<String>> {
        let own = &operation.value["security"];
        let security = if own.is_null() { &self.document["security"] } else { own };
        security.as_array().map_or_else(Vec::new, |alternatives| {
            alternatives
                .iter()
                .map(|schemes| members(schemes).map(|(name, _)| name.clone()).collect())
                .collect()
        })
    }

    /// Takes note of changes in the document.
    pub(crate) fn refresh(&mut self) {
        self.index = Index::of(&self.document);
    }

    /// JSON pointers of all schemas in the document, parents before children.
    pub fn schema_pointers(&self) -> &[String] {
        &self.index.pointers
    }

    /// How the schema at `pointer` is used.
    pub fn uses(&self, pointer: &str) -> Uses {
        self.index.uses(pointer)
    }

    /// The names of the component schemas that can be reached from the schemas outside of
    /// components that `from` picks by their pointers.
    pub fn reachable(&self, from: impl Fn(&str) -> bool) -> BTreeSet<String> {
        self.index.reachable(from)
    }
}

/// The members of an object; none of anything else.
pub fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

/// The target of a local `$ref`, as a JSON pointer. One that has to share its place with a
/// description stands in an `allOf` of its own.
pub fn reference(value: &Value) -> Option<&str> {
    let value = match value.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
        Some([only]) if is_only_told_of(value) => only,
        _ => value,
    };
    value.get("$ref")?.as_str()?.strip_prefix('#')
}

/// Whether a schema is of a single value.
pub fn is_scalar(schema: &Value) -> bool {
    matches!(schema["type"].as_str(), Some("string" | "integer" | "number" | "boolean"))
}

/// The schemas of which a value is like one, and their keyword.
pub fn alternatives(schema: &Value) -> Option<(&'static str, &[Value])> {
    let listed = |keyword| Some((keyword, schema.get(keyword)?.as_array()?.as_slice()));
    listed("oneOf").or_else(|| listed("anyOf"))
}

/// Whether nothing of a schema with an `allOf` constrains beside it.
fn is_only_told_of(schema: &Value) -> bool {
    members(schema).all(|(keyword, _)| keyword == "allOf" || all_of::only_tells(keyword))
}

/// How YAML 1.2 reads a plain scalar: `yes`, `on` and `1_000` are texts.
fn core_schema() -> serde_saphyr::Options {
    serde_saphyr::options! { strict_booleans: true, underscored_numbers_as_strings: true }
}

/// Place and message of a YAML error, without the excerpt that the reader draws.
fn yaml_error(error: &serde_saphyr::Error) -> (String, String) {
    let place = error
        .location()
        .map_or_else(String::new, |at| format!("line {}, column {}", at.line(), at.column()));
    let message = error.without_snippet().to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    (place, format!("not readable as YAML: {message}"))
}
