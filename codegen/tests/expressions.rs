//! Expressions of rules have the meaning that another implementation of CEL gives them.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use cel::objects::{Key, Map};
use cel::{Context, ExecutionError, Program, Value as Cel};
use cloudfn_codegen::expression::Expression;
use cloudfn_codegen::ledger::Page;
use cloudfn_codegen::model::Spec;
use cloudfn_schema::rule::Verdict;
use proptest::prelude::*;
use serde_json::{json, Value};

fn functions() -> Context<'static, 'static> {
    let mut context = Context::default();
    let unix_time = |text: Arc<String>| {
        text.parse::<jiff::Timestamp>().map_or(Cel::Null, |time| Cel::Int(time.as_second()))
    };
    context.add_function("unixTime", unix_time).unwrap();
    let from_json =
        |text: Arc<String>| serde_json::from_str(&text).map_or(Cel::Null, |value| to_cel(&value));
    context.add_function("fromJson", from_json).unwrap();
    context
}

fn to_cel(value: &Value) -> Cel {
    match value {
        Value::Null => Cel::Null,
        Value::Bool(value) => Cel::Bool(*value),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => Cel::Int(integer),
            None => Cel::Float(number.as_f64().unwrap()),
        },
        Value::String(text) => Cel::String(Arc::new(text.clone())),
        Value::Array(list) => Cel::List(Arc::new(list.iter().map(to_cel).collect())),
        Value::Object(object) => {
            let members: HashMap<Key, Cel> = object
                .iter()
                .map(|(name, member)| (Key::from(name.as_str()), to_cel(member)))
                .collect();
            Cel::Map(Map { map: Arc::new(members) })
        }
    }
}

fn by_cel(text: &str, object: &Value) -> Verdict {
    let program = Program::compile(text).unwrap_or_else(|e| panic!("`{text}` is not CEL: {e}"));
    let functions = functions();
    let mut context = functions.new_inner_scope();
    context.add_variable_from_value("self", to_cel(object));
    match program.execute(&context) {
        Ok(Cel::Bool(true)) => Verdict::Holds,
        Err(ExecutionError::NoSuchKey(_)) => Verdict::NotExercised,
        _ => Verdict::Fails,
    }
}

fn is_same(text: &str, object: &Value) -> Result<(), TestCaseError> {
    let expression = Expression::parse(text).unwrap_or_else(|e| panic!("{e}"));
    prop_assert_eq!(expression.evaluate(object), by_cel(text, object), "`{}` on {}", text, object);
    Ok(())
}

