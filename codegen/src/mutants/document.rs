//! Whether a mutant is noticed by reading specs and ledgers alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::{LedgerMutant, Mutant};
use crate::contract::{sources, Contract, Ledger};
use crate::error::{Error, Result};
use crate::ledger::Page;
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
    /// Parts that were needed before.
    parts: Mutex<Parts>,
}

/// Parts by their APIs and operations.
type Parts = BTreeMap<(String, Vec<String>), Arc<Part>>;

/// Some operations of a spec, and their ledgers.
#[derive(Debug)]
struct Part {
    contract: Contract,
    /// What is wrong with them, and with their statements alone.
    wrong: Wrong,
    wrong_statements: Wrong,
}

/// Claims, each with what is wrong.
type Wrong = Vec<(String, String)>;

fn wrong(contract: &Contract) -> Wrong {
    contract.findings.iter().map(|f| (f.claim.clone(), f.message.clone())).collect()
}

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
            parts: Mutex::default(),
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
        self.make(spec, &self.with_contradicted(operations))
    }

    fn make(&self, spec: &Spec, operations: &[String]) -> Result<Contract> {
        let pages = self.pages.iter().filter(|page| operations.contains(&page.operation));
        Contract::new(vec![spec.excerpt(operations)?], pages.cloned().collect(), &self.sources)
    }

    /// Whether a changed spec is noticed. What has no part in the change is left out, and so are
    /// the rules of the pages.
    ///
    /// # Errors
    ///
    /// The unchanged documents cannot be compared.
    pub fn try_spec(&self, spec: &Spec, mutant: &Mutant) -> Result<Caught> {
        let part = self.part(spec, spec.operations_with(&mutant.place))?;
        let mutated = mutant.apply(&part.contract.specs[0]);
        let held = mutated.and_then(|mutated| {
            let is_left = |ledger: &&Ledger| mutated.operation(&ledger.page.operation).is_some();
            let ledgers = &part.contract.ledgers;
            match ledgers.iter().find(|ledger| !is_left(ledger)) {
                Some(ledger) => {
                    Err(Error::new(&ledger.page.file, "", "there is no such operation"))
                }
                None => Contract::of_statements(mutated, ledgers.clone()),
            }
        });
        Ok(caught(held, &part.wrong_statements))
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
        let part = self.part(spec, vec![page.operation.clone()])?;
        let held = Page::parse(&page.file, &mutant.text).and_then(|mutated| {
            let pages = part.contract.ledgers.iter().map(|ledger| &ledger.page);
            let pages = pages.map(|old| if old.file == mutated.file { &mutated } else { old });
            let pages = pages.cloned().collect();
            Contract::of_pages(part.contract.specs.clone(), pages, &self.sources, Some(page))
        });
        Ok(caught(held, &part.wrong))
    }

    /// The named operations, those whose pages theirs contradict, and the ledgers of all of these.
    fn part(&self, spec: &Spec, operations: Vec<String>) -> Result<Arc<Part>> {
        let key = (spec.api.clone(), self.with_contradicted(operations));
        let known = || self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(part) = known().get(&key) {
            return Ok(part.clone());
        }
        let contract = self.make(spec, &key.1)?;
        let statements =
            Contract::of_statements(contract.specs[0].clone(), contract.ledgers.clone())?;
        let wrong_statements = wrong(&statements);
        let part = Arc::new(Part { wrong: wrong(&contract), wrong_statements, contract });
        known().insert(key, part.clone());
        Ok(part)
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
}

/// What is wrong with changed documents that was not before.
fn caught(held: Result<Contract>, before: &Wrong) -> Caught {
    let after = match held {
        Ok(contract) => wrong(&contract),
        Err(error) => return Caught::Refused(error.to_string()),
    };
    let new = after.into_iter().filter(|found| !before.contains(found));
    let mut claims: Vec<String> = new.map(|(claim, _)| claim).collect();
    claims.dedup();
    if claims.is_empty() {
        Caught::No
    } else {
        Caught::By(claims)
    }
}
