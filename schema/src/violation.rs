//! Violations of the documented limits.

use std::fmt;

use serde::Serialize;

/// A documented statement that a value violates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The path to the value, such as `func_mounts[0].mount_type`; empty for the whole value.
    pub path: String,
    /// The kind of violation.
    pub kind: ViolationKind,
    /// The OpenAPI keyword of the statement.
    pub keyword: &'static str,
    /// JSON pointer of the statement in the spec.
    pub pointer: String,
    /// The IDs of the claims of the vendor's pages that make the statement.
    pub claims: Vec<&'static str>,
    /// What is documented: the whole range, all values.
    pub documented: String,
    /// What was found, with limited length. A string is shown only if it is an unlisted value of an
    /// enumeration.
    pub found: String,
    /// The documented exception that the value is within.
    pub exception: Option<&'static str>,
}

/// A kind of violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ViolationKind {
    /// The status is not documented.
    Status,
    /// A value has another type, or a text is not JSON.
    Type,
    /// A value is null, but not documented as nullable.
    Null,
    /// A required member is missing.
    Missing,
    /// A member is not documented.
    Undocumented,
    /// A value is not in the documented list.
    Value,
    /// A number is outside its documented range, or not a documented multiple.
    Range,
    /// A string is shorter or longer than documented.
    Length,
    /// A string does not match the documented pattern.
    Pattern,
    /// A string does not have the documented format.
    Format,
    /// An array or a map has fewer or more items than documented, or an array has a repeated item.
    Items,
    /// A value matches more than one of the documented alternatives.
    Alternatives,
    /// An object breaks a documented rule.
    Rule,
    /// A value is outside its documented limits, but within a documented exception to them.
    Exception,
    /// A member occurs more than once.
    Repeated,
    /// A limit was reached: not everything was checked or reported.
    Limit,
}

impl Violation {
    /// The message, without the path.
    pub fn message(&self) -> String {
        message(self.kind, &self.documented, &self.found)
    }
}

/// Violations on one line.
pub fn on_one_line(found: &[Violation]) -> String {
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// The documented limit of unique items.
pub(crate) const DIFFERENT: &str = "different items";

/// The message of a violation.
pub fn message(kind: ViolationKind, documented: &str, found: &str) -> String {
    match kind {
        ViolationKind::Status => {
            format!("the status {found} is not documented, only {documented}")
        }
        ViolationKind::Items if documented == DIFFERENT => {
            format!("{found}, and items are documented as different")
        }
        ViolationKind::Missing if found == "nothing" => {
            format!("is missing, and documented as {documented}")
        }
        ViolationKind::Type if documented == "JSON" => format!("is {found}"),
        ViolationKind::Type | ViolationKind::Null | ViolationKind::Missing => {
            format!("is {}, and documented as {}", with_article(found), with_article(documented))
        }
        ViolationKind::Undocumented => "is not a documented member".to_owned(),
        ViolationKind::Repeated => "occurs more than once".to_owned(),
        ViolationKind::Alternatives => {
            format!("matches {found}, and is documented as {documented}")
        }
        ViolationKind::Rule => format!("breaks the rule: {documented}"),
        ViolationKind::Limit => format!("there is more than {documented}"),
        _ => format!("{found} is outside the documented {documented}"),
    }
}

/// The name of a JSON type with its article.
fn with_article(name: &str) -> String {
    match name {
        "array" | "integer" | "object" => format!("an {name}"),
        "boolean" | "number" | "string" => format!("a {name}"),
        other => other.to_owned(),
    }
}

/// The alternate form (`{:#}`) also names the documented exception.
impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message())?;
        match self.exception {
            Some(exception) if f.alternate() => write!(f, ", a documented exception: {exception}"),
            _ => Ok(()),
        }
    }
}
