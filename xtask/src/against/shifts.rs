//! Which way a statement went from one value to another.

use serde_json::Value;

use super::verdict::Shift::{self, Added, Changed, Narrowed, Removed, Same, Widened};

/// What is told of a changed statement.
pub struct Told<'s> {
    /// The keyword, or a word of the table of effects.
    pub what: &'s str,
    pub shift: Shift,
    pub old: Option<Value>,
    pub new: Option<Value>,
}

/// What is told of a statement that went from one value to another, where no value stands for
/// `default`.
pub fn told<'s>(
    keyword: &'s str,
    old: Option<&Value>,
    new: Option<&Value>,
    default: Option<&Value>,
) -> Vec<Told<'s>> {
    if keyword != "values" {
        let shift = shift(keyword, old, new, default);
        return vec![Told { what: keyword, shift, old: old.cloned(), new: new.cloned() }];
    }
    let listed = |value: Option<&Value>| value.and_then(Value::as_array).cloned();
    let (old, new) = (listed(old).unwrap_or_default(), listed(new).unwrap_or_default());
    let missing = |from: &[Value], others: &[Value]| {
        let missing: Vec<_> = from.iter().filter(|v| !others.contains(v)).cloned().collect();
        (!missing.is_empty()).then(|| Value::from(missing))
    };
    let lost = missing(&old, &new).map(|lost| ("values lost", Narrowed, Some(lost), None));
    let added = missing(&new, &old).map(|added| ("new values", Widened, None, Some(added)));
    let told = lost.into_iter().chain(added);
    told.map(|(what, shift, old, new)| Told { what, shift, old, new }).collect()
}

/// Whether two values of a keyword are the same on the wire.
pub fn is_same(keyword: &str, old: &Value, new: &Value) -> bool {
    match (keyword, old, new) {
        // The names of its parameters make no difference.
        ("path", Value::String(old), Value::String(new)) => {
            let shape = |path: &str| -> Vec<String> {
                let parts = path.split('}').map(|part| part.split('{').next().unwrap_or_default());
                parts.map(str::to_owned).collect()
            };
            shape(old) == shape(new)
        }
        _ => old == new,
    }
}

fn shift(
    keyword: &str,
    old: Option<&Value>,
    new: Option<&Value>,
    default: Option<&Value>,
) -> Shift {
    use std::cmp::Ordering::{Equal, Greater, Less};
    if default.is_some() {
        return if old.or(default) == new.or(default) { Same } else { Changed };
    }
    let rooms = (room(keyword, old), room(keyword, new));
    match (keyword, old, new, rooms) {
        ("first server", ..) => Changed,
        (_, _, _, (Some(old), Some(new))) => match old.partial_cmp(&new) {
            Some(Less) => Widened,
            Some(Greater) => Narrowed,
            Some(Equal) => Same,
            None => Changed,
        },
        ("type" | "format" | "pattern" | "multipleOf" | "enum" | "security", None, _, _) => {
            Narrowed
        }
        ("type" | "format" | "pattern" | "multipleOf" | "enum" | "security", _, None, _) => Widened,
        ("multipleOf", Some(old), Some(new), _) => match (old.as_f64(), new.as_f64()) {
            (Some(old), Some(new)) if old % new == 0.0 => Widened,
            (Some(old), Some(new)) if new % old == 0.0 => Narrowed,
            _ => Changed,
        },
        ("type" | "format", Some(old), Some(new), _) => match (old.as_str(), new.as_str()) {
            (Some("integer"), Some("number")) | (Some("int32"), Some("int64")) => Widened,
            (Some("number"), Some("integer")) | (Some("int64"), Some("int32")) => Narrowed,
            _ => Changed,
        },
        (_, None, Some(_), _) => Added,
        (_, Some(_), None, _) => Removed,
        _ => Changed,
    }
}

/// How much a keyword allows with a value or without one: the more, the greater. Nothing for a
/// keyword that does not measure.
fn room(keyword: &str, value: Option<&Value>) -> Option<f64> {
    let number = |without: f64| value.map_or(without, |value| value.as_f64().unwrap_or(f64::NAN));
    let flag = f64::from(u8::from(value == Some(&Value::Bool(true))));
    Some(match keyword {
        "minimum" => -number(f64::NEG_INFINITY),
        "minLength" | "minItems" | "minProperties" => -number(0.0),
        "maximum" | "maxLength" | "maxItems" | "maxProperties" => number(f64::INFINITY),
        "exclusiveMinimum" | "exclusiveMaximum" | "uniqueItems" | "readOnly" | "writeOnly"
        | "required" | "deprecated" => -flag,
        "nullable" | "allowEmptyValue" => flag,
        "additionalProperties" => match value {
            Some(Value::Bool(false)) => 0.0,
            Some(Value::Object(schema)) if !schema.is_empty() => 1.0,
            _ => 2.0,
        },
        _ => return None,
    })
}
