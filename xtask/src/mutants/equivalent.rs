//! The list of mutants that nothing can notice.

use std::path::Path;

use super::outcome::{Level, Outcome, Verdict};

/// Where the list stands in the project.
pub const FILE: &str = "tests/contract/equivalent.md";

/// An entry of the list.
#[derive(Debug, PartialEq, Eq)]
pub struct Equivalent {
    line: usize,
    level: String,
    /// The name of a mutant; `*` stands for any text.
    name: String,
    why: String,
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
            match cells[..] {
                [level, name, why]
                    if ["code", "document"].contains(&level)
                        && !name.is_empty()
                        && !why.is_empty() =>
                {
                    let name = name.trim_matches('`').to_owned();
                    Ok(Equivalent { line, level: level.to_owned(), name, why: why.to_owned() })
                }
                _ => Err(format!(
                    "{FILE}, line {line}: a row has a level (code, document), the name of a mutant, and why nothing can notice it"
                )),
            }
        })
        .collect()
}

impl Equivalent {
    fn is_about(&self, level: Level, name: &str) -> bool {
        self.level == level.to_string() && matches(&self.name, name)
    }
}

/// Whether a name has a pattern, in which `*` stands for any text.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(left) = name.strip_prefix(start) else { return false };
    let mut ends = left.char_indices().map(|(at, _)| at).chain([left.len()]);
    ends.any(|at| matches(rest, &left[at..]))
}

/// Excuses the survivors that are listed.
pub fn excuse(list: &[Equivalent], outcomes: &mut [Outcome]) {
    for outcome in outcomes.iter_mut().filter(|outcome| outcome.survived()) {
        let entry = list.iter().find(|entry| entry.is_about(outcome.level, &outcome.name));
        if let Some(entry) = entry {
            outcome.verdict = Verdict::Equivalent(entry.why.clone());
        }
    }
}

/// What is wrong with the list: entries of mutants that are caught, or not there any more.
pub fn stale(list: &[Equivalent], outcomes: &[Outcome]) -> Vec<String> {
    let is_excused = |outcome: &Outcome| matches!(outcome.verdict, Verdict::Equivalent(_));
    let mut wrong = Vec::new();
    for entry in list {
        let of_entry = |o: &&Outcome| entry.is_about(o.level, &o.name);
        let about: Vec<&Outcome> = outcomes.iter().filter(of_entry).collect();
        let is_caught = |o: &&Outcome| matches!(o.verdict, Verdict::Caught(_));
        let caught = about.iter().find(|outcome| is_caught(outcome));
        let problem = match (caught, about.iter().any(|outcome| is_excused(outcome))) {
            (Some(caught), _) => format!("is listed, and caught: {}", caught.name),
            (None, false) => "is the name of no mutant".to_owned(),
            (None, true) => continue,
        };
        wrong.push(format!("{FILE}, line {}: `{}` {problem}", entry.line, entry.name));
    }
    wrong
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
        let wrong = stale(&list, &[caught]);
        assert_eq!(
            wrong,
            ["tests/contract/equivalent.md, line 5: `a#*/x = 1` is listed, and caught: a#/b/x = 1"]
        );
        assert_eq!(stale(&list, &[]).len(), 1, "the name of no mutant");
    }

    #[test]
    fn a_row_without_a_reason_is_refused() {
        let error =
            parse("| level | mutant | why |\n| --- | --- | --- |\n| code | `a` | |").unwrap_err();
        assert!(error.starts_with("tests/contract/equivalent.md, line 3: "), "{error}");
    }
}
