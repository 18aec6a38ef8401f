//! The contract: all specs, all ledgers, and what is wrong between them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use super::cell::{self, NONE};
use super::claim::{claims, Claim};
use super::page::{Page, Rule};
use super::rule::{Predicate, Verdict};
use super::{contradiction, coverage, deviation, place, sample};
use crate::error::{Error, Result};
use crate::spec::{Operation, Spec};

/// All specs and ledgers of a project.
#[derive(Debug)]
pub struct Contract {
    /// The specs.
    pub specs: Vec<Spec>,
    /// The ledgers, each with its claims.
    pub ledgers: Vec<Ledger>,
    /// What is wrong between them.
    pub findings: Vec<Finding>,
}

/// A page with its claims.
#[derive(Debug)]
pub struct Ledger {
    /// The page.
    pub page: Page,
    /// Index of the spec that has the page's operation.
    pub spec: usize,
    /// What ids of claims begin with: `functiongraph::create_function_version`.
    pub prefix: String,
    /// Its claims, deviations applied.
    pub claims: Vec<Claim>,
}

/// The kinds of things that are wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A claim has no place in the spec.
    NoPlace,
    /// The spec says something else than the claim.
    Differs,
    /// The spec states what no ledger does.
    Unclaimed,
    /// A deviation is not what it says.
    Deviation,
    /// A contradiction is not there any more.
    Contradiction,
    /// A rule does not hold, or cannot fail.
    Rule,
    /// A table's sample value is not in the sample.
    Sample,
    /// An operation has no ledger, or a source no name.
    Ledger,
}

/// Something that is wrong.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What kind.
    pub kind: Kind,
    /// The claim, with the operation before it.
    pub claim: String,
    /// File and line of the ledger.
    pub ledger: String,
    /// Title of the page.
    pub page: String,
    /// File and JSON pointer of the spec.
    pub spec: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl Finding {
    /// What is wrong, where, and what to do, a line each.
    pub fn details(&self) -> String {
        let mut lines = vec![format!("    {}", self.message)];
        for (name, value) in [
            ("page:  ", &self.page),
            ("ledger:", &self.ledger),
            ("spec:  ", &self.spec),
        ] {
            if !value.is_empty() {
                lines.push(format!("    {name} {value}"));
            }
        }
        lines.push(format!("    do:     {}", self.remedy));
        lines.join("\n")
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.claim, self.details())
    }
}

impl Ledger {
    /// The id of a claim of this page, unique in the contract.
    pub fn id(&self, claim: &Claim) -> String {
        let same = |other: &&Claim| other.local_id() == claim.local_id();
        let place = match self.claims.iter().filter(same).count() {
            0 | 1 => claim.place.to_string(),
            _ => claim
                .place
                .to_string()
                .replacen('/', &format!("({})/", claim.uses.join(",")), 1),
        };
        format!("{}::{place}::{}", self.prefix, claim.statement)
    }

    fn at(&self, line: usize) -> String {
        format!("{}, line {line}", self.page.file.display())
    }

    fn title(&self) -> String {
        format!("{} ({})", self.page.title, self.page.language)
    }
}

impl Contract {
    /// Reads `openapi/` of the project in `root` and compares what is in it.
    ///
    /// # Errors
    ///
    /// The first file that cannot be read or is malformed.
    pub fn load(root: &Path) -> Result<Self> {
        let folder = root.join("openapi");
        let specs = Spec::load_all(&folder)?;
        let pages = Page::load_all(&folder.join("ledger"))?;
        let sources = sources(&folder.join("SOURCES.md"))?;
        Self::new(specs, pages, &sources)
    }

