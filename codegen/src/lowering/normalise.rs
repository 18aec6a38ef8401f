//! Brings a copy of the authored spec into the plain form that the rules work on.
//!
//! Nothing is decided here: shared parameters, bodies, scalars, alternatives, arrays and maps are
//! written out where they are used, and nested objects get a name of their own.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;
use serde_json::{Map, Value};

use super::names::{self, Names};
use super::{enumeration_name, DESCRIPTION, NAME, ORIGIN};
use crate::error::Result;
use crate::spec::{alternatives, is_scalar, media, members, pointer, reference, Spec, METHODS};

pub fn normalise(spec: &Spec) -> Result<(Spec, Names)> {
    let mut copy = spec.clone();
    mark_origins(&mut copy);
    inline_bodies_and_parameters(&mut copy);
    copy.refresh();
    inline_plain(&mut copy);
    copy.refresh();
    while let Some((at, name)) = unnamed_object(&copy) {
        name_object(&mut copy, &at, &name)?;
        copy.refresh();
    }
    while let Some(name) = collection(&copy) {
        write_out(&mut copy, &name);
        copy.refresh();
    }
    different_models(&copy)?;
    rename_models(&mut copy);
    let names = names::name(&mut copy);
    Ok((copy, names))
}

fn mark_origins(spec: &mut Spec) {
    for at in spec.schema_pointers().to_vec() {
        if let Some(Value::Object(schema)) = spec.document.pointer_mut(&at) {
            // These are ours.
            schema.retain(|keyword, _| keyword != NAME && keyword != DESCRIPTION);
            schema.insert(ORIGIN.into(), at.into());
        }
    }
}

/// Writes out `$ref`s to parameters, request bodies and responses.
fn inline_bodies_and_parameters(spec: &mut Spec) {
    let mut document = spec.document.clone();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
        let of_path = item.remove("parameters");
        for (_, operation) in item.iter_mut().filter(|(key, _)| METHODS.contains(&key.as_str())) {
            write_parameters(spec, of_path.as_ref(), operation);
            inline(spec, operation.get_mut("responses"));
            let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
            for response in responses.into_iter().flat_map(Map::values_mut) {
                inline(spec, response.get_mut("headers"));
                any_json(response);
            }
            if let Some(body) = operation.get_mut("requestBody") {
                follow(spec, body);
                any_json(body);
            }
        }
    }
    if let Some(components) = document["components"].as_object_mut() {
        for kind in ["parameters", "requestBodies", "responses", "headers"] {
            components.remove(kind);
        }
    }
    spec.document = document;
}

/// Gives an operation the parameters of its path that it has no other for.
fn write_parameters(spec: &Spec, of_path: Option<&Value>, operation: &mut Value) {
    let list = |list: Option<&Value>| list.and_then(Value::as_array).cloned().unwrap_or_default();
    let (mut all, mut own) = (list(of_path), list(operation.get("parameters")));
    all.iter_mut().chain(&mut own).for_each(|parameter| follow(spec, parameter));
    let is_same =
        |one: &Value, other: &Value| one["name"] == other["name"] && one["in"] == other["in"];
    all.retain(|parameter| !own.iter().any(|own| is_same(own, parameter)));
    all.extend(own);
    if !all.is_empty() {
        operation["parameters"] = all.into();
    }
}

/// Says of JSON of which nothing is said that it is any.
fn any_json(body: &mut Value) {
    let content = body.get_mut("content").and_then(Value::as_object_mut);
    for (name, media) in content.into_iter().flatten() {
        if let Some(media) = media.as_object_mut().filter(|_| media::is_json(name)) {
            media.entry("schema").or_insert_with(|| serde_json::json!({}));
        }
    }
}

fn inline(spec: &Spec, holder: Option<&mut Value>) {
    match holder {
        Some(Value::Array(list)) => list.iter_mut().for_each(|item| follow(spec, item)),
        Some(Value::Object(object)) => object.values_mut().for_each(|item| follow(spec, item)),
        _ => {}
    }
}

