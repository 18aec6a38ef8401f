//! Reads JSON texts, and says where one cannot be read.
//!
//! [`read`] is for what a service answered: as much is read as can be without a loss. [`exact`] is
//! for a caller's own JSON, which has to be right.

mod exact;
mod lenient;

use serde::de::DeserializeOwned;

pub(crate) use cloudfn_schema::text::{without_mark, Text, UNREADABLE};

#[allow(unused_imports, reason = "not every API reads a caller's JSON")]
pub(crate) use self::exact::exact;
pub(crate) use self::exact::Unread;

/// Reads the body of a response, also where it is spelled oddly: see [`lenient`].
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Unread> {
    serde_json::from_slice(without_mark(body)).or_else(|_| lenient::read(&Text::of(body)))
}
