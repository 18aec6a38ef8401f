//! Checks a JSON text.
//!
//! It reads the text itself rather than a value parsed from it, so that nothing is lost. It skips
//! undocumented parts.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::Value;

use crate::number::Number;
use crate::path::Path;
use crate::report::{Marks, Options, Report};
use crate::schema::{Kind, Schema};
use crate::text::Text;
use crate::violation::Violation;

/// Checks the JSON in `body` against a schema.
pub fn check_json(schema: &'static Schema, body: &[u8]) -> Vec<Violation> {
    check_json_with(&Options::default(), schema, body)
}

/// Checks the JSON in `body` against a schema, with options.
pub fn check_json_with(options: &Options, schema: &'static Schema, body: &[u8]) -> Vec<Violation> {
    let schema = schema.resolved();
    let text = Text::marked(body);
    let mut report = Report::new(options);
    report.marks = Marks { halves: true, unreadable: !text.is_utf8() };
    match serde_json::from_str::<&RawValue>(text.as_str()) {
        Ok(raw) => value(&mut report, schema, raw, &Path::ROOT),
        Err(_) if body.is_empty() => report.not_json(schema, None),
        Err(e) => report.not_json(schema, Some(e.to_string())),
    }
    report.finish(schema)
}

/// The type of a JSON value, with the text of a number.
enum Type<'r> {
    Null,
    Boolean(bool),
    Number(Number<'r>),
    String,
    Array,
    Object,
}

impl<'r> Type<'r> {
    fn of(raw: &'r RawValue) -> Self {
        match raw.get().as_bytes() {
            [b'n', ..] => Self::Null,
            [b't', ..] => Self::Boolean(true),
            [b'f', ..] => Self::Boolean(false),
            [b'"', ..] => Self::String,
            [b'[', ..] => Self::Array,
            [b'{', ..] => Self::Object,
            _ => Self::Number(Number::parse(raw.get())),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "boolean",
            Self::Number(number) => number.type_name(),
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

fn value(report: &mut Report<'_>, schema: &'static Schema, raw: &RawValue, path: &Path<'_>) {
    let schema = schema.resolved();
    if !report.begins(raw.get().len(), path) {
        return;
    }
    match (&schema.kind, Type::of(raw)) {
        (_, Type::Null) if schema.nullable => {}
        (Kind::OneOf(parts) | Kind::AnyOf(parts), _) => {
            report.alternatives(schema, parts, path, |report, part| value(report, part, raw, path));
        }
        (_, Type::Null) => report.null(schema, path),
        (_, Type::Boolean(boolean)) => report.boolean(schema, boolean, path),
        (_, Type::Number(number)) => report.number(schema, number, path),
        (_, Type::String) => {
            let text: Cow<'_, str> = match serde_json::from_str::<&str>(raw.get()) {
                Ok(text) => text.into(),
                Err(_) => serde_json::from_str::<String>(raw.get()).unwrap_or_default().into(),
            };
            report.string(schema, &text, path);
        }
        (Kind::Any, Type::Array | Type::Object) => {}
        (Kind::Array { .. }, Type::Array) | (Kind::Object(_), Type::Object) => {
            // The error only stops the check.
            let inside = Inside { report, schema, path };
            let _ = serde_json::Deserializer::from_str(raw.get()).deserialize_any(inside);
        }
        (_, found) => report.other_type(schema, found.name(), path),
    }
}

/// An array or an object whose values are checked while they are read.
struct Inside<'r, 'o, 'p> {
    report: &'r mut Report<'o>,
    schema: &'static Schema,
    path: &'p Path<'p>,
}

impl Inside<'_, '_, '_> {
    fn goes_on<E: serde::de::Error>(&self) -> Result<(), E> {
        match self.report.is_exhausted() {
            true => Err(E::custom("exhausted")),
            false => Ok(()),
        }
    }
}

