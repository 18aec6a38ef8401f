//! The notation of cells in a ledger.

use serde_json::Value;

use crate::model::notation;

/// No value, in a cell or in a spec.
pub const NONE: &str = "-";

/// A cell of values in the fixed order.
pub fn sorted_values(cell: &str) -> String {
    let list: Vec<Value> = split_values(cell).into_iter().map(Value::String).collect();
    notation::values(list.iter())
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
