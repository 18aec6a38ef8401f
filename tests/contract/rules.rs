//! The rules of the pages on the wire, each with its own examples.

use std::collections::BTreeSet;

use cloudfn::{Violation, ViolationKind};
use cloudfn_codegen::contract::answer::holder;
use cloudfn_codegen::contract::{sample, Ledger};
use cloudfn_codegen::ledger::{Rule, Sample};
use cloudfn_codegen::model::{Operation, Spec};
use cloudfn_schema::rule::Verdict;
use libtest_mimic::Failed;
use serde_json::{json, Value};

use super::sites::{instance_with, Body, Site, Sites};
use super::subject::{check, ensure, Check, Subject};
use super::wire::Setting;

pub fn checks<'s>(subject: &'s Subject<'s>) -> Vec<Check<'s>> {
    let mut checks = Vec::new();
    for ledger in &subject.contract.ledgers {
        for rule in ledger.page.rules.iter().filter(|rule| rule.check.is_some()) {
            checks.push(carried(subject, ledger, rule));
        }
    }
    checks
}

/// A test that the client keeps a rule.
pub fn carried<'s>(subject: &'s Subject<'s>, ledger: &'s Ledger, rule: &'s Rule) -> Check<'s> {
    check(format!("{}::wire", ledger.rule_id(rule)), move || is_carried(subject, ledger, rule))
}

fn is_carried(subject: &Subject, ledger: &Ledger, rule: &Rule) -> Result<(), Failed> {
    let spec = &subject.contract.specs[ledger.spec];
    let operation = subject.contract.operation(ledger);
    let found = holder(spec, operation, &rule.on)
        .ok_or_else(|| format!("the spec has no `{}`", rule.on))?;
    let is_meant = |body: &Body| {
        let is_part = match rule.on.strip_prefix("response.") {
            Some(status) => body.status == Some(status),
            None => rule.on != "request" || body.status.is_none(),
        };
        is_part && body.operation == operation.id
    };
    let sites = Sites::among(spec, is_meant);
    let found_sites = [sites.in_request(&found.pointer), sites.in_response(&found.pointer)];
    ensure(found_sites.iter().any(Option::is_some), || {
        format!("no request and no response has `{}`", rule.on)
    })?;
    for site in found_sites.into_iter().flatten() {
        let api = subject.api(spec)?;
        let generated = api.operation(site.body.operation);
        let generated = generated.ok_or("there is no such operation")?;
        let carried = Carried {
            site,
            setting: Setting { spec, api, operation: generated },
            holder: &found.pointer,
            id: ledger.rule_id(rule),
            rule,
        };
        for (examples, holds) in [(&rule.holds, true), (&rule.fails, false)] {
            for example in examples {
                let object = carried.object(example, holds);
                match site.body.status {
                    None => carried.is_sent(object, holds)?,
                    Some(status) => carried.is_told(status, object, holds)?,
                }
            }
        }
    }
    Ok(())
}

struct Carried<'a> {
    site: &'a Site<'a>,
    setting: Setting<'a>,
    /// The pointer of the object that the rule is about.
    holder: &'a str,
    id: String,
    rule: &'a Rule,
}

