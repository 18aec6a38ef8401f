//! Texts that users keep in files.

/// A text in UTF-8, without the byte order mark that some editors put before it; an error says
/// what the bytes are instead.
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
