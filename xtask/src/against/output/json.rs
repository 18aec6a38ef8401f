//! The list for machines.

use serde_json::{json, Value};

use super::{changelog, filled, phrase};
use crate::against::change::{Change, Direction};
use crate::against::ledgers::LedgerChange;
use crate::against::verdict::{Shift, Verdict};
use crate::against::Report;

/// The report as one JSON object.
pub fn json(report: &Report) -> String {
    let changes: Vec<Value> = report.changes.iter().map(of_change).collect();
    let ledgers: Vec<Value> = report.ledgers.iter().map(of_ledger).collect();
    let document = json!({
        "against": { "revision": report.revision.asked, "commit": report.revision.commit },
        "counts": {
            "breaking": report.count(Verdict::Breaking),
            "changed": report.count(Verdict::Unclear),
            "compatible": report.count(Verdict::Compatible),
            "no_effect": report.count(Verdict::NoEffect),
        },
        "changes": changes,
        "ledgers": ledgers,
        "changelog": changelog(report),
    });
    format!("{document:#}")
}

fn of_change(change: &Change) -> Value {
    let uses = change.uses.iter().map(|place| {
        json!({
            "operation": place.operation,
            "direction": direction(place.direction),
            "part": place.part,
        })
    });
    let wire = change.effects().into_iter().map(|(way, effect)| {
        json!({
            "direction": direction(way),
            "verdict": effect.verdict.name(),
            "affected": filled(effect.words, change),
        })
    });
    let rust = change
        .rust
        .iter()
        .map(|change| json!({ "verdict": change.verdict.name(), "words": change.words }));
    json!({
        "api": change.api,
        "subject": change.subject,
        "what": change.what,
        "shift": shift(change.shift),
        "summary": phrase(change),
        "old": change.old,
        "new": change.new,
        "verdict": change.verdict().name(),
        "wire": change.wire().name(),
        "rust": change.rust().name(),
        "wire_effects": wire.collect::<Vec<_>>(),
        "rust_effects": rust.collect::<Vec<_>>(),
        "file": change.file,
        "old_pointer": change.old_place,
        "new_pointer": change.new_place,
        "reaches": uses.collect::<Vec<_>>(),
    })
}

fn of_ledger(change: &LedgerChange) -> Value {
    json!({
        "page": change.page,
        "kind": change.kind,
        "shift": shift(change.shift),
        "name": change.name,
        "old": change.old,
        "new": change.new,
    })
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Call => "call",
        Direction::Request => "request",
        Direction::Response => "response",
    }
}

fn shift(shift: Shift) -> &'static str {
    match shift {
        Shift::Added => "added",
        Shift::Removed => "removed",
        Shift::Narrowed => "narrowed",
        Shift::Widened => "widened",
        Shift::Changed => "changed",
        Shift::Same => "same",
    }
}
