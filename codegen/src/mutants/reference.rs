//! Changed references: documents that agree with each other, and no longer with the code.

use super::Mutant;
use crate::contract::answer::{holder, statements_of_columns};
use crate::contract::{Contract, Ledger};
use crate::error::Result;
use crate::ledger::{Claim, Page, Place, Rule, Sample, NONE};
use crate::model::{Operation, Schema, Spec};

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

impl Reference {
    /// The documents as if the vendor had made the change of `mutant`; `contract` has one spec.
    ///
    /// # Errors
    ///
    /// The changed spec is malformed.
    pub fn of(contract: &Contract, mutant: &Mutant) -> Result<Self> {
        let old = &contract.specs[0];
        let new = mutant.apply(old)?;
        let mut changed = Vec::new();
        let ledgers = contract.ledgers.iter().filter_map(|ledger| {
            let operation = old.operation(&ledger.page.operation)?;
            let is_renamed =
                |o: &&Operation| (&o.path, &o.method) == (&operation.path, &operation.method);
            let same = new.operation(&operation.id);
            let same = same.or_else(|| new.operations.iter().find(is_renamed))?;
            let (before, after) = (stated(ledger, old, operation), stated(ledger, &new, same));
            let others: Vec<&Claim> =
                after.iter().filter(|claim| !before.contains(claim)).collect();
            let is_type_of = |other: &&Claim, claim: &Claim| {
                claim.statement == "type" && other.place == claim.place
            };
            let is_near = |claim: &Claim| {
                others.iter().any(|other| *other == claim || is_type_of(other, claim))
            };
            let near = after.iter().enumerate().filter(|(_, claim)| is_near(claim));
            changed.push(near.map(|(index, _)| index).collect());
            Some(restated(ledger, &new, same, after))
        });
        let ledgers = ledgers.collect();
        let contract = Contract { specs: vec![new], ledgers, findings: Vec::new() };
        Ok(Self { contract, changed, rule: None })
    }

    /// The documents as if `page` no longer had the rule `name`, so that what breaks it is documented;
    /// nothing if there is no such rule.
    pub fn without_rule(contract: &Contract, page: &Page, name: &str) -> Option<Self> {
        let mut ledgers = contract.ledgers.clone();
        let ledger = ledgers.iter().position(|ledger| ledger.page.file == page.file)?;
        let rules = &mut ledgers[ledger].page.rules;
        let rule = rules.iter().position(|rule| rule.name == name)?;
        rules[rule].holds = std::mem::take(&mut rules[rule].fails);
        let contract = Contract { specs: contract.specs.clone(), ledgers, findings: Vec::new() };
        Some(Self { contract, changed: Vec::new(), rule: Some((ledger, rule)) })
    }

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
    let mut state = |claim: &Claim, statement: &str, is_new: bool| {
        let answer = claim.place.answer(spec, operation, statement);
        let value = answer.map(|answer| answer.value.unwrap_or_else(|| NONE.to_owned()));
        if let Some(value) = value.filter(|value| !is_new || value != NONE) {
            let statement = statement.to_owned();
            found.push(Claim { statement, value, deviation: None, ..claim.clone() });
        }
    };
    let mut places: Vec<Place> = Vec::new();
    for claim in &ledger.claims {
        state(claim, &claim.statement, false);
        let is_value = matches!(claim.place, Place::Member(..) | Place::Parameter(..));
        if is_value && claim.statement == "type" {
            let is_new = |s: &&str| ledger.beside(claim, s).next().is_none();
            statements_of_columns().filter(is_new).for_each(|s| state(claim, s, true));
        }
        let is_stated = |place: &Place| ledger.claims.iter().any(|other| other.place == *place);
        for place in beside(spec, operation, &claim.place) {
            if !is_stated(&place) && !places.contains(&place) {
                let statement = if matches!(place, Place::Status(_)) { "present" } else { "type" };
                state(&Claim { place: place.clone(), ..claim.clone() }, statement, true);
                places.push(place);
            }
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
