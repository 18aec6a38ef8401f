//! The parts of an `allOf`, written together as the one schema that they make.

use std::collections::BTreeSet;

use serde_json::{json, Map, Value};

use super::{grammar, pointer, reference, Document};
use crate::error::{Error, Result};

/// Keywords that only tell of a schema. The first part that has one is heard.
const ANNOTATIONS: &str = "title description example examples externalDocs deprecated readOnly \
    writeOnly xml discriminator";

/// Most parts that are written together.
const MOST: usize = 4000;
/// Most levels of an `allOf` in what another one has written.
const DEEPEST: usize = 32;

/// Whether a keyword beside a reference leaves it a reference.
pub fn only_tells(keyword: &str) -> bool {
    let is_extension = keyword.starts_with("x-") && keyword != "x-unit";
    ANNOTATIONS.split(' ').any(|listed| listed == keyword) || keyword == "nullable" || is_extension
}

/// The document with one schema in the place of each `allOf` that is more than a reference, and
/// without the components that are not used any more; nothing if there is no such `allOf`.
pub fn written_together(authored: &Document, schemas: &[String]) -> Result<Option<Document>> {
    let mut open = more_than_references(authored, schemas);
    if open.is_empty() {
        return Ok(None);
    }
    let mut document = authored.clone();
    let mut parts = Parts { document: authored, left: MOST };
    for _ in 0..DEEPEST {
        for at in open {
            // It is gone if it stood in another one.
            let Some(place) = document.value.pointer_mut(&at) else { continue };
            *place = Value::Object(parts.together(place, &at, &mut Vec::new())?);
        }
        open = more_than_references(&document, &grammar::schemas(&document.value));
        if open.is_empty() {
            document.remove_unused(|kind| kind == "schemas");
            return Ok(Some(document));
        }
    }
    Err(too_many(&document, &open[0]))
}

/// Pointers of the schemas with an `allOf` that is more than a reference.
fn more_than_references(document: &Document, schemas: &[String]) -> Vec<String> {
    let is_one = |at: &&String| {
        let schema = document.value.pointer(at);
        schema.is_some_and(|schema| schema["allOf"].is_array() && reference(schema).is_none())
    };
    schemas.iter().filter(is_one).cloned().collect()
}

fn too_many(document: &Document, at: &str) -> Error {
    document.error(at, "this allOf has too many parts; does it contain itself?")
}

struct Parts<'s> {
    /// Where references lead.
    document: &'s Document,
    /// How many more parts there may be.
    left: usize,
}

impl Parts<'_> {
    /// The schema that stands at `at` with all its parts in it; `above` are the components that
    /// it is a part of.
    fn together(
        &mut self,
        schema: &Value,
        at: &str,
        above: &mut Vec<String>,
    ) -> Result<Map<String, Value>> {
        let mut whole = schema.as_object().cloned().unwrap_or_default();
        let alternatives = ["oneOf", "anyOf", "not"];
        if let Some(keyword) = alternatives.iter().find(|keyword| whole.contains_key(**keyword)) {
            let message = format!("`{keyword}` is not supported in an allOf, and not beside one");
            return Err(self.document.error(at, message));
        }
        let parts = whole.remove("allOf");
        for (index, part) in
            parts.as_ref().and_then(Value::as_array).into_iter().flatten().enumerate()
        {
            let part_at = format!("{at}/allOf/{index}");
            for (keyword, value) in self.part(part, &part_at, above)? {
                add(self.document, &part_at, &mut whole, keyword, value)?;
            }
        }
        Ok(whole)
    }

    /// A part, wherever it stands.
    fn part(
        &mut self,
        part: &Value,
        at: &str,
        above: &mut Vec<String>,
    ) -> Result<Map<String, Value>> {
        self.left = self.left.checked_sub(1).ok_or_else(|| too_many(self.document, at))?;
        let Some(found) = reference(part).and_then(|target| self.document.at(target)) else {
            return self.together(part, at, above);
        };
        if above.contains(&found.pointer) {
            return Err(self.document.error(at, "this allOf contains itself"));
        }
        above.push(found.pointer.clone());
        let mut whole = self.together(found.value, &found.pointer, above)?;
        above.pop();
        if let (Some(name), true) =
            (pointer::whole_component(&found.pointer), whole.contains_key("enum"))
        {
            whole.entry("title").or_insert_with(|| name.into());
        }
        Ok(whole)
    }
}

/// Adds a keyword of the part at `at` to the whole.
fn add(
    document: &Document,
    at: &str,
    whole: &mut Map<String, Value>,
    keyword: String,
    value: Value,
) -> Result<()> {
    let Some(known) = whole.get_mut(&keyword) else {
        whole.insert(keyword, value);
        return Ok(());
    };
    match keyword.as_str() {
        _ if *known == value || only_tells(&keyword) => {}
        "properties" => {
            if let (Some(known), Value::Object(properties)) = (known.as_object_mut(), value) {
                for (name, schema) in properties {
                    match known.get_mut(&name) {
                        None => drop(known.insert(name, schema)),
                        Some(other) if *other == schema => {}
                        Some(other) => *other = json!({ "allOf": [other, schema] }),
                    }
                }
            }
        }
        "required" => {
            if let (Some(known), Value::Array(names)) = (known.as_array_mut(), value) {
                known.extend(names);
                let mut seen = BTreeSet::new();
                known.retain(|name| seen.insert(name.to_string()));
            }
        }
        _ => {
            let message = format!("another part of this allOf has {known}, not {value}");
            return Err(document.error(&pointer::join(at, &keyword), message));
        }
    }
    Ok(())
}
