//! A schema of a spec.

use serde_json::{Map, Number, Value};

use super::operation::Response;
use super::pointer::join;
use super::read::{members, reference};

/// A schema as it stands in a spec, references not followed.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Its JSON pointer.
    pub pointer: String,
    /// The pointer that it refers to, if it is a reference.
    pub target: Option<String>,
    /// Its keywords with their values, except for those that hold other schemas.
    pub keywords: Map<String, Value>,
    /// The members that it lists, if it lists any.
    pub members: Option<Vec<Member>>,
    /// The pointer of the schema of its items.
    pub items: Option<String>,
    /// The pointer of the schema of the members that it does not list.
    pub values: Option<String>,
    /// The schemas of which a value is like one.
    pub alternatives: Option<Alternatives>,
    /// The pointer of the schema that a value does not have.
    pub not: Option<String>,
    /// Whether its members are the headers of a response, so that no document has it as a schema.
    pub of_headers: bool,
}

/// A member of an object.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// The pointer of its schema.
    pub schema: String,
    /// Whether it is always there.
    pub required: bool,
    /// What is said of it beside its schema, if it is a header.
    pub description: Option<String>,
}

/// The parts of a `oneOf` or an `anyOf`.
#[derive(Clone, Debug)]
pub struct Alternatives {
    /// Which of the two.
    pub keyword: &'static str,
    /// The pointers of the parts.
    pub parts: Vec<String>,
}

/// A constraint of a schema.
#[derive(Clone, Debug)]
pub struct Constraint<'s> {
    /// Its place in the schema: `maximum`, `required/name`.
    pub place: String,
    /// Its keyword.
    pub keyword: &'static str,
    /// Its value.
    pub value: Value,
    /// The schema.
    pub schema: &'s Schema,
}

/// A limit of a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The limit.
    pub value: Number,
    /// Whether the limit itself is excluded.
    pub exclusive: bool,
}

/// The keywords that limit a number, a length or a count.
pub const LIMITS: [&str; 8] = [
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
];

/// The keywords that constrain a value.
pub const CONSTRAINTS: [&str; 23] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "enum",
    "format",
    "default",
    "oneOf",
    "anyOf",
    "not",
    "additionalProperties",
    "discriminator",
    "readOnly",
    "writeOnly",
];

/// The keywords that hold other schemas.
const STRUCTURE: [&str; 7] = ["properties", "items", "not", "allOf", "oneOf", "anyOf", "$ref"];

impl Constraint<'_> {
    /// Its JSON pointer.
    pub fn pointer(&self) -> String {
        [&self.schema.pointer, "/", &self.place].concat()
    }
}

impl Schema {
    /// The schema `value` that stands at `pointer`.
    pub(super) fn of(pointer: &str, value: &Value) -> Self {
        let inside = |keyword: &str| value[keyword].is_object().then(|| join(pointer, keyword));
        let required = |name: &str| {
            value["required"].as_array().is_some_and(|names| names.iter().any(|n| n == name))
        };
        let properties = join(pointer, "properties");
        let listed = value["properties"].is_object().then(|| {
            let member = |(name, _): (&String, _)| Member {
                name: name.clone(),
                schema: join(&properties, name),
                required: required(name),
                description: None,
            };
            members(&value["properties"]).map(member).collect()
        });
        let alternatives = ["oneOf", "anyOf"].into_iter().find_map(|keyword| {
            let parts = value[keyword].as_array()?;
            let parts = (0..parts.len()).map(|index| format!("{pointer}/{keyword}/{index}"));
            Some(Alternatives { keyword, parts: parts.collect() })
        });
        let keywords = members(value).filter(|(keyword, _)| !STRUCTURE.contains(&keyword.as_str()));
        Self {
            pointer: pointer.to_owned(),
            target: reference(value).map(str::to_owned),
            keywords: keywords.map(|(keyword, value)| (keyword.clone(), value.clone())).collect(),
            members: listed,
            items: inside("items"),
            values: inside("additionalProperties"),
            alternatives,
            not: inside("not"),
            of_headers: false,
        }
    }

    /// The headers of a response as an object.
    pub(super) fn of_headers(response: &Response) -> Option<Self> {
        let members = response.headers.iter().filter_map(|header| {
            Some(Member {
                name: header.name.clone(),
                schema: header.schema.clone()?,
                required: header.required,
                description: Some(header.text("description").to_owned()).filter(|t| !t.is_empty()),
            })
        });
        let members: Vec<Member> = members.collect();
        let required = members.iter().filter(|member| member.required);
        let required: Value = required.map(|member| member.name.as_str()).collect();
        let keywords = [("type", "object".into()), ("required", required)];
        (!members.is_empty()).then(|| Self {
            pointer: response.headers_pointer(),
            keywords: keywords.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
            members: Some(members),
            of_headers: true,
            ..Self::default()
        })
    }

    /// The value of a keyword.
    pub fn get(&self, keyword: &str) -> Option<&Value> {
        self.keywords.get(keyword)
    }

