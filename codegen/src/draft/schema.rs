//! Drafts schemas from the rows of tables.

use heck::ToUpperCamelCase;
use serde_json::{Number, Value};

use super::{Drafter, Node};
use crate::contract::answer::keyword_of;
use crate::error::Result;
use crate::ledger::place::inside;
use crate::ledger::{values_of, Claim, Place};
use crate::model::{notation, pointer, STYLES};
use crate::todo::TODO;

/// The order of the keywords of a schema.
const ORDER: &str = "type format nullable minimum exclusiveMinimum maximum exclusiveMaximum \
    multipleOf minLength maxLength pattern minItems maxItems uniqueItems minProperties maxProperties \
    default x-unit description allOf oneOf anyOf enum items required additionalProperties";

/// What a component may say of an enumeration that several members use.
const OF_ENUMERATION: [&str; 9] =
    ["type", "format", "minimum", "maximum", "minLength", "maxLength", "x-unit", "pattern", "enum"];

/// The statements that do not become a keyword of a schema.
const NO_KEYWORDS: [&str; 5] = ["type", "required", "sample", "description", "media"];

impl Drafter<'_> {
    /// The names of the members that a section lists.
    pub(super) fn members(&self, section: &str) -> Vec<String> {
        let names = self.places(|place| match place {
            Place::Member(of, name) if of == section => Some(inside(name).0.to_owned()),
            _ => None,
        });
        let is_there = |name: &String| {
            self.stated(&Place::Member(section.to_owned(), name.clone()), "type").is_some()
        };
        names.into_iter().filter(is_there).collect()
    }

    /// A reference to the component `name`, which is made of the rows of `section`, and described as
    /// `said`, if the spec does not have it.
    pub(super) fn component(&mut self, name: &str, section: &str, said: &str) -> Result<Node> {
        if !self.has_schema(name) {
            let index = self.schemas.len();
            self.schemas.push((name.to_owned(), Node::map([])));
            self.making.push(name.to_owned());
            let mut schema = self.object(section)?;
            self.making.pop();
            schema.push("description", Node::text(said));
            self.schemas[index].1 = sorted(schema);
        }
        Ok(Node::reference(&pointer::join("/components/schemas", name)))
    }

    /// The object whose members a section lists.
    fn object(&mut self, section: &str) -> Result<Node> {
        let mut object = Node::map([("type", Node::text("object"))]);
        self.add_keywords(&Place::Body(section.to_owned()), "object", &mut object);
        let mut required = Vec::new();
        let mut properties = Vec::new();
        for name in self.members(section) {
            let place = Place::Member(section.to_owned(), name.clone());
            if self.stated(&place, "required") == Some("yes") {
                required.push(Node::text(&name));
            }
            let schema = self.typed(&place)?;
            let schema = described(schema, self.description(&place));
            properties.push((name, schema));
        }
        object.extend("required", (!required.is_empty()).then(|| Node::List(required)));
        let has_members = !properties.is_empty();
        let properties = has_members.then(|| Node::Map(properties.into_iter().collect()));
        object.extend("properties", properties);
        Ok(object)
    }

    /// The schema of a parameter or member.
    pub(super) fn typed(&mut self, place: &Place) -> Result<Node> {
        let kind = self.stated(place, "type").unwrap_or("any").to_owned();
        let section = match place {
            Place::Member(section, name) => format!("{section}/{}", inside(name).0),
            _ => String::new(),
        };
        self.of_type(place, &kind, &section)
    }

    /// The schema of what has the type `kind`; `section` lists its members if it is an object
    /// without a name.
    pub(super) fn of_type(&mut self, place: &Place, kind: &str, section: &str) -> Result<Node> {
        let (plain, nullable) = match kind.strip_suffix(" or null") {
            Some(plain) => (plain, true),
            None => (kind, false),
        };
        let mut schema = self.plain_type(place, plain, section)?;
        if nullable && schema.is_reference() {
            schema = Node::map([("allOf", Node::List(vec![schema]))]);
        }
        if nullable {
            schema.push("nullable", Node::Scalar(true.into()));
            if let Node::Map(keywords) = &mut schema {
                if let Some(Node::List(values)) = keywords.get_mut("enum") {
                    values.push(Node::Scalar(Value::Null));
                }
            }
        }
        let schema = self.enumeration(place, sorted(schema));
        // What is inside a collection has a description only if it has a row with one.
        let is_inside = matches!(place, Place::Member(_, name) if name != inside(name).0);
        Ok(match self.stated(place, "description").filter(|_| is_inside) {
            Some(_) => described(schema, self.description(place)),
            None => schema,
        })
    }

    fn plain_type(&mut self, place: &Place, kind: &str, section: &str) -> Result<Node> {
        let (word, format) = match kind.strip_suffix(')').and_then(|kind| kind.split_once('(')) {
            Some((word, format)) => (word, Some(format)),
            None if kind == "long" => ("integer", Some("int64")),
            None => (kind, None),
        };
        let mut schema = Node::map([]);
        let mut json = word;
        if let Some(items) = kind.strip_prefix("array of ") {
            json = "array";
            schema.push("type", Node::text(json));
            schema.push("items", self.of_type(&within(place, "[]"), items, section)?);
        } else if let Some(values) = kind.strip_prefix("map of ") {
            json = "object";
            schema.push("type", Node::text(json));
            let values = self.of_type(&within(place, "{}"), values, section)?;
            schema.push("additionalProperties", values);
        } else if let Some((keyword @ ("oneOf" | "anyOf"), parts)) = kind.split_once(' ') {
            let nowhere = within(place, "?");
            let parts = parts.split(' ').map(|part| self.of_type(&nowhere, part, ""));
            schema.push(keyword, Node::List(parts.collect::<Result<_>>()?));
        } else {
            match word {
                "string" | "integer" | "number" | "boolean" => {
                    schema.push("type", Node::text(word));
                    schema.extend("format", format.map(Node::text));
                }
                "any" => {}
                "object" => {
                    schema = self.object(section)?;
                    // A section without a slash is a body, whose keywords are in the object already.
                    if !section.contains('/') && !section.is_empty() {
                        return Ok(schema);
                    }
                }
                name => return self.named(place, name, section),
            }
        }
        self.add_keywords(place, json, &mut schema);
        Ok(schema)
    }

    /// A reference to a component that a cell names.
    fn named(&mut self, place: &Place, name: &str, section: &str) -> Result<Node> {
        // The rows of a body whose type is named are those of that type.
        let is_body = matches!(place, Place::Body(_)) && !self.members(section).is_empty();
        let has_rows = is_body || !self.members(name).is_empty();
        if !has_rows && !self.has_schema(name) {
            let message = format!(
                "`{name}` is neither a type nor a schema with a section of this ledger or a component of the spec"
            );
            return Err(self.error(place, "type", message));
        }
        self.component(name, if is_body { section } else { name }, TODO)
    }

    /// Adds what the claims at a place state of a schema of a type of JSON.
    fn add_keywords(&self, place: &Place, json: &str, schema: &mut Node) {
        let claims = self.at(place).into_iter().filter(|claim| {
            let statement = claim.statement.as_str();
            !NO_KEYWORDS.contains(&statement) && !STYLES.contains(&statement)
        });
        let found: Vec<(String, Node)> = claims
            .filter(|claim| claim.expected() != "?")
            .map(|claim| (keyword_of(&claim.statement).to_owned(), self.keyword(claim, json)))
            .collect();
        found.into_iter().for_each(|(keyword, node)| schema.push(&keyword, node));
    }

    fn keyword(&self, claim: &Claim, json: &str) -> Node {
        let cell = claim.expected();
        match claim.statement.as_str() {
            "values" => {
                let values = self.in_order(claim);
                Node::List(values.iter().map(|v| Node::Scalar(scalar(json, v))).collect())
            }
            "default" => Node::Scalar(scalar(json, cell)),
            "unit" | "pattern" => Node::text(cell),
            _ => Node::Scalar(scalar("", cell)),
        }
    }

    /// The values of an enumeration in the order of the ledger; claims have them sorted.
    fn in_order(&self, claim: &Claim) -> Vec<String> {
        let cells = self.pages.iter().flat_map(|page| {
            let rows = page.sections.iter().flat_map(|section| &section.rows);
            let of_row = rows
                .filter(|row| page.line(row.line) == claim.line)
                .filter_map(|r| r.cell("values"));
            let of_api = page.api.iter().flat_map(|api| &api.deviations);
            let deviations = page.deviations.iter().chain(of_api);
            let cells = of_row.chain(deviations.map(|deviation| deviation.spec.as_str()));
            cells.filter_map(|cell| page.values(cell).ok())
        });
        let sorted = values_of(claim.expected());
        let is_it = |values: &Vec<String>| {
            let texts: Vec<Value> = values.iter().cloned().map(Value::String).collect();
            notation::values(texts.iter()) == claim.expected()
        };
        cells.map(values_of).find(is_it).unwrap_or(sorted)
    }

    /// An enumeration as a component, which other members may use too.
    fn enumeration(&mut self, place: &Place, schema: Node) -> Node {
        let (Node::Map(keywords), Place::Member(_, name) | Place::Parameter(_, name)) =
            (&schema, place)
        else {
            return schema;
        };
        let is_shared = schema.get("enum").is_some()
            && keywords.iter().all(|(keyword, _)| OF_ENUMERATION.contains(&keyword.as_str()));
        if !is_shared {
            return schema;
        }
        let value = told_of_nothing(&schema.value());
        let same = self.schema_with(|other| told_of_nothing(other) == value).cloned();
        let name = inside(name).0.to_upper_camel_case();
        let of_holder = format!("{}{name}", self.making.last().map_or("", String::as_str));
        let is_free = |name: &String| matches!(place, Place::Member(..)) && !self.has_schema(name);
        let free = [name, of_holder].into_iter().find(is_free);
        let Some(name) = same.clone().or(free) else { return schema };
        if same.is_none() {
            let mut schema = schema;
            schema.push("description", self.description(place));
            self.schemas.push((name.clone(), sorted(schema)));
        }
        Node::reference(&pointer::join("/components/schemas", &name))
    }
}

