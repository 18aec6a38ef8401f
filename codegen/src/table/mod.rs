//! The table of an API: what is documented of it, as the static data that values are checked
//! against. It is made of a spec here, at run time, and printed as Rust for the client.

mod claims;
mod print;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use cloudfn_schema::rule::Scope;
use cloudfn_schema::{
    Api, Body, Bound, Kind, Literal, Media, Member, Object, Operation, Parameter, Part, Response,
    Rule, Schema,
};
use serde_json::Value;

pub use self::claims::Claims;
pub(crate) use self::print::name_of;
pub use self::print::{headers, index, path, print, source, Index};
use crate::contract::Contract;
use crate::model::{self, pointer::join, Spec};
use crate::pattern::Syntax;

/// The table of the API at `index` of a contract's specs.
pub fn of_contract(contract: &Contract, index: usize) -> &'static Api {
    of_spec(&contract.specs[index], Claims::of(contract, index))
}

/// The table of an API. It is never freed.
pub fn of_spec(spec: &Spec, claims: Claims) -> &'static Api {
    let mut schemas = Schemas { spec, claims, known: BTreeMap::new() };
    let operations = spec.operations.iter();
    let operations = list(operations.map(|operation| keep(schemas.operation(operation))));
    let components = spec.components();
    let components = components.map(|(name, schema)| (text(name), schemas.schema(&schema.pointer)));
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
    fn operation(&mut self, operation: &model::Operation) -> Operation {
        let spec = self.spec;
        let prefixes = texts(self.claims.prefixes(&operation.id));
        let statuses = prefixes.iter().map(|prefix| text(&format!("{prefix}::status")));
        let parameters = operation.parameters.iter().map(|parameter| Parameter {
            name: text(&parameter.name),
            location: text(&parameter.location),
            required: parameter.required,
            schema: self.schema(parameter.schema.as_deref().unwrap_or_default()),
        });
        let parameters = list(parameters.collect::<Vec<_>>());
        let request = operation.request.as_ref().and_then(|body| {
            Some(Body { required: body.required, schema: self.schema(body.schema()?) })
        });
        let responses = operation.responses.iter().map(|response| Response {
            status: text(&response.status),
            body: response.body.schema().map(|schema| self.schema(schema)),
            headers: spec.headers(response).map(|headers| self.schema(&headers.pointer)),
            media: self.media(&response.body),
        });
        let responses = list(responses.collect::<Vec<_>>());
        Operation {
            api: text(&self.spec.api),
            id: text(&operation.id),
            prefixes,
            statuses: list(statuses),
            parameters,
            request,
            responses,
        }
    }

    fn media(&self, body: &model::Body) -> Media {
        let pointer = join(&body.pointer, "content");
        let claims = self.claims.of_schema(&pointer).and_then(|stated| stated.get("media"));
        Media {
            types: list(body.media_types().into_iter().map(text)),
            claims: texts(claims.into_iter().flatten()),
            pointer: text(&pointer),
        }
    }

    /// The schema at `at`. Objects that several places refer to have one in common.
    fn schema(&mut self, at: &str) -> &'static Schema {
        let spec = self.spec;
        let found = spec.at(at);
        let takes_null = spec.schema(at).is_some_and(|schema| schema.is("nullable"));
        let shared = found.filter(|found| found.is_model());
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
        let (nullable, values, kind) = match found {
            Some(found) => {
                let nullable = (takes_null || found.is("nullable")) && !is_never_null(at);
                (nullable, literals(found), self.kind(found))
            }
            None => (true, &[][..], Kind::Any),
        };
        let schema = keep(Schema { pointer: text(&key), claims, nullable, values, kind });
        if let Some(Known::Begun(stand_ins)) = self.known.insert(key, Known::Made(schema)) {
            for stand_in in stand_ins {
                // It is set once, here.
                let _ = stand_in.set(schema);
            }
        }
        schema
    }

    fn kind(&mut self, schema: &model::Schema) -> Kind {
        if let Some(alternatives) = &schema.alternatives {
            let parts: Vec<&'static Schema> =
                alternatives.parts.iter().map(|part| self.schema(part)).collect();
            return match alternatives.keyword {
                "oneOf" => Kind::OneOf(list(parts)),
                _ => Kind::AnyOf(list(parts)),
            };
        }
        match schema.json_type() {
            Some("boolean") => Kind::Boolean,
            Some("integer") => integer(schema),
            Some("number") => {
                let [min, max] = schema.bounds().map(|bound| {
                    let bound = bound?;
                    Some(Bound { value: bound.value.as_f64()?, exclusive: bound.exclusive })
                });
                let multiple_of = schema.get("multipleOf").and_then(Value::as_f64);
                Kind::Number { min, max, multiple_of }
            }
            Some("string") => Kind::String {
                min: schema.count("minLength"),
                max: schema.count("maxLength"),
                pattern: schema.text("pattern").and_then(|text| Syntax::Ecma262.pattern(text).ok()),
                date_time: schema.text("format") == Some("date-time"),
            },
            Some("array") => Kind::Array {
                items: schema.items.as_ref().map(|items| self.schema(items)),
                min: schema.count("minItems"),
                max: schema.count("maxItems"),
                unique: schema.is("uniqueItems"),
            },
            Some("object") => Kind::Object(self.object(schema)),
            _ if schema.is_model() => Kind::Object(self.object(schema)),
            _ => Kind::Any,
        }
    }

    fn object(&mut self, schema: &model::Schema) -> Object {
        let listed = schema.listed_members().iter().map(|member| Member {
            name: text(&member.name),
            required: member.required,
            schema: self.schema(&member.schema),
        });
        let listed = list(listed.collect::<Vec<_>>());
        Object {
            members: listed,
            values: schema.values.as_ref().map(|values| self.schema(values)),
            open: match schema.get("additionalProperties") {
                None => listed.is_empty(),
                Some(allowed) => *allowed != false,
            },
            min: schema.count("minProperties"),
            max: schema.count("maxProperties"),
            tables: texts(self.claims.tables(&schema.pointer)),
            rules: list(self.claims.rules(&schema.pointer).iter().map(rule)),
        }
    }
}

