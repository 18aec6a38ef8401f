//! The documented limits of a value.

use std::sync::OnceLock;

use serde_json::Value;

use crate::pattern::Pattern;
use crate::rule::Rule;

/// The documented limits of a value.
#[derive(Debug)]
pub struct Schema {
    /// JSON pointer of the schema in the spec.
    pub pointer: &'static str,
    /// The claims about it, by statement: `type`, `maximum`, `values`.
    pub claims: &'static [(&'static str, &'static [&'static str])],
    /// Whether null is documented.
    pub nullable: bool,
    /// The documented values; empty without such a list.
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
    /// An integer. Exclusive bounds are stored as inclusive ones.
    Integer {
        /// The minimum.
        min: Option<i64>,
        /// The maximum.
        max: Option<i64>,
        /// The number that it must be a multiple of.
        multiple_of: Option<i64>,
    },
    /// A number.
    Number {
        /// The lower bound.
        min: Option<Bound>,
        /// The upper bound.
        max: Option<Bound>,
        /// The number that it must be a multiple of.
        multiple_of: Option<f64>,
    },
    /// A string.
    String {
        /// The minimum number of characters.
        min: Option<u64>,
        /// The maximum number of characters.
        max: Option<u64>,
        /// The pattern that it must match.
        pattern: Option<Pattern>,
        /// Whether it must be a point in time in RFC 3339 format.
        date_time: bool,
    },
    /// An array.
    Array {
        /// The schema of the items.
        items: Option<&'static Schema>,
        /// The minimum number of items.
        min: Option<u64>,
        /// The maximum number of items.
        max: Option<u64>,
        /// Whether the items must be unique.
        unique: bool,
    },
    /// An object.
    Object(Object),
    /// A value that matches exactly one of these schemas.
    OneOf(&'static [&'static Schema]),
    /// A value that matches at least one of these schemas.
    AnyOf(&'static [&'static Schema]),
    /// A reference to an enclosing schema, for schemas made at run time. It is set once that schema
    /// is complete.
    Recursive(OnceLock<&'static Schema>),
}

/// The documented limits of an object.
#[derive(Debug)]
pub struct Object {
    /// The documented members.
    pub members: &'static [Member],
    /// The schema of other members.
    pub values: Option<&'static Schema>,
    /// Whether other members are allowed.
    pub open: bool,
    /// The minimum number of members.
    pub min: Option<u64>,
    /// The maximum number of members.
    pub max: Option<u64>,
    /// The tables of the vendor's pages that list the members.
    pub tables: &'static [&'static str],
    /// The rules about the members.
    pub rules: &'static [Rule],
}

/// A documented member of an object.
#[derive(Debug)]
pub struct Member {
    /// Its name.
    pub name: &'static str,
    /// Whether it is documented as always present.
    pub required: bool,
    /// The schema of its value.
    pub schema: &'static Schema,
}

/// A bound of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// The limit.
    pub value: f64,
    /// Whether the limit itself is excluded.
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
    /// A string.
    String(&'static str),
}

impl Schema {
    /// Resolves a reference to an enclosing schema.
    pub fn resolved(&'static self) -> &'static Self {
        match &self.kind {
            Kind::Recursive(known) => known.get().copied().unwrap_or(self),
            _ => self,
        }
    }

    /// The value of a text, such as that of a parameter; an array as JSON.
    pub fn value_of(&'static self, text: &str) -> Value {
        let json = || serde_json::from_str(text).unwrap_or_else(|_| text.into());
        match &self.resolved().kind {
            Kind::Any | Kind::String { .. } => text.into(),
            // It may be a plain string.
            Kind::OneOf(_) | Kind::AnyOf(_) => match crate::check(self, text).is_empty() {
                true => text.into(),
                false => json(),
            },
            _ => json(),
        }
    }

    /// The claims for a statement, or else those about the type.
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

    /// The documented limits as shown in messages: `0..=3`, `length 1..=32`, `values a, b`. `None` if
    /// only the type is documented.
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

/// The documented format of a point in time, as shown in messages.
pub(crate) const RFC_3339: &str = "form of RFC 3339";

fn joined<const N: usize>(parts: [Option<String>; N]) -> Option<String> {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// A range in Rust syntax.
pub(crate) fn range<T: std::fmt::Display>(min: Option<T>, max: Option<T>) -> String {
    let end = |end: Option<T>| end.map_or_else(String::new, |end| end.to_string());
    let sign = if max.is_some() { "..=" } else { ".." };
    format!("{}{sign}{}", end(min), end(max))
}

/// A range of numbers with optionally excluded ends.
pub(crate) fn bounds(min: Option<Bound>, max: Option<Bound>) -> String {
    let end = |Bound { value, exclusive }: Bound| match exclusive {
        true => format!("{value} (excluded)"),
        false => value.to_string(),
    };
    range(min.map(end), max.map(end))
}

/// A range of lengths; the minimum defaults to 0.
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
