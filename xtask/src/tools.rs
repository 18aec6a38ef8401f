//! Installs tools from their registries into the target folder.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::files;
use crate::process::{last_lines, run};

/// The time limit of an installation.
const LIMIT: Duration = Duration::from_secs(300);

/// A tool, with pinned versions.
pub struct Tool {
    /// The client of its registry.
    pub registry: Registry,
    /// Its packages with their versions, itself first.
    pub packages: &'static [&'static str],
}

/// The client of a registry.
#[derive(Clone, Copy)]
pub enum Registry {
    /// Python's pip, in a virtual environment for the tool.
    Pip,
    /// Node's npm.
    Npm,
}

impl Tool {
    /// The tool and its version.
    pub fn version(&self) -> String {
        let package = self.packages[0].replace("==", "@");
        package
            .rsplit_once('@')
            .map_or(package.clone(), |(name, version)| format!("{name} {version}"))
    }

    /// Installs it into a subfolder of `folder`, unless it is installed. Returns why it cannot be.
    pub fn install(&self, folder: &Path) -> Result<Installed, String> {
        let is_plain = |c: char| c.is_alphanumeric() || c == '.';
        let name = self.packages.join("+").replace(|c| !is_plain(c), "-");
        let name = name.trim_start_matches('-');
        let lock = folder.join(format!("{name}.lock"));
        let folder = folder.join(name);
        let unwritable = |e: std::io::Error| files::unwritable(&folder, &e);
        fs::create_dir_all(&folder).map_err(unwritable)?;
        // Another process may be installing it.
        let lock = File::create(lock).map_err(unwritable)?;
        lock.lock().map_err(unwritable)?;
        let installed = Installed { folder: folder.clone(), registry: self.registry };
        let complete = folder.join("complete");
        if !complete.exists() {
            fs::remove_dir_all(&folder).map_err(unwritable)?;
            fs::create_dir_all(&folder).map_err(unwritable)?;
            println!("    installing {}", self.packages.join(", "));
            match self.registry {
                Registry::Pip => self.install_with_pip(&installed)?,
                Registry::Npm => self.install_with_npm(&folder)?,
            }
            File::create(complete).map_err(unwritable)?;
        }
        Ok(installed)
    }

    fn install_with_pip(&self, installed: &Installed) -> Result<(), String> {
        let mut python = Command::new(if cfg!(windows) { "python" } else { "python3" });
        let made = python.args(["-m", "venv"]).arg(&installed.folder);
        demand(made, "Python 3.10 or newer with the module venv is required")?;
        let mut pip = installed.program("python");
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]);
        pip.args(["--retries", "1", "--timeout", "20"]).args(self.packages);
        demand(&mut pip, "pip needs access to its package index")
    }

    fn install_with_npm(&self, folder: &Path) -> Result<(), String> {
        let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
        // Does not run install scripts.
        npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
        npm.args(["--fetch-retries=1", "--fetch-timeout=20000"]);
        npm.args(["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=2000"]);
        npm.arg("--prefix").arg(folder).args(self.packages);
        demand(&mut npm, "Node.js 20 or newer with npm and access to its registry are required")
    }
}

/// Runs a step of an installation, which must succeed.
fn demand(command: &mut Command, needs: &str) -> Result<(), String> {
    let ended = run(command, "", LIMIT).map_err(|e| format!("{needs}: {e}"))?;
    match ended.code {
        Some(0) => Ok(()),
        _ => Err(format!("{needs}: {}", complaint(&ended.text()))),
    }
}

/// The reason in the output of pip or npm, without their progress messages.
fn complaint(text: &str) -> String {
    const MOST: usize = 4;
    let is_reason = |line: &&str| line.starts_with("ERROR:") || line.starts_with("npm error");
    let reasons: Vec<&str> = text.lines().filter(is_reason).take(MOST).collect();
    match reasons.is_empty() {
        true => last_lines(text, MOST),
        false => reasons.join("\n"),
    }
}

/// An installed tool.
pub struct Installed {
    folder: PathBuf,
    registry: Registry,
}

impl Installed {
    /// A program of the tool.
    pub fn program(&self, name: &str) -> Command {
        let folder = match self.registry {
            Registry::Pip if cfg!(windows) => "Scripts",
            Registry::Pip => "bin",
            Registry::Npm => "node_modules/.bin",
        };
        let ending = match self.registry {
            Registry::Npm if cfg!(windows) => ".cmd",
            _ => "",
        };
        local(Command::new(self.folder.join(folder).join(format!("{name}{ending}"))))
    }

    /// The interpreter of the tool's language, for `script`.
    pub fn script(&self, script: &Path) -> Command {
        let mut command = match self.registry {
            Registry::Pip => self.program("python"),
            Registry::Npm => local(Command::new("node")),
        };
        // Writes no cache files next to the scripts.
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONUTF8", "1");
        command.env("NODE_PATH", self.folder.join("node_modules")).arg(script);
        command
    }
}

/// A command that bypasses proxies for the local machine.
fn local(mut command: Command) -> Command {
    command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
    command
}
