//! Instances of schemas: valid, and no larger than they need to be.

use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::{json, Map, Value};

use super::{pointer::join, Spec};

/// A valid value of the schema at `pointer` of `spec`, with its required members only.
pub fn minimal(spec: &Spec, pointer: &str) -> Value {
    let Some(found) = spec.at(pointer) else {
        return Value::Null;
    };
    let schema = found.value;
    if let Some(value) = schema["enum"].get(0) {
        return value.clone();
    }
    match schema["type"].as_str() {
        Some("integer") => json!(minimal_integer(schema)),
        Some("number") => {
            let bound = schema["minimum"].as_f64().or(schema["maximum"].as_f64());
            json!(bound.unwrap_or(1.0))
        }
        Some("string") => json!(minimal_text(schema)),
        Some("boolean") => json!(true),
        Some("array") => {
            let item = minimal(spec, &join(&found.pointer, "items"));
            Value::Array(vec![item; count(schema, "minItems")])
        }
        _ => {
            let required = schema["required"].as_array().into_iter().flatten();
            let members: Map<String, Value> = required
                .filter_map(Value::as_str)
                .map(|name| {
                    let member = join(&join(&found.pointer, "properties"), name);
                    (name.to_owned(), minimal(spec, &member))
                })
                .collect();
            Value::Object(members)
        }
    }
}

fn minimal_integer(schema: &Value) -> i64 {
    let step = |keyword: &str| i64::from(schema[keyword] == true);
    let least = schema["minimum"].as_i64().map(|n| n + step("exclusiveMinimum"));
    let most = schema["maximum"].as_i64().map(|n| n - step("exclusiveMaximum"));
    least.or(most).unwrap_or(1)
}

fn minimal_text(schema: &Value) -> String {
    let least = count(schema, "minLength").max(1);
    let text = match (schema["pattern"].as_str(), schema["format"].as_str()) {
        (Some(pattern), _) => return matching(pattern, least).unwrap_or_default(),
        (None, Some("date-time")) => "2024-01-15T08:30:00Z",
        (None, Some("date")) => "2024-01-15",
        (None, Some("uuid")) => "00000000-0000-4000-8000-000000000000",
        (None, _) => return "x".repeat(least),
    };
    text.to_owned()
}

/// A text of at least `least` characters that matches `pattern`.
fn matching(pattern: &str, least: usize) -> Option<String> {
    let hir = regex_syntax::parse(pattern).ok()?;
    // Repetitions grow until the text is long enough.
    (0..=least).map(|extra| text_of(&hir, extra)).find(|text| text.chars().count() >= least)
}

fn text_of(hir: &Hir, extra: usize) -> String {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => String::new(),
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).into_owned(),
        HirKind::Class(class) => member_of(class).to_string(),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX);
            let extra = u32::try_from(extra).unwrap_or(0);
            let times = repetition.min.saturating_add(extra).min(most);
            (0..times).map(|_| text_of(&repetition.sub, 0)).collect()
        }
        HirKind::Capture(capture) => text_of(&capture.sub, extra),
        HirKind::Concat(parts) => parts.iter().map(|part| text_of(part, extra)).collect(),
        HirKind::Alternation(parts) => {
            parts.first().map_or_else(String::new, |p| text_of(p, extra))
        }
    }
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

fn count(schema: &Value, keyword: &str) -> usize {
    schema[keyword].as_u64().map_or(0, |n| usize::try_from(n).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::matching;

    #[test]
    fn texts_match_their_pattern() {
        for pattern in
            ["^[0-9]+ [0-9]+$", "^[a-z]{3,5}$", "^(v1|v2)$", "[.]", "^urn:fss:.+$", "^\\w+-\\d{2}$"]
        {
            for least in [1, 3, 5] {
                if let Some(text) = matching(pattern, least) {
                    let expression = regress::Regex::new(pattern).unwrap();
                    assert!(expression.find(&text).is_some(), "{pattern}: {text}");
                }
            }
        }
        assert_eq!(matching("^[0-9]+ [0-9]+$", 1).as_deref(), Some("1 1"));
    }
}
