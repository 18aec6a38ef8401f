//! The rows of a ledger, each with its claims.

use std::collections::BTreeMap;

use cloudfn_codegen::account::Fate;
use cloudfn_codegen::contract::Ledger;
use cloudfn_codegen::ledger::{Claim, Place};
use cloudfn_codegen::model::Operation;

use super::super::figures::outcome;
use super::super::suite::alone;
use super::super::verdicts::Verdict;
use super::Inputs;

/// The outcomes of the constraints of a spec, by pointer.
pub type Fates<'f> = BTreeMap<&'f str, &'f Fate>;

/// The heading of a ledger and the rows below it.
pub struct Section {
    /// The heading.
    pub heading: String,
    /// The columns of its table.
    pub columns: String,
    /// The rows that make claims.
    pub rows: Vec<Row>,
}

/// A line of a ledger.
pub struct Row {
    /// Its number.
    pub line: usize,
    /// The line.
    pub text: String,
    /// What it claims.
    pub claims: Vec<ClaimRow>,
}

/// A claim, from page to test.
pub struct ClaimRow {
    /// Its subject.
    pub statement: String,
    /// What the page says.
    pub value: String,
    /// Its source, if not the page's table.
    pub source: String,
    /// The deviation that it belongs to.
    pub deviation: String,
    /// Its place in the spec.
    pub pointer: String,
    /// What the spec says.
    pub spec: String,
    /// Whether page and spec agree.
    pub same: bool,
    /// Its outcome in the generated client.
    pub fate: String,
    /// The result of its test.
    pub verdict: Verdict,
    /// The command that runs it alone.
    pub alone: String,
    /// Whether it is a sample, which is shown separately.
    pub sample: bool,
    /// Whether it constrains nothing, so that no test is about it.
    pub prose: bool,
}

/// The sections of a ledger, in its order.
pub fn sections(inputs: &Inputs<'_>, ledger: &Ledger, fates: &Fates<'_>) -> Vec<Section> {
    let text = inputs.texts.get(&ledger.page.file).map_or("", String::as_str);
    let lines: Vec<&str> = text.lines().collect();
    let operation = inputs.contract.operation(ledger);
    let mut rows: BTreeMap<usize, Vec<ClaimRow>> = BTreeMap::new();
    for claim in ledger.all().filter(|claim| !claim.is_silent()) {
        let row = claim_row(inputs, ledger, operation, claim, fates);
        rows.entry(claim.line).or_default().push(row);
    }
    let mut sections: BTreeMap<usize, Section> = BTreeMap::new();
    for (line, claims) in rows {
        let start = heading_of(&lines, line);
        let section = sections.entry(start).or_insert_with(|| Section {
            heading: at(&lines, start).to_owned(),
            columns: columns_of(&lines, start),
            rows: Vec::new(),
        });
        section.rows.push(Row { line, text: at(&lines, line).to_owned(), claims });
    }
    sections.into_values().collect()
}

fn claim_row(
    inputs: &Inputs<'_>,
    ledger: &Ledger,
    operation: &Operation,
    claim: &Claim,
    fates: &Fates<'_>,
) -> ClaimRow {
    let name = ledger.id(claim);
    let spec = &inputs.contract.specs[ledger.spec];
    let answer = claim.place.answer(spec, operation, &claim.statement);
    let (pointer, found) = answer.map_or((String::new(), None), |a| (a.pointer, a.value));
    let sample = matches!(claim.place, Place::Sample(..));
    ClaimRow {
        statement: claim.statement.clone(),
        value: if sample { String::new() } else { claim.value.clone() },
        source: claim.source.clone(),
        deviation: claim.deviation.as_ref().map_or_else(String::new, |(name, _)| name.clone()),
        fate: fates.get(pointer.as_str()).map_or_else(String::new, |fate| {
            let (outcome, rule) = outcome(fate);
            format!("{outcome}: {rule}")
        }),
        same: found.as_deref() == Some(&claim.value),
        spec: found.unwrap_or_else(|| NONE.to_owned()),
        pointer,
        verdict: inputs.verdicts.get(&name),
        alone: alone(&name),
        sample,
        prose: claim.is_prose(),
    }
}

/// The spelling of an absent value in cells.
const NONE: &str = "-";

/// The number of the heading above a line.
fn heading_of(lines: &[&str], line: usize) -> usize {
    (1..=line).rev().find(|number| at(lines, *number).starts_with('#')).unwrap_or(1)
}

/// The head of the table below a heading.
fn columns_of(lines: &[&str], heading: usize) -> String {
    let below = lines.iter().skip(heading).take_while(|line| !line.starts_with('#'));
    let mut table = below.filter(|line| line.starts_with('|'));
    table.next().map_or_else(String::new, |head| (*head).to_owned())
}

/// A line by its number.
fn at<'l>(lines: &[&'l str], number: usize) -> &'l str {
    number.checked_sub(1).and_then(|index| lines.get(index)).copied().unwrap_or_default()
}
