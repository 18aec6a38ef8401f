//! Extensions that say what a client may do with several calls of an operation: `x-paging` and
//! `x-wait`. What they name is in the spec, or they are refused.

use std::time::Duration;

use serde_json::Value;

use crate::error::Result;
use crate::model::pointer::{join, tokens};
use crate::model::{Operation, Parameter, Schema, Spec};

/// How the pages of a list follow each other.
pub struct Paging<'s> {
    /// The query parameter that asks for a page.
    pub parameter: &'s Parameter,
    /// What the next page is asked for by.
    pub follows: Follows<'s>,
    /// JSON pointer of the items in the answer.
    pub items: &'s str,
    /// The query parameter with the number of items of a page.
    pub size: Option<&'s str>,
}

/// What the next page is asked for by.
pub enum Follows<'s> {
    /// A value at this JSON pointer of the answer.
    Marker(&'s str),
    /// Its number.
    Number {
        /// The number of the first page.
        first: u64,
        /// JSON pointer of the number of all items in the answer.
        total: Option<&'s str>,
    },
}

/// How long to wait for what an operation tells the state of.
pub struct Wait<'s> {
    /// JSON pointer of the state in the answer.
    pub state: &'s str,
    /// The states that are waited for.
    pub success: Vec<&'s str>,
    /// The states that end the wait in vain.
    pub failure: Vec<&'s str>,
    /// The documented states in between.
    pub pending: Vec<&'s str>,
    /// The time between two looks.
    pub interval: Duration,
    /// The time for all of it.
    pub limit: Duration,
}

/// An extension of an operation.
struct Extension<'s> {
    spec: &'s Spec,
    operation: &'s Operation,
    name: &'static str,
    value: &'s Value,
}

/// What `x-paging` says.
///
/// # Errors
///
/// What it names is not there, or is of another kind.
pub fn paging<'s>(spec: &'s Spec, operation: &'s Operation) -> Result<Option<Paging<'s>>> {
    let Some(extension) = Extension::of(spec, operation, "x-paging")? else { return Ok(None) };
    let (key, follows) = match ["marker", "page", "next"].map(|key| extension.text(key)) {
        [Some(_), None, Some(_)] if extension.text("total").is_some() => {
            return Err(extension.error("total", "a list with a `marker` ends without one"));
        }
        [Some(_), None, Some(next)] => {
            extension.member("next", &["string", "integer", "number"])?;
            ("marker", Follows::Marker(next))
        }
        [None, Some(_), None] => {
            let total = extension.text("total");
            if total.is_some() {
                extension.member("total", &["integer", "number"])?;
            }
            ("page", Follows::Number { first: 1, total })
        }
        _ => {
            let message = "names the query parameter that asks for a page: `marker`, with the \
                           `next` one in the answer, or `page`";
            return Err(extension.error("", message));
        }
    };
    let parameter = extension.parameter(key)?;
    let schema = parameter.schema.as_ref().and_then(|at| spec.at(at));
    let schema = schema.filter(|schema| {
        matches!(schema.json_type(), Some("string" | "integer")) && !schema.is_enumeration()
    });
    let Some(schema) = schema else {
        return Err(extension.error(key, "the parameter is not a plain string or integer"));
    };
    let follows = match (follows, schema.get("default")) {
        (Follows::Number { total, .. }, Some(default)) => {
            let first = default.as_u64().or_else(|| default.as_str()?.parse().ok()).unwrap_or(1);
            Follows::Number { first, total }
        }
        (follows, _) => follows,
    };
    extension.member("items", &["array"])?;
    if extension.text("size").is_some() {
        extension.parameter("size")?;
    }
    let items = extension.text("items").unwrap_or_default();
    Ok(Some(Paging { parameter, follows, items, size: extension.text("size") }))
}

