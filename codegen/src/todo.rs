//! What a draft leaves for a person to write.

use serde_json::Value;

pub use crate::ledger::TODO;
use crate::model::pointer;

/// Whether a text still has to be written.
pub fn is_todo(text: &str) -> bool {
    text.trim_start().starts_with(TODO)
}

/// The pointers of the texts of a document that still have to be written. Samples are the vendor's.
pub fn todos(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(document, String::new(), &mut found);
    found
}

fn walk(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::String(text) if is_todo(text) => found.push(at),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, pointer::join(&at, &index.to_string()), found);
            }
        }
        Value::Object(members) => {
            let is_sample = |key: &str| key == "examples" && at.contains("/content/");
            for (key, value) in members.iter().filter(|(key, _)| !is_sample(key)) {
                walk(value, pointer::join(&at, key), found);
            }
        }
        _ => {}
    }
}
