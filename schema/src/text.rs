//! The text of a body, as UTF-8 even if the bytes are not.

use std::borrow::Cow;

/// Replaces bytes that are not UTF-8. No text contains this code point.
pub const UNREADABLE: char = '\u{FDD0}';
/// Replaces half of a surrogate pair, if requested.
pub const HALF: char = '\u{FDD1}';

/// The text of a body, as far as it is valid.
pub struct Text<'b> {
    text: Cow<'b, str>,
    is_utf8: bool,
}

/// JSON without the byte order mark that some services send.
pub fn without_mark(json: &[u8]) -> &[u8] {
    json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(json)
}

/// A text in quotes, truncated after `max` characters.
pub fn excerpt(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

impl<'b> Text<'b> {
    /// Reads `body`. Half of a surrogate pair becomes U+FFFD, and a byte order mark is removed.
    pub fn of(body: &'b [u8]) -> Self {
        Self::with_halves(body, char::REPLACEMENT_CHARACTER)
    }

    /// Reads `body`. Half of a surrogate pair becomes [`HALF`].
    pub fn marked(body: &'b [u8]) -> Self {
        Self::with_halves(body, HALF)
    }

    fn with_halves(body: &'b [u8], half: char) -> Self {
        let body = without_mark(body);
        let (text, is_utf8) = match std::str::from_utf8(body) {
            Ok(text) => (Cow::Borrowed(text), true),
            Err(_) => (Cow::Owned(utf8(body)), false),
        };
        let text = without_halves(&text, half).map_or(text, Cow::Owned);
        Self { text, is_utf8 }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether all bytes of the body are UTF-8.
    pub fn is_utf8(&self) -> bool {
        self.is_utf8
    }
}

/// `body` with [`UNREADABLE`] in place of bytes that are not UTF-8.
fn utf8(body: &[u8]) -> String {
    let mut text = String::with_capacity(body.len());
    for chunk in body.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(UNREADABLE);
        }
    }
    text
}

/// `json` with `half` in place of each escaped half of a surrogate pair; `None` if it has none.
fn without_halves(json: &str, half: char) -> Option<String> {
    let mut mended = String::new();
    let mut kept = 0;
    let mut rest = 0;
    while let Some(found) = json[rest..].find('\\') {
        let at = rest + found;
        let length = match (code_unit(json, at), code_unit(json, at + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                mended.push_str(&json[kept..at]);
                mended.push(half);
                kept = at + 6;
                6
            }
            (Some(_), _) => 6,
            // Another escape, of a single character.
            (None, _) => 1 + json[at + 1..].chars().next().map_or(0, char::len_utf8),
        };
        rest = at + length;
    }
    if kept == 0 {
        return None;
    }
    mended.push_str(&json[kept..]);
    Some(mended)
}

/// The escaped code unit at `at`.
fn code_unit(json: &str, at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix("\\u")?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hex.then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_surrogate_pairs_are_replaced_and_nothing_else() {
        for (json, expected) in [
            (r#""\ud83d""#, Some(r#""?""#)),
            (r#""\uDE00x""#, Some(r#""?x""#)),
            (r#""\ud83d\ud83d\ude00""#, Some(r#""?\ud83d\ude00""#)),
            (r#""\ud83d\u0041""#, Some(r#""?\u0041""#)),
            (r#""\ud83d\n\"\ud83d""#, Some(r#""?\n\"?""#)),
            (r#""\\\ud83d""#, Some(r#""\\?""#)),
            (r#""\ud83d\ude00""#, None),
            (r#""\\ud83d""#, None),
            (r#""\u00e9é😀""#, None),
            (r#""\u+83d""#, None),
            (r#""\ud8é""#, None),
            ("\"\\", None),
            ("", None),
        ] {
            assert_eq!(without_halves(json, '?').as_deref(), expected, "{json}");
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_marked() {
        let text = Text::of(b"\xEF\xBB\xBFa\xff\xfeb\xf0\x9f");
        assert_eq!(text.as_str(), "a\u{FDD0}\u{FDD0}b\u{FDD0}");
        assert!(!text.is_utf8());
        assert!(Text::of("\u{FDD0}".as_bytes()).is_utf8());
    }
}
