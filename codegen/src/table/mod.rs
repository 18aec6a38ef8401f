//! The table of an API: what is documented of it, as the static data that values are checked
//! against. It is made of a spec here, at run time, and printed as Rust for the client.

mod claims;
mod print;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use cloudfn_schema::{
    Api, Body, Bound, Kind, Literal, Member, Object, Operation, Parameter, Pattern, Response,
    Schema,
};
use serde_json::Value;

pub use self::claims::Claims;
pub(crate) use self::print::name_of;
pub use self::print::{index, path, print, source, Index};
use crate::ledger::Contract;
use crate::spec::{alternatives, members, pointer, pointer::join, Located, Spec};

/// The table of the API at `index` of a contract's specs.
pub fn of_contract(contract: &Contract, index: usize) -> &'static Api {
    of_spec(&contract.specs[index], Claims::of(contract, index))
}

/// The table of an API. It is never freed.
pub fn of_spec(spec: &Spec, claims: Claims) -> &'static Api {
    let mut schemas = Schemas { spec, claims, known: BTreeMap::new() };
    let operations = spec.operations();
    let operations = list(operations.iter().map(|operation| keep(schemas.operation(operation))));
    let components = members(&spec.document["components"]["schemas"]).map(|(name, _)| {
        let schema = schemas.schema(&join("/components/schemas", name));
        (text(name), schema)
    });
    let components = list(components.collect::<Vec<_>>());
    keep(Api { name: text(&spec.api), operations, components })
}

/// The schema at `pointer` of a spec.
pub fn of_schema(spec: &Spec, pointer: &str) -> &'static Schema {
    Schemas { spec, claims: Claims::default(), known: BTreeMap::new() }.schema(pointer)
}

/// Keeps a value for as long as the program runs.
fn keep<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn text(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn list<T>(items: impl IntoIterator<Item = T>) -> &'static [T] {
    Box::leak(items.into_iter().collect())
}

fn texts<'t>(texts: impl IntoIterator<Item = &'t String>) -> &'static [&'static str] {
    list(texts.into_iter().map(|item| text(item)))
}

struct Schemas<'s> {
    spec: &'s Spec,
    claims: Claims,
    /// The schemas that are made, or are being made, by their pointers.
    known: BTreeMap<String, Known>,
}

enum Known {
    Made(&'static Schema),
    /// Those that stand for it where it contains itself.
    Begun(Vec<&'static OnceLock<&'static Schema>>),
}

impl Schemas<'_> {
    fn operation(&mut self, operation: &crate::spec::Operation<'_>) -> Operation {
        let spec = self.spec;
        let prefixes = texts(self.claims.prefixes(operation.id));
        let statuses = prefixes.iter().map(|prefix| text(&format!("{prefix}::status")));
        let parameters = spec.parameters(operation).into_iter().map(|parameter| Parameter {
            name: text(parameter.value["name"].as_str().unwrap_or_default()),
            location: text(parameter.value["in"].as_str().unwrap_or_default()),
            required: parameter.value["required"] == true,
            schema: self.schema(&join(&parameter.pointer, "schema")),
        });
        let parameters = list(parameters.collect::<Vec<_>>());
        let request = spec.request(operation).and_then(|body| {
            let schema = self.optional(&join(&spec.json(&body)?.pointer, "schema"))?;
            Some(Body { required: body.value["required"] == true, schema })
        });
        let responses = spec.statuses(operation).into_iter().map(|status| {
            let response = spec.response(operation, status);
            let content = response.and_then(|response| spec.json(&response));
            let body = content.and_then(|content| self.optional(&join(&content.pointer, "schema")));
            Response { status: text(status), body }
        });
        Operation {
            api: text(&spec.api),
            id: text(operation.id),
            prefixes,
            statuses: list(statuses),
            parameters,
            request,
            responses: list(responses.collect::<Vec<_>>()),
        }
    }

