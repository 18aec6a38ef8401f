//! Compares what goes over the wire in a call: parameters, bodies and headers.

use serde_json::Value;

use super::operations::{builder, names_in};
use super::raw::{self, Located, Operation};
use super::spot::{keys, presence, value, Spot};
use super::Walk;
use crate::against::verdict::{Direction, Shift};

/// The keys of a parameter or header that are compared one by one.
const OF_PARAMETER: [&str; 8] =
    ["name", "in", "required", "schema", "content", "style", "explode", "allowReserved"];

impl Walk<'_> {
    /// Compares the parameters of an operation, matched by location and name, and those of the
    /// path by their places in it.
    pub(super) fn parameters(&mut self, old: &Operation<'_>, new: &Operation<'_>) {
        let mut open = raw::parameters(self.old, old);
        let mut take = |is_same: &dyn Fn(&Located<'_>) -> bool| {
            open.iter().position(is_same).map(|index| open.remove(index))
        };
        let mut pairs: Vec<(Option<Located<'_>>, Located<'_>)> = Vec::new();
        for after in raw::parameters(self.new, new) {
            let wire = wire_place(&after, new);
            pairs.push((take(&|before| wire_place(before, old) == wire), after));
        }
        for (before, after) in &mut pairs {
            if before.is_none() {
                *before = take(&|other| other.value["name"] == after.value["name"]);
            }
        }
        for (before, after) in &pairs {
            let spot = parameter_spot(after, new.id);
            let part = spot.subject.clone();
            self.reaching(new.id, Direction::Request, &part, |walk| match before {
                Some(before) => {
                    walk.parameter(&Spot { old: before.pointer.clone(), ..spot }, before, after);
                }
                None => {
                    let what = match after.value["required"] == true {
                        true => "required parameter",
                        false => "parameter",
                    };
                    let value = Some(after.value["name"].clone());
                    walk.note(&spot, what, Shift::Added, (None, value));
                }
            });
        }
        for gone in open {
            let spot = parameter_spot(&gone, new.id);
            let value = Some(gone.value["name"].clone());
            let part = spot.subject.clone();
            self.reaching(new.id, Direction::Request, &part, |walk| {
                walk.note(&spot, "parameter", Shift::Removed, (value, None));
            });
        }
    }

    fn parameter(&mut self, spot: &Spot, old: &Located<'_>, new: &Located<'_>) {
        let (name, location) = (&old.value["name"], &old.value["in"]);
        let values = |key: &str| (Some(old.value[key].clone()), Some(new.value[key].clone()));
        if location != &new.value["in"] {
            self.note(&spot.key("in"), "location", Shift::Changed, values("in"));
        }
        if name != &new.value["name"] {
            let what = match location.as_str() {
                Some("path") => "name in the path",
                _ => "spelling",
            };
            self.note(&spot.key("name"), what, Shift::Changed, values("name"));
        }
        self.spelling(spot, old.value, new.value);
        self.carrier(spot);
    }

    /// How a parameter or header is written.
    fn spelling(&mut self, spot: &Spot, old: &Value, new: &Value) {
        for key in ["style", "explode", "allowReserved"] {
            let (before, after) = (old.get(key), new.get(key));
            if before != after {
                let shift = match written(old, key) == written(new, key) {
                    true => Shift::Same,
                    false => Shift::Changed,
                };
                let values = (before.cloned(), after.cloned());
                self.note(&spot.key(key), key, shift, values);
            }
        }
    }

    /// What parameters and headers have in common with each other.
    fn carrier(&mut self, spot: &Spot) {
        let (old, new) = self.pair(spot);
        let (old, new) = (value(old.as_ref()), value(new.as_ref()));
        let required = (old.get("required"), new.get("required"));
        self.keyword(&spot.key("required"), "required", required);
        self.rest(spot, |key| OF_PARAMETER.contains(&key));
        self.one_schema(spot);
        self.contents(spot);
    }

    /// Compares the request body of an operation.
    pub(super) fn request(&mut self, old: &Operation<'_>, new: &Operation<'_>) {
        let spot = Spot::new(format!("{} request", new.id), &old.pointer, &new.pointer)
            .with_site(builder(new.id), "body")
            .key("requestBody");
        let (before, after) = self.pair(&spot);
        let here = spot.followed(before.as_ref(), after.as_ref());
        self.reaching(new.id, Direction::Request, "request", |walk| match (before, after) {
            (None, None) => {}
            (Some(before), Some(after)) => {
                let required = (before.value.get("required"), after.value.get("required"));
                walk.keyword(&here.key("required"), "required", required);
                walk.rest(&here, |key| ["required", "content"].contains(&key));
                walk.contents(&here);
            }
            (before, after) => {
                let is_asked_for = after.as_ref().is_some_and(|b| b.value["required"] == true);
                let what = if is_asked_for { "required body" } else { "body" };
                let there = |body: &Option<Located<'_>>| {
                    body.as_ref().map(|body| {
                        keys(&body.value["content"], &Value::Null).into_iter().collect()
                    })
                };
                let shift = presence(before.is_some(), after.is_some());
                walk.note(&here, what, shift, (there(&before), there(&after)));
            }
        });
    }

    /// Compares a response that both versions have.
    pub(super) fn response(&mut self, spot: &Spot, operation: &str) {
        let spot = spot.clone().with_site(builder(operation), "send");
        let (before, after) = self.pair(&spot);
        let here = spot.followed(before.as_ref(), after.as_ref());
        let (old, new) = (value(before.as_ref()), value(after.as_ref()));
        self.rest(&here, |key| ["content", "headers"].contains(&key));
        let types = |response: &Value| -> Option<Value> {
            let content = response.get("content")?.as_object()?;
            (!content.is_empty()).then(|| content.keys().cloned().collect())
        };
        match (types(old), types(new)) {
            (Some(_), Some(_)) => self.contents(&here),
            (None, None) => {}
            (before, after) => {
                let shift = presence(before.is_some(), after.is_some());
                self.note(&here.key("content"), "body", shift, (before, after));
            }
        }
        for name in keys(&old["headers"], &new["headers"]) {
            let header = here.key("headers").key(&name);
            let header =
                Spot { site: None, ..header }.called(format!("{} header {name}", spot.subject));
            let there = (old["headers"].get(&name), new["headers"].get(&name));
            match there {
                (Some(_), Some(_)) => {
                    let (old, new) = self.pair(&header);
                    let here = header.followed(old.as_ref(), new.as_ref());
                    self.spelling(&here, value(old.as_ref()), value(new.as_ref()));
                    self.carrier(&here);
                }
                _ => {
                    let named = |there: Option<&Value>| there.map(|_| Value::from(name.clone()));
                    let shift = presence(there.0.is_some(), there.1.is_some());
                    self.note(&header, "header", shift, (named(there.0), named(there.1)));
                }
            }
        }
    }

    /// Compares what there is for each media type.
    fn contents(&mut self, spot: &Spot) {
        let (old, new) = self.pair(spot);
        let (old, new) = (value(old.as_ref()), value(new.as_ref()));
        for media in keys(&old["content"], &new["content"]) {
            let content = spot.key("content").key(&media);
            let there = (old["content"].get(&media), new["content"].get(&media));
            match there {
                (Some(_), Some(_)) => {
                    self.rest(&content, |key| key == "schema");
                    self.one_schema(&content);
                }
                _ => {
                    let named = |there: Option<&Value>| there.map(|_| Value::from(media.clone()));
                    let shift = presence(there.0.is_some(), there.1.is_some());
                    self.note(&content, "content type", shift, (named(there.0), named(there.1)));
                }
            }
        }
    }

    /// Compares the schema of a parameter, header or media type.
    fn one_schema(&mut self, spot: &Spot) {
        let (old, new) = self.pair(spot);
        let (old, new) = (value(old.as_ref()), value(new.as_ref()));
        match (old.get("schema"), new.get("schema")) {
            (Some(_), Some(_)) => self.schema(&spot.key("schema")),
            (old, new) => self.keyword(&spot.key("schema"), "schema", (old, new)),
        }
    }
}

