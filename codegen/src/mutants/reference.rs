//! Changed references: documents that agree with each other, and no longer with the code.

use std::collections::{BTreeSet, HashSet};

use super::Mutant;
use crate::contract::answer::{holder, statements_of_columns};
use crate::contract::{Contract, Ledger};
use crate::error::Result;
use crate::ledger::{Claim, Page, Place, Rule, Sample, NONE};
use crate::model::{Operation, Schema, Spec};

/// Documents that agree with each other and with the code.
#[derive(Debug)]
pub struct Unchanged {
    /// One spec and its ledgers.
    pub contract: Contract,
    /// What the spec has for each ledger.
    stated: Vec<HashSet<Claim>>,
}

/// Documents with one change.
#[derive(Debug)]
pub struct Reference {
    /// The changed spec, and ledgers that state the same.
    pub contract: Contract,
    /// Which claims of each ledger are other ones, or the types of what these are about.
    changed: Vec<Vec<usize>>,
    /// The ledger of the changed rule, and the rule.
    rule: Option<(usize, usize)>,
}

impl Unchanged {
    /// The documents of a contract with one spec.
    pub fn of(contract: Contract) -> Self {
        let stated_in = |ledger| {
            let stated = stated(ledger, &contract.specs[0], contract.operation(ledger));
            stated.into_iter().collect()
        };
        let stated = contract.ledgers.iter().map(stated_in).collect();
        Self { contract, stated }
    }

    /// The documents as if the vendor had made the change of `mutant`.
    pub fn with(&self, mutant: &Mutant) -> Result<Reference> {
        let old = &self.contract.specs[0];
        let new = mutant.apply(old)?;
        let mut changed = Vec::new();
        let mut ledgers = Vec::new();
        for (ledger, before) in self.contract.ledgers.iter().zip(&self.stated) {
            let operation = self.contract.operation(ledger);
            let is_renamed =
                |o: &&Operation| (&o.path, &o.method) == (&operation.path, &operation.method);
            let same = new.operation(&operation.id);
            let Some(same) = same.or_else(|| new.operations.iter().find(is_renamed)) else {
                continue;
            };
            let after = stated(ledger, &new, same);
            let others: HashSet<&Claim> =
                after.iter().filter(|claim| !before.contains(claim)).collect();
            let places: HashSet<&Place> = others.iter().map(|claim| &claim.place).collect();
            let is_type_of_other =
                |claim: &Claim| claim.statement == "type" && places.contains(&claim.place);
            let is_near = |claim: &Claim| others.contains(claim) || is_type_of_other(claim);
            let near = after.iter().enumerate().filter(|(_, claim)| is_near(claim));
            changed.push(near.map(|(index, _)| index).collect());
            ledgers.push(restated(ledger, &new, same, after));
        }
        let contract = Contract { specs: vec![new], ledgers, findings: Vec::new() };
        Ok(Reference { contract, changed, rule: None })
    }

    /// The documents as if `page` no longer had the rule `name`, so that what breaks it is documented;
    /// nothing if there is no such rule.
    pub fn without_rule(&self, page: &Page, name: &str) -> Option<Reference> {
        let mut ledgers = self.contract.ledgers.clone();
        let ledger = ledgers.iter().position(|ledger| ledger.page.file == page.file)?;
        let rules = &mut ledgers[ledger].page.rules;
        let rule = rules.iter().position(|rule| rule.name == name)?;
        rules[rule].holds = std::mem::take(&mut rules[rule].fails);
        let specs = self.contract.specs.clone();
        let contract = Contract { specs, ledgers, findings: Vec::new() };
        Some(Reference { contract, changed: Vec::new(), rule: Some((ledger, rule)) })
    }
}

impl Reference {
    /// The rule that is another one.
    pub fn changed_rule(&self) -> Option<(&Ledger, &Rule)> {
        let (ledger, rule) = self.rule?;
        let ledger = &self.contract.ledgers[ledger];
        Some((ledger, &ledger.page.rules[rule]))
    }

