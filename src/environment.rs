//! Environment variables.

use crate::error::Error;
use crate::setting::{self, Form};

/// A variable of this process. An empty one counts as not set, since a CI leaves variables without a
/// secret empty. Invalid UTF-8 is replaced, and then refused instead of ignored.
pub(crate) fn variable(name: &str) -> Option<String> {
    let value = std::env::var_os(name)?.to_string_lossy().into_owned();
    Some(value).filter(|value| !value.is_empty())
}

/// The setting in a variable, if set. A malformed one is refused by the name of the variable.
pub(crate) fn setting(name: &str, form: Form) -> Result<Option<String>, Error> {
    let value = variable(name);
    if let Some(value) = &value {
        setting::check(&format!("the environment variable {name}"), value, form)?;
    }
    Ok(value)
}

/// Two variables that must be set together; `None` if neither is set.
pub(crate) fn pair(first: &str, second: &str) -> Result<Option<(String, String)>, Error> {
    let missing = |set: &str, missing: &str| {
        Err(Error::invalid(format!("the environment variable {set} is set, but {missing} is not")))
    };
    match (setting(first, Form::Ascii)?, setting(second, Form::Ascii)?) {
        (Some(one), Some(two)) => Ok(Some((one, two))),
        (None, None) => Ok(None),
        (Some(_), None) => missing(first, second),
        (None, Some(_)) => missing(second, first),
    }
}

/// Adds the name of its variable to an error.
pub(crate) fn named(name: &str, error: &Error) -> Error {
    Error::invalid(format!("{name}: {}", error.message()))
}

/// Traces where credentials were found, since several places may contain some.
pub(crate) fn trace_source(source: &str) {
    tracing::info!("using the credentials from {source}");
}
