//! Properties of all values, tested with values generated from the specs' schemas.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::{Arc, LazyLock};

use cloudfn::registry::Model;
use cloudfn_codegen::lowering::{lower, Fate};
use cloudfn_codegen::model::{completed, minimal, pointer::join, Schema, Spec};
use jsonschema::Validator;
use libtest_mimic::Failed;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRunner};
use serde_json::{json, Map, Value};

use super::rules;
use super::subject::{check, Check, Subject};
use super::wire::Setting;

/// Cases for each property. Each run of the suite tests others.
const CASES: u32 = 96;

pub fn checks(subject: &'static Subject<'static>) -> Vec<Check<'static>> {
    let mut checks = Vec::new();
    for spec in &subject.contract.specs {
        let enforced = Arc::new(LazyLock::new(move || enforced(spec)));
        for operation in &spec.operations {
            let id = &operation.id;
            let prefix = format!("{}::{id}::property", spec.api);
            if let Some(json) = operation.request.as_ref().and_then(|body| body.json()) {
                let at = join(&json.pointer, "schema");
                let enforced = Arc::clone(&enforced);
                checks.push(check(format!("{prefix}/strict-verdict"), move || {
                    let validator = validator((**enforced).as_ref()?, &at)?;
                    let api = subject.api(spec)?;
                    let operation = api.operation(id);
                    let operation =
                        operation.ok_or_else(|| Failed::from("there is no such operation"))?;
                    strict_verdict(subject, &at, &validator, Setting { spec, api, operation })
                }));
            }
            for response in &operation.responses {
                let Some(json) = response.body.json() else { continue };
                let at = join(&json.pointer, "schema");
                let status = &response.status;
                checks.push(check(format!("{prefix}/response.{status}-is-read"), move || {
                    let operation = subject.api(spec)?.operation(id);
                    let model = operation.and_then(|o| o.model(&format!("response.{status}")));
                    let model =
                        model.ok_or_else(|| Failed::from("there is no model of the response"))?;
                    is_read(spec, &at, model)?;
                    never_panics(model)
                }));
            }
        }
    }
    checks
}

fn run<S: Strategy>(
    strategy: &S,
    test: impl Fn(S::Value) -> Result<(), TestCaseError>,
) -> Result<(), Failed> {
    let rng_algorithm = RngAlgorithm::XorShift;
    let config =
        Config { cases: CASES, rng_algorithm, failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(strategy, test).map_err(|e| e.to_string().into())
}

fn fail(message: String) -> TestCaseError {
    TestCaseError::fail(message)
}

/// Of valid requests and their one-step mutations, exactly those are sent, unchanged, that an
/// independent validator accepts and that keep the rules of the pages.
fn strict_verdict(
    subject: &Subject,
    at: &str,
    validator: &Validator,
    setting: Setting<'static>,
) -> Result<(), Failed> {
    let spec = setting.spec;
    let operation = spec.operation(setting.operation.id);
    let operation = operation.ok_or("there is no such operation")?;
    let is_valid =
        |value: &Value| validator.is_valid(value) && rules::hold(subject, spec, operation, value);
    let strategy = (instance(spec, at, Fill::Valid), any::<Index>(), any::<Index>(), any::<bool>());
    run(&strategy, |(valid, place, step, is_mutated)| {
        let value = match is_mutated {
            true => mutate(spec, at, &valid, place, step),
            false => valid,
        };
        let arguments = setting.arguments(Some(&value));
        let tried = setting.tried(&arguments, None);
        let tried = tried.map_err(|e| fail(e.message().unwrap_or_default().to_owned()))?;
        let sent = tried.received.first();
        let sent = sent.map(|sent| serde_json::from_slice::<Value>(&sent.body));
        match (sent, is_valid(&value)) {
            (Some(Ok(sent)), true) => match sent == value {
                true => Ok(()),
                false => Err(fail(format!("{value} is sent as {sent}"))),
            },
            (Some(Err(e)), true) => Err(fail(format!("{value} is not sent as JSON: {e}"))),
            (Some(_), false) => Err(fail(format!("the validator refuses {value}, and it is sent"))),
            (None, true) => {
                let error = tried.error.unwrap_or_default();
                Err(fail(format!("{value} is refused: {error}; the validator does not")))
            }
            (None, false) => match tried.error {
                Some(reason) if !reason.is_empty() => Ok(()),
                _ => Err(fail("refused without a reason".into())),
            },
        }
    })
}

/// A response with the right JSON types is read, and written back without nulls and unknown members.
fn is_read(spec: &'static Spec, at: &str, model: Model) -> Result<(), Failed> {
    run(&instance(spec, at, Fill::Tolerant), |value| {
        let decoded = (model.decode)(value.to_string().as_bytes())
            .map_err(|e| fail(format!("{value} is not read: {e}")))?;
        let expected = known(spec, at, &value);
        let written = decoded.encode();
        match written == expected {
            true => Ok(()),
            false => Err(fail(format!("{value} is written back as {written}"))),
        }
    })
}

/// No input makes a decoder panic.
fn never_panics(model: Model) -> Result<(), Failed> {
    run(&any::<Vec<u8>>(), |bytes| {
        let _ = (model.decode)(&bytes);
        Ok(())
    })?;
    run(&any_json(), |value| {
        let text = value.to_string();
        let _ = (model.decode)(text.as_bytes());
        let _ = (model.decode)(&text.as_bytes()[..text.len() / 2]);
        Ok(())
    })
}

/// An independent validator for the spec's schema at `at`. It refuses unknown members, as requests
/// do.
fn validator(document: &Value, at: &str) -> Result<Validator, Failed> {
    let schema = document.pointer(at).cloned().unwrap_or_default();
    let mut root = json!({ "allOf": [schema], "components": document["components"] });
    close(&mut root);
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft4)
        .should_validate_formats(true)
        .build(&root)
        .map_err(|e| e.to_string().into())
}

