//! The verbs of this project: `cargo xtask contract`, `codegen` and `check`.

#![forbid(unsafe_code)]

mod check;
mod codegen;
mod contract;
mod project;

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
    Contract,
    /// Show the generated code of an operation or a type
    Codegen {
        /// An operation such as create_function_version, or a type such as Runtime
        name: String,
    },
    /// Do all that CI runs beside the tests: formatting, clippy, documentation, contract
    Check,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let project = Project::find();
    let result = match arguments.verb {
        Verb::Contract => contract::run(&project),
        Verb::Codegen { name } => codegen::run(&project, &name),
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
