//! With the feature `schemars`, each model states its schema.

use quote::quote;
use serde_json::{json, Map, Value};
use syn::{parse_quote, Attribute, Item, ItemStruct};

use super::visit::module;
use super::{models::derives_deserialize, Applied, Client};
use crate::model::{Constraint, Schema};

pub fn schemas(file: &mut syn::File, client: &Client<'_>) -> Applied {
    let Some(items) = module(file, &["types"]) else { return Ok(()) };
    let mut stating = Vec::new();
    for item in items.iter_mut() {
        match item {
            Item::Struct(model) if derives_deserialize(&model.attrs) => {
                stating.push(implementation(model, client));
            }
            Item::Enum(model) if derives_deserialize(&model.attrs) => model.attrs.push(
                parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]),
            ),
            _ => {}
        }
    }
    items.extend(stating);
    Ok(())
}

/// The schema of a model: what schemars derives for a struct with the same members, with what the
/// types of these members cannot state.
fn implementation(model: &ItemStruct, client: &Client<'_>) -> Item {
    let name = model.ident.to_string();
    let schema = client.schema_of(&name);
    let stated = schema.map(|schema| of_value(client, schema));
    let stated = Value::from(stated.unwrap_or_default()).to_string();
    let is_kept =
        |attribute: &Attribute| ["doc", "serde"].iter().any(|name| attribute.path().is_ident(name));
    let mut derived = model.clone();
    derived.ident = parse_quote!(__Members);
    derived.attrs.retain(is_kept);
    derived.fields.iter_mut().for_each(|field| field.attrs.retain(is_kept));
    if schema.is_some_and(|schema| schema.is_model() && schema.values.is_some()) {
        // Otherwise, schemars drops what the other members are.
        derived.attrs.push(parse_quote!(#[schemars(deny_unknown_fields)]));
    }
    let ident = &model.ident;
    let body = quote! {
        #[derive(::schemars::JsonSchema)]
        #[allow(dead_code)]
        #derived
        crate::json_schema::stating::<__Members>(generator, #stated)
    };
    parse_quote! {
        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for #ident {
            fn schema_name() -> ::std::string::String {
                #name.to_owned()
            }

            fn json_schema(
                generator: &mut ::schemars::gen::SchemaGenerator,
            ) -> ::schemars::schema::Schema {
                #body
            }
        }
    }
}

/// What the documents state of what stands at a pointer, which may be a reference.
fn at(client: &Client<'_>, at: &str) -> Value {
    let Client { spec, models, .. } = client;
    let (Some(own), Some(found)) = (spec.schema(at), spec.at(at)) else { return json!({}) };
    let is_model = models.iter().any(|model| model.schema.pointer == found.pointer);
    let mut stated = match is_model {
        true => Map::new(),
        false => of_value(client, found),
    };
    if own.target.is_some() {
        stated.extend(keywords(own));
    }
    stated.into()
}

/// What the documents state of a value; nothing where the rule `free-alternatives` applies.
fn of_value(client: &Client<'_>, found: &Schema) -> Map<String, Value> {
    if found.alternatives.is_some() {
        return Map::new();
    }
    let mut stated = keywords(found);
    for (keyword, inside) in [("items", &found.items), ("additionalProperties", &found.values)] {
        if let Some(inside) = inside {
            stated.insert(keyword.to_owned(), at(client, inside));
        }
    }
    let members = found.listed_members().iter();
    let members: Map<String, Value> =
        members.map(|member| (member.name.clone(), at(client, &member.schema))).collect();
    if !members.is_empty() {
        stated.insert("properties".to_owned(), members.into());
    }
    stated
}

/// The constraints of a schema, as JSON schema has them.
fn keywords(schema: &Schema) -> Map<String, Value> {
    let stated = |Constraint { keyword, value, .. }: Constraint<'_>| {
        Some(match keyword {
            // The structure and the members' types state these.
            "required" | "oneOf" | "anyOf" | "not" | "discriminator" => return None,
            "exclusiveMinimum" | "exclusiveMaximum" => return None,
            "minimum" if schema.is("exclusiveMinimum") => ("exclusiveMinimum".to_owned(), value),
            "maximum" if schema.is("exclusiveMaximum") => ("exclusiveMaximum".to_owned(), value),
            keyword => (keyword.to_owned(), value),
        })
    };
    schema.constraints().into_iter().filter_map(stated).collect()
}
