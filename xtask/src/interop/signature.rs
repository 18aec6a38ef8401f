//! Huawei Cloud's own signer and ours sign the same random requests.

use std::time::Duration;

use super::{Bench, Outcome};
use crate::process::{last_lines, run};
use crate::tools::Installed;

/// The time limit for each.
const LIMIT: Duration = Duration::from_secs(300);
/// The number of signed requests.
const COUNT: usize = 2000;

/// Signs with their signer, and compares with ours.
pub fn check(bench: &Bench<'_>, tool: &Installed) -> Result<Outcome, String> {
    let script = bench.project.root.join("xtask/interop/huawei_vectors.py");
    let file = bench.folder.join("vectors.json");
    let mut command = tool.script(&script);
    command.arg(&file).args([COUNT.to_string(), bench.seed.to_string()]);
    let ended = run(&mut command, "", LIMIT)?;
    if ended.code != Some(0) {
        return Err(format!("the official signer failed: {}", last_lines(&ended.text(), 12)));
    }
    let ours = run(bench.built("examples/sign_vectors").arg(&file), "", LIMIT)?;
    let mut outcome = Outcome::default();
    let last = last_lines(&ours.stdout, 1);
    outcome
        .failures
        .extend(ours.stdout.lines().filter(|line| line.starts_with("random-")).map(str::to_owned));
    if ours.code != Some(0) && outcome.failures.is_empty() {
        outcome.failures.push(format!("exit code {:?}: {}", ours.code, ours.text()));
    }
    // "0 of 2000 vectors differ"
    let signed = last.split_once(" of ").and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
    outcome.count(signed.unwrap_or(0), "signatures");
    Ok(outcome)
}
