//! What became of the public items of one version in another.

use super::{Offer, Offered};
use crate::against::change::{RustChange, Site};
use crate::against::verdict::{Shift, Verdict};

/// What became of the items of `old`, and what is new.
pub fn compare(old: &Offer, new: &Offer) -> Vec<RustChange> {
    let mut changes = Vec::new();
    for (key, item) in &old.0 {
        let (site, kind) = key;
        if is_said_of_field(old, new, site, kind) {
            continue;
        }
        let (shift, words) = match new.0.get(key) {
            Some(other) if other.signature == item.signature => continue,
            Some(other) => (Shift::Changed, changed(site, item, other)),
            None if is_part(site, kind) && !new.has_type(&site.owner) => continue,
            None => (Shift::Removed, format!("{} is gone", called(site, kind))),
        };
        changes.push(RustChange { site: site.clone(), shift, verdict: Verdict::Breaking, words });
    }
    for (key, item) in new.0.iter().filter(|(key, _)| !old.0.contains_key(*key)) {
        let (site, kind) = key;
        let comes_with_type = is_part(site, kind) && !old.has_type(&site.owner);
        if !comes_with_type && !is_said_of_field(old, new, site, kind) {
            changes.push(added(site, kind, item));
        }
    }
    changes
}

/// Whether an item comes and goes with its type.
fn is_part(site: &Site, kind: &str) -> bool {
    !site.member.is_empty() || kind.starts_with("impl ")
}

/// Whether an item is the setter of a member that changed: one of both is told.
fn is_said_of_field(old: &Offer, new: &Offer, site: &Site, kind: &str) -> bool {
    let field = (site.clone(), "field".to_owned());
    kind == "fn" && old.0.get(&field) != new.0.get(&field)
}

fn changed(site: &Site, old: &Offered, new: &Offered) -> String {
    let path = path(site);
    match old.shown == new.shown {
        true => format!("`{path}` has another signature"),
        false => format!("`{path}` {} `{}`, no longer `{}`", new.verb, new.shown, old.shown),
    }
}

fn added(site: &Site, kind: &str, item: &Offered) -> RustChange {
    let called = called(site, kind);
    let owner = &site.owner;
    let (verdict, words) = match item.is_one_of_all {
        false => (Verdict::Compatible, format!("{called} is new")),
        true => (
            Verdict::Breaking,
            format!(
                "{called} is new, which breaks literals and patterns of `{owner}` without `..`"
            ),
        ),
    };
    RustChange { site: site.clone(), shift: Shift::Added, verdict, words }
}

fn path(site: &Site) -> String {
    match site.member.as_str() {
        "" => site.owner.clone(),
        member => format!("{}::{member}", site.owner),
    }
}

fn called(site: &Site, kind: &str) -> String {
    match kind.strip_prefix("impl ") {
        Some(name) => format!("`{name}` of `{}`", site.owner),
        None => format!("`{}`", path(site)),
    }
}
