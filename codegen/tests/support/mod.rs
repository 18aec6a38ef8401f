//! What is the same for every small spec that a test makes up.

use std::collections::BTreeSet;
use std::path::Path;

use cloudfn_codegen::account::{account, Fate};
use cloudfn_codegen::contract::Contract;
use cloudfn_codegen::generate::generate;
use cloudfn_codegen::ledger::Page;
use cloudfn_codegen::lowering::lower;
use cloudfn_codegen::model::Spec;
use cloudfn_codegen::statements::Statement;

/// What became of each constraint of `spec`; nothing is unaccounted for.
pub fn fates(spec: &Spec) -> Vec<(Statement, Fate)> {
    let fates = account(spec, &lower(spec).unwrap());
    assert!(fates.iter().all(|(_, fate)| *fate != Fate::Unaccounted), "{fates:?}");
    fates
}

/// The generated client has each of `expected`; blanks make no difference.
pub fn client_has(spec: &Spec, expected: &[&str]) {
    let without_blanks = |text: &str| text.split_whitespace().collect::<String>();
    let code = without_blanks(&generate(spec, Default::default()).unwrap());
    for expected in expected {
        assert!(code.contains(&without_blanks(expected)), "{expected} is not there: {code}");
    }
}

/// The contract of `spec` and `ledger`, which agree.
pub fn agreed(spec: Spec, ledger: &str) -> Contract {
    let page = Page::parse(Path::new("probe.md"), ledger).unwrap();
    let contract = Contract::new(vec![spec], vec![page], &BTreeSet::new()).unwrap();
    let findings: Vec<String> = contract.findings.iter().map(ToString::to_string).collect();
    assert_eq!(findings, [""; 0]);
    contract
}
