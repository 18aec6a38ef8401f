//! Every model of every API: documented values are decoded, and decoded values are written back.

#![no_main]

use cloudfn::registry::{Model, APIS};
use cloudfn_schema::{check, check_json, Schema};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(init: cloudfn_fuzz::report_overflows(), |json: &[u8]| {
    for (name, model, schema) in models() {
        decodes(&name, model, schema, json);
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    cloudfn_fuzz::json::mutate(data, size, max_size, seed, 0)
});

/// The models of all schemas and bodies, with their documented limits.
fn models() -> Vec<(String, Model, &'static Schema)> {
    let mut models = Vec::new();
    for api in APIS {
        let mut add = |model: Option<Model>, schema: Option<&'static Schema>| {
            if let (Some(model), Some(schema)) = (model, schema) {
                models.push((format!("{}::{}", api.name, model.rust_type), model, schema));
            }
        };
        api.schemas.iter().for_each(|schema| add(Some(schema.model), schema.table));
        for operation in api.operations {
            add(operation.request, operation.table.request.as_ref().map(|body| body.schema));
            for (response, table) in operation.responses.iter().zip(operation.table.responses) {
                add(response.model, table.body);
            }
        }
    }
    models
}

fn decodes(name: &str, model: Model, schema: &'static Schema, json: &[u8]) {
    let violations = check_json(schema, json);
    let Ok(value) = (model.decode)(json) else {
        assert!(!violations.is_empty(), "{name}: as documented, and not decoded at all");
        return;
    };
    let written = value.encode();
    let again = (model.decode)(written.to_string().as_bytes());
    let again = again.unwrap_or_else(|e| panic!("{name}: {written} is not read again: {e}"));
    assert_eq!(again.encode(), written, "{name}: written otherwise the second time");
    assert_eq!(again.shown(), value.shown(), "{name}: shown otherwise the second time");
    if violations.is_empty() {
        let found = check(schema, &written);
        assert!(found.is_empty(), "{name}: {written} is as documented, and told of: {found:?}");
    }
}
