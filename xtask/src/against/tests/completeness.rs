//! No change stays unreported: every value of the project's own specs is changed, one at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use cloudfn_codegen::model::pointer::join;
use cloudfn_codegen::model::{Change, Spec};
use cloudfn_codegen::statements::{Statements, ANNOTATIONS};
use serde_json::{json, Value};

use super::{compare, spec, BASE};
use crate::against::diff::of_statements;
use crate::against::verdict::Verdict;
use crate::parallel;

/// A spec whose operations share what they can share, with limits that limit nothing.
const SHARED: &str = "\
openapi: 3.0.3
info: { title: shared, version: v1 }
paths:
  /things:
    parameters: [{ $ref: '#/components/parameters/Mark' }]
    get:
      operationId: list_things
      responses: { '200': { $ref: '#/components/responses/Things' }, '404': { $ref: '#/components/responses/Problem' } }
    post:
      operationId: make_thing
      requestBody: { $ref: '#/components/requestBodies/Thing' }
      responses: { '200': { $ref: '#/components/responses/Things' }, '404': { $ref: '#/components/responses/Problem' } }
components:
  parameters:
    Mark: { name: X-Mark, in: header, schema: { type: string, minLength: 0 } }
  requestBodies:
    Thing: { required: true, content: { application/json: { schema: { type: array, minItems: 0, items: { type: string } } } } }
  responses:
    Things: { description: things, content: { application/json: { schema: { type: array, items: { type: string } } } } }
    Problem: { description: none, headers: { X-Left: { schema: { type: integer } } }, content: { application/json: { schema: { type: object, properties: { code: { type: string, minLength: 0 } } } } } }
";

/// The project's specs, the probe of the generator, and those of these tests.
pub fn specs() -> Vec<Spec> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut specs = Spec::load_all(&root.join("openapi")).unwrap();
    specs.push(Spec::load(&root.join("codegen/tests/probe.yaml")).unwrap());
    specs.extend([BASE, SHARED].map(spec));
    specs
}

/// Every place in `value` whose change a caller may have to know of.
fn places(value: &Value, at: &str, names_members: bool, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, member) in object {
                let only_describes = ANNOTATIONS.contains(&key.as_str());
                if names_members || !only_describes {
                    let place = join(at, key);
                    found.push(place.clone());
                    places(member, &place, key == "properties" && !names_members, found);
                }
            }
        }
        Value::Array(list) => {
            for (index, item) in list.iter().enumerate() {
                let place = format!("{at}/{index}");
                found.push(place.clone());
                places(item, &place, false, found);
            }
        }
        _ => {}
    }
}

/// What is made of the value at a place.
fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(number) => vec![json!(number - 1), json!(number + 1)],
            None => vec![json!(number.as_f64().unwrap() / 2.0)],
        },
        Value::Bool(value) => vec![json!(!value)],
        Value::String(text) => {
            let kinds = ["string", "integer", "number", "boolean", "object", "query", "header"];
            let of_a_kind = kinds.iter().filter(|_| kinds.contains(&text.as_str()));
            let of_a_kind = of_a_kind.filter(|other| **other != text).map(|other| json!(other));
            std::iter::once(json!(format!("{text}x"))).chain(of_a_kind).collect()
        }
        Value::Array(list) => {
            let mut more = list.clone();
            more.push(json!("another"));
            vec![json!(more)]
        }
        Value::Object(_) | Value::Null => vec![],
    }
}

/// What is added to an object.
const ADDITIONS: &str = r#"{
    "x-new": [1], "nullable": [true], "deprecated": [true], "default": [1, "a"], "format": ["other"],
    "minimum": [1], "maximum": [9], "multipleOf": [2], "minLength": [1], "maxLength": [1],
    "pattern": ["^a"], "minItems": [1], "maxItems": [1], "uniqueItems": [true], "maxProperties": [1],
    "enum": [[1], ["a"]], "additionalProperties": [false], "required": [true], "security": [[]],
    "readOnly": [true], "writeOnly": [true], "style": ["spaceDelimited"], "explode": [false],
    "allowReserved": [true], "allowEmptyValue": [true], "another": [{ "type": "string" }],
    "418": [{ "description": "-" }], "text/plain": [{}]
}"#;

/// A spec that is changed, and what it states.
struct Base {
    spec: Spec,
    statements: Statements,
}

impl Base {
    fn of(spec: Spec) -> Arc<Self> {
        Arc::new(Self { statements: Statements::of(&spec), spec })
    }
}

