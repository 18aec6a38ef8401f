//! Mutants: specs and ledgers with one change, each of which the contract should notice.

mod common;
mod document;
mod ledger;
mod spec;

pub use self::common::Common;
pub use self::document::{Caught, Documents};
pub use self::ledger::{of_ledger, LedgerMutant};
pub use self::spec::of_spec;
use crate::error::Result;
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
    /// The changed spec; what is not used any more goes with the change.
    ///
    /// # Errors
    ///
    /// It is malformed.
    pub fn apply(&self, spec: &Spec) -> Result<Spec> {
        spec.changed(&self.changes)
    }
}
