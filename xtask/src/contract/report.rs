//! The report file: what the contract consists of, and what is wrong with it.

use std::fmt::Write;

use cloudfn_codegen::account::{dropped_by_generator_alone, Fate};
use cloudfn_codegen::ledger::Contract;
use cloudfn_codegen::lowering::RULES;

use super::suite::Outcome;
use super::summary::Summary;
use super::Failure;
use crate::project::Project;

/// Writes the report into the target folder; returns its path.
pub fn write(
    project: &Project,
    contract: &Contract,
    summary: &Summary,
    failures: &[Failure],
    suite: Option<&Outcome>,
) -> Result<String, String> {
    let folder = project.target.join("contract");
    let file = folder.join("report.md");
    let text = text(contract, summary, failures, suite);
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&file, text))
        .map_err(|e| format!("{} cannot be written: {e}", file.display()))?;
    Ok(project.relative(&file))
}

fn text(
    contract: &Contract,
    summary: &Summary,
    failures: &[Failure],
    suite: Option<&Outcome>,
) -> String {
    let mut text = String::from("# Contract report\n\n");
    let verdict = match failures.len() {
        0 => "Every link holds.".to_owned(),
        count => format!("Broken in {count} places."),
    };
    let tests = match suite {
        Some(suite) => format!("{} tests passed, {} failed.", suite.passed, suite.failures.len()),
        None => "The suite was not run.".to_owned(),
    };
    let _ = writeln!(text, "{verdict} {tests}\n");
    for failure in failures {
        let _ = writeln!(text, "## FAILED {}\n\n```\n{}\n```\n", failure.name, failure.details);
    }
    let _ = writeln!(text, "## Figures\n\n{}", summary.markdown());
    lowering(&mut text, summary);
    for ledger in &contract.ledgers {
        page(&mut text, contract, ledger);
    }
    text
}

fn lowering(text: &mut String, summary: &Summary) {
    text.push_str("## What lowering did\n\n| outcome | rule | constraints | why |\n| --- | --- | --- | --- |\n");
    for ((outcome, rule), count) in summary.by_rule() {
        let why = RULES.iter().find(|known| known.name == rule);
        let why = why.map_or("the generator does this by itself", |rule| rule.why);
        let _ = writeln!(text, "| {outcome} | {rule} | {count} | {why} |");
    }
    text.push_str("\n| constraint | value | outcome | by | generator alone |\n| --- | --- | --- | --- | --- |\n");
    for (api, fates) in &summary.fates {
        for (constraint, fate) in fates {
            let (outcome, rule) = match fate {
                Fate::Carried(rule) => ("carried", *rule),
                Fate::DocumentedOnly(rule) => ("documented only", *rule),
                Fate::Relaxed(rule) => ("relaxed", *rule),
                Fate::Unaccounted => ("**unaccounted**", "-"),
            };
            let alone = match dropped_by_generator_alone(&constraint.keyword) {
                true => "drops it",
                false => "",
            };
            let value = constraint.value.replace('|', "\\|");
            let _ = writeln!(
                text,
                "| {api}#{} | {value} | {outcome} | {rule} | {alone} |",
                constraint.pointer
            );
        }
    }
    text.push('\n');
}

fn page(text: &mut String, contract: &Contract, ledger: &cloudfn_codegen::ledger::Ledger) {
    let page = &ledger.page;
    let cell = |value: &str| {
        let short: String = value.chars().take(80).collect();
        short.replace('|', "\\|").replace('\n', " ")
    };
    let _ = writeln!(
        text,
        "## {}\n\n{} ({}), {}\n",
        ledger.prefix,
        page.title,
        page.language,
        page.file.display()
    );
    text.push_str(
        "| claim | line | value | source | in the spec |\n| --- | --- | --- | --- | --- |\n",
    );
    for (_, claim) in contract.claims().filter(|(of, _)| std::ptr::eq(*of, ledger)) {
        let spec = match &claim.deviation {
            Some((name, spec)) => format!("{} (deviation {name})", cell(spec)),
            None => "the same".to_owned(),
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {spec} |",
            claim.local_id(),
            claim.line,
            cell(&claim.value),
            claim.source
        );
    }
    text.push_str("\n| rule | checked | statement |\n| --- | --- | --- |\n");
    for rule in &page.rules {
        let checked = match (&rule.unchecked, contract.is_exercised(ledger, rule)) {
            (Some(reason), _) => format!("not checkable: {}", cell(reason)),
            (None, true) if rule.broken_by.is_empty() => "holds on the samples".into(),
            (None, true) => format!("broken by {}", rule.broken_by.join(", ")),
            (None, false) => "on its examples; no sample has its members".into(),
        };
        let _ = writeln!(text, "| {} | {checked} | {} |", rule.name, cell(&rule.text));
    }
    text.push_str("\n| deviation | spec | source | why |\n| --- | --- | --- | --- |\n");
    for deviation in &page.deviations {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            deviation.name,
            cell(&deviation.spec),
            deviation.source,
            cell(&deviation.why)
        );
    }
    text.push_str("\n| contradiction | between | why |\n| --- | --- | --- |\n");
    for listed in &page.contradictions {
        let claims: Vec<String> =
            listed.claims.iter().map(|c| format!("{} = {}", c.claim, cell(&c.value))).collect();
        let _ =
            writeln!(text, "| {} | {} | {} |", listed.name, claims.join("; "), cell(&listed.why));
    }
    text.push('\n');
}
