//! What changed in the ledgers: it tells that a vendor's page changed, or what is known of it.

use std::collections::{BTreeMap, BTreeSet};

use cloudfn_codegen::ledger::{Page, Place, Reference};
use serde::Serialize;

use super::verdict::Shift;

/// A change of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LedgerChange {
    /// The ledger's name.
    pub page: String,
    /// What changed: `page`, `claim`, `sample`, `deviation`, `contradiction` or `rule`.
    pub kind: &'static str,
    /// Whether it came, went or is another one.
    pub shift: Shift,
    pub name: String,
    /// The old value; nothing where it came.
    pub old: String,
    /// The new value; nothing where it went.
    pub new: String,
}

/// What is stated: its page, kind and name.
type Key = (String, &'static str, String);

/// The changes from `old` to `new`.
pub fn compare(old: &[Page], new: &[Page]) -> Result<Vec<LedgerChange>, String> {
    let (before, after) = (statements(old)?, statements(new)?);
    let keys: BTreeSet<&Key> = before.keys().chain(after.keys()).collect();
    let changes = keys.into_iter().filter_map(|key| {
        let (page, kind, name) = key;
        let whole = (page.clone(), PAGE, page.clone());
        let is_kept = before.contains_key(&whole) && after.contains_key(&whole);
        let (was, is) = (before.get(key), after.get(key));
        // A page that came or went is told as a whole.
        (was != is && is_kept != (*key == whole)).then(|| LedgerChange {
            page: page.clone(),
            kind,
            shift: match (was, is) {
                (None, _) => Shift::Added,
                (_, None) => Shift::Removed,
                _ => Shift::Changed,
            },
            name: name.clone(),
            old: was.cloned().unwrap_or_default(),
            new: is.cloned().unwrap_or_default(),
        })
    });
    Ok(changes.collect())
}

/// The kind of a whole page.
const PAGE: &str = "page";

/// Everything that ledgers state, without the reasons and the order.
fn statements(pages: &[Page]) -> Result<BTreeMap<Key, String>, String> {
    let mut found = BTreeMap::new();
    for page in pages {
        let stem = page.stem();
        found.insert((stem.to_owned(), PAGE, stem.to_owned()), page.title.clone());
        of_page(page, |kind, name, value| {
            let key = |name: &str| (stem.to_owned(), kind, name.to_owned());
            let mut names =
                std::iter::once(name.clone()).chain((1..).map(|count| format!("{name} ({count})")));
            let free = names.find(|name| !found.contains_key(&key(name)));
            found.insert(key(&free.unwrap_or(name)), value);
        })?;
    }
    Ok(found)
}

fn of_page(page: &Page, mut put: impl FnMut(&'static str, String, String)) -> Result<(), String> {
    put(PAGE, "operation".into(), page.operation.clone());
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
    Ok(())
}

fn listed(claims: &[Reference]) -> String {
    let claims = claims.iter().map(|claim| format!("{} = {}", claim.claim, claim.value));
    claims.collect::<Vec<_>>().join(", ")
}
