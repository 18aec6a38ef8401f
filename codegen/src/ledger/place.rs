//! What a claim speaks of, and where that stands in a spec.

use std::fmt;

/// What a claim speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// The operation itself.
    Operation,
    /// One of its statuses.
    Status(String),
    /// One of its parameters: location and name; or a header of a response.
    Parameter(String, String),
    /// The whole body of the request or of a response: `request`, `response.200`.
    Body(String),
    /// A member of a body or schema: section and name.
    Member(String, String),
    /// A documented sample: section and name.
    Sample(String, String),
    /// A security scheme.
    Security(String),
    /// A base URL by its position, or one of its variables: `1`, `1{region}`.
    Server(String),
    /// What a page says that constrains nothing.
    Prose(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation => f.write_str("operation"),
            Self::Status(status) => write!(f, "status/{status}"),
            Self::Parameter(section, name) | Self::Member(section, name) => {
                write!(f, "{section}/{name}")
            }
            Self::Body(section) => f.write_str(section),
            Self::Sample(section, name) => write!(f, "sample.{section}/{name}"),
            Self::Security(name) => write!(f, "security/{name}"),
            Self::Server(name) => write!(f, "servers/{name}"),
            Self::Prose(name) => write!(f, "prose/{name}"),
        }
    }
}

impl Place {
    /// Whether both are the same; names of headers are, in any case.
    pub fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Parameter(a, name), Self::Parameter(b, other)) if a == "header" => {
                a == b && name.eq_ignore_ascii_case(other)
            }
            _ => self == other,
        }
    }

    /// The place that a reference names.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "operation" {
            return Some(Self::Operation);
        }
        let Some((section, name)) = text.rsplit_once('/') else {
            return Some(Self::Body(text.to_owned()));
        };
        if section.is_empty() || name.is_empty() {
            return None;
        }
        let (section, name) = (section.to_owned(), name.to_owned());
        Some(match section.as_str() {
            "status" => Self::Status(name),
            "security" => Self::Security(name),
            "servers" => Self::Server(name),
            "prose" => Self::Prose(name),
            "path" | "query" | "header" => Self::Parameter(section, name),
            _ if header_status(&section).is_some() => Self::Parameter(section, name),
            _ => match section.strip_prefix("sample.") {
                Some(place) => Self::Sample(place.to_owned(), name),
                None => Self::Member(section, name),
            },
        })
    }
}

/// The status of a section `response.200.header`.
pub fn header_status(section: &str) -> Option<&str> {
    section.strip_prefix("response.")?.strip_suffix(".header")
}

/// The collections that a member's name leads into: `ids[]` its items, `weights{}` its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside {
    /// The items of an array.
    Items,
    /// The values of a map.
    Values,
}

/// A member's name without the collections it leads into, and these, outermost first.
pub fn inside(name: &str) -> (&str, Vec<Inside>) {
    let mut plain = name;
    let mut found = Vec::new();
    loop {
        if let Some(rest) = plain.strip_suffix("[]") {
            (plain, _) = (rest, found.push(Inside::Items));
        } else if let Some(rest) = plain.strip_suffix("{}") {
            (plain, _) = (rest, found.push(Inside::Values));
        } else {
            found.reverse();
            return (plain, found);
        }
    }
}
