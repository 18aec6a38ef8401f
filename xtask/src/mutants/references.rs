//! Documents that are changed in memory and held against the client that is compiled.

use indicatif::ProgressBar;
use serde_json::Value;

use super::outcome::{Level, Outcome, Verdict};
use super::Sample;
use crate::process;
use crate::project::Project;

/// Asks the contract suite for changed documents whose names have this part.
const REFERENCES: &str = "CONTRACT_REFERENCES";
/// Tells the contract suite which of them it should try: the first, and one of how many.
const SAMPLE: &str = "CONTRACT_REFERENCES_SAMPLE";

/// Runs the changes whose names contain `filter`.
pub fn run(
    project: &Project,
    filter: &str,
    sample: Sample,
    bar: &ProgressBar,
) -> Result<Vec<Outcome>, String> {
    let mut outcomes = Vec::new();
    let mut failed = None;
    let mut made = None;
    let mut command = project.cargo(&["test", "--quiet", "--test", "contract"]);
    command.env(SAMPLE, format!("{} {}", sample.first, sample.one_in));
    process::tell_lines(command.env(REFERENCES, filter), |line| {
        let Ok(line) = serde_json::from_str::<Value>(line) else { return };
        if let Some(count) = line["made"].as_u64() {
            made = Some(count);
            bar.inc_length(count);
        } else if let (Some(name), Some(kind)) = (line["mutant"].as_str(), line["kind"].as_str()) {
            let verdict = match line["by"].as_str() {
                Some(by) => Verdict::Caught(vec![by.to_owned()]),
                None => {
                    Verdict::Survived("the client also follows the changed documents".to_owned())
                }
            };
            let (name, kind) = (name.to_owned(), kind.to_owned());
            outcomes.push(Outcome { level: Level::Reference, name, kind, verdict });
            bar.inc(1);
        } else {
            failed = line["error"].as_str().map(str::to_owned).or(failed.take());
        }
    })?;
    match failed {
        Some(error) => Err(error),
        None if made == Some(outcomes.len() as u64) => Ok(outcomes),
        None => Err("the contract suite ended before all changed documents were tried".to_owned()),
    }
}
