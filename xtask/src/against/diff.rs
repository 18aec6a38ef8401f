//! Compares what two versions of a spec state, and notes every change.
//!
//! Statements are matched among those of the same holder: by keyword and name, then by what else
//! tells that they are the same. What came or went is told without what is inside it.

use std::collections::{HashMap, HashSet};

use cloudfn_codegen::model::Spec;
use cloudfn_codegen::statements::{Direction, Site, Statement, Statements};
use serde_json::Value;

use super::change::{Change, Use};
use super::shifts;

/// The changes between two versions of a spec.
pub fn compare(old: &Spec, new: &Spec) -> Vec<Change> {
    of_statements(new, &Statements::of(old), &Statements::of(new))
}

/// The changes between what two versions of a spec state, of which `spec` is the new one.
pub fn of_statements(spec: &Spec, old: &Statements, new: &Statements) -> Vec<Change> {
    let mut diff =
        Diff { spec, old, new, changes: vec![], known: HashMap::new(), visited: HashSet::new() };
    diff.siblings(old.outermost(), new.outermost(), Context::default(), [("", ""); 2]);
    if diff.changes.is_empty() && old.all != new.all {
        diff.changes.push(Change { what: "wording".to_owned(), ..Change::of(spec) });
    }
    diff.changes
}

struct Diff<'s> {
    spec: &'s Spec,
    old: &'s Statements,
    new: &'s Statements,
    changes: Vec<Change>,
    /// Where each change stands among `changes`.
    known: HashMap<(String, String, String, String), usize>,
    /// The pairs that refer to a schema, by where they stand and are used.
    visited: HashSet<(*const Statement, *const Statement, Context<'s>)>,
}

/// How what is compared is used.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
struct Context<'s> {
    operation: &'s str,
    part: Option<&'s (Direction, String)>,
    site: Option<&'s Site>,
    /// Whether it is forbidden by a `not`: what narrows it, widens the whole.
    is_negated: bool,
}

/// The pointers of what holds two statements, before and after references.
type Holders<'s> = [(&'s str, &'s str); 2];

impl<'s> Diff<'s> {
    fn siblings(
        &mut self,
        mut old: Vec<&'s Statement>,
        new: Vec<&'s Statement>,
        context: Context<'s>,
        holders: Holders<'s>,
    ) {
        let mut pairs = Vec::new();
        for after in new {
            let found = old.iter().position(|before| before.is_like(after));
            pairs.push((found.map(|index| old.remove(index)), Some(after)));
        }
        let is_part = |statement: &&Statement| statement.keyword == "alternative";
        let gone = old.iter().copied().filter(is_part).count();
        let come = pairs.iter().filter(|pair| pair.0.is_none()).filter_map(|pair| pair.1);
        let is_replaced = gone == come.filter(is_part).count();
        for (before, after) in pairs.iter_mut().filter(|pair| pair.0.is_none()) {
            let found = old.iter().position(|before| {
                after.is_some_and(|after| match before.keyword.as_str() {
                    "used part" | "unused part" => before.name == after.name,
                    keyword if keyword != after.keyword => false,
                    "operation" => shifts::is_same("path", &before.value, &after.value),
                    "parameter" => before.value == after.value,
                    "alternative" => is_replaced,
                    _ => false,
                })
            });
            *before = found.map(|index| old.remove(index));
        }
        pairs.extend(old.into_iter().map(|gone| (Some(gone), None)));
        if pairs.iter().any(is_another_type) {
            // The rest of the schema is that of another type.
            pairs.retain(|(before, after)| {
                let one = after.or(*before).map(|one| (one.keyword.as_str(), one.name.as_str()));
                matches!(one, Some(("type" | "name" | "required", "")))
            });
        }
        for (before, after) in pairs {
            match (before, after) {
                (Some(before), Some(after)) => self.pair(before, after, context, holders),
                (None, Some(one)) | (Some(one), None) if one.needs_other => {}
                _ => self.note(before, after, context, holders),
            }
        }
    }

