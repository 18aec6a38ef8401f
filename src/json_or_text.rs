//! A body that is JSON or text.

use serde::Serialize;

/// The body of a response that is documented both as JSON and as text, read as its `Content-Type`
/// says. Without one, it is JSON if it can be read as such. What is not JSON after all is text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum JsonOrText<T> {
    /// JSON.
    Json(T),
    /// Text. Bytes that are not UTF-8 are replaced; [`Response::body`](crate::Response::body) has
    /// them.
    Text(String),
}

impl<T> JsonOrText<T> {
    /// The value, if it is JSON.
    pub fn json(&self) -> Option<&T> {
        match self {
            Self::Json(value) => Some(value),
            Self::Text(_) => None,
        }
    }

    /// The text, if it is text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Json(_) => None,
            Self::Text(text) => Some(text),
        }
    }
}
