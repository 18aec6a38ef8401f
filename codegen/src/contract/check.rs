//! Holds ledgers against specs.

use std::collections::BTreeSet;

use cloudfn_schema::rule::Verdict;
use serde_json::Value;

use super::answer::Answer;
use super::finding::{unknown_sources, Finding, Kind, NAME_SOURCE};
use super::{answer, contradiction, coverage, sample};
use super::{Contract, Ledger};
use crate::ledger::{Claim, Page, Place, Rule, NONE, NOTE};
use crate::model::{minimal, notation, Operation, Spec};
use crate::todo::{todos, TODO};

impl Contract {
    /// Everything that is wrong, deviations themselves apart.
    pub(super) fn check(&self, sources: &BTreeSet<String>) -> Vec<Finding> {
        let mut findings = self.check_statements();
        for ledger in &self.ledgers {
            self.check_page(ledger, sources, &mut findings);
        }
        self.check_contradictions(sources, &mut findings);
        findings.extend(self.specs.iter().flat_map(left_to_write));
        findings.extend(self.check_shared(sources));
        findings
    }

    pub(crate) fn pair<'c>(&'c self, ledger: &'c Ledger) -> Pair<'c> {
        Pair { spec: &self.specs[ledger.spec], operation: self.operation(ledger), ledger }
    }

    /// Where a spec states something else than its ledgers, more, or less.
    pub(crate) fn check_statements(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut claimed = vec![BTreeSet::new(); self.specs.len()];
        for ledger in &self.ledgers {
            let pair = self.pair(ledger);
            for claim in &ledger.claims {
                let answer = pair.answer(claim);
                claimed[ledger.spec].extend(claimed_by(claim, answer.as_ref()));
                findings.extend(pair.check_claim(claim, answer));
            }
            findings.extend(ledger.prose.iter().filter_map(|claim| pair.check_prose(claim)));
        }
        self.check_coverage(&claimed, &mut findings);
        findings
    }

    /// What is wrong with a page by itself: its sources and its rules.
    fn check_page(&self, ledger: &Ledger, sources: &BTreeSet<String>, findings: &mut Vec<Finding>) {
        findings.extend(left_to_read(ledger));
        findings.extend(unknown_operator(ledger));
        findings.extend(without_source(ledger, sources));
        for rule in &ledger.page.rules {
            if let Err(message) = self.pair(ledger).check_rule(rule) {
                let id = format!("rule/{}", rule.name);
                let finding = ledger.finding(Kind::Rule, &id, rule.at(), message);
                findings.push(finding.remedied(
                    "read the page again; correct the rule, its examples, or name the sample that breaks it (`broken by:`)",
                ));
            }
        }
    }

    /// Whether a documented sample exercises the rule's predicate.
    pub fn is_exercised(&self, ledger: &Ledger, rule: &Rule) -> bool {
        let spec = &self.specs[ledger.spec];
        let operation = self.operation(ledger);
        let holder = answer::holder(spec, operation, &rule.on);
        let (Some(check), Some(holder)) = (&rule.check, holder) else {
            return false;
        };
        ledger.page.samples.iter().any(|sample| {
            sample::objects_in(spec, operation, sample, &holder.pointer)
                .into_iter()
                .any(|object| check.evaluate(object) != Verdict::NotExercised)
        })
    }

    fn check_coverage(
        &self,
        claimed: &[BTreeSet<coverage::Statement>],
        findings: &mut Vec<Finding>,
    ) {
        for (index, spec) in self.specs.iter().enumerate() {
            let claimed = &claimed[index];
            let mut reported = BTreeSet::new();
            for operation in &spec.operations {
                let prefix = format!("{}::{}", spec.api, operation.id);
                if !self.ledgers.iter().any(|l| l.spec == index && l.page.operation == operation.id)
                {
                    let message = format!("no ledger describes the operation `{}`", operation.id);
                    let (kind, at) = (Kind::Ledger, &operation.pointer);
                    let finding = Finding::in_spec(kind, prefix.clone(), spec, at, message);
                    let remedy = "write openapi/ledger/PAGE.md from the vendor's page";
                    findings.push(finding.remedied(remedy));
                    continue;
                }
                for (id, statement) in coverage::unclaimed(spec, operation, claimed) {
                    if reported.insert(statement.clone()) {
                        let (kind, claim) = (Kind::Unclaimed, format!("{prefix}::{id}"));
                        let message = "the spec states this, and no ledger does";
                        let finding = Finding::in_spec(kind, claim, spec, &statement.0, message);
                        findings.push(finding.remedied(
                            "add the row or a deviation to the ledger, or remove it from the spec",
                        ));
                    }
                }
            }
        }
    }

