//! The report as one page, with all parts of the contract and what is wrong with them.
//!
//! The template is `xtask/templates/report.html`, which escapes all texts. Here they are joined: each
//! claim with what the spec has for it, what lowering does with it, and its test.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use base64::{engine::general_purpose::STANDARD, Engine};
use cloudfn_codegen::account::{dropped_by_generator_alone, Fate};
use cloudfn_codegen::contract::{Contract, Ledger};
use cloudfn_codegen::ledger::{Claim, Line, Place, Rule, NONE};
use cloudfn_codegen::lowering::RULES;
use cloudfn_codegen::model::{Operation, Spec};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::Environment;
use serde_json::{json, Value};
use sha2::{Digest, Sha256};

use super::figures::{outcome, Figures, COLUMNS};
use super::suite::alone;
use super::verdicts::Verdicts;
use super::Failure;
use crate::mutants::results::Mutation;

/// The content of the report.
pub struct Report {
    pub contract: Contract,
    /// The text of each ledger.
    pub texts: BTreeMap<PathBuf, String>,
    pub figures: Figures,
    /// What is broken.
    pub failures: Vec<Failure>,
    pub verdicts: Verdicts,
    pub mutation: Mutation,
    /// The checked-out commit.
    pub commit: Option<String>,
}

const TEMPLATE: &str = include_str!("../../templates/report.html");
const STYLE: &str = include_str!("../../templates/report.css");
const SCRIPT: &str = include_str!("../../templates/report.js");

impl Report {
    /// The report as a page.
    pub fn page(&self) -> Result<String, String> {
        let page = Page { report: self, tests: RefCell::default() };
        page.rendered().map_err(|e| format!("the report cannot be made: {e:#}"))
    }
}

struct Page<'r> {
    report: &'r Report,
    /// The tests that are on the page.
    tests: RefCell<BTreeSet<String>>,
}

/// The outcomes of the constraints of a spec, by pointer.
type Fates<'f> = BTreeMap<&'f str, &'f Fate>;

