//! Holds a JSON value against what is documented of it.

use serde_json::{Map, Number, Value};

use super::shape::{Kind, Member, Shape, Text};
use super::DriftKind;
use crate::differences::Place;
use crate::leaf::Timestamp;

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

/// Every difference of `value` from `shape`.
pub(super) fn differences(shape: &'static Shape, value: &Value) -> Vec<Finding> {
    differences_at(&Place::ROOT, shape, value)
}

/// The same of a value at `place`.
fn differences_at(place: &Place<'_>, shape: &'static Shape, value: &Value) -> Vec<Finding> {
    let mut walk = Walk { found: Vec::new() };
    walk.value(shape, value, place);
    walk.found
}

struct Walk {
    found: Vec<Finding>,
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

    fn value(&mut self, shape: &'static Shape, value: &Value, place: &Place<'_>) {
        match (&shape.kind, value) {
            (Kind::Any, _) => {}
            (Kind::One(parts), _) => self.one(parts, value, place),
            (_, Value::Null) if shape.nullable => {}
            (Kind::Boolean, Value::Bool(_)) => {}
            (Kind::Integer { least, most, values }, Value::Number(number)) => {
                match as_integer(number) {
                    Some(integer) => {
                        self.integer(shape, integer, (*least, *most), values, place);
                    }
                    None => self.other_type(shape, value, place),
                }
            }
            (Kind::Number { least, most }, Value::Number(number)) => {
                self.number(shape, number, *least, *most, place);
            }
            (Kind::Text(text), Value::String(found)) => self.text(shape, text, found, place),
            (Kind::Array { items, least, most, unique }, Value::Array(list)) => {
                self.array(shape, list, (*least, *most), *unique, place);
                for (index, item) in list.iter().enumerate() {
                    if let Some(items) = items {
                        self.value(items, item, &place.item(index));
                    }
                }
            }
            (Kind::Object { .. }, Value::Object(object)) => self.object(shape, object, place),
            _ => self.other_type(shape, value, place),
        }
    }

    /// The differences from the alternative that has the fewest.
    fn one(&mut self, parts: &'static [&'static Shape], value: &Value, place: &Place<'_>) {
        let of_each = parts.iter().map(|part| differences_at(place, part, value));
        self.found.extend(of_each.min_by_key(Vec::len).unwrap_or_default());
    }

    fn other_type(&mut self, shape: &Shape, value: &Value, place: &Place<'_>) {
        let kind = if value.is_null() { DriftKind::Null } else { DriftKind::Type };
        let (documented, found) = (name_of_kind(&shape.kind).to_owned(), name_of(value).to_owned());
        self.add(
            shape,
            place,
            Broken { kind, keyword: "type", statement: "type", documented, found },
        );
    }

    fn range(
        &mut self,
        shape: &Shape,
        is_below: bool,
        limit: String,
        found: String,
        place: &Place<'_>,
    ) {
        let (keyword, documented) = match is_below {
            true => ("minimum", format!("at least {limit}")),
            false => ("maximum", format!("at most {limit}")),
        };
        let kind = DriftKind::Range;
        self.add(shape, place, Broken { kind, keyword, statement: keyword, documented, found });
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
        if let Some(least) = least.filter(|least| value < *least) {
            self.range(shape, true, least.to_string(), found, place);
        } else if let Some(most) = most.filter(|most| value > *most) {
            self.range(shape, false, most.to_string(), found, place);
        } else if !values.is_empty() && !values.contains(&value) {
            let documented = format!("one of {} values", values.len());
            self.unlisted(shape, documented, found, place);
        }
    }

    fn number(
        &mut self,
        shape: &Shape,
        value: &Number,
        least: Option<(f64, bool)>,
        most: Option<(f64, bool)>,
        place: &Place<'_>,
    ) {
        let Some(number) = value.as_f64() else { return };
        let is_below =
            |(limit, excluded): &(f64, bool)| number < *limit || (*excluded && number <= *limit);
        let is_above =
            |(limit, excluded): &(f64, bool)| number > *limit || (*excluded && number >= *limit);
        if let Some((limit, _)) = least.filter(is_below) {
            self.range(shape, true, limit.to_string(), value.to_string(), place);
        } else if let Some((limit, _)) = most.filter(is_above) {
            self.range(shape, false, limit.to_string(), value.to_string(), place);
        }
    }

    fn unlisted(&mut self, shape: &Shape, documented: String, found: String, place: &Place<'_>) {
        let kind = DriftKind::Value;
        let broken = Broken { kind, keyword: "enum", statement: "values", documented, found };
        self.add(shape, place, broken);
    }

    fn text(&mut self, shape: &Shape, text: &Text, value: &str, place: &Place<'_>) {
        if !text.values.is_empty() {
            if !text.values.contains(&value) {
                let documented = format!("one of {} values", text.values.len());
                self.unlisted(shape, documented, format!("{value:?}"), place);
            }
            return;
        }
        let length = value.chars().count() as u64;
        let found = format!("{length} characters");
        let broken = |keyword: &'static str, documented: String| Broken {
            kind: DriftKind::Length,
            keyword,
            statement: keyword,
            documented,
            found: found.clone(),
        };
        if let Some(least) = text.least.filter(|least| length < *least) {
            self.add(shape, place, broken("minLength", format!("at least {least} characters")));
        } else if let Some(most) = text.most.filter(|most| length > *most) {
            self.add(shape, place, broken("maxLength", format!("at most {most} characters")));
        }
        if !text.has_pattern(value) {
            let documented = format!("a text of the form {}", text.pattern.unwrap_or_default());
            let kind = DriftKind::Pattern;
            let found = "another form".to_owned();
            let broken =
                Broken { kind, keyword: "pattern", statement: "pattern", documented, found };
            self.add(shape, place, broken);
        }
        if text.is_time && Timestamp::new(value).is_err() {
            let documented = "a time in the form of RFC 3339".to_owned();
            let kind = DriftKind::Format;
            let found = "another form".to_owned();
            let broken = Broken { kind, keyword: "format", statement: "type", documented, found };
            self.add(shape, place, broken);
        }
    }

    fn array(
        &mut self,
        shape: &Shape,
        list: &[Value],
        (least, most): (Option<u64>, Option<u64>),
        unique: bool,
        place: &Place<'_>,
    ) {
        let length = list.len() as u64;
        let mut broken = |keyword: &'static str, documented: String, found: String| {
            let kind = DriftKind::Items;
            self.add(shape, place, Broken { kind, keyword, statement: keyword, documented, found });
        };
        if let Some(least) = least.filter(|least| length < *least) {
            broken("minItems", format!("at least {least} items"), format!("{length} items"));
        } else if let Some(most) = most.filter(|most| length > *most) {
            broken("maxItems", format!("at most {most} items"), format!("{length} items"));
        }
        let is_repeated = |(index, item): (usize, &Value)| list[..index].contains(item);
        if unique && list.iter().enumerate().any(is_repeated) {
            broken("uniqueItems", "every item once".to_owned(), "a repeated item".to_owned());
        }
    }

    fn object(&mut self, shape: &Shape, object: &Map<String, Value>, place: &Place<'_>) {
        let Kind::Object { members, values, open, tables } = &shape.kind else { return };
        for member in *members {
            match object.get(member.name) {
                Some(Value::Null) if member.required && !member.shape.nullable => {
                    self.missing(shape, member, "null", place);
                }
                Some(value) => self.value(member.shape, value, &place.member(member.name)),
                None if member.required => self.missing(shape, member, "nothing", place),
                None => {}
            }
        }
        for (name, value) in object {
            if members.iter().any(|member| member.name == name) {
                continue;
            }
            let place = place.member(name);
            match values {
                Some(values) => self.value(values, value, &place),
                None if *open => {}
                None => self.found.push(Finding {
                    kind: DriftKind::Undocumented,
                    member: place.to_string(),
                    documented: "no such member".to_owned(),
                    found: name_of(value).to_owned(),
                    place: format!("{}/properties", shape.place),
                    claims: tables,
                }),
            }
        }
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

/// The claims that make a statement about a value, or else those about its type.
fn claims_of(shape: &Shape, statement: &str) -> &'static [&'static str] {
    let stating = |statement| shape.claims.iter().find(|(stated, _)| *stated == statement);
    stating(statement).or_else(|| stating("type")).map_or(&[], |(_, claims)| claims)
}

