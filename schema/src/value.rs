//! Checks a Rust value while it is serialized.

use std::collections::HashMap;
use std::fmt::Error as Unserializable;

use serde::ser::{
    Impossible, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, SerializeTupleStruct,
};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::number::Number;
use crate::path::Path;
use crate::report::{Members, Options, Report};
use crate::schema::{Kind, Object, Schema};
use crate::violation::Violation;

/// Checks a value against a schema.
pub fn check<T: Serialize + ?Sized>(schema: &'static Schema, value: &T) -> Vec<Violation> {
    check_with(&Options::default(), schema, &Path::ROOT, value)
}

/// Checks the value at `path` against a schema, with options.
pub fn check_with<T: Serialize + ?Sized>(
    options: &Options,
    schema: &'static Schema,
    path: &Path<'_>,
    value: &T,
) -> Vec<Violation> {
    let mut report = Report::new(options);
    hold(&mut report, schema, path, &Typed(value));
    report.finish(schema)
}

/// A value of any type: what is generic over types is compiled for each.
trait Checkable {
    fn check(&self, check: Check<'_, '_, '_>) -> Checked;
    fn json(&self) -> Option<Value>;
}

struct Typed<'v, T: ?Sized>(&'v T);

impl<T: Serialize + ?Sized> Checkable for Typed<'_, T> {
    fn check(&self, check: Check<'_, '_, '_>) -> Checked {
        self.0.serialize(check)
    }

    fn json(&self) -> Option<Value> {
        serde_json::to_value(self.0).ok()
    }
}

fn hold(report: &mut Report<'_>, schema: &'static Schema, path: &Path<'_>, value: &dyn Checkable) {
    let schema = schema.resolved();
    match &schema.kind {
        _ if !report.begins(0, path) => {}
        Kind::OneOf(parts) | Kind::AnyOf(parts) => {
            if schema.nullable && value.json().is_some_and(|value| value.is_null()) {
                return;
            }
            report
                .alternatives(schema, parts, path, |report, part| hold(report, part, path, value));
        }
        _ => {
            // The checks themselves cannot fail.
            let _ = value.check(Check { report, schema, path });
        }
    }
}

struct Check<'r, 'o, 'p> {
    report: &'r mut Report<'o>,
    schema: &'static Schema,
    path: &'p Path<'p>,
}

/// The result of a check. A value that cannot be serialized is refused when it is sent.
type Checked = Result<(), Unserializable>;

macro_rules! integers {
    ($($method:ident($type:ty))*) => {$(
        fn $method(self, value: $type) -> Checked {
            self.report.number(self.schema, Number::Integer(value.into()), self.path);
            Ok(())
        }
    )*};
}

macro_rules! large_integers {
    ($($method:ident($type:ty))*) => {$(
        fn $method(self, value: $type) -> Checked {
            match i64::try_from(value) {
                Ok(value) => self.serialize_i64(value),
                Err(_) => {
                    let digits = value.to_string();
                    self.report.number(self.schema, Number::Large(&digits), self.path);
                    Ok(())
                }
            }
        }
    )*};
}

impl<'r, 'o, 'p> Serializer for Check<'r, 'o, 'p> {
    type Ok = ();
    type Error = Unserializable;
    type SerializeSeq = Items<'r, 'o, 'p>;
    type SerializeTuple = Items<'r, 'o, 'p>;
    type SerializeTupleStruct = Items<'r, 'o, 'p>;
    type SerializeTupleVariant = Impossible<(), Unserializable>;
    type SerializeMap = Entries<'r, 'o, 'p>;
    type SerializeStruct = Entries<'r, 'o, 'p>;
    type SerializeStructVariant = Impossible<(), Unserializable>;

