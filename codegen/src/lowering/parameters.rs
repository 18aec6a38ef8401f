//! The rule for how parameters are written.

use serde_json::{Map, Value};

use super::{describe, Lowering, Outcome, ORIGIN};
use crate::error::Result;
use crate::spec::pointer::join;

/// Takes the keywords out that the generator does not know, and writes what the generator cannot
/// do by itself into the documentation or leaves it to a rewrite.
pub fn styles(lowering: &mut Lowering, rule: &'static str) -> Result<()> {
    let operations = lowering.spec.operations();
    let operations: Vec<String> = operations.into_iter().map(|o| o.pointer).collect();
    for operation in operations {
        let at = join(&operation, "parameters");
        let count =
            lowering.spec.document.pointer(&at).and_then(Value::as_array).map_or(0, Vec::len);
        for index in 0..count {
            let Some(parameter) = lowering.schema(&format!("{at}/{index}")) else { continue };
            let origin = parameter.get("schema").and_then(|schema| schema[ORIGIN].as_str());
            let origin = origin.unwrap_or_default().trim_end_matches("/schema").to_owned();
            for (keyword, outcome) in written(parameter) {
                lowering.touch(&origin, keyword, rule, outcome);
            }
        }
    }
    Ok(())
}

/// What a parameter said of how it is written.
fn written(parameter: &mut Map<String, Value>) -> Vec<(&'static str, Outcome)> {
    let mut found = Vec::new();
    for keyword in ["style", "explode", "allowReserved"] {
        if parameter.remove(keyword).is_some() {
            found.push((keyword, Outcome::Carried));
        }
    }
    if parameter.remove("allowEmptyValue") == Some(true.into()) {
        describe(parameter, "Documented: the value may be empty.");
    }
    found.push(("allowEmptyValue", Outcome::DocumentedOnly));
    // A parameter that is null is one that is not given.
    if let Some(Value::Object(schema)) = parameter.get_mut("schema") {
        schema.remove("nullable");
    }
    found
}

/// What separates the items of a list that stand in one value; nothing where each item has a value
/// of its own, and for what is no list.
pub fn delimiter(parameter: &Value, schema: &Value) -> Option<&'static str> {
    let style = parameter["style"].as_str().unwrap_or("form");
    match (parameter["in"].as_str(), style) {
        _ if schema["type"] != "array" => None,
        (Some("query"), "spaceDelimited") => Some(" "),
        (Some("query"), "pipeDelimited") => Some("|"),
        (Some("query"), _) if parameter["explode"] != false => None,
        _ => Some(","),
    }
}
