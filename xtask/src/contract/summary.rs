//! The Markdown summary, short enough for a pull request.

use std::fmt::Write;

use super::html::Report;
use super::verdicts::Verdicts;
use super::Failure;
use crate::mutants::results::{Mutation, Run};
use crate::text::shortened;

/// The maximum number of failures that are listed.
const MOST_FAILURES: usize = 10;
/// The maximum number of levels of mutants.
const MOST_LEVELS: usize = 8;
/// The maximum length of a line, in characters.
const LONGEST: usize = 200;

/// The summary. `place` is that of the whole report.
pub fn markdown(report: &Report, place: &str) -> String {
    let figures = &report.figures;
    let mut text = String::from("## Contract\n\n");
    let _ = writeln!(text, "{}\n", verdict(&report.failures, &report.verdicts));
    text.push_str("| figure | count |\n| --- | ---: |\n");
    let _ = writeln!(text, "| operations | {} |", figures.rows.len().saturating_sub(1));
    for (name, figure) in figures.totals() {
        let _ = writeln!(text, "| {name} | {figure} |");
    }
    text.push('\n');
    failures(&mut text, &report.failures);
    match &report.mutation {
        Mutation::NotRun => text.push_str("Mutants: `cargo xtask mutants` has not been run.\n"),
        Mutation::Unreadable(why) => {
            let _ = writeln!(text, "Mutants: {}", inline(why));
        }
        Mutation::Ran(run) => mutants(&mut text, run, report.commit.as_deref()),
    }
    let _ = writeln!(text, "\nThe whole report: {}", inline(place));
    text
}

fn verdict(failures: &[Failure], verdicts: &Verdicts) -> String {
    let broken = match failures.len() {
        0 => "Every link holds.".to_owned(),
        1 => "**Broken in 1 place.**".to_owned(),
        count => format!("**Broken in {count} places.**"),
    };
    match verdicts.ran {
        true => format!("{broken} {} tests passed.", verdicts.passed.len()),
        false => format!("{broken} The suite was not run."),
    }
}

/// The names and first lines of the failures, in a code block that their text cannot end.
fn failures(text: &mut String, failures: &[Failure]) {
    if failures.is_empty() {
        return;
    }
    let mut block = String::new();
    for failure in failures.iter().take(MOST_FAILURES) {
        let first = failure.details.lines().next().unwrap_or_default();
        let _ = writeln!(block, "{}\n    {}", line(&failure.name), line(first.trim()));
    }
    let fence = "`".repeat(longest_run(&block).max(2) + 1);
    let _ = writeln!(text, "{fence}text\n{block}{fence}");
    if failures.len() > MOST_FAILURES {
        let _ = writeln!(text, "… and {} more, all in the report.", failures.len() - MOST_FAILURES);
    }
    text.push('\n');
}

fn mutants(text: &mut String, run: &Run, commit: Option<&str>) {
    text.push_str("| mutants | score | caught | survived | equivalent |\n");
    text.push_str("| --- | ---: | ---: | ---: | ---: |\n");
    for level in run.levels.iter().take(MOST_LEVELS) {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            inline(&level.level),
            level.percent(),
            level.caught,
            level.survived,
            level.equivalent
        );
    }
    let note = run.note(commit);
    if !note.is_empty() {
        let _ = writeln!(text, "\n{}", inline(&note));
    }
}

/// `text` as one line of limited length.
fn line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    shortened(&plain, LONGEST)
}

/// `text` as one line, escaped for Markdown.
fn inline(text: &str) -> String {
    let mut escaped = String::new();
    for c in line(text).chars() {
        if r"\`*_{}[]<>#|~&!".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// The length of the longest run of backticks in `text`.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
