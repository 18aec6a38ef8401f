//! Reads values that serde refuses although they can be read without loss.
//!
//! * A scalar of another JSON type: `"3600"` or `3600.0` for an integer, `-1` for a string,
//!   `"false"` for a boolean.
//! * An empty array, object or string where another of these is documented.
//! * In a value of any type, a number too large for every type of Rust: as a string of its digits.
//!
//! Models need no code for this: a deserializer looks at the text of each value, and passes it on in
//! the requested form.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

use cloudfn_schema::text::{Text, UNREADABLE};
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess,
    SeqAccess, Visitor,
};
use serde_json::value::RawValue;
use serde_json::Error;

use super::exact::unread;
use crate::object::OPTIONAL;

/// The maximum nesting depth of values.
const DEEPEST: u8 = 100;
/// Up to this limit, a floating-point number represents integers exactly.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads a value from `text`.
pub(super) fn read<T: DeserializeOwned>(text: &Text<'_>) -> Result<T, String> {
    let raw: &RawValue = serde_json::from_str(text.as_str()).map_err(|e| e.to_string())?;
    let path = RefCell::default();
    let inside = Inside { is_utf8: text.is_utf8(), depth: DEEPEST, path: &path };
    T::deserialize(Lenient { raw, inside }).map_err(|error| {
        let told = error.to_string();
        // That is the position within the member.
        let place = format!(" at line {} column {}", error.line(), error.column());
        unread(&path.take(), told.strip_suffix(&place).unwrap_or(&told))
    })
}

/// A value, represented by its text.
struct Lenient<'de, 'p> {
    raw: &'de RawValue,
    inside: Inside<'p>,
}

/// What a value is inside of.
#[derive(Clone, Copy)]
struct Inside<'p> {
    is_utf8: bool,
    /// How much deeper it may be nested.
    depth: u8,
    /// Where the value is that cannot be read.
    path: &'p RefCell<String>,
}

impl<'de, 'p> Lenient<'de, 'p> {
    fn first(&self) -> u8 {
        self.raw.get().as_bytes().first().copied().unwrap_or_default()
    }

    /// The JSON of a scalar; for a string, its content.
    fn scalar(&self) -> Cow<'de, str> {
        let held = match self.first() {
            b'"' => serde_json::from_str(self.raw.get()).ok().map(Cow::Owned),
            _ => None,
        };
        held.unwrap_or(Cow::Borrowed(self.raw.get()))
    }

    fn integer(&self) -> Option<i64> {
        let scalar = self.scalar();
        let float = || {
            let float: f64 = serde_json::from_str(&scalar).ok()?;
            #[allow(clippy::cast_possible_truncation, reason = "it is a whole number in range")]
            (float.fract() == 0.0 && float.abs() < EXACT).then_some(float as i64)
        };
        serde_json::from_str(&scalar).ok().or_else(float)
    }

    /// Whether it is an empty array, object or string. The whole text is never read as another shape.
    fn is_empty(&self) -> bool {
        let mut bytes = self.raw.get().bytes().filter(|byte| !byte.is_ascii_whitespace());
        let (first, second) = (bytes.next(), bytes.next());
        let is_closed = |open, close| first == Some(open) && second == Some(close);
        self.inside.depth < DEEPEST
            && (is_closed(b'[', b']') || is_closed(b'{', b'}') || is_closed(b'"', b'"'))
    }

    /// The string, if it is completely readable.
    fn text(&self, text: String) -> Result<String, Error> {
        match !self.inside.is_utf8 && text.contains(UNREADABLE) {
            true => Err(Error::custom("the text has bytes that are not UTF-8")),
            false => Ok(text),
        }
    }

    /// Has `visitor` read what is inside of this value.
    fn around<V>(&self, visitor: V) -> Result<Around<'p, V>, Error> {
        let depth = self.inside.depth.checked_sub(1);
        let depth = depth.ok_or_else(|| Error::custom("it is nested too deeply"))?;
        Ok(Around { visitor, inside: Inside { depth, ..self.inside } })
    }
}