impl Page<'_> {
    fn rendered(&self) -> Result<String, minijinja::Error> {
        let mut environment = Environment::new();
        environment
            .set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
        environment.add_template("report.html", TEMPLATE)?;
        let Report { contract, figures, failures, verdicts, .. } = self.report;
        let languages: BTreeSet<_> = contract.ledgers.iter().map(|l| &l.page.language).collect();
        let operations = self.operations();
        let data = json!({
            "policy": policy(),
            "style": STYLE,
            "script": SCRIPT,
            "failures": failures,
            "ran": verdicts.ran,
            "passed": verdicts.passed.len(),
            "failed": verdicts.failed.len(),
            "columns": COLUMNS,
            "figures": figures.rows,
            "total": figures.totals().collect::<BTreeMap<_, _>>(),
            "languages": languages.len(),
            "specs": contract.specs.len(),
            "operations": operations,
            "others": self.others(),
            "rules": self.rules_of_lowering(),
            "apis": self.constraints(),
            "mutants": self.mutants(),
        });
        environment.get_template("report.html")?.render(Serde(data))
    }

    /// A test with its result, and the command that runs it alone.
    fn test(&self, name: &str) -> Value {
        self.tests.borrow_mut().insert(name.to_owned());
        let verdict = self.report.verdicts.get(name);
        let class = match verdict {
            "passed" => "good",
            "failed" => "bad",
            _ => "open",
        };
        json!({ "verdict": verdict, "class": class, "alone": alone(name) })
    }

    /// The tests of the suite that are nowhere else on the page.
    fn others(&self) -> Vec<Value> {
        let Verdicts { ran, passed, failed } = &self.report.verdicts;
        let all: BTreeSet<&String> = passed.iter().chain(failed).filter(|_| *ran).collect();
        let shown = self.tests.borrow().clone();
        all.into_iter().filter(|name| !shown.contains(*name)).map(|name| self.test(name)).collect()
    }

    /// Every operation with its pages, in the order of the specs.
    fn operations(&self) -> Vec<Value> {
        let contract = &self.report.contract;
        let mut found = Vec::new();
        for (index, spec) in contract.specs.iter().enumerate() {
            let fates = self.fates(spec);
            for operation in &spec.operations {
                let row = self.report.figures.rows.get(found.len());
                let figures = row.map(|row| COLUMNS[1..].iter().zip(row.figures));
                let is_its = |l: &&Ledger| l.spec == index && l.page.operation == operation.id;
                let ledgers = contract.ledgers.iter().filter(is_its);
                found.push(json!({
                    "id": operation.id,
                    "api": spec.api,
                    "request": format!("{} {}", operation.method, operation.path),
                    "pointer": spec.place(&operation.pointer),
                    "figures": figures.into_iter().flatten().collect::<Vec<_>>(),
                    "pages": ledgers
                        .map(|ledger| self.page(ledger, spec, &fates))
                        .collect::<Vec<_>>(),
                }));
            }
        }
        found
    }

    fn fates(&self, spec: &Spec) -> Fates<'_> {
        let of_spec = self.report.figures.fates.iter().filter(|(api, _)| *api == spec.api);
        let fates = of_spec.flat_map(|(_, fates)| fates);
        fates.map(|(constraint, fate)| (constraint.pointer.as_str(), fate)).collect()
    }

    fn page(&self, ledger: &Ledger, spec: &Spec, fates: &Fates<'_>) -> Value {
        let page = &ledger.page;
        let is_code = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let samples = page.samples.iter().map(|sample| {
            let source = sample.source.as_deref().unwrap_or("sample");
            let json = match sample.json.trim_end() {
                lines if lines.contains('\n') => lines.to_owned(),
                _ => format!("{:#}", sample.value),
            };
            json!({ "id": sample.id(), "line": sample.line, "source": source, "json": json })
        });
        let operators = page.api.iter().flat_map(|api| &api.operators);
        let operator = { operators }.find(|other| Some(&other.name) == page.operator.as_ref());
        let contradictions = page.contradictions.iter().map(|listed| {
            let name = format!("{}::contradiction/{}", ledger.prefix, listed.name);
            json!({ "listed": listed, "test": self.test(&name) })
        });
        json!({
            "prefix": ledger.prefix,
            "anchor": page.stem(),
            "title": page.title,
            "language": page.language,
            "operator": operator.map(|operator| json!({ "name": operator.name, "what": operator.what })),
            "is_code_of_language": page.language.chars().all(is_code),
            "statements": ledger.statements(),
            "file": page.file,
            "api": page.api.as_ref().map(|api| &api.file),
            "spec": spec.file,
            "sections": self.sections(ledger, fates),
            "deviations": page.deviations,
            "contradictions": contradictions.collect::<Vec<_>>(),
            "rules": page.rules.iter().map(|rule| self.rule(ledger, rule)).collect::<Vec<_>>(),
            "samples": samples.collect::<Vec<_>>(),
        })
    }

    /// The sections of a ledger and of the file about its API, each with the rows that make claims.
    fn sections(&self, ledger: &Ledger, fates: &Fates<'_>) -> Vec<Value> {
        let operation = self.report.contract.operation(ledger);
        let mut rows: BTreeMap<Line, Vec<Value>> = BTreeMap::new();
        for claim in ledger.all().filter(|claim| !claim.is_silent()) {
            let claimed = self.claim(ledger, operation, claim, fates);
            rows.entry(claim.line).or_default().push(claimed);
        }
        let of_api = rows.split_off(&Line { of_api: true, number: 0 });
        let mut sections = self.sections_in(&ledger.page.file, rows);
        if let Some(api) = &ledger.page.api {
            sections.extend(self.sections_in(&api.file, of_api));
        }
        sections
    }

    /// The sections of one file.
    fn sections_in(&self, file: &Path, rows: BTreeMap<Line, Vec<Value>>) -> Vec<Value> {
        let text = self.report.texts.get(file).map_or("", String::as_str);
        let lines: Vec<&str> = text.lines().collect();
        let mut sections: BTreeMap<usize, Vec<Value>> = BTreeMap::new();
        for (Line { number: line, of_api }, claims) in rows {
            let is_heading = |number: &usize| line_at(&lines, *number).starts_with('#');
            let heading = (1..=line).rev().find(is_heading).unwrap_or(1);
            let row = json!({ "line": line, "scope": of_api, "text": line_at(&lines, line), "claims": claims });
            sections.entry(heading).or_default().push(row);
        }
        let sections = sections.into_iter().map(|(heading, rows)| {
            let below = lines.iter().skip(heading).take_while(|line| !line.starts_with('#'));
            let columns = { below }.find(|line| line.starts_with('|'));
            json!({ "heading": line_at(&lines, heading), "columns": columns, "rows": rows })
        });
        sections.collect()
    }

    /// A claim, from page to test.
    fn claim(
        &self,
        ledger: &Ledger,
        operation: &Operation,
        claim: &Claim,
        fates: &Fates<'_>,
    ) -> Value {
        let spec = &self.report.contract.specs[ledger.spec];
        let answer = claim.place.answer(spec, operation, &claim.statement);
        let (pointer, found) = answer.map_or((String::new(), None), |a| (a.pointer, a.value));
        let fate = fates.get(pointer.as_str());
        json!({
            "statement": claim.statement,
            "value": claim.value,
            "source": claim.source,
            "deviation": claim.deviation.as_ref().map(|(name, _)| name),
            "fate": fate.map(|fate| format!("{}: {}", outcome(fate), fate.rule())),
            "same": found.as_ref() == Some(&claim.value),
            "spec": found.as_deref().unwrap_or(NONE),
            "pointer": pointer,
            "is_sample": matches!(claim.place, Place::Sample(..)),
            "is_prose": claim.is_prose(),
            "test": self.test(&ledger.id(claim)),
        })
    }

    /// A rule, and how it is checked.
    fn rule(&self, ledger: &Ledger, rule: &Rule) -> Value {
        let checked = match (&rule.unchecked, self.report.contract.is_exercised(ledger, rule)) {
            (Some(reason), _) => format!("not checkable: {reason}"),
            (None, true) if rule.broken_by.is_empty() => "on its examples and the samples".into(),
            (None, true) => format!("broken by {}", rule.broken_by.join(", ")),
            (None, false) => "on its examples; no sample has its members".into(),
        };
        let texts = |values: &[Value]| values.iter().map(Value::to_string).collect::<Vec<_>>();
        json!({
            "name": rule.name,
            "line": rule.line,
            "scope": rule.scope,
            "on": rule.on,
            "source": rule.source,
            "text": rule.text,
            "checked": checked,
            "check": rule.check.as_ref().map(|check| check.text()),
            "holds": texts(&rule.holds),
            "fails": texts(&rule.fails),
            "test": rule.check.as_ref().map(|_| self.test(&ledger.rule_id(rule))),
        })
    }

    /// The rules of lowering and how many constraints each has an outcome for.
    fn rules_of_lowering(&self) -> Vec<Value> {
        let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (_, fate) in self.report.figures.fates.iter().flat_map(|(_, fates)| fates) {
            *counts.entry((outcome(fate), fate.rule())).or_default() += 1;
        }
        let rules = counts.into_iter().map(|((outcome, name), count)| {
            let why = match RULES.iter().find(|rule| rule.name == name) {
                Some(rule) => rule.why,
                None if name == "generator" => "the generator does this by itself",
                None => "no rule accounts for these",
            };
            let anchor = anchor(outcome, name);
            json!({ "anchor": anchor, "outcome": outcome, "name": name, "count": count, "why": why })
        });
        rules.collect()
    }

    /// The outcomes of the constraints of each API.
    fn constraints(&self) -> Vec<Value> {
        let apis = self.report.figures.fates.iter().map(|(name, fates)| {
            let constraints = fates.iter().map(|(constraint, fate)| {
                let (outcome, rule) = (outcome(fate), fate.rule());
                json!({
                    "pointer": constraint.pointer,
                    "value": constraint.value.to_string(),
                    "outcome": outcome,
                    "rule": rule,
                    "anchor": anchor(outcome, rule),
                    "dropped": dropped_by_generator_alone(&constraint.keyword),
                })
            });
            json!({ "name": name, "constraints": constraints.collect::<Vec<_>>() })
        });
        apis.collect()
    }

    fn mutants(&self) -> Value {
        match &self.report.mutation {
            Mutation::NotRun => json!({ "missing": "cargo xtask mutants has not been run." }),
            Mutation::Unreadable(why) => json!({ "missing": why }),
            Mutation::Ran(run) => json!({
                "note": run.note(self.report.commit.as_deref()),
                "run": run,
                "levels": run.levels.iter().map(|l| (l, l.percent())).collect::<Vec<_>>(),
            }),
        }
    }
}

/// The content security policy: only the page's own style and script.
fn policy() -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

fn anchor(outcome: &str, rule: &str) -> String {
    format!("rule-{}-{rule}", outcome.replace(' ', "-"))
}

/// A line by its number.
fn line_at<'l>(lines: &[&'l str], number: usize) -> &'l str {
    number.checked_sub(1).and_then(|index| lines.get(index)).copied().unwrap_or_default()
}
