//! What a stateful server keeps: the resources that requests create, change and delete.
//!
//! An item keeps facts by name: what requests set, and the variables of its path. A response is the
//! documented sample with the facts that it has a member for.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use cloudfn_schema::{Kind, Schema};

use super::answer::{members, Answer};
use super::check;
use super::form::{composed, filled, parts, variables};
use super::pages;
use super::received::Received;
use crate::registry::{Api, Collection, Effect, Operation, Refusal, Resource};

/// The limits of what is kept, of all items together.
const MAX_ITEMS: usize = 1000;
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// What a stateful server keeps.
#[derive(Debug, Default)]
pub(super) struct State {
    items: Vec<Item>,
    /// The number of generated values.
    generated: u64,
}

/// A resource.
#[derive(Clone, Debug)]
struct Item {
    /// Collections and keys, in turns.
    path: Vec<String>,
    /// What is known of it; null is known not to be set.
    facts: Facts,
    /// The size of its facts.
    bytes: usize,
}

type Facts = Map<String, Value>;

impl Item {
    fn new(path: Vec<String>, facts: Facts) -> Self {
        let bytes = serde_json::to_vec(&facts).map_or(0, |text| text.len());
        Self { path, facts, bytes }
    }
}

impl State {
    /// The response to a valid request; `None` if the operation has nothing to do with resources.
    pub(super) fn respond(
        &mut self,
        api: &Api,
        operation: &Operation,
        request: &Received,
    ) -> Option<Answer> {
        let call = Call::new(api, operation, operation.resource.as_ref()?, request);
        Some(match (self.apply(&call), call.resource.effect) {
            (Ok(all), Effect::List) => pages::page(operation, request, all),
            (Ok(sample), Effect::Use) => pages::of(operation, request, sample),
            (Ok(answer) | Err(answer), _) => answer,
        })
    }

    fn apply(&mut self, call: &Call<'_>) -> Result<Answer, Answer> {
        match call.resource.effect {
            Effect::List => return self.list(call),
            Effect::Order => self.order(call)?,
            Effect::Create | Effect::Set => return self.create(call),
            Effect::Use => drop(self.find(call)?),
            Effect::Read => return Ok(call.shown(&self.items[self.find(call)?])),
            Effect::Update => {
                let index = self.find(call)?;
                let mut facts = self.items[index].facts.clone();
                facts.extend(call.facts());
                let item = Item::new(self.items[index].path.clone(), facts);
                if !self.has_room(&item, Some(index)) {
                    return Err(call.full());
                }
                self.items[index] = item;
                return Ok(call.shown(&self.items[index]));
            }
            Effect::Delete => {
                let index = self.find(call)?;
                let path = self.items[index].path.clone();
                self.items.retain(|item| !item.path.starts_with(&path));
            }
        }
        Ok(Answer::success(call.api, call.operation))
    }

    fn create(&mut self, call: &Call<'_>) -> Result<Answer, Answer> {
        let (path, generated) = self.new_path(call);
        self.require(call, &path[..path.len().saturating_sub(2)])?;
        let replaced = self.position(&path);
        if replaced.is_some() && call.resource.effect == Effect::Create {
            return Err(call.exists(&path));
        }
        // It begins as what it belongs to is, like a version of a function.
        let owner = path.len().checked_sub(2).and_then(|end| self.position(&path[..end]));
        let mut facts = owner.map(|owner| self.items[owner].facts.clone()).unwrap_or_default();
        facts.retain(|name, _| call.shows(name));
        facts.extend(call.unset());
        facts.extend(call.facts());
        facts.extend(generated);
        // Other responses show the texts that this one shows.
        for (name, part) in call.parts_of_sample() {
            facts.entry(name).or_insert(part);
        }
        let item = Item::new(path, facts);
        if !self.has_room(&item, replaced) {
            return Err(call.full());
        }
        let answer = call.shown(&item);
        match replaced {
            Some(index) => self.items[index] = item,
            None => self.items.push(item),
        }
        Ok(answer)
    }

