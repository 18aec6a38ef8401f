//! What changed in the ledgers: it tells that a vendor's page changed, or what is known of it.

use std::collections::{BTreeMap, BTreeSet};

use cloudfn_codegen::ledger::{Page, Place, Reference};

use super::verdict::Shift;

/// A change of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerChange {
    /// The ledger's name.
    pub page: String,
    /// What changed: `page`, `claim`, `sample`, `deviation`, `contradiction` or `rule`.
    pub kind: &'static str,
    /// Whether it came, went or is another one.
    pub shift: Shift,
    /// Its name.
    pub name: String,
    /// The old value; nothing where it came.
    pub old: String,
    /// The new value; nothing where it went.
    pub new: String,
}

/// The statements of a page, by kind and name.
type Statements = BTreeMap<(&'static str, String), String>;

/// The changes from `old` to `new`.
pub fn compare(old: &[Page], new: &[Page]) -> Result<Vec<LedgerChange>, String> {
    let mut stems: Vec<&str> = old.iter().chain(new).map(Page::stem).collect();
    stems.sort_unstable();
    stems.dedup();
    let mut changes = Vec::new();
    for stem in stems {
        let of = |pages: &'_ [Page]| pages.iter().find(|page| page.stem() == stem).cloned();
        match (of(old), of(new)) {
            (Some(old), Some(new)) => changes.extend(of_page(&old, &new)?),
            (old, new) => changes.push(LedgerChange {
                page: stem.to_owned(),
                kind: "page",
                shift: if old.is_some() { Shift::Removed } else { Shift::Added },
                name: stem.to_owned(),
                old: old.map_or_else(String::new, |page| page.title),
                new: new.map_or_else(String::new, |page| page.title),
            }),
        }
    }
    Ok(changes)
}

fn of_page(old: &Page, new: &Page) -> Result<Vec<LedgerChange>, String> {
    let (before, after) = (statements(old)?, statements(new)?);
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let changes = keys.into_iter().filter(|key| before.get(key) != after.get(key)).map(|key| {
        let (was, is) = (before.get(key), after.get(key));
        LedgerChange {
            page: new.stem().to_owned(),
            kind: key.0,
            shift: match (was, is) {
                (None, _) => Shift::Added,
                (_, None) => Shift::Removed,
                _ => Shift::Changed,
            },
            name: key.1.clone(),
            old: was.cloned().unwrap_or_default(),
            new: is.cloned().unwrap_or_default(),
        }
    });
    Ok(changes.collect())
}

/// Everything that a ledger states, without the reasons and the order.
fn statements(page: &Page) -> Result<Statements, String> {
    let mut found = Statements::new();
    let mut put = |kind, name: String, value: String| {
        let count = found
            .keys()
            .filter(|(k, n): &&(&str, String)| *k == kind && n.starts_with(&name))
            .count();
        let name = if found.contains_key(&(kind, name.clone())) {
            format!("{name} ({count})")
        } else {
            name
        };
        found.insert((kind, name), value);
    };
    put("page", "operation".into(), page.operation.clone());
    for claim in page.claims().map_err(|e| e.to_string())? {
        let (kind, name) = match &claim.place {
            Place::Sample(section, name) => ("sample", format!("{section} {name}")),
            _ => ("claim", claim.local_id()),
        };
        let name = match claim.uses[..] {
            [] => name,
            _ => format!("{name} ({})", claim.uses.join(", ")),
        };
        if claim.value != "-" || kind == "sample" {
            put(kind, name, claim.value);
        }
    }
    for deviation in &page.deviations {
        let claims = listed(&deviation.claims);
        let value = format!("{claims}; spec: {}; source: {}", deviation.spec, deviation.source);
        put("deviation", deviation.name.clone(), value);
    }
    for contradiction in &page.contradictions {
        put("contradiction", contradiction.name.clone(), listed(&contradiction.claims));
    }
    for rule in &page.rules {
        let check = rule.check.as_ref().map_or("unchecked", |check| check.text());
        let value = format!("on {}: {check}; broken by: {}", rule.on, rule.broken_by.join(", "));
        put("rule", rule.name.clone(), value);
    }
    Ok(found)
}

fn listed(claims: &[Reference]) -> String {
    let claims = claims.iter().map(|claim| format!("{} = {}", claim.claim, claim.value));
    claims.collect::<Vec<_>>().join(", ")
}
