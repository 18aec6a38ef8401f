//! JSON in the order in which it is written, and how it is written as YAML.

use std::fmt::Write;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A JSON value whose members keep their order.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Node {
    /// An object.
    Map(IndexMap<String, Node>),
    /// A list.
    List(Vec<Node>),
    /// A text, a number, a boolean or null.
    Scalar(Value),
}

/// Columns of a line of YAML, as far as it can be broken.
const WIDTH: usize = 100;

/// Words that some reader of YAML takes for something else than a text.
const WORDS: [&str; 10] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan"];

impl Node {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Scalar(Value::String(text.into()))
    }

    /// An object of these members.
    pub fn map<const N: usize>(members: [(&str, Self); N]) -> Self {
        Self::Map(members.into_iter().map(|(key, node)| (key.to_owned(), node)).collect())
    }

    /// A reference to a component.
    pub fn reference(pointer: &str) -> Self {
        Self::map([("$ref", Self::text(format!("#{pointer}")))])
    }

    /// Whether it is a reference and nothing else.
    pub fn is_reference(&self) -> bool {
        matches!(self, Self::Map(members) if members.len() == 1 && members.contains_key("$ref"))
    }

    /// The member `key` of an object.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(members) = self else { return None };
        members.get(key)
    }

    /// Adds a member to an object.
    pub fn push(&mut self, key: &str, node: Self) {
        if let Self::Map(members) = self {
            members.insert(key.to_owned(), node);
        }
    }

    /// Adds a member to an object, if there is one.
    pub fn extend(&mut self, key: &str, node: Option<Self>) {
        node.into_iter().for_each(|node| self.push(key, node));
    }

    /// As JSON without an order.
    pub fn value(&self) -> Value {
        match self {
            Self::Scalar(value) => value.clone(),
            Self::List(items) => items.iter().map(Self::value).collect(),
            Self::Map(members) => {
                let members = members.iter().map(|(key, node)| (key.clone(), node.value()));
                Value::Object(members.collect::<Map<_, _>>())
            }
        }
    }

    /// A member of an object as YAML, with its key.
    pub fn entry(&self, key: &str, indent: usize) -> String {
        let mut out = String::new();
        self.write_entry(&plain_or_quoted(key), indent, &mut out);
        out
    }

    /// A member of an object as YAML; `key` is its key as YAML.
    pub fn write_entry(&self, key: &str, indent: usize, out: &mut String) {
        out.push_str(&format!("{:indent$}{key}:", ""));
        match self.in_line() {
            Some(line) if !self.is_too_long(indent + key.len() + 2 + line.len()) => {
                out.push_str(&format!(" {line}\n"));
            }
            _ => {
                out.push('\n');
                self.write_block(indent + 2, out);
            }
        }
    }

    fn is_too_long(&self, columns: usize) -> bool {
        matches!(self, Self::List(items) if !items.is_empty()) && columns > WIDTH
    }

    /// On one line, if it is usually written so: scalars, lists of them, and `allOf` of a reference.
    fn in_line(&self) -> Option<String> {
        match self {
            Self::Scalar(Value::String(text)) => Some(plain_or_quoted(text)),
            Self::Scalar(value) => Some(value.to_string()),
            Self::Map(members) if members.is_empty() => Some("{}".to_owned()),
            Self::Map(_) => None,
            Self::List(items) => {
                let items: Option<Vec<String>> = items.iter().map(Self::in_list).collect();
                Some(format!("[{}]", items?.join(", ")))
            }
        }
    }

    /// As an item of a list that is written on one line.
    fn in_list(&self) -> Option<String> {
        match self {
            Self::Scalar(Value::String(text)) if text.contains([',', ' ', '(', '[', '{', '\n']) => {
                None
            }
            Self::Scalar(_) => self.in_line(),
            _ => None,
        }
    }

    fn write_block(&self, indent: usize, out: &mut String) {
        match self {
            Self::Map(members) => {
                for (key, node) in members {
                    match (key.as_str(), node) {
                        ("allOf", Self::List(parts)) if parts.iter().all(Self::is_reference) => {
                            let parts = parts.iter().filter_map(|part| part.get("$ref")?.in_line());
                            let parts: Vec<String> =
                                parts.map(|target| format!("{{ $ref: {target} }}")).collect();
                            let _ = writeln!(out, "{:indent$}allOf: [{}]", "", parts.join(", "));
                        }
                        _ => node.write_entry(&plain_or_quoted(key), indent, out),
                    }
                }
            }
            Self::List(items) => {
                for item in items {
                    let mut written = String::new();
                    match item.in_line() {
                        Some(line) if !item.is_too_long(indent + 2 + line.len()) => {
                            written = line + "\n";
                        }
                        _ => item.write_block(indent + 2, &mut written),
                    }
                    let _ = write!(out, "{:indent$}- {}", "", written.trim_start_matches(' '));
                }
            }
            Self::Scalar(_) => {
                let _ = writeln!(out, "{:indent$}{}", "", self.in_line().unwrap_or_default());
            }
        }
    }
}

/// A text as a scalar of YAML: plain where no reader takes it for something else.
fn plain_or_quoted(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_alphabetic() || c == '/' || c == '$')
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || " _-./,;:()'@+#{}$=".contains(c) || c == '`')
        && !WORDS.contains(&text.to_lowercase().as_str());
    if is_plain {
        return text.to_owned();
    }
    let is_printable =
        |c: char| !c.is_control() && !matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}');
    if text.contains(['"', '\\']) && text.chars().all(is_printable) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let quoted = Value::String(text.to_owned()).to_string();
    let mut out = String::with_capacity(quoted.len());
    for c in quoted.chars() {
        match is_printable(c) {
            true => out.push(c),
            false => out.push_str(&format!("\\u{:04x}", u32::from(c))),
        }
    }
    out
}