    /// The path of a new item, with the facts that were generated for it.
    fn new_path(&mut self, call: &Call<'_>) -> (Vec<String>, Facts) {
        if let Some(path) = call.path() {
            return (path, Facts::new());
        }
        let template = call.template();
        let name = template.rsplit('/').nth(1).unwrap_or_default();
        let collection = call.api.collections.iter().find(|collection| collection.name == name);
        loop {
            self.generated += 1;
            let mut known = call.variables.clone();
            let mut facts = Facts::new();
            for (name, form) in collection.map_or(&[][..], |collection| collection.fresh) {
                if !known.contains_key(*name) {
                    let value = form.replace("{n}", &format!("{:06}", self.generated));
                    facts.insert((*name).to_owned(), value.clone().into());
                    known.insert((*name).to_owned(), value);
                }
            }
            let path = filled(template, &known).unwrap_or_default();
            if self.position(&path).is_none() || facts.is_empty() {
                return (path, facts);
            }
        }
    }

    fn list(&self, call: &Call<'_>) -> Result<Answer, Answer> {
        let mut found = Vec::new();
        for path in call.resource.paths.iter().filter_map(|path| filled(path, &call.variables)) {
            self.require(call, &path)?;
            let is_listed = |item: &&Item| match path.len() % 2 {
                0 => item.path == path,
                _ => item.path.len() == path.len() + 1 && item.path.starts_with(&path),
            };
            found.extend(self.items.iter().filter(is_listed).filter(|item| call.selects(item)));
        }
        Ok(call.listed(&found))
    }

    fn order(&mut self, call: &Call<'_>) -> Result<(), Answer> {
        let keys = call.resource.keys.and_then(|keys| call.body.get(keys)?.as_array());
        let mut found = Vec::new();
        for key in keys.into_iter().flatten().filter_map(Value::as_str) {
            let template = call.template();
            let known = variables(template).map(|name| (name.to_owned(), key.to_owned()));
            let known = call.variables.clone().into_iter().chain(known).collect();
            let path = filled(template, &known).unwrap_or_default();
            self.require(call, &path)?;
            found.extend(self.position(&path).filter(|index| !found.contains(index)));
        }
        let items: Vec<Item> = found.iter().map(|index| self.items[*index].clone()).collect();
        found.sort_unstable();
        for (index, item) in found.into_iter().zip(items) {
            self.items[index] = item;
        }
        Ok(())
    }

    /// The position of the item that a call is about.
    fn find(&self, call: &Call<'_>) -> Result<usize, Answer> {
        // A text of another form names nothing that exists.
        let unnamed = || call.template().split('/').skip(1).map(str::to_owned).collect();
        let path = call.path().unwrap_or_else(unnamed);
        self.require(call, &path)?;
        self.position(&path).ok_or_else(|| call.unknown(&path))
    }

    /// Refuses a path with an item that does not exist.
    fn require(&self, call: &Call<'_>, path: &[String]) -> Result<(), Answer> {
        let mut items = (2..=path.len()).step_by(2).map(|end| &path[..end]);
        match items.find(|path| self.position(path).is_none()) {
            Some(missing) => Err(call.unknown(missing)),
            None => Ok(()),
        }
    }

    fn position(&self, path: &[String]) -> Option<usize> {
        self.items.iter().position(|item| item.path == path)
    }

    /// Whether `new` can be kept in place of the item at `old`.
    fn has_room(&self, new: &Item, old: Option<usize>) -> bool {
        let others = self.items.iter().enumerate().filter(|(index, _)| Some(*index) != old);
        let (count, bytes) = others
            .fold((1, new.bytes), |(count, bytes), (_, item)| (count + 1, bytes + item.bytes));
        count <= MAX_ITEMS && bytes <= MAX_BYTES
    }
}

/// A request that has to do with a resource.
struct Call<'r> {
    api: &'r Api,
    operation: &'r Operation,
    resource: &'r Resource,
    parameters: BTreeMap<String, String>,
    /// The parts of parameters and members of the body.
    parts: BTreeMap<String, String>,
    body: Facts,
    /// What paths are made of: parameters before parts, and parts before members of the body.
    variables: BTreeMap<String, String>,
}

impl<'r> Call<'r> {
    fn new(
        api: &'r Api,
        operation: &'r Operation,
        resource: &'r Resource,
        request: &Received,
    ) -> Self {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let body = match body {
            Value::Object(body) => body,
            _ => Facts::new(),
        };
        let given = operation.parameters.iter().filter_map(|parameter| {
            let texts = check::texts(operation, parameter, request).ok()?;
            Some((parameter.name.to_owned(), texts.into_iter().next()?))
        });
        let parameters: BTreeMap<_, _> = given.collect();
        let text =
            |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
        let mut variables: BTreeMap<_, _> = body.iter().filter_map(text).collect();
        variables.extend(parameters.clone());
        let parts = variables.iter().flat_map(|(name, text)| parts_of(api, name, text));
        let parts: BTreeMap<_, _> = parts.collect();
        variables.extend(parts.clone());
        variables.extend(parameters.clone());
        Self { api, operation, resource, parameters, parts, body, variables }
    }

