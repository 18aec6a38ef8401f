//! The document of a spec as it stands, for what is compared word for word.

use cloudfn_codegen::model::pointer::join;
use cloudfn_codegen::model::{Spec, METHODS};
use serde_json::{Map, Value};

/// An operation as it stands in the document.
pub struct Operation<'a> {
    pub id: &'a str,
    pub method: String,
    pub path: &'a str,
    pub pointer: String,
    pub value: &'a Value,
}

/// A value with its JSON pointer, references followed.
#[derive(Clone)]
pub struct Located<'a> {
    pub pointer: String,
    pub value: &'a Value,
}

pub fn operations(spec: &Spec) -> Vec<Operation<'_>> {
    let mut operations = Vec::new();
    for (path, item) in members(&spec.as_json()["paths"]) {
        for (method, value) in members(item).filter(|(key, _)| METHODS.contains(&key.as_str())) {
            operations.push(Operation {
                id: value["operationId"].as_str().unwrap_or_default(),
                method: method.to_uppercase(),
                path,
                pointer: join(&join("/paths", path), method),
                value,
            });
        }
    }
    operations
}

/// The value at `pointer`, with `$ref`s followed.
pub fn at<'s>(spec: &'s Spec, pointer: &str) -> Option<Located<'s>> {
    let mut pointer = pointer.to_owned();
    loop {
        let value = spec.as_json().pointer(&pointer)?;
        match reference(spec, &pointer) {
            Some(target) => pointer = target.to_owned(),
            None => return Some(Located { pointer, value }),
        }
    }
}

/// Where what stands at `pointer` refers to.
pub fn reference<'s>(spec: &'s Spec, pointer: &str) -> Option<&'s str> {
    match spec.schema(pointer) {
        Some(schema) => schema.target.as_deref(),
        None => spec.as_json().pointer(pointer)?.get("$ref")?.as_str()?.strip_prefix('#'),
    }
}

/// The parameters of an operation, references followed.
pub fn parameters<'s>(spec: &'s Spec, operation: &Operation<'_>) -> Vec<Located<'s>> {
    let listed = spec.operation(operation.id).map_or(&[][..], |operation| &operation.parameters);
    listed.iter().filter_map(|parameter| at(spec, &parameter.pointer)).collect()
}

/// The members of an object; none of anything else.
pub fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}
