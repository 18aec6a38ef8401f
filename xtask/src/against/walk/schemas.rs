//! Compares schemas, keyword by keyword and member by member.

use cloudfn_codegen::model::pointer;
use cloudfn_codegen::names::{enumeration_name, model_name, schema_name};
use serde_json::Value;

use super::raw::{self, Located};
use super::spot::{keys, Spot};
use super::Walk;
use crate::against::verdict::Shift;

/// The keywords that are compared in a way of their own.
const KNOWN: [&str; 8] =
    ["properties", "required", "enum", "items", "not", "additionalProperties", "oneOf", "anyOf"];

impl Walk<'_> {
    /// Compares the schemas at a place of both specs.
    pub(super) fn schema(&mut self, spot: &Spot) {
        let (Some(old), Some(new)) = self.pair(spot) else { return };
        self.beside_references(spot);
        let here = self.named(spot.followed(Some(&old), Some(&new)), &old, &new);
        let pair = (old.pointer.clone(), new.pointer.clone());
        if self.active.contains(&pair) {
            return;
        }
        let is_scalar =
            |schema: &Value| schema.get("properties").is_none() && !schema["type"].is_null();
        let visit = (pair.0.clone(), pair.1.clone(), self.reach.clone());
        let is_new = self.visited.schemas.insert(visit);
        let is_cheap = is_scalar(old.value) && is_scalar(new.value);
        if !is_new && !is_cheap {
            return;
        }
        self.active.push(pair);
        self.both(&here, old.value, new.value);
        self.active.pop();
    }

    /// Compares what stands beside two references.
    fn beside_references(&mut self, spot: &Spot) {
        let there = (self.old.as_json().pointer(&spot.old), self.new.as_json().pointer(&spot.new));
        if let (Some(old), Some(new)) = there {
            let refer = [raw::reference(self.old, &spot.old), raw::reference(self.new, &spot.new)];
            if refer.iter().all(Option::is_some) {
                self.keywords(spot, (old, new), |key| key == "$ref" || key == "allOf");
            }
        }
    }

    fn both(&mut self, here: &Spot, old: &Value, new: &Value) {
        self.keyword(&here.key("type"), "type", (old.get("type"), new.get("type")));
        let is_number = |kind: &str| ["integer", "number"].contains(&kind);
        if let (Some(before), Some(after)) = (old["type"].as_str(), new["type"].as_str()) {
            if before != after && !(is_number(before) && is_number(after)) {
                // The rest of the schema is that of another type.
                return;
            }
        }
        self.rest(here, |key| KNOWN.contains(&key) || key == "type");
        self.values(here, old.get("enum"), new.get("enum"));
        self.members(here, old, new);
        self.other_members(here, old.get("additionalProperties"), new.get("additionalProperties"));
        self.inner(here.key("items").called(format!("{}[]", here.subject)), old, new, "items");
        let was_negated = std::mem::replace(&mut self.is_negated, true);
        self.inner(here.key("not"), old, new, "not");
        self.is_negated = was_negated;
        for key in ["oneOf", "anyOf"] {
            self.alternatives(here, key, &old[key], &new[key]);
        }
    }

    /// Compares the schema under `key`.
    fn inner(&mut self, spot: Spot, old: &Value, new: &Value, key: &str) {
        match (old.get(key), new.get(key)) {
            (Some(_), Some(_)) => self.schema(&spot),
            there => self.keyword(&spot, key, there),
        }
    }

    /// The spot with the subject and site of a schema that has a name in Rust, which is noted
    /// where it differs.
    fn named(&mut self, mut spot: Spot, old: &Located<'_>, new: &Located<'_>) -> Spot {
        if let Some(name) = pointer::whole_component(&new.pointer) {
            spot.subject = name.to_owned();
        }
        let is_named = |found: &Located<'_>| {
            let is_enumeration = found.value["enum"].is_array();
            found.value["properties"].is_object()
                || (is_enumeration && pointer::whole_component(&found.pointer).is_some())
        };
        if is_named(old) && is_named(new) {
            let before = model_name(&schema_name(self.old, &old.pointer));
            let after = model_name(&schema_name(self.new, &new.pointer));
            if before != after {
                let spot = spot.clone().with_site(format!("types::{after}"), "");
                let values = (Some(before.into()), Some(after.into()));
                self.note(&spot, "name", Shift::Changed, values);
            }
        }
        spot
    }

    /// Compares the values of an enumeration.
    fn values(&mut self, here: &Spot, old: Option<&Value>, new: Option<&Value>) {
        let (Some(before), Some(after)) = (old, new) else {
            let spot = here.key("enum");
            if old != new {
                let shift = if old.is_none() { Shift::Narrowed } else { Shift::Widened };
                self.note(&spot, "enum", shift, (old.cloned(), new.cloned()));
            }
            return;
        };
        let name = enumeration_name(self.new, &here.new, None);
        let spot = here.key("enum").with_site(format!("types::{name}"), "");
        let missing = |from: &Value, others: &Value| -> Vec<Value> {
            let has = |value: &Value| others.as_array().is_some_and(|list| list.contains(value));
            from.as_array().into_iter().flatten().filter(|value| !has(value)).cloned().collect()
        };
        let (lost, added) = (missing(before, after), missing(after, before));
        if !lost.is_empty() {
            self.note(&spot, "values lost", Shift::Narrowed, (Some(lost.into()), None));
        }
        if !added.is_empty() {
            self.note(&spot, "new values", Shift::Widened, (None, Some(added.into())));
        }
    }

    /// Compares the members of an object, and which of them are required.
    fn members(&mut self, here: &Spot, old: &Value, new: &Value) {
        let (before, after) = (&old["properties"], &new["properties"]);
        let owner = match new["properties"].is_object() {
            true => schema_name(self.new, &here.new),
            false => schema_name(self.old, &here.old),
        };
        let requires = |schema: &Value, name: &str| {
            schema["required"].as_array().is_some_and(|list| list.iter().any(|n| n == name))
        };
        for name in keys(before, after) {
            let spot = here
                .key("properties")
                .key(&name)
                .called(format!("{}.{name}", here.subject))
                .with_site(format!("types::{}", model_name(&owner)), name.clone());
            match (before.get(&name), after.get(&name)) {
                (Some(_), Some(_)) => {
                    self.requirement(
                        here,
                        &spot,
                        &name,
                        requires(old, &name),
                        requires(new, &name),
                    );
                    self.schema(&spot);
                }
                (_, Some(_)) => {
                    let what = match requires(new, &name) {
                        true => "required member",
                        false => "member",
                    };
                    self.note(&spot, what, Shift::Added, (None, Some(name.into())));
                }
                _ => self.note(&spot, "member", Shift::Removed, (Some(name.into()), None)),
            }
        }
        let names = |schema: &Value| schema["required"].as_array().map_or(0, Vec::len);
        if names(old) == 0 && names(new) == 0 {
            let there = (old.get("required"), new.get("required"));
            if there.0 != there.1 {
                let values = (there.0.cloned(), there.1.cloned());
                self.note(&here.key("required"), "required", Shift::Same, values);
            }
        }
    }

    fn requirement(&mut self, here: &Spot, member: &Spot, name: &str, old: bool, new: bool) {
        if old != new {
            let spot = Spot {
                subject: member.subject.clone(),
                site: member.site.clone(),
                ..here.key("required").key(name)
            };
            let shift = if new { Shift::Narrowed } else { Shift::Widened };
            self.note(&spot, "required", shift, (Some(old.into()), Some(new.into())));
        }
    }

    /// Compares what an object may hold beside its members.
    fn other_members(&mut self, here: &Spot, old: Option<&Value>, new: Option<&Value>) {
        let spot = here.key("additionalProperties").called(format!("{}{{}}", here.subject));
        let rank = |value: Option<&Value>| match value {
            Some(Value::Bool(false)) => 0,
            Some(Value::Object(schema)) if !schema.is_empty() => 1,
            _ => 2,
        };
        match (rank(old), rank(new)) {
            (1, 1) => self.schema(&spot),
            (before, after) if old != new => {
                let shift = match before.cmp(&after) {
                    std::cmp::Ordering::Less => Shift::Widened,
                    std::cmp::Ordering::Equal => Shift::Same,
                    std::cmp::Ordering::Greater => Shift::Narrowed,
                };
                let values = (old.cloned(), new.cloned());
                self.note(&spot, "additionalProperties", shift, values);
            }
            _ => {}
        }
    }

    /// Compares the parts of `oneOf` or `anyOf`: those that are the same first, then the
    /// rest in their order, unless some came and none went, or the other way round.
    fn alternatives(&mut self, here: &Spot, key: &str, old: &Value, new: &Value) {
        let (before, after) = (parts(old), parts(new));
        let mut open: Vec<usize> = (0..before.len()).collect();
        let mut pairs = Vec::new();
        for (index, part) in after.iter().enumerate() {
            let same = |other: &usize| before[*other] == *part;
            pairs.push((open.iter().position(same).map(|found| open.remove(found)), index));
        }
        let rest = pairs.iter().filter(|pair| pair.0.is_none()).count();
        if rest == open.len() {
            for pair in pairs.iter_mut().filter(|pair| pair.0.is_none()).take(open.len()) {
                pair.0 = Some(open.remove(0));
            }
        }
        let list = here.key(key).called(format!("{} ({key})", here.subject));
        let at = |old: usize, new: usize| Spot {
            old: pointer::join(&list.old, &old.to_string()),
            new: pointer::join(&list.new, &new.to_string()),
            ..list.clone()
        };
        for (found, index) in pairs {
            match found {
                Some(found) => self.schema(&at(found, index)),
                None => {
                    let value = Some(after[index].clone());
                    self.note(&at(index, index), "alternative", Shift::Added, (None, value));
                }
            }
        }
        for gone in open {
            let value = Some(before[gone].clone());
            self.note(&at(gone, gone), "alternative", Shift::Removed, (value, None));
        }
    }
}

fn parts(list: &Value) -> Vec<&Value> {
    list.as_array().map_or_else(Vec::new, |list| list.iter().collect())
}