impl<'de> Visitor<'de> for Inside<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Kind::Array { items, unique, .. } = &self.schema.kind else { return Ok(()) };
        let mut known = HashMap::new();
        let (mut count, mut repeated) = (0, None);
        while let Some(raw) = list.next_element::<&RawValue>()? {
            if let Some(items) = items {
                value(self.report, items, raw, &self.path.item(count));
            }
            if *unique {
                let first = *known.entry(plain(raw)).or_insert(count);
                repeated = repeated.or((first < count).then_some((first, count)));
            }
            count += 1;
            self.goes_on()?;
        }
        self.report.array(self.schema, count as u64, repeated, self.path);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { report, schema, path } = self;
        let Kind::Object(object) = &schema.kind else { return Ok(()) };
        let mut members = report.members(object);
        while let Some(name) = map.next_key::<Cow<'_, str>>()? {
            let raw = map.next_value::<&RawValue>()?;
            let inside = path.member(&name);
            let since = report.found();
            match (members.meet(&name), object.values) {
                (Some(met), _) if met.is_repeated => report.repeated(met.member.schema, &inside),
                (Some(met), _) => {
                    let is_null = raw.get().starts_with('n') && !met.member.schema.nullable;
                    match met.member.required && is_null && !is_any(met.member.schema) {
                        true => report.missing(schema, met.member, "null", path),
                        false => value(report, met.member.schema, raw, &inside),
                    }
                }
                (None, Some(values)) => value(report, values, raw, &inside),
                (None, None) if object.open => {}
                (None, None) => {
                    report.undocumented(schema, object, Type::of(raw).name(), &inside);
                }
            }
            report.keep(&mut members, &name, since, || serde_json::from_str(raw.get()).ok());
            Inside { report, schema, path }.goes_on()?;
        }
        report.object(schema, members, path);
        Ok(())
    }
}

fn is_any(schema: &'static Schema) -> bool {
    matches!(schema.resolved().kind, Kind::Any | Kind::OneOf(_) | Kind::AnyOf(_))
}

