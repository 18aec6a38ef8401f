//! What lowering did with each constraint.

use std::collections::BTreeMap;

use cloudfn_codegen::account::dropped_by_generator_alone;
use cloudfn_codegen::lowering::RULES;

use super::super::figures::{outcome, Figures};

/// The results of lowering.
pub struct Lowering {
    /// By rule.
    pub rules: Vec<RuleRow>,
    /// By constraint, for each API.
    pub apis: Vec<Api>,
}

/// A rule and how often it was applied.
pub struct RuleRow {
    /// Its anchor for links.
    pub anchor: String,
    /// What it did with the constraints.
    pub outcome: &'static str,
    /// Its name.
    pub name: &'static str,
    /// How many constraints.
    pub count: usize,
    /// Why.
    pub why: &'static str,
}

/// The constraints of an API.
pub struct Api {
    /// Its name.
    pub name: String,
    /// The constraints.
    pub constraints: Vec<ConstraintRow>,
}

/// A constraint and its outcome.
pub struct ConstraintRow {
    /// Its place in the spec.
    pub pointer: String,
    /// Its value.
    pub value: String,
    /// Its outcome.
    pub outcome: &'static str,
    /// The rule that caused it.
    pub rule: &'static str,
    /// The rule's anchor for links.
    pub anchor: String,
    /// Whether the generator alone would drop it.
    pub dropped: bool,
}

impl Lowering {
    /// What `figures` say of it.
    pub fn of(figures: &Figures) -> Self {
        Self { rules: rules(figures), apis: apis(figures) }
    }
}

fn rules(figures: &Figures) -> Vec<RuleRow> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (_, fate) in figures.fates.iter().flat_map(|(_, fates)| fates) {
        *counts.entry(outcome(fate)).or_default() += 1;
    }
    let counts = counts.into_iter();
    counts
        .map(|((outcome, name), count)| RuleRow {
            anchor: anchor(outcome, name),
            outcome,
            name,
            count,
            why: why(name),
        })
        .collect()
}

fn anchor(outcome: &str, rule: &str) -> String {
    format!("rule-{}-{rule}", outcome.replace(' ', "-"))
}

fn why(name: &str) -> &'static str {
    match RULES.iter().find(|rule| rule.name == name) {
        Some(rule) => rule.why,
        None if name == "generator" => "the generator does this by itself",
        None => "no rule accounts for these",
    }
}

fn apis(figures: &Figures) -> Vec<Api> {
    let apis = figures.fates.iter();
    apis.map(|(name, fates)| {
        let constraints = fates.iter().map(|(constraint, fate)| {
            let (outcome, rule) = outcome(fate);
            ConstraintRow {
                pointer: constraint.pointer.clone(),
                value: constraint.value.to_string(),
                outcome,
                rule,
                anchor: anchor(outcome, rule),
                dropped: dropped_by_generator_alone(&constraint.keyword),
            }
        });
        Api { name: name.clone(), constraints: constraints.collect() }
    })
    .collect()
}