fn follow(spec: &Spec, value: &mut Value) {
    while let Some(target) = reference(value).and_then(|p| spec.document.pointer(p)) {
        *value = target.clone();
    }
}

/// Writes out `$ref`s to scalars and alternatives, each with its name.
fn inline_plain(spec: &mut Spec) {
    for at in spec.schema_pointers().to_vec() {
        let Some(target) = spec.document.pointer(&at).and_then(reference) else {
            continue;
        };
        let Some(found) = spec.at(target) else {
            continue;
        };
        if let (true, Some(name)) = (is_plain(found.value), pointer::component(&found.pointer)) {
            let mut plain = found.value.clone();
            plain[NAME] = name.into();
            plain[DESCRIPTION] = found.value["description"].clone();
            if let Some(place) = spec.document.pointer_mut(&at) {
                put(place, plain);
            }
        }
    }
    let schemas = spec.document.pointer_mut("/components/schemas");
    if let Some(schemas) = schemas.and_then(Value::as_object_mut) {
        schemas.retain(|_, schema| !is_plain(schema));
    }
}

/// Puts a component in the place of its reference, which keeps what it says itself.
fn put(place: &mut Value, component: Value) {
    let own = std::mem::replace(place, component);
    if let (Some(place), Value::Object(own)) = (place.as_object_mut(), own) {
        let is_told =
            |keyword: &String| keyword != "$ref" && keyword != "allOf" && keyword != ORIGIN;
        place.extend(own.into_iter().filter(|(keyword, _)| is_told(keyword)));
    }
}

/// A component that is an array or a map.
fn collection(spec: &Spec) -> Option<String> {
    let mut names = members(&spec.document["components"]["schemas"]).map(|(name, _)| name);
    names.find(|name| spec.is_collection(&pointer::join("/components/schemas", name))).cloned()
}

/// Writes out the `$ref`s to the component `name`, and keeps the names of enumerations in it.
fn write_out(spec: &mut Spec, name: &str) {
    let pointers = spec.schema_pointers().to_vec();
    for at in pointers.iter().filter(|at| pointer::component(at) == Some(name)) {
        let own = enumeration_name(spec, at);
        if let Some(schema) = spec.document.pointer_mut(at).filter(|schema| is_unnamed(schema)) {
            schema[NAME] = own.into();
        }
    }
    let component = pointer::join("/components/schemas", name);
    let Some(collection) = spec.document.pointer(&component).cloned() else { return };
    for at in &pointers {
        let place = spec.document.pointer_mut(at);
        if let Some(place) = place.filter(|place| reference(place) == Some(&component)) {
            put(place, collection.clone());
        }
    }
    if let Some(schemas) = spec.document["components"]["schemas"].as_object_mut() {
        schemas.remove(name);
    }
}

/// Whether a schema is an enumeration whose name depends on its place.
fn is_unnamed(schema: &Value) -> bool {
    schema["enum"].is_array() && schema[NAME].is_null()
}

/// Whether a schema is no type of its own in Rust.
fn is_plain(schema: &Value) -> bool {
    is_scalar(schema) || alternatives(schema).is_some()
}

/// The first object with members that has no name, and the name it gets.
fn unnamed_object(spec: &Spec) -> Option<(String, String)> {
    spec.schema_pointers().iter().find_map(|at| {
        let schema = spec.document.pointer(at)?;
        let is_named = pointer::whole_component(at).is_some();
        let is_object = schema["properties"].is_object() && media::is_used(&spec.document, at);
        (is_object && !is_named).then(|| (at.clone(), schema_name(spec, at)))
    })
}

/// Names that derived code calls by themselves.
const TAKEN: [&str; 6] = ["Default", "Err", "None", "Ok", "Self", "Some"];

/// The Rust type of a component schema.
pub fn model_name(component: &str) -> String {
    let name = component.to_upper_camel_case();
    match name.as_str() {
        taken if TAKEN.contains(&taken) => format!("{taken}Model"),
        name if name.starts_with(|c: char| c.is_ascii_digit()) => format!("Model{name}"),
        _ => name,
    }
}

