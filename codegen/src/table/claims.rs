//! The claims about the schemas of an API, by what they state.

use std::collections::{BTreeMap, BTreeSet};

use crate::contract::answer::{holder, member_pointer, uses};
use crate::contract::sample::objects_in;
use crate::contract::{Contract, Ledger};
use crate::expression::Expression;
use crate::ledger::place::header_status;
use crate::ledger::{self, Claim, Place};
use crate::model::{pointer, Spec};

/// Claims about members and bodies, by the pointer of the schema and what they state.
#[derive(Default)]
pub struct Claims {
    of_schemas: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
    /// The sections of ledgers that list the members of an object schema, by its pointer.
    tables: BTreeMap<String, BTreeSet<String>>,
    /// The rules about the members of an object schema, by its pointer.
    rules: BTreeMap<String, Vec<Rule>>,
    /// What the ids of an operation's claims begin with.
    prefixes: BTreeMap<String, BTreeSet<String>>,
}

/// A rule that one or more ledgers state.
pub struct Rule {
    /// The operation, and the status of one of its responses; nothing if it is about the object
    /// wherever it is.
    pub part: Option<(String, Option<String>)>,
    /// What it says.
    pub text: String,
    /// The ids of its claims.
    pub claims: BTreeSet<String>,
    /// The member whose limits it widens.
    pub widens: Option<String>,
    /// Whether it holds.
    pub check: Expression,
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
            for rule in &ledger.page.rules {
                claims.add_rule(contract, ledger, rule);
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
            Place::Parameter(section, _) if header_status(section).is_some() => {
                claim.place.answer(spec, operation, "type").map(|answer| answer.pointer)
            }
            _ => None,
        };
        if let Some(at) = at {
            let of_schema = self.of_schemas.entry(at).or_default();
            of_schema.entry(claim.statement.clone()).or_default().insert(ledger.id(claim));
        }
    }

    fn add_rule(&mut self, contract: &Contract, ledger: &Ledger, rule: &ledger::Rule) {
        let (spec, operation) = (&contract.specs[ledger.spec], contract.operation(ledger));
        let found = holder(spec, operation, &rule.on);
        let (Some(found), Some(check)) = (found, &rule.check) else { return };
        // What a page shows in a sample is documented, whatever its rules say.
        let broken_by = ledger.page.samples.iter().filter(|s| rule.broken_by.contains(&s.id()));
        let objects = broken_by.flat_map(|s| objects_in(spec, operation, s, &found.pointer));
        let check =
            objects.fold(check.clone(), |check, object| check.or_as_in(object).unwrap_or(check));
        let part = match rule.on.strip_prefix("response.") {
            Some(status) => Some((operation.id.clone(), Some(status.to_owned()))),
            None => (rule.on == "request").then(|| (operation.id.clone(), None)),
        };
        let part = part.filter(|_| is_shared(spec, &found.pointer));
        let id = ledger.rule_id(rule);
        let rules = self.rules.entry(found.pointer.clone()).or_default();
        let is_same = |other: &&mut Rule| {
            (&other.part, &other.widens, other.check.text()) == (&part, &rule.widens, check.text())
        };
        match rules.iter_mut().find(is_same) {
            Some(known) => drop(known.claims.insert(id)),
            None => rules.push(Rule {
                part,
                text: rule.text.clone(),
                claims: BTreeSet::from([id]),
                widens: rule.widens.clone(),
                check,
            }),
        }
    }

    /// The rules alone.
    pub fn rules_only(self) -> Self {
        Self { rules: self.rules, prefixes: self.prefixes, ..Self::default() }
    }

    /// The rules about the members of the object at `pointer`.
    pub fn rules(&self, pointer: &str) -> &[Rule] {
        self.rules.get(pointer).map_or(&[], Vec::as_slice)
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

/// Whether more than one request or response has the component at `pointer`, or the body there.
fn is_shared(spec: &Spec, pointer: &str) -> bool {
    let component = pointer::whole_component(pointer);
    let places = spec.operations.iter().map(|operation| match component {
        Some(component) => uses(spec, operation, component).len(),
        None => {
            let bodies = operation.bodies().filter_map(|(_, body)| spec.at(body.schema()?));
            bodies.filter(|body| body.pointer == pointer).count()
        }
    });
    places.sum::<usize>() > 1
}
