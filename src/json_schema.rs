//! The JSON schema of a model.

use schemars::gen::SchemaGenerator;
use schemars::schema::Schema;
use schemars::JsonSchema;
use serde_json::Value;

/// The schema that schemars derives for `T`, with `constraints`, a JSON schema of what the types of
/// its members and schemars' attributes cannot state.
pub(crate) fn stating<T: JsonSchema>(generator: &mut SchemaGenerator, constraints: &str) -> Schema {
    let derived = T::json_schema(generator);
    let with_constraints = || {
        let mut schema = serde_json::to_value(&derived)?;
        merge(&mut schema, serde_json::from_str(constraints)?);
        serde_json::from_value(schema)
    };
    with_constraints().unwrap_or(derived)
}

fn merge(schema: &mut Value, stated: Value) {
    match (schema, stated) {
        (Value::Object(schema), Value::Object(stated)) => {
            for (keyword, stated) in stated {
                merge(schema.entry(keyword).or_insert(Value::Null), stated);
            }
        }
        (schema, stated) => *schema = stated,
    }
}