/// Gives components the names of their Rust types where the generator would take others.
fn rename_models(spec: &mut Spec) {
    let components = members(&spec.document["components"]["schemas"]).map(|(name, _)| name);
    let is_other = |name: &&String| model_name(name) != name.to_upper_camel_case();
    let others: Vec<String> = components.filter(is_other).cloned().collect();
    for name in others {
        let at = pointer::join("/components/schemas", &name);
        let to = format!("#/components/schemas/{}", model_name(&name));
        for place in spec.schema_pointers().to_vec() {
            let place = spec.document.pointer_mut(&place);
            if let Some(schema) = place.filter(|schema| reference(schema) == Some(&at)) {
                let schema = match schema.get("allOf").is_some() {
                    true => &mut schema["allOf"][0],
                    false => schema,
                };
                schema["$ref"] = to.clone().into();
            }
        }
        if let Some(schemas) = spec.document["components"]["schemas"].as_object_mut() {
            if let Some(schema) = schemas.remove(&name) {
                schemas.insert(model_name(&name), schema);
            }
        }
        spec.refresh();
    }
}

/// The name that the schema at `at` has in the generated client.
pub fn schema_name(spec: &Spec, at: &str) -> String {
    match pointer::whole_component(at) {
        Some(name) => name.to_owned(),
        None => match spec.document.pointer(at).and_then(|s| s["title"].as_str()) {
            Some(title) => title.to_upper_camel_case(),
            None => name_of_place(spec, at),
        },
    }
}

fn name_of_place(spec: &Spec, at: &str) -> String {
    let tokens = pointer::tokens(at);
    let (mut name, rest) = match pointer::component(at) {
        Some(name) => (name.to_owned(), &tokens[3..]),
        None => {
            let operation = spec
                .operations()
                .into_iter()
                .find(|operation| at.starts_with(&format!("{}/", operation.pointer)))
                .map_or_else(String::new, |operation| operation.id.to_upper_camel_case());
            (operation, &tokens[3.min(tokens.len())..])
        }
    };
    let mut rest = rest.iter();
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
            "items" => name += "Item",
            "additionalProperties" => name += "Value",
            _ => {}
        }
    }
    model_name(&name)
}

/// Refuses a name that no Rust type can have.
pub fn type_name(spec: &Spec, at: &str, name: &str, remedy: &str) -> Result<()> {
    match syn::parse_str::<syn::Ident>(name) {
        Ok(_) => Ok(()),
        Err(_) => Err(spec.error(at, format!("`{name}` is no name of a Rust type; {remedy}"))),
    }
}

/// Refuses components that would be one type in Rust, and those that cannot be a type.
fn different_models(spec: &Spec) -> Result<()> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (name, _) in members(&spec.document["components"]["schemas"]) {
        let at = pointer::join("/components/schemas", name);
        let model = model_name(name);
        type_name(spec, &at, &model, "rename the component")?;
        if let Some(other) = seen.insert(model, name) {
            let message = format!(
                "`{other}` and `{name}` would have the same name in Rust; rename one of them"
            );
            return Err(spec.error(&at, message));
        }
    }
    Ok(())
}

fn name_object(spec: &mut Spec, at: &str, name: &str) -> Result<()> {
    type_name(spec, at, name, "give it a `title` that is one")?;
    let schemas = &spec.document["components"]["schemas"];
    if members(schemas).any(|(other, _)| model_name(other) == name) {
        let message =
            format!("this object would be named {name}, which is taken; give it a `title`");
        return Err(spec.error(at, message));
    }
    let Some(place) = spec.document.pointer_mut(at) else {
        return Ok(());
    };
    let object = std::mem::replace(place, serde_json::json!({}));
    *place = serde_json::json!({ "$ref": format!("#/components/schemas/{name}") });
    spec.document["components"]["schemas"][name] = object;
    Ok(())
}
