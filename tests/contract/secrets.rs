//! The `Debug` output of models contains no secrets.

use cloudfn::registry::Schema;
use cloudfn_codegen::lowering::schema_name;
use cloudfn_codegen::secret::is_secret;
use cloudfn_codegen::spec::{members, minimal, pointer::join, Spec};
use libtest_mimic::Failed;
use serde_json::{json, Value};

use super::subject::{check, ensure, Check, Subject};

/// Replaces a secret.
const SECRET: &str = "a secret of this test";

pub fn checks(subject: &'static Subject) -> Vec<Check> {
    let mut checks = Vec::new();
    for spec in &subject.contract.specs {
        for at in spec.schema_pointers() {
            let schema = spec.document.pointer(at);
            let properties = schema.map_or(&Value::Null, |schema| &schema["properties"]);
            for (name, _) in members(properties) {
                let property = join(&join(at, "properties"), name);
                if !is_secret(spec, name, &property) {
                    continue;
                }
                let model = schema_name(spec, at);
                let test = format!("{}::{model}::secret/{name}", spec.api);
                checks.push(check(test, move || {
                    let schema = subject.api(spec)?.schema(&model);
                    let schema = schema.ok_or_else(|| format!("there is no model `{model}`"))?;
                    is_hidden(schema, minimal(spec, at), name, marked(spec, &property))
                }));
            }
        }
    }
    checks
}

/// A value with a secret in it; `None` for a model, which hides its own secrets.
fn marked(spec: &Spec, at: &str) -> Option<Value> {
    let found = spec.at(at)?;
    match found.value["type"].as_str() {
        Some("string") => Some(json!(SECRET)),
        Some("array") => Some(json!([marked(spec, &join(&found.pointer, "items"))?])),
        Some("object") if found.value["properties"].is_null() => {
            let value = marked(spec, &join(&found.pointer, "additionalProperties"));
            Some(json!({ "a": value.unwrap_or_else(|| json!(SECRET)) }))
        }
        _ => None,
    }
}

fn is_hidden(
    schema: &Schema,
    mut instance: Value,
    name: &str,
    marked: Option<Value>,
) -> Result<(), Failed> {
    let Some(marked) = marked else { return Ok(()) };
    instance[name] = marked;
    let shown = (schema.model.decode)(instance.to_string().as_bytes())?.shown();
    ensure(shown.contains("[secret]") && !shown.contains(SECRET), || format!("it shows {shown}"))
}
