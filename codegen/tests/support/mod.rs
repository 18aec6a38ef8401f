//! What is the same for every small spec and ledger that a test makes up.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::collections::BTreeSet;
use std::path::Path;

use cloudfn_codegen::account::{account, Fate};
use cloudfn_codegen::contract::Contract;
use cloudfn_codegen::error::Result;
use cloudfn_codegen::generate::generate;
use cloudfn_codegen::ledger::Page;
use cloudfn_codegen::lowering::lower;
use cloudfn_codegen::model::Spec;
use cloudfn_codegen::statements::Statement;

/// The spec in `probe.yaml`.
pub fn parsed(text: &str) -> Result<Spec> {
    Spec::parse(Path::new("probe.yaml"), text)
}

/// The same, which is valid.
pub fn spec(text: &str) -> Spec {
    parsed(text).unwrap()
}

/// The ledger in `probe.md`, which is valid.
pub fn page(text: &str) -> Page {
    Page::parse(Path::new("probe.md"), text).unwrap()
}

/// The contract of `spec` and `ledgers`, whose sources have the names `sources`.
pub fn contract(spec: Spec, ledgers: &[&str], sources: &[&str]) -> Contract {
    let pages = ledgers.iter().map(|ledger| page(ledger)).collect();
    let sources: BTreeSet<String> = sources.iter().map(ToString::to_string).collect();
    Contract::new(vec![spec], pages, &sources).unwrap()
}

/// What is wrong in it: claims and messages.
pub fn findings(contract: &Contract) -> Vec<String> {
    contract.findings.iter().map(|f| format!("{}: {}", f.claim, f.message)).collect()
}

/// The contract of `spec` and `ledger`, which agree.
pub fn agreed(spec: Spec, ledger: &str) -> Contract {
    let contract = contract(spec, &[ledger], &[]);
    assert_eq!(findings(&contract), [""; 0]);
    contract
}

/// A text with one part replaced.
pub fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

/// The cells of a table: a line for each row, with `=>` between cells, and `\n` for a line feed.
pub fn rows<const N: usize>(table: &str) -> Vec<[String; N]> {
    let row = |line: &str| {
        let cells = line.split(" => ").map(|cell| cell.replace("\\n", "\n"));
        cells.collect::<Vec<_>>().try_into().unwrap_or_else(|cells| panic!("{cells:?}"))
    };
    table.trim_matches('\n').lines().map(row).collect()
}

/// What became of each constraint of `spec`; nothing is unaccounted for.
pub fn fates(spec: &Spec) -> Vec<(Statement, Fate)> {
    let fates = account(spec, &lower(spec).unwrap());
    assert!(fates.iter().all(|(_, fate)| *fate != Fate::Unaccounted), "{fates:?}");
    fates
}

/// The generated client has each of `expected`; blanks make no difference.
pub fn client_has(spec: &Spec, expected: &[&str]) {
    let without_blanks = |text: &str| text.split_whitespace().collect::<String>();
    let code = without_blanks(&generate(spec, Default::default()).unwrap());
    for expected in expected {
        assert!(code.contains(&without_blanks(expected)), "{expected} is not there: {code}");
    }
}
