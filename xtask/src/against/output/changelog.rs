//! An entry for the changelog, ready to paste.

use super::{filled, listed, phrase};
use crate::against::change::Change;
use crate::against::verdict::Verdict;
use crate::against::Report;
use crate::text::in_lines;

/// The longest line of the changelog.
const WIDTH: usize = 99;

/// One item of the list: what it begins with, of what it speaks, and what became of that.
struct Item {
    head: &'static str,
    subjects: Vec<String>,
    of: String,
    words: String,
}

/// The entry: what breaks first, nothing for what has no effect.
pub fn changelog(report: &Report) -> String {
    let mut items: Vec<Item> = Vec::new();
    for change in report.changes.iter().filter(|change| is_worth_telling(change)) {
        let item = item(change);
        let same = |other: &&mut Item| {
            (other.head, &other.of, &other.words) == (item.head, &item.of, &item.words)
        };
        match items.iter_mut().find(same) {
            Some(other) => other.subjects.extend(item.subjects),
            None => items.push(item),
        }
    }
    items.into_iter().map(|item| wrapped(&item.line())).collect()
}

/// New types are told of with what uses them.
fn is_worth_telling(change: &Change) -> bool {
    let least = match change.what.as_str() {
        "generated client" => Verdict::Unclear,
        _ => Verdict::Compatible,
    };
    change.verdict() >= least
}

fn item(change: &Change) -> Item {
    let head = match (change.wire(), change.rust()) {
        (Verdict::Breaking, Verdict::Breaking) => "Breaking: ",
        (Verdict::Breaking, _) => "Breaking on the wire: ",
        (_, Verdict::Breaking) => "Breaking for Rust code: ",
        (Verdict::Unclear, _) | (_, Verdict::Unclear) => "Changed: ",
        _ => "",
    };
    let operations: Vec<String> =
        change.operations().into_iter().map(|name| format!("`{name}`")).collect();
    let worst = change.effects().into_iter().next();
    let affected = worst.filter(|(_, effect)| effect.verdict == Verdict::Breaking);
    let affected = affected.map(|(_, effect)| filled(effect.words, change));
    let in_rust = || {
        let breaking = change.rust.iter().filter(|c| c.verdict == change.rust());
        let words: Vec<&str> = breaking.map(|c| c.words.as_str()).collect();
        words.join("; ")
    };
    let words = match (affected, change.rust()) {
        (Some(affected), _) => format!("{} ({affected})", phrase(change)),
        (None, Verdict::Breaking) if change.wire() == Verdict::NoEffect => in_rust(),
        (None, Verdict::Breaking) => format!("{} ({})", phrase(change), in_rust()),
        (None, _) if change.what == "generated client" => in_rust(),
        (None, _) => phrase(change),
    };
    let is_operation = operations.len() == 1 && operations[0] == format!("`{}`", change.subject);
    let of = match (operations.is_empty(), is_operation) {
        (true, _) => format!(" ({})", change.api),
        (false, true) => String::new(),
        (false, false) => format!(" of {}", listed(&operations)),
    };
    match change.what.as_str() {
        "generated client" => {
            let module = format!("cloudfn::{}", change.api);
            Item { head, subjects: vec![module], of: String::new(), words }
        }
        _ => Item { head, subjects: vec![change.subject.clone()], of, words },
    }
}

impl Item {
    fn line(&self) -> String {
        let subjects = self.subjects.iter().filter(|subject| !subject.is_empty());
        let subjects: Vec<String> = subjects.map(|subject| format!("`{subject}`")).collect();
        format!("{}{}{}: {}.", self.head, subjects.join(", "), self.of, self.words)
    }
}

/// A list item in lines of the changelog's width; what stands in backticks is kept together.
fn wrapped(text: &str) -> String {
    let mut is_code = false;
    let glued = text.chars().map(|c| {
        is_code ^= c == '`';
        if is_code && c == ' ' {
            '\u{a0}'
        } else {
            c
        }
    });
    let lines = in_lines(&glued.collect::<String>(), WIDTH - 2, &[' ']);
    format!("* {}\n", lines.join("\n  ").replace('\u{a0}', " "))
}
