//! Text files of users.

/// A UTF-8 text, without the byte order mark of some editors. An error tells where the bytes are not
/// UTF-8.
pub(crate) fn text(bytes: Vec<u8>) -> Result<String, String> {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err("is UTF-16, not UTF-8".to_owned());
    }
    let mut text = String::from_utf8(bytes)
        .map_err(|e| format!("is not UTF-8, from byte {} on", e.utf8_error().valid_up_to() + 1))?;
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    Ok(text)
}
