//! How texts stand in URLs, and are found there.

use percent_encoding::{
    percent_decode_str, utf8_percent_encode, AsciiSet, PercentEncode, NON_ALPHANUMERIC,
};

/// Everything but what RFC 3986 calls unreserved.
pub(crate) const RESERVED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A text as a segment of a path: nothing in it can be taken for a part of the URL.
pub(crate) fn encode_path(segment: &str) -> PercentEncode<'_> {
    utf8_percent_encode(segment, RESERVED)
}

/// The value of the parameter `name` of a path template, in a path that ends as the template does.
pub(crate) fn path_parameter(template: &str, path: &str, name: &str) -> Option<String> {
    let segment = path_segment(template, path, name)?;
    Some(percent_decode_str(segment).decode_utf8_lossy().into_owned())
}

/// The same as it was sent.
pub(crate) fn path_segment<'p>(template: &str, path: &'p str, name: &str) -> Option<&'p str> {
    let is_named = |segment: &str| {
        segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}')) == Some(name)
    };
    let from_end = template.rsplit('/').position(is_named)?;
    path.rsplit('/').nth(from_end)
}
