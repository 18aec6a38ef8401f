//! Arrays and maps: schemas that are made of another one.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{pointer, Located, Spec};

impl Spec {
    /// What an array or a map is made of in the end, through others in it; the schema itself, if
    /// it is none. Nothing for one that is made of itself.
    pub fn innermost<'s>(&'s self, schema: Located<'s>) -> Option<Located<'s>> {
        let mut seen = BTreeSet::new();
        let mut found = schema;
        while let Some(key) = inside(found.value) {
            let next = self.at(&pointer::join(&found.pointer, key))?;
            if !seen.insert(std::mem::replace(&mut found, next).pointer) {
                return None;
            }
        }
        Some(found)
    }

    /// Whether the schema at `at` is an array or a map. One that is made of itself is not meant:
    /// it cannot be written out.
    pub fn is_collection(&self, at: &str) -> bool {
        let found = self.at(at).filter(|found| inside(found.value).is_some());
        found.is_some_and(|found| self.innermost(found).is_some())
    }
}

/// The keyword by which a schema is made of another one.
fn inside(schema: &Value) -> Option<&'static str> {
    match (&schema["items"], &schema["additionalProperties"], &schema["properties"]) {
        (Value::Object(_), _, _) => Some("items"),
        (_, Value::Object(_), Value::Null) => Some("additionalProperties"),
        _ => None,
    }
}
