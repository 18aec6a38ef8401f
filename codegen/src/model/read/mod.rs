//! Reads a spec: the only place that looks into the document as it was written.

mod all_of;
mod grammar;
mod numbers;
mod objects;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::pointer::{self, join};
use crate::error::{Error, Result};

/// An OpenAPI document.
#[derive(Clone, Debug)]
pub struct Document {
    pub file: PathBuf,
    /// As it stands in the file, but for each `allOf`, whose parts are written together, and for
    /// whole numbers with a fraction: `1.0` is 1.
    pub value: Value,
}

/// A value of a document with its JSON pointer, references followed.
#[derive(Clone, Debug)]
pub struct Located<'d> {
    pub pointer: String,
    pub value: &'d Value,
}

impl Document {
    /// Reads a document; `file` names it in errors.
    pub fn parse(file: &Path, text: &str) -> Result<Self> {
        if text.trim().is_empty() {
            return Err(Error::new(file, "", "the spec is empty"));
        }
        let value = serde_saphyr::from_str_with_options(text, core_schema()).map_err(|e| {
            let (place, message) = yaml_error(&e);
            Error::new(file, place, message)
        })?;
        Ok(Self { file: file.to_owned(), value })
    }

    /// Refuses what OpenAPI does not know. Returns the JSON pointers of all schemas, parents before
    /// children.
    pub fn check(&mut self) -> Result<Vec<String>> {
        let schemas = objects::check(self)?;
        numbers::write_plainly(&mut self.value, &schemas);
        Ok(schemas)
    }

    /// The document with the parts of each `allOf` written together, if there is one that is more
    /// than a reference.
    pub fn written_together(&self, schemas: &[String]) -> Result<Option<Self>> {
        all_of::written_together(self, schemas)
    }

    /// Whether the `openapiv3` crate, which the generator uses, reads the document.
    pub fn is_read_by_generator(&self) -> Result<()> {
        serde_path_to_error::deserialize::<_, openapiv3::OpenAPI>(&self.value).map(drop).map_err(
            |e| {
                let place = format!("/{}", e.path().to_string().replace('.', "/"));
                self.error(&place, format!("not valid OpenAPI: {}", e.inner()))
            },
        )
    }

    pub fn error(&self, pointer: &str, message: impl Into<String>) -> Error {
        Error::new(&self.file, pointer, message)
    }

    /// The value at `pointer`, with `$ref`s followed.
    pub fn at(&self, pointer: &str) -> Option<Located<'_>> {
        let mut pointer = pointer.to_owned();
        loop {
            let value = self.value.pointer(&pointer)?;
            match reference(value) {
                Some(target) => pointer = target.to_owned(),
                None => return Some(Located { pointer, value }),
            }
        }
    }

    /// Takes out the components of some kinds that nothing else uses.
    pub fn remove_unused(&mut self, is_removable: impl Fn(&str) -> bool) {
        let components = &self.value["components"];
        let kept = members(components).filter(|(kind, _)| !is_removable(kind));
        let roots = kept.map(|(_, components)| components).chain([&self.value["paths"]]);
        let used = self.components_from(roots.collect());
        let Some(kinds) = self.value["components"].as_object_mut() else { return };
        for (kind, components) in kinds.iter_mut().filter(|(kind, _)| is_removable(kind)) {
            if let Some(components) = components.as_object_mut() {
                let of_kind = join("/components", kind);
                components.retain(|name, _| used.contains(&join(&of_kind, name)));
            }
        }
    }

    /// Pointers of the components that values use, by whatever number of references.
    pub fn components_from<'v>(&'v self, mut open: Vec<&'v Value>) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        while let Some(value) = open.pop() {
            if let Some(target) = reference(value) {
                let component: Vec<&str> = target.splitn(5, '/').take(4).collect();
                if found.insert(component.join("/")) {
                    open.extend(self.value.pointer(target));
                }
            }
            match value {
                Value::Object(object) => open.extend(object.values()),
                Value::Array(list) => open.extend(list),
                _ => {}
            }
        }
        found
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
