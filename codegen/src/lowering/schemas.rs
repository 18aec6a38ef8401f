//! Writes schemas for the generator.

use serde_json::{json, Map, Value};

use super::rules::{is_enumeration, is_timestamp, of_keyword};
use super::{describe, object, Fate, Lowering, RelaxedRequired};
use crate::error::Result;
use crate::leaf::{Enumeration, Leaf};
use crate::model::pointer::{join, whole_component};
use crate::model::{notation, Member, Schema};
use crate::names::{enumeration_name, type_name};

/// Where a schema is used.
#[derive(Clone)]
pub struct Place<'p> {
    /// The operation, of what is not a component.
    operation: Option<&'p str>,
    is_parameter: bool,
    /// The member that it is of, and whether the generator is to ask for that.
    member: Option<(&'p Member, bool)>,
}

impl<'p> Place<'p> {
    /// In a parameter of an operation.
    pub fn of_parameter(operation: &'p str) -> Self {
        Self { operation: Some(operation), is_parameter: true, member: None }
    }

    /// In a body of an operation.
    pub fn of_body(operation: &'p str) -> Self {
        Self { is_parameter: false, ..Self::of_parameter(operation) }
    }

    /// In a component.
    fn of_component() -> Self {
        Self { operation: None, is_parameter: false, member: None }
    }

    /// Inside of what is there.
    fn inside(&self) -> Self {
        Self { member: None, ..self.clone() }
    }

    fn of_member(&self, member: &'p Member, is_asked_for: bool) -> Self {
        Self { member: Some((member, is_asked_for)), ..self.clone() }
    }
}

/// How the documentation states what is checked by the table, or by nothing.
fn wording(keyword: &str) -> &'static str {
    match keyword {
        "enum" => "Documented values:",
        "exclusiveMinimum" => "The documented minimum is exclusive:",
        "exclusiveMaximum" => "The documented maximum is exclusive:",
        "multipleOf" => "Documented: a multiple of",
        "minimum" => "Documented minimum:",
        "maximum" => "Documented maximum:",
        "additionalProperties" => "Documented: other members than these:",
        "format" => "Documented format:",
        "discriminator" => "Documented: which kind it is tells",
        "readOnly" => "Documented: only in responses:",
        "writeOnly" => "Documented: only in requests:",
        "minItems" => "Documented minimum number of items:",
        "maxItems" => "Documented maximum number of items:",
        "uniqueItems" => "Documented: items do not repeat:",
        "minProperties" => "Documented minimum number of members:",
        _ => "Documented maximum number of members:",
    }
}

