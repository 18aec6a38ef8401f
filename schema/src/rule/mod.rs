//! Documented rules: what a page states of an object that no keyword of OpenAPI can.

pub mod term;

use std::cell::OnceCell;
use std::fmt;

use serde_json::Value;

use self::term::{Evaluated, Stop};

/// A documented rule about the members of an object.
pub struct Rule {
    /// The request or response that it is about; `None` if it is about the object wherever it is.
    pub part: Option<Part>,
    /// What it says.
    pub text: &'static str,
    /// The IDs of the claims that state it.
    pub claims: &'static [&'static str],
    /// The members that it names.
    pub members: &'static [&'static str],
    /// The member whose range, length or list of values has an exception where the rule holds. A rule
    /// without one must hold.
    pub widens: Option<&'static str>,
    /// The expression that says whether it holds, in the Common Expression Language.
    pub expression: &'static str,
    /// Evaluates the expression.
    pub check: &'static (dyn Fn(&Scope<'_>) -> Verdict + Sync),
}

/// A part of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The operationId.
    pub operation: &'static str,
    /// The status of a response, as written in the spec; `None` for the request.
    pub status: Option<&'static str>,
}

/// Whether a rule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Holds,
    /// It does not hold.
    Fails,
    /// The object lacks a member that it needs.
    NotExercised,
}

impl From<Evaluated<'_>> for Verdict {
    fn from(evaluated: Evaluated<'_>) -> Self {
        match evaluated.as_deref() {
            Ok(Value::Bool(true)) => Self::Holds,
            Err(Stop::Missing) => Self::NotExercised,
            _ => Self::Fails,
        }
    }
}

/// A member of an object that rules are evaluated on.
#[derive(Debug)]
pub struct Known<'n> {
    name: &'n str,
    value: Value,
    /// What a text is as JSON, once a rule asks.
    json: OnceCell<Value>,
}

impl<'n> Known<'n> {
    /// The member `name`.
    pub fn new(name: &'n str, value: Value) -> Self {
        Self { name, value, json: OnceCell::new() }
    }
}

/// The members of an object that rules are evaluated on. A member that is null is like a missing one.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'v> {
    members: &'v [Known<'v>],
}

impl<'v> Scope<'v> {
    /// The scope of these members.
    pub fn new(members: &'v [Known<'v>]) -> Self {
        Self { members }
    }

    fn member(&self, name: &str) -> Option<&'v Known<'v>> {
        self.members.iter().find(|member| member.name == name)
    }

    fn find(&self, name: &str) -> Option<&'v Value> {
        self.member(name).map(|member| &member.value)
    }
}

impl Rule {
    /// Whether it applies to a part of a call, or to a value by itself.
    pub(crate) fn is_about(&self, part: Option<Part>) -> bool {
        self.part.is_none() || self.part == part
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { part, text, claims, members, widens, .. } = self;
        let mut rule = f.debug_struct("Rule");
        rule.field("part", part).field("text", text).field("claims", claims);
        rule.field("members", members).field("widens", widens).finish_non_exhaustive()
    }
}
