//! The list of equivalent mutants, which nothing can notice.

use std::path::Path;

use super::outcome::{Level, Outcome, Verdict};

/// The file of the list.
pub const FILE: &str = "tests/contract/equivalent.md";

/// An entry of the list.
#[derive(Debug, PartialEq, Eq)]
pub struct Equivalent {
    line: usize,
    /// Its scope: a level, or the mutants whose code is the same.
    about: About,
    /// The name of a mutant; `*` matches any text.
    name: String,
    why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    Code,
    SameCode,
    Document,
}

impl About {
    fn read(text: &str) -> Option<Self> {
        match text {
            "code" => Some(Self::Code),
            "same code" => Some(Self::SameCode),
            "document" => Some(Self::Document),
            _ => None,
        }
    }
}

/// Reads the list: a table of level, name and reason.
pub fn load(root: &Path) -> Result<Vec<Equivalent>, String> {
    let file = root.join(FILE);
    let text = std::fs::read_to_string(&file)
        .map_err(|e| format!("{} cannot be read: {e}", file.display()))?;
    parse(&text)
}

fn parse(text: &str) -> Result<Vec<Equivalent>, String> {
    let rows = text.lines().enumerate().filter(|(_, line)| line.starts_with('|'));
    rows.skip(2)
        .map(|(index, row)| {
            let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
            let line = index + 1;
            match (cells.first().and_then(|cell| About::read(cell)), &cells[..]) {
                (Some(about), [_, name, why]) if !name.is_empty() && !why.is_empty() => {
                    let name = name.trim_matches('`').to_owned();
                    Ok(Equivalent { line, about, name, why: (*why).to_owned() })
                }
                _ => Err(format!(
                    "{FILE}, line {line}: a row has a level (code, same code, document), the name of a mutant, and why nothing can notice it"
                )),
            }
        })
        .collect()
}

impl Equivalent {
    fn is_named(&self, outcome: &Outcome) -> bool {
        let is_document = outcome.level == Level::Document;
        is_document == (self.about == About::Document) && matches(&self.name, &outcome.name)
    }

    fn excuses(&self, outcome: &Outcome) -> bool {
        self.is_named(outcome) && (self.about != About::SameCode || outcome.is_same())
    }

    /// A mutant that is listed but was caught. A pattern for the same code may match some caught
    /// mutants, or only caught ones in a selection.
    fn caught<'o>(&self, outcomes: &'o [Outcome], is_part: bool) -> Option<&'o Outcome> {
        let named = || outcomes.iter().filter(|outcome| self.is_named(outcome));
        let may_be = self.about == About::SameCode
            && (named().any(Outcome::is_same) || is_part && self.name.contains('*'));
        named().find(|outcome| !outcome.survived()).filter(|_| !may_be)
    }
}

/// Whether a name matches a pattern, in which `*` matches any text.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(left) = name.strip_prefix(start) else { return false };
    let mut ends = left.char_indices().map(|(at, _)| at).chain([left.len()]);
    ends.any(|at| matches(rest, &left[at..]))
}

/// Excuses the listed survivors.
pub fn excuse(list: &[Equivalent], outcomes: &mut [Outcome]) {
    for outcome in outcomes.iter_mut().filter(|outcome| outcome.survived()) {
        let entry = list.iter().find(|entry| entry.excuses(outcome));
        if let Some(entry) = entry {
            outcome.verdict = Verdict::Equivalent(entry.why.clone());
        }
    }
}

/// The stale entries of the list: for mutants that were caught, or that no longer exist, which only a
/// run of all mutants can tell. Listed mutants must not be excused yet.
pub fn stale(list: &[Equivalent], outcomes: &[Outcome], is_part: bool) -> Vec<String> {
    let is_there = |entry: &Equivalent| outcomes.iter().any(|outcome| entry.is_named(outcome));
    let wrong = list.iter().filter_map(|entry| {
        let problem = match entry.caught(outcomes, is_part) {
            Some(caught) => format!("is listed, and caught: {}", caught.name),
            None if is_part || is_there(entry) => return None,
            None => "is the name of no such mutant".to_owned(),
        };
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
        Outcome { level: Level::Code, name: name.to_owned(), kind: "limit", verdict }
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
        for is_part in [false, true] {
            assert_eq!(
                stale(&list, std::slice::from_ref(&caught), is_part),
                ["tests/contract/equivalent.md, line 5: `a#*/x = 1` is listed, and caught: a#/b/x = 1"]
            );
        }
        assert_eq!(stale(&list, &[], false).len(), 1, "the name of no mutant");
        assert_eq!(stale(&list, &[], true), [""; 0], "it may be among the others");
    }

    #[test]
    fn what_is_listed_for_the_same_code_may_be_caught_with_other_code() {
        let list = parse(&LIST.replace("| code |", "| same code |")).unwrap();
        let caught = outcome("a#/b/x = 1", Verdict::Caught(vec!["claim".to_owned()]));
        let mut outcomes = [caught, outcome("a#/c/x = 1", Verdict::Same("?".to_owned()))];
        assert_eq!(stale(&list, &outcomes, false), [""; 0]);
        assert_eq!(stale(&list, &outcomes[..1], false).len(), 1, "all are caught");
        assert_eq!(stale(&list, &outcomes[..1], true), [""; 0], "others may be the same");
        let one = parse(&LIST.replace("| code | `a#*", "| same code | `a#/b")).unwrap();
        assert_eq!(stale(&one, &outcomes, true).len(), 1, "there is no other");
        excuse(&list, &mut outcomes);
        assert!(!outcomes[1].survived());
        let mut other = [outcome("a#/c/x = 1", Verdict::Survived("?".to_owned()))];
        excuse(&list, &mut other);
        assert!(other[0].survived());
    }

    #[test]
    fn a_row_without_a_reason_is_refused() {
        let error =
            parse("| level | mutant | why |\n| --- | --- | --- |\n| code | `a` | |").unwrap_err();
        assert!(error.starts_with("tests/contract/equivalent.md, line 3: "), "{error}");
    }
}