    /// The path of the item.
    fn path(&self) -> Option<Vec<String>> {
        self.resource.paths.iter().find_map(|path| filled(path, &self.variables))
    }

    /// The template of the path that applies in the end.
    fn template(&self) -> &'static str {
        self.resource.paths.last().copied().unwrap_or_default()
    }

    /// What the request says of an item.
    fn facts(&self) -> Facts {
        let of_parts = self.parts.iter().map(|(name, text)| (name.clone(), text.clone().into()));
        let mut facts: Facts = of_parts.collect();
        facts.extend(self.body.clone());
        for name in self.resource.paths.iter().flat_map(|path| variables(path)) {
            if let Some(text) = self.variables.get(name) {
                facts.insert(name.to_owned(), text.clone().into());
            }
        }
        facts
    }

    /// Whether the response shows a fact, or composes texts of it.
    fn shows(&self, name: &str) -> bool {
        let response = self.operation.table.responses.iter().find(|r| r.status.starts_with('2'));
        let item = response.and_then(|response| schema_at(response.body?, self.resource.item));
        let is_member = |schema: &Schema| match &schema.kind {
            Kind::Object(object) => object.members.iter().any(|member| member.name == name),
            _ => false,
        };
        let forms = self.api.forms.iter().flat_map(|(_, forms)| *forms);
        let mut parts = forms.flat_map(|form| variables(form));
        item.is_some_and(is_member) || parts.any(|part| part.split('=').next() == Some(name))
    }

    /// What the request could have set and did not: the documented default, or null.
    fn unset(&self) -> Facts {
        let model = self.operation.request;
        let members = model.map_or(&[][..], |model| members(self.api, model));
        let default = |text: Option<&str>| text.and_then(|text| serde_json::from_str(text).ok());
        let unset = members.iter().map(|m| (m.name.to_owned(), default(m.default)));
        unset.map(|(name, default)| (name, default.unwrap_or(Value::Null))).collect()
    }

    /// Whether a list has this item: it has the values of the parameters.
    fn selects(&self, item: &Item) -> bool {
        self.parameters.iter().all(|(name, text)| match item.facts.get(name) {
            Some(Value::String(fact)) => fact == text,
            Some(fact) => format!("{fact}") == *text,
            None => true,
        })
    }

    /// The documented success, with what `change` makes of the sample of the item or list.
    fn success(&self, change: impl FnOnce(&Value, &'static Schema) -> Value) -> Answer {
        let mut answer = Answer::success(self.api, self.operation);
        let response = self.operation.table.response(answer.status);
        let Some(schema) =
            response.and_then(|response| schema_at(response.body?, self.resource.item))
        else {
            return answer;
        };
        let mut body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let sample = body.pointer(self.resource.item).unwrap_or(&Value::Null);
        let changed = change(sample, schema);
        if let (Some(count), Some(items)) = (self.resource.count, changed.as_array()) {
            put(&mut body, count, items.len().into());
        }
        put(&mut body, self.resource.item, changed);
        answer.body = body.to_string().into();
        answer
    }

    fn shown(&self, item: &Item) -> Answer {
        self.success(|sample, schema| self.with_facts(sample, schema, &item.facts))
    }

    fn listed(&self, items: &[&Item]) -> Answer {
        self.success(|sample, schema| {
            let Kind::Array { items: Some(of), .. } = &schema.kind else { return sample.clone() };
            let sample = sample.get(0).unwrap_or(&Value::Null);
            items.iter().map(|item| self.with_facts(sample, of.resolved(), &item.facts)).collect()
        })
    }

    /// The sample of an item, with the facts that it has members for.
    fn with_facts(&self, sample: &Value, schema: &'static Schema, facts: &Facts) -> Value {
        let Kind::Object(object) = &schema.kind else { return sample.clone() };
        let mut shown = sample.as_object().cloned().unwrap_or_default();
        for member in object.members {
            let name = member.name;
            let text = || self.composed(name, sample.get(name), facts).map(Value::from);
            match facts.get(name).cloned().or_else(text) {
                Some(Value::Null) if !member.required => drop(shown.remove(name)),
                Some(fact) if cloudfn_schema::check(member.schema, &fact).is_empty() => {
                    shown.insert(name.to_owned(), fact);
                }
                _ => {}
            }
        }
        shown.into()
    }

    /// A text with parts, with those that are known.
    fn composed(&self, name: &str, sample: Option<&Value>, facts: &Facts) -> Option<String> {
        let sample = sample.and_then(Value::as_str).unwrap_or_default();
        let has_form = |form: &&&str| sample.is_empty() || parts(form, sample).is_some();
        let form = forms(self.api, name).iter().find(has_form)?;
        composed(form, sample, |name| facts.get(name)?.as_str())
    }

    /// The parts of the texts in the sample of an item.
    fn parts_of_sample(&self) -> Facts {
        let body: Value = serde_json::from_slice(&Answer::success(self.api, self.operation).body)
            .unwrap_or_default();
        let sample = body.pointer(self.resource.item).and_then(Value::as_object);
        let texts = sample.into_iter().flatten();
        let texts = texts.filter_map(|(name, value)| Some((name, value.as_str()?)));
        let parts = texts.flat_map(|(name, text)| parts_of(self.api, name, text));
        parts.map(|(name, text)| (name, text.into())).collect()
    }

    /// The response if there is no room for an item.
    fn full(&self) -> Answer {
        let message =
            format!("the mock server keeps at most {MAX_ITEMS} items, and {MAX_BYTES} bytes");
        Answer::refusal(self.api, self.operation, 403, &message)
    }

    /// The response if there is no such item.
    fn unknown(&self, path: &[String]) -> Answer {
        self.refusal(path, 404, |collection| Some(&collection.unknown))
    }

    /// The response if there is such an item.
    fn exists(&self, path: &[String]) -> Answer {
        self.refusal(path, 409, |collection| collection.exists.as_ref())
    }

    fn refusal(
        &self,
        path: &[String],
        status: u16,
        documented: fn(&Collection) -> Option<&Refusal>,
    ) -> Answer {
        let name = path.len().checked_sub(2).map_or("", |index| path[index].as_str());
        let collection = self.api.collections.iter().find(|collection| collection.name == name);
        match collection.and_then(documented) {
            Some(refusal) => Answer::json(refusal.status, refusal.body),
            None => Answer::refusal(self.api, self.operation, status, "refused by the mock server"),
        }
    }
}

