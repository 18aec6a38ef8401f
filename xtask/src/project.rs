//! Finds the project and calls its tools.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process;

/// The project that this binary belongs to.
pub struct Project {
    /// Its folder.
    pub root: PathBuf,
    /// Its target folder.
    pub target: PathBuf,
}

impl Project {
    /// The project of the running `cargo xtask`.
    pub fn find() -> Self {
        let own = std::env::var_os("CARGO_MANIFEST_DIR");
        let own = own.map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = own.parent().unwrap_or(&own).to_owned();
        let binary = std::env::current_exe().unwrap_or_default();
        let target = binary.ancestors().nth(2).map(Path::to_owned);
        Self { target: target.unwrap_or_else(|| root.join("target")), root }
    }

    /// Cargo, called in the project's folder.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(arguments).current_dir(&self.root);
        // Cargo's variables for this binary must not reach the programs that it calls.
        for (name, _) in std::env::vars_os() {
            let of_package = name.to_string_lossy().starts_with("CARGO_PKG_");
            if of_package || name == "CARGO_MANIFEST_DIR" || name == "CARGO_MANIFEST_PATH" {
                command.env_remove(name);
            }
        }
        command
    }

    /// Whether cargo has a subcommand such as `deny`, which is another program.
    pub fn has_subcommand(&self, name: &str) -> Result<bool, String> {
        Ok(process::outcome(&mut self.cargo(&[name, "--version"]))?.0)
    }

    /// The checked-out commit; `None` without git.
    pub fn commit(&self) -> Option<String> {
        let mut git = Command::new("git");
        let output = git.args(["rev-parse", "HEAD"]).current_dir(&self.root).output().ok()?;
        let commit = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        (output.status.success() && !commit.is_empty()).then_some(commit)
    }

    /// Runs cargo build with the arguments, in the target folder of this binary.
    pub fn build(&self, arguments: &str) -> Result<(), String> {
        let mut command = self.cargo(&["build", "--target-dir"]);
        command.arg(&self.target).args(arguments.split(' '));
        process::must_succeed(&mut command, &format!("cargo build {arguments} failed"))
    }

    /// `path` relative to the project's folder.
    pub fn relative(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}