    fn check_contradictions(&self, sources: &BTreeSet<String>, findings: &mut Vec<Finding>) {
        let pages: Vec<(&Page, Vec<&Claim>)> =
            self.ledgers.iter().map(|ledger| (&ledger.page, ledger.all().collect())).collect();
        for ledger in &self.ledgers {
            for listed in &ledger.page.contradictions {
                if let Err((line, message)) =
                    contradiction::check(&ledger.page, listed, &pages, sources)
                {
                    let id = format!("contradiction/{}", listed.name);
                    let line = listed.line(line);
                    let finding = ledger.finding(Kind::Contradiction, &id, line, message);
                    findings.push(
                        finding.remedied(
                            "read the pages again; correct the contradiction or remove it",
                        ),
                    );
                }
            }
        }
    }
}

/// What a draft left for a person to read on the page.
fn left_to_read(ledger: &Ledger) -> Option<Finding> {
    const FIRST: usize = 8;
    let todos = &ledger.page.todos;
    let first: Vec<String> = todos.iter().take(FIRST).map(usize::to_string).collect();
    let rest = if todos.len() > FIRST { ", …" } else { "" };
    let message = match todos.len() {
        1 => format!("still TODO: line {}", first.join("")),
        count => format!("still TODO: {count} lines: {}{rest}", first.join(", ")),
    };
    let finding = ledger.finding(Kind::Todo, "todo", ledger.page.line(*todos.first()?), message);
    Some(finding.remedied("write what the page says, in your own words, or remove the line"))
}

/// The operator of a page, if the file about the API does not have it.
fn unknown_operator(ledger: &Ledger) -> Option<Finding> {
    let page = &ledger.page;
    let api = page.api.as_deref();
    let operator =
        page.operator.as_ref().filter(|o| !api.is_some_and(|api| api.has_operator(o)))?;
    let message = format!("the file about the API has no `## operator {operator}`");
    let id = format!("operation::operator.{}", page.language);
    let finding = ledger.finding(Kind::Ledger, &id, page.line(page.operator_line), message);
    Some(finding.remedied("correct the name, or add the operator to the file about the API"))
}

/// The statement of the spec that a claim is about.
fn claimed_by(claim: &Claim, answer: Option<&Answer>) -> Option<coverage::Statement> {
    let answer = answer.filter(|_| !claim.is_silent())?;
    Some((answer.pointer.clone(), claim.statement.clone()))
}

/// A ledger beside the spec that has its operation.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'c> {
    spec: &'c Spec,
    operation: &'c Operation,
    ledger: &'c Ledger,
}

impl<'c> Pair<'c> {
    /// Nothing if the spec does not have the operation.
    pub fn of(spec: &'c Spec, ledger: &'c Ledger) -> Option<Self> {
        Some(Self { spec, operation: spec.operation(&ledger.page.operation)?, ledger })
    }

    /// What the spec has for a claim.
    pub fn answer(self, claim: &Claim) -> Option<Answer> {
        claim.place.answer(self.spec, self.operation, &claim.statement)
    }

    /// What the spec states of the operation and this ledger alone does not.
    pub fn unclaimed(self) -> Vec<(String, coverage::Statement)> {
        let claims = self.ledger.claims.iter();
        let claimed = claims.filter_map(|claim| claimed_by(claim, self.answer(claim).as_ref()));
        coverage::unclaimed(self.spec, self.operation, &claimed.collect())
    }

    /// What is wrong with a claim or with prose, if anything.
    pub fn check(self, claim: &Claim) -> Option<Finding> {
        match claim.is_prose() {
            true => self.check_prose(claim),
            false => self.check_claim(claim, self.answer(claim)),
        }
    }

