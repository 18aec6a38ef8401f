//! What the setters of builders do.

use std::fmt::Display;

use crate::differences::{Count, Differences, Place};

/// Takes what a setter was given; a refusal names what was set.
pub(crate) fn given<T, V>(value: V, name: &str) -> Result<T, String>
where
    V: TryInto<T>,
    V::Error: Display,
{
    value.try_into().map_err(|e| format!("{name}: {e}"))
}

/// Takes the items of a list; a refusal names the item.
#[allow(dead_code, reason = "not every API has lists")]
pub(crate) fn items<T, V>(values: V, name: &str) -> Result<Vec<T>, String>
where
    V: IntoIterator,
    V::Item: TryInto<T>,
    <V::Item as TryInto<T>>::Error: Display,
{
    let values = values.into_iter().enumerate();
    values.map(|(index, value)| given(value, &format!("{name}[{index}]"))).collect()
}

/// Takes the members of a map; a refusal names the member.
#[allow(dead_code, reason = "not every API has maps")]
pub(crate) fn members<M, T, K, V>(
    values: impl IntoIterator<Item = (K, V)>,
    name: &str,
) -> Result<M, String>
where
    M: FromIterator<(String, T)>,
    K: Into<String>,
    V: TryInto<T>,
    V::Error: Display,
{
    let members = values.into_iter().map(|(key, value)| {
        let key = key.into();
        let value = given(value, &format!("{name}.{key}"))?;
        Ok((key, value))
    });
    members.collect()
}

/// Refuses a list or a map with more or fewer items than documented.
#[allow(dead_code, reason = "not every API limits the number of items")]
pub(crate) fn counted<T: Differences>(
    value: T,
    name: &str,
    documented: &Count,
) -> Result<T, String> {
    let mut found = Vec::new();
    value.count(documented, &Place::ROOT.member(name), &mut found);
    match found.first() {
        Some(difference) => Err(difference.to_string()),
        None => Ok(value),
    }
}
