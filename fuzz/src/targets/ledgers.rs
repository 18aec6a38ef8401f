//! Ledgers: reading, and comparing with the specs.

use std::path::Path;

use cloudfn_codegen::contract::Contract;
use cloudfn_codegen::error::Error;
use cloudfn_codegen::ledger::Page;

use super::text;
use crate::mutation::Form;
use crate::project::{texts, OWN};
use crate::Target;

/// Reads a ledger and compares it with the project's specs.
pub const TARGET: Target = Target {
    name: "ledgers",
    run,
    seeds,
    form: Form::Lines,
    words: &[
        "|",
        "-",
        "?",
        "..",
        "`",
        "```",
        "##",
        "## rule x",
        "## deviation x",
        "claim: ",
        "check: ",
        "holds: {}",
        "fails: {}",
        "array of ",
        "map of ",
        "or null",
        "[]",
        "{}",
        "\\|",
        "(",
        ")",
        "9223372036854775808",
        "1..",
        "é",
        "self.",
        "-1",
        "/",
        "::",
    ],
    longest: 32 * 1024,
};

fn run(input: &[u8]) {
    let Some(input) = text(input) else { return };
    match Page::parse(Path::new("probe.en.md"), input) {
        Ok(page) => compared(page),
        Err(error) => has_place(&error),
    }
}

fn compared(page: Page) {
    // For speed, only the specs with the operation.
    let has_operation = |operation: &str| operation == page.operation;
    let mut specs = OWN.specs.clone();
    specs.retain(|spec| spec.operations.iter().any(|o| has_operation(&o.id)));
    match Contract::new(specs, vec![page], &OWN.sources) {
        Ok(contract) => all_is_told(&contract),
        Err(error) => has_place(&error),
    }
}

/// Runs all checks on a contract.
pub fn all_is_told(contract: &Contract) {
    for finding in &contract.findings {
        assert!(!finding.message.is_empty(), "{finding}");
        assert!(!finding.ledger.is_empty() || !finding.spec.is_empty(), "no place: {finding}");
    }
    for (ledger, claim) in contract.claims() {
        assert!(!claim.local_id().is_empty());
        let _ = (&contract.operation(ledger).id, claim.status(), claim.expected());
    }
}

/// Checks an error of a reader.
pub fn has_place(error: &Error) {
    assert!(!error.message.is_empty(), "nothing is said: {error}");
    let of_all = ["is empty", "has no table", "is an object"];
    let is_of_all = of_all.iter().any(|end| error.message.ends_with(end));
    // Some errors concern the whole file.
    assert!(!error.place.is_empty() || is_of_all, "no place is named: {error}");
}

fn seeds() -> Vec<Vec<u8>> {
    texts("openapi/ledger", "md")
}
