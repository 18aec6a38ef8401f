//! Media types.

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

/// The media type of anything, JSON and text among it.
pub const ANY: &str = "*/*";

/// Whether what has a media type is text, or may be.
pub fn is_text(media: &str) -> bool {
    let essence = essence(media);
    essence == ANY || essence.starts_with("text/")
}

/// The media type of JSON among `names`: plain JSON, if there are several.
pub fn json_of<'n, N: Iterator<Item = &'n str>>(names: impl Fn() -> N) -> Option<&'n str> {
    let plain = names().find(|name| essence(name) == JSON);
    plain.or_else(|| names().find(|name| is_json(name))).or_else(|| names().find(|n| *n == ANY))
}

/// The charset that a media type names, unless it is the one of all JSON.
pub fn other_charset(media: &str) -> Option<&str> {
    let parameters = media.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut charsets = parameters
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .map(|(_, charset)| charset.trim().trim_matches('"'));
    charsets.find(|charset| !["utf-8", "utf8"].contains(&charset.to_ascii_lowercase().as_str()))
}