/// A whole number, also where it is written with a fraction of zero.
fn as_integer(number: &Number) -> Option<i64> {
    number.as_i64().or_else(|| {
        let float = number.as_f64().filter(|float| float.fract() == 0.0)?;
        #[allow(clippy::cast_possible_truncation, reason = "beyond the range it is no integer")]
        let integer = float as i64;
        (integer.unsigned_abs() < 1 << 53).then_some(integer)
    })
}

fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if as_integer(number).is_some() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
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
        values.iter().map(|value| differences(shape, value).iter().map(line).collect()).collect()
    }

    #[test]
    fn numbers_may_have_excluded_limits() {
        let shape = shape(Kind::Number { least: Some((0.0, true)), most: Some((1.0, false)) });
        let told = told(shape, &[json!(0), json!(0.5), json!(1.0), json!(1.5)]);
        let expected =
            [vec!["Range : at least 0, 0"], vec![], vec![], vec!["Range : at most 1, 1.5"]];
        assert_eq!(told, expected);
    }

    #[test]
    fn integers_may_be_written_with_a_fraction_of_zero() {
        let told = told(integer(1, 3), &[json!(3.0), json!(4.0), json!(0), json!(2.5)]);
        let expected = [
            vec![],
            vec!["Range : at most 3, 4"],
            vec!["Range : at least 1, 0"],
            vec!["Type : integer, number"],
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn texts_are_measured_in_characters() {
        let shape = text([Some(2), Some(2)], None);
        let told = told(shape, &[json!("é😀"), json!("é"), json!("abc")]);
        let expected = [
            vec![],
            vec!["Length : at least 2 characters, 1 characters"],
            vec!["Length : at most 2 characters, 3 characters"],
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn texts_may_have_a_pattern() {
        let shape = text([None, None], Some("^.$"));
        let told = told(shape, &[json!("😀"), json!("ab")]);
        assert_eq!(told, [vec![], vec!["Pattern : a text of the form ^.$, another form"]]);
    }

    #[test]
    fn arrays_have_lengths_and_may_be_sets() {
        let items = Some(integer(1, 9));
        let shape = shape(Kind::Array { items, least: Some(1), most: Some(2), unique: true });
        let told = told(shape, &[json!([]), json!([1, 0]), json!([1, 1]), json!([1, 2, 3])]);
        let expected = [
            vec!["Items : at least 1 items, 0 items"],
            vec!["Range [1]: at least 1, 0"],
            vec!["Items : every item once, a repeated item"],
            vec!["Items : at most 2 items, 3 items"],
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
        assert_eq!(told, [vec!["Range c: at most 3, 4"], vec!["Range b: at most 3, 4"], vec![]]);
    }

    #[test]
    fn members_of_maps_are_held_against_their_values() {
        let values = Some(integer(1, 3));
        let shape = shape(Kind::Object { members: &[], values, open: true, tables: &[] });
        assert_eq!(told(shape, &[json!({"x": 4, "y": 1})]), [["Range x: at most 3, 4"]]);
    }
}
