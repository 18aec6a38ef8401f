//! `cargo xtask check`: everything that CI runs besides the tests.

use crate::process;
use crate::project::Project;
use crate::{bench_check, contract, dist, fuzz, interop, mutants};

/// The name of a step, and the arguments of cargo.
type Step = (&'static str, &'static str);

const STEPS: [Step; 8] = [
    ("formatting", "fmt --all --check"),
    ("formatting of fuzz targets", "fmt --manifest-path fuzz/Cargo.toml --check"),
    ("clippy", "clippy --workspace --all-targets --all-features -- -D warnings"),
    (
        "one API alone: functiongraph",
        "clippy --no-default-features --features functiongraph,rustls -- -D warnings",
    ),
    (
        "one API alone: authing",
        "clippy --no-default-features --features authing,rustls -- -D warnings",
    ),
    ("quickstart", "run --example quickstart"),
    ("release", "run --example release --features cli"),
    ("documentation", "doc --workspace --no-deps --all-features"),
];

/// How long fuzzing runs.
const SECONDS: u64 = 20;

/// The steps of cargo-deny, which is used if it is installed: its build takes minutes.
const DEPENDENCIES: [Step; 2] = [
    ("dependencies", "deny check bans licenses sources"),
    (
        "dependencies of fuzz targets",
        "deny --manifest-path fuzz/Cargo.toml check bans licenses sources",
    ),
];

/// Runs every step, and stops at the first failure.
pub fn run(project: &Project) -> Result<(), String> {
    STEPS.iter().try_for_each(|step| succeeds(project, step))?;
    match project.has_subcommand("deny")? {
        true => DEPENDENCIES.iter().try_for_each(|step| succeeds(project, step))?,
        false => println!("SKIPPED dependencies: run cargo install --locked cargo-deny"),
    }
    println!("== contract: cargo xtask contract");
    contract::run(project, false)?;
    println!("== package: cargo xtask dist --only");
    dist::run(project, true)?;
    println!("== instructions: cargo xtask bench-check");
    bench_check::run(project, false)?;
    println!("== interop: cargo xtask interop --quick");
    interop::run(project, &interop::Arguments::quick())?;
    println!("== fuzzing: cargo xtask fuzz --seconds {SECONDS}");
    fuzz::run(project, &[], SECONDS)?;
    mutants::Options::in_ci().iter().try_for_each(|sample| {
        println!("== mutants: cargo xtask mutants {}", sample.part());
        mutants::run(project, sample)
    })
}

fn succeeds(project: &Project, (name, arguments): &Step) -> Result<(), String> {
    println!("== {name}: cargo {arguments}");
    let mut command = project.cargo(&arguments.split(' ').collect::<Vec<_>>());
    command.env("RUSTDOCFLAGS", "-D warnings");
    let failure = format!("{name} failed; run: cargo {arguments}");
    process::must_succeed(&mut command, &failure)
}
