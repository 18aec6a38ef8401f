//! Says of each change of a spec what it did to the generated client; what no change of a spec
//! explains is a change of its own.

use cloudfn_codegen::model::Spec;
use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::Value;

use super::change::{Change, RustChange, Site};
use super::diff;
use super::rust::{self, Outline, Renames};
use super::verdict::{Shift, Verdict};

/// The changes between two versions of a spec, on the wire and in Rust.
pub fn compare(old: &Spec, new: &Spec) -> Vec<Change> {
    if old.as_json() == new.as_json() {
        return Vec::new();
    }
    let mut changes = diff::compare(old, new);
    let (before, after) = match (Outline::of(old), Outline::of(new)) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(reason), _) | (_, Err(reason)) => {
            let words = format!("the client cannot be generated from both versions: {reason}");
            changes.push(of_client(new, "Rust", vec![about("", Verdict::Unclear, words)]));
            return changes;
        }
    };
    let renames = renames(&mut changes, &before, &after);
    for change in &mut changes {
        change.sites = change.sites.iter().map(|site| renames.site(site)).collect();
    }
    let mut rest = rust::compare(&renames.apply(before), &after);
    rest.retain(|found| {
        let explained = changes.iter_mut().filter(|change| explains(change, found));
        explained.map(|change| change.rust.push(found.clone())).count() == 0
    });
    changes.retain(|change| change.what != "wording" || rest.is_empty());
    let (types, items): (Vec<_>, Vec<_>) =
        rest.into_iter().partition(|found| found.site.member.is_empty());
    let of_item = |item: RustChange| of_client(new, &item.site.owner.clone(), vec![item]);
    changes.extend(items.into_iter().map(of_item));
    for (subject, verdict) in
        [("types gone", Verdict::Breaking), ("new types", Verdict::Compatible)]
    {
        let found: Vec<_> = types.iter().filter(|t| t.verdict == verdict).cloned().collect();
        if !found.is_empty() {
            changes.push(of_client(new, subject, found));
        }
    }
    changes
}

/// What the documentation of the generated client states, and no type carries.
const DOCUMENTED_ONLY: &str = "default, deprecated, multipleOf, minItems, maxItems, uniqueItems, \
    minProperties, maxProperties, readOnly, writeOnly, credentials, server, first server, error status";

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
        what => is_here && !what.starts_with("x-") && !is_one_of(what, DOCUMENTED_ONLY),
    }
}

/// Whether a list of names that are separated by commas has `name`.
pub fn is_one_of(name: &str, list: &str) -> bool {
    list.split(", ").any(|listed| listed == name)
}

/// A name without what tells Rust's spelling from the vendor's.
fn plain(name: &str) -> String {
    name.to_snake_case().trim_end_matches('_').to_owned()
}

/// The identifiers that became others, each noted with the change that it comes from.
fn renames(changes: &mut [Change], before: &Outline, after: &Outline) -> Renames {
    let mut renames = Renames::default();
    for change in changes {
        let (Some(Value::String(old)), Some(Value::String(new))) = (&change.old, &change.new)
        else {
            continue;
        };
        let (module, pair) = match change.what.as_str() {
            "name" => ("types", [old.clone(), new.clone()]),
            "operationId" => ("builder", [old, new].map(|name| name.to_upper_camel_case())),
            _ => continue,
        };
        let [from, to] = pair.each_ref().map(|name| format!("{module}::{name}"));
        let is_new = |name: &str| after.has_type(name) && !before.has_type(name);
        let is_gone = |name: &str| before.has_type(name) && !after.has_type(name);
        let is_taken = renames.types.iter().any(|(a, b)| *a == pair[0] || *b == pair[1]);
        if is_taken || !is_gone(&from) || !is_new(&to) {
            continue;
        }
        let words = match module {
            "types" => format!("`{from}` is now `{to}`"),
            _ => {
                renames.functions.push((old.clone(), new.clone()));
                format!("`Client::{old}` is now `Client::{new}`")
            }
        };
        renames.types.push(pair.into());
        change.rust.push(about(&to, Verdict::Breaking, words));
    }
    renames
}

/// A whole API that came or went.
pub fn whole_api(spec: &Spec, shift: Shift) -> Change {
    let ids = Some(spec.operations.iter().map(|o| Value::from(o.id.as_str())).collect());
    let (verdict, became, old, new) = match shift {
        Shift::Removed => (Verdict::Breaking, "gone", ids, None),
        _ => (Verdict::Compatible, "new", None, ids),
    };
    let rust = vec![about("", verdict, format!("the module `{}` is {became}", spec.api))];
    let (subject, what) = (spec.api.clone(), "API".to_owned());
    Change { subject, what, shift, old, new, rust, ..Change::of(spec) }
}

/// What no change of the spec explains.
fn of_client(spec: &Spec, subject: &str, rust: Vec<RustChange>) -> Change {
    Change {
        api: spec.api.clone(),
        subject: subject.to_owned(),
        what: "generated client".to_owned(),
        rust,
        ..Change::default()
    }
}

fn about(owner: &str, verdict: Verdict, words: String) -> RustChange {
    let site = Site { owner: owner.to_owned(), member: String::new() };
    RustChange { site, shift: Shift::Changed, verdict, words }
}
