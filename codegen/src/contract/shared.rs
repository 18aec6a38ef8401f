//! What is said of a whole API: whether it applies to anything.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::finding::{unknown_sources, Finding, Kind, NAME_SOURCE};
use super::{Contract, Ledger};
use crate::ledger::{
    sorted_values, values_of, Api, Claim, Deviation, List, Page, Place, Scope, NONE,
};
use crate::model::{notation, Spec};

impl Contract {
    /// What is wrong with the files about APIs, their statements apart.
    pub(super) fn check_shared(&self, sources: &BTreeSet<String>) -> Vec<Finding> {
        let mut apis: BTreeMap<&Path, (&Api, &Spec, BTreeSet<usize>)> = BTreeMap::new();
        for ledger in &self.ledgers {
            let Some(api) = ledger.page.api.as_deref() else { continue };
            let of_api = (api, &self.specs[ledger.spec], BTreeSet::new());
            apis.entry(&api.file).or_insert(of_api).2.extend(&ledger.used);
        }
        let apis = apis.into_values();
        apis.flat_map(|(api, spec, used)| check(api, spec, &used, sources, &self.ledgers)).collect()
    }
}

fn check(
    api: &Api,
    spec: &Spec,
    used: &BTreeSet<usize>,
    sources: &BTreeSet<String>,
    ledgers: &[Ledger],
) -> Vec<Finding> {
    let operations: Vec<&str> = spec.operations.iter().map(|o| o.id.as_str()).collect();
    let finding = |line: usize, name: &str, message: String, remedy: &str| Finding {
        kind: Kind::Shared,
        claim: format!("{}::{name}", api.name),
        ledger: format!("{}, line {line}", api.file.display()),
        page: String::new(),
        spec: spec.file.display().to_string(),
        message,
        remedy: remedy.to_owned(),
    };
    let mut findings = Vec::new();
    let mut scoped = |line: usize, name: &str, scope: &Option<Scope>, source: Option<&str>| {
        if let Some(term) = scope.as_ref().and_then(|scope| scope.unknown(&operations)) {
            let message = format!("`{term}` in `applies to:` is about no operation of the API");
            findings.push(finding(line, name, message, "correct the name or remove it"));
        }
        for message in source.into_iter().flat_map(|named| unknown_sources(named, sources)) {
            findings.push(finding(line, name, message, NAME_SOURCE));
        }
    };
    for section in &api.sections {
        scoped(section.line, &section.place, &section.scope, section.source.as_deref());
    }
    for deviation in &api.deviations {
        let name = format!("deviation/{}", deviation.name);
        scoped(deviation.line, &name, &deviation.scope, Some(&deviation.source));
    }
    for rule in &api.rules {
        scoped(rule.line, &format!("rule/{}", rule.name), &rule.scope, Some(&rule.source));
    }
    for contradiction in &api.contradictions {
        let name = format!("contradiction/{}", contradiction.name);
        scoped(contradiction.line, &name, &contradiction.scope, None);
    }
    for operator in &api.operators {
        for message in unknown_sources(&operator.name, sources) {
            findings.push(finding(operator.line, &operator.name, message, NAME_SOURCE));
        }
    }
    for deviation in &api.deviations {
        for value in more_values(deviation, &api.lists) {
            let name = format!("deviation/{}", deviation.name);
            let message =
                format!("an operator's page has the value `{value}`, which the spec lacks");
            let remedy = "the pages of an operator have no more values than the vendor: correct \
                          the lists, or write the deviation into the ledger of the page";
            findings.push(finding(deviation.line, &name, message, remedy));
        }
    }
    for list in &api.lists {
        for message in wrong_with(list, spec, used, sources, ledgers) {
            let name = format!("values/{}", list.name);
            findings.push(finding(list.line, &name, message, "correct it or remove it"));
        }
    }
    // All pages may have base URLs of their own; the spec has one list.
    for claim in servers(api, spec) {
        let operation = &spec.operations[0];
        let found = claim.place.answer(spec, operation, &claim.statement);
        let found = found.and_then(|answer| answer.value).unwrap_or_else(|| NONE.to_owned());
        if found != claim.value {
            let message = format!("the spec has `{found}`, the ledger `{}`", claim.value);
            let remedy = "correct whichever is wrong";
            findings.push(finding(claim.line.number, &claim.local_id(), message, remedy));
        }
    }
    for (line, name) in api.lines().filter(|(line, _)| !used.contains(line)) {
        let message = "this applies to no operation of the API".to_owned();
        findings.push(finding(line, &name, message, "correct it or remove it"));
    }
    findings
}

/// The values that a deviation has for the pages of an operator and not for the spec.
fn more_values(deviation: &Deviation, lists: &[List]) -> Vec<String> {
    if deviation.scope.as_ref().is_none_or(|scope| scope.operator.is_none()) {
        return Vec::new();
    }
    let Ok(deviation) = deviation.spelled_out(lists) else { return Vec::new() };
    let of_spec = values_of(&deviation.spec);
    let about_values = deviation.claims.iter().filter(|of| of.claim.ends_with("::values"));
    let of_pages = about_values.flat_map(|of| values_of(&of.value));
    of_pages.filter(|value| !of_spec.contains(value)).collect()
}

/// What is wrong with a list of values.
fn wrong_with(
    list: &List,
    spec: &Spec,
    used: &BTreeSet<usize>,
    sources: &BTreeSet<String>,
    ledgers: &[Ledger],
) -> Vec<String> {
    let values = sorted_values(&list.values);
    let mut found = Vec::new();
    if !list.is_named && !used.contains(&list.line) {
        found.push(format!("nothing says `#{}`", list.name));
    }
    let is_it = |listed: Vec<&Value>| notation::values(listed.into_iter()) == values;
    let mut enumerations = spec.schemas().iter().map(|schema| schema.listed().collect());
    if list.operator.is_none() && !enumerations.any(is_it) {
        found.push("the spec has no enumeration of these values".to_owned());
    }
    for source in list.source.split(',').map(str::trim).filter(|name| !sources.contains(*name)) {
        let has_it = |ledger: &Ledger| {
            let mut claims = ledger.claims.iter().filter(|claim| claim.statement == "values");
            claims.any(|claim| claim.value == values)
        };
        match ledgers.iter().find(|ledger| ledger.page.stem() == source) {
            Some(ledger) if has_it(ledger) => {}
            Some(_) => found.push(format!("`{source}` does not have these values")),
            None => found.push(format!("`{source}` is neither a known source nor a ledger")),
        }
    }
    found
}

/// What the file says of base URLs, if it says it of all operations.
fn servers(api: &Api, spec: &Spec) -> Vec<Claim> {
    let Some(operation) = spec.operations.first() else { return Vec::new() };
    let operation = operation.id.clone();
    let page = Page { operation, api: Some(Arc::new(api.clone())), ..Page::default() };
    let claims = page.claims().unwrap_or_default().into_iter();
    claims.filter(|claim| matches!(claim.place, Place::Server(_))).collect()
}
