//! Whole numbers, however they are written.

use serde_json::Value;

use crate::model::LIMITS;

/// Writes whole numbers without a fraction or an exponent, where a schema of no fractions has
/// them: `1.0` and `1e0` are 1.
pub fn write_plainly(document: &mut Value, schemas: &[String]) {
    for at in schemas {
        let Some(schema) = document.pointer_mut(at).filter(|schema| schema["type"] != "number")
        else {
            continue;
        };
        let is_integer = schema["type"] == "integer";
        let Some(schema) = schema.as_object_mut() else { continue };
        for (keyword, value) in schema {
            match (keyword.as_str(), value) {
                ("default", value) if is_integer => write(value),
                ("enum", Value::Array(values)) if is_integer => values.iter_mut().for_each(write),
                ("multipleOf", value) => write(value),
                (keyword, value) if LIMITS.contains(&keyword) => write(value),
                _ => {}
            }
        }
    }
}

fn write(value: &mut Value) {
    /// From here on, not every whole number is one.
    const LARGEST: f64 = 9_007_199_254_740_992.0;
    let whole = value.as_f64().filter(|number| value.is_f64() && number.abs() < LARGEST);
    if let Some(number) = whole.filter(|number| number.fract() == 0.0) {
        #[allow(clippy::cast_possible_truncation, reason = "it is whole, and small enough")]
        let number = number as i64;
        *value = number.into();
    }
}
