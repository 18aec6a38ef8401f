//! Holds a JSON text against what is documented of it.
//!
//! The text itself is read, not a value made of it: nothing of it is lost on the way, and what is
//! not documented is passed over whatever it is.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::Value;

use super::shape::{Kind, Member, Shape, Text};
use super::DriftKind;
use crate::differences::Place;
use crate::json::{self, HALF, UNREADABLE};
use crate::leaf::Timestamp;

/// Most differences that are looked for in one text.
const MOST: usize = 1000;
/// How much work one text may be, in bytes that are read.
const MOST_WORK: usize = 64 * 1024 * 1024;
/// What a value costs besides its bytes.
const COST: usize = 64;

/// A difference between a value and the documents.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Finding {
    pub kind: DriftKind,
    /// The members that lead to it.
    pub member: String,
    /// What is documented.
    pub documented: String,
    /// What there is instead. It holds no text of the answer, but for undocumented values of lists.
    pub found: String,
    /// JSON pointer of the statement in the spec.
    pub place: String,
    pub claims: &'static [&'static str],
}

/// Every difference of the JSON in `body` from `shape`; one that ends the list tells that the rest
/// was not looked at.
pub(super) fn differences(shape: &'static Shape, body: &[u8]) -> Vec<Finding> {
    let text = json::Text::marked(body);
    let mut walk = Walk { found: Vec::new(), work: 0, is_utf8: text.is_utf8() };
    match serde_json::from_str::<&RawValue>(text.as_str()) {
        Ok(raw) => walk.value(shape, raw, &Place::ROOT),
        Err(_) => {
            let found = if body.is_empty() { "nothing" } else { "no JSON" };
            walk.add(shape, &Place::ROOT, Broken::of_type(DriftKind::Type, "JSON", found));
        }
    }
    if walk.is_exhausted() {
        walk.found.truncate(MOST);
        let rest = Broken::of_type(DriftKind::Limit, "is looked at in one response", "more");
        walk.add(shape, &Place::ROOT, rest);
    }
    walk.found
}

struct Walk {
    found: Vec<Finding>,
    work: usize,
    is_utf8: bool,
}

/// A statement about a value that does not hold.
struct Broken {
    kind: DriftKind,
    /// The keyword of the spec.
    keyword: &'static str,
    /// What claims call it.
    statement: &'static str,
    documented: String,
    found: String,
}

impl Broken {
    fn of_limit(kind: DriftKind, keyword: &'static str, documented: String, found: String) -> Self {
        Self { kind, keyword, statement: keyword, documented, found }
    }

    fn of_type(kind: DriftKind, documented: &str, found: &str) -> Self {
        let (documented, found) = (documented.to_owned(), found.to_owned());
        Self { kind, keyword: "type", statement: "type", documented, found }
    }
}

/// A range as Rust writes it.
fn range_of<T: fmt::Display>(least: Option<T>, most: Option<T>) -> String {
    let end = |end: Option<T>| end.map_or_else(String::new, |end| end.to_string());
    let sign = if most.is_some() { "..=" } else { ".." };
    format!("{}{sign}{}", end(least), end(most))
}

/// A list of values, which are named if they are few.
fn listed<T: fmt::Display>(values: &[T]) -> String {
    const FEW: usize = 10;
    let shown: Vec<String> = values.iter().map(ToString::to_string).collect();
    match shown.len() <= FEW {
        true => format!("values {}", shown.join(", ")),
        false => format!("{} values", shown.len()),
    }
}

/// The JSON type of a value, with the text of a number.
enum Json<'r> {
    Null,
    Boolean,
    Number(&'r str),
    Text,
    Array,
    Object,
}

