//! Writes the samples of ledgers into a spec.

use serde_json::Value;

use super::{with_entries, Drafter, Node};
use crate::contract::Contract;
use crate::error::Result;
use crate::ledger::{Claim, Page, Place, NONE};

/// A spec with the samples of its ledgers.
#[derive(Debug)]
pub struct Samples {
    /// The spec.
    pub text: String,
    /// The ids of the samples that were added or changed.
    pub written: Vec<String>,
    /// The ids of the samples that the spec has no place for.
    pub without_place: Vec<String>,
}

impl Samples {
    /// Writes the samples of the ledgers of a spec, which is the one at `index`, into its `text`.
    ///
    /// # Errors
    ///
    /// The file is not written in blocks where a sample belongs.
    pub fn of(contract: &Contract, index: usize, text: &str) -> Result<Self> {
        let spec = &contract.specs[index];
        let mut found = Self { text: text.to_owned(), written: vec![], without_place: vec![] };
        for ledger in contract.ledgers.iter().filter(|ledger| ledger.spec == index) {
            let claims = ledger.claims.iter().map(|claim| (&ledger.page, claim));
            for (claim, sample) in claims.filter_map(|(page, c)| Some((c, sample(page, c)?))) {
                let answer = claim.place.answer(spec, contract.operation(ledger), "value");
                let Some(answer) = answer else {
                    found.without_place.push(ledger.id(claim));
                    continue;
                };
                let old = answer.value.and_then(|old| serde_json::from_str::<Value>(&old).ok());
                if old.as_ref() != Some(&sample.value()) {
                    let entries = vec![(answer.pointer, sample)];
                    found.text = with_entries(&spec.file, &found.text, &entries)?;
                    found.written.push(ledger.id(claim));
                }
            }
        }
        Ok(found)
    }
}

impl Drafter<'_> {
    /// The samples of all pages, as the spec has to have them.
    pub(super) fn samples(&self) -> Vec<(Place, Node)> {
        let mut found: Vec<(Place, Node)> = Vec::new();
        for (page, claim) in &self.claims {
            let is_new = !found.iter().any(|(place, _)| *place == claim.place);
            if let Some(sample) = sample(page, claim).filter(|_| is_new) {
                found.push((claim.place.clone(), sample));
            }
        }
        found
    }
}

/// The sample that a claim is about, as the spec has to have it; its members are in the order of
/// the ledger.
fn sample(page: &Page, claim: &Claim) -> Option<Node> {
    let Place::Sample(section, name) = &claim.place else { return None };
    if claim.expected() == NONE {
        return None;
    }
    let is_it = |sample: &&crate::ledger::Sample| sample.place == *section && sample.name == *name;
    let written = page.samples.iter().find(is_it).map(|sample| sample.json.as_str());
    let written = written.filter(|_| claim.deviation.is_none());
    serde_json::from_str(written.unwrap_or_else(|| claim.expected())).ok()
}
