//! Mutants: specs and ledgers with one change, each of which the contract should notice.

mod common;
mod document;
mod ledger;
mod spec;

use serde_json::Value;

pub use self::common::Common;
pub use self::document::{Caught, Documents};
pub use self::ledger::{of_ledger, LedgerMutant};
pub use self::spec::of_spec;
use crate::error::Result;
use crate::spec::{pointer, without_unused, Spec};

/// A spec with one change.
#[derive(Clone, Debug, PartialEq)]
pub struct Mutant {
    /// Its name: the place in the spec, and what is other there.
    pub name: String,
    /// What is changed: `limit`, `values`, `required` …
    pub kind: &'static str,
    /// JSON pointer of what is changed.
    pub place: String,
    changes: Vec<Change>,
}

/// A step of a change.
#[derive(Clone, Debug, PartialEq)]
enum Change {
    /// Sets what stands at a pointer.
    Set(String, Value),
    /// Takes away what stands at a pointer.
    Remove(String),
    /// Gives what stands at a pointer another key.
    Rename(String, String),
}

impl Mutant {
    /// The changed spec; what is not used any more goes with the change.
    ///
    /// # Errors
    ///
    /// It is malformed.
    pub fn apply(&self, spec: &Spec) -> Result<Spec> {
        let mut document = spec.document.clone();
        for change in &self.changes {
            change.apply(&mut document);
        }
        Spec::of(&spec.file, without_unused(document))
    }
}

impl Change {
    fn apply(&self, document: &mut Value) {
        let (Self::Set(at, _) | Self::Remove(at) | Self::Rename(at, _)) = self;
        let Some((holder, key)) = at.rsplit_once('/') else { return };
        let key = pointer::tokens(&format!("/{key}")).concat();
        match (document.pointer_mut(holder), self) {
            (Some(Value::Object(object)), Self::Set(_, value)) => {
                object.insert(key, value.clone());
            }
            (Some(Value::Array(list)), Self::Set(_, value)) => {
                match key.parse().ok().and_then(|index: usize| list.get_mut(index)) {
                    Some(item) => *item = value.clone(),
                    None => list.push(value.clone()),
                }
            }
            (Some(Value::Object(object)), Self::Remove(_)) => {
                object.remove(&key);
            }
            (Some(Value::Array(list)), Self::Remove(_)) => {
                if let Some(index) = key.parse().ok().filter(|index: &usize| *index < list.len()) {
                    list.remove(index);
                }
            }
            (Some(Value::Object(object)), Self::Rename(_, name)) => {
                if let Some(value) = object.remove(&key) {
                    object.insert(name.clone(), value);
                }
            }
            _ => {}
        }
    }
}
