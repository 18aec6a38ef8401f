//! Reads JSON, with error positions.
//!
//! [`read`] is for responses, and tolerates everything that can be read without loss. [`exact`] is
//! for the caller's own JSON, and is strict.

mod exact;
mod lenient;

use serde::de::DeserializeOwned;

pub(crate) use cloudfn_schema::text::{without_mark, Text, UNREADABLE};

#[allow(unused_imports, reason = "not every API reads a caller's JSON")]
pub(crate) use self::exact::exact;

/// Reads the body of a response tolerantly, see [`lenient`].
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(without_mark(body)).or_else(|_| lenient::read(&Text::of(body)))
}
