//! Tables made of any schema judge any value as the `jsonschema` crate does.

use std::path::Path;

use cloudfn_codegen::model::{Spec, CONSTRAINTS};
use cloudfn_codegen::table;
use cloudfn_schema::{check_json_with, check_with, Options, Path as Place, Schema};
use jsonschema::{Draft, Validator};
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{json, Map, Value};

const NAMES: [&str; 4] = ["a", "b", "c", "d"];
const TEXTS: [&str; 7] =
    ["", "a", "bb", "é😀", "abc", "2019-10-25T15:37:27Z", "2019-10-25 15:37:27"];

/// A schema of `parts`, without those that are not there.
fn object(parts: Vec<(&str, Option<Value>)>) -> Value {
    let there = parts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(there.collect())
}

fn range(
    numbers: impl Strategy<Value = Value> + Clone,
) -> impl Strategy<Value = [Option<Value>; 4]> {
    let flag = of(any::<bool>().prop_map(Value::from));
    (of(numbers.clone()), of(numbers), flag.clone(), flag).prop_map(|(a, b, min, max)| {
        let (a, b) = match (a, b) {
            (Some(a), Some(b)) if a.as_f64() > b.as_f64() => (Some(b), Some(a)),
            other => other,
        };
        [a, b, min, max]
    })
}

fn counts() -> impl Strategy<Value = [Option<Value>; 2]> {
    (of(0..3_u64), of(0..3_u64)).prop_map(|(a, b)| match (a, b) {
        (Some(a), Some(b)) => [Some(a.min(b).into()), Some(a.max(b).into())],
        (a, b) => [a.map(Value::from), b.map(Value::from)],
    })
}

fn nullable() -> impl Strategy<Value = Option<Value>> {
    of(Just(Value::from(true)))
}

fn number(kind: &'static str, numbers: &'static [f64]) -> impl Strategy<Value = Value> {
    let number = select(numbers).prop_map(|number| match number.fract() == 0.0 {
        #[allow(clippy::cast_possible_truncation)]
        true => Value::from(number as i64),
        false => Value::from(number),
    });
    let listed = of(vec(number.clone(), 1..3));
    let multiple = of(select(&[1, 2, 3][..]).prop_map(Value::from));
    (range(number), multiple, listed, nullable()).prop_map(
        move |([min, max, above, below], multiple, listed, nullable)| {
            object(vec![
                ("type", Some(kind.into())),
                ("minimum", min.clone()),
                ("maximum", max.clone()),
                ("exclusiveMinimum", above.filter(|_| min.is_some())),
                ("exclusiveMaximum", below.filter(|_| max.is_some())),
                ("multipleOf", multiple),
                ("enum", listed.map(Value::Array)),
                ("nullable", nullable),
            ])
        },
    )
}

fn string() -> impl Strategy<Value = Value> {
    let listed = of(subsequence(&TEXTS[..], 1..4));
    let pattern = of(select(&["^a", "b+$", "^.{2}$"][..]));
    let is_time = prop::bool::weighted(0.2);
    (counts(), pattern, listed, is_time, nullable()).prop_map(
        |([min, max], pattern, listed, is_time, nullable)| {
            object(vec![
                ("type", Some("string".into())),
                ("minLength", min),
                ("maxLength", max),
                ("pattern", pattern.map(Value::from)),
                ("enum", listed.map(Value::from)),
                ("format", is_time.then(|| "date-time".into())),
                ("nullable", nullable),
            ])
        },
    )
}

fn schema() -> impl Strategy<Value = Value> {
    const NUMBERS: &[f64] = &[-2.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0];
    const INTEGERS: &[f64] = &[-2.0, 0.0, 1.0, 2.0, 3.0];
    let scalar = prop_oneof![
        nullable().prop_map(|nullable| {
            object(vec![("type", Some("boolean".into())), ("nullable", nullable)])
        }),
        number("integer", INTEGERS),
        number("number", NUMBERS),
        string(),
        Just(json!({})),
    ];
    scalar.prop_recursive(3, 24, 4, |inner| {
        let array = (inner.clone(), counts(), any::<bool>(), nullable()).prop_map(
            |(items, [min, max], unique, nullable)| {
                object(vec![
                    ("type", Some("array".into())),
                    ("items", Some(items)),
                    ("minItems", min),
                    ("maxItems", max),
                    ("uniqueItems", unique.then(|| true.into())),
                    ("nullable", nullable),
                ])
            },
        );
        let members = btree_map(select(&NAMES[..3]), inner.clone(), 0..4);
        let others = prop_oneof![
            Just(None),
            Just(Some(Value::from(true))),
            Just(Some(Value::from(false))),
            inner.clone().prop_map(Some),
        ];
        let structure = (members, others, counts(), vec(any::<bool>(), 3), nullable()).prop_map(
            |(members, others, [min, max], required, nullable)| {
                let required = members.keys().zip(required).filter(|(_, is)| *is);
                let required: Vec<Value> = required.map(|(name, _)| (*name).into()).collect();
                let members: Map<String, Value> =
                    members.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
                object(vec![
                    ("type", Some("object".into())),
                    ("properties", (!members.is_empty()).then_some(Value::Object(members))),
                    ("required", (!required.is_empty()).then_some(Value::Array(required))),
                    ("additionalProperties", others),
                    ("minProperties", min),
                    ("maxProperties", max),
                    ("nullable", nullable),
                ])
            },
        );
        let alternatives = (select(&["oneOf", "anyOf"][..]), vec(inner, 2..4), nullable())
            .prop_map(|(keyword, parts, nullable)| {
                object(vec![(keyword, Some(Value::Array(parts))), ("nullable", nullable)])
            });
        prop_oneof![2 => array, 3 => structure, 1 => alternatives]
    })
}

fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        3 => (-3..5_i64).prop_map(Value::from),
        2 => select(&[-0.5, 0.5, 1.0, 1.5, 2.0][..]).prop_map(Value::from),
        3 => select(&TEXTS[..]).prop_map(Value::from),
    ];
    scalar.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::Array),
            btree_map(select(&NAMES[..]), inner, 0..4).prop_map(|members| {
                Value::Object(members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
            }),
        ]
    })
}

/// The table of a schema; nothing if no spec may have the schema.
fn table_of(schema: &Value) -> Option<&'static Schema> {
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "probe", "version": "1" },
        "paths": { "/": { "get": {
            "operationId": "probe",
            "responses": { "200": { "description": "", "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Probe" },
            } } } },
        } } },
        "components": { "schemas": { "Probe": { "type": "array", "items": schema } } },
    });
    let spec =
        Spec::of(Path::new("probe.yaml"), document).inspect_err(|e| eprintln!("{e}")).ok()?;
    Some(table::of_schema(&spec, "/components/schemas/Probe/items"))
}

/// The schema in draft 4, with the rules of this project: only documented members are documented.
fn draft4(schema: &Value) -> Value {
    let Value::Object(keywords) = schema else { return schema.clone() };
    let mut written = Map::new();
    for (keyword, value) in keywords {
        let value = match (keyword.as_str(), value) {
            ("nullable", _) => continue,
            ("items" | "additionalProperties", value) => draft4(value),
            ("oneOf" | "anyOf", Value::Array(parts)) => parts.iter().map(draft4).collect(),
            ("properties", Value::Object(members)) => {
                let members = members.iter().map(|(name, member)| (name.clone(), draft4(member)));
                Value::Object(members.collect())
            }
            (_, value) => value.clone(),
        };
        written.insert(keyword.clone(), value);
    }
    if keywords.contains_key("properties") && !keywords.contains_key("additionalProperties") {
        written.insert("additionalProperties".into(), false.into());
    }
    match keywords.get("nullable") {
        Some(_) => json!({ "anyOf": [{ "type": "null" }, written] }),
        None => Value::Object(written),
    }
}

fn validator(schema: &Value) -> Validator {
    let options = jsonschema::options().with_draft(Draft::Draft4).should_validate_formats(true);
    options.build(&draft4(schema)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_value_is_judged_alike(schema in schema(), values in vec(value(), 32)) {
        let Some(table) = table_of(&schema) else { return Err(TestCaseError::reject("no spec")) };
        let validator = validator(&schema);
        let options = Options::default();
        for value in values {
            let expected = validator.is_valid(&value);
            let text = value.to_string();
            let of_json = check_json_with(&options, table, text.as_bytes());
            prop_assert_eq!(of_json.is_empty(), expected, "{} {} {:?}", schema, text, of_json);
            let of_value = check_with(&options, table, &Place::ROOT, &value);
            prop_assert_eq!(of_value.is_empty(), expected, "{} {} {:?}", schema, text, of_value);
        }
    }
}

/// What is stated of schemas and does not limit values, or is not supported.
const WITHOUT_CHECK: [&str; 5] = ["default", "not", "discriminator", "readOnly", "writeOnly"];

/// The schema and those inside it without a keyword; nothing if none of them has it.
fn without(schema: &Value, keyword: &str) -> Option<Value> {
    fn remove(value: &mut Value, keyword: &str) -> bool {
        match value {
            Value::Object(object) => {
                let removed = object.remove(keyword).is_some();
                object.values_mut().fold(removed, |removed, inner| remove(inner, keyword) | removed)
            }
            Value::Array(list) => {
                list.iter_mut().fold(false, |removed, inner| remove(inner, keyword) | removed)
            }
            _ => false,
        }
    }
    let mut other = schema.clone();
    remove(&mut other, keyword).then_some(other)
}

#[test]
fn a_keyword_that_is_switched_off_is_noticed() {
    let mut runner = TestRunner::deterministic();
    let constraints = CONSTRAINTS.into_iter().filter(|keyword| !WITHOUT_CHECK.contains(keyword));
    let mut unnoticed: Vec<&str> = constraints.chain(["type", "nullable", "required"]).collect();
    for _ in 0..4_000 {
        let (schema, values) =
            (schema(), vec(value(), 32)).new_tree(&mut runner).unwrap().current();
        unnoticed.retain(|keyword| {
            let other = without(&schema, keyword).and_then(|other| table_of(&other));
            let Some(other) = other else { return true };
            let validator = validator(&schema);
            values.iter().all(|value| {
                let found = check_with(&Options::default(), other, &Place::ROOT, value);
                found.is_empty() == validator.is_valid(value)
            })
        });
        if unnoticed.is_empty() {
            return;
        }
    }
    panic!("the tables judge alike without {unnoticed:?}");
}