    /// Compares `pages` with `specs`; `sources` are the names that sources may have.
    ///
    /// # Errors
    ///
    /// A page is of no operation, or of the same as another in the same language.
    pub fn new(specs: Vec<Spec>, pages: Vec<Page>, sources: &BTreeSet<String>) -> Result<Self> {
        let mut ledgers: Vec<Ledger> = Vec::new();
        let mut faults = Vec::new();
        for page in &pages {
            let (spec, _) = find_operation(&specs, page)?;
            let several = pages
                .iter()
                .filter(|p| p.operation == page.operation)
                .count()
                > 1;
            let suffix = match several {
                true => format!("[{}]", page.language),
                false => String::new(),
            };
            let prefix = format!("{}::{}{suffix}", specs[spec].api, page.operation);
            if let Some(other) = ledgers.iter().find(|other| other.prefix == prefix) {
                let message = format!("{} is a ledger of the same page", other.page.file.display());
                return Err(Error::new(&page.file, "", message));
            }
            let mut claims = claims(page)?;
            let wrong = deviation::apply(page, &mut claims);
            faults.extend(wrong.into_iter().map(|fault| (ledgers.len(), fault)));
            ledgers.push(Ledger {
                page: page.clone(),
                spec,
                prefix,
                claims,
            });
        }
        let mut contract = Self {
            specs,
            ledgers,
            findings: Vec::new(),
        };
        let mut findings = Vec::new();
        for (ledger, fault) in faults {
            let ledger = &contract.ledgers[ledger];
            findings.push(Finding {
                kind: Kind::Deviation,
                claim: format!("{}::{}", ledger.prefix, fault.claim),
                ledger: ledger.at(fault.line),
                page: ledger.title(),
                spec: contract.specs[ledger.spec].file.display().to_string(),
                message: fault.message,
                remedy: "read the page again; correct the deviation or remove it".into(),
            });
        }
        for ledger in &contract.ledgers {
            contract.check_ledger(ledger, sources, &mut findings);
        }
        contract.check_coverage(&mut findings);
        contract.check_contradictions(&mut findings);
        findings.sort_by_key(|finding| finding.kind);
        contract.findings = findings;
        Ok(contract)
    }