    /// The schema at `at`, if there is one.
    fn optional(&mut self, at: &str) -> Option<&'static Schema> {
        let is_schema = self.spec.document.pointer(at).is_some_and(Value::is_object);
        is_schema.then(|| self.schema(at))
    }

    /// The schema at `at`. Objects that several places refer to have one in common.
    fn schema(&mut self, at: &str) -> &'static Schema {
        let found = self.spec.at(at);
        let own = self.spec.document.pointer(at);
        let takes_null = own.is_some_and(|schema| schema["nullable"] == true);
        let shared = found.as_ref().filter(|found| found.value["properties"].is_object());
        let has_own_claims = self.claims.of_schema(at).is_some();
        let key = match shared {
            Some(found) if !has_own_claims && !takes_null => found.pointer.clone(),
            _ => at.to_owned(),
        };
        match self.known.get_mut(&key) {
            Some(Known::Made(schema)) => return schema,
            Some(Known::Begun(stand_ins)) => {
                let stand_in = keep(Schema {
                    pointer: text(&key),
                    claims: &[],
                    nullable: false,
                    values: &[],
                    kind: Kind::Recursive(OnceLock::new()),
                });
                if let Kind::Recursive(known) = &stand_in.kind {
                    stand_ins.push(known);
                }
                return stand_in;
            }
            None => self.known.insert(key.clone(), Known::Begun(Vec::new())),
        };
        let claims = self.claims.of_schema(&key).into_iter().flatten();
        let claims = list(claims.map(|(statement, ids)| (text(statement), texts(ids))));
        let (nullable, values, kind) = match &found {
            Some(found) => {
                let nullable =
                    (takes_null || found.value["nullable"] == true) && !is_never_null(at);
                (nullable, literals(found.value), self.kind(found))
            }
            None => (true, &[][..], Kind::Any),
        };
        let schema = keep(Schema { pointer: text(&key), claims, nullable, values, kind });
        if let Some(Known::Begun(stand_ins)) = self.known.insert(key, Known::Made(schema)) {
            for stand_in in stand_ins {
                // Nobody else fills it.
                let _ = stand_in.set(schema);
            }
        }
        schema
    }

    fn kind(&mut self, schema: &Located<'_>) -> Kind {
        let Located { pointer: at, value } = schema;
        if let Some((keyword, parts)) = alternatives(value) {
            let parts: Vec<&'static Schema> = (0..parts.len())
                .map(|index| self.schema(&format!("{at}/{keyword}/{index}")))
                .collect();
            return match keyword {
                "oneOf" => Kind::OneOf(list(parts)),
                _ => Kind::AnyOf(list(parts)),
            };
        }
        let count = |keyword: &str| value[keyword].as_u64();
        match value["type"].as_str() {
            Some("boolean") => Kind::Boolean,
            Some("integer") => integer(value),
            Some("number") => Kind::Number {
                min: bound(value, "minimum", "exclusiveMinimum"),
                max: bound(value, "maximum", "exclusiveMaximum"),
                multiple_of: value["multipleOf"].as_f64(),
            },
            Some("string") => Kind::String {
                min: count("minLength"),
                max: count("maxLength"),
                pattern: value["pattern"].as_str().map(|pattern| Pattern::new(text(pattern))),
                date_time: value["format"] == "date-time",
            },
            Some("array") => Kind::Array {
                items: self.optional(&join(at, "items")),
                min: count("minItems"),
                max: count("maxItems"),
                unique: value["uniqueItems"] == true,
            },
            Some("object") => Kind::Object(self.object(at, value)),
            _ if value["properties"].is_object() => Kind::Object(self.object(at, value)),
            _ => Kind::Any,
        }
    }

    fn object(&mut self, at: &str, value: &Value) -> Object {
        let required = value["required"].as_array().cloned().unwrap_or_default();
        let properties = pointer::join(at, "properties");
        let listed = members(&value["properties"]).map(|(name, _)| Member {
            name: text(name),
            required: required.iter().any(|listed| listed == name),
            schema: self.schema(&join(&properties, name)),
        });
        let listed = list(listed.collect::<Vec<_>>());
        Object {
            members: listed,
            values: self.optional(&join(at, "additionalProperties")),
            open: match &value["additionalProperties"] {
                Value::Null => listed.is_empty(),
                allowed => *allowed != false,
            },
            min: value["minProperties"].as_u64(),
            max: value["maxProperties"].as_u64(),
            tables: texts(self.claims.tables(at)),
        }
    }
}

/// Whether the schema at `at` is of what is never null: a parameter, or the body of a request.
fn is_never_null(at: &str) -> bool {
    at.contains("/parameters/") || (at.contains("/requestBody") && at.ends_with("/schema"))
}

fn integer(schema: &Value) -> Kind {
    let step = |keyword: &str| i64::from(schema[keyword] == true);
    // The least integer that is not less than the bound, and the greatest that is not greater.
    let whole = |keyword: &str, round: fn(f64) -> f64| {
        let bound = &schema[keyword];
        #[allow(clippy::cast_possible_truncation, reason = "it is rounded, and saturates")]
        bound.as_i64().or_else(|| Some(round(bound.as_f64()?) as i64))
    };
    let listed: Vec<i64> =
        schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_i64).collect();
    let is_whole = |keyword: &str| schema[keyword].as_i64().is_some();
    let min = whole("minimum", f64::ceil).map(|n| match is_whole("minimum") {
        true => n.saturating_add(step("exclusiveMinimum")),
        false => n,
    });
    let max = whole("maximum", f64::floor).map(|n| match is_whole("maximum") {
        true => n.saturating_sub(step("exclusiveMaximum")),
        false => n,
    });
    // A list of values says more than a range that has all of them.
    let min = min.filter(|min| listed.is_empty() || listed.iter().any(|value| value < min));
    let max = max.filter(|max| listed.is_empty() || listed.iter().any(|value| value > max));
    Kind::Integer { min, max, multiple_of: schema["multipleOf"].as_i64() }
}

fn bound(schema: &Value, keyword: &str, exclusive: &str) -> Option<Bound> {
    let value = schema[keyword].as_f64()?;
    Some(Bound { value, exclusive: schema[exclusive] == true })
}

fn literals(schema: &Value) -> &'static [Literal] {
    let values = schema["enum"].as_array().into_iter().flatten();
    list(values.filter_map(|value| match value {
        Value::Bool(value) => Some(Literal::Boolean(*value)),
        Value::String(value) => Some(Literal::String(text(value))),
        Value::Number(value) => {
            let integer = value.as_i64().map(Literal::Integer);
            integer.or_else(|| value.as_f64().map(Literal::Number))
        }
        _ => None,
    }))
}
