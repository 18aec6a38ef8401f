//! The contract suite: from each claim of a vendor's page to the bytes on the wire.
//!
//! One claim is one named test. Tests are made from the ledgers, the specs and the generated
//! registry, so that a new operation needs no test of its own.

mod accounting;
mod claims;
mod fidelity;
mod members;
mod properties;
mod samples;
mod security;
mod snapshots;
mod wire;

use std::path::Path;
use std::process::ExitCode;

use cloudfn::registry::{Api, APIS};
use cloudfn_codegen::ledger::{Contract, Ledger};
use cloudfn_codegen::spec::Spec;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    // A panic is reported as the failure of its test.
    std::panic::set_hook(Box::new(|_| {}));
    let contract = match Contract::load(Path::new(env!("CARGO_MANIFEST_DIR"))) {
        Ok(contract) => Box::leak(Box::new(contract)),
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut trials = Vec::new();
    trials.extend(claims::trials(contract));
    trials.extend(accounting::trials(contract));
    trials.extend(accounting::rules());
    trials.extend(samples::trials(contract));
    trials.extend(fidelity::trials(contract));
    trials.extend(properties::trials(contract));
    trials.extend(wire::trials(contract));
    trials.extend(security::trials(contract));
    trials.extend(snapshots::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The generated API of a ledger.
fn api_of(contract: &Contract, ledger: &Ledger) -> Result<&'static Api, Failed> {
    api(&contract.specs[ledger.spec])
}

/// The generated API of a spec.
fn api(spec: &Spec) -> Result<&'static Api, Failed> {
    let found = APIS.iter().find(|api| api.name == spec.api);
    found
        .copied()
        .ok_or_else(|| Failed::from(format!("src/ has no module for the API `{}`", spec.api)))
}

/// Fails with a message unless a condition holds.
fn ensure(condition: bool, message: impl FnOnce() -> String) -> Result<(), Failed> {
    match condition {
        true => Ok(()),
        false => Err(Failed::from(message())),
    }
}

/// A test named `name`.
fn trial(name: String, test: impl FnOnce() -> Result<(), Failed> + Send + 'static) -> Trial {
    Trial::test(name, test)
}
