//! Some operations with their ledgers, and whether a change of these is noticed.
//!
//! The claims about the change are compared first. If they agree, everything is.

use std::collections::BTreeSet;

use super::{LedgerMutant, Mutant};
use crate::contract::{Contract, Finding, Kind, Ledger, Pair};
use crate::error::{Error, Result};
use crate::ledger::{Claim, Page};
use crate::model::Spec;
use crate::supported;

/// What became of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caught {
    /// It could not be read: the message.
    Refused(String),
    /// The first claim that was found wrong.
    By(String),
    /// Nothing noticed it.
    No,
}

/// Some operations of a spec, and their ledgers.
#[derive(Debug)]
pub struct Part {
    contract: Contract,
    /// Where the spec has what the claims of each ledger state.
    pointers: Vec<Vec<String>>,
    /// What is wrong with them.
    wrong: Vec<Finding>,
}

impl Part {
    /// Of a contract with one spec.
    pub fn of(mut contract: Contract) -> Self {
        let pointer = |pair: Pair<'_>, claim| pair.answer(claim).map(|answer| answer.pointer);
        let pointers = contract.ledgers.iter().map(|ledger| {
            let pair = contract.pair(ledger);
            ledger.all().map(|claim| pointer(pair, claim).unwrap_or_default()).collect()
        });
        let pointers = pointers.collect();
        let wrong = std::mem::take(&mut contract.findings);
        Self { contract, pointers, wrong }
    }

    /// Whether a changed spec is noticed by the statements of the ledgers.
    pub fn try_spec(&self, mutant: &Mutant) -> Caught {
        let noticed = self.changed(mutant).map(|spec| {
            let near = self.new_of(self.near_in_spec(&spec, mutant));
            near.or_else(|| self.new_of(self.in_whole_spec(spec)))
        });
        caught(noticed)
    }

    /// Whether a changed ledger is noticed; `page` is the unchanged one.
    pub fn try_page(
        &self,
        page: &Page,
        mutant: &LedgerMutant,
        sources: &BTreeSet<String>,
    ) -> Caught {
        let noticed = mutant.apply(page).and_then(|page| {
            let near = self.new_of(self.near_in_page(&page)?);
            match near {
                Some(claim) => Ok(Some(claim)),
                None => Ok(self.new_of(self.with_page(page, sources)?)),
            }
        });
        caught(noticed)
    }

    /// The first claim among `findings` that is new.
    pub(super) fn new_of(&self, findings: impl IntoIterator<Item = Finding>) -> Option<String> {
        let is_known = |found: &Finding| {
            // What is said of the whole API may apply to an operation of another part.
            found.kind == Kind::Shared || self.wrong.iter().any(|known| known.is_like(found))
        };
        findings.into_iter().find(|found| !is_known(found)).map(|found| found.claim)
    }

    /// The changed spec, if the client supports it and it has all operations.
    pub(super) fn changed(&self, mutant: &Mutant) -> Result<Spec> {
        let spec = mutant.apply(&self.contract.specs[0])?;
        supported::check(&spec)?;
        let mut pages = self.contract.ledgers.iter().map(|ledger| &ledger.page);
        match pages.find(|page| spec.operation(&page.operation).is_none()) {
            Some(page) => Err(Error::new(&page.file, "", "there is no such operation")),
            None => Ok(spec),
        }
    }

    /// What is wrong with the claims about what `mutant` changed.
    pub(super) fn near_in_spec<'p>(
        &'p self,
        spec: &'p Spec,
        mutant: &'p Mutant,
    ) -> impl Iterator<Item = Finding> + 'p {
        self.contract.ledgers.iter().zip(&self.pointers).flat_map(move |(ledger, pointers)| {
            let near = ledger.all().zip(pointers).filter(|(_, at)| mutant.is_near(at));
            let pair = Pair::of(spec, ledger);
            near.filter_map(move |(claim, _)| pair?.check(claim))
        })
    }

    pub(super) fn in_whole_spec(&self, spec: Spec) -> Vec<Finding> {
        let ledgers = self.contract.ledgers.clone();
        Contract { specs: vec![spec], ledgers, findings: Vec::new() }.check_statements()
    }

    /// What is wrong with the claims that are not the same in `page`.
    pub(super) fn near_in_page(&self, page: &Page) -> Result<Vec<Finding>> {
        let mut ledgers = self.contract.ledgers.iter();
        let about = |page: &Page| (page.operation.clone(), page.language.clone());
        let old = ledgers.find(|old| old.page.file == page.file && about(&old.page) == about(page));
        let Some(old) = old else { return Ok(Vec::new()) };
        let spec = &self.contract.specs[0];
        let (ledger, mut findings) = Ledger::of(page.clone(), 0, spec, old.prefix.clone())?;
        let changed = [(&old.claims, &ledger.claims), (&old.prose, &ledger.prose)];
        let changed = changed.into_iter().flat_map(|(old, new)| changed_claims(old, new));
        findings.extend(changed.filter_map(|claim| Pair::of(spec, &ledger)?.check(claim)));
        Ok(findings)
    }

    pub(super) fn with_page(&self, page: Page, sources: &BTreeSet<String>) -> Result<Vec<Finding>> {
        let old = self.contract.ledgers.iter().map(|ledger| &ledger.page);
        let pages = old.map(|old| if old.file == page.file { &page } else { old });
        let pages = pages.cloned().collect();
        Ok(Contract::new(self.contract.specs.clone(), pages, sources)?.findings)
    }
}

/// The claims of `new` between those that it begins and ends with as `old` does.
fn changed_claims<'c>(old: &[Claim], new: &'c [Claim]) -> &'c [Claim] {
    let same = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[same..], &new[same..]);
    let same = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    &new[..new.len() - same]
}

/// What became of a mutant, by the first claim that is wrong or the refusal of the reader.
pub(super) fn caught(noticed: Result<Option<String>>) -> Caught {
    match noticed {
        Ok(Some(claim)) => Caught::By(claim),
        Ok(None) => Caught::No,
        Err(error) => Caught::Refused(error.to_string()),
    }
}
