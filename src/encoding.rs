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
    let is_named = |segment: &[u8]| {
        let name_of = segment.strip_prefix(b"{").and_then(|segment| segment.strip_suffix(b"}"));
        name_of == Some(name.as_bytes())
    };
    let mut both = segments_from_end(template).zip(segments_from_end(path));
    let (_, segment) = both.find(|(named, _)| is_named(named))?;
    std::str::from_utf8(segment).ok()
}

fn segments_from_end(path: &str) -> impl Iterator<Item = &[u8]> {
    path.as_bytes().rsplit(|byte| *byte == b'/')
}
