//! The documented headers of a response, and its media type.

use cloudfn_schema::text::{excerpt, without_mark};
use cloudfn_schema::{
    check_with, Kind, Media, Options, Path, Response, Schema, Violation, ViolationKind,
};
use reqwest::header::{HeaderMap, CONTENT_TYPE};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{json, Map, Value};

/// How the path of a difference in a header begins.
const PLACE: &str = "header ";

/// The documented headers that a response has, as typed as their texts are.
fn values(schema: &'static Schema, headers: &HeaderMap) -> Map<String, Value> {
    let Kind::Object(object) = &schema.kind else { return Map::new() };
    let value = |member: &cloudfn_schema::Member| {
        let lines: Vec<String> = headers.get_all(member.name).iter().map(text_of).collect();
        let first = lines.first()?;
        Some(match &member.schema.resolved().kind {
            Kind::Array { items: Some(items), .. } => {
                let listed = lines.iter().flat_map(|line| line.split(',')).map(str::trim);
                listed.filter(|item| !item.is_empty()).map(|item| items.value_of(item)).collect()
            }
            _ => member.schema.value_of(first),
        })
    };
    object.members.iter().filter_map(|m| Some((m.name.to_owned(), value(m)?))).collect()
}

fn text_of(value: &reqwest::header::HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

/// The documented headers of a response as a model, without those that it cannot hold.
pub(crate) fn typed<H>(schema: Option<&'static Schema>, headers: &HeaderMap) -> H
where
    H: DeserializeOwned + Default,
{
    let Some(schema) = schema else { return H::default() };
    let read = |value: Value| crate::json::read::<H>(value.to_string().as_bytes());
    let mut found = values(schema, headers);
    found.retain(|name, value| read(json!({ name: value })).is_ok());
    read(found.into()).unwrap_or_default()
}

/// The differences between the headers of a response with a body and the documents.
pub(crate) fn violations(
    response: &Response,
    headers: &HeaderMap,
    body: &[u8],
    options: &Options,
) -> Vec<Violation> {
    let mut found = Vec::new();
    if let Some(schema) = response.headers {
        let values = Value::from(values(schema, headers));
        found = check_with(options, schema, &Path::ROOT, &values);
        found.iter_mut().for_each(|violation| violation.path.insert_str(0, PLACE));
    }
    found.extend(other_media_type(&response.media, headers).filter(|_| !body.is_empty()));
    found
}

fn other_media_type(media: &Media, headers: &HeaderMap) -> Option<Violation> {
    let given = media_type(headers)?;
    if media.types.is_empty() || media.types.iter().any(|documented| covers(documented, &given)) {
        return None;
    }
    Some(Violation {
        path: format!("{PLACE}Content-Type"),
        kind: ViolationKind::Value,
        keyword: "content",
        pointer: media.pointer.to_owned(),
        claims: media.claims.to_vec(),
        documented: media.types.join(", "),
        found: excerpt(&given, 60),
        exception: None,
    })
}

/// Whether a body is a text that is documented: by its `Content-Type`, or without one since it is not
/// JSON.
pub(crate) fn is_text(response: &Response, headers: &HeaderMap, body: &[u8]) -> bool {
    let may_be =
        |documented: &&str| covers(documented, "text/plain") || documented.starts_with("text/");
    response.media.types.iter().any(may_be) && !is_json(headers, body)
}

/// Whether a body is JSON by its `Content-Type`, or without one since it can be read as such.
pub(crate) fn is_json(headers: &HeaderMap, body: &[u8]) -> bool {
    let can_be_read = || serde_json::from_slice::<IgnoredAny>(without_mark(body)).is_ok();
    says_json(headers).unwrap_or_else(can_be_read)
}

/// Whether the `Content-Type` is that of JSON; `None` without one.
pub(crate) fn says_json(headers: &HeaderMap) -> Option<bool> {
    media_type(headers).map(|given| given == "application/json" || given.ends_with("+json"))
}

fn media_type(headers: &HeaderMap) -> Option<String> {
    headers.get(CONTENT_TYPE).map(|value| essence(&text_of(value)))
}

/// A media type without its parameters, in lower case.
fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a documented media type, or range of them, has the `given` one in it.
fn covers(documented: &str, given: &str) -> bool {
    let documented = essence(documented);
    match documented.strip_suffix('*') {
        Some("*/") => true,
        Some(kind) => given.starts_with(kind),
        None => documented == given,
    }
}
