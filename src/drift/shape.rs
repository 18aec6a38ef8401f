//! What is documented of an answer, as static data that the build writes (`codegen::documented`).

use std::sync::OnceLock;

use regress::Regex;

use crate::leaf::regex;

/// What is documented of the answers of an API.
#[derive(Debug)]
pub struct Documented {
    pub api: &'static str,
    pub operations: &'static [Operation],
}

/// An operation.
#[derive(Debug)]
pub struct Operation {
    pub id: &'static str,
    /// What the ids of the claims about it begin with.
    pub prefixes: &'static [&'static str],
    /// The lists of documented statuses.
    pub statuses: &'static [&'static str],
    pub responses: &'static [Response],
}

/// A documented answer.
#[derive(Debug)]
pub struct Response {
    /// The status, as the spec spells it: `200` or `4XX`.
    pub status: &'static str,
    /// What its JSON body is like, if it has one.
    pub shape: Option<&'static Shape>,
}

/// What is documented of a value.
#[derive(Debug)]
pub struct Shape {
    /// JSON pointer of its schema in the spec.
    pub place: &'static str,
    /// The claims about it, by what they state.
    pub claims: &'static [(&'static str, &'static [&'static str])],
    pub nullable: bool,
    pub kind: Kind,
}

/// The type of a value, with its limits.
#[derive(Debug)]
#[allow(dead_code, reason = "not every API has values of each kind")]
pub enum Kind {
    Any,
    Boolean,
    Integer {
        least: Option<i64>,
        most: Option<i64>,
        values: &'static [i64],
    },
    Number {
        /// The limit, and whether it is excluded.
        least: Option<(f64, bool)>,
        most: Option<(f64, bool)>,
    },
    Text(Text),
    Array {
        items: Option<&'static Shape>,
        least: Option<u64>,
        most: Option<u64>,
        unique: bool,
    },
    Object {
        members: &'static [Member],
        /// What other members are like.
        values: Option<&'static Shape>,
        /// Whether it may have other members.
        open: bool,
        /// The tables of pages that list its members.
        tables: &'static [&'static str],
    },
    /// It is like one of these.
    One(&'static [&'static Shape]),
}

/// The limits of a text.
#[derive(Debug)]
pub struct Text {
    /// Fewest characters.
    pub least: Option<u64>,
    /// Most characters.
    pub most: Option<u64>,
    pub values: &'static [&'static str],
    pub pattern: Option<&'static str>,
    pub regex: OnceLock<Option<Regex>>,
    /// Whether it is a point in time, in the form of RFC 3339.
    pub is_time: bool,
}

/// A member of an object.
#[derive(Debug)]
pub struct Member {
    pub name: &'static str,
    pub required: bool,
    pub shape: &'static Shape,
}

impl Documented {
    pub(crate) fn operation(&self, id: &str) -> Option<&'static Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }
}

impl Operation {
    /// What is documented of an answer with `status`.
    pub(crate) fn response(&self, status: u16) -> Option<&'static Response> {
        let exact = status.to_string();
        let class = format!("{}XX", status / 100);
        let named = |spelled: &str| self.responses.iter().find(|r| r.status == spelled);
        named(&exact).or_else(|| named(&class)).or_else(|| named("default"))
    }
}

impl Text {
    /// Whether a text has the documented pattern, if there is one.
    pub(crate) fn has_pattern(&self, text: &str) -> bool {
        let Some(pattern) = self.pattern else { return true };
        let regex = self.regex.get_or_init(|| regex(pattern));
        regex.as_ref().is_none_or(|regex| regex.find(text).is_some())
    }
}
