//! Environment variables.

use crate::error::Error;
use crate::setting::{self, Form};

/// Reads variables, so that tests need not change the process's own.
pub(crate) type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A variable of this process; an empty one is not set, as what a CI has no secret for. What is not
/// UTF-8 in it is replaced, and then refused, rather than taken for nothing.
pub(crate) fn variable(name: &str) -> Option<String> {
    let value = std::env::var_os(name)?.to_string_lossy().into_owned();
    Some(value).filter(|value| !value.is_empty())
}

/// The setting in a variable, if that is set. A malformed one is refused by the name of
/// the variable.
pub(crate) fn setting(
    variables: Variables<'_>,
    name: &str,
    form: Form,
) -> Result<Option<String>, Error> {
    let value = variables(name);
    if let Some(value) = &value {
        setting::check(&format!("the environment variable {name}"), value, form)?;
    }
    Ok(value)
}

/// Two keys in variables that only make sense together; `None` if neither is set.
pub(crate) fn pair(
    variables: Variables<'_>,
    first: &str,
    second: &str,
) -> Result<Option<(String, String)>, Error> {
    let missing = |set: &str, missing: &str| {
        Err(Error::invalid(format!("the environment variable {set} is set, and {missing} is not")))
    };
    let key = |name| setting(variables, name, Form::Ascii);
    match (key(first)?, key(second)?) {
        (Some(one), Some(two)) => Ok(Some((one, two))),
        (None, None) => Ok(None),
        (Some(_), None) => missing(first, second),
        (None, Some(_)) => missing(second, first),
    }
}

/// What is wrong with the setting in the variable `name`.
pub(crate) fn named(name: &str, error: &Error) -> Error {
    Error::invalid(format!("{name}: {}", error.message()))
}

/// Traces where credentials were found, since several places may have some.
pub(crate) fn trace_source(source: &str) {
    tracing::info!("the credentials are those of {source}");
}
