//! Whether a mutant is noticed by reading specs and ledgers alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::{LedgerMutant, Mutant};
use crate::error::{Error, Result};
use crate::ledger::{sources, Contract, Page};
use crate::model::Spec;

/// What became of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caught {
    /// It could not be read: the message.
    Refused(String),
    /// What was found wrong: claims.
    By(Vec<String>),
    /// Nothing noticed it.
    No,
}

/// All specs and ledgers of a project.
#[derive(Debug)]
pub struct Documents {
    /// The specs.
    pub specs: Vec<Spec>,
    /// The ledgers.
    pub pages: Vec<Page>,
    sources: BTreeSet<String>,
    /// What is wrong with the unchanged documents of some operations.
    before: Mutex<BTreeMap<Vec<String>, Wrong>>,
}

/// Claims, each with what is wrong.
type Wrong = Vec<(String, String)>;

impl Documents {
    /// Reads `openapi/` of the project in `root`.
    ///
    /// # Errors
    ///
    /// The first file that cannot be read or is malformed.
    pub fn load(root: &Path) -> Result<Self> {
        let folder = root.join("openapi");
        Ok(Self {
            specs: Spec::load_all(&folder)?,
            pages: Page::load_all(&folder.join("ledger"))?,
            sources: sources(&folder.join("SOURCES.md"))?,
            before: Mutex::default(),
        })
    }

    /// The contract of all.
    ///
    /// # Errors
    ///
    /// The documents cannot be compared.
    pub fn whole_contract(&self) -> Result<Contract> {
        Contract::new(self.specs.clone(), self.pages.clone(), &self.sources)
    }

    /// The contract of some operations of an API alone.
    ///
    /// # Errors
    ///
    /// There is no such API or operation, or its documents cannot be compared.
    pub fn contract(&self, api: &str, operations: &[&str]) -> Result<Contract> {
        let spec = self.specs.iter().find(|spec| spec.api == api);
        let spec = spec.ok_or_else(|| Error::new(api.as_ref(), "", "there is no such API"))?;
        let operations = operations.iter().map(|id| (*id).to_owned()).collect();
        let (spec, pages) = self.part(spec, operations)?;
        Contract::new(vec![spec], pages, &self.sources)
    }

    /// Whether a changed spec is noticed. What has no part in the change is left out.
    ///
    /// # Errors
    ///
    /// The unchanged documents cannot be compared.
    pub fn try_spec(&self, spec: &Spec, mutant: &Mutant) -> Result<Caught> {
        let (part, pages) = self.part(spec, spec.operations_with(&mutant.place))?;
        match mutant.apply(&part) {
            Ok(mutated) => self.compare((part, pages.clone()), (mutated, pages)),
            Err(error) => Ok(Caught::Refused(error.to_string())),
        }
    }

    /// Whether a changed ledger is noticed; `page` is the unchanged one.
    ///
    /// # Errors
    ///
    /// The unchanged documents cannot be compared.
    pub fn try_page(&self, page: &Page, mutant: &LedgerMutant) -> Result<Caught> {
        let has_it = |spec: &&Spec| spec.operation(&page.operation).is_some();
        let Some(spec) = self.specs.iter().find(has_it) else {
            return Ok(Caught::No);
        };
        let (part, pages) = self.part(spec, vec![page.operation.clone()])?;
        match Page::parse(&page.file, &mutant.text) {
            Ok(mutated) => {
                let replaced = pages.iter().map(|old| match old.file == mutated.file {
                    true => mutated.clone(),
                    false => old.clone(),
                });
                let replaced = replaced.collect();
                self.compare((part.clone(), pages), (part, replaced))
            }
            Err(error) => Ok(Caught::Refused(error.to_string())),
        }
    }

    /// The named operations, those whose pages theirs contradict, and the pages of all of these.
    fn part(&self, spec: &Spec, operations: Vec<String>) -> Result<(Spec, Vec<Page>)> {
        let operations = self.with_contradicted(operations);
        let pages = self.pages.iter().filter(|page| operations.contains(&page.operation));
        Ok((spec.excerpt(&operations)?, pages.cloned().collect()))
    }

    /// The named operations, and those whose pages theirs contradict: what is needed to judge them.
    pub fn with_contradicted(&self, mut operations: Vec<String>) -> Vec<String> {
        let named = operations.clone();
        for page in self.pages.iter().filter(|page| named.contains(&page.operation)) {
            let of = |other: &&Page| {
                let mut references = page.contradictions.iter().flat_map(|c| &c.claims);
                references.any(|reference| reference.stem() == Some(other.stem()))
            };
            operations.extend(self.pages.iter().filter(of).map(|other| other.operation.clone()));
        }
        operations.sort();
        operations.dedup();
        operations
    }

    /// What is wrong after a change that was not before.
    fn compare(&self, before: (Spec, Vec<Page>), after: (Spec, Vec<Page>)) -> Result<Caught> {
        let after = match self.wrong(after) {
            Ok(after) => after,
            Err(error) => return Ok(Caught::Refused(error.to_string())),
        };
        let before = self.wrong_before(before)?;
        let new = after.into_iter().filter(|found| !before.contains(found));
        let mut claims: Vec<String> = new.map(|(claim, _)| claim).collect();
        claims.dedup();
        Ok(if claims.is_empty() { Caught::No } else { Caught::By(claims) })
    }

    fn wrong(&self, (spec, pages): (Spec, Vec<Page>)) -> Result<Wrong> {
        let contract = Contract::new(vec![spec], pages, &self.sources)?;
        Ok(contract.findings.into_iter().map(|f| (f.claim, f.message)).collect())
    }

    fn wrong_before(&self, (spec, pages): (Spec, Vec<Page>)) -> Result<Wrong> {
        let operations = spec.operations.iter();
        let key: Vec<String> = operations.map(|o| format!("{} {}", spec.api, o.id)).collect();
        let known = || self.before.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(wrong) = known().get(&key) {
            return Ok(wrong.clone());
        }
        let wrong = self.wrong((spec, pages))?;
        known().insert(key, wrong.clone());
        Ok(wrong)
    }
}
