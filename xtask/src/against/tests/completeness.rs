//! No change stays unreported: every value of the project's own specs is changed, one at a time.

use std::collections::BTreeSet;
use std::path::Path;

use cloudfn_codegen::model::pointer::{join, unescape};
use cloudfn_codegen::model::Spec;
use cloudfn_codegen::statements::{Statements, ANNOTATIONS};
use serde_json::{json, Value};

use super::{compare, spec, BASE};
use crate::against::diff::of_statements;
use crate::against::verdict::Verdict;

/// The project's specs, the probe of the generator, and the base of these tests.
pub fn specs() -> Vec<Spec> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut specs = Spec::load_all(&root.join("openapi")).unwrap();
    specs.push(Spec::load(&root.join("codegen/tests/probe.yaml")).unwrap());
    specs.push(spec(BASE));
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
fn additions() -> Vec<(&'static str, Value)> {
    vec![
        ("x-new", json!(1)),
        ("nullable", json!(true)),
        ("deprecated", json!(true)),
        ("default", json!(1)),
        ("default", json!("a")),
        ("minimum", json!(1)),
        ("maximum", json!(9)),
        ("multipleOf", json!(2)),
        ("minLength", json!(1)),
        ("maxLength", json!(1)),
        ("pattern", json!("^a")),
        ("format", json!("other")),
        ("minItems", json!(1)),
        ("maxItems", json!(1)),
        ("uniqueItems", json!(true)),
        ("maxProperties", json!(1)),
        ("enum", json!([1])),
        ("enum", json!(["a"])),
        ("additionalProperties", json!(false)),
        ("required", json!(true)),
        ("security", json!([])),
        ("readOnly", json!(true)),
        ("writeOnly", json!(true)),
        ("style", json!("spaceDelimited")),
        ("explode", json!(false)),
        ("allowReserved", json!(true)),
        ("allowEmptyValue", json!(true)),
        ("another", json!({ "type": "string" })),
        ("418", json!({ "description": "-" })),
        ("text/plain", json!({})),
    ]
}
/// The documents that differ from that of `spec` in one step, and are specs too.
fn mutants(spec: &Spec) -> Vec<(String, Spec)> {
    let mut at = Vec::new();
    places(spec.as_json(), "", false, &mut at);
    let mut documents = Vec::new();
    let mut shapes = BTreeSet::new();
    // Each value is changed; in all ways where no object like its own has been seen: one of the
    // same keys, below the same key.
    let mut is_new_shape = |at: &str, value: &Value, key: &str| {
        let below = at.rsplit('/').nth(1).unwrap_or_default().to_owned();
        let keys = value.as_object().map(|object| object.keys().cloned().collect::<Vec<_>>());
        shapes.insert((below, keys, key.to_owned()))
    };
    for at in at {
        let value = spec.as_json().pointer(&at).unwrap();
        let (holder, key) = at.rsplit_once('/').unwrap();
        let is_new = is_new_shape(holder, spec.as_json().pointer(holder).unwrap(), key);
        for other in others(value).into_iter().take(if is_new { usize::MAX } else { 1 }) {
            let mut document = spec.as_json().clone();
            *document.pointer_mut(&at).unwrap() = other.clone();
            documents.push((format!("{at} = {other}"), document));
        }
        if is_new_shape(&at, value, "") && value.is_object() {
            for (key, member) in additions().iter().filter(|(key, _)| value.get(key).is_none()) {
                let mut document = spec.as_json().clone();
                document.pointer_mut(&at).unwrap()[key] = member.clone();
                documents.push((format!("{at}/{key} added: {member}"), document));
            }
        }
        let key = unescape(key);
        let mut document = spec.as_json().clone();
        match document.pointer_mut(holder).unwrap() {
            Value::Object(object) => drop(object.remove(&key)),
            Value::Array(list) => drop(list.remove(key.parse().unwrap())),
            _ => continue,
        }
        documents.push((format!("{at} dropped"), document));
    }
    let parsed = documents
        .into_iter()
        .filter_map(|(name, document)| Some((name, Spec::of(&spec.file, document).ok()?)));
    parsed.collect()
}

/// What is not for the wire.
const WITHOUT_EFFECT: [&str; 6] = [
    "/info/",
    "/openapi",
    "/x-pages",
    "/operationId",
    // What holds without being said.
    "/explode added: false",
    "/security added: []",
];

#[test]
fn every_change_is_reported() {
    let (mut count, mut silent, mut harmless) = (0, Vec::new(), Vec::new());
    for spec in specs() {
        let base = Statements::of(&spec);
        for (name, mutant) in mutants(&spec) {
            count += 1;
            let changes = of_statements(&mutant, &base, &Statements::of(&mutant));
            let worst = changes.iter().map(|change| change.wire()).max();
            match worst {
                None => silent.push(name),
                Some(Verdict::NoEffect) => harmless.push(name),
                _ => {}
            }
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
