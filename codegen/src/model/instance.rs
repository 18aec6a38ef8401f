//! Instances of schemas: valid, and no larger than they need to be.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::{json, Map, Value};

use super::rules::Rule;
use super::{Schema, Spec};

/// Most levels of a value. One that would have more contains itself.
const DEEPEST: usize = 64;
/// Most values in a value.
const LARGEST: usize = 4096;
/// Most bytes of a text.
const LONGEST: usize = 4096;

/// A valid value of the schema at `pointer` of `spec`, with the members only that are required or
/// that rules need; null if there is none of a reasonable size.
pub fn minimal(spec: &Spec, pointer: &str) -> Value {
    let make = || Instance { spec, left: LARGEST }.of(pointer, DEEPEST).unwrap_or_default();
    spec.rules.minimal(pointer, make)
}

/// A valid object of the schema at `pointer` of `spec` with the members of `value`, and with what
/// else is required, or what it takes to keep the rules, which leave the `fixed` members alone.
pub fn completed(spec: &Spec, pointer: &str, value: &Value, fixed: &BTreeSet<&str>) -> Value {
    let mut instance = Instance { spec, left: LARGEST };
    instance.completed(pointer, value, fixed, DEEPEST).unwrap_or_default()
}

/// A value that is being made.
struct Instance<'s> {
    spec: &'s Spec,
    /// How many more values it may have.
    left: usize,
}

impl Instance<'_> {
    fn of(&mut self, pointer: &str, depth: usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        self.left = self.left.checked_sub(1)?;
        let schema = self.spec.at(pointer)?;
        if let Some(value) = schema.listed().next() {
            return Some(value.clone());
        }
        if let Some(first) = schema.alternatives.as_ref().and_then(|a| a.parts.first()) {
            return self.of(first, depth);
        }
        match schema.json_type() {
            Some("integer") => minimal_integer(schema).map(Value::from),
            Some("number") => {
                let bound = schema.bounds().into_iter().flatten().next();
                Some(json!(bound.and_then(|bound| bound.value.as_f64()).unwrap_or(1.0)))
            }
            Some("string") => minimal_text(schema).map(Value::from),
            Some("boolean") => Some(json!(true)),
            Some("array") => self.array(schema, depth),
            _ => self.completed(pointer, &json!({}), &BTreeSet::new(), depth),
        }
    }

    /// A value with what is required, or what rules need, in objects.
    fn completed(
        &mut self,
        pointer: &str,
        value: &Value,
        fixed: &BTreeSet<&str>,
        depth: usize,
    ) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        self.left = self.left.checked_sub(1)?;
        let Some(schema) = self.spec.at(pointer) else { return Some(value.clone()) };
        match value {
            Value::Object(given) => {
                let missing = schema.required().filter(|name| !given.contains_key(*name));
                let missing = missing.map(|name| {
                    let member = schema.member(name)?;
                    Some((name.to_owned(), self.of(&member.schema, depth)?))
                });
                let mut object = missing.collect::<Option<Map<_, _>>>()?;
                for (name, value) in given {
                    let listed = schema.member(name).map(|member| &member.schema);
                    let at = listed.or(schema.values.as_ref()).map_or("", String::as_str);
                    object.insert(name.clone(), self.completed_inside(at, value, depth)?);
                }
                Some(Value::Object(self.keeping_rules(schema, object, fixed, depth)))
            }
            Value::Array(given) => {
                let at = schema.items.as_deref().unwrap_or_default();
                let items = given.iter().map(|item| self.completed_inside(at, item, depth));
                items.collect::<Option<_>>().map(Value::Array)
            }
            value => Some(value.clone()),
        }
    }

    /// The same of what is inside a value: rules change nothing that is there.
    fn completed_inside(&mut self, pointer: &str, value: &Value, depth: usize) -> Option<Value> {
        let given = value.as_object().into_iter().flat_map(Map::keys);
        self.completed(pointer, value, &given.map(String::as_str).collect(), depth)
    }

    /// An object that keeps the rules about it, as far as their examples can be combined.
    fn keeping_rules(
        &mut self,
        schema: &Schema,
        mut object: Map<String, Value>,
        fixed: &BTreeSet<&str>,
        depth: usize,
    ) -> Map<String, Value> {
        let rules = self.spec.rules(&schema.pointer);
        let broken = |object: &Map<_, _>| rules.iter().filter(|r| r.is_broken_by(object)).count();
        for rule in rules.iter().cycle().take(rules.len().pow(2)) {
            if rule.is_broken_by(&object) {
                let examples = [rule].into_iter().chain(rules).flat_map(Rule::examples);
                let like = |example| self.like(schema, &object, example, fixed, depth);
                let others = examples.filter_map(like).filter(|other| !rule.is_broken_by(other));
                object = others.min_by_key(broken).unwrap_or(object);
            }
        }
        object
    }

    /// An object whose members that a rule names are those of an example, except for `fixed` ones.
    fn like(
        &mut self,
        schema: &Schema,
        object: &Map<String, Value>,
        (rule, example): (&Rule, &Map<String, Value>),
        fixed: &BTreeSet<&str>,
        depth: usize,
    ) -> Option<Map<String, Value>> {
        let named = rule.check.members();
        let is_kept = |name: &str| fixed.contains(name) || schema.required().any(|r| r == name);
        let mut object = object.clone();
        object.retain(|name, _| is_kept(name) || !named.contains(name.as_str()));
        for (name, value) in example.iter().filter(|(name, _)| !fixed.contains(name.as_str())) {
            if let Some(member) = schema.member(name) {
                object.insert(name.clone(), self.completed_inside(&member.schema, value, depth)?);
            }
        }
        Some(object)
    }

    fn array(&mut self, schema: &Schema, depth: usize) -> Option<Value> {
        let items = schema.items.as_deref().unwrap_or_default();
        let item = self.spec.at(items);
        let items = (0..count(schema, "minItems")).map(|index| {
            let first = self.of(items, depth)?;
            match item.filter(|_| schema.is("uniqueItems")) {
                Some(item) => another(item, first, index),
                None => Some(first),
            }
        });
        items.collect::<Option<Vec<_>>>().map(Value::Array)
    }
}

