//! Installs the pinned tools of other languages in the target folder, and runs them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::files::unwritable;
use crate::process;
use crate::project::Project;

/// A program that ends when this process ends, also when it is killed.
pub fn ending_with_us(project: &Project, program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new("python3");
    command.arg(project.root.join("interop/programs.py")).arg(program);
    command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONUTF8", "1");
    command
}

/// The folder `target/tools/SOURCE/NAME`, installed from the `pinned` files in the folder `source`
/// of the project unless it is already. Otherwise, why it cannot be.
pub fn installed(
    project: &Project,
    source: &str,
    name: &str,
    pinned: &[&str],
    install: fn(&Project, &Path) -> Result<(), String>,
) -> Result<PathBuf, String> {
    let folder = project.target.join("tools").join(source).join(name);
    let failed = |e: std::io::Error| unwritable(&folder, &e);
    fs::create_dir_all(&folder).map_err(failed)?;
    // Another process may be installing it.
    let lock = File::create(folder.with_extension("lock")).map_err(failed)?;
    lock.lock().map_err(failed)?;
    let mut versions = String::new();
    for file in pinned.iter().map(|name| project.root.join(source).join(name)) {
        versions += &fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    }
    let complete = folder.join("complete");
    if fs::read_to_string(&complete).is_ok_and(|installed| installed == versions) {
        return Ok(folder);
    }
    eprintln!("installing the tools for {name}");
    fs::remove_dir_all(&folder).and_then(|()| fs::create_dir_all(&folder)).map_err(failed)?;
    for file in pinned {
        fs::copy(project.root.join(source).join(file), folder.join(file)).map_err(failed)?;
    }
    install(project, &folder)?;
    fs::write(complete, versions).map_err(failed)?;
    Ok(folder)
}

/// Installs Python packages.
pub fn with_pip(project: &Project, folder: &Path) -> Result<(), String> {
    let mut venv = ending_with_us(project, "python3");
    venv.args(["-m", "venv"]).arg(folder);
    demand(&mut venv, "Python 3.11 or newer with the module venv is required")?;
    let mut pip = ending_with_us(project, folder.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]);
    pip.args(["--retries", "1", "--timeout", "20", "--require-hashes", "-r"]);
    demand(pip.arg(folder.join("requirements.txt")), "pip needs access to its package index")
}

/// Installs Node.js packages.
pub fn with_npm(project: &Project, folder: &Path) -> Result<(), String> {
    let mut npm = ending_with_us(project, "npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    npm.args(["--fetch-retries=1", "--fetch-timeout=20000"]);
    npm.args(["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=2000"]);
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
