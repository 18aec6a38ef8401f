//! Where the members of schemas are seen in documented samples.

use serde_json::Value;

use crate::ledger::Sample;
use crate::model::{Operation, Spec};

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
    let mut found = Vec::new();
    if let Some(schema) = operation.body(&sample.place).and_then(|body| body.schema()) {
        walk(spec, schema, &sample.value, &mut found);
    }
    found
}

/// The objects that `sample` shows of the schema at `holder`.
pub fn objects_in<'v>(
    spec: &Spec,
    operation: &Operation,
    sample: &'v Sample,
    holder: &str,
) -> Vec<&'v Value> {
    let mut objects: Vec<&Value> = Vec::new();
    for seen in members_in(spec, operation, sample) {
        let is_new = !objects.iter().any(|object| std::ptr::eq(*object, seen.object));
        if seen.holder == holder && is_new {
            objects.push(seen.object);
        }
    }
    objects
}

fn walk<'v>(spec: &Spec, at: &str, value: &'v Value, found: &mut Vec<Seen<'v>>) {
    let Some(schema) = spec.at(at) else { return };
    for (name, member) in value.as_object().into_iter().flatten() {
        found.push(Seen { holder: schema.pointer.clone(), object: value, name, value: member });
        let listed = schema.member(name).map(|listed| &listed.schema);
        if let Some(inner) = listed.or(schema.values.as_ref()) {
            walk(spec, inner, member, found);
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
