//! Says of each change of a spec what it did to the generated client; what no change of a spec
//! explains is a change of its own.

use cloudfn_codegen::model::Spec;
use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::Value;

use super::change::{Change, RustChange, Site};
use super::verdict::{Shift, Verdict};
use super::{diff, rust};

/// The changes between two versions of a spec, on the wire and in Rust.
pub fn compare(old: &Spec, new: &Spec) -> Vec<Change> {
    if old.as_json() == new.as_json() {
        return Vec::new();
    }
    let mut changes = diff::compare(old, new);
    let (before, after) = match (rust::offer(old), rust::offer(new)) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(reason), _) | (_, Err(reason)) => {
            changes.push(of_client(&new.api, "Rust", vec![unknown(reason)]));
            return changes;
        }
    };
    let renames = renames(&mut changes, &before, &after);
    let before = before.renamed(&renames);
    let mut rest = Vec::new();
    for found in rust::compare(&before, &after) {
        let mut is_explained = false;
        for change in changes.iter_mut().filter(|change| explains(change, &found)) {
            is_explained = true;
            change.rust.push(found.clone());
        }
        if !is_explained {
            rest.push(found);
        }
    }
    changes.retain(|change| change.what != "wording" || rest.is_empty());
    changes.extend(unexplained(&new.api, rest));
    changes
}

/// What the documentation of the generated client states, and no type carries.
const DOCUMENTED_ONLY: [&str; 14] = [
    "default",
    "deprecated",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "readOnly",
    "writeOnly",
    "credentials",
    "server",
    "first server",
    "error status",
];

/// Whether `found` in the client comes of `change`.
fn explains(change: &Change, found: &RustChange) -> bool {
    let site = &found.site;
    let is_of = |own: &Site| {
        let is_member = !site.member.is_empty() && plain(&own.member) == plain(&site.member);
        own.owner == site.owner && (own.member.is_empty() || is_member)
    };
    let is_here = change.sites.iter().any(is_of);
    match change.what.as_str() {
        "name" => false,
        "operation" => is_here || (site.owner == "Client" && site.member == change.subject),
        "new values" => is_here && found.shift == Shift::Added,
        "values lost" => is_here && found.shift == Shift::Removed,
        what => is_here && !what.starts_with("x-") && !DOCUMENTED_ONLY.contains(&what),
    }
}

/// A name without what tells Rust's spelling from the vendor's.
fn plain(name: &str) -> String {
    name.to_snake_case().trim_end_matches('_').to_owned()
}

/// The identifiers that became others, each noted with the change that it comes from.
fn renames(changes: &mut [Change], before: &rust::Offer, after: &rust::Offer) -> rust::Renames {
    let mut renames = rust::Renames::default();
    for change in changes {
        let (Some(Value::String(old)), Some(Value::String(new))) = (&change.old, &change.new)
        else {
            continue;
        };
        let is_function = match change.what.as_str() {
            "name" => false,
            "operationId" => true,
            _ => continue,
        };
        let (module, pair) = match is_function {
            false => ("types", (old.clone(), new.clone())),
            true => ("builder", (old.to_upper_camel_case(), new.to_upper_camel_case())),
        };
        let (from, to) = (format!("{module}::{}", pair.0), format!("{module}::{}", pair.1));
        let is_taken = renames.types.iter().any(|(a, b)| *a == pair.0 || *b == pair.1);
        let has_moved = before.has_type(&from) && !after.has_type(&from);
        if is_taken || !has_moved || !after.has_type(&to) || before.has_type(&to) {
            continue;
        }
        renames.types.push(pair);
        let words = match is_function {
            false => format!("`{from}` is now `{to}`"),
            true => {
                renames.functions.push((old.clone(), new.clone()));
                format!("`Client::{old}` is now `Client::{new}`")
            }
        };
        change.rust.push(RustChange {
            site: Site { owner: to, member: String::new() },
            shift: Shift::Changed,
            verdict: Verdict::Breaking,
            words,
        });
    }
    renames
}

/// A whole API that came or went.
pub fn whole_api(spec: &Spec, shift: Shift) -> Change {
    let ids = Some(spec.operations.iter().map(|o| Value::from(o.id.as_str())).collect());
    let (old, new) = if shift == Shift::Removed { (ids, None) } else { (None, ids) };
    let (subject, what) = (spec.api.clone(), "API".to_owned());
    let mut change = Change { subject, what, shift, old, new, ..Change::of(spec) };
    let (verdict, words) = match shift {
        Shift::Removed => (Verdict::Breaking, format!("the module `{}` is gone", spec.api)),
        _ => (Verdict::Compatible, format!("the module `{}` is new", spec.api)),
    };
    let site = Site { owner: String::new(), member: String::new() };
    change.rust.push(RustChange { site, shift, verdict, words });
    change
}

/// What no change of the spec explains: each changed item by itself, all new ones and all gone
/// ones together.
fn unexplained(api: &str, rest: Vec<RustChange>) -> Vec<Change> {
    let is_type = |change: &RustChange| change.site.member.is_empty();
    let (types, items): (Vec<_>, Vec<_>) = rest.into_iter().partition(is_type);
    let (gone, new): (Vec<_>, Vec<_>) =
        types.into_iter().partition(|change| change.verdict == Verdict::Breaking);
    let mut changes: Vec<Change> = items
        .into_iter()
        .map(|item| of_client(api, &item.site.owner.clone(), vec![item]))
        .collect();
    for (subject, types) in [("types gone", gone), ("new types", new)] {
        if !types.is_empty() {
            changes.push(of_client(api, subject, types));
        }
    }
    changes
}

fn of_client(api: &str, subject: &str, rust: Vec<RustChange>) -> Change {
    Change {
        api: api.to_owned(),
        subject: subject.to_owned(),
        what: "generated client".to_owned(),
        rust,
        ..Change::default()
    }
}

fn unknown(reason: String) -> RustChange {
    RustChange {
        site: Site { owner: String::new(), member: String::new() },
        shift: Shift::Changed,
        verdict: Verdict::Unclear,
        words: format!("the client cannot be generated from both versions: {reason}"),
    }
}