macro_rules! as_integers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.integer() {
                Some(integer) => visitor.visit_i64(integer),
                None => plainly(self.raw).$method(visitor),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Lenient<'de, '_> {
    type Error = Error;

    /// A number that no type of Rust has is its digits.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.first() {
            b'[' => plainly(self.raw).deserialize_seq(self.around(visitor)?),
            b'{' => plainly(self.raw).deserialize_map(self.around(visitor)?),
            b'-' | b'0'..=b'9' if serde_json::from_str::<f64>(self.raw.get()).is_err() => {
                visitor.visit_str(self.raw.get())
            }
            _ => plainly(self.raw).deserialize_any(visitor),
        }
    }

    serde::forward_to_deserialize_any! {
        bytes byte_buf char f32 identifier unit unit_struct enum
    }

    as_integers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &*self.scalar() {
            "true" | "1" => visitor.visit_bool(true),
            "false" | "0" => visitor.visit_bool(false),
            _ => plainly(self.raw).deserialize_bool(visitor),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match serde_json::from_str(&self.scalar()) {
            Ok(float) => visitor.visit_f64(float),
            Err(_) => plainly(self.raw).deserialize_f64(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.first() {
            b'[' | b'{' | b'n' => plainly(self.raw).deserialize_string(visitor),
            _ => visitor.visit_string(self.text(self.scalar().into_owned())?),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.first() {
            b'n' => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        match name == OPTIONAL && self.first() != b'{' && self.is_empty() {
            true => visitor.visit_none(),
            false => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.first() != b'[' && self.is_empty() {
            true => visitor.visit_seq(SeqDeserializer::new(std::iter::empty::<()>())),
            false => plainly(self.raw).deserialize_seq(self.around(visitor)?),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.first() != b'{' && self.is_empty() {
            true => visitor.visit_map(MapDeserializer::new(std::iter::empty::<((), ())>())),
            false => plainly(self.raw).deserialize_map(self.around(visitor)?),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

/// Reads a value like serde.
fn plainly(raw: &RawValue) -> serde_json::Deserializer<serde_json::de::StrRead<'_>> {
    serde_json::Deserializer::from_str(raw.get())
}

impl Inside<'_> {
    /// Reads the value at `place`.
    fn value<'de, S: DeserializeSeed<'de>, E: serde::de::Error>(
        self,
        place: impl FnOnce() -> String,
        raw: &'de RawValue,
        seed: S,
    ) -> Result<S::Value, E> {
        seed.deserialize(Lenient { raw, inside: self }).map_err(|error| {
            let (below, mut path) = (self.path.take(), place());
            if !below.is_empty() && !below.starts_with('[') {
                path.push('.');
            }
            self.path.replace(path + &below);
            E::custom(error)
        })
    }
}

/// The visitor of an array or an object whose values are read leniently.
struct Around<'p, V> {
    visitor: V,
    inside: Inside<'p>,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Around<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_seq(Items { access, inside: self.inside, index: 0 })
    }

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(Members { access, inside: self.inside, name: String::new() })
    }
}

struct Items<'p, A> {
    access: A,
    inside: Inside<'p>,
    /// That of the next item.
    index: usize,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Items<'_, A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        let Some(raw) = self.access.next_element()? else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        self.inside.value(|| format!("[{index}]"), raw, seed).map(Some)
    }
}

struct Members<'p, A> {
    access: A,
    inside: Inside<'p>,
    /// That of the member whose value is next.
    name: String,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Members<'_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        let Some(name) = self.access.next_key()? else { return Ok(None) };
        self.name = name;
        seed.deserialize(self.name.as_str().into_deserializer()).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let raw = self.access.next_value()?;
        self.inside.value(|| self.name.clone(), raw, seed)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn told<T: DeserializeOwned + fmt::Debug>(json: &str) -> String {
        read::<T>(&Text::of(json.as_bytes())).map_or_else(|e| e, |value| format!("{value:?}"))
    }

    #[test]
    fn items_and_values_of_maps_are_read_as_members_are() {
        assert_eq!(told::<Vec<i64>>(r#"["1", 2.0, "3e0", 4]"#), "[1, 2, 3, 4]");
        assert_eq!(
            told::<Vec<Option<bool>>>(r#"["true", 0, null]"#),
            "[Some(true), Some(false), None]"
        );
        assert_eq!(told::<Vec<String>>(r#"[1.50, true, "a"]"#), r#"["1.50", "true", "a"]"#);
        assert_eq!(told::<HashMap<String, f64>>(r#"{"a": "1.5"}"#), r#"{"a": 1.5}"#);
        assert_eq!(told::<HashMap<String, Vec<i64>>>(r#"{"a": {}}"#), r#"{"a": []}"#);
        assert_eq!(
            told::<Vec<i64>>(r#"["x"]"#),
            r#"[0]: invalid type: string "x", expected a 64-bit integer"#
        );
        assert_eq!(told::<Vec<String>>("[{}]"), "[0]: invalid type: map, expected a string");
    }

    #[test]
    fn the_whole_is_never_taken_for_another_shape() {
        for json in ["{}", r#""""#] {
            assert!(told::<Vec<i64>>(json).contains("invalid type"), "{json}");
        }
        assert!(told::<HashMap<String, i64>>("[]").contains("invalid type"));
    }

    #[test]
    fn a_value_of_any_type_keeps_the_digits_of_a_number() {
        let json = r#"{"a":[1e400,2],"b":{"c":-1e999},"d":1.5}"#;
        assert!(serde_json::from_str::<serde_json::Value>(json).is_err());
        let read = read::<serde_json::Value>(&Text::of(json.as_bytes()));
        let read = read.unwrap_or_else(|unread| panic!("{unread}"));
        assert_eq!(read.to_string(), r#"{"a":["1e400",2],"b":{"c":"-1e999"},"d":1.5}"#);
    }

    #[test]
    fn nesting_has_an_end() {
        #[derive(Debug, serde::Deserialize)]
        #[allow(dead_code, reason = "it is only read")]
        struct Nested(Vec<Nested>);
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(told::<Nested>(&deep).ends_with("it is nested too deeply"));
    }
}