    /// What is wrong with a claim, if anything.
    fn check_claim(self, claim: &Claim, found: Option<Answer>) -> Option<Finding> {
        let Self { spec, operation, ledger } = self;
        let finding = |kind, pointer: &str, message: String, remedy| {
            let finding = ledger.finding_of(kind, claim, spec.place(pointer), message);
            Some(finding.remedied(remedy))
        };
        if claim.statement == "sample" && matches!(claim.place, Place::Member(..)) {
            return match self.check_sample_value(claim) {
                Ok(()) => None,
                Err(message) => finding(
                    Kind::Sample,
                    &operation.pointer,
                    message,
                    "read the page again; correct the cell, or add a deviation",
                ),
            };
        }
        if let Some(message) = self.misplaced(claim) {
            return finding(
                Kind::NoPlace,
                &operation.pointer,
                message,
                "correct the ledger or the spec",
            );
        }
        let Some(found) = found else {
            let message = match &claim.place {
                Place::Member(section, _) if answer::holder(spec, operation, section).is_none() => {
                    format!("the spec has no `{section}` with members")
                }
                place => format!("the spec has no `{place}`"),
            };
            return finding(
                Kind::NoPlace,
                &operation.pointer,
                message,
                "add it to the spec, or correct the name in the ledger",
            );
        };
        let (found, pointer) = (found.value.unwrap_or_else(|| NONE.into()), found.pointer);
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
            None if matches!(claim.place, Place::Sample(..)) => {
                (Kind::Differs, first_difference(&found, expected))
            }
            None => (Kind::Differs, format!("the spec has `{found}`, the ledger `{expected}`")),
        };
        let remedy = match claim.place {
            Place::Sample(..) => {
                "correct the sample in the ledger; `cargo xtask samples` writes it into the spec"
            }
            _ => "read the page again; correct whichever is wrong, or add a deviation",
        };
        finding(kind, &pointer, message, remedy)
    }

    /// What the page describes has a description of its own in the spec, which is not compared.
    fn check_prose(self, claim: &Claim) -> Option<Finding> {
        let Self { spec, operation, ledger } = self;
        let found = self.answer(claim);
        let (pointer, described) = found.map_or((operation.pointer.clone(), None), |found| {
            (found.pointer, found.value.filter(|text| !text.trim().is_empty()))
        });
        let (kind, message, remedy) = match &claim.deviation {
            Some((name, _)) => (
                Kind::Deviation,
                format!("deviation `{name}` is from prose, which no spec states"),
                "remove the deviation; state what constrains in a column or a rule",
            ),
            None if claim.statement == "description" && described.is_none() => (
                Kind::Differs,
                "the page describes this, and the spec does not".to_owned(),
                "add a description in your own words; beside a reference, write it into an `allOf`",
            ),
            None => return None,
        };
        let finding = ledger.finding_of(kind, claim, spec.place(&pointer), message);
        Some(finding.remedied(remedy))
    }

    /// Whether the heading's uses are right, and a member that only a sample shows is in one.
    fn misplaced(self, claim: &Claim) -> Option<String> {
        let Self { spec, operation, ledger } = self;
        let Place::Member(section, name) = &claim.place else {
            return None;
        };
        if !claim.uses.is_empty() {
            let uses = answer::uses(spec, operation, section);
            if let Some(wrong) = claim.uses.iter().find(|u| !uses.contains(u)) {
                return Some(format!("the spec does not use {section} in {wrong}"));
            }
        }
        if claim.source == "sample" {
            let holder = &answer::holder(spec, operation, section)?.pointer;
            let mut seen =
                ledger.page.samples.iter().flat_map(|s| sample::members_in(spec, operation, s));
            if !seen.any(|seen| seen.holder == *holder && seen.name == name) {
                return Some(format!("no sample of this page shows `{name}`"));
            }
        }
        None
    }

    /// A sample value in a table has to be in a sample of the page, or in what the spec has instead
    /// of it.
    fn check_sample_value(self, claim: &Claim) -> Result<(), String> {
        let Self { spec, operation, ledger } = self;
        let Place::Member(section, name) = &claim.place else {
            return Err("only a member can have a sample value".into());
        };
        let holder = answer::holder(spec, operation, section)
            .ok_or_else(|| format!("the spec has no `{section}`"))?;
        let of_spec: Vec<_> = ledger.samples().collect();
        let samples = ledger.page.samples.iter().chain(&of_spec);
        let seen: Vec<String> = samples
            .flat_map(|s| sample::members_in(spec, operation, s))
            .filter(|seen| seen.holder == holder.pointer && seen.name == name)
            .map(|seen| notation::scalar(seen.value))
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
            None => {
                Err(format!("the samples have `{}`, the table `{expected}`", seen.join("`, `")))
            }
        }
    }

    fn check_rule(self, rule: &Rule) -> Result<(), String> {
        let Self { spec, operation, ledger } = self;
        let holder = answer::holder(spec, operation, &rule.on);
        let Some(check) = &rule.check else {
            let is_section = ledger.page.sections.iter().any(|section| section.place == rule.on);
            return match holder.is_some() || is_section {
                true => Ok(()),
                false => Err(format!("neither spec nor page has `{}`", rule.on)),
            };
        };
        let holder = holder.ok_or_else(|| format!("the spec has no `{}`", rule.on))?;
        let named = check.members().into_iter().chain(rule.widens.as_deref());
        if let Some(unknown) = { named }.find(|name| holder.member(name).is_none()) {
            return Err(format!("`{}` has no member `{unknown}`", rule.on));
        }
        for (values, expected) in [(&rule.holds, Verdict::Holds), (&rule.fails, Verdict::Fails)] {
            for value in values {
                let verdict = check.evaluate(value);
                if verdict != expected {
                    return Err(format!(
                        "on {value} the check gives {verdict:?}, not {expected:?}"
                    ));
                }
            }
        }
        for name in &rule.broken_by {
            if !ledger.page.samples.iter().any(|sample| sample.id() == *name) {
                return Err(format!("there is no sample `{name}`"));
            }
        }
        if rule.widens.is_some() {
            return Ok(());
        }
        for sample in &ledger.page.samples {
            let broken = rule.broken_by.contains(&sample.id());
            let mut verdicts = Vec::new();
            for object in sample::objects_in(spec, operation, sample, &holder.pointer) {
                verdicts.push(check.evaluate(object));
            }
            if !broken && verdicts.contains(&Verdict::Fails) {
                return Err(format!("`{}` breaks the rule: {}", sample.id(), check.text()));
            }
            if broken && !verdicts.contains(&Verdict::Fails) {
                return Err(format!("`{}` does not break the rule any more", sample.id()));
            }
        }
        let smallest = minimal(spec, &holder.pointer);
        match check.evaluate(&smallest) {
            Verdict::Fails => Err(format!(
                "no example goes together with the other rules on `{}`: the best made of them is {smallest}",
                rule.on
            )),
            _ => Ok(()),
        }
    }
}

