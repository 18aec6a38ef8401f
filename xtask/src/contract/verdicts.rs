//! The result of each test of the contract.

use std::collections::BTreeSet;

use cloudfn_codegen::contract::Contract;

use super::suite::Outcome;
use super::Failure;

/// The results of all tests.
pub struct Verdicts {
    pub ran: bool,
    pub passed: BTreeSet<String>,
    /// The tests that failed, and the findings without a test.
    pub failed: BTreeSet<String>,
}

impl Verdicts {
    /// The results after `suite`, or without it.
    pub fn of(contract: &Contract, failures: &[Failure], suite: Option<&Outcome>) -> Self {
        let found = contract.findings.iter().map(|finding| finding.claim.clone());
        let tests = suite.into_iter().flat_map(|suite| suite.failures.keys().cloned());
        let failed = failures.iter().map(|failure| failure.name.clone()).chain(found).chain(tests);
        Self {
            ran: suite.is_some(),
            passed: suite.map(|suite| suite.passed.clone()).unwrap_or_default(),
            failed: failed.collect(),
        }
    }

    /// The result of the test `name`. One whose subject was already found to be wrong has failed.
    pub fn get(&self, name: &str) -> &'static str {
        match (self.failed.contains(name), self.passed.contains(name)) {
            (true, _) => "failed",
            (false, true) => "passed",
            (false, false) => "not run",
        }
    }
}
