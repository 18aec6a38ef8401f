//! The command line of `cloudfn`, with every operation of every API in the registry.
//!
//! JSON goes to stdout, everything else to stderr. Exit codes: 0 success; 1 failure after the call
//! was attempted; 2 nothing was sent.

mod arguments;
mod call;
mod connection;
#[path = "../../file.rs"]
mod file;
mod flags;
mod help;
mod inputs;
mod interrupt;
mod layout;
#[cfg(test)]
mod made_up;
mod output;
mod package;
mod probe;
mod reading;
mod release;
mod requests;
mod several;

use std::future::Future;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::ArgMatches;
use cloudfn::mock::Server;
use cloudfn::registry::{Api, APIS};

use output::Failure;
use requests::Printer;

fn main() -> ExitCode {
    let matches = match arguments::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return shown(&error),
    };
    output::trace(matches.get_count("verbose"));
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            return Failure::unsent(format!("the runtime cannot start: {error}")).report()
        }
    };
    let result = runtime.block_on(async {
        let interrupt = interrupt::listen()
            .map_err(|e| Failure::unsent(format!("signals cannot be handled: {e}")))?;
        match matches.subcommand() {
            // For a server, a signal is the normal way to stop.
            Some(("mock", matches)) => mock(matches, interrupt).await,
            Some((_, found)) if found.subcommand_name() == Some(release::NAME) => {
                let found = found.subcommand_matches(release::NAME).unwrap_or(found);
                release::run(found, interrupt).await
            }
            _ => tokio::select! {
                result = run(&matches) => result,
                () = interrupt => Err(Failure::interrupted()),
            },
        }
    });
    // Does not wait for a blocking read of stdin.
    runtime.shutdown_background();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Prints help to stdout, and usage errors to stderr with exit code 2.
fn shown(error: &clap::Error) -> ExitCode {
    // A closed pipe is not an error.
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::SUCCESS,
        _ => ExitCode::from(output::UNSENT),
    }
}

async fn run(matches: &ArgMatches) -> Result<(), Failure> {
    match matches.subcommand() {
        Some(("probe", matches)) => {
            let (name, matches) =
                matches.subcommand().ok_or_else(|| Failure::unsent("an API is required"))?;
            probe::run(api(name)?, matches).await
        }
        Some(("completions", matches)) => arguments::print_completions(matches).await,
        Some((name, matches)) => call::run(api(name)?, matches).await,
        None => Err(Failure::unsent("a subcommand is required")),
    }
}

fn api(name: &str) -> Result<&'static Api, Failure> {
    let found = APIS.iter().find(|api| api.name == name);
    found.copied().ok_or_else(|| Failure::unsent(format!("there is no API {name}")))
}

/// Serves until interrupted.
async fn mock(matches: &ArgMatches, interrupt: impl Future<Output = ()>) -> Result<(), Failure> {
    let port = matches.get_one::<u16>("port").copied().unwrap_or_default();
    let server = Server::start_on(port)
        .await
        .map_err(|e| Failure::unsent(format!("cannot listen on port {port}: {e}")))?;
    if matches.get_flag("demand-credentials") {
        server.demand_credentials();
    }
    if matches.get_flag("strict") {
        server.refuse_unknown();
    }
    if matches.get_flag("ignore-rules") {
        server.ignore_rules();
    }
    if matches.get_flag("stateful") {
        server.stateful();
    }
    // The command line never reads what the server received.
    server.forget_received();
    output::print("the URL", format!("{}\n", server.base_url())).await?;
    let printer = matches.get_flag("print-requests").then(Printer::start);
    if let Some(printer) = printer.clone() {
        server.observe(move |request| printer.add(request));
    }
    interrupt.await;
    if let Some(printer) = printer {
        printer.end();
    }
    Ok(())
}
