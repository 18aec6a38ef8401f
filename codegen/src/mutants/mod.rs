//! Mutants: specs and ledgers with one change, each of which the contract should notice.

mod document;
mod ledger;
mod part;
mod reference;
mod spec;

pub use self::document::Documents;
pub use self::ledger::{of_ledger, LedgerMutant};
pub use self::part::Caught;
pub use self::reference::{Reference, Unchanged};
pub use self::spec::of_spec;
use crate::error::Result;
use crate::model::pointer::is_in;
use crate::model::{Change, Spec};

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

impl Mutant {
    /// Whether what stands at `pointer` is changed, or what is around it or inside it.
    fn is_near(&self, pointer: &str) -> bool {
        self.changes.iter().any(|change| {
            let at = change.pointer();
            is_in(pointer, at) || is_in(at, pointer)
        })
    }

    /// The operations whose documents are tried in turn until one notices the change: the smallest
    /// that it is in, then all of these.
    pub fn judges(&self, spec: &Spec) -> Vec<Vec<String>> {
        let all = spec.operations_with(&self.place);
        match &all[..] {
            [smallest, _, ..] => vec![vec![smallest.clone()], all],
            _ => vec![all],
        }
    }

    /// The changed spec; what is not used any more goes with the change.
    pub fn apply(&self, spec: &Spec) -> Result<Spec> {
        spec.changed(&self.changes)
    }
}
