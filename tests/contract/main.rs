//! The contract suite: from each claim of a vendor's page to the bytes on the wire.
//!
//! Each claim is a named test. Tests are derived from the ledgers, the specs and the generated
//! registry, so that a new operation needs no new test code.

mod accounting;
mod claims;
mod documentation;
mod fidelity;
mod forms;
mod members;
mod mutants;
mod mutation;
mod operations;
mod properties;
mod rules;
mod samples;
mod secrets;
mod security;
mod sites;
mod snapshots;
mod subject;
mod wire;

use std::path::Path;
use std::process::ExitCode;

use cloudfn_codegen::contract::Contract;
use libtest_mimic::{Arguments, Trial};

use self::mutants::MUTANTS;
use self::subject::{Check, Subject};

/// Runs the suite on the client, or on its mutants.
pub fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    // A panic is reported as the failure of its test.
    std::panic::set_hook(Box::new(|_| {}));
    if !MUTANTS.is_empty() {
        return mutation::run(MUTANTS);
    }
    if let Ok(filter) = std::env::var(mutation::REFERENCES) {
        return mutation::references(&filter);
    }
    let contract = match Contract::load(Path::new(env!("CARGO_MANIFEST_DIR"))) {
        Ok(contract) => Box::leak(Box::new(contract)),
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let trials = checks(Box::leak(Box::new(Subject::client(contract))));
    let trials = trials.into_iter().map(|check| Trial::test(check.name, check.run));
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// Every test of the suite.
fn checks(subject: &'static Subject<'static>) -> Vec<Check<'static>> {
    let mut checks = claims::checks(subject);
    checks.extend(rules::checks(subject));
    checks.extend(accounting::checks(subject));
    checks.extend(accounting::rules(subject));
    checks.extend(samples::checks(subject));
    checks.extend(fidelity::checks(subject));
    checks.extend(operations::checks(subject));
    checks.extend(properties::checks(subject));
    checks.extend(wire::checks(subject));
    checks.extend(documentation::checks(subject));
    checks.extend(secrets::checks(subject));
    checks.extend(security::checks(subject));
    checks.extend(snapshots::checks(subject));
    checks
}