/// The value `index` after `first` that a schema has, where one follows from the other.
fn another(schema: &Schema, first: Value, index: usize) -> Option<Value> {
    if index == 0 {
        return Some(first);
    }
    if schema.is_enumeration() {
        return schema.listed().nth(index).cloned();
    }
    match first {
        Value::Number(first) => {
            let next = first.as_i64()?.checked_add(i64::try_from(index).ok()?)?;
            let [_, max] = schema.integers();
            max.is_none_or(|max| next <= max).then(|| next.into())
        }
        Value::String(first) if schema.get("pattern").or(schema.get("format")).is_none() => {
            let next = format!("{first}{index}");
            let max = schema.count("maxLength").unwrap_or(u64::MAX);
            (next.chars().count() as u64 <= max).then(|| next.into())
        }
        _ => None,
    }
}

fn minimal_integer(schema: &Schema) -> Option<i64> {
    let [min, max] = schema.integers();
    Some(min.or(max).unwrap_or(1))
}

fn minimal_text(schema: &Schema) -> Option<String> {
    let least = count(schema, "minLength").max(1);
    if least > LONGEST {
        return None;
    }
    let text = match (schema.text("pattern"), schema.text("format")) {
        (Some(pattern), _) => return Some(matching(pattern, least).unwrap_or_default()),
        (None, Some("date-time")) => "2024-01-15T08:30:00Z",
        (None, Some("date")) => "2024-01-15",
        (None, Some("uuid")) => "00000000-0000-4000-8000-000000000000",
        (None, _) => return Some("x".repeat(least)),
    };
    Some(text.to_owned())
}

/// A text of `length` characters that matches `pattern`, if there is one that is easy to find.
pub fn text_of_length(pattern: &str, length: usize) -> Option<String> {
    matching(pattern, length).filter(|text| text.chars().count() == length)
}