    /// The value of a keyword that is a text.
    pub fn text(&self, keyword: &str) -> Option<&str> {
        self.get(keyword)?.as_str()
    }

    /// The value of a keyword that is a number of things.
    pub fn count(&self, keyword: &str) -> Option<u64> {
        self.get(keyword)?.as_u64()
    }

    /// Whether a keyword is true.
    pub fn is(&self, keyword: &str) -> bool {
        self.get(keyword) == Some(&Value::Bool(true))
    }

    /// Its `type`.
    pub fn json_type(&self) -> Option<&str> {
        self.text("type")
    }

    /// What it says in words.
    pub fn description(&self) -> Option<&str> {
        self.text("description")
    }

    /// Whether it lists members, so that it is a model in Rust.
    pub fn is_model(&self) -> bool {
        self.members.is_some()
    }

    /// Whether it is of a single value.
    pub fn is_scalar(&self) -> bool {
        matches!(self.json_type(), Some("string" | "integer" | "number" | "boolean"))
    }

    /// The listed values; null is told by `nullable`.
    pub fn listed(&self) -> impl Iterator<Item = &Value> {
        let values = self.get("enum").and_then(Value::as_array);
        values.into_iter().flatten().filter(|value| !value.is_null())
    }

    /// Whether it lists its values.
    pub fn is_enumeration(&self) -> bool {
        self.get("enum").is_some_and(Value::is_array)
    }

    /// The listed members.
    pub fn listed_members(&self) -> &[Member] {
        self.members.as_deref().unwrap_or_default()
    }

    /// A listed member.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.listed_members().iter().find(|member| member.name == name)
    }

    /// The names of the members that are always there.
    pub fn required(&self) -> impl Iterator<Item = &str> {
        let names = self.get("required").and_then(Value::as_array);
        names.into_iter().flatten().filter_map(Value::as_str)
    }

    /// The limits of a number.
    pub fn bounds(&self) -> [Option<Bound>; 2] {
        [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")].map(
            |(keyword, exclusive)| {
                let value = self.get(keyword)?.as_number()?.clone();
                Some(Bound { value, exclusive: self.is(exclusive) })
            },
        )
    }

    /// The least and the greatest integer within the bounds.
    pub fn integers(&self) -> [Option<i64>; 2] {
        let clamped = |bound: i128| bound.clamp(i64::MIN.into(), i64::MAX.into());
        self.inclusive().map(|bound| i64::try_from(clamped(bound?)).ok())
    }

    /// Whether some 64-bit integer is within the bounds.
    pub fn has_integer(&self) -> bool {
        let [min, max] = self.inclusive();
        min.unwrap_or(i64::MIN.into()) <= max.unwrap_or(i64::MAX.into())
    }

    /// The bounds of an integer, none of them excluded.
    fn inclusive(&self) -> [Option<i128>; 2] {
        let [min, max] = self.bounds();
        let whole = |bound: Bound, round: fn(f64) -> f64, step: i128| {
            #[allow(clippy::cast_possible_truncation, reason = "it is rounded, and saturates")]
            match bound.value.as_i64() {
                Some(whole) => i128::from(whole) + if bound.exclusive { step } else { 0 },
                None => round(bound.value.as_f64().unwrap_or_default()) as i128,
            }
        };
        [min.map(|min| whole(min, f64::ceil, 1)), max.map(|max| whole(max, f64::floor, -1))]
    }

    /// The keyword by which it is an array or a map, and the pointer of what it is made of.
    pub fn made_of(&self) -> Option<&str> {
        match (&self.items, &self.values, &self.members) {
            (Some(items), _, _) => Some(items),
            (_, Some(values), None) => Some(values),
            _ => None,
        }
    }

    /// The pointers of all schemas inside.
    pub fn inside(&self) -> impl Iterator<Item = &str> {
        let members = self.listed_members().iter().map(|member| &member.schema);
        let parts = self.alternatives.iter().flat_map(|alternatives| &alternatives.parts);
        let inside = members.chain(&self.items).chain(&self.values).chain(parts).chain(&self.not);
        inside.map(String::as_str)
    }

    /// What constrains a value here. What other members are, and what says nothing, does not.
    pub fn constraints(&self) -> Vec<Constraint<'_>> {
        let of_keyword = |keyword: &'static str| {
            let value = match keyword {
                "oneOf" | "anyOf" => {
                    let found = self.alternatives.as_ref().filter(|a| a.keyword == keyword)?;
                    found.parts.clone().into()
                }
                "not" => self.not.clone()?.into(),
                "additionalProperties" => {
                    self.get(keyword).filter(|value| **value == false)?.clone()
                }
                "readOnly" | "writeOnly" => {
                    self.get(keyword).filter(|value| **value == true)?.clone()
                }
                keyword => self.get(keyword)?.clone(),
            };
            Some(Constraint { place: keyword.to_owned(), keyword, value, schema: self })
        };
        let required = self.required().map(|name| Constraint {
            place: join("required", name),
            keyword: "required",
            value: name.into(),
            schema: self,
        });
        CONSTRAINTS.into_iter().filter_map(of_keyword).chain(required).collect()
    }
}
