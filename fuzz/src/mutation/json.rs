//! Mutations of a JSON text.

use std::collections::BTreeSet;

use fastrand::Rng;
use serde_json::{json, Map, Value};

use super::{pick, text};

/// Adds the names and strings in a JSON text to `words`.
pub fn words(json: &str, words: &mut BTreeSet<String>) {
    if let Ok(value) = serde_json::from_str(json) {
        collect(&value, words);
    }
}

fn collect(value: &Value, words: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            words.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
        Value::Object(members) => {
            for (name, member) in members {
                words.insert(name.clone());
                collect(member, words);
            }
        }
        _ => {}
    }
}

/// `json` with one change, some of which use parts of `seed`; `None` if it is not JSON.
pub fn changed(json: &str, seed: &str, words: &[String], rng: &mut Rng) -> Option<String> {
    let mut value: Value = serde_json::from_str(json).ok()?;
    let mut seed: Value = serde_json::from_str(seed).unwrap_or_default();
    let count = nodes(&value);
    let other = nodes(&seed);
    let node = nth(&mut value, &mut rng.usize(..count))?;
    match rng.u8(..7) {
        0 => *node = nth(&mut seed, &mut rng.usize(..other))?.take(),
        1 => *node = odd(words, rng),
        2 => *node = wrapped(node.take(), words, rng),
        3 => return Some(with_member_twice(&mut value, rng)),
        _ => change(node, words, rng),
    }
    Some(value.to_string())
}

/// A JSON text with a repeated member in some object.
fn with_member_twice(value: &mut Value, rng: &mut Rng) -> String {
    let count = nodes(value);
    let whole = value.to_string();
    let Some(Value::Object(members)) = nth(value, &mut rng.usize(..count)) else { return whole };
    let names: Vec<String> = members.keys().cloned().collect();
    let Some(name) = pick(&names, rng) else { return whole };
    let once = Value::Object(members.clone()).to_string();
    let member = format!("{}:{},", Value::from(name.as_str()), members[name]);
    whole.replacen(&once, &format!("{{{member}{}", &once[1..]), 1)
}

/// The number of values, including this one and those within it.
fn nodes(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(nodes).sum(),
        Value::Object(members) => members.values().map(nodes).sum(),
        _ => 0,
    }
}

fn nth<'v>(value: &'v mut Value, left: &mut usize) -> Option<&'v mut Value> {
    if *left == 0 {
        return Some(value);
    }
    *left -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| nth(item, left)),
        Value::Object(members) => members.values_mut().find_map(|member| nth(member, left)),
        _ => None,
    }
}

/// A value that is difficult for readers.
fn odd(words: &[String], rng: &mut Rng) -> Value {
    match rng.u8(..16) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(i64::MAX),
        3 => json!(i64::MIN),
        4 => json!(u64::MAX),
        5 => json!(3.0),
        6 => json!(-0.1),
        7 => json!(1e300),
        8 => json!(""),
        9 => json!([]),
        10 => json!({}),
        11 => json!([null]),
        12 => json!(rng.i64(-2..1000)),
        13 => json!(f64::from_bits(rng.u64(..))),
        14 => json!("é".repeat(rng.usize(..600))),
        _ => Value::String(pick(words, rng).cloned().unwrap_or_default()),
    }
}

fn wrapped(value: Value, words: &[String], rng: &mut Rng) -> Value {
    match rng.u8(..3) {
        0 => json!([value]),
        1 => Value::String(value.to_string()),
        _ => {
            let name = pick(words, rng).cloned().unwrap_or_default();
            Value::Object(Map::from_iter([(name, value)]))
        }
    }
}

fn change(node: &mut Value, words: &[String], rng: &mut Rng) {
    match node {
        Value::Null | Value::Bool(_) | Value::Number(_) => *node = odd(words, rng),
        Value::String(string) => *string = text::changed(string, words, rng),
        Value::Array(items) => {
            let copy = pick(items, rng).cloned();
            match rng.u8(..3) {
                0 => items.extend(copy),
                1 => items.push(odd(words, rng)),
                _ => drop(items.pop()),
            }
        }
        Value::Object(members) => {
            let names: Vec<String> = members.keys().cloned().collect();
            let taken = pick(&names, rng).and_then(|name| members.remove(name));
            let word = pick(words, rng).cloned().unwrap_or_default();
            match (rng.u8(..3), taken) {
                (0, _) => {}
                (1, Some(taken)) => drop(members.insert(word, taken)),
                _ => drop(members.insert(word, odd(words, rng))),
            }
        }
    }
}