impl<'r> Json<'r> {
    fn of(raw: &'r RawValue) -> Self {
        match raw.get().as_bytes() {
            [b'n', ..] => Self::Null,
            [b't' | b'f', ..] => Self::Boolean,
            [b'"', ..] => Self::Text,
            [b'[', ..] => Self::Array,
            [b'{', ..] => Self::Object,
            _ => Self::Number(raw.get()),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Number(text) if !text.contains(['.', 'e', 'E']) => "integer",
            Self::Number(_) => "number",
            Self::Text => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

impl Walk {
    fn add(&mut self, shape: &Shape, place: &Place<'_>, broken: Broken) {
        self.found.push(Finding {
            kind: broken.kind,
            member: place.to_string(),
            documented: broken.documented,
            found: broken.found,
            place: format!("{}/{}", shape.place, broken.keyword),
            claims: claims_of(shape, broken.statement),
        });
    }

    fn is_exhausted(&self) -> bool {
        self.work > MOST_WORK || self.found.len() > MOST
    }

    fn value(&mut self, shape: &'static Shape, raw: &RawValue, place: &Place<'_>) {
        self.work += raw.get().len() + COST;
        if self.is_exhausted() {
            return;
        }
        match (&shape.kind, Json::of(raw)) {
            (Kind::Any, _) => {}
            (Kind::One(parts), _) => self.one(parts, raw, place),
            (_, Json::Null) if shape.nullable => {}
            (Kind::Boolean, Json::Boolean) => {}
            (Kind::Integer { least, most, values }, Json::Number(number)) => match number.parse() {
                Ok(integer) => self.integer(shape, integer, (*least, *most), values, place),
                Err(_) => self.other_type(shape, raw, place),
            },
            (Kind::Number { least, most }, Json::Number(number)) => {
                self.number(shape, number, *least, *most, place);
            }
            (Kind::Text(text), Json::Text) => self.text(shape, text, raw, place),
            (Kind::Array { .. }, Json::Array) | (Kind::Object { .. }, Json::Object) => {
                // An error says that the walk is exhausted.
                let inside = Inside { walk: self, shape, place };
                let _ = serde_json::Deserializer::from_str(raw.get()).deserialize_any(inside);
            }
            _ => self.other_type(shape, raw, place),
        }
    }

    /// The differences from the alternative that has the fewest.
    fn one(&mut self, parts: &'static [&'static Shape], raw: &RawValue, place: &Place<'_>) {
        let before = std::mem::take(&mut self.found);
        let of_each = parts.iter().map(|part| {
            self.value(part, raw, place);
            std::mem::take(&mut self.found)
        });
        let fewest = of_each.min_by_key(Vec::len).unwrap_or_default();
        self.found = before;
        self.found.extend(fewest);
    }

    fn other_type(&mut self, shape: &Shape, raw: &RawValue, place: &Place<'_>) {
        let found = Json::of(raw);
        let kind = match found {
            Json::Null => DriftKind::Null,
            _ => DriftKind::Type,
        };
        self.add(shape, place, Broken::of_type(kind, name_of_kind(&shape.kind), found.name()));
    }

    /// A number that is outside its documented range.
    fn range(
        &mut self,
        shape: &Shape,
        is_below: bool,
        range: String,
        found: String,
        place: &Place<'_>,
    ) {
        let keyword = if is_below { "minimum" } else { "maximum" };
        let broken = Broken::of_limit(DriftKind::Range, keyword, range, found);
        self.add(shape, place, broken);
    }

    fn integer(
        &mut self,
        shape: &Shape,
        value: i64,
        (least, most): (Option<i64>, Option<i64>),
        values: &[i64],
        place: &Place<'_>,
    ) {
        let found = value.to_string();
        let is_below = least.is_some_and(|least| value < least);
        if is_below || most.is_some_and(|most| value > most) {
            self.range(shape, is_below, range_of(least, most), found, place);
        } else if !values.is_empty() && !values.contains(&value) {
            self.unlisted(shape, listed(values), found, place);
        }
    }

    fn number(
        &mut self,
        shape: &Shape,
        text: &str,
        least: Option<(f64, bool)>,
        most: Option<(f64, bool)>,
        place: &Place<'_>,
    ) {
        // What is beyond all numbers here is beyond every limit.
        let Ok(number) = text.parse::<f64>() else { return };
        let is_below =
            least.is_some_and(|(limit, excluded)| number < limit || (excluded && number == limit));
        let is_above =
            most.is_some_and(|(limit, excluded)| number > limit || (excluded && number == limit));
        if is_below || is_above {
            let end = |(limit, excluded): (f64, bool)| match excluded {
                true => format!("{limit} (excluded)"),
                false => limit.to_string(),
            };
            let range = range_of(least.map(end), most.map(end));
            self.range(shape, is_below, range, text.to_owned(), place);
        }
    }

    fn unlisted(&mut self, shape: &Shape, documented: String, found: String, place: &Place<'_>) {
        let kind = DriftKind::Value;
        let broken = Broken { kind, keyword: "enum", statement: "values", documented, found };
        self.add(shape, place, broken);
    }

    fn text(&mut self, shape: &Shape, text: &Text, raw: &RawValue, place: &Place<'_>) {
        let value: String = serde_json::from_str(raw.get()).unwrap_or_default();
        let value = value.as_str();
        for (mark, found) in
            [(UNREADABLE, "bytes that are not UTF-8"), (HALF, "half of a surrogate pair")]
        {
            if value.contains(mark) && (mark == HALF || !self.is_utf8) {
                self.add(shape, place, Broken::of_type(DriftKind::Type, "string", found));
            }
        }
        if !text.values.is_empty() {
            if !text.values.contains(&value) {
                self.unlisted(shape, listed(text.values), format!("{value:?}"), place);
            }
            return;
        }
        let length = value.chars().count() as u64;
        let is_below = text.least.is_some_and(|least| length < least);
        if is_below || text.most.is_some_and(|most| length > most) {
            let keyword = if is_below { "minLength" } else { "maxLength" };
            let documented = format!("length {}", range_of(text.least, text.most));
            let found = format!("a text of {length} characters");
            let broken = Broken::of_limit(DriftKind::Length, keyword, documented, found);
            self.add(shape, place, broken);
        }
        let other = || "a text of another form".to_owned();
        if !text.has_pattern(value) {
            let documented = format!("pattern {}", text.pattern.unwrap_or_default());
            let broken = Broken::of_limit(DriftKind::Pattern, "pattern", documented, other());
            self.add(shape, place, broken);
        }
        if text.is_time && Timestamp::new(value).is_err() {
            let documented = "form of RFC 3339".to_owned();
            let broken = Broken::of_limit(DriftKind::Format, "format", documented, other());
            self.add(shape, place, Broken { statement: "type", ..broken });
        }
    }

    /// How many items an array has, and which it repeats.
    fn items(&mut self, shape: &Shape, count: u64, is_repeated: bool, place: &Place<'_>) {
        let Kind::Array { least, most, .. } = &shape.kind else { return };
        let is_below = least.is_some_and(|least| count < least);
        if is_below || most.is_some_and(|most| count > most) {
            let keyword = if is_below { "minItems" } else { "maxItems" };
            let documented = format!("{} items", range_of(*least, *most));
            let found = format!("a list of {count}");
            self.add(shape, place, Broken::of_limit(DriftKind::Items, keyword, documented, found));
        }
        if is_repeated {
            let (documented, found) = ("different items".to_owned(), "a repeated item".to_owned());
            let broken = Broken::of_limit(DriftKind::Items, "uniqueItems", documented, found);
            self.add(shape, place, broken);
        }
    }

    /// A member of an object, which has been there before if it is `repeated`.
    fn member(
        &mut self,
        shape: &'static Shape,
        member: &'static Member,
        raw: &RawValue,
        is_repeated: bool,
        place: &Place<'_>,
    ) {
        let inside = place.member(member.name);
        if is_repeated {
            let broken = Broken::of_type(DriftKind::Repeated, "one value", "another one");
            self.add(member.shape, &inside, broken);
        } else if member.required && !member.shape.nullable && matches!(Json::of(raw), Json::Null) {
            self.missing(shape, member, "null", place);
        } else {
            self.value(member.shape, raw, &inside);
        }
    }

    fn undocumented(
        &mut self,
        shape: &Shape,
        tables: &'static [&'static str],
        raw: &RawValue,
        place: &Place<'_>,
    ) {
        self.found.push(Finding {
            kind: DriftKind::Undocumented,
            member: place.to_string(),
            documented: "no such member".to_owned(),
            found: Json::of(raw).name().to_owned(),
            place: format!("{}/properties", shape.place),
            claims: tables,
        });
    }

    fn missing(&mut self, shape: &Shape, member: &Member, found: &str, place: &Place<'_>) {
        self.found.push(Finding {
            kind: DriftKind::Missing,
            member: place.member(member.name).to_string(),
            documented: "always present".to_owned(),
            found: found.to_owned(),
            place: format!("{}/required/{}", shape.place, member.name),
            claims: claims_of(member.shape, "required"),
        });
    }
}

/// An array or an object, each value of which is held against the documents as it is read.
struct Inside<'w, 'p> {
    walk: &'w mut Walk,
    shape: &'static Shape,
    place: &'w Place<'p>,
}

impl Inside<'_, '_> {
    fn go_on<E: serde::de::Error>(&self) -> Result<(), E> {
        match self.walk.is_exhausted() {
            true => Err(E::custom("exhausted")),
            false => Ok(()),
        }
    }
}

impl<'de> Visitor<'de> for Inside<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Kind::Array { items, unique, .. } = &self.shape.kind else { return Ok(()) };
        let mut seen = HashSet::new();
        let (mut count, mut is_repeated) = (0, false);
        while let Some(raw) = list.next_element::<&RawValue>()? {
            if let Some(items) = items {
                self.walk.value(items, raw, &self.place.item(count));
            }
            if *unique {
                is_repeated |= !seen.insert(plain(raw));
            }
            count += 1;
            self.go_on()?;
        }
        self.walk.items(self.shape, count as u64, is_repeated, self.place);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let Kind::Object { members, values, open, tables } = &self.shape.kind else {
            return Ok(());
        };
        let mut is_there = vec![false; members.len()];
        while let Some(name) = object.next_key::<Cow<'_, str>>()? {
            let raw = object.next_value::<&RawValue>()?;
            let place = self.place.member(&name);
            match (members.iter().position(|member| member.name == name), values) {
                (Some(index), _) => {
                    let is_repeated = std::mem::replace(&mut is_there[index], true);
                    self.walk.member(self.shape, &members[index], raw, is_repeated, self.place);
                }
                (None, Some(values)) => self.walk.value(values, raw, &place),
                (None, None) if *open => {}
                (None, None) => self.walk.undocumented(self.shape, tables, raw, &place),
            }
            self.go_on()?;
        }
        let of_object = members.iter().zip(is_there);
        for (member, _) in of_object.filter(|(member, is_there)| member.required && !is_there) {
            self.walk.missing(self.shape, member, "nothing", self.place);
        }
        Ok(())
    }
}