/// A spec that differs in one step from another, its base.
struct Mutant {
    name: String,
    base: Arc<Base>,
    change: Change,
}

/// What differs in one step from `spec`, or from the smallest part of it with one of the operations
/// that the step is about.
fn mutants(spec: &Spec) -> Vec<Mutant> {
    let mut at = Vec::new();
    places(spec.as_json(), "", false, &mut at);
    let whole = Base::of(spec.clone());
    let mut excerpts: BTreeMap<String, Arc<Base>> = BTreeMap::new();
    let mut base_of = |at: &str| {
        let is_in_part = at.matches('/').count() > 3;
        let operations = if is_in_part { spec.operations_with(at) } else { vec![] };
        let parts = operations.into_iter().map(|id| {
            let part = excerpts.entry(id.clone());
            part.or_insert_with(|| Base::of(spec.excerpt(&[id]).unwrap())).clone()
        });
        let is_there =
            |part: &Arc<Base>| part.spec.as_json().pointer(at) == spec.as_json().pointer(at);
        let smallest = parts.filter(is_there).min_by_key(|part| part.spec.schemas().len());
        smallest.unwrap_or_else(|| whole.clone())
    };
    let additions: BTreeMap<String, Vec<Value>> = serde_json::from_str(ADDITIONS).unwrap();
    let mut mutants = Vec::new();
    let mut shapes = BTreeSet::new();
    // Each value is changed; in all ways where no object like its own has been seen: one of the
    // same keys, below the same key.
    let mut is_new_shape = |at: &str, value: &Value, key: &str| {
        let below = at.rsplit('/').nth(1).unwrap_or_default().to_owned();
        let keys = value.as_object().map(|object| object.keys().cloned().collect::<Vec<_>>());
        shapes.insert((below, keys, key.to_owned()))
    };
    for at in at {
        let base = base_of(&at);
        let mut add = |name: String, change: Change| {
            mutants.push(Mutant { name, base: base.clone(), change });
        };
        let value = spec.as_json().pointer(&at).unwrap();
        let (holder, key) = at.rsplit_once('/').unwrap();
        let is_new = is_new_shape(holder, spec.as_json().pointer(holder).unwrap(), key);
        for other in others(value).into_iter().take(if is_new { usize::MAX } else { 1 }) {
            add(format!("{at} = {other}"), Change::Set(at.clone(), other));
        }
        if is_new_shape(&at, value, "") && value.is_object() {
            for (key, members) in additions.iter().filter(|(key, _)| value.get(key).is_none()) {
                for member in members {
                    let change = Change::Set(join(&at, key), member.clone());
                    add(format!("{at}/{key} added: {member}"), change);
                }
            }
        }
        let dropped = match value {
            Value::Number(number) => format!("{at} dropped: {number}"),
            _ => format!("{at} dropped"),
        };
        add(dropped, Change::Remove(at));
    }
    mutants
}

/// What is not for the wire.
const WITHOUT_EFFECT: [&str; 9] = [
    "/info/",
    "/openapi",
    "/x-pages",
    "/x-resource",
    "/operationId",
    // What holds without being said.
    "/explode added: false",
    "/security added: []",
    "/minLength dropped: 0",
    "/minItems dropped: 0",
];

#[test]
fn every_change_is_reported() {
    let specs = specs();
    let (mut count, mut silent, mut harmless) = (0, Vec::new(), Vec::new());
    let worst = parallel::map(specs.iter().flat_map(mutants).collect(), |mutant| {
        let Mutant { name, base, change } = mutant;
        let changed = base.spec.changed(&[change]).ok();
        let spec = changed.filter(|spec| spec.as_json() != base.spec.as_json())?;
        let changes = of_statements(&spec, &base.statements, &Statements::of(&spec));
        Some((name, changes.iter().map(|change| change.wire()).max()))
    });
    for (name, worst) in worst.into_iter().flatten() {
        count += 1;
        match worst {
            None => silent.push(name),
            Some(Verdict::NoEffect) => harmless.push(name),
            _ => {}
        }
    }
    harmless.retain(|name| !WITHOUT_EFFECT.iter().any(|part| name.contains(part)));
    assert!(count > 2000, "only {count} mutants are specs");
    assert!(silent.is_empty(), "not reported:\n{}", silent.join("\n"));
    assert!(harmless.is_empty(), "without effect:\n{}", harmless.join("\n"));
}

#[test]
fn a_spec_does_not_differ_from_itself() {
    for spec in specs() {
        assert!(compare(&spec, &spec).is_empty(), "{}", spec.api);
    }
}
