//! Matches operations, and compares what a call is as a whole.

use cloudfn_codegen::model::{pointer::join, METHODS};
use heck::ToUpperCamelCase;
use serde_json::Value;

use super::raw::{self, Operation};
use super::spot::{keys, presence, Spot};
use super::Walk;
use crate::against::verdict::{Direction, Shift};

/// The keys of an operation that are compared one by one.
const KNOWN: [&str; 7] =
    ["operationId", "parameters", "requestBody", "responses", "security", "servers", "deprecated"];

impl Walk<'_> {
    /// Compares all operations.
    pub(super) fn operations(&mut self) {
        let (old, new) = (raw::operations(self.old), raw::operations(self.new));
        let mut unmatched: Vec<&Operation<'_>> = Vec::new();
        for before in &old {
            match new.iter().find(|after| after.id == before.id) {
                Some(after) => self.operation(before, after),
                None => unmatched.push(before),
            }
        }
        for after in &new {
            if old.iter().any(|before| before.id == after.id) {
                continue;
            }
            let same_call = |before: &&Operation<'_>| {
                before.method == after.method && shape(before.path) == shape(after.path)
            };
            match unmatched.iter().position(same_call) {
                Some(index) => self.renamed(unmatched.remove(index), after),
                None => self.one_sided(after, Shift::Added),
            }
        }
        for before in unmatched {
            self.one_sided(before, Shift::Removed);
        }
    }

    fn renamed(&mut self, old: &Operation<'_>, new: &Operation<'_>) {
        self.operation(old, new);
        let values = (Some(Value::from(old.id)), Some(Value::from(new.id)));
        let spot = Spot::new(new.id, &old.pointer, &new.pointer).key("operationId");
        self.reaching(new.id, Direction::Call, "operation", |walk| {
            walk.note(&spot, "operationId", Shift::Changed, values);
        });
    }

    /// An operation that one version alone has.
    fn one_sided(&mut self, operation: &Operation<'_>, shift: Shift) {
        let call = Some(Value::from(format!("{} {}", operation.method, operation.path)));
        let values = match shift {
            Shift::Removed => (call, None),
            _ => (None, call),
        };
        let spot = Spot::new(operation.id, &operation.pointer, &operation.pointer)
            .with_site(builder(operation.id), "");
        self.reaching(operation.id, Direction::Call, "operation", |walk| {
            walk.note(&spot, "operation", shift, values);
        });
    }

    fn operation(&mut self, old: &Operation<'_>, new: &Operation<'_>) {
        let spot = Spot::new(new.id, &old.pointer, &new.pointer);
        self.reaching(new.id, Direction::Call, "operation", |walk| {
            let text = |text: &str| Some(Value::from(text));
            if old.method != new.method {
                let values = (text(&old.method), text(&new.method));
                walk.note(&spot, "method", Shift::Changed, values);
            }
            if shape(old.path) != shape(new.path) {
                let values = (text(old.path), text(new.path));
                walk.note(&spot, "path", Shift::Changed, values);
            }
            let deprecated = (old.value.get("deprecated"), new.value.get("deprecated"));
            walk.keyword(&spot.key("deprecated"), "deprecated", deprecated);
            walk.rest(&spot, |key| KNOWN.contains(&key));
            walk.path_item(old, new);
            walk.security(old, new);
            walk.servers(old, new);
        });
        self.parameters(old, new);
        self.request(old, new);
        self.responses(old, new);
    }

    /// What a path item says beside its operations and what is compared with each of them.
    fn path_item(&mut self, old: &Operation<'_>, new: &Operation<'_>) {
        let at = |operation: &Operation<'_>| join("/paths", operation.path);
        let spot = Spot::new(new.path, &at(old), &at(new));
        self.rest(&spot, |key| METHODS.contains(&key) || ["parameters", "servers"].contains(&key));
    }

    /// Compares which statuses there are, and what comes with each.
    fn responses(&mut self, old: &Operation<'_>, new: &Operation<'_>) {
        let (before, after) = (&old.value["responses"], &new.value["responses"]);
        let all = Spot::new(new.id, &old.pointer, &new.pointer).key("responses");
        for status in keys(before, after) {
            let spot = all.key(&status).called(format!("{} response {status}", new.id));
            let part = format!("response {status}");
            let there = (before.get(&status), after.get(&status));
            if let (Some(_), Some(_)) = there {
                self.reaching(new.id, Direction::Response, &part, |walk| {
                    walk.response(&spot, new.id);
                });
                continue;
            }
            let what = match status.starts_with('2') {
                true => "success status",
                false => "error status",
            };
            let named = |there: Option<&Value>| there.map(|_| Value::from(status.clone()));
            self.reaching(new.id, Direction::Call, &part, |walk| {
                let shift = presence(there.0.is_some(), there.1.is_some());
                let values = (named(there.0), named(there.1));
                walk.note(&spot.with_site(builder(new.id), "send"), what, shift, values);
            });
        }
    }
}

/// The builder of an operation's call, as a type of the generated client.
pub(super) fn builder(operation: &str) -> String {
    format!("builder::{}", operation.to_upper_camel_case())
}

/// A path template without the names of its parameters.
fn shape(path: &str) -> String {
    let mut shape = String::new();
    let mut inside = false;
    for c in path.chars() {
        inside = (inside || c == '{') && c != '}';
        if !inside {
            shape.push(c);
        }
    }
    shape
}

/// The names of the parameters of a path template, in order.
pub(super) fn names_in(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
}
