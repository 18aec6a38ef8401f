//! What became of every constraint of a spec: carried by a Rust type, documented only, or
//! relaxed by a named rule.

use std::collections::BTreeSet;

pub use crate::lowering::Fate;
use crate::lowering::Lowered;
use crate::model::{Spec, CONSTRAINTS, STYLES};
use crate::statements::{Direction, Statement, Statements};

/// The name of what the generator does by itself.
const GENERATOR: &str = "generator";

/// Every constraint of `spec`, in the order of its statements.
pub fn constraints(spec: &Spec) -> Vec<Statement> {
    let mut seen = BTreeSet::new();
    let mut found = Statements::of(spec).all;
    found.retain(|found| constrains(found) && seen.insert(found.pointer.clone()));
    found
}

fn constrains(statement: &Statement) -> bool {
    match statement.keyword.as_str() {
        "additionalProperties" => statement.value == false,
        "required" | "readOnly" | "writeOnly" => statement.value == true,
        "success status" | "error status" | "variable" => true,
        keyword if STYLES.contains(&keyword) => {
            !matches!(statement.part, Some((Direction::Response, _)))
        }
        keyword => CONSTRAINTS.contains(&keyword),
    }
}

/// What became of each constraint of `spec` in `lowered`.
pub fn account(spec: &Spec, lowered: &Lowered) -> Vec<(Statement, Fate)> {
    let with_fate = |constraint| (fate(spec, &constraint, lowered), constraint);
    let found = constraints(spec).into_iter().map(with_fate);
    found.map(|(fate, constraint)| (constraint, fate)).collect()
}

fn fate(spec: &Spec, constraint: &Statement, lowered: &Lowered) -> Fate {
    if let Some(fate) = lowered.touches.get(&constraint.pointer) {
        return *fate;
    }
    let uses = spec.uses(&constraint.pointer);
    match constraint.keyword.as_str() {
        // Responses are read tolerantly.
        "required" if uses.request && !uses.response => Fate::Carried(GENERATOR),
        "success status" => Fate::Carried(GENERATOR),
        _ => Fate::Unaccounted,
    }
}

/// Whether progenitor 0.15, given the authored spec as it is, would have dropped a constraint
/// of this kind without a word: measured by `codegen/tests/generator_alone.rs`.
pub fn dropped_by_generator_alone(keyword: &str) -> bool {
    matches!(
        keyword,
        "minimum"
            | "maximum"
            | "exclusiveMinimum"
            | "exclusiveMaximum"
            | "multipleOf"
            | "minItems"
            | "maxItems"
            | "minProperties"
            | "maxProperties"
    )
}