    /// The operation of a ledger.
    pub fn operation(&self, ledger: &Ledger) -> Operation<'_> {
        let operations = self.specs[ledger.spec].operations();
        let mut of_page = operations
            .into_iter()
            .filter(|o| o.id == ledger.page.operation);
        of_page
            .next()
            .expect("a ledger is only made for an operation of its spec")
    }

    /// Every claim with its ledger; what a page is silent about is no claim.
    pub fn claims(&self) -> impl Iterator<Item = (&Ledger, &Claim)> {
        self.ledgers
            .iter()
            .flat_map(|ledger| ledger.claims.iter().map(move |claim| (ledger, claim)))
            .filter(|(_, claim)| !claim.is_silent())
    }

    /// The ids of the claims about the statement at `pointer` of a spec.
    pub fn claims_at(&self, pointer: &str) -> Vec<String> {
        let at = |(ledger, claim): &(&Ledger, &Claim)| {
            let operation = self.operation(ledger);
            let spec = &self.specs[ledger.spec];
            let answer = claim.place.answer(spec, &operation, &claim.statement);
            answer.is_some_and(|answer| answer.pointer == pointer)
        };
        let found = self.claims().filter(at);
        found.map(|(ledger, claim)| ledger.id(claim)).collect()
    }

    fn check_ledger(
        &self,
        ledger: &Ledger,
        sources: &BTreeSet<String>,
        findings: &mut Vec<Finding>,
    ) {
        let operation = self.operation(ledger);
        for claim in &ledger.claims {
            if let Some(finding) = self.check_claim(ledger, &operation, claim) {
                findings.push(finding);
            }
            for source in claim.source.split(',').map(str::trim) {
                let known = ["row", "page", "sample"].contains(&source) || sources.contains(source);
                if !known {
                    findings.push(Finding {
                        kind: Kind::Ledger,
                        claim: ledger.id(claim),
                        ledger: ledger.at(claim.line),
                        page: ledger.title(),
                        spec: String::new(),
                        message: format!("`{source}` is no known source"),
                        remedy: "name a source of openapi/SOURCES.md, or add it there".into(),
                    });
                }
            }
        }
        for deviation in &ledger.page.deviations {
            for source in deviation.source.split(',').map(str::trim) {
                if !["page", "sample"].contains(&source) && !sources.contains(source) {
                    findings.push(Finding {
                        kind: Kind::Ledger,
                        claim: format!("{}::deviation/{}", ledger.prefix, deviation.name),
                        ledger: ledger.at(deviation.line),
                        page: ledger.title(),
                        spec: String::new(),
                        message: format!("`{source}` is no known source"),
                        remedy: "name a source of openapi/SOURCES.md, or add it there".into(),
                    });
                }
            }
        }
        for rule in &ledger.page.rules {
            if let Err(message) = self.check_rule(ledger, rule) {
                findings.push(Finding {
                    kind: Kind::Rule,
                    claim: format!("{}::rule/{}", ledger.prefix, rule.name),
                    ledger: ledger.at(rule.line),
                    page: ledger.title(),
                    spec: String::new(),
                    message,
                    remedy: "read the page again; correct the rule, its examples, or name the sample that breaks it (`broken by:`)".into(),
                });
            }
        }
    }

    /// What is wrong with a claim, if anything.
    fn check_claim(
        &self,
        ledger: &Ledger,
        operation: &Operation<'_>,
        claim: &Claim,
    ) -> Option<Finding> {
        let spec = &self.specs[ledger.spec];
        let finding = |kind, pointer: &str, message, remedy: &str| {
            Some(Finding {
                kind,
                claim: ledger.id(claim),
                ledger: ledger.at(claim.line),
                page: ledger.title(),
                spec: format!("{}#{pointer}", spec.file.display()),
                message,
                remedy: remedy.to_owned(),
            })
        };
        if claim.statement == "sample" {
            return match self.check_sample_value(ledger, operation, claim) {
                Ok(()) => None,
                Err(message) => finding(
                    Kind::Sample,
                    &operation.pointer,
                    message,
                    "read the page again; correct the cell, or add a deviation",
                ),
            };
        }
        if let Some(message) = self.misplaced(ledger, operation, claim) {
            return finding(
                Kind::NoPlace,
                &operation.pointer,
                message,
                "correct the ledger or the spec",
            );
        }
        let Some(answer) = claim.place.answer(spec, operation, &claim.statement) else {
            let message = format!("the spec has no `{}`", claim.place);
            return finding(
                Kind::NoPlace,
                &operation.pointer,
                message,
                "add it to the spec, or correct the name in the ledger",
            );
        };
        let found = answer.value.unwrap_or_else(|| NONE.into());
        if found == claim.expected() {
            return None;
        }
        let expected = claim.expected();
        let (kind, message) = match &claim.deviation {
            Some((name, _)) if found == claim.value => (
                Kind::Deviation,
                format!(
                    "page and spec agree again on `{found}`; deviation `{name}` says `{expected}`"
                ),
            ),
            Some((name, _)) => (
                Kind::Deviation,
                format!("the spec has `{found}`, deviation `{name}` says `{expected}`"),
            ),
            None if claim.place.to_string().starts_with("sample.") => {
                (Kind::Differs, first_difference(&found, expected))
            }
            None => (
                Kind::Differs,
                format!("the spec has `{found}`, the ledger `{expected}`"),
            ),
        };
        finding(
            kind,
            &answer.pointer,
            message,
            "read the page again; correct whichever is wrong, or add a deviation",
        )
    }

    /// Whether the heading's uses are right, and a member that only a sample shows is in one.
    fn misplaced(
        &self,
        ledger: &Ledger,
        operation: &Operation<'_>,
        claim: &Claim,
    ) -> Option<String> {
        let spec = &self.specs[ledger.spec];
        let place::Place::Member(section, name) = &claim.place else {
            return None;
        };
        if !claim.uses.is_empty() {
            let uses = place::uses(spec, operation, section);
            if let Some(wrong) = claim.uses.iter().find(|u| !uses.contains(u)) {
                return Some(format!("the spec does not use {section} in {wrong}"));
            }
        }
        if claim.source == "sample" {
            let holder = place::holder(spec, operation, section)?.pointer;
            let mut seen = ledger
                .page
                .samples
                .iter()
                .flat_map(|s| sample::members_in(spec, operation, s));
            if !seen.any(|seen| seen.holder == holder && seen.name == name) {
                return Some(format!("no sample of this page shows `{name}`"));
            }
        }
        None
    }

    /// A sample value in a table has to be in the page's sample, or in the spec's if the page
    /// has none.
    fn check_sample_value(
        &self,
        ledger: &Ledger,
        operation: &Operation<'_>,
        claim: &Claim,
    ) -> Result<(), String> {
        let spec = &self.specs[ledger.spec];
        let place::Place::Member(section, name) = &claim.place else {
            return Err("only a member can have a sample value".into());
        };
        let holder = place::holder(spec, operation, section)
            .ok_or_else(|| format!("the spec has no `{section}`"))?
            .pointer;
        let seen: Vec<String> = ledger
            .page
            .samples
            .iter()
            .flat_map(|s| sample::members_in(spec, operation, s))
            .filter(|seen| seen.holder == holder && seen.name == name)
            .map(|seen| cell::scalar(seen.value))
            .collect();
        if claim.is_silent() {
            return match seen.first() {
                Some(value) => Err(format!("the samples have `{value}`, the cell is empty; it should be `none` if the table has no value")),
                None => Ok(()),
            };
        }
        if claim.value == "none" {
            return Ok(());
        }
        let expected = unescape(claim.expected());
        match seen.iter().find(|value| **value == expected) {
            Some(_) => Ok(()),
            None if seen.is_empty() => Err(format!("no sample of this page shows `{name}`")),
            None => Err(format!(
                "the samples have `{}`, the table `{expected}`",
                seen.join("`, `")
            )),
        }
    }

    fn check_rule(&self, ledger: &Ledger, rule: &Rule) -> Result<(), String> {
        let spec = &self.specs[ledger.spec];
        let operation = self.operation(ledger);
        let holder = place::holder(spec, &operation, &rule.on)
            .ok_or_else(|| format!("the spec has no `{}`", rule.on))?
            .pointer;
        let Some(check) = &rule.check else {
            return Ok(());
        };
        let predicate = Predicate::compile(check)?;
        for (values, expected) in [(&rule.holds, Verdict::Holds), (&rule.fails, Verdict::Fails)] {
            for value in values {
                let verdict = predicate.evaluate(value)?;
                if verdict != expected {
                    return Err(format!(
                        "on {value} the check gives {verdict:?}, not {expected:?}"
                    ));
                }
            }
        }
        for name in &rule.broken_by {
            if !ledger
                .page
                .samples
                .iter()
                .any(|sample| sample.id() == *name)
            {
                return Err(format!("there is no sample `{name}`"));
            }
        }
        for sample in &ledger.page.samples {
            let broken = rule.broken_by.contains(&sample.id());
            let mut verdicts = Vec::new();
            for object in sample::objects_in(spec, &operation, sample, &holder) {
                verdicts.push(predicate.evaluate(object)?);
            }
            if !broken && verdicts.contains(&Verdict::Fails) {
                return Err(format!("`{}` breaks the rule: {check}", sample.id()));
            }
            if broken && !verdicts.contains(&Verdict::Fails) {
                return Err(format!(
                    "`{}` does not break the rule any more",
                    sample.id()
                ));
            }
        }
        Ok(())
    }

    /// Whether a documented sample exercises the rule's predicate.
    pub fn is_exercised(&self, ledger: &Ledger, rule: &Rule) -> bool {
        let spec = &self.specs[ledger.spec];
        let operation = self.operation(ledger);
        let predicate = rule
            .check
            .as_deref()
            .and_then(|check| Predicate::compile(check).ok());
        let (Some(predicate), Some(holder)) =
            (predicate, place::holder(spec, &operation, &rule.on))
        else {
            return false;
        };
        ledger.page.samples.iter().any(|sample| {
            sample::objects_in(spec, &operation, sample, &holder.pointer)
                .into_iter()
                .any(|object| {
                    matches!(
                        predicate.evaluate(object),
                        Ok(Verdict::Holds | Verdict::Fails)
                    )
                })
        })
    }

    fn check_coverage(&self, findings: &mut Vec<Finding>) {
        for (index, spec) in self.specs.iter().enumerate() {
            let mut claimed = BTreeSet::new();
            for ledger in self.ledgers.iter().filter(|ledger| ledger.spec == index) {
                let operation = self.operation(ledger);
                let of_page = ledger.claims.iter();
                claimed.extend(
                    of_page
                        .filter(|c| !c.is_silent())
                        .filter_map(|c| coverage::statement(spec, &operation, c)),
                );
            }
            let mut reported = BTreeSet::new();
            for operation in spec.operations() {
                let prefix = format!("{}::{}", spec.api, operation.id);
                if !self
                    .ledgers
                    .iter()
                    .any(|l| l.spec == index && l.page.operation == operation.id)
                {
                    findings.push(Finding {
                        kind: Kind::Ledger,
                        claim: prefix.clone(),
                        ledger: String::new(),
                        page: String::new(),
                        spec: format!("{}#{}", spec.file.display(), operation.pointer),
                        message: format!("no ledger describes the operation `{}`", operation.id),
                        remedy: "write openapi/ledger/PAGE.md from the vendor's page".into(),
                    });
                    continue;
                }
                for (id, statement) in coverage::unclaimed(spec, &operation, &claimed) {
                    if reported.insert(statement.clone()) {
                        findings.push(Finding {
                            kind: Kind::Unclaimed,
                            claim: format!("{prefix}::{id}"),
                            ledger: String::new(),
                            page: String::new(),
                            spec: format!("{}#{}", spec.file.display(), statement.0),
                            message: "the spec states this, and no ledger does".into(),
                            remedy: "add the row or a deviation to the ledger, or remove it from the spec".into(),
                        });
                    }
                }
            }
        }
    }

    fn check_contradictions(&self, findings: &mut Vec<Finding>) {
        let pages: Vec<(&Page, Vec<&Claim>)> = self
            .ledgers
            .iter()
            .map(|ledger| (&ledger.page, ledger.claims.iter().collect()))
            .collect();
        for ledger in &self.ledgers {
            for listed in &ledger.page.contradictions {
                if let Err((line, message)) = contradiction::check(&ledger.page, listed, &pages) {
                    findings.push(Finding {
                        kind: Kind::Contradiction,
                        claim: format!("{}::contradiction/{}", ledger.prefix, listed.name),
                        ledger: ledger.at(line),
                        page: ledger.title(),
                        spec: String::new(),
                        message,
                        remedy: "read the pages again; correct the contradiction or remove it"
                            .into(),
                    });
                }
            }
        }
    }
}

