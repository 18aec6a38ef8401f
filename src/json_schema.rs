//! What the derive of schemars cannot state.

use schemars::gen::SchemaGenerator;
use schemars::schema::{Schema, SchemaObject};
use schemars::JsonSchema;

/// The schema of a list or a map, with limits for its innermost items or values.
pub(crate) fn with_limits_inside<T: JsonSchema>(
    generator: &mut SchemaGenerator,
    limit: impl FnOnce(&mut SchemaObject),
) -> Schema {
    let mut schema = generator.subschema_for::<T>();
    if let Some(inside) = innermost(&mut schema) {
        limit(inside);
    }
    schema
}

/// The schema of the innermost items or values, unless they have a name of their own.
fn innermost(schema: &mut Schema) -> Option<&mut SchemaObject> {
    let Schema::Object(schema) = schema else { return None };
    let is_list = schema.array.as_ref().is_some_and(|array| array.items.is_some());
    let is_map = schema.object.as_ref().is_some_and(|map| map.additional_properties.is_some());
    match (is_list, is_map) {
        (true, _) => match schema.array().items.as_mut()? {
            schemars::schema::SingleOrVec::Single(items) => innermost(items),
            schemars::schema::SingleOrVec::Vec(_) => None,
        },
        (false, true) => innermost(schema.object().additional_properties.as_mut()?),
        (false, false) => Some(schema).filter(|schema| !schema.is_ref()),
    }
}
