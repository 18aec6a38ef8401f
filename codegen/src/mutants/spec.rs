//! Every one-step change of a spec.

use serde_json::{json, Value};

use super::{Change, Mutant};
use crate::account::STYLES;
use crate::spec::{media, members, pointer::join, reference, Operation, Spec};

/// Every one-step change of `spec`.
pub fn of_spec(spec: &Spec) -> Vec<Mutant> {
    let mut mutants = Mutants { api: &spec.api, found: Vec::new() };
    let used = |at: &&String| media::is_used(&spec.document, at);
    for at in spec.schema_pointers().iter().filter(used) {
        if let Some(schema) = spec.document.pointer(at) {
            mutants.of_schema(at, schema);
        }
    }
    for operation in spec.operations() {
        mutants.of_operation(spec, &operation);
    }
    mutants.of_parameters(spec);
    mutants.of_security(spec);
    mutants.found
}

struct Mutants<'a> {
    api: &'a str,
    found: Vec<Mutant>,
}

/// Keywords that bound a value.
const LIMITS: [&str; 8] = [
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
];

impl Mutants<'_> {
    fn add(&mut self, kind: &'static str, place: &str, what: &str, changes: Vec<Change>) {
        let name = format!("{}#{place} {what}", self.api);
        self.found.push(Mutant { name, kind, place: place.to_owned(), changes });
    }

    fn set(&mut self, kind: &'static str, place: &str, value: Value) {
        let what = format!("= {value}");
        self.add(kind, place, &what, vec![Change::Set(place.to_owned(), value)]);
    }

    fn drop(&mut self, kind: &'static str, place: &str) {
        self.add(kind, place, "dropped", vec![Change::Remove(place.to_owned())]);
    }

    fn of_schema(&mut self, at: &str, schema: &Value) {
        self.type_of(at, schema);
        if reference(schema).is_some() {
            return;
        }
        for (keyword, value) in members(schema) {
            let place = join(at, keyword);
            match keyword.as_str() {
                limit if LIMITS.contains(&limit) => {
                    self.others("limit", &place, value);
                    self.drop("limit", &place);
                }
                "exclusiveMinimum" | "exclusiveMaximum" | "uniqueItems" => {
                    self.others("limit", &place, value);
                }
                "multipleOf" => self.others("limit", &place, value),
                "pattern" => {
                    self.set("pattern", &place, json!("^no value has this pattern$"));
                    self.drop("pattern", &place);
                }
                "default" => {
                    self.others("default", &place, value);
                    self.drop("default", &place);
                }
                "format" => {
                    self.set("format", &place, json!("other"));
                    self.drop("format", &place);
                }
                "x-unit" => {
                    self.set("unit", &place, json!("other"));
                    self.drop("unit", &place);
                }
                "nullable" => self.others("nullable", &place, value),
                "enum" => self.values(&place, value),
                "properties" => self.members(at, schema),
                _ => {}
            }
        }
        self.added(at, schema);
    }

    /// Other values of a scalar.
    fn others(&mut self, kind: &'static str, place: &str, value: &Value) {
        for other in others(value) {
            self.set(kind, place, other);
        }
    }

    /// Another type in place of a schema's.
    fn type_of(&mut self, at: &str, schema: &Value) {
        let others = match schema["type"].as_str() {
            Some("string") => &["integer"][..],
            Some("integer") => &["string", "number"],
            Some("array") => &["object", "string"],
            Some("object") => &["array", "string"],
            _ => &["string"],
        };
        let place = join(at, "type");
        for other in others {
            // What belongs to the type goes with it.
            let mut whole = json!({ "type": other, "description": "Of another type." });
            if *other == "array" {
                whole["items"] = json!({ "type": "string" });
            }
            let changes = vec![Change::Set(at.to_owned(), whole)];
            self.add("type", &place, &format!("= {other}"), changes);
        }
    }

    fn values(&mut self, place: &str, values: &Value) {
        let listed = values.as_array().map_or(&[][..], Vec::as_slice);
        // Null is said twice, here and by `nullable`.
        for (index, value) in listed.iter().enumerate().filter(|(_, value)| !value.is_null()) {
            let at = format!("{place}/{index}");
            if listed.len() > 1 {
                self.drop("values", &at);
            }
            if let Some(other) = others(value).into_iter().rfind(|other| !listed.contains(other)) {
                self.set("values", &at, other);
            }
        }
        let greatest = listed.iter().filter_map(Value::as_i64).max();
        let new = greatest.map_or(json!("another value"), |greatest| json!(greatest + 1));
        self.set("values", &format!("{place}/{}", listed.len()), new);
        self.drop("values", place);
    }

    /// Each member renamed, dropped, and required the other way round; one member more.
    fn members(&mut self, at: &str, schema: &Value) {
        let properties = join(at, "properties");
        let required_at = join(at, "required");
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let set_required = |list: Vec<Value>| match list.is_empty() {
            true => Change::Remove(required_at.clone()),
            false => Change::Set(required_at.clone(), json!(list)),
        };
        for (name, _) in members(&schema["properties"]) {
            let place = join(&properties, name);
            let others: Vec<Value> = required.iter().filter(|n| *n != name).cloned().collect();
            let is_required = others.len() < required.len();
            let with = |new: &str| [&others[..], &[json!(new)]].concat();
            let renamed = format!("{name}_x");
            let mut rename = vec![Change::Rename(place.clone(), renamed.clone())];
            let mut drop = vec![Change::Remove(place.clone())];
            if is_required {
                rename.push(set_required(with(&renamed)));
                drop.push(set_required(others.clone()));
            }
            self.add("name", &place, "renamed", rename);
            self.add("member", &place, "dropped", drop);
            let (what, list) = match is_required {
                true => ("no longer required", others),
                false => ("required", with(name)),
            };
            self.add("required", &place, what, vec![set_required(list)]);
        }
        let member = Change::Set(join(&properties, "added_x"), json!({ "type": "string" }));
        self.add("member", &join(&properties, "added_x"), "added", vec![member]);
    }

    /// What a schema does not say.
    fn added(&mut self, at: &str, schema: &Value) {
        let keywords = match schema["type"].as_str() {
            Some("integer") => &["minimum", "maximum", "default"][..],
            Some("string") => &["minLength", "maxLength"],
            Some("array") => &["minItems"],
            _ => &[],
        };
        // A list of values stands for any bounds.
        let is_listed = !schema["enum"].is_null();
        // What is in a collection is never left out, so that no default could stand for it.
        let is_item = at.ends_with("/items") || at.ends_with("/additionalProperties");
        let is_new = |keyword: &&&str| {
            schema[**keyword].is_null() && !is_listed && !(is_item && **keyword == "default")
        };
        for keyword in keywords.iter().filter(is_new) {
            let kind = if *keyword == "default" { "default" } else { "limit" };
            self.set(kind, &join(at, keyword), json!(1));
        }
        if schema["nullable"].is_null() {
            self.set("nullable", &join(at, "nullable"), json!(true));
        }
    }

    fn of_operation(&mut self, spec: &Spec, operation: &Operation<'_>) {
        let at = &operation.pointer;
        let (path_at, method) = at.rsplit_once('/').unwrap_or_default();
        let other = if method == "patch" { "put" } else { "patch" };
        let moved = Change::Rename(at.clone(), other.to_owned());
        self.add("method", at, &format!("= {other}"), vec![moved]);
        for path in other_paths(operation.path) {
            let moved = Change::Rename(path_at.to_owned(), path.clone());
            self.add("path", path_at, &format!("= {path}"), vec![moved]);
        }
        self.set("name", &join(at, "operationId"), json!(format!("{}_x", operation.id)));
        if !operation.value["x-pages"].is_null() {
            self.set("title", &format!("{at}/x-pages/0/title"), json!("another title"));
        }
        let responses = join(at, "responses");
        for status in spec.statuses(operation) {
            let place = join(&responses, status);
            self.drop("status", &place);
            let other = if status.starts_with('2') { "206" } else { "418" };
            let moved = Change::Rename(place.clone(), other.to_owned());
            self.add("status", &place, &format!("= {other}"), vec![moved]);
            self.of_body(spec, &place);
        }
        self.set("status", &join(&responses, "418"), json!({ "description": "Added." }));
        if let Some(body) = spec.request(operation) {
            let required = json!(body.value["required"] != true);
            self.set("required", &join(&body.pointer, "required"), required);
            self.of_body(spec, &join(at, "requestBody"));
        }
    }

    /// A body without its schema, and its samples changed.
    fn of_body(&mut self, spec: &Spec, at: &str) {
        let content = spec.at(at).and_then(|body| spec.json(&body));
        let Some(content) = content else { return };
        let examples = join(&content.pointer, "examples");
        if let Some((holder, _)) = content.pointer.rsplit_once('/') {
            self.drop("body", holder);
        }
        for (name, example) in members(&content.value["examples"]) {
            let place = join(&examples, name);
            self.drop("sample", &place);
            for (member, _) in members(&example["value"]) {
                let place = join(&join(&place, "value"), member);
                self.set("sample", &place, json!("changed"));
                self.drop("sample", &place);
            }
        }
    }

    fn of_parameters(&mut self, spec: &Spec) {
        let mut seen = Vec::new();
        for operation in spec.operations() {
            for parameter in spec.parameters(&operation) {
                let at = parameter.pointer.clone();
                if seen.contains(&at) {
                    continue;
                }
                seen.push(at.clone());
                for keyword in STYLES {
                    self.others("style", &join(&at, keyword), &parameter.value[keyword]);
                }
                let required = json!(parameter.value["required"] != true);
                let name = parameter.value["name"].as_str().unwrap_or_default();
                let renamed = Change::Set(join(&at, "name"), json!(format!("{name}_x")));
                if parameter.value["in"] == "path" {
                    let item = join("/paths", operation.path);
                    let path =
                        operation.path.replace(&format!("{{{name}}}"), &format!("{{{name}_x}}"));
                    let of_all = spec.operations_with(&at).len();
                    if of_all == 1 {
                        let moved = Change::Rename(item, path);
                        self.add("name", &join(&at, "name"), "renamed", vec![renamed, moved]);
                    }
                } else {
                    let other = if parameter.value["in"] == "query" { "header" } else { "query" };
                    self.set("location", &join(&at, "in"), json!(other));
                    self.set("required", &join(&at, "required"), required);
                    self.add("name", &join(&at, "name"), "renamed", vec![renamed]);
                }
            }
        }
    }

    fn of_security(&mut self, spec: &Spec) {
        for (name, scheme) in members(&spec.document["components"]["securitySchemes"]) {
            let place = join("/components/securitySchemes", name);
            for key in ["name", "scheme"] {
                if !scheme[key].is_null() {
                    self.set("security", &join(&place, key), json!("other"));
                }
            }
        }
        let alternatives = spec.document["security"].as_array().map_or(0, Vec::len);
        for index in 0..alternatives {
            self.drop("security", &format!("/security/{index}"));
        }
    }
}

/// What one changes in a scalar.
fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(number) => vec![json!(number.wrapping_sub(1)), json!(number.wrapping_add(1))],
            None => number.as_f64().map(|number| json!(number + 1.0)).into_iter().collect(),
        },
        Value::Bool(value) => vec![json!(!value)],
        Value::String(text) => vec![json!(format!("{text}x"))],
        _ => vec![],
    }
}

/// The path with one literal segment changed, for each.
fn other_paths(path: &str) -> Vec<String> {
    let segments: Vec<&str> = path.split('/').collect();
    let literal = segments.iter().enumerate();
    let literal = literal.filter(|(_, segment)| !segment.is_empty() && !segment.contains('{'));
    literal
        .map(|(index, segment)| {
            let mut others = segments.clone();
            let other = format!("{segment}x");
            others[index] = &other;
            others.join("/")
        })
        .collect()
}