impl Lowering<'_> {
    /// The schemas that become Rust types, by their names.
    pub(super) fn types(&mut self) -> Result<Map<String, Value>> {
        let mut types = Map::new();
        for model in self.models.clone() {
            // What stands in a call belongs to its operation, also where it has a name.
            let written = self.written(model.schema, model.schema, &Place::of_component())?;
            types.insert(model.name, written);
        }
        Ok(types)
    }

    /// The schema at `at`: a reference to the Rust type that it is, or written out.
    pub(super) fn schema(&mut self, at: &str, place: &Place<'_>) -> Result<Value> {
        let spec = self.spec;
        let (Some(own), Some(found)) = (spec.schema(at), spec.at(at)) else { return Ok(json!({})) };
        let name = self.type_of(found).map(str::to_owned);
        let Some(name) = name else { return self.written(own, found, place) };
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        let mut description =
            own.description().or(found.description()).unwrap_or_default().to_owned();
        self.always_present(place, &mut description);
        let beside = Some(own).filter(|own| own.target.is_some());
        let left = beside.map(|own| self.of_keywords(own, &mut description)).unwrap_or_default();
        let is_nullable = own.is("nullable");
        if description.is_empty() && !is_nullable && left.is_empty() {
            return Ok(reference);
        }
        let mut written = left;
        written.extend(object([
            ("description", Some(description).filter(|text| !text.is_empty()).map(Value::from)),
            ("nullable", is_nullable.then(|| true.into())),
            ("allOf", Some(json!([reference]))),
        ]));
        Ok(written.into())
    }

    /// A schema written out; `own` is what stands in its place, which may refer to it.
    fn written(&mut self, own: &Schema, found: &Schema, place: &Place<'_>) -> Result<Value> {
        let is_type = own.pointer == found.pointer && self.type_of(found).is_some();
        let mut description =
            own.description().or(found.description()).unwrap_or_default().to_owned();
        let is_nullable = (own.is("nullable") || found.is("nullable"))
            // That of an object without a name stands where it is used.
            && (!is_type || whole_component(&own.pointer).is_some());
        let mut written = object([
            ("title", own.get("title").or(found.get("title")).cloned()),
            ("nullable", is_nullable.then(|| true.into())),
        ]);
        if own.pointer != found.pointer {
            written.extend(self.of_keywords(own, &mut description));
        }
        if found.alternatives.is_some() && !place.is_parameter && self.is_on("free-alternatives") {
            self.free(found, &mut description);
        } else if self.open.contains(&found.pointer) {
            // It is written out in itself: any value has to do.
            return Ok(json!({}));
        } else {
            self.open.push(found.pointer.clone());
            self.structure(found, place, &mut written, &mut description)?;
            self.open.pop();
        }
        self.always_present(place, &mut description);
        if let Some(unit) = found.text("x-unit") {
            describe(&mut description, &format!("Unit: {unit}."));
        }
        if !description.is_empty() {
            written.insert("description".into(), description.into());
        }
        Ok(written.into())
    }

    /// Makes a JSON value of what is like one of several schemas: it keeps whatever a response has.
    fn free(&mut self, found: &Schema, description: &mut String) {
        let parts = found.alternatives.iter().flat_map(|alternatives| &alternatives.parts);
        let names: Vec<String> =
            parts.map(|part| format!("`{}`", notation::type_of(self.spec, part))).collect();
        self.touch_all(&found.pointer, Fate::DocumentedOnly("free-alternatives"));
        describe(description, &format!("Documented: one of {}.", names.join(", ")));
    }

    /// Adds type, keywords and what is inside.
    fn structure(
        &mut self,
        found: &Schema,
        place: &Place<'_>,
        written: &mut Map<String, Value>,
        description: &mut String,
    ) -> Result<()> {
        written.extend(object([("type", found.get("type").cloned())]));
        if let Some(not) = &found.not {
            self.not(found, not, place, written, description)?;
        }
        if let Some(alternatives) = found.alternatives.as_ref().filter(|_| !place.is_parameter) {
            let parts: Result<Vec<Value>> =
                alternatives.parts.iter().map(|at| self.schema(at, &place.inside())).collect();
            written.insert(alternatives.keyword.to_owned(), parts?.into());
        }
        if let Some(leaf) = self.leaf(found, place)? {
            written.insert("format".into(), leaf.key.clone().into());
            if !self.leaves.contains(&leaf) {
                self.leaves.push(leaf);
            }
        } else if found.json_type() == Some("integer") && self.is_on("bounded-integers") {
            written.insert("format".into(), "int64".into());
        }
        written.extend(self.of_keywords(found, description));
        if let Some(items) = &found.items {
            let schema = self.schema(items, &place.inside())?;
            self.describe_inside(description, "item", items, &schema);
            written.insert("items".into(), schema);
        }
        if let Some(values) = &found.values {
            let schema = self.schema(values, &place.inside())?;
            self.describe_inside(description, "value", values, &schema);
            written.insert("additionalProperties".into(), schema);
        }
        if found.is_model() {
            self.members(found, place, written)?;
        }
        self.collection(found, place, written);
        Ok(())
    }

    /// Documents the items of a list or the values of a map, unless their type does.
    fn describe_inside(&self, description: &mut String, one: &str, at: &str, schema: &Value) {
        let has_type = |found: &Schema| found.is_model() || is_enumeration(found);
        let text = schema["description"].as_str().filter(|text| !text.is_empty());
        if let Some(text) = text.filter(|_| !self.spec.at(at).is_some_and(has_type)) {
            describe(description, &format!("Each {one}: {}", text.replace("\n\n", " ")));
        }
    }

    /// An optional collection may be null.
    fn collection(&mut self, found: &Schema, place: &Place<'_>, written: &mut Map<String, Value>) {
        const RULE: &str = "nullable-collections";
        let is_optional = place.member.is_some_and(|(_, is_asked_for)| !is_asked_for);
        let is_collection = matches!(found.json_type(), Some("array" | "object"));
        if is_optional && is_collection && self.is_on(RULE) {
            written.insert("nullable".into(), true.into());
            self.touch(join(&found.pointer, "type"), Fate::Relaxed(RULE));
        }
    }

    fn not(
        &mut self,
        found: &Schema,
        not: &str,
        place: &Place<'_>,
        written: &mut Map<String, Value>,
        description: &mut String,
    ) -> Result<()> {
        const RULE: &str = "free-alternatives";
        if self.is_on(RULE) {
            self.touch_all(not, Fate::DocumentedOnly(RULE));
            self.touch(join(&found.pointer, "not"), Fate::DocumentedOnly(RULE));
            let name = notation::type_of(self.spec, not);
            describe(description, &format!("Documented: not of the kind `{name}`."));
        } else {
            written.insert("not".into(), self.schema(not, &place.inside())?);
        }
        Ok(())
    }

    fn members(
        &mut self,
        found: &Schema,
        place: &Place<'_>,
        written: &mut Map<String, Value>,
    ) -> Result<()> {
        const RULE: &str = "optional-in-responses";
        let model = self.type_of(found).unwrap_or_default().to_owned();
        let uses = self.spec.uses(&found.pointer);
        let is_relaxed = uses.response && self.is_on(RULE);
        let mut properties = Map::new();
        let mut required: Vec<Value> = Vec::new();
        for member in found.listed_members() {
            let key = self.names.member_key(&model, &member.name).to_owned();
            let is_asked_for = member.required && !is_relaxed;
            if is_asked_for {
                required.push(key.clone().into());
            } else if member.required {
                let pointer = join(&join(&found.pointer, "required"), &member.name);
                self.touch(pointer, Fate::Relaxed(RULE));
                self.relaxed_required.push(RelaxedRequired {
                    model: model.clone(),
                    member: member.name.clone(),
                    in_requests: uses.request,
                });
            }
            let place = place.of_member(member, is_asked_for);
            let mut written = self.schema(&member.schema, &place)?;
            if let Some(said) = &member.description {
                let rest = written["description"].as_str().unwrap_or_default();
                written["description"] = format!("{said}\n\n{rest}").trim_end().into();
            }
            properties.insert(key, written);
        }
        written.insert("properties".into(), properties.into());
        if !required.is_empty() {
            written.insert("required".into(), required.into());
        }
        Ok(())
    }

    /// Says of a member that the documents have it always, where the generator does not ask for it.
    fn always_present(&self, place: &Place<'_>, description: &mut String) {
        if place.member.is_some_and(|(member, is_asked_for)| member.required && !is_asked_for) {
            describe(description, "Documented as always present.");
        }
    }

    /// The keywords that no rule takes care of. The others are noted, and the documentation states
    /// them.
    fn of_keywords(&mut self, schema: &Schema, description: &mut String) -> Map<String, Value> {
        let mut left = Map::new();
        let mut taken: Vec<(&'static str, &'static str, Value)> = Vec::new();
        let structure = ["required", "oneOf", "anyOf", "not"];
        let constraints = schema.constraints().into_iter();
        for constraint in constraints.filter(|c| !structure.contains(&c.keyword)) {
            let fate = of_keyword(schema, constraint.keyword);
            match fate.filter(|fate| self.is_on(fate.rule())) {
                Some(fate) => {
                    self.touch(constraint.pointer(), fate);
                    taken.push((fate.rule(), constraint.keyword, constraint.value));
                }
                None => drop(left.insert(constraint.keyword.to_owned(), constraint.value)),
            }
        }
        let says = |rule: &str| taken.iter().any(|(of, ..)| *of == rule);
        let count = |keyword: &str| schema.count(keyword);
        if says("bounded-integers") {
            let [min, max] = schema.integers();
            state_range(description, min, max, |range| format!("Documented range: `{range}`."));
        }
        if says("checked-texts") {
            let (min, max) = (count("minLength"), count("maxLength"));
            let length = |range| format!("Documented length: `{range}` characters.");
            state_range(description, min, max, length);
            if let Some(pattern) = schema.text("pattern") {
                describe(description, &format!("Documented pattern: `{pattern}`."));
            }
        }
        if says("item-counts") {
            let (things, of) = match schema.json_type() {
                Some("array") => ("items", "Items"),
                _ => ("members", "Properties"),
            };
            let [min, max] = ["min", "max"].map(|side| count(&format!("{side}{of}")));
            state_range(description, min, max, |range| format!("Number of {things}: `{range}`."));
            if schema.is("uniqueItems") {
                describe(description, "The items are different from each other.");
            }
        }
        for (rule, keyword, value) in &taken {
            match *rule {
                "documented-defaults" => {
                    let shown = notation::scalar(value);
                    describe(description, &format!("Documented default: `{shown}`. The service fills it in; the client never sends it by itself."));
                }
                "checked-values" | "documented-only" => {
                    describe(description, &format!("{} `{value}`.", wording(keyword)));
                }
                _ => {}
            }
        }
        left
    }

    /// The Rust type that stands in the place of a scalar.
    fn leaf(&self, found: &Schema, place: &Place<'_>) -> Result<Option<Leaf>> {
        if is_enumeration(found) {
            return match self.is_on("open-enumerations") {
                true => self.enumeration(found, place).map(Some),
                false => Ok(None),
            };
        }
        let is_time = is_timestamp(found) && self.is_on("timestamps");
        Ok(is_time.then(Leaf::timestamp))
    }

    fn enumeration(&self, found: &Schema, place: &Place<'_>) -> Result<Leaf> {
        let name = enumeration_name(self.spec, &found.pointer, place.operation);
        let error = |message: String| Err(self.spec.error(&found.pointer, message));
        type_name(self.spec, &found.pointer, &name, "give it a `title` that is one")?;
        if self.models.iter().any(|model| model.name == name) {
            return error(format!(
                "this enumeration would be named {name}, as an object is; give it a `title`"
            ));
        }
        let description = match found.description().unwrap_or_default() {
            "" => format!("The documented values of {name}."),
            described => described.to_owned(),
        };
        let leaf = Leaf::enumeration(Enumeration {
            name,
            description,
            unit: found.text("x-unit").unwrap_or_default().to_owned(),
            integers: found.json_type() == Some("integer"),
            values: found.listed().cloned().collect(),
        });
        let known = self.leaves.iter().find(|known| known.rust == leaf.rust);
        match known.map(|known| (known, &known.enumeration, &leaf.enumeration)) {
            None => Ok(leaf),
            Some((known, Some(one), Some(other)))
                if one.values == other.values && one.unit == other.unit =>
            {
                Ok(known.clone())
            }
            Some(_) => error(format!(
                "two enumerations with different values would be named {}; give one a `title`",
                leaf.rust
            )),
        }
    }
}

/// States a range in Rust's notation, if there is one.
fn state_range<T: std::fmt::Display>(
    description: &mut String,
    min: Option<T>,
    max: Option<T>,
    sentence: impl Fn(String) -> String,
) {
    let range = match (min, max) {
        (None, None) => return,
        (Some(min), None) => format!("{min}.."),
        (None, Some(max)) => format!("..={max}"),
        (Some(min), Some(max)) => format!("{min}..={max}"),
    };
    describe(description, &sentence(range));
}