    fn pair(
        &mut self,
        old: &'s Statement,
        new: &'s Statement,
        mut context: Context<'s>,
        holders: Holders<'s>,
    ) {
        if old.inside.is_none() || new.inside.is_none() {
            if !shifts::is_same(&new.keyword, &old.value, &new.value) {
                self.note(Some(old), Some(new), context, holders);
            }
            return;
        }
        match new.keyword.as_str() {
            "operation" => context.operation = &new.name,
            "not" => context.is_negated = true,
            _ => {}
        }
        if old.target.is_some() || new.target.is_some() {
            context.part = context.part.or(new.part.as_ref());
            context.site = new.site.as_ref().or(context.site);
            if !self.visited.insert((old, new, context)) {
                return;
            }
        }
        let ((before, from), (after, to)) = (self.old.inside(old), self.new.inside(new));
        self.siblings(before, after, context, [(&old.pointer, &new.pointer), (from, to)]);
    }

    /// Notes a change, or where else a known one reaches.
    fn note(
        &mut self,
        old: Option<&'s Statement>,
        new: Option<&'s Statement>,
        context: Context<'s>,
        holders: Holders<'s>,
    ) {
        let Some(one) = new.or(old) else { return };
        let value = |statement: Option<&'s Statement>| statement.map(|found| &found.value);
        let comes_required = old.is_none()
            && ["member", "parameter", "body"].contains(&one.keyword.as_str())
            && self.new.inside(one).0.iter().any(|s| s.keyword == "required" && s.value == true);
        let qualifier = match (context.is_negated, comes_required) {
            (true, _) => "not ",
            (_, true) => "required ",
            _ => "",
        };
        let operation = match one.keyword.as_str() {
            "operation" => &one.name,
            _ => context.operation,
        };
        let part = context.part.or(one.part.as_ref()).filter(|_| !operation.is_empty());
        let reached = part.map(|(direction, part)| Use {
            operation: operation.to_owned(),
            direction: *direction,
            part: part.clone(),
        });
        let place = |own: Option<&Statement>, moved: fn((&'s str, &'s str)) -> [&'s str; 2]| {
            own.map_or_else(|| elsewhere(&one.pointer, holders.map(moved)), |s| s.pointer.clone())
        };
        let old_place = place(old, |(old, new)| [new, old]);
        let new_place = place(new, |(old, new)| [old, new]);
        for told in shifts::told(&one.keyword, value(old), value(new), one.default.as_ref()) {
            let what = format!("{qualifier}{}", told.what);
            let values = format!("{:?} {:?}", told.old, told.new);
            let key = (old_place.clone(), new_place.clone(), what.clone(), values);
            let index = *self.known.entry(key).or_insert(self.changes.len());
            if index == self.changes.len() {
                self.changes.push(Change {
                    subject: one.subject.clone(),
                    what,
                    shift: told.shift,
                    old: told.old,
                    new: told.new,
                    old_place: old_place.clone(),
                    new_place: new_place.clone(),
                    ..Change::of(self.spec)
                });
            }
            let change = &mut self.changes[index];
            change.uses.extend(reached.clone());
            change.sites.extend(one.site.as_ref().or(context.site).cloned());
        }
    }
}

/// Whether a type became one whose other keywords have nothing to do with those of the old one.
fn is_another_type((old, new): &(Option<&Statement>, Option<&Statement>)) -> bool {
    let (Some(old), Some(new)) = (old, new) else { return false };
    let is_number = |value: &Value| value == "integer" || value == "number";
    new.keyword == "type"
        && old.value != new.value
        && !(is_number(&old.value) && is_number(&new.value))
}

/// Where what stands at `pointer` would stand in the other version: below what corresponds to its
/// holder.
fn elsewhere(pointer: &str, holders: [[&str; 2]; 2]) -> String {
    let moved = holders.iter().rev().find_map(|[from, to]| {
        let rest = pointer.strip_prefix(from).filter(|rest| rest.starts_with('/'))?;
        Some(format!("{to}{rest}"))
    });
    moved.unwrap_or_else(|| pointer.to_owned())
}
