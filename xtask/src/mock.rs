//! `cargo xtask mock`: the mock server of the command line.

use crate::process;
use crate::project::Project;

/// Serves on `port` until interrupted.
pub fn run(project: &Project, port: u16) -> Result<(), String> {
    let port = port.to_string();
    let arguments = ["run", "--features", "cli", "--bin", "cloudfn", "--"];
    let mut command = project.cargo(&arguments);
    command.args(["mock", "--port", &port]);
    process::must_succeed(&mut command, "the mock server failed")
}
