//! What is documented of a value.

use std::sync::OnceLock;

use crate::pattern::Pattern;

/// What is documented of a value.
#[derive(Debug)]
pub struct Schema {
    /// JSON pointer of the schema in the spec.
    pub pointer: &'static str,
    /// The claims about it, by the statement that they make: `type`, `maximum`, `values`.
    pub claims: &'static [(&'static str, &'static [&'static str])],
    /// Whether null is documented.
    pub nullable: bool,
    /// The documented values; empty if they are not listed.
    pub values: &'static [Literal],
    /// Its JSON type, with the constraints of that type.
    pub kind: Kind,
}

/// The JSON type of a value, with the constraints of that type.
#[derive(Debug)]
pub enum Kind {
    /// Any value.
    Any,
    /// A boolean.
    Boolean,
    /// An integer. Exclusive bounds are written as inclusive ones.
    Integer {
        /// The least value.
        min: Option<i64>,
        /// The greatest value.
        max: Option<i64>,
        /// What it is a multiple of.
        multiple_of: Option<i64>,
    },
    /// A number.
    Number {
        /// The lower bound.
        min: Option<Bound>,
        /// The upper bound.
        max: Option<Bound>,
        /// What it is a multiple of.
        multiple_of: Option<f64>,
    },
    /// A text.
    String {
        /// The least number of characters.
        min: Option<u64>,
        /// The greatest number of characters.
        max: Option<u64>,
        /// What is searched for in it.
        pattern: Option<Pattern>,
        /// Whether it is a point in time in the form of RFC 3339.
        date_time: bool,
    },
    /// An array.
    Array {
        /// What is documented of each item.
        items: Option<&'static Schema>,
        /// The least number of items.
        min: Option<u64>,
        /// The greatest number of items.
        max: Option<u64>,
        /// Whether items are different from each other.
        unique: bool,
    },
    /// An object.
    Object(Object),
    /// What matches exactly one of these schemas.
    OneOf(&'static [&'static Schema]),
    /// What matches at least one of these schemas.
    AnyOf(&'static [&'static Schema]),
    /// A schema that contains itself, made at run time: it is known once it is made.
    Recursive(OnceLock<&'static Schema>),
}

/// What is documented of an object.
#[derive(Debug)]
pub struct Object {
    /// The documented members.
    pub members: &'static [Member],
    /// What is documented of other members.
    pub values: Option<&'static Schema>,
    /// Whether there may be other members.
    pub open: bool,
    /// The least number of members.
    pub min: Option<u64>,
    /// The greatest number of members.
    pub max: Option<u64>,
    /// The tables of the vendor's pages that list the members.
    pub tables: &'static [&'static str],
}

/// A documented member of an object.
#[derive(Debug)]
pub struct Member {
    /// Its name.
    pub name: &'static str,
    /// Whether it is documented as always present.
    pub required: bool,
    /// What is documented of its value.
    pub schema: &'static Schema,
}

/// A bound of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// The limit.
    pub value: f64,
    /// Whether the limit itself is outside.
    pub exclusive: bool,
}

/// A documented value of a scalar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Literal {
    /// A boolean.
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// A number that is not an integer.
    Number(f64),
    /// A text.
    String(&'static str),
}

impl Schema {
    /// The schema itself, where this one stands for a schema that contains itself.
    pub fn resolved(&'static self) -> &'static Self {
        match &self.kind {
            Kind::Recursive(known) => known.get().copied().unwrap_or(self),
            _ => self,
        }
    }

    /// The claims that make a statement about the value, or else those about its type.
    pub(crate) fn claims_of(&self, statement: &str) -> &'static [&'static str] {
        let stating = |statement| self.claims.iter().find(|(stated, _)| *stated == statement);
        stating(statement).or_else(|| stating("type")).map_or(&[], |(_, claims)| claims)
    }

    /// The name of its JSON type.
    pub fn type_name(&self) -> &'static str {
        match &self.kind {
            Kind::Any | Kind::OneOf(_) | Kind::AnyOf(_) | Kind::Recursive(_) => "any",
            Kind::Boolean => "boolean",
            Kind::Integer { .. } => "integer",
            Kind::Number { .. } => "number",
            Kind::String { .. } => "string",
            Kind::Array { .. } => "array",
            Kind::Object(_) => "object",
        }
    }

    /// What is documented, as messages word it: `0..=3`, `length 1..=32`, `values a, b`. `None` if
    /// the value is not constrained but by its type.
    pub fn documented(&self) -> Option<String> {
        if !self.values.is_empty() {
            return Some(listed(self.values));
        }
        match &self.kind {
            Kind::Integer { min, max, multiple_of } => {
                let range = (min.is_some() || max.is_some()).then(|| range(*min, *max));
                joined([range, multiple_of.map(multiple)])
            }
            Kind::Number { min, max, multiple_of } => {
                let range = (min.is_some() || max.is_some()).then(|| bounds(*min, *max));
                joined([range, multiple_of.map(multiple)])
            }
            Kind::String { min, max, pattern, date_time } => {
                let length = (min.is_some() || max.is_some()).then(|| length(*min, *max));
                let pattern =
                    pattern.as_ref().map(|pattern| format!("pattern {}", pattern.source()));
                joined([length, pattern, date_time.then(|| RFC_3339.to_owned())])
            }
            _ => None,
        }
    }
}

/// The documented form of a point in time, as messages word it.
pub(crate) const RFC_3339: &str = "form of RFC 3339";

fn joined<const N: usize>(parts: [Option<String>; N]) -> Option<String> {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// A range as Rust writes it.
pub(crate) fn range<T: std::fmt::Display>(min: Option<T>, max: Option<T>) -> String {
    let end = |end: Option<T>| end.map_or_else(String::new, |end| end.to_string());
    let sign = if max.is_some() { "..=" } else { ".." };
    format!("{}{sign}{}", end(min), end(max))
}

/// A range of numbers, whose ends may be excluded.
pub(crate) fn bounds(min: Option<Bound>, max: Option<Bound>) -> String {
    let end = |Bound { value, exclusive }: Bound| match exclusive {
        true => format!("{value} (excluded)"),
        false => value.to_string(),
    };
    range(min.map(end), max.map(end))
}

/// A range of lengths: a text has no less than 0 characters.
pub(crate) fn length(min: Option<u64>, max: Option<u64>) -> String {
    format!("length {}", range(Some(min.unwrap_or(0)), max))
}

pub(crate) fn multiple<T: std::fmt::Display>(of: T) -> String {
    format!("multiples of {of}")
}

pub(crate) fn listed(values: &[Literal]) -> String {
    let shown: Vec<String> = values.iter().map(ToString::to_string).collect();
    format!("values {}", shown.join(", "))
}

impl std::fmt::Display for Literal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::String(value) => value.fmt(f),
        }
    }
}
