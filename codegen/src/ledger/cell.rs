//! The notation of cells: how a schema's keywords read in a ledger.

use serde_json::Value;

use crate::spec::{alternatives, is_scalar, pointer, reference, Located, Spec};

/// No value, in a cell or in a spec.
pub const NONE: &str = "-";

/// The type of a schema, as a cell spells it.
pub fn type_of(spec: &Spec, schema: &Value) -> String {
    let found = reference(schema).and_then(|target| spec.at(target));
    let (value, name) = match &found {
        Some(found) => (found.value, name_of(spec, found)),
        None => (schema, None),
    };
    let plain = name.map_or_else(|| plain_type(spec, value), str::to_owned);
    match [schema, value].iter().any(|schema| schema["nullable"] == true) {
        true => format!("{plain} or null"),
        false => plain,
    }
}

/// The name by which a component is known. A scalar, an array or a map is known by what it is.
fn name_of<'s>(spec: &Spec, found: &'s Located<'_>) -> Option<&'s str> {
    let name = pointer::component(&found.pointer)?;
    (!is_scalar(found.value) && !spec.is_collection(&found.pointer)).then_some(name)
}

fn plain_type(spec: &Spec, schema: &Value) -> String {
    let format = schema["format"].as_str();
    match (schema["type"].as_str(), format) {
        (Some("integer"), Some("int64")) => "long".to_owned(),
        (Some("array"), _) => format!("array of {}", type_of(spec, &schema["items"])),
        (Some("object"), _) if schema["additionalProperties"].is_object() => {
            format!("map of {}", type_of(spec, &schema["additionalProperties"]))
        }
        (Some(kind), Some(format)) => format!("{kind}({format})"),
        (Some(kind), None) => kind.to_owned(),
        (None, _) => match alternatives(schema) {
            Some((keyword, parts)) => {
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
pub fn values(list: &Value) -> Option<String> {
    let values = list.as_array()?.iter().filter(|value| !value.is_null());
    let mut values: Vec<String> = values.map(scalar).collect();
    values.sort();
    let quoted = values.iter().map(|value| match value.contains(char::is_whitespace) {
        true => format!("`{value}`"),
        false => value.clone(),
    });
    Some(quoted.collect::<Vec<_>>().join(" "))
}

/// A cell of values in the fixed order.
pub fn sorted_values(cell: &str) -> String {
    let list: Vec<Value> = split_values(cell).into_iter().map(Value::String).collect();
    values(&Value::Array(list)).unwrap_or_default()
}

/// The values that a cell lists; those with blanks stand in backticks.
pub fn split_values(cell: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (index, part) in cell.split('`').enumerate() {
        match index % 2 {
            0 => found.extend(part.split_whitespace().map(str::to_owned)),
            _ => found.push(part.to_owned()),
        }
    }
    found
}

/// The two sides of a cell of limits: `1..32`, `1..` or `..32`.
pub fn limits(cell: &str) -> Option<(Option<&str>, Option<&str>)> {
    let (least, most) = cell.split_once("..")?;
    let side = |side: &'_ str| side.is_empty() || side.parse::<f64>().is_ok();
    let given = |side| Some(side).filter(|side: &&str| !side.is_empty());
    (side(least) && side(most)).then(|| (given(least), given(most)))
}