/// Any value, often one that means something to a rule.
fn values() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[a-z]{0,3}",
        "[0-9a-fA-F]{32}",
        "-?[0-9]{1,20}",
        Just("{\"bucket\":\"b\",\"expires\":366}".to_owned()),
        Just("{\"func_urn\":1,\"topic_urn\":2}".to_owned()),
        Just("[1]".to_owned()),
        Just("2019-10-25T15:37:27+08:00".to_owned()),
        Just("index.handler".to_owned()),
        Just("a\nb.c".to_owned()),
    ];
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        (-5..5i64).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-9..9i32).prop_map(|half| Value::from(f64::from(half) / 2.0 + 0.25)),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inside| {
        prop_oneof![
            prop::collection::vec(inside.clone(), 0..3).prop_map(Value::from),
            prop::collection::hash_map("[abc]", inside, 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn objects(names: &[&'static str]) -> impl Strategy<Value = Value> {
    let members: Vec<_> =
        names.iter().map(|name| (Just(*name), prop::option::weighted(0.8, values()))).collect();
    members.prop_map(|members| {
        let known = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Value::Object(known.collect())
    })
}

fn join(form: &str, operands: &[String]) -> String {
    let mut parts = form.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.zip(operands).fold(first, |text, (part, operand)| format!("{text}{operand}{part}"))
}

/// Every operator and function, with `_` for each operand. Sums of lists and maps and quotients that
/// are not finite are not a part of the language.
#[rustfmt::skip]
const FORMS: [&str; 41] = [
    "(_ == _)", "(_ != _)", "(_ < _)", "(_ <= _)", "(_ > _)", "(_ >= _)", "(_ in _)", "(_ + 1)", "(1.5 + _)", "('a' + _)", "([_] + [_, 1])",
    "(_ - _)", "(_ * _)", "(_ / 2)", "(_ / 2.5)", "(7 / _)", "(_ % _)", "!_", "!!_", "(-(_))", "(_)[_]", "size(_)", "(_).size()", "int(_)",
    "double(_)", "fromJson(_)", "unixTime(_)", "(_).startsWith(_)", "(_).endsWith(_)", "(_).contains(_)",
    "(_ && _)", "(_ || _)", "(_ ? _ : _)", "[_, _]", "(_).matches('^[^.]+[.].+$')",
    "(_).matches(\"^(-1|[1-9][0-9]*)$\")", "(_).all(x, x == _)", "(_).exists(x, _ == x)",
    "(_).filter(x, x != _)", "(_).exists(x, x.size() > _)", "(_).all(x, has(x.a) && x.a == _)",
];

#[rustfmt::skip]
const LEAVES: [&str; 24] = [
    "self.a", "self.b", "self.c", "has(self.a)", "has(self.b.a)", "self.b.a", "self.c[0]", "self['a']",
    "1", "-2", "0x1F", "1.5", "2e3", "true", "false", "null", "'a'", "\"a\\n\\u00e9\"", "r'\\d'", "[]",
    "[1, 'a']", "'{\"a\": [1]}'", "'7'", "self.a // a comment\n",
];

fn expressions() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(&LEAVES[..]);
    leaf.prop_map(str::to_owned).prop_recursive(3, 24, 3, |inside| {
        (prop::sample::select(FORMS.to_vec()), prop::collection::vec(inside, 3))
            .prop_map(|(form, operands)| join(form, &operands))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn an_expression_means_what_cel_says(
        text in expressions(),
        object in objects(&["a", "b", "c"]),
    ) {
        // Which of several errors counts is not a part of the language.
        for text in [format!("({text}) == true"), format!("!(({text}) == true)")] {
            let by_cel = by_cel(&text, &object) == Verdict::Holds;
            let expression = Expression::parse(&text).unwrap_or_else(|e| panic!("{e}"));
            let holds = expression.evaluate(&object) == Verdict::Holds;
            prop_assert_eq!(holds, by_cel, "`{}` on {}", text, object);
        }
    }
}

#[test]
fn each_rule_of_a_ledger_means_what_cel_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi");
    let specs = Spec::load_all(&folder).unwrap();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(300));
    let mut count = 0;
    for page in Page::load_all(&folder.join("ledger"), &specs).unwrap() {
        for rule in &page.rules {
            let Some(check) = &rule.check else { continue };
            count += 1;
            for object in rule.holds.iter().chain(&rule.fails) {
                is_same(check.text(), object).unwrap();
            }
            let names: Vec<&'static str> =
                check.members().into_iter().map(|name| &*name.to_owned().leak()).collect();
            runner.run(&objects(&names), |object| is_same(check.text(), &object)).unwrap();
        }
    }
    assert!(count > 20, "only {count} rules");
}

#[test]
fn a_rule_holds_fails_or_is_not_exercised() {
    let check = Expression::parse("self.cpu == self.memory_size / 128 * 100 + 200").unwrap();
    for (object, verdict) in [
        (json!({"cpu": 300, "memory_size": 128}), Verdict::Holds),
        (json!({"cpu": 301, "memory_size": 128}), Verdict::Fails),
        (json!({"cpu": "300", "memory_size": 128}), Verdict::Fails),
        (json!({"cpu": 300, "memory_size": i64::MAX}), Verdict::Fails),
        (json!({"cpu": 300}), Verdict::NotExercised),
        (json!({"cpu": 300, "memory_size": null}), Verdict::NotExercised),
    ] {
        assert_eq!(check.evaluate(&object), verdict, "{object}");
    }
}

#[test]
fn what_is_not_supported_is_refused_with_its_place() {
    for (text, message) in [
        ("self.", "column 6 of `self.`: a name is expected here"),
        ("", "column 1 of ``: something is missing here"),
        ("1 + 1", "`1 + 1` is neither true nor false"),
        ("self.a = 1", "column 8 of `self.a = 1`: `=` is not expected here"),
        ("a == 1", "column 3 of `a == 1`: `a` is not known; members are written as `self.a`"),
        ("size(self) > 1", "`size(self) > 1` is about all of `self`, not about one of its members"),
        ("self.all(x, true)", "`self.all(x, true)` is about all of `self`, not about one of its members"),
        ("self.a.matches(self.b)", "column 23 of `self.a.matches(self.b)`: a pattern must be a literal"),
        (
            "self.a.matches('[[:alpha:]]')",
            "column 30 of `self.a.matches('[[:alpha:]]')`: the pattern `[[:alpha:]]`: it has a class with a name; write its characters, such as `[0-9]`",
        ),
        ("self.a.lowerAscii() == ''", "column 20 of `self.a.lowerAscii() == ''`: the function `lowerAscii` is not supported"),
        ("size(self.a, 1) == 1", "column 16 of `size(self.a, 1) == 1`: `size` is called with 2 operands"),
        ("self.a == 'a", "column 11 of `self.a == 'a`: this text has no end: ' is missing"),
        ("self.a == 1x", "column 11 of `self.a == 1x`: `1x` is not a number"),
        ("has(1)", "column 7 of `has(1)`: `has` is about a member, such as `has(self.name)`"),
    ] {
        assert_eq!(Expression::parse(text).unwrap_err(), message);
    }
    let deep = format!("{}true", "(".repeat(500));
    assert!(Expression::parse(&deep).unwrap_err().ends_with("this is nested too deeply"));
}
