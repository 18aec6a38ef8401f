//! Whether a mutant is noticed by reading specs and ledgers alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::part::{caught, Caught, Part};
use super::{LedgerMutant, Mutant};
use crate::contract::{sources, Contract, Finding, Kind};
use crate::error::{Error, Result};
use crate::ledger::{share, Api, Page};
use crate::model::Spec;
use crate::table::Claims;

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
    /// What is wrong with the unchanged contract.
    known: OnceLock<Vec<Finding>>,
}

/// Parts by their APIs and operations.
type Parts = BTreeMap<(String, Vec<String>), Arc<Part>>;

impl Documents {
    /// Reads `openapi/` of the project in `root`.
    pub fn load(root: &Path) -> Result<Self> {
        let folder = root.join("openapi");
        let specs = Spec::load_all(&folder)?;
        let pages = Page::load_all(&folder.join("ledger"), &specs)?;
        Ok(Self {
            specs: Contract::unchecked(specs, &pages)?.specs,
            pages,
            sources: sources(&folder.join("SOURCES.md"))?,
            parts: Mutex::default(),
            known: OnceLock::new(),
        })
    }

    /// The contract of all.
    pub fn whole_contract(&self) -> Result<Contract> {
        Contract::new(self.specs.clone(), self.pages.clone(), &self.sources)
    }

    /// The contract of some operations of an API alone.
    pub fn contract(&self, api: &str, operations: &[String]) -> Result<Contract> {
        let spec = self.specs.iter().find(|spec| spec.api == api);
        let spec = spec.ok_or_else(|| Error::new(api.as_ref(), "", "there is no such API"))?;
        self.make(spec, operations)
    }

    /// What the pages state of the operations of a spec.
    pub fn claims(&self, spec: &Spec) -> Result<Claims> {
        let has_it = |page: &&Page| spec.operation(&page.operation).is_some();
        let pages: Vec<Page> = self.pages.iter().filter(has_it).cloned().collect();
        Ok(Claims::of(&Contract::unchecked(vec![spec.clone()], &pages)?, 0))
    }

    /// The spec that has the operation of a page.
    pub fn spec_of(&self, page: &Page) -> Option<&Spec> {
        self.specs.iter().find(|spec| spec.operation(&page.operation).is_some())
    }

    fn make(&self, spec: &Spec, operations: &[String]) -> Result<Contract> {
        let pages = self.pages.iter().filter(|page| operations.contains(&page.operation));
        let specs = vec![spec.excerpt(operations)?];
        let mut contract = Contract::new(specs, pages.cloned().collect(), &self.sources)?;
        // What is said of the whole API may apply to other operations.
        contract.findings.retain(|finding| finding.kind != Kind::Shared);
        Ok(contract)
    }

    /// Whether a changed spec is noticed. What has no part in the change is left out, and so are
    /// the rules of the pages.
    pub fn try_spec(&self, spec: &Spec, mutant: &Mutant) -> Result<Caught> {
        for operations in mutant.judges(spec) {
            let caught = self.part(spec, operations)?.try_spec(mutant);
            if caught != Caught::No {
                return Ok(caught);
            }
        }
        Ok(Caught::No)
    }

    /// Whether a changed ledger is noticed; `page` is the unchanged one.
    pub fn try_page(&self, page: &Page, mutant: &LedgerMutant) -> Result<Caught> {
        let Some(spec) = self.spec_of(page) else {
            return Ok(Caught::No);
        };
        let part = self.part(spec, vec![page.operation.clone()])?;
        Ok(part.try_page(page, mutant, &self.sources))
    }

    /// The files about APIs.
    pub fn apis(&self) -> Vec<Arc<Api>> {
        let mut apis: Vec<Arc<Api>> = Vec::new();
        for api in self.pages.iter().filter_map(|page| page.api.as_ref()) {
            if !apis.iter().any(|known| Arc::ptr_eq(known, api)) {
                apis.push(api.clone());
            }
        }
        apis
    }

    /// Whether a changed file about an API is noticed; `api` is the unchanged one.
    pub fn try_api(&self, api: &Api, mutant: &LedgerMutant) -> Result<Caught> {
        let changed = Api::parse(&api.file, &mutant.text).and_then(|changed| {
            let mut pages = self.pages.clone();
            pages
                .iter_mut()
                .for_each(|page| page.api = page.api.take().filter(|a| a.file != api.file));
            share(&mut pages, vec![changed], &self.specs)?;
            match self.near_in_pages(&pages, &api.name)? {
                Some(found) => Ok(Some(found)),
                None => self.new_in_whole(pages),
            }
        });
        Ok(caught(changed))
    }

