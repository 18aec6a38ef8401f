//! Every model of every API: what is decoded is written back, and strictness misses nothing.

use std::collections::BTreeMap;

use cloudfn::registry::{Model, APIS};
use serde_json::Value;

use crate::mutation::Form;
use crate::Target;

/// Decodes a JSON text as each model.
pub const TARGET: Target = Target {
    name: "models",
    run,
    seeds,
    form: Form::Json,
    words: &["", "2019-10-25 15:37:27", "9223372036854775808", "-1", "1e400", "\u{feff}"],
    longest: 4096,
};

fn run(json: &[u8]) {
    for (name, model) in models() {
        decodes(&name, model, json);
    }
}

/// The models of all schemas and bodies, each once.
fn models() -> BTreeMap<String, Model> {
    let mut models = BTreeMap::new();
    for api in APIS {
        let bodies = api.operations.iter().flat_map(|operation| {
            let responses = operation.responses.iter().map(|response| response.model);
            responses.chain([operation.request]).flatten()
        });
        for model in api.schemas.iter().map(|schema| schema.model).chain(bodies) {
            models.insert(format!("{}::{}", api.name, model.rust_type), model);
        }
    }
    models
}

fn decodes(name: &str, model: Model, json: &[u8]) {
    let decoded = (model.decode)(json);
    let strict = (model.strict)(json);
    let Ok(value) = decoded else {
        assert!(strict.is_err(), "{name}: taken strictly, and not decoded at all");
        return;
    };
    let written = value.encode();
    let differences = value.undocumented();
    let again = (model.decode)(written.to_string().as_bytes());
    let again = again.unwrap_or_else(|e| panic!("{name}: {written} is not read again: {e}"));
    assert_eq!(again.encode(), written, "{name}: written otherwise the second time");
    assert_eq!(again.undocumented(), differences, "{name}: other differences the second time");
    assert_eq!(again.shown(), value.shown(), "{name}: shown otherwise the second time");
    match strict {
        Ok(strict) => {
            assert_eq!(differences, [], "{name}: taken strictly");
            assert_eq!(strict.encode(), written, "{name}: strictly it is another value");
        }
        Err(found) => {
            assert!(!found.is_empty(), "{name}: refused without a reason");
            let given: Option<Value> = serde_json::from_slice(json).ok();
            let is_all_documented = differences.is_empty() && given == Some(written);
            assert!(!is_all_documented, "{name}: refused for {found:?}, and all is documented");
        }
    }
}

/// The documented samples and minimal answers.
pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for operation in APIS.iter().flat_map(|api| api.operations) {
        seeds.extend(operation.samples.iter().map(|sample| sample.json));
        seeds.extend(operation.responses.iter().filter_map(|response| response.minimal));
    }
    seeds.into_iter().map(|json| json.as_bytes().to_vec()).collect()
}