fn parameter_spot(parameter: &Located<'_>, operation: &str) -> Spot {
    let name = parameter.value["name"].as_str().unwrap_or_default();
    let location = parameter.value["in"].as_str().unwrap_or_default();
    let subject = format!("{location} parameter {name}");
    Spot::new(subject, &parameter.pointer, &parameter.pointer).with_site(builder(operation), name)
}

/// What identifies a parameter on the wire: its location and name, or its place in the path.
fn wire_place(parameter: &Located<'_>, operation: &Operation<'_>) -> (String, String) {
    let text = |key: &str| parameter.value[key].as_str().unwrap_or_default();
    let (location, name) = (text("in"), text("name"));
    let place = names_in(operation.path).iter().position(|other| *other == name);
    let name = match (location, place) {
        ("path", Some(place)) => place.to_string(),
        ("header", _) => name.to_lowercase(),
        _ => name.to_owned(),
    };
    (location.to_owned(), name)
}

/// How a parameter or header is written, as OpenAPI has it where nothing is said.
fn written(parameter: &Value, key: &str) -> Value {
    let style = || match (parameter["style"].as_str(), parameter["in"].as_str()) {
        (Some(style), _) => style.to_owned(),
        (None, Some("query" | "cookie")) => "form".to_owned(),
        (None, _) => "simple".to_owned(),
    };
    match (key, parameter.get(key)) {
        ("style", _) => style().into(),
        (_, Some(value)) => value.clone(),
        ("explode", None) => (style() == "form").into(),
        (_, None) => false.into(),
    }
}
