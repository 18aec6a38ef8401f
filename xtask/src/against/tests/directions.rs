//! Changes of the project's own specs have the verdict of the place where they are used.

use std::collections::BTreeMap;

use serde_json::{json, Value};

use super::{compare, completeness::specs, letter};
use cloudfn_codegen::model::{pointer::join, Spec};

/// Makes another value of a keyword's, if it can.
type Change = fn(&Value) -> Option<Value>;

/// A keyword, what becomes of its value, and the verdicts in requests and in responses.
const EXPECTED: &[(&str, Change, char, char)] = &[
    ("minimum", |v| Some(json!(v.as_i64()? + 1)), 'B', 'c'),
    ("minimum", |v| Some(json!(v.as_i64()? - 1)), 'c', 'c'),
    ("maximum", |v| Some(json!(v.as_i64()? - 1)), 'B', 'c'),
    ("maximum", |v| Some(json!(v.as_i64()? + 1)), 'c', 'c'),
    ("minLength", |v| Some(json!(v.as_u64()? + 1)), 'B', 'c'),
    ("maxLength", |v| Some(json!(v.as_u64()? - 1)), 'B', 'c'),
    ("maxLength", |v| Some(json!(v.as_u64()? + 1)), 'c', 'c'),
    ("pattern", |_| Some(json!("^z")), 'B', 'c'),
    ("enum", |v| Some(json!(v.as_array()?[1..])), 'B', 'c'),
    ("enum", |v| Some(json!([v.as_array()?.clone(), vec![another(&v[0])]].concat())), 'c', 'c'),
    ("default", |v| Some(json!(v.as_i64()? + 1)), 'B', 'c'),
    ("x-unit", |_| Some(json!("other")), 'B', 'B'),
    ("format", |_| Some(json!("other")), 'B', 'B'),
    ("type", |v| Some(json!(if v == "boolean" { "string" } else { "boolean" })), 'B', 'B'),
    ("required", |v| Some(json!(v.as_array()?[1..])), 'c', 'c'),
    (
        "properties",
        |v| Some(Value::Object(v.as_object()?.clone().into_iter().skip(1).collect())),
        'B',
        'B',
    ),
    (
        "properties",
        |v| {
            let mut more = v.as_object()?.clone();
            more.insert("another".into(), json!({ "type": "string" }));
            Some(Value::Object(more))
        },
        'c',
        'c',
    ),
];

fn another(value: &Value) -> Value {
    match value {
        Value::Number(_) => json!(1_000_001),
        _ => json!("another"),
    }
}

#[test]
fn the_verdict_is_that_of_the_use() {
    let mut counts = vec![0; EXPECTED.len()];
    for spec in specs() {
        let mut parts = BTreeMap::new();
        for at in spec.schemas().iter().map(|schema| &schema.pointer) {
            let operations = spec.operations_with(at);
            let part = |operations: &Vec<String>| spec.excerpt(operations).unwrap();
            let spec = &*parts.entry(operations).or_insert_with_key(part);
            for (row, (keyword, change, request, response)) in EXPECTED.iter().enumerate() {
                let place = join(at, keyword);
                let Some(value) = spec.as_json().pointer(&place).and_then(change) else { continue };
                let mut document = spec.as_json().clone();
                *document.pointer_mut(&place).unwrap() = value;
                let Ok(mutant) = Spec::of(&spec.file, document) else { continue };
                let uses = spec.uses(at);
                let rank = |verdict: char| "-c?B".find(verdict);
                let used = [(uses.request, *request), (uses.response, *response)];
                let expected =
                    used.iter().filter(|(is_used, _)| *is_used).map(|(_, v)| rank(*v)).max();
                let seen = compare(spec, &mutant).iter().map(|c| rank(letter(c.wire()))).max();
                assert_eq!(seen, expected, "{} {place}", spec.api);
                counts[row] += 1;
            }
        }
    }
    let idle = EXPECTED.iter().zip(&counts).filter(|(_, count)| **count == 0);
    let idle: Vec<&str> = idle.map(|((keyword, ..), _)| *keyword).collect();
    assert!(idle.is_empty(), "nothing tried: {idle:?}");
}
