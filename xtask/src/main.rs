//! The project's own commands, each in its own module.

#![forbid(unsafe_code)]

mod against;
mod bench_check;
mod check;
mod codegen;
mod contract;
mod dist;
mod draft;
mod files;
mod fuzz;
mod growth;
mod interop;
mod ledger;
mod mock;
mod mutants;
mod parallel;
mod process;
mod project;
mod text;
mod tools;
mod weight;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::project::Project;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own commands")]
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
        /// Accept new and changed snapshots, and list them
        #[arg(long, conflicts_with = "against")]
        accept: bool,
    },
    /// Draft the operation of a ledger for the spec of its API, and say where they differ
    Draft {
        /// Its file in openapi/ledger
        ledger: PathBuf,
        /// Write it into the spec, instead of printing it
        #[arg(long)]
        write: bool,
    },
    /// Write the samples of the ledgers into the specs
    Samples,
    /// Show the generated code of an operation or a type
    Codegen {
        /// An operation such as create_function_version or a type such as Runtime
        name: String,
    },
    /// Draft a ledger from a vendor's page, or compare a ledger with its page
    Ledger(ledger::Options),
    /// Serve every operation with its documented sample, until interrupted
    Mock {
        /// Local port; by default, a free one
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
    /// Measure how good the contract suite is, by breaking what it protects
    Mutants(mutants::Options),
    /// Compare with third-party tools, and check the contract report in a headless Chromium
    Interop(interop::Arguments),
    /// Search for inputs that break the code that reads untrusted text
    Fuzz {
        /// Targets such as ledgers; by default, all
        targets: Vec<String>,
        /// Total seconds, shared by all targets
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// Make the package that is published, in target/dist/cloudfn, and run the tests against it
    Dist {
        /// Only make the package, and check what it depends on
        #[arg(long)]
        only: bool,
    },
    /// Compare instruction counts with benches/baselines.json, by callgrind of valgrind
    BenchCheck {
        /// Store new baselines
        #[arg(long)]
        accept: bool,
    },
    /// Measure generation, compilation and contract with more operations
    Growth {
        /// How many times over the operations are there
        #[arg(default_values_t = [1, 3])]
        times: Vec<usize>,
    },
    /// Measure what a program has to build to use the client, against one without it
    Weight,
    /// Run what CI runs besides the tests: formatting, clippy, documentation, contract
    Check,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let project = Project::find();
    let result = match arguments.verb {
        Verb::Contract { against, .. } if against.is_given() => against::run(&project, &against),
        Verb::Contract { accept, .. } => contract::run(&project, accept),
        Verb::Draft { ledger, write } => draft::run(&project, &ledger, write),
        Verb::Samples => draft::samples(&project),
        Verb::Codegen { name } => codegen::run(&project, &name),
        Verb::Ledger(options) => ledger::run(&project, &options),
        Verb::Mock { port } => mock::run(&project, port),
        Verb::Mutants(options) => mutants::run(&project, &options),
        Verb::Interop(arguments) => interop::run(&project, &arguments),
        Verb::Fuzz { targets, seconds } => fuzz::run(&project, &targets, seconds),
        Verb::Dist { only } => dist::run(&project, only),
        Verb::BenchCheck { accept } => bench_check::run(&project, accept),
        Verb::Growth { times } => growth::run(&project, &times),
        Verb::Weight => weight::run(&project),
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
