//! Redocly's linter reads each spec.

use std::time::Duration;

use serde_json::Value;

use super::{Bench, Outcome};
use crate::process::run;
use crate::tools::Installed;

/// Its time limit.
const LIMIT: Duration = Duration::from_secs(120);

/// Lints every spec. Errors are failures; warnings become notes.
pub fn check(bench: &Bench<'_>, tool: &Installed) -> Result<Outcome, String> {
    let mut outcome = Outcome::default();
    let mut operations = 0;
    for spec in &bench.specs {
        let mut command = tool.program("redocly");
        command.env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
        command.current_dir(&bench.project.root);
        command.args(["lint", "--extends=recommended", "--format=json"]).arg(&spec.file);
        let ended = run(&mut command, "", LIMIT)?;
        let report: Value = serde_json::from_str(&ended.stdout)
            .map_err(|e| format!("{}: no report ({e}): {}", spec.api, ended.text()))?;
        let problems = report["problems"].as_array();
        for problem in problems.into_iter().flatten() {
            let text = format!(
                "{}, {}: {} ({})",
                bench.project.relative(&spec.file),
                problem["location"][0]["pointer"].as_str().unwrap_or_default(),
                problem["message"].as_str().unwrap_or_default(),
                problem["ruleId"].as_str().unwrap_or_default(),
            );
            match problem["severity"] == "error" {
                true => outcome.failures.push(text),
                false => outcome.notes.push(format!("warning: {text}")),
            }
        }
        if ended.code != Some(0) && outcome.failures.is_empty() {
            outcome.failures.push(format!("{}: exit code {:?}", spec.api, ended.code));
        }
        operations += spec.operations.len();
    }
    outcome.count(bench.specs.len(), "specs");
    outcome.count(operations, "operations");
    Ok(outcome)
}
