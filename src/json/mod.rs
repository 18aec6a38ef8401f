//! Reads JSON texts, and says where one cannot be read.
//!
//! [`read`] is for what a service answered: as much is read as can be without a loss. [`exact`] is
//! for a caller's own JSON, which has to be right.

mod lenient;
mod text;

use serde::de::DeserializeOwned;
use serde_path_to_error::Path;

#[cfg(feature = "drift")]
pub(crate) use text::HALF;
pub(crate) use text::{without_mark, Text, UNREADABLE};

/// Why a text is not a value of a type.
pub(crate) struct Unread {
    /// The member that it is about; empty for the whole.
    pub(crate) member: String,
    /// What is wrong with it.
    pub(crate) reason: serde_json::Error,
}

/// Reads the body of a response, also where it is spelled oddly: see [`lenient`].
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Unread> {
    serde_json::from_slice(without_mark(body)).or_else(|_| lenient::read(&Text::of(body)))
}

/// Reads a whole text as it stands.
pub(crate) fn exact<T: DeserializeOwned>(json: &[u8]) -> Result<T, Unread> {
    let mut reader = serde_json::Deserializer::from_slice(without_mark(json));
    let value = serde_path_to_error::deserialize(&mut reader)
        .map_err(|e| Unread { member: written(e.path()), reason: e.into_inner() })?;
    reader.end().map_err(Unread::whole)?;
    Ok(value)
}

fn written(path: &Path) -> String {
    match path.iter().next() {
        Some(_) => path.to_string(),
        None => String::new(),
    }
}

impl Unread {
    fn whole(reason: serde_json::Error) -> Self {
        Self { member: String::new(), reason }
    }

    /// The reason without the place in the text.
    pub(crate) fn reason_alone(&self) -> String {
        let text = self.reason.to_string();
        let place = format!(" at line {} column {}", self.reason.line(), self.reason.column());
        text.strip_suffix(&place).unwrap_or(&text).to_owned()
    }
}

/// Where there is a member, the place in the text is not told: it would be that in the member.
impl std::fmt::Display for Unread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.member.as_str() {
            "" => write!(f, "{}", self.reason),
            member => write!(f, "{member}: {}", self.reason_alone()),
        }
    }
}