fn find_operation(specs: &[Spec], page: &Page) -> Result<(usize, String)> {
    let with: Vec<usize> = specs
        .iter()
        .enumerate()
        .filter(|(_, spec)| spec.operations().iter().any(|o| o.id == page.operation))
        .map(|(index, _)| index)
        .collect();
    match with[..] {
        [spec] => Ok((spec, specs[spec].api.clone())),
        [] => {
            let known: Vec<String> = specs
                .iter()
                .flat_map(Spec::operations)
                .map(|operation| operation.id.to_owned())
                .collect();
            let message = format!(
                "no spec has an operation `{}`; there are {}",
                page.operation,
                known.join(", ")
            );
            Err(Error::new(&page.file, "line 1", message))
        }
        _ => {
            let message = format!("more than one spec has an operation `{}`", page.operation);
            Err(Error::new(&page.file, "line 1", message))
        }
    }
}

/// The names of the first column of the table in `file`.
fn sources(file: &PathBuf) -> Result<BTreeSet<String>> {
    let text = std::fs::read_to_string(file)
        .map_err(|e| Error::new(file, "", format!("cannot be read: {e}")))?;
    let rows = text.lines().filter(|line| line.starts_with('|')).skip(2);
    let names: BTreeSet<String> = rows
        .filter_map(|row| row.split('|').nth(1))
        .map(|name| name.trim().to_owned())
        .collect();
    if names.is_empty() {
        return Err(Error::new(file, "", "there is no table of sources"));
    }
    Ok(names)
}