    /// The first claim of the `pages` of an API that differs from what it was, and is wrong now.
    fn near_in_pages(&self, pages: &[Page], api: &str) -> Result<Option<String>> {
        for page in pages {
            let Some(spec) = self.spec_of(page).filter(|spec| spec.api == api) else { continue };
            let part = self.part(spec, vec![page.operation.clone()])?;
            if let Some(found) = part.new_of(part.near_in_page(page)?) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The first claim that is wrong with `pages` and not without them.
    fn new_in_whole(&self, pages: Vec<Page>) -> Result<Option<String>> {
        let known = match self.known.get() {
            Some(known) => known,
            None => {
                let known = self.whole_contract()?.findings;
                self.known.get_or_init(|| known)
            }
        };
        let is_known = |found: &Finding| known.iter().any(|known| known.is_like(found));
        let found = Contract::new(self.specs.clone(), pages, &self.sources)?.findings;
        Ok(found.into_iter().find(|found| !is_known(found)).map(|found| found.claim))
    }

    /// The named operations, those whose pages theirs contradict, and the ledgers of all of these.
    fn part(&self, spec: &Spec, operations: Vec<String>) -> Result<Arc<Part>> {
        let key = (spec.api.clone(), self.with_contradicted(operations));
        let known = || self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(part) = known().get(&key) {
            return Ok(part.clone());
        }
        let part = Arc::new(Part::of(self.make(spec, &key.1)?));
        known().insert(key, part.clone());
        Ok(part)
    }

    /// The named operations, and those whose pages theirs contradict: what is needed to judge them.
    pub fn with_contradicted(&self, mut operations: Vec<String>) -> Vec<String> {
        let named = operations.clone();
        for page in self.pages.iter().filter(|page| named.contains(&page.operation)) {
            let of = |other: &&Page| {
                let of_api = page.api.iter().flat_map(|api| &api.contradictions);
                let of_api = of_api.filter(|contradiction| page.is_in(&contradiction.scope));
                let all = page.contradictions.iter().chain(of_api);
                let mut references = all.flat_map(|c| &c.claims);
                references.any(|reference| reference.stem() == Some(other.stem()))
            };
            operations.extend(self.pages.iter().filter(of).map(|other| other.operation.clone()));
        }
        operations.sort();
        operations.dedup();
        operations
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutants::{of_ledger, of_spec};

    /// Of the mutants, these many are compared in both ways.
    const ONE_IN: usize = 23;
    const FEWEST: usize = 150;

    fn documents() -> Documents {
        Documents::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))).unwrap()
    }

    #[test]
    fn what_is_found_near_a_change_of_a_spec_is_found_in_the_whole() {
        let documents = documents();
        let mut found = 0;
        for spec in &documents.specs {
            for mutant in of_spec(spec).iter().step_by(ONE_IN) {
                let part = documents.part(spec, spec.operations_with(&mutant.place)).unwrap();
                let Ok(changed) = part.changed(mutant) else { continue };
                let near: Vec<_> = part.near_in_spec(&changed, mutant).collect();
                found += usize::from(!near.is_empty());
                assert_among(&near, &part.in_whole_spec(changed), &mutant.name);
            }
        }
        assert!(found > FEWEST, "only {found} changes were found near them");
    }

    #[test]
    fn what_is_found_near_a_change_of_a_ledger_is_found_in_the_whole() {
        let documents = documents();
        let mut found = 0;
        for page in &documents.pages {
            let text = std::fs::read_to_string(&page.file).unwrap();
            for mutant in of_ledger(&text).iter().step_by(ONE_IN) {
                let spec = documents.spec_of(page).unwrap();
                let part = documents.part(spec, vec![page.operation.clone()]).unwrap();
                let Ok(changed) = mutant.apply(page) else { continue };
                let near = part.near_in_page(&changed);
                let whole = part.with_page(changed, &documents.sources);
                match (near, whole) {
                    (Ok(near), Ok(whole)) => {
                        found += usize::from(!near.is_empty());
                        assert_among(&near, &whole, &mutant.name);
                    }
                    (near, whole) => assert!(whole.is_err(), "{}: {near:?}", mutant.name),
                }
            }
        }
        assert!(found > FEWEST, "only {found} changes were found near them");
    }

    fn assert_among(near: &[Finding], whole: &[Finding], name: &str) {
        for found in near {
            let is_it = |other: &Finding| other.to_string() == found.to_string();
            assert!(whole.iter().any(is_it), "{name}: {found}");
        }
    }
}
