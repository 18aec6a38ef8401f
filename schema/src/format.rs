//! Documented formats of strings.

use jiff::civil::DateTime;

/// Whether a text is a point in time in RFC 3339 format, with an offset.
pub fn is_rfc3339(text: &str) -> bool {
    const DATE_AND_TIME: usize = 19;
    let bytes = text.as_bytes();
    let digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    let is = |index: usize, allowed: &[u8]| bytes.get(index).is_some_and(|b| allowed.contains(b));
    let has_shape = (0..DATE_AND_TIME).all(|index| match index {
        4 | 7 => is(index, b"-"),
        10 => is(index, b"Tt"),
        13 | 16 => is(index, b":"),
        _ => digit(index),
    });
    let mut end = DATE_AND_TIME;
    if is(end, b".") && digit(end + 1) {
        end += 1;
        while digit(end) {
            end += 1;
        }
    }
    let is_utc = is(end, b"Zz") && bytes.len() == end + 1;
    let part = |at: usize, most: u8| {
        digit(at) && digit(at + 1) && (bytes[at] - b'0') * 10 + (bytes[at + 1] - b'0') <= most
    };
    let has_offset = is(end, b"+-")
        && is(end + 3, b":")
        && part(end + 1, 23)
        && part(end + 4, 59)
        && bytes.len() == end + 6;
    has_shape && (is_utc || has_offset) && text[..DATE_AND_TIME].parse::<DateTime>().is_ok()
}
