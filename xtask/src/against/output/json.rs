//! The list for machines.

use serde_json::{json, Value};

use super::{changelog, filled, phrase};
use crate::against::change::Change;
use crate::against::verdict::Verdict;
use crate::against::Report;

/// The report as one JSON object.
pub fn json(report: &Report) -> String {
    let changes: Vec<Value> = report.changes.iter().map(of_change).collect();
    let document = json!({
        "against": { "revision": report.revision.asked, "commit": report.revision.commit },
        "counts": {
            "breaking": report.count(Verdict::Breaking),
            "changed": report.count(Verdict::Unclear),
            "compatible": report.count(Verdict::Compatible),
            "no_effect": report.count(Verdict::NoEffect),
        },
        "changes": changes,
        "ledgers": report.ledgers,
        "changelog": changelog(report),
    });
    format!("{document:#}")
}

fn of_change(change: &Change) -> Value {
    let wire = change.effects().into_iter().map(|(direction, effect)| {
        json!({
            "direction": direction,
            "verdict": effect.verdict,
            "affected": filled(effect.words, change),
        })
    });
    let rust = change.rust.iter();
    let rust = rust.map(|rust| json!({ "verdict": rust.verdict, "words": rust.words }));
    json!({
        "api": change.api,
        "subject": change.subject,
        "what": change.what,
        "shift": change.shift,
        "summary": phrase(change),
        "old": change.old,
        "new": change.new,
        "verdict": change.verdict(),
        "wire": change.wire(),
        "rust": change.rust(),
        "wire_effects": wire.collect::<Vec<_>>(),
        "rust_effects": rust.collect::<Vec<_>>(),
        "file": change.file,
        "old_pointer": change.old_place,
        "new_pointer": change.new_place,
        "reaches": change.uses,
    })
}
