//! Evaluates an expression.

use std::borrow::Cow;

use cloudfn_schema::rule::term::{self, Evaluated, Stop};
use cloudfn_schema::rule::{Known, Scope, Verdict};
use serde_json::Value;

use super::{Expression, Term};

impl Expression {
    /// Evaluates it on an object.
    pub fn evaluate(&self, object: &Value) -> Verdict {
        let members = object.as_object().into_iter().flatten();
        let members = members.filter(|(_, value)| !value.is_null());
        let known: Vec<_> = members.map(|(name, value)| Known::new(name, value.clone())).collect();
        self.evaluate_in(&Scope::new(&known))
    }

    /// Evaluates it on the members of an object.
    pub fn evaluate_in(&self, scope: &Scope<'_>) -> Verdict {
        evaluate(&self.term, scope, &[]).into()
    }
}

fn evaluate<'v>(of: &Term, scope: &Scope<'v>, variables: &[(&str, &Value)]) -> Evaluated<'v> {
    let value = |term: &Term| evaluate(term, scope, variables);
    match of {
        Term::Null => term::literal(Value::Null),
        Term::Boolean(value) => term::literal(*value),
        Term::Integer(value) => term::literal(*value),
        Term::Number(value) => term::literal(*value),
        Term::Text(text) => term::literal(text.as_str()),
        Term::List(items) => {
            let items: Result<Vec<Value>, Stop> =
                items.iter().map(|item| Ok(value(item)?.into_owned())).collect();
            term::literal(items?)
        }
        Term::Own(name) => term::own(scope, name),
        Term::OwnJson(name) => term::own_json(scope, name),
        Term::HasOwn(name) => term::has_own(scope, name),
        Term::Variable(name) => {
            let known = variables.iter().rev().find(|(known, _)| known == name);
            known.map(|(_, value)| Cow::Owned((*value).clone())).ok_or(Stop::Missing)
        }
        Term::Member(of, name) => term::member(value(of), name),
        Term::Has(of, name) => term::has(value(of), name),
        Term::Call(function, operands) => (function.call)(operands.iter().map(value).collect()),
        Term::Matches(text, pattern) => term::matches(value(text), pattern),
        Term::And(left, right) => term::and(value(left), || value(right)),
        Term::Or(left, right) => term::or(value(left), || value(right)),
        Term::Conditional(condition, yes, no) => {
            term::conditional(value(condition), || value(yes), || value(no))
        }
        Term::Each(each, of, name, test) => (each.call)(value(of), &|item| {
            let more = [variables, &[(name.as_str(), &item)]].concat();
            evaluate(test, scope, &more)
        }),
    }
}
