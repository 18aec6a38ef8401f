//! The types of constrained values: strict when built, tolerant when read.
//!
//! Every value whose range, length, pattern or list of values is documented has a leaf type.
//! There are three ways into one:
//!
//! * **checked**: `TryFrom`, `FromStr` and `new` refuse what is not documented, with a message
//!   that names the documented range;
//! * **explicit escape**: `undocumented` takes anything, for a caller who knows better;
//! * **decoding** keeps what the service sent and writes it back unchanged.
//!
//! [`Leaf::is_documented`] tells them apart.

mod bounded;
mod enumeration;
mod text;
mod timestamp;
mod unlisted;

pub use bounded::{Bounded, Integer};
#[allow(unused_imports)]
pub(crate) use enumeration::{integer_enumeration, text_enumeration};
pub(crate) use text::length_documented;
pub use text::{AnyText, Pattern, Text};
pub use timestamp::Timestamp;
pub use unlisted::Unlisted;

use std::fmt;

/// A value that the documents constrain.
pub trait Leaf: Sized {
    /// The plain value in it: `i64` or `String`.
    type Plain;

    /// Takes any value: the open way past the documents.
    fn undocumented(value: Self::Plain) -> Self;

    /// Refuses a value that the documents do not allow.
    ///
    /// # Errors
    ///
    /// [`NotDocumented`], with what the documents allow.
    fn check(&self) -> Result<(), NotDocumented>;

    /// What the documents allow, as in "outside the documented 0..=3".
    fn documented() -> String;

    /// Takes a documented value.
    ///
    /// # Errors
    ///
    /// [`NotDocumented`] for any other, with what the documents allow.
    fn checked(value: Self::Plain) -> Result<Self, NotDocumented> {
        let leaf = Self::undocumented(value);
        leaf.check().map(|()| leaf)
    }

    /// Whether the value is one that the documents allow.
    fn is_documented(&self) -> bool {
        self.check().is_ok()
    }
}

/// A value is outside what the documents say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotDocumented(String);

impl NotDocumented {
    pub(crate) fn outside(value: impl fmt::Display, documented: &str) -> Self {
        Self(format!("{value} is outside the documented {documented}"))
    }

    pub(crate) fn no_integer(text: &str) -> Self {
        Self(format!("{} is no 64-bit integer", excerpt(text)))
    }
}

impl fmt::Display for NotDocumented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotDocumented {}

/// A short form of `text` for messages.
pub(crate) fn excerpt(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}
