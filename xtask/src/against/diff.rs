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
    diff.siblings(old.outermost(), new.outermost(), Context::default(), &[]);
    if diff.changes.is_empty() && !is_written_alike(old, new) {
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

/// What holds two statements, before and after references.
type Holders<'s> = [(&'s Statement, &'s Statement)];

impl<'s> Diff<'s> {
    fn siblings(
        &mut self,
        mut old: Vec<&'s Statement>,
        new: Vec<&'s Statement>,
        context: Context<'s>,
        holders: &Holders<'s>,
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
            let is_other = |before: &&Statement| {
                after.is_some_and(|after| is_other_form(before, after, is_replaced))
            };
            *before = old.iter().position(is_other).map(|index| old.remove(index));
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
        holders: &Holders<'s>,
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
        self.siblings(before, after, context, &[(from, to), (old, new)]);
    }

    /// Notes a change, or where else a known one reaches.
    fn note(
        &mut self,
        old: Option<&'s Statement>,
        new: Option<&'s Statement>,
        context: Context<'s>,
        holders: &Holders<'s>,
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
        let pointer: Of = |statement| &statement.pointer;
        let place = |own: Option<&Statement>, is_new| match own {
            Some(own) => own.pointer.clone(),
            None => moved(&one.pointer, holders, is_new, pointer),
        };
        let (old_place, new_place) = (place(old, false), place(new, true));
        let subject = match new {
            Some(new) => new.subject.clone(),
            None => moved(&one.subject, holders, true, |statement| &statement.subject),
        };
        for told in shifts::told(&one.keyword, value(old), value(new), one.default.as_ref()) {
            let what = format!("{qualifier}{}", told.what);
            let values = format!("{:?} {:?}", told.old, told.new);
            let key = (old_place.clone(), new_place.clone(), what.clone(), values);
            let index = *self.known.entry(key).or_insert(self.changes.len());
            if index == self.changes.len() {
                self.changes.push(Change {
                    subject: subject.clone(),
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

/// Whether what has no equal in the other version is the same in another form; `is_replaced` says
/// so of alternatives, if as many came as went.
fn is_other_form(old: &Statement, new: &Statement, is_replaced: bool) -> bool {
    match old.keyword.as_str() {
        "used part" | "unused part" => old.name == new.name,
        keyword if keyword != new.keyword => false,
        "operation" => shifts::is_same("path", &old.value, &new.value),
        "parameter" => old.value == new.value,
        "alternative" => is_replaced,
        _ => false,
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

/// What a statement tells of its place.
type Of = fn(&Statement) -> &String;

/// Where what is there in one version alone would be in the other one: in what corresponds to its
/// holder.
fn moved(text: &str, holders: &Holders<'_>, is_new: bool, of: Of) -> String {
    let moved = holders.iter().find_map(|(old, new)| {
        let (from, to) = if is_new { (of(old), of(new)) } else { (of(new), of(old)) };
        let rest = text.strip_prefix(&**from).filter(|_| !from.is_empty())?;
        let is_inside = rest.is_empty() || rest.starts_with(['/', '.', '[', '{', ' ']);
        is_inside.then(|| format!("{to}{rest}"))
    });
    moved.unwrap_or_else(|| text.to_owned())
}

/// Whether two versions say the same at the same places, but for what only describes.
fn is_written_alike(old: &Statements, new: &Statements) -> bool {
    let is_alike = |(old, new): (&Statement, &Statement)| {
        old.pointer == new.pointer
            && (old.is_like(new) || old.keyword == "alternative")
            && (old.inside.is_some() || old.value == new.value)
    };
    old.all.len() == new.all.len() && old.all.iter().zip(&new.all).all(is_alike)
}
