//! Specs: reading, lowering, generating the client, and comparing with the ledgers.

use std::path::Path;

use cloudfn_codegen::account::constraints;
use cloudfn_codegen::contract::Contract;
use cloudfn_codegen::generate::generate_file;
use cloudfn_codegen::ledger::Page;
use cloudfn_codegen::lowering::{lower, Lowered};
use cloudfn_codegen::model::{minimal, Spec};
use cloudfn_codegen::table::Claims;

use super::ledgers::{all_is_told, has_place};
use super::text;
use crate::mutation::Form;
use crate::project::{texts, OWN};
use crate::Target;

/// Reads a spec and processes it like the build.
pub const TARGET: Target = Target {
    name: "specs",
    run,
    seeds,
    form: Form::LinesOrJson,
    words: &[
        "$ref",
        "\"#/components/schemas/\"",
        "\"#/\"",
        "type",
        "string",
        "integer",
        "object",
        "array",
        "items",
        "enum",
        "required",
        "properties",
        "additionalProperties",
        "nullable",
        "allOf",
        "oneOf",
        "anyOf",
        "not",
        "default",
        "minimum",
        "maximum",
        "pattern",
        "example",
        "examples",
        "parameters",
        "in",
        "path",
        "query",
        "header",
        "cookie",
        "null",
        "true",
        "[]",
        "{}",
        "~",
        "&a",
        "*a",
        "!!str",
        "- ",
        "? ",
        "|",
        ">",
        "'",
        "\"",
        "#",
        "9223372036854775808",
        "-1",
        "1e400",
        ".nan",
        "\"é\"",
        "4XX",
        "default:",
        "security",
        "<<: ",
    ],
    longest: 32 * 1024,
};

/// The maximum size of a spec whose client is generated, which is the slowest step.
const GENERATED: usize = 3 * 1024;

fn run(input: &[u8]) {
    let Some(input) = text(input) else { return };
    let spec = match Spec::parse(Path::new("probe.yaml"), input) {
        Ok(spec) => spec,
        Err(error) => return has_place(&error),
    };
    for pointer in spec.schemas().iter().map(|schema| &schema.pointer) {
        let _ = minimal(&spec, pointer);
    }
    let _ = constraints(&spec);
    match lower(&spec) {
        Ok(lowered) if input.len() <= GENERATED => generated(&spec, &lowered),
        Ok(_) => {}
        Err(error) => assert!(!error.message.is_empty(), "nothing is said: {error}"),
    }
    compared(spec);
}

fn generated(spec: &Spec, lowered: &Lowered) {
    if let Err(error) = generate_file(spec, lowered, Claims::default()) {
        assert!(!error.message.is_empty(), "nothing is said: {error}");
    }
}

/// Compares the spec with the ledgers of its operations.
fn compared(spec: Spec) {
    let is_of = |page: &&Page| spec.operation(&page.operation).is_some();
    let pages: Vec<Page> = OWN.pages.iter().filter(is_of).cloned().collect();
    match Contract::new(vec![spec], pages, &OWN.sources) {
        Ok(contract) => all_is_told(&contract),
        Err(error) => has_place(&error),
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = texts("openapi", "yaml");
    seeds.extend(texts("codegen/tests", "yaml"));
    // JSON is also YAML, and stays readable when mutated.
    seeds.extend(OWN.specs.iter().map(|spec| spec.as_json().to_string().into_bytes()));
    seeds
}
