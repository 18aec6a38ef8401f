//! Environment variables.

use crate::error::Error;

/// Reads variables, so that tests need not change the process's own.
pub(crate) type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A variable of this process; an empty one is none. What is not UTF-8 in it is replaced, and then
/// refused by whoever reads it, rather than taken for nothing.
pub(crate) fn variable(name: &str) -> Option<String> {
    let value = std::env::var_os(name)?;
    Some(value.to_string_lossy().into_owned()).filter(|value| !value.is_empty())
}

/// Two variables that only make sense together; `None` if neither is set.
pub(crate) fn pair(
    variables: Variables<'_>,
    first: &str,
    second: &str,
) -> Result<Option<(String, String)>, Error> {
    let missing = |set: &str, missing: &str| {
        Err(Error::invalid(format!("the environment variable {set} is set, and {missing} is not")))
    };
    match (variables(first), variables(second)) {
        (Some(one), Some(two)) => Ok(Some((one, two))),
        (None, None) => Ok(None),
        (Some(_), None) => missing(first, second),
        (None, Some(_)) => missing(second, first),
    }
}
