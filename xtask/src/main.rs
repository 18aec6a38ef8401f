//! The verbs of this project, each a module of its own.

#![forbid(unsafe_code)]

mod against;
mod browser;
mod check;
mod codegen;
mod contract;
mod files;
mod fuzz;
mod interop;
mod mock;
mod mutants;
mod process;
mod project;
mod text;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::project::Project;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The verbs of this project")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Check every link from the vendors' pages to the generated code, and write a report
    Contract {
        #[command(flatten)]
        against: against::Options,
        /// Accept new and changed snapshots, and say which
        #[arg(long, conflicts_with = "against")]
        accept: bool,
    },
    /// Show the generated code of an operation or a type
    Codegen {
        /// An operation such as create_function_version, or a type such as Runtime
        name: String,
    },
    /// Serve every operation with its documented sample, until interrupted
    Mock {
        /// Port on this machine; a free one by default
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
    /// Measure what the contract suite is worth, by breaking what it protects
    Mutants(mutants::Options),
    /// Open the report of the contract in a headless Chromium and check it
    Browser,
    /// Compare with other people's tools: mock servers, fuzzers, linters and the vendors' SDKs
    Interop(interop::Arguments),
    /// Search inputs that break a promise of what reads untrusted text
    Fuzz {
        /// A target such as ledgers; all by default
        targets: Vec<String>,
        /// Seconds that all targets share
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// Make the kept corpus anew of what searches have found so far
        #[arg(long)]
        keep: bool,
    },
    /// Do all that CI runs beside the tests: formatting, clippy, documentation, contract
    Check,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let project = Project::find();
    let result = match arguments.verb {
        Verb::Contract { against, .. } if against.is_given() => against::run(&project, &against),
        Verb::Contract { accept, .. } => contract::run(&project, accept),
        Verb::Codegen { name } => codegen::run(&project, &name),
        Verb::Mock { port } => mock::run(&project, port),
        Verb::Mutants(options) => mutants::run(&project, &options),
        Verb::Browser => browser::run(&project),
        Verb::Interop(arguments) => interop::run(&project, &arguments),
        Verb::Fuzz { targets, seconds, keep } => fuzz::run(&project, &targets, seconds, keep),
        Verb::Check => check::run(&project),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
