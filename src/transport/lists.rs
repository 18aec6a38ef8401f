//! Lists in paths, headers and queries, as their style says.

use std::fmt::Display;

use percent_encoding::{utf8_percent_encode, AsciiSet};
use serde::Serialize;
use serde_json::Value;

use crate::encoding::RESERVED;
use crate::error::Error;

/// What may not stand in a list that commas separate, although what is reserved may.
const IN_LIST: &AsciiSet = &RESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'[')
    .remove(b']')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b';')
    .remove(b'=');

/// What may not stand in a value, although what is reserved may.
const IN_VALUE: &AsciiSet = &IN_LIST.remove(b',');

/// What may not stand in a value as forms write it, but for a blank, which is `%20`.
const IN_FORM: &AsciiSet = &RESERVED.add(b'~').remove(b'*');

/// The items as a segment of a path, with commas between them.
pub(crate) fn in_path<T: Display>(items: &[T]) -> String {
    let items = items.iter().map(|item| encoded(item, RESERVED));
    items.collect::<Vec<_>>().join(",")
}

/// The items as the value of a header, with commas between them.
pub(crate) fn in_header<T: Display>(name: &str, items: &[T]) -> Result<String, Error> {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    match items.iter().position(|item| item.contains(',')) {
        Some(index) => Err(Error::invalid(format!(
            "{name}[{index}]: has a comma, which would make two items of it"
        ))),
        None => Ok(items.join(",")),
    }
}

/// Adds a value to the query of a URL, if there is one: each item of a list by itself, or all in
/// one, with `delimiter` between them. What is reserved in URLs is encoded unless `keeps_reserved`.
pub(crate) fn in_query<T: Serialize>(
    url: String,
    name: &str,
    value: &T,
    delimiter: Option<&str>,
    keeps_reserved: bool,
) -> String {
    let set = match (keeps_reserved, delimiter) {
        (true, Some(",")) => IN_LIST,
        (true, _) => IN_VALUE,
        (false, None) => IN_FORM,
        (false, _) => RESERVED,
    };
    let values: Vec<String> = match serde_json::to_value(value) {
        Ok(Value::Array(items)) => items.into_iter().map(|item| encoded(text(item), set)).collect(),
        Ok(Value::Null) | Err(_) => return url,
        Ok(value) => vec![encoded(text(value), set)],
    };
    let name = encoded(name, RESERVED);
    let pairs = match delimiter {
        _ if values.is_empty() => return url,
        None => values.iter().map(|value| format!("{name}={value}")).collect(),
        // All may take a comma as it is.
        Some(",") => vec![format!("{name}={}", values.join(","))],
        Some(other) => vec![format!("{name}={}", values.join(&encoded(other, RESERVED)))],
    };
    let first = if url.contains('?') { '&' } else { '?' };
    format!("{url}{first}{}", pairs.join("&"))
}

/// A scalar as a text.
fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn encoded(value: impl Display, set: &'static AsciiSet) -> String {
    utf8_percent_encode(&value.to_string(), set).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ITEMS: [&str; 3] = ["a,b", "c d/é", "|&"];

    #[test]
    fn items_are_encoded_and_what_separates_them_is_not() {
        assert_eq!(in_path(&ITEMS), "a%2Cb,c%20d%2F%C3%A9,%7C%26");
        assert_eq!(in_header("X-Ids", &ITEMS[1..]).unwrap(), "c d/é,|&");
        let refused = in_header("X-Ids", &ITEMS).unwrap_err().to_string();
        assert!(refused.contains("X-Ids[0]: has a comma"), "{refused}");
    }

    #[test]
    fn a_value_is_written_as_a_form_does_without_plus() {
        let query = |value: Value| in_query("u".to_owned(), "n[]", &value, None, false);
        let after = in_query("u?q=1".to_owned(), "n", &["a", "/"], Some(","), true);
        assert_eq!(after, "u?q=1&n=a,/");
        for (value, expected) in [
            (json!("a +*~-._é"), "u?n%5B%5D=a%20%2B*%7E-._%C3%A9"),
            (json!(1.0), "u?n%5B%5D=1.0"),
            (json!(-7), "u?n%5B%5D=-7"),
            (json!(true), "u?n%5B%5D=true"),
            (json!(""), "u?n%5B%5D="),
            (json!([]), "u"),
            (json!(null), "u"),
        ] {
            assert_eq!(query(value), expected);
        }
    }
}