/// The forms of a text.
fn forms(api: &Api, name: &str) -> &'static [&'static str] {
    let mut forms = api.forms.iter();
    forms.find(|(named, _)| *named == name).map_or(&[], |(_, forms)| forms)
}

/// The parts of a text, in the first of its forms that it has.
fn parts_of(api: &Api, name: &str, text: &str) -> Vec<(String, String)> {
    forms(api, name).iter().find_map(|form| parts(form, text)).unwrap_or_default()
}

/// The schema at a JSON pointer.
fn schema_at(schema: &'static Schema, pointer: &str) -> Option<&'static Schema> {
    pointer.split('/').skip(1).try_fold(schema.resolved(), |schema, name| match &schema.kind {
        Kind::Object(object) => {
            Some(object.members.iter().find(|member| member.name == name)?.schema.resolved())
        }
        _ => None,
    })
}

/// Puts a value at a JSON pointer.
fn put(into: &mut Value, pointer: &str, value: Value) {
    let at = pointer.split('/').skip(1).fold(into, |at, name| {
        if !at.is_object() {
            *at = Facts::new().into();
        }
        &mut at[name]
    });
    *at = value;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Facts, Item, State, MAX_BYTES};

    #[test]
    fn it_keeps_a_limited_number_of_bytes() {
        let mut facts = Facts::new();
        facts.insert("a".to_owned(), json!("b"));
        assert_eq!(Item::new(Vec::new(), facts.clone()).bytes, r#"{"a":"b"}"#.len());

        let item = |bytes| Item { path: Vec::new(), facts: facts.clone(), bytes };
        let state = State { items: vec![item(MAX_BYTES - 1)], generated: 0 };
        assert!(state.has_room(&item(1), None) && !state.has_room(&item(2), None));
        assert!(state.has_room(&item(MAX_BYTES), Some(0)));
    }
}
