//! Documented samples that break the spec.

use std::collections::BTreeMap;

use jsonschema::{Draft, ValidationError, Validator};
use serde_json::{json, Value};

use super::finding::{Finding, Kind};
use super::{Contract, Ledger};
use crate::ledger::Claim;
use crate::ledger::Place;
use crate::model::Spec;

/// The longest value that a message repeats, in characters.
const LONGEST: usize = 60;

impl Contract {
    /// What is wrong with the documented samples by the schemas of their bodies: a finding for
    /// each value.
    ///
    /// It is not among the findings of [`Contract::new`], which hold a statement against the same
    /// statement elsewhere.
    pub fn broken_samples(&self) -> Vec<Finding> {
        let mut schemas = BTreeMap::new();
        let mut findings = Vec::new();
        for (ledger, claim) in self.claims() {
            let Place::Sample(section, _) = &claim.place else { continue };
            let spec = &self.specs[ledger.spec];
            let schema = self.operation(ledger).body(section).and_then(|body| body.schema());
            let (Some(at), Ok(sample)) = (schema, serde_json::from_str(claim.expected())) else {
                continue;
            };
            let schema = schemas.entry((ledger.spec, at)).or_insert_with(|| validator(spec, at));
            match schema {
                Ok(schema) => findings.extend(
                    schema
                        .iter_errors(&sample)
                        .map(|error| broken(spec, ledger, claim, at, &error)),
                ),
                Err(message) => {
                    let message = format!("no sample can be held against its schema: {message}");
                    findings.push(finding(spec, ledger, claim, at, message));
                }
            }
        }
        findings
    }
}

fn broken(
    spec: &Spec,
    ledger: &Ledger,
    claim: &Claim,
    at: &str,
    error: &ValidationError<'_>,
) -> Finding {
    let place = match error.instance_path().as_str() {
        "" => "the whole of it".to_owned(),
        place => place.to_owned(),
    };
    let reason = match error.instance().to_string().chars().count() <= LONGEST {
        true => error.to_string(),
        false => error.masked_with("the value").to_string(),
    };
    let keyword = error.kind().keyword();
    let message = format!("the sample breaks the spec at {place}: {reason} (`{keyword}`)");
    let stands = match error.schema_path().as_str().strip_prefix(ROOT) {
        Some(inside) => format!("{at}{inside}"),
        None => error.schema_path().as_str().to_owned(),
    };
    finding(spec, ledger, claim, &stands, message)
}

fn finding(spec: &Spec, ledger: &Ledger, claim: &Claim, at: &str, message: String) -> Finding {
    let finding = ledger.finding(Kind::Sample, "", claim.line, message);
    Finding {
        claim: ledger.id(claim),
        spec: format!("{}#{at}", spec.file.display()),
        ..finding.remedied("add a deviation to the ledger, or correct the spec")
    }
}

/// Where the schema of a body stands in what is compiled.
const ROOT: &str = "/allOf/0";

/// A validator of the schema at `at`.
fn validator(spec: &Spec, at: &str) -> Result<Validator, String> {
    let mut document = spec.as_json().clone();
    for schema in spec.schemas().iter().rev() {
        if let Some(schema) = document.pointer_mut(&schema.pointer) {
            as_json_schema(schema);
        }
    }
    let schema = document.pointer(at).cloned().unwrap_or_default();
    document["allOf"] = json!([schema]);
    let mut options = jsonschema::options();
    options = options.with_draft(Draft::Draft4).should_validate_formats(true);
    options.build(&document).map_err(|e| e.to_string())
}

/// Makes a schema of OpenAPI one of JSON Schema: it may take null, and an object that lists its
/// members has no others.
fn as_json_schema(schema: &mut Value) {
    let takes_null = schema["nullable"] == true;
    let Some(object) = schema.as_object_mut() else { return };
    if object.contains_key("properties") && !object.contains_key("additionalProperties") {
        object.insert("additionalProperties".into(), false.into());
    }
    // JSON Schema takes no empty list of them.
    object.retain(|keyword, value| keyword != "required" || *value != json!([]));
    match object.get("type").cloned() {
        Some(kind) if takes_null => {
            object.insert("type".into(), json!([kind, "null"]));
            if let Some(Value::Array(values)) = object.get_mut("enum") {
                values.retain(|value| !value.is_null());
                values.push(Value::Null);
            }
        }
        None if takes_null => *schema = json!({ "anyOf": [schema.take(), { "type": "null" }] }),
        _ => {}
    }
}
