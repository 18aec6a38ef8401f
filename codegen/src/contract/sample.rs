//! Where the members of schemas are seen in documented samples.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::ledger::Sample;
use crate::model::{pointer, Operation, Spec};

/// A member seen in a sample.
#[derive(Clone, Debug)]
pub struct Seen<'v> {
    /// JSON pointer of the object schema that it is a member of.
    pub holder: String,
    /// The object.
    pub object: &'v Value,
    /// Its name.
    pub name: &'v str,
    /// Its value.
    pub value: &'v Value,
}

/// The members that `sample` shows, with the schemas they belong to.
pub fn members_in<'v>(spec: &Spec, operation: &Operation, sample: &'v Sample) -> Vec<Seen<'v>> {
    let objects = objects(spec, operation, sample).into_iter();
    let seen = objects.flat_map(|(holder, object)| {
        let members = object.as_object().into_iter().flatten();
        members.map(move |(name, value)| Seen { holder: holder.clone(), object, name, value })
    });
    seen.collect()
}

/// The objects that `sample` shows of the schema at `holder`.
pub fn objects_in<'v>(
    spec: &Spec,
    operation: &Operation,
    sample: &'v Sample,
    holder: &str,
) -> Vec<&'v Value> {
    let objects = objects(spec, operation, sample).into_iter();
    objects.filter(|(pointer, _)| pointer == holder).map(|(_, object)| object).collect()
}

/// The objects that `sample` shows, with the pointers of their schemas.
fn objects<'v>(spec: &Spec, operation: &Operation, sample: &'v Sample) -> Vec<(String, &'v Value)> {
    let mut found = Vec::new();
    if let Some(schema) = operation.body(&sample.place).and_then(|body| body.schema()) {
        walk(spec, schema, &sample.value, &mut found);
    }
    found
}

fn walk<'v>(spec: &Spec, at: &str, value: &'v Value, found: &mut Vec<(String, &'v Value)>) {
    let Some(schema) = spec.at(at) else { return };
    if let Some(object) = value.as_object() {
        found.push((schema.pointer.clone(), value));
        for (name, member) in object {
            let listed = schema.member(name).map(|listed| &listed.schema);
            if let Some(inner) = listed.or(schema.values.as_ref()) {
                walk(spec, inner, member, found);
            }
        }
    }
    for part in schema.alternatives.iter().flat_map(|alternatives| &alternatives.parts) {
        walk(spec, part, value, found);
    }
    if let Some(items) = &schema.items {
        for item in value.as_array().into_iter().flatten() {
            walk(spec, items, item, found);
        }
    }
}

/// Where two values differ first, and what each has there.
pub fn first_difference<'v>(
    one: &'v Value,
    other: &'v Value,
) -> Option<(String, Option<&'v Value>, Option<&'v Value>)> {
    let inside = |value: &'v Value| -> BTreeMap<String, &'v Value> {
        match value {
            Value::Object(members) => members.iter().map(|(key, v)| (key.clone(), v)).collect(),
            Value::Array(items) => (0..).map(|at: usize| at.to_string()).zip(items).collect(),
            _ => BTreeMap::new(),
        }
    };
    let (of_one, of_other) = (inside(one), inside(other));
    let mut keys = of_one.keys().chain(of_other.keys());
    let key = keys.find(|key| of_one.get(*key) != of_other.get(*key));
    match key.map(|key| (key, of_one.get(key), of_other.get(key))) {
        None => (one != other).then(|| (String::new(), Some(one), Some(other))),
        Some((key, Some(one), Some(other))) => {
            let (at, one, other) = first_difference(one, other)?;
            Some((pointer::join("", key) + &at, one, other))
        }
        Some((key, one, other)) => Some((pointer::join("", key), one.copied(), other.copied())),
    }
}
