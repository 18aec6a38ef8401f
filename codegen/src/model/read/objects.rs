//! Refuses what OpenAPI does not know with one message that names the place.

use std::collections::HashMap;

use serde_json::Value;

use super::grammar::{self, Known};
use super::{join, members, reference, Document};
use crate::error::Result;

fn version(document: &Document) -> Result<()> {
    if !document.value.is_object() {
        return Err(document.error("", "an OpenAPI document is an object"));
    }
    let message = match document.value["openapi"].as_str() {
        Some(version) if version.starts_with("3.0.") => return Ok(()),
        Some(version) => format!("version {version} is not supported, only 3.0.x is"),
        None => "the version is missing (3.0.3, as a text)".to_owned(),
    };
    Err(document.error("/openapi", message))
}

/// Refuses what OpenAPI does not know, wherever it stands: a misspelt keyword would otherwise be
/// passed over.
///
/// Returns the JSON pointers of all schemas, parents before children.
pub fn check(document: &Document) -> Result<Vec<String>> {
    version(document)?;
    let all = grammar::known(&document.value);
    let kinds: HashMap<&str, &'static str> =
        all.iter().map(|known| (known.pointer.as_str(), known.kind)).collect();
    for Known { kind, pointer, value } in &all {
        value_of(document, kind, pointer, value)?;
        object(document, kind, pointer, value)?;
        reference_of(document, kind, pointer, value, &kinds)?;
    }
    let schemas = all.into_iter().filter(|known| known.kind == "schema");
    Ok(schemas.map(|known| known.pointer).collect())
}

/// Refuses a value of another kind than `kind`.
fn value_of(document: &Document, kind: &'static str, at: &str, value: &Value) -> Result<()> {
    if let Some(texts) = grammar::texts(kind) {
        return match value.as_str() {
            Some(text) if texts.contains(&text) => Ok(()),
            _ => Err(document.error(at, format!("{value} should be `{}`", texts.join("`, `")))),
        };
    }
    let (is_right, expected) = match kind {
        "any" => (true, ""),
        "text" => (value.is_string(), "a text"),
        "bool" => (value.is_boolean(), "true or false"),
        "schema|bool" => (value.is_boolean(), "a schema, true or false"),
        _ if grammar::in_list(kind).is_some() => (value.is_array(), "a list"),
        _ => (value.is_object(), "an object"),
    };
    let hint = match kind {
        "text" if value.is_number() || value.is_boolean() => "; put it in quotes",
        _ => "",
    };
    match is_right {
        true => Ok(()),
        false => Err(document.error(at, format!("{value} should be {expected}{hint}"))),
    }
}

/// Refuses an object with an unknown keyword, and one without a keyword that it has to have.
fn object(document: &Document, kind: &str, at: &str, value: &Value) -> Result<()> {
    let known = grammar::keywords(kind);
    if known.is_empty() || grammar::is_reference(kind, value.get("$ref")) {
        return Ok(());
    }
    let is_unknown = |key: &&String| {
        !grammar::is_extension(key) && !known.iter().any(|known| known.name == **key)
    };
    if let Some(key) = members(value).map(|(key, _)| key).find(is_unknown) {
        return Err(document.error(&join(at, key), format!("unknown keyword `{key}`")));
    }
    let required = known.iter().filter(|known| known.is_required).map(|known| known.name);
    let mut missing =
        required.chain(needs(kind, value).iter().copied()).filter(|name| value.get(name).is_none());
    match missing.next() {
        Some(missing) => Err(document.error(at, format!("`{missing}` is missing"))),
        None => Ok(()),
    }
}

/// What an object needs where it has nothing that could stand for it.
fn needs(kind: &str, value: &Value) -> &'static [&'static str] {
    let has = |keyword: &str| value.get(keyword).is_some();
    match (kind, value["type"].as_str()) {
        ("parameter" | "header", _) if !has("content") => &["schema"],
        ("link", _) if !has("operationRef") => &["operationId"],
        ("scheme", Some("apiKey")) => &["name", "in"],
        ("scheme", Some("http")) => &["scheme"],
        ("scheme", Some("oauth2")) => &["flows"],
        ("scheme", Some("openIdConnect")) => &["openIdConnectUrl"],
        _ => &[],
    }
}

/// Refuses a reference that leads nowhere, in a circle or to something of another kind.
fn reference_of(
    document: &Document,
    kind: &str,
    at: &str,
    value: &Value,
    kinds: &HashMap<&str, &'static str>,
) -> Result<()> {
    let Some(target) = value.get("$ref").filter(|_| grammar::REFERABLE.contains(&kind)) else {
        return Ok(());
    };
    let found = reference(value).and_then(|pointer| kinds.get(pointer));
    let shown = target.as_str().map_or_else(|| target.to_string(), str::to_owned);
    match found {
        None => return Err(document.error(at, format!("nothing stands at `{shown}`"))),
        Some(other) if *other != kind => {
            return Err(document.error(at, format!("what stands at `{shown}` is not a {kind}")));
        }
        Some(_) if members(value).count() > 1 => {
            return Err(document.error(at, "nothing may stand beside a $ref"));
        }
        Some(_) => {}
    }
    let mut hops = 0;
    let mut target = value;
    while let Some(next) = reference(target) {
        hops += 1;
        if hops > 32 {
            return Err(document.error(at, "the $ref leads in a circle"));
        }
        target = document.value.pointer(next).unwrap_or(&Value::Null);
    }
    Ok(())
}
