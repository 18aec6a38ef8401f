//! Reads a caller's JSON strictly, with the place of an error.

use cloudfn_schema::text::without_mark;
use serde::de::DeserializeOwned;
use serde_path_to_error::Path;

/// Why a text is not a value of a type.
pub(crate) struct Unread {
    /// The member with the error; empty for the whole text.
    pub(crate) member: String,
    /// What is wrong with it.
    pub(crate) reason: String,
    /// The position in the text, ` at line 1 column 2`, or empty.
    pub(super) place: String,
}

/// Reads a whole text strictly.
#[allow(dead_code, reason = "not every API reads a caller's JSON")]
pub(crate) fn exact<T: DeserializeOwned>(json: &[u8]) -> Result<T, Unread> {
    let mut reader = serde_json::Deserializer::from_slice(without_mark(json));
    let value = serde_path_to_error::deserialize(&mut reader)
        .map_err(|e| Unread::of(written(e.path()), &e.into_inner()))?;
    reader.end().map_err(|e| Unread::of(String::new(), &e))?;
    Ok(value)
}

pub(super) fn written(path: &Path) -> String {
    match path.iter().next() {
        Some(_) => path.to_string(),
        None => String::new(),
    }
}

impl Unread {
    pub(super) fn of(member: String, error: &serde_json::Error) -> Self {
        // The term in the documents.
        let text = error.to_string().replace("expected i64", "expected a 64-bit integer");
        let place = format!(" at line {} column {}", error.line(), error.column());
        match text.strip_suffix(&place) {
            Some(reason) => Self { member, reason: reason.to_owned(), place },
            None => Self { member, reason: text, place: String::new() },
        }
    }
}

impl std::fmt::Display for Unread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.member.is_empty() {
            write!(f, "{}: ", self.member)?;
        }
        write!(f, "{}{}", self.reason, self.place)
    }
}
