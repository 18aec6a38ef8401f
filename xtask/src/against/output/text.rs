//! The list for people.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{changelog, filled, listed, phrase};
use crate::against::change::{Change, Direction};
use crate::against::ledgers::LedgerChange;
use crate::against::verdict::Verdict;
use crate::against::{Report, Shift};
use crate::text::shortened;

/// What no list shows more of.
const MOST: usize = 8;

/// The whole report.
pub fn text(report: &Report) -> String {
    let mut text = String::new();
    let revision = &report.revision;
    let _ = writeln!(
        text,
        "since {} ({}, {}): {} breaking, {} changed, {} compatible, {} without effect; {} in ledgers",
        revision.asked,
        revision.commit,
        revision.about,
        report.count(Verdict::Breaking),
        report.count(Verdict::Unclear),
        report.count(Verdict::Compatible),
        report.count(Verdict::NoEffect),
        report.ledgers.len(),
    );
    if report.changes.is_empty() && report.ledgers.is_empty() {
        text.push_str("no changes\n");
        return text;
    }
    for verdict in Verdict::WORST_FIRST {
        let changes = report.changes.iter().filter(|change| change.verdict() == verdict);
        section(&mut text, verdict, changes);
    }
    ledgers(&mut text, &report.ledgers);
    let entry = changelog(report);
    if !entry.is_empty() {
        let _ = write!(text, "\n== for CHANGELOG.md\n\n{entry}");
    }
    text
}

fn section<'c>(text: &mut String, verdict: Verdict, changes: impl Iterator<Item = &'c Change>) {
    let mut last = None;
    for change in changes {
        if last.is_none() {
            let explained = match verdict {
                Verdict::Unclear => " (no rule knows what it means)",
                _ => "",
            };
            let _ = writeln!(text, "\n== {}{explained}", verdict.name());
        }
        let operations = change.operations().into_iter().map(str::to_owned);
        let operations: Vec<String> = operations.collect();
        let group = match operations.is_empty() {
            true => change.api.clone(),
            false => format!("{}: {}", change.api, listed(&operations)),
        };
        if last.as_ref() != Some(&group) {
            let _ = writeln!(text, "\n{group}");
            last = Some(group);
        }
        entry(text, change);
    }
}

fn entry(text: &mut String, change: &Change) {
    let _ = writeln!(text, "  {}: {}", change.subject, phrase(change));
    let mut line = |name: &str, words: String| {
        let _ = writeln!(text, "      {name:<7}{words}");
    };
    if change.what != "generated client" {
        for (direction, effect) in change.effects() {
            let way = match direction {
                Direction::Call => "",
                Direction::Request => " in requests",
                Direction::Response => " in responses",
            };
            let words = filled(effect.words, change);
            line("wire", format!("{}{way}: {words}", effect.verdict.name()));
        }
    }
    let mut rust: Vec<_> = change.rust.iter().collect();
    rust.sort_by_key(|change| std::cmp::Reverse(change.verdict));
    for change in rust.iter().take(MOST) {
        line("Rust", format!("{}: {}", change.verdict.name(), change.words));
    }
    if rust.len() > MOST {
        line("", format!("… and {} more", rust.len() - MOST));
    }
    let mut reached: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for place in change.uses.iter().filter(|place| place.part != "operation") {
        reached.entry(&place.operation).or_default().push(&place.part);
    }
    let reached = reached.iter().map(|(name, parts)| format!("{name} ({})", parts.join(", ")));
    let reached: Vec<String> = reached.collect();
    if !reached.is_empty() {
        line("reaches", format!(" {}", reached.join("; ")));
    }
    if !change.new_place.is_empty() {
        let old = match change.old_place == change.new_place {
            true => String::new(),
            false => format!(", before #{}", change.old_place),
        };
        line("spec", format!("{}#{}{old}", change.file, change.new_place));
    }
}

fn ledgers(text: &mut String, changes: &[LedgerChange]) {
    let mut page = "";
    for change in changes {
        if page.is_empty() {
            text.push_str("\n== ledgers: what the vendors' pages say, or what is known of them\n");
        }
        if page != change.page {
            let _ = writeln!(text, "\n{}", change.page);
            page = &change.page;
        }
        let [old, new] = [&change.old, &change.new].map(|value| shortened(value, 60));
        let words = match (change.kind, change.shift) {
            ("page", Shift::Added) => format!("new page: {new}"),
            ("page", Shift::Removed) => format!("page gone: {old}"),
            (kind, Shift::Added) => format!("new {kind} {}: {new}", change.name),
            (kind, Shift::Removed) => format!("{kind} gone {}: {old}", change.name),
            (kind, _) => format!("{kind} {}: {old} → {new}", change.name),
        };
        let _ = writeln!(text, "  {words}");
    }
}
