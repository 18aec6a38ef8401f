//! Checks that listed contradictions are still there.

use std::collections::BTreeSet;

use crate::ledger::Claim;
use crate::ledger::{Contradiction, Page, Reference};
use crate::model::notation;

/// A page with its claims.
pub type Pages<'p> = &'p [(&'p Page, Vec<&'p Claim>)];

/// What is wrong with a contradiction, if anything.
pub fn check(
    page: &Page,
    contradiction: &Contradiction,
    pages: Pages<'_>,
    sources: &BTreeSet<String>,
) -> Result<(), (usize, String)> {
    let mut values = Vec::new();
    for reference in &contradiction.claims {
        let found = look_up(page, reference, pages, sources)
            .map_err(|message| (reference.line, message))?;
        if found != reference.value {
            let message = format!("`{}` is `{found}`, not `{}`", reference.claim, reference.value);
            return Err((reference.line, message));
        }
        values.push(found);
    }
    let is_about_values = !contradiction.claims.iter().any(|c| c.claim.contains("rule/"));
    if is_about_values && values.iter().all(|value| *value == values[0]) {
        let message = format!("the claims agree again: all are `{}`", values[0]);
        return Err((contradiction.line, message));
    }
    Ok(())
}

fn look_up(
    page: &Page,
    reference: &Reference,
    pages: Pages<'_>,
    sources: &BTreeSet<String>,
) -> Result<String, String> {
    let (stem, claim) = match reference.stem() {
        Some(stem) => (stem, reference.claim[stem.len() + 2..].trim()),
        None if reference.claim.starts_with('[') => {
            return Err("the bracket of this reference is not closed".to_owned());
        }
        None => (page.stem(), reference.claim.as_str()),
    };
    if sources.contains(stem) {
        // What another source has is taken from here; the claim is one of this page.
        let own = Reference { claim: claim.to_owned(), ..reference.clone() };
        look_up(page, &own, pages, sources)?;
        let kind = claim
            .rsplit_once("::")
            .map(|(place, _)| Reference { claim: format!("{place}::type"), ..reference.clone() });
        let kind = kind.and_then(|kind| look_up(page, &kind, pages, sources).ok());
        return match can_be(claim, &reference.value, kind.as_deref()) {
            true => Ok(reference.value.clone()),
            false => Err(format!("`{}` cannot be the value of `{claim}`", reference.value)),
        };
    }
    let (page, claims) = pages
        .iter()
        .find(|(page, _)| page.stem() == stem)
        .ok_or_else(|| format!("there is no ledger `{stem}`, and no source of that name"))?;
    if let Some(name) = claim.strip_prefix("rule/") {
        let rule = page.rules.iter().find(|rule| rule.name == name);
        let rule = rule.ok_or_else(|| format!("`{stem}` has no rule `{name}`"))?;
        return Ok(if rule.broken_by.is_empty() { "stands" } else { "broken" }.into());
    }
    if let Some((id, pointer)) = claim.split_once('#') {
        let sample = page.samples.iter().find(|sample| sample.id() == id);
        let sample = sample.ok_or_else(|| format!("`{stem}` has no sample `{id}`"))?;
        return Ok(sample.value.pointer(pointer).map_or_else(|| "absent".into(), notation::scalar));
    }
    let found = claims.iter().find(|found| found.local_id() == claim);
    let found = found.ok_or_else(|| format!("`{stem}` has no claim `{claim}`"))?;
    Ok(found.value.clone())
}

/// Whether `value` is of the kind that a claim about something of type `kind` states.
fn can_be(claim: &str, value: &str, kind: Option<&str>) -> bool {
    match claim.rsplit("::").next() {
        Some("default") if kind == Some("boolean") => ["true", "false"].contains(&value),
        Some("default") if matches!(kind, Some("integer" | "long" | "number")) => {
            value.parse::<f64>().is_ok()
        }
        Some("type") => {
            let word = value.split(['(', ' ']).next().unwrap_or_default();
            TYPES.contains(&word)
        }
        Some("required") => ["yes", "no"].contains(&value),
        Some("alternative") => value.parse::<usize>().is_ok(),
        Some(limit) if limit.starts_with("min") || limit.starts_with("max") => {
            value.parse::<f64>().is_ok()
        }
        _ => true,
    }
}

/// What the type of another source begins with.
const TYPES: [&str; 9] =
    ["string", "integer", "long", "number", "boolean", "object", "array", "map", "any"];
