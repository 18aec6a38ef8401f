//! Media types.

use serde_json::Value;

use super::members;

/// The media type of JSON.
pub const JSON: &str = "application/json";

/// A media type without its parameters, in lower case.
pub fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether what has a media type is JSON.
pub fn is_json(media: &str) -> bool {
    let essence = essence(media);
    essence == JSON || essence.ends_with("+json")
}

/// The media type of JSON in a `content`: plain JSON, if there are several.
pub fn json_of(content: &Value) -> Option<&str> {
    let names = || members(content).map(|(name, _)| name.as_str());
    names().find(|name| essence(name) == JSON).or_else(|| names().find(|name| is_json(name)))
}

/// Whether the client reads or writes what stands at `pointer`: it is in no body, or in the JSON
/// of one.
pub fn is_used(document: &Value, pointer: &str) -> bool {
    let is_of_body = |pointer: &&str| {
        ["/paths/", "/components/responses/", "/components/requestBodies/"]
            .iter()
            .any(|holder| pointer.starts_with(holder))
    };
    let in_body = Some(pointer).filter(is_of_body).and_then(|at| at.split_once("/content/"));
    let Some((body, inside)) = in_body else { return true };
    let content = document.pointer(&format!("{body}/content")).unwrap_or(&Value::Null);
    let used = json_of(content).map(|used| used.replace('~', "~0").replace('/', "~1"));
    used.as_deref() == inside.split('/').next()
}

/// The charset that a media type names, unless it is the one of all JSON.
pub fn other_charset(media: &str) -> Option<&str> {
    let parameters = media.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut charsets = parameters
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .map(|(_, charset)| charset.trim().trim_matches('"'));
    charsets.find(|charset| !["utf-8", "utf8"].contains(&charset.to_ascii_lowercase().as_str()))
}
