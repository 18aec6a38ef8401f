//! Every one-step change of a ledger.

use crate::error::Result;
use crate::ledger::Page;

/// The text of a ledger with one change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerMutant {
    /// Its name: the line, and what is other there.
    pub name: String,
    /// The text.
    pub text: String,
}

impl LedgerMutant {
    /// The changed ledger; `page` is the unchanged one.
    pub fn apply(&self, page: &Page) -> Result<Page> {
        let changed = Page::parse(&page.file, &self.text)?;
        Ok(page.api.clone().into_iter().fold(changed, Page::with_api))
    }
}

/// The lines beside the tables that state something, by what they begin with.
const STATEMENTS: [&str; 8] =
    ["claim", "spec", "page", "on", "applies to", "operator", "values", "media"];

/// The ledger `text` with each cell of its tables changed, and each line that states something.
pub fn of_ledger(text: &str) -> Vec<LedgerMutant> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    let mut add = |index: usize, what: String, line: &str| {
        let mut changed = lines.clone();
        changed[index] = line;
        let name = format!("line {}: {what}", index + 1);
        found.push(LedgerMutant { name, text: changed.join("\n") });
    };
    let mut head = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let is_head = lines.get(index + 1).is_some_and(|next| is_rule(next));
        if is_head {
            head = line.split('|').map(str::trim).collect();
        }
        // What prose is called and how it is worded is up to the ledger.
        let is_free = |column: usize| {
            let of_prose = head.contains(&"said") && column == 1;
            of_prose || ["said", "description"].iter().any(|free| head.get(column) == Some(free))
        };
        if line.starts_with('|') && !is_rule(line) && !is_head {
            let cells: Vec<&str> = line.split('|').collect();
            for column in 1..cells.len().saturating_sub(1) {
                let cell = cells[column].trim();
                // No spec has the default media type of a page, so nothing misses it.
                let is_unstated = head.get(column) == Some(&"default")
                    && cells[1].trim().eq_ignore_ascii_case("Content-Type");
                let is_noticed = |other: &String| match other.is_empty() {
                    true => !is_unstated,
                    false => !is_free(column),
                };
                for other in others(cell).into_iter().filter(is_noticed) {
                    let mut changed = cells.clone();
                    changed[column] = &other;
                    add(index, format!("`{cell}` to `{other}`"), &changed.join("|"));
                }
            }
        }
        let key = line.split_once(':').map(|(key, _)| key);
        if index == 1 || key.is_some_and(|key| STATEMENTS.contains(&key)) {
            let changed = format!("{line}x");
            add(index, format!("`{changed}`"), &changed);
        }
    }
    found
}

/// Whether a line is the rule below the head of a table.
fn is_rule(line: &str) -> bool {
    line.starts_with('|') && line.chars().all(|c| "|- :".contains(c))
}

/// What one changes in a cell.
fn others(cell: &str) -> Vec<String> {
    match cell {
        "" => vec!["7".to_owned()],
        "yes" => vec!["no".to_owned(), String::new()],
        "no" => vec!["yes".to_owned(), String::new()],
        cell => vec![format!("{cell}x"), String::new()],
    }
}

#[cfg(test)]
mod tests {
    use super::of_ledger;

    #[test]
    fn a_default_that_no_spec_has_is_changed_and_not_emptied() {
        let table =
            "## header\n| name | default |\n| - | - |\n| Content-Type | a/b |\n| X-A | c |\n";
        let names: Vec<String> = of_ledger(table).into_iter().map(|mutant| mutant.name).collect();
        let has = |change: &str| names.iter().any(|name| name.ends_with(change));
        assert!(has("`a/b` to `a/bx`") && has("`c` to `cx`") && has("`c` to ``"), "{names:?}");
        assert!(!has("`a/b` to ``"), "{names:?}");
    }
}
