//! Reads models from JSON texts, and tells where one cannot be read.
//!
//! Every way of reading is compiled for every model; what needs no speed takes this one.

use serde::de::DeserializeOwned;
use serde_path_to_error::Path;

/// Why a text is no value of a type.
pub(crate) struct Unread {
    /// The member that it is about; empty for the whole.
    pub(crate) member: String,
    /// What is wrong with it, and where in the text.
    pub(crate) reason: serde_json::Error,
}

/// Reads a whole text.
pub(crate) fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, Unread> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let value = serde_path_to_error::deserialize(&mut reader)
        .map_err(|e| Unread { member: written(e.path()), reason: e.into_inner() })?;
    reader.end().map_err(|reason| Unread { member: String::new(), reason })?;
    Ok(value)
}

fn written(path: &Path) -> String {
    match path.iter().next() {
        Some(_) => path.to_string(),
        None => String::new(),
    }
}

impl Unread {
    /// The reason without the place in the text.
    pub(crate) fn reason_alone(&self) -> String {
        let text = self.reason.to_string();
        let place = format!(" at line {} column {}", self.reason.line(), self.reason.column());
        text.strip_suffix(&place).unwrap_or(&text).to_owned()
    }
}

impl std::fmt::Display for Unread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.member.as_str() {
            "" => write!(f, "{}", self.reason),
            member => write!(f, "{member}: {}", self.reason),
        }
    }
}
