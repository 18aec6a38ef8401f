//! What a ledger and its page, as a draft, say differently.

use std::collections::BTreeMap;
use std::fmt;

use cloudfn_codegen::contract::sample::first_difference;
use cloudfn_codegen::error::Result;
use cloudfn_codegen::ledger::{Claim, Page, Sample};
use serde_json::Value;

use crate::text::shortened;

/// How much of a value is shown.
const SHOWN: usize = 80;

/// A statement that only one of the two has, or that they have with different values.
#[derive(Debug)]
pub struct Difference {
    /// The claim, with the body that it is used in.
    pub place: String,
    /// The line in the ledger, and what the ledger has.
    pub ledger: Option<(usize, String)>,
    pub page: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let page = self.page.as_deref().map_or("nothing".to_owned(), |page| shortened(page, SHOWN));
        match &self.ledger {
            Some((line, value)) => {
                let value = shortened(value, SHOWN);
                write!(f, "line {line}: {}: the ledger has {value}, the page {page}", self.place)
            }
            None => write!(f, "{}: the ledger has nothing, the page {page}", self.place),
        }
    }
}

/// Everything that `ledger` and the draft of its page say differently, but for words.
pub fn differences(ledger: &Page, draft: &Page) -> Result<Vec<Difference>> {
    let [stated, said] = [statements(ledger)?, statements(draft)?];
    let mut found = Vec::new();
    for (place, (line, value)) in &stated {
        let page = said.get(place).map(|(_, value)| value.clone());
        if page.as_ref() != Some(value) && is_enough(place, &stated, &said) {
            let ledger = Some((*line, value.clone()));
            found.push(Difference { place: place.clone(), ledger, page });
        }
    }
    for (place, (_, value)) in said.iter().filter(|(place, _)| !stated.contains_key(*place)) {
        if is_enough(place, &said, &stated) {
            let page = Some(value.clone());
            found.push(Difference { place: place.clone(), ledger: None, page });
        }
    }
    found.extend(of_samples(ledger, draft));
    found
        .sort_by_key(|difference| difference.ledger.as_ref().map_or(usize::MAX, |(line, _)| *line));
    Ok(found)
}

/// Of a row that only one of the two has, its type is enough.
fn is_enough(place: &str, own: &Statements, other: &Statements) -> bool {
    let row = place.rsplit_once("::").map_or(place, |(row, _)| row);
    let kind = format!("{row}::type");
    place == kind || !own.contains_key(&kind) || other.contains_key(&kind)
}

/// What is stated at a place: the line and the value.
type Statements = BTreeMap<String, (usize, String)>;

/// What a page itself states in its tables, one entry for each body that a schema is used in.
fn statements(page: &Page) -> Result<Statements> {
    let claims = page.claims()?;
    let is_stated = |claim: &&Claim| {
        let is_of_page = claim.is_of_page() && !claim.line.of_api;
        is_of_page && !claim.is_prose() && !claim.local_id().starts_with("sample.")
    };
    let mut found = BTreeMap::new();
    for claim in claims.iter().filter(is_stated) {
        let stated = (claim.line.number, claim.value.clone());
        match claim.uses.is_empty() {
            true => drop(found.insert(claim.local_id(), stated)),
            false => found.extend(
                claim
                    .uses
                    .iter()
                    .map(|used| (format!("{used}: {}", claim.local_id()), stated.clone())),
            ),
        }
    }
    Ok(found)
}

/// The samples of the page that differ, whatever their names.
fn of_samples(ledger: &Page, draft: &Page) -> Vec<Difference> {
    let is_of_page = |sample: &&Sample| sample.source.is_none();
    let mut said: Vec<&Sample> = draft.samples.iter().filter(is_of_page).collect();
    let mut left = Vec::new();
    for sample in ledger.samples.iter().filter(is_of_page) {
        let same = |other: &&Sample| other.place == sample.place && other.value == sample.value;
        match said.iter().position(same) {
            Some(index) => drop(said.remove(index)),
            None => left.push(sample),
        }
    }
    let mut found = Vec::new();
    for sample in left {
        let other = said.iter().position(|other| other.place == sample.place);
        let other = other.map(|index| said.remove(index));
        let (at, ours, theirs) = match other {
            Some(other) => first_difference(&sample.value, &other.value).unwrap_or_default(),
            None => (String::new(), Some(&sample.value), None),
        };
        found.push(Difference {
            place: format!("{}#{at}", sample.id()),
            ledger: Some((sample.line, ours.map_or("nothing".to_owned(), Value::to_string))),
            page: theirs.map(Value::to_string),
        });
    }
    found.extend(said.iter().map(|sample| Difference {
        place: sample.id(),
        ledger: None,
        page: Some(sample.value.to_string()),
    }));
    found
}
