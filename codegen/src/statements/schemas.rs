//! What is stated of schemas.

use serde_json::Value;

use super::{List, Statement, ANNOTATIONS};
use crate::model::pointer::{join, whole_component};
use crate::model::Schema;
use crate::names::{enumeration_name, model_name, schema_name};

/// The keywords that are stated in a way of their own.
const KNOWN: [&str; 3] = ["enum", "required", "additionalProperties"];

impl List<'_> {
    /// Adds that there is a schema at `pointer`.
    pub(super) fn schema(&mut self, at: &Statement, keyword: &str, name: &str, pointer: &str) {
        let value = self.spec.written(pointer).clone();
        self.there(at, (keyword, name), value, pointer, |list| list.inside(at, pointer));
    }

    /// What the schema at `pointer` states itself.
    fn inside(&mut self, at: &Statement, pointer: &str) {
        let spec = self.spec;
        let Some(schema) = spec.schema(pointer) else { return };
        let own_name = whole_component(pointer);
        let at = &at.called(own_name.unwrap_or(&at.subject));
        for (keyword, value) in &schema.keywords {
            if !KNOWN.contains(&keyword.as_str()) && !ANNOTATIONS.contains(&keyword.as_str()) {
                self.state(at, keyword, value.clone(), join(pointer, keyword));
            }
        }
        if schema.is_model() || (schema.is_enumeration() && own_name.is_some()) {
            let name = model_name(&schema_name(spec, pointer));
            let owner = format!("types::{name}");
            let of_type = at.with_site(&owner, "");
            self.state(&of_type, "name", name, pointer.to_owned()).needs_other = true;
            self.members(at, schema, &owner);
        }
        if let Some(values) = schema.get("enum") {
            let place = join(pointer, "enum");
            let name = enumeration_name(spec, pointer, None);
            let of_values = at.with_site(&format!("types::{name}"), "");
            self.there(at, ("enum", ""), values.clone(), &place, |list| {
                let values = list.state(&of_values, "values", values.clone(), place.clone());
                values.needs_other = true;
            });
        }
        if schema.get("required").is_some() && schema.required().next().is_none() {
            let none = self.state(at, "required", Vec::<Value>::new(), join(pointer, "required"));
            none.name = "members".to_owned();
        }
        match (schema.get("additionalProperties"), &schema.values) {
            (Some(Value::Object(object)), Some(values)) if !object.is_empty() => {
                let at = at.called(format!("{}{{}}", at.subject));
                self.schema(&at, "additionalProperties", "", values);
            }
            (Some(value), _) => {
                let at = at.called(format!("{}{{}}", at.subject));
                let place = join(pointer, "additionalProperties");
                self.state(&at, "additionalProperties", value.clone(), place);
            }
            (None, _) => {}
        }
        if let Some(items) = &schema.items {
            self.schema(&at.called(format!("{}[]", at.subject)), "items", "", items);
        }
        if let Some(not) = &schema.not {
            self.schema(at, "not", "", not);
        }
        if let Some(found) = &schema.alternatives {
            let (parts, place) = (found.parts.clone(), join(pointer, found.keyword));
            self.there(at, (found.keyword, ""), parts, &place, |_| {}).needs_other = true;
            let at = at.called(format!("{} ({})", at.subject, found.keyword));
            for part in &found.parts {
                let written = self.spec.written(part).to_string();
                self.schema(&at, "alternative", &written, part);
            }
        }
    }

    /// The members of an object, which is `owner` in Rust.
    fn members(&mut self, at: &Statement, schema: &Schema, owner: &str) {
        let required = join(&schema.pointer, "required");
        for member in schema.listed_members() {
            let name = member.name.as_str();
            let at = at.called(format!("{}.{name}", at.subject)).with_site(owner, name);
            self.there(&at, ("member", name), name, &member.schema, |list| {
                list.state(&at, "required", member.required, join(&required, name));
                list.inside(&at, &member.schema);
            });
        }
    }
}
