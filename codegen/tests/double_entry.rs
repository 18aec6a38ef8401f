//! Every statement is entered twice, in a spec and in a ledger: a change of either alone is found.

use std::path::Path;

use cloudfn_codegen::contract::Contract;
use cloudfn_codegen::mutants::{of_ledger, of_spec, Caught, Documents};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

#[test]
fn the_unchanged_contract_is_clean() {
    let contract = Contract::load(root()).unwrap();
    assert!(contract.findings.is_empty(), "{:?}", contract.findings);
}

#[test]
fn every_change_of_a_spec_is_found() {
    let documents = Documents::load(root()).unwrap();
    let mut survivors = Vec::new();
    let mut count = 0;
    for spec in &documents.specs {
        for mutant in of_spec(spec) {
            count += 1;
            if documents.try_spec(spec, &mutant).unwrap() == Caught::No {
                survivors.push(mutant.name);
            }
        }
    }
    assert!(count > 500, "only {count} mutants were made");
    assert!(survivors.is_empty(), "not found:\n{}", survivors.join("\n"));
}

#[test]
fn every_change_of_a_ledger_is_found() {
    let documents = Documents::load(root()).unwrap();
    let mut survivors = Vec::new();
    let mut count = 0;
    for page in &documents.pages {
        let text = std::fs::read_to_string(&page.file).unwrap();
        for mutant in of_ledger(&text) {
            count += 1;
            if documents.try_page(page, &mutant).unwrap() == Caught::No {
                survivors.push(format!("{}, {}", page.stem(), mutant.name));
            }
        }
    }
    for api in documents.apis() {
        let text = std::fs::read_to_string(&api.file).unwrap();
        for mutant in of_ledger(&text) {
            if documents.try_api(&api, &mutant).unwrap() == Caught::No {
                survivors.push(format!("{}, {}", api.file.display(), mutant.name));
            }
        }
    }
    assert!(count > 500, "only {count} mutants were made");
    assert!(survivors.is_empty(), "not found:\n{}", survivors.join("\n"));
}
