//! The credentials of each API send exactly what the documents require.

use std::collections::{BTreeMap, BTreeSet};

use cloudfn::credentials::SharedCredentials;
use cloudfn::{authing, functiongraph};
use cloudfn_codegen::contract::Ledger;
use cloudfn_codegen::ledger::Place;
use libtest_mimic::Failed;

use super::subject::{check, ensure, Check, Subject};
use super::wire::Setting;

pub fn checks<'s>(subject: &'s Subject<'s>) -> Vec<Check<'s>> {
    let documented =
        subject.contract.ledgers.iter().filter(|ledger| !alternatives(ledger).is_empty());
    let checks = documented.map(|ledger| {
        check(format!("{}::wire/security", ledger.prefix), move || is_sent(subject, ledger))
    });
    checks.collect()
}

/// Our credentials for an API, by name.
fn credentials_of(api: &str) -> Vec<(&'static str, SharedCredentials)> {
    match api {
        "functiongraph" => vec![
            ("Token", SharedCredentials::new(functiongraph::Token::new("token"))),
            ("AccessKey", SharedCredentials::new(functiongraph::AccessKey::new("ak", "sk"))),
        ],
        "authing" => {
            vec![("AccessKey", SharedCredentials::new(authing::AccessKey::new("id", "secret")))]
        }
        _ => Vec::new(),
    }
}

/// A required header, and the prefix of its value.
type Demand = (String, String);

/// The headers of each alternative.
fn alternatives(ledger: &Ledger) -> BTreeMap<String, BTreeSet<Demand>> {
    let mut schemes: BTreeMap<String, BTreeMap<&str, &str>> = BTreeMap::new();
    for claim in &ledger.claims {
        if let Place::Security(name) = &claim.place {
            schemes.entry(name.clone()).or_default().insert(&claim.statement, claim.expected());
        }
    }
    let mut alternatives: BTreeMap<String, BTreeSet<Demand>> = BTreeMap::new();
    for scheme in schemes.values() {
        let begins = match scheme["type"] {
            "http bearer" => "Bearer ",
            _ => "",
        };
        let demand = (scheme["header"].to_lowercase(), begins.to_owned());
        alternatives.entry(scheme["alternative"].to_owned()).or_default().insert(demand);
    }
    alternatives
}

fn is_sent(subject: &Subject, ledger: &Ledger) -> Result<(), Failed> {
    let setting = Setting::of(subject, ledger)?;
    let mut untaken = alternatives(ledger);
    for (name, credentials) in credentials_of(setting.api.name) {
        let (_, received) = setting.call_as(credentials, &setting.arguments(None), None)?;
        let is_met = |(header, begins): &Demand| {
            let sent = received.headers.get(header).and_then(|value| value.to_str().ok());
            sent.is_some_and(|value| value.starts_with(begins))
        };
        let met: Vec<String> = alternatives(ledger)
            .into_iter()
            .filter(|(_, demands)| demands.iter().all(is_met))
            .map(|(alternative, _)| alternative)
            .collect();
        ensure(met.len() == 1, || {
            format!("{name} sends what {} documented alternatives demand", met.len())
        })?;
        untaken.retain(|alternative, _| !met.contains(alternative));
    }
    ensure(untaken.is_empty(), || format!("no credentials send {untaken:?}"))
}
