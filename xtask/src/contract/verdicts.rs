//! How each test of the contract ended.

use std::collections::BTreeSet;

use cloudfn_codegen::ledger::Contract;

use super::suite::Outcome;
use super::Failure;

/// How a test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It passed.
    Passed,
    /// It failed, or what it is about was found wrong before.
    Failed,
    /// It was not run.
    NotRun,
}

/// How all tests ended.
pub struct Verdicts {
    /// Whether the suite was run.
    pub ran: bool,
    /// The tests that passed.
    pub passed: BTreeSet<String>,
    /// The tests that failed, and what was found wrong without a test.
    pub failed: BTreeSet<String>,
}

impl Verdicts {
    /// What is known after `suite`, or without it.
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

    /// How the test `name` ended.
    pub fn get(&self, name: &str) -> Verdict {
        match (self.failed.contains(name), self.passed.contains(name)) {
            (true, _) => Verdict::Failed,
            (false, true) => Verdict::Passed,
            (false, false) => Verdict::NotRun,
        }
    }
}

impl Verdict {
    /// As the report words it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotRun => "not run",
        }
    }

    /// Whether it is good news, for colours.
    pub fn class(self) -> &'static str {
        match self {
            Self::Passed => "good",
            Self::Failed => "bad",
            Self::NotRun => "open",
        }
    }
}