/// What a draft left for a person to write in a spec.
fn left_to_write(spec: &Spec) -> Vec<Finding> {
    let finding = |at: String| {
        let (claim, message) = (format!("{}::{at}", spec.api), format!("`{TODO}` stands here"));
        let finding = Finding::in_spec(Kind::Todo, claim, spec, &at, message);
        finding.remedied("write it in your own words")
    };
    todos(spec.as_json()).into_iter().map(finding).collect()
}

/// Claims and deviations whose source has no name in `openapi/SOURCES.md`.
fn without_source(ledger: &Ledger, sources: &BTreeSet<String>) -> Vec<Finding> {
    let line = |number: usize| ledger.page.line(number);
    // Those of the file about the API are checked once for all.
    let of_claims = ledger
        .all()
        .filter(|claim| !claim.is_silent() && claim.source != NOTE && !claim.line.of_api)
        .map(|claim| (claim.local_id(), claim.line, &claim.source));
    let of_deviations = ledger.page.deviations.iter().filter(|d| d.scope.is_none());
    let of_deviations = of_deviations.map(|deviation| {
        (format!("deviation/{}", deviation.name), line(deviation.line), &deviation.source)
    });
    let of_rules = ledger.page.rules.iter().filter(|rule| rule.scope.is_none());
    let of_rules = of_rules.map(|rule| (format!("rule/{}", rule.name), rule.at(), &rule.source));
    let mut findings = Vec::new();
    for (id, line, named) in of_claims.chain(of_deviations).chain(of_rules) {
        for message in unknown_sources(named, sources) {
            let finding = ledger.finding(Kind::Ledger, &id, line, message);
            findings.push(finding.remedied(NAME_SOURCE));
        }
    }
    findings
}

/// Where two JSON texts differ first.
fn first_difference(found: &str, expected: &str) -> String {
    if found == NONE {
        return "the spec has no such sample".to_owned();
    }
    let parse = |text: &str| -> Value { serde_json::from_str(text).unwrap_or_default() };
    let (found, expected) = (parse(found), parse(expected));
    let shown = |value: Option<&Value>| value.map_or("nothing".to_owned(), |v| format!("`{v}`"));
    match sample::first_difference(&found, &expected) {
        Some((at, found, expected)) => format!(
            "the samples differ at {at}: the spec has {}, the ledger {}",
            shown(found),
            shown(expected)
        ),
        None => "the samples differ".to_owned(),
    }
}

/// A cell that is a JSON text stands for the text.
fn unescape(cell: &str) -> String {
    match serde_json::from_str(cell) {
        Ok(Value::String(text)) => text,
        _ => cell.to_owned(),
    }
}
