//! The rules of pages that instances of a spec's schemas keep.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};

use super::Spec;
use crate::expression::Expression;
use cloudfn_schema::rule::Verdict;

/// A rule about the members of an object, and objects that keep it, as far as it names them.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub check: Expression,
    holds: Vec<Map<String, Value>>,
}

impl Rule {
    /// Its examples.
    pub fn examples(&self) -> impl Iterator<Item = (&Self, &Map<String, Value>)> {
        self.holds.iter().map(move |example| (self, example))
    }

    pub fn is_broken_by(&self, object: &Map<String, Value>) -> bool {
        self.check.evaluate(&Value::Object(object.clone())) == Verdict::Fails
    }
}

/// The rules of a spec, by the pointers of the objects that they are about.
#[derive(Debug, Default)]
pub(super) struct Rules {
    of: BTreeMap<String, Vec<Rule>>,
    /// The minimal values of schemas that keep them, by pointer.
    minimal: Mutex<HashMap<String, Value>>,
}

impl Clone for Rules {
    fn clone(&self) -> Self {
        Self { of: self.of.clone(), ..Self::default() }
    }
}

impl Rules {
    /// The minimal value of the schema at `pointer`, which is made once.
    pub fn minimal(&self, pointer: &str, make: impl FnOnce() -> Value) -> Value {
        let known = || self.minimal.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = known().get(pointer) {
            return value.clone();
        }
        let value = make();
        known().insert(pointer.to_owned(), value.clone());
        value
    }
}

impl Spec {
    /// Lets instances of the object at `pointer` keep a rule, by the examples on which it holds.
    pub(crate) fn add_rule(&mut self, pointer: &str, check: &Expression, holds: &[Value]) {
        let holds = holds.iter().filter_map(|example| example.as_object().cloned()).collect();
        self.rules.minimal = Mutex::default();
        let rules = self.rules.of.entry(pointer.to_owned()).or_default();
        if !rules.iter().any(|known| known.check.text() == check.text()) {
            rules.push(Rule { check: check.clone(), holds });
        }
    }

    /// The rules about the object at `pointer`.
    pub(super) fn rules(&self, pointer: &str) -> &[Rule] {
        self.rules.of.get(pointer).map_or(&[], Vec::as_slice)
    }
}