    /// The claims that state something else than before, and the types of what these are about.
    pub fn changed_claims(&self) -> impl Iterator<Item = (&Ledger, &Claim)> {
        self.contract.ledgers.iter().zip(&self.changed).flat_map(|(ledger, changed)| {
            changed.iter().map(move |index| (ledger, &ledger.claims[*index]))
        })
    }
}

/// The claims of a ledger with what `spec` has for each, what else it has at their places, and what
/// else it has beside these.
fn stated(ledger: &Ledger, spec: &Spec, operation: &Operation) -> Vec<Claim> {
    let mut found = Vec::new();
    let mut state = |claim: &Claim, place: &Place, statement: &str, is_new: bool| {
        let answer = place.answer(spec, operation, statement);
        let value = answer.map(|answer| answer.value.unwrap_or_else(|| NONE.to_owned()));
        if let Some(value) = value.filter(|value| !is_new || value != NONE) {
            let (place, statement) = (place.clone(), statement.to_owned());
            found.push(Claim { place, statement, value, deviation: None, ..claim.clone() });
        }
    };
    let known: HashSet<(&Place, &str)> =
        ledger.claims.iter().map(|claim| (&claim.place, claim.statement.as_str())).collect();
    let places: HashSet<&Place> = known.iter().map(|(place, _)| *place).collect();
    let mut seen = BTreeSet::new();
    for claim in &ledger.claims {
        state(claim, &claim.place, &claim.statement, false);
        let is_value = matches!(claim.place, Place::Member(..) | Place::Parameter(..));
        if is_value && claim.statement == "type" {
            let is_new = |statement: &&str| !known.contains(&(&claim.place, *statement));
            let new = statements_of_columns().filter(is_new);
            new.for_each(|statement| state(claim, &claim.place, statement, true));
        }
        let (list, statement) = match &claim.place {
            Place::Member(section, _) => (section.as_str(), "type"),
            Place::Parameter(location, _) => (location.as_str(), "type"),
            Place::Status(_) => ("status", "present"),
            _ => continue,
        };
        if seen.insert(list) {
            let beside = beside(spec, operation, &claim.place);
            let new = beside.iter().filter(|place| !places.contains(place));
            new.for_each(|place| state(claim, place, statement, true));
        }
    }
    found
}

/// The members, parameters or statuses that `spec` has beside that of a claim.
fn beside(spec: &Spec, operation: &Operation, place: &Place) -> Vec<Place> {
    match place {
        Place::Member(section, _) => {
            let members = holder(spec, operation, section).map(Schema::listed_members);
            let members = members.into_iter().flatten();
            members.map(|member| Place::Member(section.clone(), member.name.clone())).collect()
        }
        Place::Parameter(location, _) => {
            let parameters = operation.parameters.iter().filter(|p| p.location == *location);
            parameters.map(|p| Place::Parameter(location.clone(), p.name.clone())).collect()
        }
        Place::Status(_) => operation.statuses().map(|s| Place::Status(s.to_owned())).collect(),
        _ => Vec::new(),
    }
}

/// A ledger with other claims, and what its head and its samples say of `operation`.
fn restated(ledger: &Ledger, spec: &Spec, operation: &Operation, claims: Vec<Claim>) -> Ledger {
    let mut page = ledger.page.clone();
    page.operation.clone_from(&operation.id);
    page.method.clone_from(&operation.method);
    page.path.clone_from(&operation.path);
    page.statuses = operation.statuses().map(str::to_owned).collect();
    for stated in operation.pages.iter().filter(|stated| stated.language == page.language) {
        page.title.clone_from(&stated.title);
        page.operator.clone_from(&stated.operator);
    }
    let samples = { page.samples }.into_iter().filter_map(|sample| {
        let json = operation.body(&sample.place)?.json()?;
        let found = json.samples.iter().find(|found| found.name == sample.name)?;
        Some(Sample { value: found.value.clone()?, ..sample })
    });
    page.samples = samples.collect();
    let prefix = ledger.prefix.clone();
    let is_described =
        |claim: &&Claim| claim.place.answer(spec, operation, &claim.statement).is_some();
    let prose = ledger.prose.iter().filter(is_described).cloned().collect();
    Ledger { page, spec: 0, prefix, claims, prose, used: ledger.used.clone() }
}
