//! What becomes of a call when anything on the way goes wrong: kind of error, attempts, time, and
//! what of it is known. One named test for each cell of the matrix.

mod calls;
mod credentials;
mod secrets;
#[path = "../support/server.rs"]
mod server;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    secrets::listen();
    let mut trials = calls::trials();
    trials.extend(credentials::trials());
    assert!(trials.len() >= 60, "only {} cells", trials.len());
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A test that runs on a runtime of its own, and shows no secret in anything that is logged.
fn trial<F>(name: String, test: impl FnOnce() -> F + Send + 'static) -> Trial
where
    F: std::future::Future<Output = ()>,
{
    Trial::test(name, || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| e.to_string())?;
        runtime.block_on(test());
        runtime.shutdown_background();
        secrets::assert_none(&secrets::logged(), "the log");
        Ok(())
    })
}
