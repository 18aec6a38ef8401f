//! Walks two versions of a spec side by side and notes every change.
//!
//! Operations are matched by their operationId, members by their names, and `$ref`s are followed
//! on both sides: where something is written makes no difference. A key that no part of the walk
//! knows is compared as it stands, so that nothing is passed over.

mod access;
mod calls;
mod keywords;
mod operations;
mod schemas;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use cloudfn_codegen::spec::{members, pointer::join, Located, Spec, METHODS};
use serde_json::Value;

use super::change::{Change, Direction, Shift, Site, Use};

/// Keys that only describe.
const ANNOTATIONS: [&str; 5] = ["description", "summary", "title", "example", "examples"];

/// The changes between two versions of a spec.
pub fn compare(old: &Spec, new: &Spec) -> Vec<Change> {
    let mut walk = Walk {
        old,
        new,
        changes: Vec::new(),
        known: BTreeMap::new(),
        visited: Visited::default(),
        active: Vec::new(),
        reach: None,
        is_negated: false,
    };
    walk.operations();
    walk.document();
    if walk.changes.is_empty()
        && without_annotations(&old.document) != without_annotations(&new.document)
    {
        walk.note(&Spot::whole(""), "wording", Shift::Changed, (None, None));
    }
    walk.changes
}

/// A change of a whole API: `shift` says whether it came or went.
pub fn whole_api(spec: &Spec, shift: Shift) -> Change {
    let mut walk = Walk {
        old: spec,
        new: spec,
        changes: Vec::new(),
        known: BTreeMap::new(),
        visited: Visited::default(),
        active: Vec::new(),
        reach: None,
        is_negated: false,
    };
    let ids = spec.operations().iter().map(|o| Value::from(o.id)).collect();
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

/// A place in both specs.
#[derive(Clone, Debug)]
struct Spot {
    /// What stands there, for a reader.
    subject: String,
    /// JSON pointer in the old spec.
    old: String,
    /// JSON pointer in the new spec.
    new: String,
    /// What of the generated client is made of it.
    site: Option<Site>,
}

impl Spot {
    /// A place that is the same in both specs.
    fn whole(at: &str) -> Self {
        Self { subject: String::new(), old: at.to_owned(), new: at.to_owned(), site: None }
    }

    fn new(subject: impl Into<String>, old: &str, new: &str) -> Self {
        Self { subject: subject.into(), old: old.to_owned(), new: new.to_owned(), site: None }
    }

    fn with_site(self, owner: impl Into<String>, member: impl Into<String>) -> Self {
        Self { site: Some(Site { owner: owner.into(), member: member.into() }), ..self }
    }

    /// The place of `key` inside.
    fn key(&self, key: &str) -> Self {
        Self { old: join(&self.old, key), new: join(&self.new, key), ..self.clone() }
    }

    fn called(self, subject: impl Into<String>) -> Self {
        Self { subject: subject.into(), ..self }
    }
}

impl<'s> Walk<'s> {
    /// Both sides of a place, references followed.
    fn pair(&mut self, spot: &Spot) -> (Option<Located<'s>>, Option<Located<'s>>) {
        let pair = (self.old.at(&spot.old), self.new.at(&spot.new));
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
        let here = here(spot, old.as_ref(), new.as_ref());
        let (old, new) = (value(old.as_ref()), value(new.as_ref()));
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

    /// What stands outside of operations, and what no operation uses.
    fn document(&mut self) {
        let (old, new) = (&self.old.document, &self.new.document);
        let root = Spot::new("document", "", "");
        self.rest(&root, |key| {
            ["paths", "components", "servers", "security", "info"].contains(&key)
        });
        self.rest(&root.key("info").called("info"), |_| false);
        self.unused_components();
        for path in keys(&old["paths"], &new["paths"]) {
            let there = (old["paths"].get(&path), new["paths"].get(&path));
            let has_operations = |item: Option<&Value>| {
                METHODS.iter().any(|method| item.is_some_and(|i| i.get(method).is_some()))
            };
            if !has_operations(there.0) && !has_operations(there.1) {
                let spot = Spot::new("paths", "/paths", "/paths").key(&path);
                self.keyword(&spot, &path, there);
            }
        }
    }

    /// Components that the walk did not come by. Schemas are left out, since a spec has none that
    /// is not used: those that come or go do so with what uses them.
    fn unused_components(&mut self) {
        let (old, new) = (&self.old.document["components"], &self.new.document["components"]);
        for kind in keys(old, new) {
            if ["schemas", "examples"].contains(&kind.as_str()) {
                continue;
            }
            if kind.starts_with("x-") {
                let spot = Spot::new("components", "/components", "/components").key(&kind);
                self.keyword(&spot, &kind, (old.get(&kind), new.get(&kind)));
                continue;
            }
            for name in keys(&old[&kind], &new[&kind]) {
                let spot = Spot::whole("/components").key(&kind).key(&name);
                let spot = spot.called(format!("components.{kind}.{name}"));
                if old.get(&kind).and_then(|k| k.get(&name))
                    == new.get(&kind).and_then(|k| k.get(&name))
                {
                    continue;
                }
                let unseen = |value: &Value, visited: &BTreeSet<String>| {
                    let component = value.get(&kind).and_then(|k| k.get(&name));
                    component.filter(|_| !visited.contains(&spot.old)).cloned()
                };
                let before = unseen(old, &self.visited.old_components);
                let after = unseen(new, &self.visited.new_components);
                let is_used = (before.is_some() && uses(self.old, &kind, &name))
                    || (after.is_some() && uses(self.new, &kind, &name));
                let shift = presence(before.is_some(), after.is_some());
                match (is_used, shift) {
                    _ if before == after => {}
                    (true, Shift::Changed) => self.note(&spot, &kind, shift, (before, after)),
                    (true, _) => {}
                    (false, _) => self.note(&spot, "unused part", shift, (before, after)),
                }
            }
        }
    }
}

/// Whether anything in `spec` refers to a component.
fn uses(spec: &Spec, kind: &str, name: &str) -> bool {
    fn refers(value: &Value, target: &str) -> bool {
        match value {
            Value::Object(object) => object
                .iter()
                .any(|(key, value)| (key == "$ref" && value == target) || refers(value, target)),
            Value::Array(list) => list.iter().any(|item| refers(item, target)),
            _ => false,
        }
    }
    let secures =
        || spec.operations().iter().flat_map(|o| spec.security(o)).flatten().any(|s| s == name);
    refers(&spec.document, &format!("#{}", join(&join("/components", kind), name)))
        || (kind == "securitySchemes" && secures())
}

/// Notes the components that a chain of references leads through.
fn visit(visited: &mut BTreeSet<String>, spec: &Spec, at: &str) {
    let mut at = at.to_owned();
    loop {
        if at.starts_with("/components/") {
            visited.insert(at.split('/').take(4).collect::<Vec<_>>().join("/"));
        }
        let target = spec.document.pointer(&at).and_then(cloudfn_codegen::spec::reference);
        match target {
            Some(target) => at = target.to_owned(),
            None => return,
        }
    }
}

/// The place where references led to.
fn here(spot: &Spot, old: Option<&Located<'_>>, new: Option<&Located<'_>>) -> Spot {
    let mut here = spot.clone();
    if let Some(old) = old {
        here.old.clone_from(&old.pointer);
    }
    if let Some(new) = new {
        here.new.clone_from(&new.pointer);
    }
    here
}

fn value<'v>(located: Option<&Located<'v>>) -> &'v Value {
    located.map_or(&Value::Null, |located| located.value)
}

/// The keys of either object.
fn keys(old: &Value, new: &Value) -> BTreeSet<String> {
    members(old).chain(members(new)).map(|(key, _)| key.clone()).collect()
}

fn presence(old: bool, new: bool) -> Shift {
    match (old, new) {
        (false, true) => Shift::Added,
        (true, false) => Shift::Removed,
        _ => Shift::Changed,
    }
}

/// A copy without what only describes.
fn without_annotations(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object.iter().filter(|(key, _)| !ANNOTATIONS.contains(&key.as_str()));
            let kept = kept.map(|(key, value)| {
                let names_members = key == "properties";
                let value = match value {
                    Value::Object(named) if names_members => named
                        .iter()
                        .map(|(name, member)| (name.clone(), without_annotations(member)))
                        .collect(),
                    other => without_annotations(other),
                };
                (key.clone(), value)
            });
            Value::Object(kept.collect())
        }
        Value::Array(list) => list.iter().map(without_annotations).collect(),
        other => other.clone(),
    }
}
