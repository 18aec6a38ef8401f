//! `cargo xtask mock`: the mock server of the command line.

use crate::project::Project;

/// Serves on `port` until interrupted.
pub fn run(project: &Project, port: u16) -> Result<(), String> {
    let port = port.to_string();
    let arguments = ["run", "--features", "cli", "--bin", "cloudfn", "--"];
    let mut command = project.cargo(&arguments);
    let status = command.args(["mock", "--port", &port]).status();
    let status = status.map_err(|e| format!("cargo cannot be run: {e}"))?;
    match status.success() {
        true => Ok(()),
        false => Err("the mock server failed".to_owned()),
    }
}