/// The spec without what the rules of lowering leave to the documentation.
fn enforced(spec: &Spec) -> Result<Value, String> {
    let lowered = lower(spec).map_err(|e| e.to_string())?;
    let mut document = spec.as_json().clone();
    let is_documented_only = |fate: &Fate| matches!(fate, Fate::DocumentedOnly(_));
    for (pointer, _) in lowered.touches.iter().filter(|(_, touch)| is_documented_only(touch)) {
        if let Some((schema, keyword)) = pointer.rsplit_once('/') {
            if let Some(Value::Object(schema)) = document.pointer_mut(schema) {
                schema.remove(keyword);
            }
        }
    }
    Ok(document)
}

/// Closes objects, and takes null where it is documented, and nowhere else.
fn close(value: &mut Value) {
    if let Value::Object(object) = value {
        if object.get("nullable") == Some(&json!(true)) {
            object.remove("nullable");
            close(value);
            *value = json!({ "anyOf": [value, { "enum": [null] }] });
            return;
        }
        if object.get("properties").is_some_and(Value::is_object)
            && !object.contains_key("additionalProperties")
        {
            object.insert("additionalProperties".into(), false.into());
        }
        let members = object.get_mut("properties").and_then(Value::as_object_mut);
        for member in members.into_iter().flat_map(Map::values_mut) {
            if ["type", "$ref", "nullable"].iter().all(|keyword| member.get(keyword).is_none()) {
                *member = json!({ "allOf": [member, { "not": { "enum": [null] } }] });
            }
        }
        object.values_mut().for_each(close);
    } else if let Value::Array(list) = value {
        list.iter_mut().for_each(close);
    }
}

/// Texts, and names of members. Each expression is read once, not for each text.
static TEXTS: LazyLock<SBoxedStrategy<String>> = LazyLock::new(|| texts("\\PC*"));
static NAMES: LazyLock<SBoxedStrategy<String>> = LazyLock::new(|| texts("[a-z_]{1,8}"));
static SHORT_NAMES: LazyLock<SBoxedStrategy<String>> = LazyLock::new(|| texts("[a-z]{1,4}"));

fn texts(expression: &str) -> SBoxedStrategy<String> {
    proptest::string::string_regex(expression).expect("the expression is valid").sboxed()
}

/// How instances are generated.
#[derive(Clone, Copy)]
enum Fill {
    /// As documented; often by the rules too.
    Valid,
    /// With the right JSON types only.
    Tolerant,
}

/// Instances of the schema at `at`.
fn instance(spec: &'static Spec, at: &str, fill: Fill) -> BoxedStrategy<Value> {
    nested(spec, at, fill, DEPTH)
}

/// The maximum depth of instances of recursive schemas.
const DEPTH: usize = 6;

