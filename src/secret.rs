//! Hides secrets in `Debug` output.

use std::fmt;

/// Shows that there is a value, but not the value.
pub(crate) struct Hidden;

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Replaces a secret.
#[allow(dead_code, reason = "not every API has secrets in its models")]
pub(crate) fn hidden<T>(_: &T) -> Hidden {
    Hidden
}