/// The same text for values that are the same, however they are written.
fn plain(raw: &RawValue) -> String {
    let value = serde_json::from_str::<Value>(raw.get());
    value.map_or_else(|_| raw.get().to_owned(), |value| value.to_string())
}

/// The claims that make a statement about a value, or else those about its type.
fn claims_of(shape: &Shape, statement: &str) -> &'static [&'static str] {
    let stating = |statement| shape.claims.iter().find(|(stated, _)| *stated == statement);
    stating(statement).or_else(|| stating("type")).map_or(&[], |(_, claims)| claims)
}

fn name_of_kind(kind: &Kind) -> &'static str {
    match kind {
        Kind::Any | Kind::One(_) => "any",
        Kind::Boolean => "boolean",
        Kind::Integer { .. } => "integer",
        Kind::Number { .. } => "number",
        Kind::Text(_) => "string",
        Kind::Array { .. } => "array",
        Kind::Object { .. } => "object",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use serde_json::json;

    use super::*;

    fn shape(kind: Kind) -> &'static Shape {
        Box::leak(Box::new(Shape { place: "/x", claims: &[], nullable: false, kind }))
    }

    fn object(members: &[(&'static str, bool, &'static Shape)]) -> &'static Shape {
        let members =
            members.iter().map(|&(name, required, shape)| Member { name, required, shape });
        let members = Box::leak(members.collect());
        shape(Kind::Object { members, values: None, open: false, tables: &[] })
    }

    fn text(limits: [Option<u64>; 2], pattern: Option<&'static str>) -> &'static Shape {
        let [least, most] = limits;
        let regex = OnceLock::new();
        shape(Kind::Text(Text { least, most, values: &[], pattern, regex, is_time: false }))
    }

    fn integer(least: i64, most: i64) -> &'static Shape {
        shape(Kind::Integer { least: Some(least), most: Some(most), values: &[] })
    }

    /// What is told of each value.
    fn told(shape: &'static Shape, values: &[Value]) -> Vec<Vec<String>> {
        let line = |found: &Finding| {
            format!("{:?} {}: {}, {}", found.kind, found.member, found.documented, found.found)
        };
        let told = |value: &Value| -> Vec<String> {
            differences(shape, value.to_string().as_bytes()).iter().map(line).collect()
        };
        values.iter().map(told).collect()
    }

    #[test]
    fn numbers_may_have_excluded_limits() {
        let shape = shape(Kind::Number { least: Some((0.0, true)), most: Some((1.0, false)) });
        let told = told(shape, &[json!(0), json!(0.5), json!(1.0), json!(1.5)]);
        let expected = [
            vec!["Range : 0 (excluded)..=1, 0"],
            vec![],
            vec![],
            vec!["Range : 0 (excluded)..=1, 1.5"],
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn an_integer_with_a_fraction_is_another_type() {
        let told = told(integer(1, 3), &[json!(3), json!(4), json!(0), json!(3.0), json!(2.5)]);
        let expected = [
            vec![],
            vec!["Range : 1..=3, 4"],
            vec!["Range : 1..=3, 0"],
            vec!["Type : integer, number"],
            vec!["Type : integer, number"],
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn the_work_for_one_text_is_bounded_and_that_is_told() {
        let list = |items| {
            shape(Kind::Array { items: Some(items), least: None, most: None, unique: false })
        };
        for (items, most) in [("1,", MOST + 1), ("[],", MOST + 1)] {
            let body = format!("[{}1]", items.repeat(5_000_000 / items.len()));
            let found = differences(list(object(&[])), body.as_bytes());
            assert_eq!(found.len(), most);
            assert_eq!(found.last().map(|last| last.kind), Some(DriftKind::Limit));
        }
        let body = format!("[{}1]", "1,".repeat(2_000_000));
        let found = differences(list(integer(1, 3)), body.as_bytes());
        assert_eq!(found.iter().map(|found| found.kind).collect::<Vec<_>>(), [DriftKind::Limit]);
    }

    #[test]
    fn what_is_not_documented_is_passed_over_whatever_it_is() {
        let shape = object(&[("a", false, integer(1, 3))]);
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        for extra in ["1e999", "12345678901234567890123", r#""\ud83d""#, &deep] {
            let body = format!(r#"{{"b":{extra},"a":4}}"#);
            let kinds: Vec<DriftKind> =
                differences(shape, body.as_bytes()).iter().map(|found| found.kind).collect();
            assert_eq!(kinds, [DriftKind::Undocumented, DriftKind::Range], "{extra:.20}");
        }
    }

    #[test]
    fn a_repeated_member_is_told() {
        let shape = object(&[("a", false, integer(1, 3))]);
        let found = differences(shape, br#"{"a":1,"a":2}"#);
        assert_eq!(found.iter().map(|found| found.kind).collect::<Vec<_>>(), [DriftKind::Repeated]);
    }

    #[test]
    fn texts_are_measured_in_characters() {
        let shape = text([Some(2), Some(2)], None);
        let told = told(shape, &[json!("é😀"), json!("é"), json!("abc")]);
        let expected = [
            vec![],
            vec!["Length : length 2..=2, a text of 1 characters"],
            vec!["Length : length 2..=2, a text of 3 characters"],
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn texts_may_have_a_pattern() {
        let shape = text([None, None], Some("^.$"));
        let told = told(shape, &[json!("😀"), json!("ab")]);
        assert_eq!(told, [vec![], vec!["Pattern : pattern ^.$, a text of another form"]]);
    }

    #[test]
    fn arrays_have_lengths_and_may_be_sets() {
        let items = Some(integer(1, 9));
        let shape = shape(Kind::Array { items, least: Some(1), most: Some(2), unique: true });
        let told = told(shape, &[json!([]), json!([1, 0]), json!([1, 1]), json!([1, 2, 3])]);
        let expected = [
            vec!["Items : 1..=2 items, a list of 0"],
            vec!["Range [1]: 1..=9, 0"],
            vec!["Items : different items, a repeated item"],
            vec!["Items : 1..=2 items, a list of 3"],
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_null_is_told_by_what_it_stands_for() {
        let nullable = Shape { place: "/x", claims: &[], nullable: true, kind: Kind::Boolean };
        let nullable = Box::leak(Box::new(nullable));
        let plain = shape(Kind::Boolean);
        let shape = object(&[("a", true, plain), ("b", false, plain), ("c", true, nullable)]);
        let told = told(shape, &[json!({"a": null, "b": null, "c": null})]);
        assert_eq!(told, [["Missing a: always present, null", "Null b: boolean, null"]]);
    }

    #[test]
    fn of_alternatives_the_nearest_counts() {
        let shape = shape(Kind::One(Box::leak(Box::new([
            object(&[("a", true, integer(1, 3)), ("b", true, integer(1, 3))]),
            object(&[("c", true, integer(1, 3))]),
        ]))));
        let told = told(shape, &[json!({"c": 4}), json!({"a": 1, "b": 4}), json!({"c": 1})]);
        assert_eq!(told, [vec!["Range c: 1..=3, 4"], vec!["Range b: 1..=3, 4"], vec![]]);
    }

    #[test]
    fn members_of_maps_are_held_against_their_values() {
        let values = Some(integer(1, 3));
        let shape = shape(Kind::Object { members: &[], values, open: true, tables: &[] });
        assert_eq!(told(shape, &[json!({"x": 4, "y": 1})]), [["Range x: 1..=3, 4"]]);
    }
}