fn nested(spec: &'static Spec, at: &str, fill: Fill, depth: usize) -> BoxedStrategy<Value> {
    if depth == 0 {
        return Just(minimal(spec, at)).boxed();
    }
    let Some(schema) = spec.at(at) else {
        return Just(Value::Null).boxed();
    };
    if let (Some(Value::Array(values)), Fill::Valid) = (schema.get("enum"), fill) {
        return proptest::sample::select(values.clone()).boxed();
    }
    match schema.json_type() {
        Some("integer") => integers(schema, fill),
        Some("number") => (-1e6..1e6f64).prop_map(|number| json!(number)).boxed(),
        Some("boolean") => any::<bool>().prop_map(|flag| json!(flag)).boxed(),
        Some("string") => strings(schema, fill),
        Some("array") => {
            let items = schema.items.as_deref().unwrap_or_default();
            let item = nested(spec, items, fill, depth - 1);
            let count = count(schema, "minItems", "maxItems", fill);
            proptest::collection::vec(item, count).prop_map(Value::Array).boxed()
        }
        _ if schema.is_model() => object(spec, schema, fill, depth),
        _ => {
            let value = match &schema.values {
                Some(values) => nested(spec, values, fill, depth - 1),
                None => any_json(),
            };
            let count = count(schema, "minProperties", "maxProperties", fill);
            proptest::collection::btree_map(SHORT_NAMES.clone(), value, count)
                .prop_map(|map| Value::Object(map.into_iter().collect()))
                .boxed()
        }
    }
}

/// The number of items of a list or members of a map.
fn count(schema: &Schema, min: &str, max: &str, fill: Fill) -> RangeInclusive<usize> {
    let bound = |keyword: &str| schema.count(keyword).and_then(|n| usize::try_from(n).ok());
    match fill {
        Fill::Tolerant => 0..=2,
        Fill::Valid => {
            let min = bound(min).unwrap_or(0);
            min..=bound(max).unwrap_or(min + 2).min(min + 2)
        }
    }
}

fn integers(schema: &Schema, fill: Fill) -> BoxedStrategy<Value> {
    let whole = |keyword: &str| schema.get(keyword).and_then(Value::as_i64);
    let step = |keyword: &str| i64::from(schema.is(keyword));
    let min = whole("minimum").map(|n| n + step("exclusiveMinimum"));
    let max = whole("maximum").map(|n| n - step("exclusiveMaximum"));
    let (min, max) = match fill {
        Fill::Valid => (min.unwrap_or(i64::MIN), max.unwrap_or(i64::MAX)),
        Fill::Tolerant => (i64::MIN, i64::MAX),
    };
    prop_oneof![Just(min), Just(max), min..=max].prop_map(|number| json!(number)).boxed()
}

fn strings(schema: &Schema, fill: Fill) -> BoxedStrategy<Value> {
    if matches!(fill, Fill::Tolerant) {
        return TEXTS.clone().prop_map(Value::String).boxed();
    }
    if schema.text("format") == Some("date-time") {
        return Just(json!("2024-01-15T08:30:00+08:00")).boxed();
    }
    if let Some(pattern) = schema.text("pattern") {
        let plain = pattern.trim_start_matches('^').trim_end_matches('$');
        if let Ok(strategy) = proptest::string::string_regex(plain) {
            return strategy.prop_map(Value::String).boxed();
        }
    }
    let bound = |keyword: &str, otherwise: u64| schema.count(keyword).unwrap_or(otherwise);
    let min = bound("minLength", 0);
    let max = bound("maxLength", min + 20);
    let length = usize::try_from(min).unwrap_or(0)..=usize::try_from(max).unwrap_or(20);
    proptest::collection::vec(any::<char>(), length)
        .prop_map(|characters| Value::String(characters.into_iter().collect()))
        .boxed()
}

fn object(
    spec: &'static Spec,
    schema: &'static Schema,
    fill: Fill,
    depth: usize,
) -> BoxedStrategy<Value> {
    let listed = schema.listed_members();
    let names: Vec<String> = listed.iter().map(|member| member.name.clone()).collect();
    let present: Vec<BoxedStrategy<Option<Value>>> = listed
        .iter()
        .map(|member| {
            let value = nested(spec, &member.schema, fill, depth - 1);
            match fill {
                Fill::Valid if member.required => value.prop_map(Some).boxed(),
                Fill::Valid => proptest::option::of(value).boxed(),
                Fill::Tolerant => prop_oneof![
                    4 => value.prop_map(Some),
                    1 => Just(Some(Value::Null)),
                    1 => Just(None)
                ]
                .boxed(),
            }
        })
        .collect();
    let keeps_rules = match fill {
        Fill::Valid => any::<bool>().boxed(),
        Fill::Tolerant => Just(false).boxed(),
    };
    let unknown = match fill {
        Fill::Valid => Just(None).boxed(),
        Fill::Tolerant => proptest::option::of(any_json()).boxed(),
    };
    (present, keeps_rules, unknown)
        .prop_map(move |(values, keeps_rules, unknown)| {
            let named = names.iter().cloned().zip(values);
            let mut object: Map<String, Value> =
                named.filter_map(|(name, value)| Some((name, value?))).collect();
            object.extend(unknown.map(|value| ("a member from the future".to_owned(), value)));
            let object = Value::Object(object);
            match keeps_rules {
                true => completed(spec, &schema.pointer, &object, &BTreeSet::new()),
                false => object,
            }
        })
        .boxed()
}

