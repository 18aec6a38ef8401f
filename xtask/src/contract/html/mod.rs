//! The report as one page, with all parts of the contract and what is wrong with them.
//!
//! The templates are in `xtask/templates`. This module prepares their content as text, which the
//! templates escape.

mod chain;
mod claims;
mod lowering;
mod mutants;
mod operations;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use askama::Template;
use base64::{engine::general_purpose::STANDARD, Engine};
use cloudfn_codegen::contract::Contract;
use sha2::{Digest, Sha256};

use super::figures::{Figures, Row, COLUMNS};
use super::mutants::Mutation;
use super::suite::alone;
use super::verdicts::{Verdict, Verdicts};
use super::Failure;
use chain::Link;
use lowering::Lowering;
use mutants::Mutants;
use operations::Operation;

/// The content of the report.
pub struct Inputs<'i> {
    /// Specs and ledgers.
    pub contract: &'i Contract,
    /// The text of each ledger.
    pub texts: &'i BTreeMap<PathBuf, String>,
    /// Its figures.
    pub figures: &'i Figures,
    /// What is broken.
    pub failures: &'i [Failure],
    /// The result of the suite.
    pub verdicts: &'i Verdicts,
    /// The results of the mutants, if known.
    pub mutation: &'i Mutation,
    /// The checked-out commit.
    pub commit: Option<&'i str>,
}

const STYLE: &str = include_str!("../../../templates/report.css");
const SCRIPT: &str = include_str!("../../../templates/report.js");

#[derive(Template)]
#[template(path = "report.html", whitespace = "minimize")]
struct Page<'i> {
    policy: String,
    style: &'static str,
    script: &'static str,
    failures: &'i [Failure],
    verdicts: &'i Verdicts,
    chain: Vec<Link>,
    columns: &'static [&'static str],
    figures: &'i [Row],
    operations: Vec<Operation>,
    others: Vec<TestRow>,
    lowering: Lowering,
    mutants: Mutants<'i>,
}

/// A test that does not belong to a claim, rule or contradiction.
struct TestRow {
    verdict: Verdict,
    alone: String,
}

/// The page.
pub fn page(inputs: &Inputs<'_>) -> Result<String, String> {
    let operations = operations::operations(inputs);
    let page = Page {
        policy: policy(),
        style: STYLE,
        script: SCRIPT,
        failures: inputs.failures,
        verdicts: inputs.verdicts,
        chain: chain::links(inputs),
        columns: &COLUMNS,
        figures: &inputs.figures.rows,
        others: others(inputs.verdicts, &operations),
        operations,
        lowering: Lowering::of(inputs.figures),
        mutants: Mutants::of(inputs.mutation, inputs.commit),
    };
    page.render().map_err(|e| format!("the report cannot be made: {e}"))
}

/// The content security policy: only the page's own style and script.
fn policy() -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

/// The tests of the suite that are nowhere else on the page.
fn others(verdicts: &Verdicts, operations: &[Operation]) -> Vec<TestRow> {
    let pages = || operations.iter().flat_map(|operation| &operation.pages);
    let rows = pages().flat_map(|page| &page.sections).flat_map(|section| &section.rows);
    let claims = rows.flat_map(|row| &row.claims).map(|claim| &claim.alone);
    let rules = pages().flat_map(|page| &page.rules).filter_map(|rule| rule.test.as_ref());
    let contradictions = pages().flat_map(|page| &page.contradictions).map(|c| &c.alone);
    let known = claims.chain(rules.map(|(_, alone)| alone)).chain(contradictions);
    let known: BTreeSet<&String> = known.collect();
    let all: BTreeSet<&String> = match verdicts.ran {
        true => verdicts.passed.iter().chain(&verdicts.failed).collect(),
        false => BTreeSet::new(),
    };
    let rows =
        all.into_iter().map(|name| TestRow { verdict: verdicts.get(name), alone: alone(name) });
    rows.filter(|row| !known.contains(&row.alone)).collect()
}
