//! The expressions of rules, in the Common Expression Language (CEL): each is read once, evaluated
//! here, and printed as Rust for the client, with the same functions for its terms.
//!
//! An expression is about the members of `self`. Beside CEL's own functions there are
//! `fromJson(text)`, the value of a JSON text, and `unixTime(text)`, the seconds of a time in RFC 3339
//! format; both are null for any other text.

mod evaluate;
mod functions;
mod parse;
mod print;

use std::collections::BTreeSet;

use self::functions::{Function, Macro};
use cloudfn_schema::Pattern;
use serde_json::Value;

/// An expression that is true or false.
#[derive(Clone, Debug)]
pub struct Expression {
    text: String,
    term: Term,
}

#[derive(Clone, Debug)]
enum Term {
    Null,
    Boolean(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    List(Vec<Term>),
    /// `self.name`
    Own(String),
    /// `fromJson(self.name)`
    OwnJson(String),
    /// `has(self.name)`
    HasOwn(String),
    /// A variable of a macro.
    Variable(String),
    /// `of.name`
    Member(Box<Term>, String),
    /// `has(of.name)`
    Has(Box<Term>, String),
    /// An operator or a function, which takes all its operands.
    Call(&'static Function, Vec<Term>),
    /// `text.matches(pattern)`
    Matches(Box<Term>, &'static Pattern),
    And(Box<Term>, Box<Term>),
    Or(Box<Term>, Box<Term>),
    Conditional(Box<Term>, Box<Term>, Box<Term>),
    /// `of.all(variable, test)`
    Each(&'static Macro, Box<Term>, String, Box<Term>),
}

impl Expression {
    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same, true also of an object whose members, as far as it names them, are those of `object`.
    ///
    /// # Errors
    ///
    /// A member cannot be written as an expression.
    pub fn or_as_in(&self, object: &Value) -> Result<Self, String> {
        let members = self.members().into_iter().map(|name| {
            let member = format!("self[{}]", Value::from(name));
            match object.get(name) {
                Some(value) => format!("{member} == {value}"),
                None => format!("!has(self.{name})"),
            }
        });
        let is_same = members.collect::<Vec<_>>().join(" && ");
        Self::parse(&format!("({}) || ({is_same})", self.text))
    }

    /// The members of `self` that it names.
    pub fn members(&self) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        self.term.visit(&mut |term| match term {
            Term::Own(name) | Term::OwnJson(name) | Term::HasOwn(name) => {
                found.insert(name.as_str());
            }
            _ => {}
        });
        found
    }
}

impl Term {
    fn visit<'t>(&'t self, visit: &mut dyn FnMut(&'t Term)) {
        visit(self);
        match self {
            Self::List(terms) | Self::Call(_, terms) => {
                terms.iter().for_each(|term| term.visit(visit));
            }
            Self::Member(of, _) | Self::Has(of, _) | Self::Matches(of, _) => of.visit(visit),
            Self::And(left, right) | Self::Or(left, right) | Self::Each(_, left, _, right) => {
                left.visit(visit);
                right.visit(visit);
            }
            Self::Conditional(condition, yes, no) => {
                [condition, yes, no].into_iter().for_each(|term| term.visit(visit));
            }
            _ => {}
        }
    }

    /// Whether it is true or false wherever it has a value.
    fn is_boolean(&self) -> bool {
        match self {
            Self::Boolean(_) | Self::HasOwn(_) | Self::Has(..) | Self::Matches(..) => true,
            Self::And(..) | Self::Or(..) => true,
            Self::Call(function, _) => function.is_boolean,
            Self::Each(each, ..) => each.is_boolean,
            Self::Conditional(_, yes, no) => yes.is_boolean() && no.is_boolean(),
            // A member may be a boolean.
            Self::Own(_) | Self::Member(..) | Self::Variable(_) => true,
            _ => false,
        }
    }
}
