//! Builds the fuzzer.

use std::path::PathBuf;
use std::process::Command;

use crate::project::Project;

/// The flags to count edges and report comparisons to libFuzzer.
const FLAGS: [&str; 6] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// What is missing to build libFuzzer, which is written in C++.
pub fn missing() -> Option<String> {
    let compiler = std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    let runs = Command::new(&compiler).arg("--version").output().is_ok();
    (!runs).then(|| {
        format!("there is no C++ compiler `{compiler}`; install one (Debian: g++), or set CXX")
    })
}

/// Builds the fuzzer and returns its file.
pub fn build(project: &Project) -> Result<PathBuf, String> {
    let host = host()?;
    let target_dir = project.target.display().to_string();
    // With `--target`, the flags do not apply to build scripts and macros.
    let mut command = project.cargo(&["build", "--package", "cloudfn-fuzz"]);
    command.args(["--bin", "cloudfn-fuzz", "--profile", "fuzzing", "--target", &host]);
    command.args(["--target-dir", &target_dir]);
    command.env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"));
    let status = command.status().map_err(|e| format!("cargo cannot be run: {e}"))?;
    match status.success() {
        true => Ok(project.target.join(host).join("fuzzing/cloudfn-fuzz")),
        false => Err("the fuzzer cannot be built; see the output of cargo above".to_owned()),
    }
}

/// The name of this machine's platform.
fn host() -> Result<String, String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output();
    let output = output.map_err(|e| format!("rustc cannot be run: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc does not print its host".to_owned())
}