impl Carried<'_> {
    /// An object that has, of the members that the rule names, those of an example. Where the rule
    /// holds, it is valid.
    fn object(&self, example: &Value, holds: bool) -> Value {
        let named = self.named();
        let complete = |value| instance_with(self.setting.spec, self.holder, value, &named);
        if holds {
            return complete(example);
        }
        let mut object = complete(&json!({}));
        if let (Some(object), Some(members)) = (object.as_object_mut(), example.as_object()) {
            object.extend(members.clone());
        }
        object
    }

    /// The members that the rule names.
    fn named(&self) -> BTreeSet<&str> {
        self.rule.check.as_ref().map_or_else(BTreeSet::new, |check| check.members())
    }

    /// The object with what else a request has in its place, which the rules about what is around it
    /// may need.
    fn among_others(&self, mut object: Value) -> Value {
        let (named, usual) = (self.named(), self.site.usual(self.setting.spec));
        if let (Some(object), Some(Value::Object(usual))) = (object.as_object_mut(), usual) {
            let others = usual.into_iter().filter(|(name, _)| !named.contains(name.as_str()));
            others.for_each(|(name, other)| _ = object.entry(name).or_insert(other));
        }
        object
    }

    /// A request that keeps the rule is sent; another is refused with its text, by the client and,
    /// where the client may send it, by the mock server.
    fn is_sent(&self, example: Value, holds: bool) -> Result<(), Failed> {
        let example = self.among_others(example);
        let body = self.site.filled(self.setting.spec, None, example.clone());
        let mut arguments = self.setting.arguments(Some(&body));
        let tried = self.setting.tried(&arguments, None)?;
        let error = tried.error.unwrap_or_default();
        if holds {
            return ensure(tried.received.len() == 1, || format!("{example} is refused: {error}"));
        }
        let text = &self.rule.text;
        let is_widened = self.rule.widens.is_some();
        let is_refused = tried.received.is_empty() && (is_widened || error.contains(text));
        ensure(is_refused, || format!("{example} is not refused by the rule: {error}"))?;
        arguments.allow_undocumented = true;
        let allowed = self.setting.tried(&arguments, None)?;
        let received = allowed.received.first().ok_or("it is not sent where that is allowed")?;
        let sent: Value = serde_json::from_slice(&received.body).map_err(|e| e.to_string())?;
        ensure(sent == body, || format!("where it is allowed, {body} is sent as {sent}"))?;
        let answer = allowed.error.unwrap_or_default();
        ensure(answer.contains("400") && (is_widened || answer.contains(text)), || {
            format!("the mock server says of {example}: {answer}")
        })
    }

    /// A response that breaks the rule is told with its ID, and no other.
    fn is_told(&self, status: &str, example: Value, holds: bool) -> Result<(), Failed> {
        let place = format!("response.{status}");
        let mut samples = self.setting.operation.samples.iter();
        let base = samples.find(|sample| sample.place == place);
        let base = base.and_then(|sample| serde_json::from_str(sample.json).ok());
        let body = self.site.filled(self.setting.spec, base, example.clone());
        let told = self.setting.answered(status, &body)?.told;
        let is_rule = |told: &&Violation| told.claims.contains(&self.id.as_str());
        let by_rule: Vec<ViolationKind> =
            told.iter().filter(is_rule).map(|drift| drift.kind).collect();
        let expected = match (self.rule.widens.is_some(), holds) {
            (true, true) => vec![ViolationKind::Exception],
            (false, false) => vec![ViolationKind::Rule],
            _ => Vec::new(),
        };
        ensure(by_rule == expected, || {
            let all: Vec<String> = told.iter().map(ToString::to_string).collect();
            format!("of {example}, the rule tells {by_rule:?}, not {expected:?}; told: {all:?}")
        })
    }
}

/// Whether a request keeps every rule of the pages.
pub fn hold(subject: &Subject, spec: &Spec, operation: &Operation, request: &Value) -> bool {
    let (line, name, source) = (0, String::new(), None);
    let place = "request".to_owned();
    let (value, json) = (request.clone(), request.to_string());
    let request = Sample { line, place, name, source, value, json };
    subject.contract.ledgers.iter().all(|ledger| {
        let stated_for = subject.contract.operation(ledger);
        let is_of_api = subject.contract.specs[ledger.spec].api == spec.api;
        let is_meant = |rule: &&Rule| {
            let is_about_body = rule.on == "request" || rule.on.starts_with("response.");
            !is_about_body || (rule.on == "request" && stated_for.id == operation.id)
        };
        !is_of_api
            || ledger.page.rules.iter().filter(is_meant).all(|rule| {
                let (Some(check), Some(found)) = (&rule.check, holder(spec, stated_for, &rule.on))
                else {
                    return true;
                };
                let objects = sample::objects_in(spec, operation, &request, &found.pointer);
                objects.iter().all(|object| check.evaluate(object) != Verdict::Fails)
            })
    })
}
