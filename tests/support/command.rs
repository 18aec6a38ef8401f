//! The command line, with a clean environment.

#![allow(dead_code, reason = "each test takes a part of this")]

use std::process::{Command, Output, Stdio};

/// What every secret of a test begins with.
pub const SECRET: &str = "MARKED-SECRET";
pub const PUBLISH: [&str; 6] =
    ["functiongraph", "create-function-version", "--function-urn", "urn", "--version", "v1"];

/// The command.
pub fn cloudfn(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cloudfn"));
    command.args(arguments).env_clear().env("HOME", env!("CARGO_TARGET_TMPDIR"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The command with a token and a project for a service at `url`.
pub fn cloudfn_at(url: &str, arguments: &[&str]) -> Command {
    let mut command = cloudfn(arguments);
    command.env("CLOUDFN_FUNCTIONGRAPH_ENDPOINT", url);
    command.env("HUAWEICLOUD_SDK_TOKEN", SECRET).env("HUAWEICLOUD_SDK_PROJECT_ID", "p");
    command
}

/// The result of a command, which shows no secret.
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let [stdout, stderr] = [output.stdout, output.stderr]
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        assert!(!stderr.contains("panicked"), "{stderr}");
        assert!(!stdout.contains(SECRET) && !stderr.contains(SECRET), "{stdout}{stderr}");
        Self { code: output.status.code(), stdout, stderr }
    }
}

/// Runs a command while this thread's runtime keeps serving.
pub async fn run(mut command: Command) -> Ended {
    tokio::task::spawn_blocking(move || command.output().unwrap().into()).await.unwrap()
}
