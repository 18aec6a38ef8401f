//! Specs: reading, lowering, generating the client, and comparing with the ledgers.

#![no_main]

use std::path::Path;

use cloudfn_codegen::account::constraints;
use cloudfn_codegen::generate::generate_file;
use cloudfn_codegen::ledger::Page;
use cloudfn_codegen::lowering::lower;
use cloudfn_codegen::model::{minimal, Spec};
use cloudfn_codegen::table::Claims;
use cloudfn_fuzz::contract::{has_place, joined, OWN};
use libfuzzer_sys::fuzz_target;

/// The maximum size of a spec whose client is generated, which is the slowest step.
const GENERATED: usize = 3 * 1024;

fuzz_target!(init: cloudfn_fuzz::report_overflows(), |input: &str| {
    let spec = match Spec::parse(Path::new("probe.yaml"), input) {
        Ok(spec) => spec,
        Err(error) => return has_place(&error),
    };
    for pointer in spec.schemas().iter().map(|schema| &schema.pointer) {
        let _ = minimal(&spec, pointer);
    }
    let _ = constraints(&spec);
    let generated = match input.len() <= GENERATED {
        true => generate_file(&spec, Claims::default()).map(drop),
        false => lower(&spec).map(drop),
    };
    if let Err(error) = generated {
        assert!(!error.message.is_empty(), "nothing is said: {error}");
    }
    let is_of = |page: &&Page| spec.operation(&page.operation).is_some();
    let pages = OWN.pages.iter().filter(is_of).cloned().collect();
    joined(vec![spec], pages);
});
