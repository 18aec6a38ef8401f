//! Walks two versions of a spec side by side and notes every change.
//!
//! Operations are matched by their operationId, members by their names, and `$ref`s are followed
//! on both sides: where something is written makes no difference. A key that no part of the walk
//! knows is compared as it stands, so that nothing is passed over.

mod access;
mod calls;
mod document;
mod keywords;
mod operations;
mod raw;
mod schemas;
mod spot;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use cloudfn_codegen::model::Spec;
use serde_json::Value;

use self::raw::Located;
use self::spot::{keys, value, without_annotations, Spot};
use super::change::{Change, Use};
use super::verdict::{Direction, Shift};

/// Keys that only describe.
const ANNOTATIONS: [&str; 5] = ["description", "summary", "title", "example", "examples"];

/// The changes between two versions of a spec.
pub fn compare(old: &Spec, new: &Spec) -> Vec<Change> {
    let mut walk = Walk::new(old, new);
    walk.operations();
    walk.document();
    if walk.changes.is_empty()
        && without_annotations(old.as_json()) != without_annotations(new.as_json())
    {
        walk.note(&Spot::whole(""), "wording", Shift::Changed, (None, None));
    }
    walk.changes
}

/// A change of a whole API: `shift` says whether it came or went.
pub fn whole_api(spec: &Spec, shift: Shift) -> Change {
    let mut walk = Walk::new(spec, spec);
    let ids = spec.operations.iter().map(|o| Value::from(o.id.as_str())).collect();
    let operations = Some(Value::Array(ids));
    let values = match shift {
        Shift::Removed => (operations, None),
        _ => (None, operations),
    };
    walk.note(&Spot::whole("").called(spec.api.clone()), "API", shift, values);
    walk.changes.remove(0)
}

struct Walk<'s> {
    old: &'s Spec,
    new: &'s Spec,
    changes: Vec<Change>,
    /// Where each change stands among `changes`.
    known: BTreeMap<(String, String, String, String), usize>,
    visited: Visited,
    /// The pairs of schemas that are being compared, to end circles.
    active: Vec<(String, String)>,
    /// What is being compared reaches callers here.
    reach: Option<Use>,
    /// Whether what is being compared is forbidden by a `not`: what narrows it, widens the whole.
    is_negated: bool,
}

/// What has been compared: components, and pairs of schemas in each place of a call.
#[derive(Default)]
struct Visited {
    old_components: BTreeSet<String>,
    new_components: BTreeSet<String>,
    schemas: BTreeSet<(String, String, Option<Use>)>,
}

impl<'s> Walk<'s> {
    fn new(old: &'s Spec, new: &'s Spec) -> Self {
        Self {
            old,
            new,
            changes: Vec::new(),
            known: BTreeMap::new(),
            visited: Visited::default(),
            active: Vec::new(),
            reach: None,
            is_negated: false,
        }
    }

    /// Both sides of a place, references followed.
    fn pair(&mut self, spot: &Spot) -> (Option<Located<'s>>, Option<Located<'s>>) {
        let pair = (raw::at(self.old, &spot.old), raw::at(self.new, &spot.new));
        visit(&mut self.visited.old_components, self.old, &spot.old);
        visit(&mut self.visited.new_components, self.new, &spot.new);
        pair
    }

    /// Notes a change, or where else a known one reaches.
    fn note(
        &mut self,
        spot: &Spot,
        what: &str,
        shift: Shift,
        (old, new): (Option<Value>, Option<Value>),
    ) {
        let what = match self.is_negated {
            true => format!("not {what}"),
            false => what.to_owned(),
        };
        let values = format!("{old:?} {new:?}");
        let key = (spot.old.clone(), spot.new.clone(), what.clone(), values);
        let index = *self.known.entry(key).or_insert(self.changes.len());
        if index == self.changes.len() {
            self.changes.push(Change {
                api: self.new.api.clone(),
                file: self.new.file.display().to_string(),
                subject: spot.subject.clone(),
                what,
                shift,
                old,
                new,
                old_place: spot.old.clone(),
                new_place: spot.new.clone(),
                uses: BTreeSet::new(),
                sites: BTreeSet::new(),
                rust: Vec::new(),
            });
        }
        let change = &mut self.changes[index];
        change.uses.extend(self.reach.clone());
        change.sites.extend(spot.site.clone());
    }

    /// Compares the keys of two objects that `is_known` does not name, each as it stands.
    fn rest(&mut self, spot: &Spot, is_known: impl Fn(&str) -> bool) {
        let (old, new) = self.pair(spot);
        let here = spot.followed(old.as_ref(), new.as_ref());
        self.keywords(&here, (value(old.as_ref()), value(new.as_ref())), is_known);
    }

    /// Compares the keys of two objects at a spot that `is_known` does not name.
    fn keywords(
        &mut self,
        here: &Spot,
        (old, new): (&Value, &Value),
        is_known: impl Fn(&str) -> bool,
    ) {
        for key in keys(old, new) {
            if !ANNOTATIONS.contains(&key.as_str()) && !is_known(&key) {
                self.keyword(&here.key(&key), &key, (old.get(&key), new.get(&key)));
            }
        }
    }

    /// Runs `compare` for what reaches callers of `operation` in this part of a call.
    fn reaching(
        &mut self,
        operation: &str,
        direction: Direction,
        part: &str,
        compare: impl FnOnce(&mut Self),
    ) {
        let reach = Use { operation: operation.to_owned(), direction, part: part.to_owned() };
        let before = self.reach.replace(reach);
        compare(self);
        self.reach = before;
    }
}

/// Notes the components that a chain of references leads through.
fn visit(visited: &mut BTreeSet<String>, spec: &Spec, at: &str) {
    let mut at = at.to_owned();
    loop {
        if at.starts_with("/components/") {
            visited.insert(at.split('/').take(4).collect::<Vec<_>>().join("/"));
        }
        match raw::reference(spec, &at) {
            Some(target) => at = target.to_owned(),
            None => return,
        }
    }
}