/// What `x-wait` says.
///
/// # Errors
///
/// What it names is not there, or is of another kind.
pub fn wait<'s>(spec: &'s Spec, operation: &'s Operation) -> Result<Option<Wait<'s>>> {
    let Some(extension) = Extension::of(spec, operation, "x-wait")? else { return Ok(None) };
    let state = extension.member("state", &["string"])?;
    let [success, failure] = ["success", "failure"].map(|key| extension.texts(key));
    let listed: Vec<&str> = state.listed().filter_map(Value::as_str).collect();
    for (key, states) in [("success", &success), ("failure", &failure)] {
        if let Some(other) = states.iter().find(|state| !listed.contains(state)) {
            let message = match listed.is_empty() {
                true => "the documents do not list the states".to_owned(),
                false => format!("`{other}` is not one of the states: {}", listed.join(", ")),
            };
            return Err(extension.error(key, message));
        }
    }
    if success.is_empty() {
        return Err(extension.error("success", "there is nothing to wait for"));
    }
    if let Some(both) = failure.iter().find(|state| success.contains(state)) {
        return Err(extension.error("failure", format!("`{both}` is a success, too")));
    }
    let ends = |state: &&str| success.contains(state) || failure.contains(state);
    let pending: Vec<&str> = listed.into_iter().filter(|state| !ends(state)).collect();
    if pending.is_empty() {
        return Err(extension.error("", "every state ends the wait"));
    }
    let interval = extension.duration("interval", 2)?;
    let limit = extension.duration("limit", 300)?;
    if interval > limit {
        return Err(extension.error("interval", "is longer than the limit"));
    }
    let state = extension.text("state").unwrap_or_default();
    Ok(Some(Wait { state, success, failure, pending, interval, limit }))
}

impl<'s> Extension<'s> {
    fn of(spec: &'s Spec, operation: &'s Operation, name: &'static str) -> Result<Option<Self>> {
        let Some(value) = operation.keywords.get(name) else { return Ok(None) };
        let extension = Self { spec, operation, name, value };
        match operation.is_safe() {
            true => Ok(Some(extension)),
            false => Err(extension.error("", "is for operations that change nothing")),
        }
    }

    fn error(&self, key: &str, message: impl Into<String>) -> crate::error::Error {
        let at = join(&self.operation.pointer, self.name);
        let at = if key.is_empty() || self.value[key].is_null() { at } else { join(&at, key) };
        self.spec.error(&at, message)
    }

    fn text(&self, key: &str) -> Option<&'s str> {
        self.value[key].as_str()
    }

    fn texts(&self, key: &str) -> Vec<&'s str> {
        self.value[key].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// The query parameter that `key` names.
    fn parameter(&self, key: &str) -> Result<&'s Parameter> {
        let name = self.text(key).unwrap_or_default();
        self.operation
            .parameter("query", name)
            .ok_or_else(|| self.error(key, format!("there is no query parameter `{name}`")))
    }

    /// What stands in the answer at the JSON pointer in `key`, which is of one of the `types`.
    fn member(&self, key: &str, types: &[&str]) -> Result<&'s Schema> {
        let pointer = self.text(key).unwrap_or_default();
        if !pointer.is_empty() && !pointer.starts_with('/') {
            let message = format!("`{pointer}` is not a JSON pointer, such as `/{pointer}`");
            return Err(self.error(key, message));
        }
        let success = self.operation.responses.iter().find(|response| response.is_success());
        let whole = success.and_then(|response| self.spec.at(response.body.schema()?));
        let found = tokens(pointer).iter().fold(whole, |schema, token| {
            let item = schema?.items.as_ref().filter(|_| token.parse::<usize>().is_ok());
            self.spec.at(item.or(schema?.member(token).map(|member| &member.schema))?)
        });
        match found {
            None => Err(self.error(key, format!("the answer has no member `{pointer}`"))),
            Some(found) if found.json_type().is_some_and(|kind| types.contains(&kind)) => Ok(found),
            Some(_) => {
                let message = format!("`{pointer}` is not of the type {}", types.join(" or "));
                Err(self.error(key, message))
            }
        }
    }

    /// A time such as `500ms`, `2s` or `5m`.
    fn duration(&self, key: &str, default: u64) -> Result<Duration> {
        let Some(text) = self.text(key) else { return Ok(Duration::from_secs(default)) };
        let digits = text.trim_end_matches(|c: char| c.is_ascii_lowercase());
        let milliseconds = match &text[digits.len()..] {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            _ => 0,
        };
        let count = digits.parse::<u32>().unwrap_or_default();
        match u64::from(count) * milliseconds {
            0 => Err(self.error(key, format!("`{text}` is not a time such as `2s` or `5m`"))),
            milliseconds => Ok(Duration::from_millis(milliseconds)),
        }
    }
}
