//! Applies deviations to the claims of a page.

use super::cell::{limits, sorted_values, NONE};
use super::claim::{limit_names, silent, Claim};
use super::page::{Deviation, Page, Reference};
use super::place::Place;

/// What is wrong with a deviation, and at which line.
pub struct Fault {
    /// The line in the ledger.
    pub line: usize,
    /// The id of the claim.
    pub claim: String,
    /// What is wrong, in a sentence.
    pub message: String,
}

/// Marks the claims that deviate; what is wrong with the deviations themselves is returned.
pub fn apply(page: &Page, claims: &mut Vec<Claim>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for deviation in &page.deviations {
        for reference in &deviation.claims {
            for (claim, value, spec) in expand(reference, deviation, claims) {
                if let Err(message) = apply_one(deviation, &claim, &value, &spec, claims) {
                    faults.push(Fault {
                        line: reference.line,
                        claim,
                        message: format!("deviation `{}`: {message}", deviation.name),
                    });
                }
            }
        }
    }
    faults
}

/// A reference to limits stands for both sides.
fn expand(
    reference: &Reference,
    deviation: &Deviation,
    claims: &[Claim],
) -> Vec<(String, String, String)> {
    let whole = || {
        let claim = reference.claim.clone();
        vec![(claim, reference.value.clone(), deviation.spec.clone())]
    };
    let Some(place) = reference.claim.strip_suffix("::limits") else {
        return whole();
    };
    let parsed = Place::parse(place);
    let is_type =
        |claim: &&Claim| claim.statement == "type" && Some(&claim.place) == parsed.as_ref();
    let kind = claims.iter().find(is_type).map_or("", |claim| claim.value.as_str());
    let sides = |text: &str| -> Option<(String, String)> {
        if text == NONE {
            return Some((NONE.into(), NONE.into()));
        }
        let (least, most) = limits(text)?;
        Some((least.unwrap_or(NONE).into(), most.unwrap_or(NONE).into()))
    };
    let (Some(page), Some(spec)) = (sides(&reference.value), sides(&deviation.spec)) else {
        return whole();
    };
    let names = limit_names(kind);
    [(names.0, page.0, spec.0), (names.1, page.1, spec.1)]
        .into_iter()
        .filter(|(_, page, spec)| page != spec)
        .map(|(name, page, spec)| (format!("{place}::{name}"), page, spec))
        .collect()
}

fn apply_one(
    deviation: &Deviation,
    id: &str,
    value: &str,
    spec: &str,
    claims: &mut Vec<Claim>,
) -> Result<(), String> {
    let (place, statement) = id
        .split_once("::")
        .ok_or_else(|| format!("`{id}` is not a claim; one reads `place/name::statement`"))?;
    let normal = |text: &str| match statement {
        "values" if text != NONE && text != "?" => sorted_values(text),
        _ => text.to_owned(),
    };
    let (value, spec) = (normal(value), normal(spec));
    if value == spec {
        return Err(format!("page and spec agree on `{id}`: both have `{value}`"));
    }
    let mut found = 0;
    let parsed = Place::parse(place);
    let is_it = |claim: &&mut Claim| {
        claim.statement == statement && parsed.as_ref().is_some_and(|place| claim.place == *place)
    };
    for claim in claims.iter_mut().filter(is_it) {
        found += 1;
        if claim.value != value {
            return Err(format!("`{id}` is `{}` in this ledger, not `{value}`", claim.value));
        }
        if let Some((other, _)) = &claim.deviation {
            return Err(format!("`{id}` is in deviation `{other}` already"));
        }
        claim.deviation = Some((deviation.name.clone(), spec.clone()));
    }
    match (found, value.as_str()) {
        (0, NONE) => {
            let place = parsed.ok_or_else(|| format!("`{place}` is not a place"))?;
            let mut claim = silent(place, statement, deviation.line);
            claim.source.clone_from(&deviation.source);
            claim.deviation = Some((deviation.name.clone(), spec));
            claims.push(claim);
            Ok(())
        }
        (0, _) => Err(format!("this ledger has no claim `{id}`")),
        _ => Ok(()),
    }
}