fn rule(rule: &claims::Rule) -> Rule {
    let check = rule.check.clone();
    Rule {
        part: rule.part.as_ref().map(|(operation, status)| Part {
            operation: text(operation),
            status: status.as_deref().map(text),
        }),
        text: text(&rule.text),
        claims: texts(&rule.claims),
        members: list(rule.check.members().into_iter().map(text)),
        widens: rule.widens.as_deref().map(text),
        expression: text(rule.check.text()),
        check: keep(move |scope: &Scope<'_>| check.evaluate_in(scope)),
    }
}

/// Whether the schema at `at` is of what is never null: a parameter, or the body of a request.
fn is_never_null(at: &str) -> bool {
    at.contains("/parameters/") || (at.contains("/requestBody") && at.ends_with("/schema"))
}

fn integer(schema: &model::Schema) -> Kind {
    let [min, max] = schema.integers();
    let listed: Vec<i64> = schema.listed().filter_map(Value::as_i64).collect();
    // A list of values says more than a range that has all of them.
    let min = min.filter(|min| listed.is_empty() || listed.iter().any(|value| value < min));
    let max = max.filter(|max| listed.is_empty() || listed.iter().any(|value| value > max));
    Kind::Integer { min, max, multiple_of: schema.get("multipleOf").and_then(Value::as_i64) }
}

fn literals(schema: &model::Schema) -> &'static [Literal] {
    list(schema.listed().filter_map(|value| match value {
        Value::Bool(value) => Some(Literal::Boolean(*value)),
        Value::String(value) => Some(Literal::String(text(value))),
        Value::Number(value) => {
            let integer = value.as_i64().map(Literal::Integer);
            integer.or_else(|| value.as_f64().map(Literal::Number))
        }
        _ => None,
    }))
}
