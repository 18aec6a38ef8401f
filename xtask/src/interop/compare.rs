//! Differences between two JSON values, member by member.

use serde_json::Value;

/// A difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs: `path`, `body/version`.
    pub part: String,
    /// Ours.
    pub ours: String,
    /// Theirs.
    pub theirs: String,
}

/// Represents an absent value.
const NOTHING: &str = "nothing";

/// The differences between two values at `part`.
pub fn differences(part: &str, ours: &Value, theirs: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(part, Some(ours), Some(theirs), &mut found);
    found
}

fn compare(part: &str, ours: Option<&Value>, theirs: Option<&Value>, found: &mut Vec<Difference>) {
    match (ours, theirs) {
        (Some(Value::Object(ours)), Some(Value::Object(theirs))) => {
            let more = theirs.keys().filter(|name| !ours.contains_key(*name));
            for name in ours.keys().chain(more) {
                compare(&format!("{part}/{name}"), ours.get(name), theirs.get(name), found);
            }
        }
        (Some(Value::Array(ours)), Some(Value::Array(theirs))) if ours.len() == theirs.len() => {
            for (index, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                compare(&format!("{part}/{index}"), Some(ours), Some(theirs), found);
            }
        }
        (ours, theirs) if ours == theirs => {}
        (ours, theirs) => {
            let text = |value: Option<&Value>| value.map_or(NOTHING.into(), ToString::to_string);
            let (ours, theirs) = (text(ours), text(theirs));
            found.push(Difference { part: part.to_owned(), ours, theirs });
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::differences;

    #[test]
    fn what_differs_is_named() {
        let ours = json!({"same": [1, {"a": 1}], "ours": {}, "list": [1, 2], "deep": {"a": [1]}});
        let theirs =
            json!({"same": [1, {"a": 1}], "theirs": null, "list": [1], "deep": {"a": [2]}});
        let found = differences("body", &ours, &theirs);
        let mut found: Vec<_> =
            found.iter().map(|d| [&d.part, &d.ours, &d.theirs].map(String::as_str)).collect();
        found.sort_unstable();
        assert_eq!(
            found,
            [
                ["body/deep/a/0", "1", "2"],
                ["body/list", "[1,2]", "[1]"],
                ["body/ours", "{}", "nothing"],
                ["body/theirs", "nothing", "null"],
            ]
        );
    }
}
