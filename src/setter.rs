//! What the setters of builders do.

use std::fmt::Display;

/// Takes what a setter was given; a refusal names what was set.
pub(crate) fn given<T, V>(value: V, name: &str) -> Result<T, String>
where
    V: TryInto<T>,
    V::Error: Display,
{
    value.try_into().map_err(|e| format!("{name}: {e}"))
}
