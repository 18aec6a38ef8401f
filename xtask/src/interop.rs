//! `cargo xtask interop`: runs the pytest project in `interop/`, which compares with third-party
//! tools, and checks the contract report in a browser.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use cloudfn_codegen::contract::Contract;
use serde_json::json;

use crate::contract::{prepared, suite};
use crate::files::{self, unwritable};
use crate::process;
use crate::project::Project;

/// The approximate number of operations in the large report.
const MANY: usize = 100;

/// The options of the tests.
#[derive(clap::Args)]
pub struct Arguments {
    /// Parts of names of tests, such as lint, huawei-python or report; by default, all
    names: Vec<String>,
    /// Fewer random requests
    #[arg(long)]
    quick: bool,
    /// Lists the tests
    #[arg(long)]
    list: bool,
    /// Fails if a test is skipped
    #[arg(long)]
    no_skip: bool,
    /// Seed of the random requests
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Arguments {
    /// All tests, with fewer random requests.
    pub fn quick() -> Self {
        Self { names: Vec::new(), quick: true, list: false, no_skip: false, seed: 1 }
    }
}

/// Makes the environment and what the tests need, and runs them.
pub fn run(project: &Project, arguments: &Arguments) -> Result<(), String> {
    std::env::set_current_dir(&project.root).map_err(|e| e.to_string())?;
    let python = match installed(project, "python", &["requirements.txt"], install_with_pip) {
        Ok(folder) => folder.join("bin/python"),
        Err(reason) => {
            println!("SKIPPED all tests of interop: {reason}");
            return match arguments.no_skip {
                true => Err("the tests were skipped".to_owned()),
                false => Ok(()),
            };
        }
    };
    let pinned = ["package.json", "package-lock.json", ".npmrc"];
    let node = installed(project, "node", &pinned, install_with_npm);
    write_inputs(&project.target.join("interop/inputs"))?;
    let mut pytest = ending_with_us(project, &python);
    pytest.args(["-m", "pytest"]).current_dir(project.root.join("interop"));
    pytest
        .env("CARGO_TARGET_DIR", &project.target)
        .env("INTEROP_NO_NODE", node.err().unwrap_or_default());
    pytest.arg("--basetemp").arg(project.target.join("interop/tmp"));
    pytest.arg(format!("--seed={}", arguments.seed)).args(["-k", &arguments.names.join(" or ")]);
    let flags = [(arguments.quick, "--quick"), (arguments.no_skip, "--no-skip")];
    pytest.args(flags.iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag));
    match arguments.list {
        true => drop(pytest.args(["--collect-only", "-q"])),
        // Both at once, with the features of the tests, so that nothing is built twice.
        false => {
            project.build(&[
                "--features",
                "cli",
                "--bin",
                "cloudfn",
                "--example",
                "sign_vectors",
            ])?;
        }
    }
    let status = pytest.status().map_err(|e| format!("python cannot be run: {e}"))?;
    match status.code() {
        Some(0) => Ok(()),
        Some(6) => Err("some tests were skipped".to_owned()),
        Some(5) => Err("no test has such a name; `--list` lists them".to_owned()),
        _ => {
            Err("interop failed; add an intended difference to interop/differences.yaml with its \
                  reason"
                .to_owned())
        }
    }
}

/// Writes the specs as JSON, and the pages for the tests of the report.
fn write_inputs(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder)
        .and_then(|()| fs::remove_dir_all(folder))
        .map_err(|e| unwritable(folder, &e))?;
    let contract = Contract::load(Path::new("")).map_err(|e| e.to_string())?;
    for spec in &contract.specs {
        files::write(
            &folder.join(format!("specs/{}.json", spec.api)),
            &spec.as_json().to_string(),
        )?;
    }
    let operations: usize = contract.specs.iter().map(|spec| spec.operations.len()).sum();
    let times = MANY.div_ceil(operations.max(1));
    files::write(&folder.join("hostile.html"), &prepared::hostile()?.page()?)?;
    files::write(&folder.join("large.html"), &prepared::large(&contract, times)?.page()?)?;
    let claims = contract.claims().map(|(ledger, claim)| suite::alone(&ledger.id(claim)));
    let facts = json!({"attack": prepared::ATTACK, "claims": claims.collect::<Vec<_>>()});
    files::write(&folder.join("report.json"), &facts.to_string())
}

/// A program that ends when this process ends, also when it is killed.
fn ending_with_us(project: &Project, program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new("python3");
    command.arg(project.root.join("interop/programs.py")).arg(program);
    command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONUTF8", "1");
    command
}

/// The folder `target/tools/interop/NAME`, installed from the `pinned` files of `interop/` unless it
/// is already. Otherwise, why it cannot be.
fn installed(
    project: &Project,
    name: &str,
    pinned: &[&str],
    install: fn(&Project, &Path) -> Result<(), String>,
) -> Result<PathBuf, String> {
    let folder = project.target.join("tools/interop").join(name);
    let failed = |e: std::io::Error| unwritable(&folder, &e);
    fs::create_dir_all(&folder).map_err(failed)?;
    // Another process may be installing it.
    let lock = File::create(folder.with_extension("lock")).map_err(failed)?;
    lock.lock().map_err(failed)?;
    let mut versions = String::new();
    for file in pinned.iter().map(|name| project.root.join("interop").join(name)) {
        versions += &fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    }
    let complete = folder.join("complete");
    if fs::read_to_string(&complete).is_ok_and(|installed| installed == versions) {
        return Ok(folder);
    }
    println!("installing the tools for {name}");
    fs::remove_dir_all(&folder).and_then(|()| fs::create_dir_all(&folder)).map_err(failed)?;
    for file in pinned {
        fs::copy(project.root.join("interop").join(file), folder.join(file)).map_err(failed)?;
    }
    install(project, &folder)?;
    fs::write(complete, versions).map_err(failed)?;
    Ok(folder)
}

fn install_with_pip(project: &Project, folder: &Path) -> Result<(), String> {
    let mut venv = ending_with_us(project, "python3");
    venv.args(["-m", "venv"]).arg(folder);
    demand(&mut venv, "Python 3.11 or newer with the module venv is required")?;
    let mut pip = ending_with_us(project, folder.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]);
    pip.args(["--retries", "1", "--timeout", "20", "--require-hashes", "-r"]);
    demand(pip.arg(folder.join("requirements.txt")), "pip needs access to its package index")
}

fn install_with_npm(project: &Project, folder: &Path) -> Result<(), String> {
    let mut npm = ending_with_us(project, "npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    npm.args([
        "--fetch-retries=1",
        "--fetch-timeout=20000",
        "--fetch-retry-mintimeout=1000",
        "--fetch-retry-maxtimeout=2000",
    ]);
    npm.arg("--prefix").arg(folder);
    demand(&mut npm, "Node.js 20 or newer with npm and access to its registry are required")
}

/// Runs a step of an installation, which must succeed.
fn demand(command: &mut Command, needs: &str) -> Result<(), String> {
    let (succeeded, said) = process::outcome(command).map_err(|e| format!("{needs}: {e}"))?;
    if succeeded {
        return Ok(());
    }
    let is_reason = |line: &&str| line.starts_with("ERROR:") || line.starts_with("npm error");
    let lines: Vec<&str> = said.trim().lines().collect();
    let reason = lines.iter().find(|line| is_reason(line)).or(lines.last());
    Err(format!("{needs}: {}", reason.unwrap_or(&"")))
}
