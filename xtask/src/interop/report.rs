//! The results: a line for each check, a table, and a file for other programs.

use std::path::Path;

use serde_json::{json, Value};

use super::Outcome;
use crate::files;
use crate::text;

/// A check that was run or skipped.
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// The tool and its version.
    pub tool: String,
    /// Its result.
    pub result: Verdict,
    /// How long it took.
    pub seconds: f64,
}

/// The result of a check.
pub enum Verdict {
    /// It was run.
    Made(Outcome),
    /// It was skipped, because this is missing.
    Skipped(String),
}

impl Row {
    /// Whether it failed.
    pub fn is_failed(&self) -> bool {
        matches!(&self.result, Verdict::Made(outcome) if !outcome.failures.is_empty())
    }

    /// Whether it was skipped.
    pub fn is_skipped(&self) -> bool {
        matches!(self.result, Verdict::Skipped(_))
    }

    fn word(&self) -> &'static str {
        match &self.result {
            Verdict::Skipped(_) => "skipped",
            Verdict::Made(_) if self.is_failed() => "FAILED",
            Verdict::Made(_) => "agrees",
        }
    }

    fn compared(&self) -> String {
        let counts = match &self.result {
            Verdict::Made(outcome) => {
                let counts = outcome.counts.iter().map(|(count, what)| match count {
                    1 => format!("1 {}", what.trim_end_matches('s')),
                    count => format!("{count} {what}"),
                });
                Some(counts.collect::<Vec<_>>().join(", ")).filter(|counts| !counts.is_empty())
            }
            Verdict::Skipped(_) => None,
        };
        counts.unwrap_or_else(|| "nothing".to_owned())
    }

    /// Prints the result.
    pub fn print(&self) {
        const MOST: usize = 30;
        println!("    {}: {} ({:.1} s)", self.word(), self.compared(), self.seconds);
        match &self.result {
            Verdict::Skipped(reason) => println!("    {}", indented(reason)),
            Verdict::Made(outcome) => {
                outcome.notes.iter().for_each(|note| println!("    note: {}", indented(note)));
                for failure in outcome.failures.iter().take(MOST) {
                    println!("    FAILED {}", indented(failure));
                }
                if outcome.failures.len() > MOST {
                    println!("    … and {} more", outcome.failures.len() - MOST);
                }
            }
        }
    }

    fn json(&self) -> Value {
        let mut row = json!({
            "check": self.name,
            "tool": self.tool,
            "result": self.word().to_lowercase(),
            "seconds": (self.seconds * 10.0).round() / 10.0,
        });
        match &self.result {
            Verdict::Skipped(reason) => row["reason"] = json!(reason),
            Verdict::Made(outcome) => {
                let counts = outcome.counts.iter().map(|(n, what)| ((*what).to_owned(), json!(n)));
                row["compared"] = Value::Object(counts.collect());
                row["notes"] = json!(outcome.notes);
                row["failures"] = json!(outcome.failures);
            }
        }
        row
    }
}

fn indented(text: &str) -> String {
    text.trim().replace('\n', "\n        ")
}

/// The table of all checks.
pub fn table(rows: &[Row]) -> String {
    let head = ["check", "tool", "compared", "result", "seconds"].map(str::to_owned).to_vec();
    let cells = rows.iter().map(|row| {
        let seconds = format!("{:.1}", row.seconds);
        vec![row.name.to_owned(), row.tool.clone(), row.compared(), row.word().to_owned(), seconds]
    });
    let rows: Vec<_> = std::iter::once(head).chain(cells).collect();
    text::table(&rows, 4, text::width())
}

/// Writes all results as JSON, completely or not at all.
pub fn write(rows: &[Row], seed: u64, folder: &Path, file: &Path) -> Result<(), String> {
    let checks: Vec<Value> = rows.iter().map(Row::json).collect();
    let text = format!("{:#}\n", json!({"seed": seed, "checks": checks}));
    let whole = folder.join("interop.json");
    files::write(&whole, &text)?;
    std::fs::rename(&whole, file).map_err(|e| files::unwritable(file, &e))
}
