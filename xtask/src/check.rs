//! `cargo xtask check`: everything that CI runs besides the tests.

use crate::process;
use crate::project::Project;
use crate::{bench_check, contract, fuzz, interop, mutants};

/// The name, cargo arguments and environment of each step.
type Step = (&'static str, &'static [&'static str], &'static [(&'static str, &'static str)]);

const STEPS: [Step; 8] = [
    ("formatting", &["fmt", "--all", "--check"], &[]),
    ("formatting of fuzz targets", &["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"], &[]),
    (
        "clippy",
        &["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"],
        &[],
    ),
    (
        "one API alone: functiongraph",
        &[
            "clippy",
            "--no-default-features",
            "--features",
            "functiongraph,rustls",
            "--",
            "-D",
            "warnings",
        ],
        &[],
    ),
    (
        "one API alone: authing",
        &[
            "clippy",
            "--no-default-features",
            "--features",
            "authing,rustls",
            "--",
            "-D",
            "warnings",
        ],
        &[],
    ),
    ("quickstart", &["run", "--example", "quickstart"], &[]),
    ("release", &["run", "--example", "release", "--features", "cli"], &[]),
    (
        "documentation",
        &["doc", "--workspace", "--no-deps", "--all-features"],
        &[("RUSTDOCFLAGS", "-D warnings")],
    ),
];

/// How long fuzzing runs.
const SECONDS: u64 = 30;

/// The steps of cargo-deny, which is used if it is installed: its build takes minutes.
const DEPENDENCIES: [Step; 2] = [
    ("dependencies", &["deny", "check", "bans", "licenses", "sources"], &[]),
    (
        "dependencies of fuzz targets",
        &["deny", "--manifest-path", "fuzz/Cargo.toml", "check", "bans", "licenses", "sources"],
        &[],
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

fn succeeds(project: &Project, (name, arguments, environment): &Step) -> Result<(), String> {
    println!("== {name}: cargo {}", arguments.join(" "));
    let mut command = project.cargo(arguments);
    command.envs(environment.iter().copied());
    let failure = format!("{name} failed; run: cargo {}", arguments.join(" "));
    process::must_succeed(&mut command, &failure)
}
