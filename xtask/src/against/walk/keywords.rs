//! Compares single keywords: which way did a value go?

use serde_json::Value;

use super::spot::Spot;
use super::Walk;
use crate::against::verdict::Shift::{self, Added, Changed, Narrowed, Removed, Same, Widened};

/// What the absence of a keyword stands for, and which way it goes.
enum Measure {
    /// The greater, the less is allowed; without it, anything.
    Least,
    /// The smaller, the less is allowed; without it, anything.
    Most,
    /// False without it; true allows less.
    Restriction,
    /// False without it; true allows more.
    Permission,
    /// With it, less is allowed than without.
    Condition,
    /// Nothing is known but whether it is the same.
    Plain,
}

fn measure(keyword: &str) -> Measure {
    match keyword {
        "minimum" | "minLength" | "minItems" | "minProperties" => Measure::Least,
        "maximum" | "maxLength" | "maxItems" | "maxProperties" => Measure::Most,
        "exclusiveMinimum" | "exclusiveMaximum" | "uniqueItems" | "readOnly" | "writeOnly"
        | "required" | "deprecated" => Measure::Restriction,
        "nullable" | "allowEmptyValue" => Measure::Permission,
        "type" | "format" | "pattern" | "multipleOf" => Measure::Condition,
        _ => Measure::Plain,
    }
}

impl Walk<'_> {
    /// Compares a keyword of which both values are at hand.
    pub(super) fn keyword(
        &mut self,
        spot: &Spot,
        keyword: &str,
        (old, new): (Option<&Value>, Option<&Value>),
    ) {
        if old != new {
            self.note(spot, keyword, shift(keyword, old, new), (old.cloned(), new.cloned()));
        }
    }
}

/// Which way a keyword went from one value to another.
pub(super) fn shift(keyword: &str, old: Option<&Value>, new: Option<&Value>) -> Shift {
    match measure(keyword) {
        Measure::Least => grown(least(keyword, old), least(keyword, new), Narrowed, Widened),
        Measure::Most => grown(most(old), most(new), Widened, Narrowed),
        Measure::Restriction => grown(flag(old), flag(new), Narrowed, Widened),
        Measure::Permission => grown(flag(old), flag(new), Widened, Narrowed),
        Measure::Condition => condition(keyword, old, new),
        Measure::Plain => match (old, new) {
            (None, Some(_)) => Added,
            (Some(_), None) => Removed,
            _ => Changed,
        },
    }
}

fn grown<T: PartialOrd>(old: T, new: T, up: Shift, down: Shift) -> Shift {
    match old.partial_cmp(&new) {
        Some(std::cmp::Ordering::Less) => up,
        Some(std::cmp::Ordering::Greater) => down,
        Some(std::cmp::Ordering::Equal) => Same,
        None => Changed,
    }
}

fn least(keyword: &str, bound: Option<&Value>) -> f64 {
    let without = if keyword == "minimum" { f64::NEG_INFINITY } else { 0.0 };
    bound.map_or(without, |bound| bound.as_f64().unwrap_or(f64::NAN))
}

fn most(bound: Option<&Value>) -> f64 {
    bound.map_or(f64::INFINITY, |bound| bound.as_f64().unwrap_or(f64::NAN))
}

fn flag(value: Option<&Value>) -> bool {
    value == Some(&Value::Bool(true))
}

fn condition(keyword: &str, old: Option<&Value>, new: Option<&Value>) -> Shift {
    let (Some(old), Some(new)) = (old, new) else {
        return if old.is_none() { Narrowed } else { Widened };
    };
    match (keyword, old.as_str(), new.as_str()) {
        ("type", Some("integer"), Some("number")) | ("format", Some("int32"), Some("int64")) => {
            Widened
        }
        ("type", Some("number"), Some("integer")) | ("format", Some("int64"), Some("int32")) => {
            Narrowed
        }
        ("multipleOf", ..) => match (old.as_f64(), new.as_f64()) {
            (Some(old), Some(new)) if old % new == 0.0 => Widened,
            (Some(old), Some(new)) if new % old == 0.0 => Narrowed,
            _ => Changed,
        },
        _ => Changed,
    }
}