    integers! {
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32)
    }
    large_integers! { serialize_u64(u64) serialize_i128(i128) serialize_u128(u128) }

    fn serialize_bool(self, value: bool) -> Checked {
        self.report.boolean(self.schema, value, self.path);
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Checked {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Checked {
        self.report.number(self.schema, Number::Float(value, None), self.path);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Checked {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Checked {
        self.report.string(self.schema, value, self.path);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Checked {
        value.serialize(self)
    }

    fn serialize_none(self) -> Checked {
        self.report.null(self.schema, self.path);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Checked {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Checked {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Checked {
        self.serialize_none()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Checked {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Checked {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Checked {
        let mut map = self.serialize_map(Some(1))?;
        map.serialize_entry(variant, value)?;
        SerializeMap::end(map)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'r, 'o, 'p>, Unserializable> {
        let of = match &self.schema.kind {
            Kind::Array { items, unique, .. } => {
                Some(Of { items: *items, known: unique.then(HashMap::new) })
            }
            Kind::Any => None,
            _ => {
                self.report.other_type(self.schema, "array", self.path);
                None
            }
        };
        Ok(Items { check: self, of, count: 0, repeated: None })
    }

    fn serialize_tuple(self, length: usize) -> Result<Items<'r, 'o, 'p>, Unserializable> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        length: usize,
    ) -> Result<Items<'r, 'o, 'p>, Unserializable> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unserializable> {
        Err(Unserializable)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries<'r, 'o, 'p>, Unserializable> {
        let of = match &self.schema.kind {
            Kind::Object(object) => Some((object, self.report.members(object))),
            Kind::Any => None,
            _ => {
                self.report.other_type(self.schema, "object", self.path);
                None
            }
        };
        Ok(Entries { check: self, of, key: String::new() })
    }

    fn serialize_struct(
        self,
        _: &'static str,
        length: usize,
    ) -> Result<Entries<'r, 'o, 'p>, Unserializable> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Unserializable> {
        Err(Unserializable)
    }
}

/// The items of an array.
struct Items<'r, 'o, 'p> {
    check: Check<'r, 'o, 'p>,
    /// Their schema; `None` if the array is not checked.
    of: Option<Of>,
    count: usize,
    repeated: Option<(usize, usize)>,
}

struct Of {
    items: Option<&'static Schema>,
    /// The items so far, if they must be unique.
    known: Option<HashMap<String, usize>>,
}

impl Items<'_, '_, '_> {
    fn item(&mut self, value: &dyn Checkable) -> Checked {
        let Some(of) = &mut self.of else { return Ok(()) };
        if let Some(items) = of.items {
            let path = self.check.path.item(self.count);
            hold(self.check.report, items, &path, value);
        }
        if let Some(known) = &mut of.known {
            let plain = value.json().map(|value| plain(&value));
            let first = *known.entry(plain.unwrap_or_default()).or_insert(self.count);
            self.repeated = self.repeated.or((first < self.count).then_some((first, self.count)));
        }
        self.count += 1;
        Ok(())
    }

    fn finish(self) -> Checked {
        let Check { report, schema, path } = self.check;
        if self.of.is_some() {
            report.array(schema, self.count as u64, self.repeated, path);
        }
        Ok(())
    }
}

macro_rules! items {
    ($($of:ident::$method:ident)*) => {$(
        impl $of for Items<'_, '_, '_> {
            type Ok = ();
            type Error = Unserializable;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Checked {
                self.item(&Typed(value))
            }

            fn end(self) -> Checked {
                self.finish()
            }
        }
    )*};
}

items! {
    SerializeSeq::serialize_element
    SerializeTuple::serialize_element
    SerializeTupleStruct::serialize_field
}

/// The members of an object.
struct Entries<'r, 'o, 'p> {
    check: Check<'r, 'o, 'p>,
    /// Their schemas; `None` if the object is not checked.
    of: Option<(&'static Object, Members)>,
    key: String,
}

impl Entries<'_, '_, '_> {
    fn member(&mut self, name: &str, value: &dyn Checkable) -> Checked {
        let Some((object, members)) = &mut self.of else { return Ok(()) };
        let Check { report, schema, path } = &mut self.check;
        let inside = path.member(name);
        let since = report.found();
        match (members.meet(name), object.values) {
            (Some(met), _) => hold(report, met.member.schema, &inside, value),
            (None, Some(values)) => hold(report, values, &inside, value),
            (None, None) if object.open => {}
            (None, None) => report.undocumented(schema, object, "value", &inside),
        }
        report.keep(members, name, since, || value.json());
        Ok(())
    }

    fn finish(self) -> Checked {
        let Check { report, schema, path } = self.check;
        if let Some((_, members)) = self.of {
            report.object(schema, members, path);
        }
        Ok(())
    }
}

impl SerializeStruct for Entries<'_, '_, '_> {
    type Ok = ();
    type Error = Unserializable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Checked {
        self.member(name, &Typed(value))
    }

    fn end(self) -> Checked {
        self.finish()
    }
}

impl SerializeMap for Entries<'_, '_, '_> {
    type Ok = ();
    type Error = Unserializable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Checked {
        let key = serde_json::to_value(key).map_err(|_| Unserializable)?;
        self.key = match key {
            Value::String(key) => key,
            other => other.to_string(),
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Checked {
        let key = std::mem::take(&mut self.key);
        self.member(&key, &Typed(value))
    }

    fn end(self) -> Checked {
        self.finish()
    }
}

/// A canonical text, equal for equal values.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && number.is_f64() => format!("{float:.0}"),
            _ => number.to_string(),
        },
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(plain).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(members) => {
            let mut members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), plain(value)))
                .collect();
            members.sort();
            format!("{{{}}}", members.join(","))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::schema::{Bound, Literal};

    fn schema(values: &'static [Literal], kind: Kind) -> &'static Schema {
        Box::leak(Box::new(Schema { pointer: "", claims: &[], nullable: false, values, kind }))
    }

    fn told<T: Serialize + ?Sized>(schema: &'static Schema, value: &T) -> Vec<String> {
        check(schema, value).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_rust_value_is_checked_as_it_is_serialized() {
        let kind = schema(
            &[Literal::String("a"), Literal::String("b")],
            Kind::String { min: None, max: None, pattern: None, date_time: false },
        );
        let list = Kind::Array { items: Some(kind), min: Some(1), max: Some(2), unique: true };
        let list = schema(&[], list);
        assert_eq!(told(list, &["a", "b"]), [""; 0]);
        assert_eq!(told(list, &["c"]), [r#"[0]: "c" is outside the documented values a, b"#]);
        assert_eq!(
            told(list, &[] as &[&str]),
            ["a list of 0 items is outside the documented length 1..=2"]
        );
        assert_eq!(
            told(list, &["a", "a"]),
            ["[1]: repeats item 0, and items are documented as different"]
        );
        assert_eq!(told(list, &Some("a")), ["is a string, and documented as an array"]);
        assert_eq!(
            told(list, &BTreeMap::from([("a", 1)])),
            ["is an object, and documented as an array"]
        );
    }

    #[test]
    fn a_text_is_as_long_as_it_has_characters() {
        let kind = Kind::String { min: Some(2), max: Some(4), pattern: None, date_time: false };
        let text = schema(&[], kind);
        for character in ["a", "é", "界", "😀"] {
            for (count, is_inside) in [(0, false), (1, false), (2, true), (4, true), (5, false)] {
                let value = character.repeat(count);
                assert_eq!(check(text, &value).is_empty(), is_inside, "{value}");
            }
        }
    }

    #[test]
    fn numbers_may_have_excluded_limits() {
        let bound = |value, exclusive| Some(Bound { value, exclusive });
        let number =
            Kind::Number { min: bound(0.0, true), max: bound(1.0, false), multiple_of: None };
        let number = schema(&[], number);
        for (value, is_inside) in [(0.0, false), (0.5, true), (1.0, true), (1.5, false)] {
            assert_eq!(check(number, &value).is_empty(), is_inside, "{value}");
        }
        let below =
            Kind::Number { min: bound(0.0, false), max: bound(1.0, true), multiple_of: None };
        let below = schema(&[], below);
        for (value, is_inside) in [(-0.5, false), (0.0, true), (0.5, true), (1.0, false)] {
            assert_eq!(check(below, &value).is_empty(), is_inside, "{value}");
        }
        assert_eq!(told(number, &2), ["2 is outside the documented 0 (excluded)..=1"]);
        assert_eq!(
            told(number, &u64::MAX),
            ["18446744073709551615 is outside the documented 0 (excluded)..=1"]
        );
    }

    #[test]
    fn the_same_value_is_the_same_text_however_it_is_written() {
        assert_eq!(
            plain(&json!({"b": [1.0, 2.5], "a": null})),
            plain(&json!({"a": null, "b": [1, 2.5]}))
        );
        assert_ne!(plain(&json!("1")), plain(&json!(1)));
        assert_ne!(plain(&json!(true)), plain(&json!(1)));
    }
}
