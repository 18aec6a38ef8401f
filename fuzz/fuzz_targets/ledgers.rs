//! Ledgers: reading, and comparing with the specs.

#![no_main]

use std::path::Path;

use cloudfn_codegen::ledger::Page;
use cloudfn_fuzz::contract::{has_place, joined, OWN};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: cloudfn_fuzz::report_overflows(), |input: &str| {
    match Page::parse(Path::new("probe.en.md"), input) {
        Ok(page) => {
            // For speed, only the specs with the operation.
            let mut specs = OWN.specs.clone();
            specs.retain(|spec| spec.operation(&page.operation).is_some());
            joined(specs, vec![page]);
        }
        Err(error) => has_place(&error),
    }
});
