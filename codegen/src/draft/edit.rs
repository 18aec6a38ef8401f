//! Changes entries in the text of a YAML file, and leaves everything else as it is.

use std::path::Path;

use serde_json::{json, Value};

use super::Node;
use crate::error::{Error, Result};
use crate::model::{document, pointer};

/// What is set in a document: JSON pointers and what stands there.
pub type Entries = Vec<(String, Node)>;

/// The text of the file with `entries` in it, existing ones replaced and others added at the end
/// of their mapping.
///
/// # Errors
///
/// The file is not written in blocks where an entry belongs.
pub fn with_entries(file: &Path, text: &str, entries: &Entries) -> Result<String> {
    let mut expected = document(file, text)?;
    let mut written = text.to_owned();
    for (at, node) in entries {
        put(&mut expected, at, node.value());
        written = set(&written, at, node).ok_or_else(|| not_in_blocks(file, at))?;
        // What the lines were taken for is what they are, or the file is left alone.
        if document(file, &written).ok().as_ref() != Some(&expected) {
            return Err(not_in_blocks(file, at));
        }
    }
    Ok(written)
}

fn not_in_blocks(file: &Path, at: &str) -> Error {
    let message = "nothing can be added here, because the file is not written in plain blocks; \
                   add it by hand";
    Error::new(file, at, message)
}

/// Sets what stands at `at`, and makes the objects that lead there.
pub fn put(document: &mut Value, at: &str, value: Value) {
    let mut place = document;
    for token in pointer::tokens(at) {
        if !place.is_object() {
            *place = json!({});
        }
        place = &mut place[token];
    }
    *place = value;
}

/// An entry of a block mapping.
#[derive(Clone, Copy)]
struct Entry {
    /// The line of its key.
    key: usize,
    /// The line after its last one.
    end: usize,
    /// How far its key is indented.
    indent: usize,
}

fn set(text: &str, at: &str, node: &Node) -> Option<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let tokens = pointer::tokens(at);
    let mut holder = None;
    let mut depth = 0;
    while let Some(found) = tokens.get(depth).and_then(|token| find(&lines, holder, token)) {
        (holder, depth) = (Some(found), depth + 1);
    }
    let holder = holder?;
    let written = lines[holder.key].trim();
    let (key, inline) = split_key(written)?;
    let joined = |from: usize, to: usize| lines[from..to].concat();
    let Some((missing, below)) = tokens[depth..].split_first() else {
        let mut entry = String::new();
        node.write_entry(key, holder.indent, &mut entry);
        return Some(joined(0, holder.key) + &entry + &joined(holder.end, lines.len()));
    };
    let nested =
        below.iter().rev().fold(node.clone(), |node, token| Node::map([(token.as_str(), node)]));
    let mut before = joined(0, holder.end);
    match inline {
        "" => {}
        "{}" => before = joined(0, holder.key) + &lines[holder.key].replacen(" {}", "", 1),
        _ => return None,
    }
    if !before.ends_with('\n') {
        before.push('\n');
    }
    let first = child_indent(&lines, holder.key + 1, holder.end);
    let is_spaced = ["/paths", "/components", "/components/schemas"]
        .contains(&at.rsplitn(below.len() + 2, '/').last().unwrap_or_default());
    if is_spaced && first.is_some() {
        before.push('\n');
    }
    let entry = nested.entry(missing, first.unwrap_or(holder.indent + 2));
    Some(before + &entry + &joined(holder.end, lines.len()))
}

/// The entry `key` of the block mapping in `holder`, or of the document.
fn find(lines: &[&str], holder: Option<Entry>, key: &str) -> Option<Entry> {
    let (from, to) = holder.map_or((0, lines.len()), |holder| (holder.key + 1, holder.end));
    let indent = child_indent(lines, from, to)?;
    let is_key = |line: &str| {
        split_key(line.trim()).is_some_and(|(written, _)| {
            written == key || written.trim_matches('"') == key || written.trim_matches('\'') == key
        })
    };
    let start = (from..to).find(|&n| indent_of(lines[n]) == Some(indent) && is_key(lines[n]))?;
    // A list may be indented like its key.
    let is_next = |&n: &usize| match indent_of(lines[n]) {
        Some(found) if found == indent => !lines[n].trim_start().starts_with("- "),
        Some(found) => found < indent,
        None => false,
    };
    let mut end = (start + 1..to).find(is_next).unwrap_or(to);
    while end > start + 1 && indent_of(lines[end - 1]).is_none() {
        end -= 1;
    }
    Some(Entry { key: start, end, indent })
}

/// The key of a line, as it is written, and what follows it on the line.
fn split_key(line: &str) -> Option<(&str, &str)> {
    let end = match line.chars().next()? {
        quote @ ('"' | '\'') => line[1..].find(quote)? + 2,
        _ => line.find(": ").or_else(|| line.strip_suffix(':').map(str::len))?,
    };
    let (key, rest) = line.split_at(end);
    let rest = rest.strip_prefix(':')?.split(" #").next().unwrap_or_default();
    Some((key, rest.trim()))
}

/// How far the first line is indented that is not blank or a comment.
fn child_indent(lines: &[&str], from: usize, to: usize) -> Option<usize> {
    lines[from..to].iter().find_map(|line| indent_of(line))
}

/// How far a line is indented; nothing for a blank line or a comment.
fn indent_of(line: &str) -> Option<usize> {
    let text = line.trim_start_matches(' ');
    let is_none = text.trim().is_empty() || text.starts_with('#');
    (!is_none).then(|| line.len() - text.len())
}