/// A text of at least `least` characters that matches `pattern`.
fn matching(pattern: &str, least: usize) -> Option<String> {
    let hir = regex_syntax::parse(pattern).ok()?;
    // Repetitions grow until the text is long enough.
    let texts = (0..=least).map(|mut extra| {
        let mut text = String::new();
        add_text(&hir, &mut extra, &mut text).map(|()| text)
    });
    // One that is too long is followed by longer ones.
    texts.map_while(|text| text).find(|text| text.chars().count() >= least)
}

/// Adds a text that matches `hir`, with up to `extra` more repetitions than needed; `None` when it
/// is too long.
fn add_text(hir: &Hir, extra: &mut usize, text: &mut String) -> Option<()> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => text.push(member_of(class)),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX);
            let more = u32::try_from(*extra).unwrap_or(0).min(most - repetition.min);
            *extra -= more as usize;
            let before = text.len();
            for _ in 0..repetition.min.saturating_add(more) {
                add_text(&repetition.sub, &mut 0, text)?;
                if text.len() == before {
                    break;
                }
            }
        }
        HirKind::Capture(capture) => add_text(&capture.sub, extra, text)?,
        HirKind::Concat(parts) => {
            parts.iter().try_for_each(|part| add_text(part, extra, text))?;
        }
        HirKind::Alternation(parts) => {
            parts.first().map_or(Some(()), |part| add_text(part, extra, text))?;
        }
    }
    (text.len() <= LONGEST).then_some(())
}

/// A plain character of a class if it has one.
fn member_of(class: &Class) -> char {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.iter().map(|r| (r.start(), r.end())).collect(),
        Class::Bytes(class) => class.iter().map(|r| (r.start().into(), r.end().into())).collect(),
    };
    let has = |c: &char| ranges.iter().any(|(first, last)| (first..=last).contains(&c));
    let plain = "x1aA-_. /:".chars().find(has);
    plain.or(ranges.first().map(|(first, _)| *first)).unwrap_or('x')
}

fn count(schema: &Schema, keyword: &str) -> usize {
    schema.count(keyword).map_or(0, |n| usize::try_from(n).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{another, matching, Schema};
    use crate::pattern::Syntax;

    #[test]
    fn items_may_have_to_differ() {
        for (schema, first, third) in [
            (json!({ "enum": ["a", "b", "c"] }), json!("a"), Some(json!("c"))),
            (json!({ "enum": ["a", "b"] }), json!("a"), None),
            (json!({ "maximum": 3 }), json!(1), Some(json!(3))),
            (json!({ "maximum": 2 }), json!(1), None),
            (json!({ "maxLength": 2 }), json!("x"), Some(json!("x2"))),
            (json!({ "maxLength": 1 }), json!("x"), None),
            (json!({ "pattern": "^x$" }), json!("x"), None),
            (json!({}), json!({}), None),
        ] {
            let of = Schema::of("", &schema);
            assert_eq!(another(&of, first.clone(), 2), third, "{schema}");
            assert_eq!(another(&of, first.clone(), 0), Some(first), "{schema}");
        }
    }

    #[test]
    fn texts_match_their_pattern() {
        for pattern in
            ["^[0-9]+ [0-9]+$", "^[a-z]{3,5}$", "^(v1|v2)$", "[.]", "^urn:fss:.+$", "^\\w+-\\d{2}$"]
        {
            for least in [1, 3, 5] {
                if let Some(text) = matching(pattern, least) {
                    let pattern = Syntax::Ecma262.pattern(pattern).unwrap();
                    assert!(pattern.matches(&text), "{pattern:?}: {text}");
                }
            }
        }
        assert_eq!(matching("^[0-9]+ [0-9]+$", 1).as_deref(), Some("1 1"));
        assert_eq!(matching("^[0-9]+ [0-9]+$", 4).as_deref(), Some("11 1"));
    }
}