fn any_json() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(|flag| json!(flag)),
        any::<i64>().prop_map(|number| json!(number)),
        TEXTS.clone().prop_map(Value::String),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            proptest::collection::btree_map(NAMES.clone(), inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
    .boxed()
}

/// `value` without nulls and members that are unknown to the schema.
fn known(spec: &Spec, at: &str, value: &Value) -> Value {
    let Some(found) = spec.at(at) else {
        return value.clone();
    };
    match value {
        Value::Object(object) if found.is_model() => {
            let present = object.iter().filter(|(_, member)| !member.is_null());
            let kept = present.filter_map(|(name, member)| {
                let listed = found.member(name)?;
                Some((name.clone(), known(spec, &listed.schema, member)))
            });
            Value::Object(kept.collect())
        }
        Value::Object(object) if found.values.is_some() => {
            let values = found.values.as_deref().unwrap_or_default();
            let kept =
                object.iter().map(|(name, value)| (name.clone(), known(spec, values, value)));
            Value::Object(kept.collect())
        }
        Value::Array(list) => {
            let items = found.items.as_deref().unwrap_or_default();
            Value::Array(list.iter().map(|item| known(spec, items, item)).collect())
        }
        other => other.clone(),
    }
}

/// `value` with one change at some place.
fn mutate(spec: &Spec, at: &str, value: &Value, place: Index, step: Index) -> Value {
    let mut places = Vec::new();
    list_places(value, String::new(), &mut places);
    let chosen = places[place.index(places.len())].clone();
    let mut mutated = value.clone();
    let steps = steps(spec, at, &chosen, value.pointer(&chosen).unwrap_or(&Value::Null));
    let step = &steps[step.index(steps.len())];
    match step {
        Step::Replace(other) => {
            if let Some(target) = mutated.pointer_mut(&chosen) {
                *target = other.clone();
            }
        }
        Step::Add => {
            if let Some(Value::Object(object)) = mutated.pointer_mut(&chosen) {
                object.insert("a misspelt member".into(), json!(1));
            }
        }
        Step::Remove => {
            if let Some((parent, name)) = chosen.rsplit_once('/') {
                if let Some(Value::Object(object)) = mutated.pointer_mut(parent) {
                    object.remove(name);
                }
            }
        }
    }
    mutated
}

enum Step {
    Replace(Value),
    Add,
    Remove,
}

fn list_places(value: &Value, at: String, places: &mut Vec<String>) {
    for (name, member) in value.as_object().into_iter().flatten() {
        list_places(member, join(&at, name), places);
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        list_places(item, join(&at, &index.to_string()), places);
    }
    places.push(at);
}

/// The changes to test at a place of an instance: another type, a value just beyond each bound,
/// another enumeration value, an additional or missing member.
fn steps(spec: &Spec, at: &str, place: &str, value: &Value) -> Vec<Step> {
    let mut steps: Vec<Step> =
        [json!(null), json!(true), json!(7), json!(1.5), json!("x"), json!([]), json!({})]
            .into_iter()
            .map(Step::Replace)
            .collect();
    steps.push(Step::Remove);
    if value.is_object() {
        steps.push(Step::Add);
    }
    let schema = schema_of(spec, at, place);
    let whole = |keyword: &str| schema?.get(keyword)?.as_i64();
    let mut around = |min, max, make: &dyn Fn(i64) -> Option<Value>| {
        for (keyword, step) in [(min, -1), (min, 0), (max, 1), (max, 0)] {
            let bound = whole(keyword).and_then(|bound| bound.checked_add(step));
            steps.extend(bound.and_then(make).map(Step::Replace));
        }
    };
    let count = |bound: i64| usize::try_from(bound).ok();
    around("minimum", "maximum", &|bound| Some(json!(bound)));
    around("minItems", "maxItems", &|bound| Some(json!(vec![value.get(0)?; count(bound)?])));
    around("minLength", "maxLength", &|bound| Some(json!("ü".repeat(count(bound)?))));
    steps
}

/// The schema of a place in an instance.
fn schema_of<'s>(spec: &'s Spec, at: &str, place: &str) -> Option<&'s Schema> {
    place.split('/').skip(1).try_fold(spec.at(at)?, |found, token| match &found.items {
        Some(items) => spec.at(items),
        None => spec.at(&found.member(token)?.schema),
    })
}
