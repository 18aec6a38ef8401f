//! What stands for a secret where a value is shown.

use std::fmt;

/// Shows that there is something, and not what it is.
pub(crate) struct Hidden;

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Stands for a secret.
#[allow(dead_code, reason = "not every API has secrets in its models")]
pub(crate) fn hidden<T>(_: &T) -> Hidden {
    Hidden
}
