//! Reads JSON, with error positions.
//!
//! [`read`] is for responses, and tolerates everything that can be read without loss. [`exact`] is
//! for the caller's own JSON, and is strict.

mod lenient;

use serde::de::DeserializeOwned;
use serde_path_to_error::Path;

pub(crate) use cloudfn_schema::text::{without_mark, Text, UNREADABLE};

/// Why a text is not a value of a type.
pub(crate) struct Unread {
    /// The member with the error; empty for the whole text.
    pub(crate) member: String,
    /// What is wrong with it.
    pub(crate) reason: String,
    /// The position in the text, ` at line 1 column 2`, or empty.
    place: String,
}

/// Reads the body of a response tolerantly, see [`lenient`].
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Unread> {
    serde_json::from_slice(without_mark(body)).or_else(|_| lenient::read(&Text::of(body)))
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

fn written(path: &Path) -> String {
    match path.iter().next() {
        Some(_) => path.to_string(),
        None => String::new(),
    }
}

impl Unread {
    fn of(member: String, error: &serde_json::Error) -> Self {
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
