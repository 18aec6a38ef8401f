//! The claims about the schemas of an API, by what they state.

use std::collections::{BTreeMap, BTreeSet};

use crate::contract::answer::{holder, member_pointer};
use crate::contract::{Contract, Ledger};
use crate::ledger::{Claim, Place};

/// Claims about members and bodies, by the pointer of the schema and what they state.
#[derive(Default)]
pub struct Claims {
    of_schemas: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
    /// The sections of ledgers that list the members of an object schema, by its pointer.
    tables: BTreeMap<String, BTreeSet<String>>,
    /// What the ids of an operation's claims begin with.
    prefixes: BTreeMap<String, BTreeSet<String>>,
}

impl Claims {
    /// The claims of the ledgers of the spec at `index`.
    pub fn of(contract: &Contract, index: usize) -> Self {
        let mut claims = Self::default();
        for ledger in contract.ledgers.iter().filter(|ledger| ledger.spec == index) {
            let of_operation = claims.prefixes.entry(ledger.page.operation.clone()).or_default();
            of_operation.insert(ledger.prefix.clone());
            for claim in ledger.claims.iter().filter(|claim| !claim.is_silent()) {
                claims.add(contract, ledger, claim);
            }
        }
        claims
    }

    fn add(&mut self, contract: &Contract, ledger: &Ledger, claim: &Claim) {
        let spec = &contract.specs[ledger.spec];
        let operation = contract.operation(ledger);
        let at = match &claim.place {
            Place::Member(section, name) => {
                let Some(found) = holder(spec, operation, section) else { return };
                let table = format!("{}::{section}", ledger.prefix);
                self.tables.entry(found.pointer.clone()).or_default().insert(table);
                member_pointer(spec, found, name)
            }
            Place::Body(_) => {
                claim.place.answer(spec, operation, &claim.statement).map(|answer| answer.pointer)
            }
            _ => None,
        };
        if let Some(at) = at {
            let of_schema = self.of_schemas.entry(at).or_default();
            of_schema.entry(claim.statement.clone()).or_default().insert(ledger.id(claim));
        }
    }

    /// The claims about the schema at `pointer`, by what they state.
    pub fn of_schema(&self, pointer: &str) -> Option<&BTreeMap<String, BTreeSet<String>>> {
        self.of_schemas.get(pointer)
    }

    /// The tables that list the members of the object at `pointer`.
    pub fn tables(&self, pointer: &str) -> impl Iterator<Item = &String> {
        self.tables.get(pointer).into_iter().flatten()
    }

    /// What the ids of an operation's claims begin with.
    pub fn prefixes(&self, operation: &str) -> impl Iterator<Item = &String> {
        self.prefixes.get(operation).into_iter().flatten()
    }
}
