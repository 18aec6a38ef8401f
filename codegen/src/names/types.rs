//! The names of the Rust types that schemas become.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;

use crate::error::Result;
use crate::model::{pointer, Operation, Schema, Spec};

/// A schema that becomes a Rust type of its own, with members.
#[derive(Clone, Debug)]
pub struct Model<'s> {
    /// The name of the type.
    pub name: String,
    /// The schema.
    pub schema: &'s Schema,
}

/// The models of a spec, by their names, components first.
///
/// # Errors
///
/// Two would have the same name, or one has a name that a Rust type cannot have.
pub fn models(spec: &Spec) -> Result<Vec<Model<'_>>> {
    let mut models: Vec<Model<'_>> = Vec::new();
    let mut components: BTreeMap<String, &str> = BTreeMap::new();
    for (component, schema) in spec.components().filter(|(_, schema)| is_type(spec, schema)) {
        let name = model_name(component);
        type_name(spec, &schema.pointer, &name, "rename the component")?;
        if let Some(other) = components.insert(name.clone(), component) {
            let message = format!(
                "`{other}` and `{component}` would have the same name in Rust; rename one of them"
            );
            return Err(spec.error(&schema.pointer, message));
        }
        models.push(Model { name, schema });
    }
    let of_calls = spec.schemas().iter().filter(|schema| {
        let is_named = pointer::whole_component(&schema.pointer).is_some();
        !is_named && schema.is_model() && spec.is_used(&schema.pointer)
    });
    for schema in of_calls.chain(spec.typed_headers()) {
        if models.iter().any(|other| other.schema.pointer == schema.pointer) {
            continue;
        }
        let name = schema_name(spec, &schema.pointer);
        type_name(spec, &schema.pointer, &name, "give it a `title` that is one")?;
        if models.iter().any(|other| other.name == name) {
            let message = match schema.of_headers {
                true => format!("these headers would be named {name}, which is taken"),
                false => {
                    format!("this object would be named {name}, which is taken; give it a `title`")
                }
            };
            return Err(spec.error(&schema.pointer, message));
        }
        models.push(Model { name, schema });
    }
    Ok(models)
}

/// Whether a component is a Rust type of its own: scalars, alternatives, arrays and maps are
/// written out where they are used.
pub fn is_type(spec: &Spec, schema: &Schema) -> bool {
    let is_plain = schema.is_scalar() || schema.alternatives.is_some();
    schema.target.is_none() && !is_plain && !spec.is_collection(schema)
}

/// Names that derived code calls by themselves.
const TAKEN: [&str; 7] = ["Box", "Default", "Err", "None", "Ok", "Self", "Some"];

/// The Rust type of a component schema.
pub fn model_name(component: &str) -> String {
    let name = component.to_upper_camel_case();
    match name.as_str() {
        taken if TAKEN.contains(&taken) => format!("{taken}Model"),
        name if name.starts_with(|c: char| c.is_ascii_digit()) => format!("Model{name}"),
        _ => name,
    }
}

/// The name that the schema at `at` has in the generated client.
pub fn schema_name(spec: &Spec, at: &str) -> String {
    match pointer::whole_component(at) {
        Some(name) => name.to_owned(),
        None => match spec.schema(at).and_then(|schema| schema.text("title")) {
            Some(title) => title.to_upper_camel_case(),
            None => name_of_place(spec, at),
        },
    }
}

fn name_of_place(spec: &Spec, at: &str) -> String {
    let tokens = pointer::tokens(at);
    let (name, rest) = match tokens.first().map(String::as_str) {
        Some("components") => (tokens.get(2).cloned(), tokens.get(3..)),
        _ => {
            let operation = operation_at(spec, at);
            (operation.map(|id| id.to_upper_camel_case()), tokens.get(3..))
        }
    };
    let mut name = name.unwrap_or_default();
    let mut rest = rest.into_iter().flatten();
    while let Some(token) = rest.next() {
        match token.as_str() {
            "properties" => {
                name += &rest.next().map_or_else(String::new, |m| m.to_upper_camel_case())
            }
            "requestBody" => name += "RequestBody",
            "responses" => {
                name += "Response";
                name += rest.next().filter(|s| !s.starts_with('2')).map_or("", |s| s);
            }
            "headers" => name += "Headers",
            "items" => name += "Item",
            "additionalProperties" => name += "Value",
            _ => {}
        }
    }
    model_name(&name)
}

/// The operation that the place at `at` belongs to.
fn operation_at<'s>(spec: &'s Spec, at: &str) -> Option<&'s str> {
    let is_in = |operation: &&Operation| pointer::is_in(at, &operation.pointer);
    let found = spec.operations.iter().find(is_in);
    found.map(|operation| operation.id.as_str())
}

/// The name that the enumeration at `at` has in the generated client. A parameter belongs to the
/// operation that is called, wherever it is described.
pub fn enumeration_name(spec: &Spec, at: &str, operation: Option<&str>) -> String {
    let title = spec.schema(at).and_then(|schema| schema.text("title"));
    let title = title.filter(|title| !title.is_empty());
    match (pointer::whole_component(at), title) {
        (Some(own), _) => model_name(own),
        (_, Some(title)) => model_name(title),
        (_, None) => name_of_values(spec, at, operation),
    }
}

/// The name of an enumeration that has none of its own: of its model and member, or of its
/// operation and parameter.
fn name_of_values(spec: &Spec, at: &str, operation: Option<&str>) -> String {
    let holders = at.match_indices('/').map(|(index, _)| &at[..index]);
    let model = holders.filter_map(|at| spec.schema(at));
    let model = model.filter(|schema| !schema.of_headers).rfind(|schema| schema.is_model());
    let (base, rest) = match (model, pointer::component(at)) {
        (Some(model), _) => {
            let name = schema_name(spec, &model.pointer);
            (name.to_upper_camel_case(), at.strip_prefix(&*model.pointer))
        }
        (None, Some(component)) => {
            let whole = pointer::join("/components/schemas", component);
            (component.to_upper_camel_case(), at.strip_prefix(&*whole))
        }
        (None, None) => {
            let operation = operation.or_else(|| operation_at(spec, at)).unwrap_or_default();
            let parameters = spec.operations.iter().flat_map(|operation| &operation.parameters);
            let responses = spec.operations.iter().flat_map(|operation| &operation.responses);
            let mut parameters = parameters.chain(responses.flat_map(|response| &response.headers));
            let is_inside = |schema: &&String| pointer::is_in(at, schema);
            let parameter = parameters.find(|p| p.schema.as_ref().filter(is_inside).is_some());
            let parameter = parameter.map_or("Value", |parameter| &parameter.name);
            return operation.to_upper_camel_case() + &parameter.to_upper_camel_case();
        }
    };
    let words = pointer::tokens(rest.unwrap_or_default()).into_iter();
    let words = words.filter(|token| !["properties", "items"].contains(&token.as_str()));
    words.fold(base, |all, word| all + &word.to_upper_camel_case())
}

/// Refuses a name that a Rust type cannot have.
pub fn type_name(spec: &Spec, at: &str, name: &str, remedy: &str) -> Result<()> {
    match syn::parse_str::<syn::Ident>(name) {
        Ok(_) => Ok(()),
        Err(_) => Err(spec.error(at, format!("`{name}` is not a name of a Rust type; {remedy}"))),
    }
}
