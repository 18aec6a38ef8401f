//! The result of a call when something goes wrong: kind of error, attempts, time, and what is known
//! about the outcome. One named test for each cell of the matrix.

mod calls;
mod credentials;
mod secrets;
#[path = "../support/server.rs"]
mod server;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Most of them wait.
    arguments.test_threads.get_or_insert(8);
    secrets::listen();
    let mut trials = calls::trials();
    trials.extend(credentials::trials());
    assert!(trials.len() >= 60, "only {} cells", trials.len());
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A test that runs on its own runtime, and fails if a secret is logged.
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
