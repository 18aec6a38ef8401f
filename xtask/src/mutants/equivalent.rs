//! The list of equivalent mutants, which nothing can notice.

use std::path::Path;

use clap::ValueEnum;
use cloudfn_codegen::ledger::matches;

use super::outcome::{Level, Outcome, Verdict};
use crate::files;

/// The file of the list.
pub const FILE: &str = "tests/contract/equivalent.md";

/// An entry of the list.
#[derive(Debug, PartialEq, Eq)]
pub struct Equivalent {
    line: usize,
    level: Level,
    /// The name of a mutant; `*` matches any text.
    name: String,
    why: String,
}

/// Reads the list: a table of level, name and reason.
pub fn load(root: &Path) -> Result<Vec<Equivalent>, String> {
    parse(&files::read(&root.join(FILE))?)
}

fn parse(text: &str) -> Result<Vec<Equivalent>, String> {
    let rows = text.lines().enumerate().filter(|(_, line)| line.starts_with('|'));
    rows.skip(2)
        .map(|(index, row)| {
            let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
            let line = index + 1;
            let level = cells.first().map(|cell| Level::from_str(cell, false));
            match (level, &cells[..]) {
                (Some(Ok(level)), [_, name, why]) if !name.is_empty() && !why.is_empty() => {
                    let name = name.trim_matches('`').to_owned();
                    Ok(Equivalent { line, level, name, why: (*why).to_owned() })
                }
                _ => Err(format!(
                    "{FILE}, line {line}: a row has a level (code, reference, document), the name of a mutant, and why nothing can notice it"
                )),
            }
        })
        .collect()
}

impl Equivalent {
    fn is_named(&self, outcome: &Outcome) -> bool {
        self.level == outcome.level && matches(&self.name, &outcome.name)
    }

    /// What is wrong with the entry. A selection of mutants may lack those that it is about.
    fn problem(&self, outcomes: &[Outcome], is_part: bool) -> Option<String> {
        let named: Vec<&Outcome> = outcomes.iter().filter(|o| self.is_named(o)).collect();
        let may_be_left_out = is_part && (named.is_empty() || self.name.contains('*'));
        match named.first() {
            _ if may_be_left_out || named.iter().any(|outcome| outcome.survived()) => None,
            Some(caught) => Some(format!("is listed, and caught: {}", caught.name)),
            None => Some("is the name of no such mutant".to_owned()),
        }
    }
}

/// Excuses the listed survivors.
pub fn excuse(list: &[Equivalent], outcomes: &mut [Outcome]) {
    for outcome in outcomes.iter_mut().filter(|outcome| outcome.survived()) {
        let entry = list.iter().find(|entry| entry.is_named(outcome));
        if let Some(entry) = entry {
            outcome.verdict = Verdict::Equivalent(entry.why.clone());
        }
    }
}

/// The stale entries of the list about a level: for mutants that were caught, or that no longer
/// exist, which only a run of all mutants can tell. Listed mutants must not be excused yet.
pub fn stale(
    list: &[Equivalent],
    level: Level,
    outcomes: &[Outcome],
    is_part: bool,
) -> Vec<String> {
    let of_level = list.iter().filter(|entry| entry.level == level);
    let wrong = of_level.filter_map(|entry| {
        let problem = entry.problem(outcomes, is_part)?;
        Some(format!("{FILE}, line {}: `{}` {problem}", entry.line, entry.name))
    });
    wrong.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "# Equivalent\n\n| level | mutant | why |\n| --- | --- | --- |\n\
        | code | `a#*/x = 1` | because |\n";

    fn outcome(name: &str, verdict: Verdict) -> Outcome {
        Outcome { level: Level::Code, name: name.to_owned(), kind: "limit".to_owned(), verdict }
    }

    #[test]
    fn a_listed_survivor_is_excused_and_no_other() {
        let list = parse(LIST).unwrap();
        let survived = || Verdict::Survived("?".to_owned());
        let mut outcomes =
            ["a#/b/x = 1", "a#/b/x = 10", "b#/b/x = 1"].map(|n| outcome(n, survived()));
        excuse(&list, &mut outcomes);
        assert_eq!(outcomes.map(|o| o.survived()), [false, true, true]);
    }

    #[test]
    fn a_listed_mutant_that_is_caught_is_an_error() {
        let list = parse(LIST).unwrap();
        let caught = outcome("a#/b/x = 1", Verdict::Caught(vec!["claim".to_owned()]));
        assert_eq!(
            stale(&list, Level::Code, std::slice::from_ref(&caught), false),
            ["tests/contract/equivalent.md, line 5: `a#*/x = 1` is listed, and caught: a#/b/x = 1"]
        );
        let one = parse(&LIST.replace("a#*", "a#/b")).unwrap();
        assert_eq!(stale(&one, Level::Code, std::slice::from_ref(&caught), true).len(), 1);
        assert_eq!(stale(&list, Level::Code, &[], false).len(), 1, "the name of no mutant");
        assert_eq!(stale(&list, Level::Code, &[], true), [""; 0], "it may be among the others");
    }

    #[test]
    fn a_pattern_may_match_mutants_that_are_caught() {
        let list = parse(&LIST.replace("x = 1", "x = *")).unwrap();
        let caught = outcome("a#/b/x = 1", Verdict::Caught(vec!["claim".to_owned()]));
        let outcomes = [caught, outcome("a#/c/x = 2", Verdict::Survived("?".to_owned()))];
        assert_eq!(stale(&list, Level::Code, &outcomes, false), [""; 0]);
        assert_eq!(stale(&list, Level::Code, &outcomes[..1], false).len(), 1, "all are caught");
        assert_eq!(stale(&list, Level::Code, &outcomes[..1], true), [""; 0], "others may survive");
    }

    #[test]
    fn a_row_without_a_reason_is_refused() {
        let error =
            parse("| level | mutant | why |\n| --- | --- | --- |\n| code | `a` | |").unwrap_err();
        assert!(error.starts_with("tests/contract/equivalent.md, line 3: "), "{error}");
    }
}
