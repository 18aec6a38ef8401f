//! Reads a caller's JSON strictly, with the place of an error.

use cloudfn_schema::text::without_mark;
use serde::de::DeserializeOwned;

/// Reads a whole text strictly.
#[allow(dead_code, reason = "not every API reads a caller's JSON")]
pub(crate) fn exact<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    let mut reader = serde_json::Deserializer::from_slice(without_mark(json));
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|e| {
        let is_whole = e.path().iter().next().is_none();
        let path = if is_whole { String::new() } else { e.path().to_string() };
        unread(&path, &e.inner().to_string())
    })?;
    reader.end().map_err(|e| e.to_string())?;
    Ok(value)
}

/// Why a value is not read, with its member unless it is the whole text.
pub(super) fn unread(path: &str, reason: &str) -> String {
    // The term in the documents.
    let reason = reason.replace("expected i64", "expected a 64-bit integer");
    match path {
        "" => reason,
        path => format!("{path}: {reason}"),
    }
}
