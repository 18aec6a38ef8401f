//! Every one-step change of a spec.

use serde_json::{json, Value};

use super::{Change, Mutant};
use crate::model::pointer::join;
use crate::model::{media, Body, Operation, Schema, Spec, LIMITS, STYLES};

/// Every one-step change of `spec`.
pub fn of_spec(spec: &Spec) -> Vec<Mutant> {
    let mut mutants = Mutants { api: &spec.api, found: Vec::new() };
    for schema in spec.schemas().iter().filter(|schema| spec.is_used(&schema.pointer)) {
        mutants.of_schema(schema);
    }
    for operation in &spec.operations {
        mutants.of_operation(operation);
    }
    mutants.of_parameters(spec);
    mutants.of_security(spec);
    mutants.of_servers(spec);
    mutants.found
}

struct Mutants<'a> {
    api: &'a str,
    found: Vec<Mutant>,
}

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

    /// Takes a value away, which the name of the mutant tells.
    fn drop_value(&mut self, kind: &'static str, place: &str, value: &Value) {
        let what = format!("= {value} dropped");
        self.add(kind, place, &what, vec![Change::Remove(place.to_owned())]);
    }

    fn of_schema(&mut self, schema: &Schema) {
        let at = &schema.pointer;
        self.type_of(schema);
        if schema.target.is_some() {
            // What it refers to has another description.
            if schema.description().is_some() {
                self.drop("description", &join(at, "description"));
            }
            return;
        }
        for (keyword, value) in &schema.keywords {
            let place = join(at, keyword);
            match keyword.as_str() {
                limit if LIMITS.contains(&limit) => {
                    self.others("limit", &place, value);
                    self.drop_value("limit", &place, value);
                }
                "exclusiveMinimum" | "exclusiveMaximum" | "uniqueItems" | "multipleOf" => {
                    self.others("limit", &place, value);
                }
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
                    self.drop_value("format", &place, value);
                }
                "x-unit" => {
                    self.set("unit", &place, json!("other"));
                    self.drop("unit", &place);
                }
                "nullable" => self.others("nullable", &place, value),
                "enum" => self.values(&place, value),
                _ => {}
            }
        }
        if schema.is_model() {
            self.members(schema);
        }
        self.added(schema);
    }

    /// Other values of a scalar.
    fn others(&mut self, kind: &'static str, place: &str, value: &Value) {
        for other in others(value) {
            self.set(kind, place, other);
        }
    }

    /// Another type in place of a schema's.
    fn type_of(&mut self, schema: &Schema) {
        let at = &schema.pointer;
        let others = match schema.json_type() {
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
    fn members(&mut self, schema: &Schema) {
        let required_at = join(&schema.pointer, "required");
        let required: Vec<&str> = schema.required().collect();
        let set_required = |list: Vec<&str>| match list.is_empty() {
            true => Change::Remove(required_at.clone()),
            false => Change::Set(required_at.clone(), json!(list)),
        };
        for member in schema.listed_members() {
            let (name, place) = (member.name.as_str(), member.schema.clone());
            let others: Vec<&str> = required.iter().copied().filter(|n| *n != name).collect();
            let is_required = member.required;
            let renamed = format!("{name}_x");
            let mut rename = vec![Change::Rename(place.clone(), renamed.clone())];
            let mut drop = vec![Change::Remove(place.clone())];
            if is_required {
                rename.push(set_required([&others[..], &[&renamed]].concat()));
                drop.push(set_required(others.clone()));
            }
            self.add("name", &place, "renamed", rename);
            self.add("member", &place, "dropped", drop);
            let (what, list) = match is_required {
                true => ("no longer required", others),
                false => ("required", [&others[..], &[name]].concat()),
            };
            self.add("required", &place, what, vec![set_required(list)]);
        }
        let added = join(&join(&schema.pointer, "properties"), "added_x");
        let member = Change::Set(added.clone(), json!({ "type": "string" }));
        self.add("member", &added, "added", vec![member]);
    }

    /// What a schema does not say.
    fn added(&mut self, schema: &Schema) {
        let at = &schema.pointer;
        let keywords = match schema.json_type() {
            Some("integer") => &["minimum", "maximum", "default"][..],
            Some("string") => &["minLength", "maxLength"],
            Some("array") => &["minItems"],
            _ => &[],
        };
        // A list of values stands for any bounds.
        let is_listed = schema.get("enum").is_some();
        // What is in a collection is never left out, so that no default could stand for it.
        let is_item = at.ends_with("/items") || at.ends_with("/additionalProperties");
        let is_new = |keyword: &&&str| {
            schema.get(keyword).is_none() && !is_listed && !(is_item && **keyword == "default")
        };
        for keyword in keywords.iter().filter(is_new) {
            let kind = if *keyword == "default" { "default" } else { "limit" };
            self.set(kind, &join(at, keyword), json!(1));
        }
        if schema.get("nullable").is_none() {
            self.set("nullable", &join(at, "nullable"), json!(true));
        }
    }

    fn of_operation(&mut self, operation: &Operation) {
        let at = &operation.pointer;
        let (path_at, method) = at.rsplit_once('/').unwrap_or_default();
        let other = if method == "patch" { "put" } else { "patch" };
        let moved = Change::Rename(at.clone(), other.to_owned());
        self.add("method", at, &format!("= {other}"), vec![moved]);
        for path in other_paths(&operation.path) {
            let moved = Change::Rename(path_at.to_owned(), path.clone());
            self.add("path", path_at, &format!("= {path}"), vec![moved]);
        }
        self.set("name", &join(at, "operationId"), json!(format!("{}_x", operation.id)));
        if !operation.pages.is_empty() {
            self.set("title", &format!("{at}/x-pages/0/title"), json!("another title"));
        }
        if operation.pages.first().is_some_and(|page| page.operator.is_some()) {
            self.set("operator", &format!("{at}/x-pages/0/operator"), json!("another-operator"));
        }
        let responses = join(at, "responses");
        for response in &operation.responses {
            let place = &response.place;
            self.drop("status", place);
            let other = if response.is_success() { "206" } else { "418" };
            let moved = Change::Rename(place.clone(), other.to_owned());
            self.add("status", place, &format!("= {other}"), vec![moved]);
            self.of_body(&response.body);
            for header in &response.headers {
                self.set("required", &join(&header.pointer, "required"), json!(!header.required));
                self.drop("header", &header.pointer);
            }
        }
        self.set("status", &join(&responses, "418"), json!({ "description": "Added." }));
        if let Some(body) = &operation.request {
            self.set("required", &join(&body.pointer, "required"), json!(!body.required));
            self.of_body(body);
        }
    }

    /// A body without its schema, with another media type, and its samples changed.
    fn of_body(&mut self, body: &Body) {
        for other in body.content.iter().filter(|media| !media::is_json(&media.name)) {
            let renamed = Change::Rename(other.pointer.clone(), "text/x-other".to_owned());
            self.add("media type", &other.pointer, "renamed", vec![renamed]);
        }
        let Some(json) = body.json() else { return };
        self.drop("body", &join(&body.pointer, "content"));
        for sample in &json.samples {
            self.drop("sample", &join(&join(&json.pointer, "examples"), &sample.name));
            let members = sample.value.as_ref().and_then(Value::as_object);
            for (member, _) in members.into_iter().flatten() {
                let place = join(&sample.pointer, member);
                self.set("sample", &place, json!("changed"));
                self.drop("sample", &place);
            }
        }
    }

    fn of_parameters(&mut self, spec: &Spec) {
        let mut seen = Vec::new();
        for operation in &spec.operations {
            for parameter in &operation.parameters {
                let at = parameter.pointer.clone();
                if seen.contains(&at) {
                    continue;
                }
                seen.push(at.clone());
                for keyword in STYLES {
                    if let Some(value) = parameter.keywords.get(keyword) {
                        self.others("style", &join(&at, keyword), value);
                    }
                }
                let required = json!(!parameter.required);
                let name = &parameter.name;
                let renamed = Change::Set(join(&at, "name"), json!(format!("{name}_x")));
                if parameter.location == "path" {
                    let item = join("/paths", &operation.path);
                    let path =
                        operation.path.replace(&format!("{{{name}}}"), &format!("{{{name}_x}}"));
                    let of_all = spec.operations_with(&at).len();
                    if of_all == 1 {
                        let moved = Change::Rename(item, path);
                        self.add("name", &join(&at, "name"), "renamed", vec![renamed, moved]);
                    }
                } else {
                    let other = if parameter.location == "query" { "header" } else { "query" };
                    self.set("location", &join(&at, "in"), json!(other));
                    self.set("required", &join(&at, "required"), required);
                    self.add("name", &join(&at, "name"), "renamed", vec![renamed]);
                }
            }
        }
    }

    fn of_servers(&mut self, spec: &Spec) {
        for server in &spec.servers {
            self.set("server", &join(&server.pointer, "url"), json!("https://other.example"));
            self.drop("server", &server.pointer);
            for variable in &server.variables {
                self.set("server", &join(&variable.pointer, "default"), json!("other"));
            }
        }
        let added = format!("/servers/{}", spec.servers.len());
        self.set("server", &added, json!({ "url": "https://added.example" }));
    }

    fn of_security(&mut self, spec: &Spec) {
        for scheme in &spec.schemes {
            for (key, value) in [("name", &scheme.key), ("scheme", &scheme.scheme)] {
                if value.is_some() {
                    self.set("security", &join(&scheme.pointer, key), json!("other"));
                }
            }
        }
        for index in 0..spec.security.len() {
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
