//! Conversions for the setters of builders.

#![allow(dead_code, reason = "not every API has lists of models and maps")]

use std::fmt::Display;

/// A type that converts to a value: the value itself, or its builder.
pub trait Becomes<T> {
    /// The value, or what is missing.
    #[doc(hidden)]
    fn become_value(self) -> Result<T, String>;
}

impl<T, V: TryInto<T, Error: Display>> Becomes<T> for V {
    fn become_value(self) -> Result<T, String> {
        self.try_into().map_err(|e| e.to_string())
    }
}

/// Converts the argument of a setter. Errors name the member.
pub(crate) fn given<T>(value: impl Becomes<T>, name: &str) -> Result<T, String> {
    value.become_value().map_err(|e| format!("{name}: {e}"))
}

/// The first fault of the members of a builder.
pub(crate) fn fault(of_members: &[Option<&String>]) -> String {
    of_members.iter().copied().flatten().next().cloned().unwrap_or_default()
}

/// Converts the items of a list. Errors name the item.
pub(crate) fn items<T>(
    values: impl IntoIterator<Item: Becomes<T>>,
    name: &str,
) -> Result<Vec<T>, String> {
    let values = values.into_iter().enumerate();
    values.map(|(index, value)| given(value, &format!("{name}[{index}]"))).collect()
}

/// Converts the members of a map. Errors name the member.
pub(crate) fn members<M, T>(
    values: impl IntoIterator<Item = (impl Into<String>, impl Becomes<T>)>,
    name: &str,
) -> Result<M, String>
where
    M: FromIterator<(String, T)>,
{
    let members = values.into_iter().map(|(key, value)| {
        let key = key.into();
        let value = given(value, &format!("{name}.{key}"))?;
        Ok((key, value))
    });
    members.collect()
}