/// A schema without words, its values in a fixed order.
fn told_of_nothing(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Value::Object(keywords) = &mut schema {
        keywords.retain(|keyword, _| keyword != "description" && keyword != "title");
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.sort_by_key(Value::to_string);
    }
    schema
}

/// The place of what is inside a parameter or a member.
fn within(place: &Place, suffix: &str) -> Place {
    match place {
        Place::Parameter(section, name) => {
            Place::Parameter(section.clone(), format!("{name}{suffix}"))
        }
        Place::Member(section, name) => Place::Member(section.clone(), format!("{name}{suffix}")),
        Place::Body(section) => Place::Body(format!("{section}{suffix}")),
        other => other.clone(),
    }
}

/// A schema with a description, which a reference has beside it.
fn described(mut schema: Node, description: Node) -> Node {
    if schema.is_reference() {
        schema = Node::map([("allOf", Node::List(vec![schema]))]);
    }
    schema.push("description", description);
    sorted(schema)
}

/// The keywords of a schema in their usual order.
fn sorted(mut schema: Node) -> Node {
    if let Node::Map(keywords) = &mut schema {
        let position = |key: &str| ORDER.split(' ').position(|known| known == key);
        keywords.sort_by_cached_key(|key, _| position(key).unwrap_or(usize::MAX));
    }
    schema
}

/// What a cell says, as a value of a type of JSON.
pub(super) fn scalar(json: &str, cell: &str) -> Value {
    let text = || Value::String(cell.to_owned());
    match json {
        "string" => text(),
        "integer" | "number" => {
            serde_json::from_str::<Number>(cell).map_or_else(|_| text(), Value::Number)
        }
        _ => serde_json::from_str(cell).unwrap_or_else(|_| text()),
    }
}