/// Where two JSON texts differ first.
fn first_difference(found: &str, expected: &str) -> String {
    let parse = |text: &str| serde_json::from_str(text).unwrap_or_default();
    let (found, expected): (serde_json::Value, serde_json::Value) = (parse(found), parse(expected));
    let (found, expected) = (flat(&found), flat(&expected));
    let places: BTreeSet<&String> = found.keys().chain(expected.keys()).collect();
    let different = places
        .into_iter()
        .find(|at| found.get(*at) != expected.get(*at));
    let shown =
        |value: Option<&String>| value.map_or_else(|| "nothing".to_owned(), |v| format!("`{v}`"));
    match different {
        Some(at) => format!(
            "the samples differ at {at}: the spec has {}, the ledger {}",
            shown(found.get(at)),
            shown(expected.get(at))
        ),
        None => "the spec has no such sample".to_owned(),
    }
}

fn flat(value: &serde_json::Value) -> BTreeMap<String, String> {
    fn walk(value: &serde_json::Value, at: &str, found: &mut BTreeMap<String, String>) {
        match value {
            serde_json::Value::Object(object) if !object.is_empty() => {
                for (name, member) in object {
                    walk(member, &crate::spec::pointer::join(at, name), found);
                }
            }
            serde_json::Value::Array(list) if !list.is_empty() => {
                for (index, item) in list.iter().enumerate() {
                    walk(item, &format!("{at}/{index}"), found);
                }
            }
            leaf => {
                found.insert(at.to_owned(), leaf.to_string());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(value, "", &mut found);
    found
}

/// A cell that is a JSON text stands for the text.
fn unescape(cell: &str) -> String {
    match serde_json::from_str(cell) {
        Ok(serde_json::Value::String(text)) => text,
        _ => cell.to_owned(),
    }
}
