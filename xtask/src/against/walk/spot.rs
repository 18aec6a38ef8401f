//! Places in both specs, and what stands there.

use std::collections::BTreeSet;

use cloudfn_codegen::model::pointer::join;
use serde_json::Value;

use super::raw::{members, Located};
use super::ANNOTATIONS;
use crate::against::change::Site;
use crate::against::verdict::Shift;

/// A place in both specs.
#[derive(Clone, Debug)]
pub struct Spot {
    /// What stands there, for a reader.
    pub subject: String,
    /// JSON pointer in the old spec.
    pub old: String,
    /// JSON pointer in the new spec.
    pub new: String,
    /// What of the generated client is made of it.
    pub site: Option<Site>,
}

impl Spot {
    /// A place that is the same in both specs.
    pub fn whole(at: &str) -> Self {
        Self { subject: String::new(), old: at.to_owned(), new: at.to_owned(), site: None }
    }

    /// A place that a reader knows as `subject`.
    pub fn new(subject: impl Into<String>, old: &str, new: &str) -> Self {
        Self { subject: subject.into(), old: old.to_owned(), new: new.to_owned(), site: None }
    }

    /// The same, with what is made of it in the generated client.
    pub fn with_site(self, owner: impl Into<String>, member: impl Into<String>) -> Self {
        Self { site: Some(Site { owner: owner.into(), member: member.into() }), ..self }
    }

    /// The place of `key` inside.
    pub fn key(&self, key: &str) -> Self {
        Self { old: join(&self.old, key), new: join(&self.new, key), ..self.clone() }
    }

    /// The place where references led to.
    pub fn followed(&self, old: Option<&Located<'_>>, new: Option<&Located<'_>>) -> Self {
        let pointer = |found: Option<&Located<'_>>, at: &String| {
            found.map_or_else(|| at.clone(), |found| found.pointer.clone())
        };
        Self { old: pointer(old, &self.old), new: pointer(new, &self.new), ..self.clone() }
    }

    /// The same under another name.
    pub fn called(self, subject: impl Into<String>) -> Self {
        Self { subject: subject.into(), ..self }
    }
}

/// What stands at a place; null where nothing does.
pub fn value<'v>(located: Option<&Located<'v>>) -> &'v Value {
    located.map_or(&Value::Null, |located| located.value)
}

/// The keys of either object.
pub fn keys(old: &Value, new: &Value) -> BTreeSet<String> {
    members(old).chain(members(new)).map(|(key, _)| key.clone()).collect()
}

/// Whether something came, went or is another one.
pub fn presence(old: bool, new: bool) -> Shift {
    match (old, new) {
        (false, true) => Shift::Added,
        (true, false) => Shift::Removed,
        _ => Shift::Changed,
    }
}

/// A copy without what only describes.
pub fn without_annotations(value: &Value) -> Value {
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