/// A canonical text, equal for equal values.
fn plain(raw: &RawValue) -> String {
    let value = serde_json::from_str::<Value>(raw.get());
    value.map_or_else(|_| raw.get().to_owned(), |value| crate::value::plain(&value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::{Member, Object};
    use crate::violation::ViolationKind;

    fn schema(kind: Kind) -> &'static Schema {
        let schema = Schema { pointer: "/x", claims: &[], nullable: false, values: &[], kind };
        Box::leak(Box::new(schema))
    }

    fn object(members: &[(&'static str, bool, &'static Schema)]) -> &'static Schema {
        let members =
            members.iter().map(|&(name, required, schema)| Member { name, required, schema });
        let members = Box::leak(members.collect());
        let (min, max, values, open) = (None, None, None, false);
        let object = Object { members, values, open, min, max, tables: &[], rules: &[] };
        schema(Kind::Object(object))
    }

    fn list(items: &'static Schema) -> &'static Schema {
        schema(Kind::Array { items: Some(items), min: None, max: None, unique: false })
    }

    fn integer(min: i64, max: i64) -> &'static Schema {
        schema(Kind::Integer { min: Some(min), max: Some(max), multiple_of: None })
    }

    /// The violations of each value.
    fn told(schema: &'static Schema, values: &[Value]) -> Vec<Vec<String>> {
        let of_value = |value: &Value| -> Vec<String> {
            let found = check_json(schema, value.to_string().as_bytes());
            found.iter().map(ToString::to_string).collect()
        };
        values.iter().map(of_value).collect()
    }

    fn kinds(found: &[Violation]) -> Vec<ViolationKind> {
        found.iter().map(|violation| violation.kind).collect()
    }

    #[test]
    fn the_whole_range_is_told_with_its_place() {
        let found = check_json(object(&[("a", false, integer(0, 3))]), br#"{"a":9}"#);
        let [violation] = &found[..] else { panic!("{found:?}") };
        assert_eq!(violation.to_string(), "a: 9 is outside the documented 0..=3");
        assert_eq!((violation.keyword, violation.pointer.as_str()), ("maximum", "/x/maximum"));
    }

    #[test]
    fn no_digit_of_an_integer_is_lost() {
        let any = schema(Kind::Integer { min: None, max: None, multiple_of: None });
        for (schema, documented) in [
            (any, "range of 64-bit integers"),
            (integer(i64::MIN, i64::MAX), "-9223372036854775808..=9223372036854775807"),
        ] {
            let found = check_json(schema, b"12345678901234567890123");
            let expected =
                format!("12345678901234567890123 is outside the documented {documented}");
            assert_eq!(found[0].to_string(), expected);
        }
        assert_eq!(check_json(any, b"9223372036854775807"), []);
    }

    #[test]
    fn the_work_for_one_text_is_bounded_and_that_is_told() {
        let most = Options::default().max_violations;
        for items in ["1,", "[],"] {
            let body = format!("[{}1]", items.repeat(5_000_000 / items.len()));
            let found = check_json(list(object(&[])), body.as_bytes());
            assert_eq!(found.len(), most + 1);
            assert_eq!(found.last().map(|last| last.kind), Some(ViolationKind::Limit));
        }
        let body = format!("[{}1]", "1,".repeat(2_000_000));
        assert_eq!(
            kinds(&check_json(list(integer(1, 3)), body.as_bytes())),
            [ViolationKind::Limit]
        );
    }

    #[test]
    fn nesting_has_an_end() {
        let inner: &'static Schema = schema(Kind::Recursive(std::sync::OnceLock::new()));
        let tree = list(inner);
        if let Kind::Recursive(known) = &inner.kind {
            known.set(tree).unwrap();
        }
        let body = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(kinds(&check_json(tree, body.as_bytes())), [ViolationKind::Limit]);
        assert_eq!(check_json(tree, b"[[],[[]]]"), []);
    }

    #[test]
    fn texts_that_lost_something_are_told() {
        let text = schema(Kind::String { min: None, max: None, pattern: None, date_time: false });
        for body in [&br#""cut \ud83d""#[..], b"\"\xff\""] {
            assert_eq!(kinds(&check_json(text, body)), [ViolationKind::Type]);
        }
        assert_eq!(check_json(text, "\"\u{FDD0}\"".as_bytes()), []);
    }

    #[test]
    fn members_may_be_repeated_missing_or_null() {
        let schema = object(&[("a", true, integer(1, 3)), ("b", false, integer(1, 3))]);
        for (body, told) in [
            (r#"{"a":1,"a":2}"#, "a: occurs more than once"),
            (r#"{"b":1}"#, "a: is missing, and documented as always present"),
            (r#"{"a":null}"#, "a: is null, and documented as always present"),
            (r#"{"a":1,"b":null}"#, "b: is null, and documented as an integer"),
            (r#"{"a":1,"c":2}"#, "c: is not a documented member"),
            ("[]", "is an array, and documented as an object"),
            ("", "is empty, and not JSON"),
            ("{", "is not JSON"),
        ] {
            let found = check_json(schema, body.as_bytes());
            assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), [told], "{body}");
        }
    }

    #[test]
    fn of_alternatives_the_nearest_counts() {
        let schema = schema(Kind::OneOf(Box::leak(Box::new([
            object(&[("a", true, integer(1, 3)), ("b", true, integer(1, 3))]),
            object(&[("c", true, integer(1, 3))]),
        ]))));
        let told = told(schema, &[json!({"c": 4}), json!({"a": 1, "b": 4}), json!({"c": 1})]);
        let expected = [
            vec!["c: 4 is outside the documented 1..=3"],
            vec!["b: 4 is outside the documented 1..=3"],
            vec![],
        ];
        assert_eq!(told, expected);
    }
}
