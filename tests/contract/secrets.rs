//! The `Debug` output of models contains no secrets.

use cloudfn::registry::Schema;
use cloudfn_codegen::model::{minimal, Spec};
use cloudfn_codegen::names::schema_name;
use cloudfn_codegen::secret::is_secret;
use libtest_mimic::Failed;
use serde_json::{json, Value};

use super::subject::{check, ensure, Check, Subject};

/// Replaces a secret.
const SECRET: &str = "a secret of this test";

pub fn checks<'s>(subject: &'s Subject<'s>) -> Vec<Check<'s>> {
    let mut checks = Vec::new();
    for spec in &subject.contract.specs {
        for schema in spec.schemas().iter().chain(spec.typed_headers()) {
            for member in schema.listed_members() {
                let (at, name, property) = (&schema.pointer, &member.name, &member.schema);
                if !is_secret(spec, name, property) {
                    continue;
                }
                let model = schema_name(spec, at);
                let test = format!("{}::{model}::secret/{name}", spec.api);
                checks.push(check(test, move || {
                    let schema = subject.api(spec)?.schema(&model);
                    let schema = schema.ok_or_else(|| format!("there is no model `{model}`"))?;
                    is_hidden(schema, minimal(spec, at), name, marked(spec, property))
                }));
            }
        }
    }
    checks
}

/// A value with a secret in it; `None` for a model, which hides its own secrets.
fn marked(spec: &Spec, at: &str) -> Option<Value> {
    let found = spec.at(at)?;
    match found.json_type() {
        Some("string") => Some(json!(SECRET)),
        Some("array") => Some(json!([marked(spec, found.items.as_ref()?)?])),
        Some("object") if !found.is_model() => {
            let value = found.values.as_ref().and_then(|values| marked(spec, values));
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
