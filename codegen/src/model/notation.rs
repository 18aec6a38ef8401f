//! How a schema and its values read in a ledger.

use serde_json::Value;

use super::{pointer, Alternatives, Schema, Spec};

/// The type of the schema at `at`, as a cell spells it.
pub fn type_of(spec: &Spec, at: &str) -> String {
    let (Some(own), Some(found)) = (spec.schema(at), spec.at(at)) else { return "any".to_owned() };
    let name = own.target.as_ref().and_then(|_| name_of(spec, found));
    let plain = name.map_or_else(|| plain_type(spec, found), str::to_owned);
    match own.is("nullable") || found.is("nullable") {
        true => format!("{plain} or null"),
        false => plain,
    }
}

/// The name by which a component is known. A scalar, an array or a map is known by what it is.
fn name_of<'s>(spec: &Spec, found: &'s Schema) -> Option<&'s str> {
    let name = pointer::component(&found.pointer)?;
    (!found.is_scalar() && !spec.is_collection(found)).then_some(name)
}

fn plain_type(spec: &Spec, schema: &Schema) -> String {
    let inside = |at: &Option<String>| at.as_ref().map(|at| type_of(spec, at));
    match (schema.json_type(), schema.text("format")) {
        (Some("integer"), Some("int64")) => "long".to_owned(),
        (Some("array"), _) => {
            format!("array of {}", inside(&schema.items).unwrap_or_else(|| "any".to_owned()))
        }
        (Some("object"), _) if schema.values.is_some() => {
            format!("map of {}", inside(&schema.values).unwrap_or_default())
        }
        (Some(kind), Some(format)) => format!("{kind}({format})"),
        (Some(kind), None) => kind.to_owned(),
        (None, _) => match &schema.alternatives {
            Some(Alternatives { keyword, parts }) => {
                let parts: Vec<String> = parts.iter().map(|part| type_of(spec, part)).collect();
                format!("{keyword} {}", parts.join(" "))
            }
            None => "any".to_owned(),
        },
    }
}

/// A scalar, as a cell spells it.
pub fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The values of an enumeration, as a cell spells them, in a fixed order. That null is among them
/// is told by the type.
pub fn values<'v>(list: impl Iterator<Item = &'v Value>) -> String {
    let mut values: Vec<String> = list.filter(|value| !value.is_null()).map(scalar).collect();
    values.sort();
    let quoted = values.iter().map(|value| match value.contains(char::is_whitespace) {
        true => format!("`{value}`"),
        false => value.clone(),
    });
    quoted.collect::<Vec<_>>().join(" ")
}
