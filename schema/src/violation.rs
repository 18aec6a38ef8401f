//! What of a value is not as documented.

use std::fmt;

use serde::Serialize;

/// A statement of the documents that a value does not keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The members and items that lead to the value, as in `func_mounts[0].mount_type`; empty for
    /// the whole.
    pub path: String,
    /// What kind of statement it is.
    pub kind: ViolationKind,
    /// The keyword of the statement, as OpenAPI spells it.
    pub keyword: &'static str,
    /// JSON pointer of the statement in the spec.
    pub pointer: String,
    /// The claims of the vendor's pages that make the statement, by their ids.
    pub claims: Vec<&'static str>,
    /// What is documented: the whole range, all values.
    pub documented: String,
    /// What there is instead, bounded. Of texts, only one that is not listed is repeated.
    pub found: String,
}

/// A kind of statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ViolationKind {
    /// The status is not documented.
    Status,
    /// A value has another type, or the text is not JSON.
    Type,
    /// A value is null that is not documented to be.
    Null,
    /// A member is missing that is documented as always present.
    Missing,
    /// A member is not documented.
    Undocumented,
    /// A value is not in the documented list.
    Value,
    /// A number is outside its documented range, or not a documented multiple.
    Range,
    /// A text is shorter or longer than documented.
    Length,
    /// A text does not match the documented pattern.
    Pattern,
    /// A text does not have the documented format.
    Format,
    /// An array or a map has fewer or more items than documented, or an array has one twice.
    Items,
    /// A value matches more than one of the documented alternatives.
    Alternatives,
    /// A member is there more than once.
    Repeated,
    /// A limit was reached: there is more than was looked at or reported.
    Limit,
}

impl Violation {
    /// What is wrong, without its path.
    pub fn message(&self) -> String {
        message(self.kind, &self.documented, &self.found)
    }
}

/// What is documented of items that do not repeat.
pub(crate) const DIFFERENT: &str = "different items";

/// What is wrong, in a sentence.
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
        ViolationKind::Repeated => "is there more than once".to_owned(),
        ViolationKind::Alternatives => {
            format!("matches {found}, and is documented as {documented}")
        }
        ViolationKind::Limit => format!("there is more than {documented}"),
        _ => format!("{found} is outside the documented {documented}"),
    }
}

/// The name of a JSON type as it stands in a sentence.
fn with_article(name: &str) -> String {
    match name {
        "array" | "integer" | "object" => format!("an {name}"),
        "boolean" | "number" | "string" => format!("a {name}"),
        other => other.to_owned(),
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message())
    }
}
