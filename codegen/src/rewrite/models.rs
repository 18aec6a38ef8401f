//! Rewrites that add to the generated models.

use cloudfn_schema::{Kind, Schema};
use proc_macro2::{Literal, TokenStream};
use quote::{quote, ToTokens};
use syn::punctuated::Punctuated;
use syn::{parse_quote, Attribute, Item, ItemEnum, ItemStruct, Path, Token, Type};

use super::visit::{argument, is_documented, module, structs, wire_name};
use super::{expect, found, Applied, Client};
use crate::names::Model;

pub fn leaf_definitions(file: &mut syn::File, client: &Client<'_>) -> Applied {
    let Client { lowered, .. } = client;
    let items = found(module(file, &["types"]), "the models")?;
    let definitions = lowered.leaves.iter().map(crate::leaf::Leaf::definition);
    let definitions: syn::File = parse_quote!(#(#definitions)*);
    items.extend(definitions.items);
    for item in items {
        if let Item::Struct(model) = item {
            document_members(model);
        }
    }
    Ok(())
}

/// A member without a description of its own refers to its type.
fn document_members(model: &mut ItemStruct) {
    for field in &mut model.fields {
        if !is_documented(&field.attrs) {
            let doc = format!(" The member `{}`.", wire_name(field));
            field.attrs.insert(0, parse_quote!(#[doc = #doc]));
        }
    }
}

pub fn schemas(file: &mut syn::File, client: &Client<'_>) -> Applied {
    for item in module(file, &["types"]).into_iter().flatten() {
        if let Item::Struct(ItemStruct { attrs, .. }) | Item::Enum(ItemEnum { attrs, .. }) = item {
            if derives_deserialize(attrs) {
                attrs.push(parse_quote! {
                    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
                });
            }
        }
        let Item::Struct(model) = item else { continue };
        let schema = client.schema_of(&model.ident);
        let schema = schema.and_then(|schema| client.tables.get(schema.pointer.as_str()));
        let Some((schema, _)) = schema else { continue };
        let Kind::Object(object) = &schema.kind else { continue };
        for field in model.fields.iter_mut() {
            let name = wire_name(field);
            let Some(member) = object.members.iter().find(|member| member.name == name) else {
                continue;
            };
            field.attrs.extend(limits(member.schema.resolved()).map(|limits| {
                let limits: Attribute = parse_quote! {
                    #[cfg_attr(feature = "schemars", schemars(#limits))]
                };
                limits
            }));
        }
    }
    Ok(())
}

/// The limits of a value as schemars has them, where its type does not state them. What schemars
/// has no word for is left to the documentation and the table.
fn limits(schema: &'static Schema) -> Option<TokenStream> {
    if !schema.values.is_empty() {
        return None;
    }
    let range = |min: Option<TokenStream>, max: Option<TokenStream>| {
        let min = min.map(|min| quote!(min = #min));
        let max = max.map(|max| quote!(max = #max));
        let both: Vec<TokenStream> = min.into_iter().chain(max).collect();
        (!both.is_empty()).then(|| quote!(#(#both),*))
    };
    let whole = |n: i64| Literal::i64_unsuffixed(n).into_token_stream();
    let count = |n: u64| Literal::u64_unsuffixed(n).into_token_stream();
    match &schema.kind {
        Kind::Integer { min, max, .. } => {
            let range = range(min.map(whole), max.map(whole))?;
            Some(quote!(range(#range)))
        }
        Kind::String { min, max, pattern, .. } => {
            let min = min.filter(|min| *min > 0);
            let length = range(min.map(count), max.map(count)).map(|range| quote!(length(#range)));
            let pattern = pattern.as_ref().map(|pattern| {
                let source = pattern.source();
                quote!(regex(pattern = #source))
            });
            let both: Vec<TokenStream> = length.into_iter().chain(pattern).collect();
            (!both.is_empty()).then(|| quote!(#(#both),*))
        }
        Kind::Array { items: Some(items), .. } => {
            let items = items.resolved();
            let is_scalar = matches!(items.kind, Kind::Integer { .. } | Kind::String { .. });
            let inner = is_scalar.then(|| limits(items))??;
            Some(quote!(inner(#inner)))
        }
        _ => None,
    }
}

/// Has each model read from objects only: what serde derives reads an array too, member by member.
pub fn objects_only(file: &mut syn::File, client: &Client<'_>) -> Applied {
    let items = found(module(file, &["types"]), "the models")?;
    let is_object = |model: &&ItemStruct| {
        let has_members = model.fields.iter().any(|field| field.ident.is_some());
        has_members && derives_deserialize(&model.attrs)
    };
    let objects: Vec<syn::Ident> =
        structs(items).filter(is_object).map(|model| model.ident.clone()).collect();
    let mut implementations: Vec<Item> = Vec::new();
    for item in items.iter_mut() {
        let Item::Struct(model) = item else { continue };
        if !objects.contains(&model.ident) {
            continue;
        }
        implementations.extend(read_by_members(model, &objects).items);
        model.attrs.iter_mut().for_each(underive_deserialize);
        // A vendor may add a member.
        model.attrs.push(parse_quote!(#[non_exhaustive]));
    }
    let is_made = |model: &&Model<'_>| objects.iter().any(|name| *name == model.name);
    let listed = client.models.iter().filter(|model| !model.schema.listed_members().is_empty());
    let missing = listed.into_iter().find(|model| !is_made(model));
    expect(missing.is_none(), format!("`{}`", missing.map_or("", |model| &model.name)))?;
    items.extend(implementations);
    Ok(())
}

/// Reads a model by what serde derives for a struct with the same members, which nobody else sees.
fn read_by_members(model: &ItemStruct, objects: &[syn::Ident]) -> syn::File {
    let ItemStruct { ident: name, fields, attrs, .. } = model;
    let is_serde = |attribute: &&Attribute| attribute.path().is_ident("serde");
    let of_model = attrs.iter().filter(is_serde);
    let own_name = name.to_string();
    let mut fields = fields.clone();
    for field in &mut fields {
        field.attrs.retain(|attribute| is_serde(&attribute));
        if is_optional_object(&field.ty, objects) {
            // With a way of its own to be read, serde asks for a member that may be missing.
            let read = parse_quote! {
                #[serde(default, deserialize_with = "crate::object::optional")]
            };
            field.attrs.push(read);
        }
    }
    parse_quote! {
        impl<'de> crate::object::Object<'de> for #name {
            fn members<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                #[derive(::serde::Deserialize)]
                #[serde(remote = #own_name)]
                #(#of_model)*
                struct __Members #fields
                __Members::deserialize(deserializer)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                crate::object::read(deserializer)
            }
        }
    }
}

fn underive_deserialize(attribute: &mut Attribute) {
    if attribute.path().is_ident("derive") {
        let parse = Punctuated::<Path, Token![,]>::parse_terminated;
        let traits = attribute.parse_args_with(parse).unwrap_or_default().into_iter();
        let others = traits.filter(|path| !quote!(#path).to_string().ends_with("Deserialize"));
        *attribute = parse_quote!(#[derive(#(#others),*)]);
    }
}

/// Whether `ty` is an optional model or map.
fn is_optional_object(ty: &Type, objects: &[syn::Ident]) -> bool {
    let Some(inner) = argument(ty, "Option") else { return false };
    let Type::Path(path) = argument(inner, "Box").unwrap_or(inner) else { return false };
    path.path.segments.last().is_some_and(|last| {
        objects.contains(&last.ident) || last.ident == "Map" || last.ident == "HashMap"
    })
}

fn derives_deserialize(attributes: &[syn::Attribute]) -> bool {
    attributes
        .iter()
        .any(|a| a.path().is_ident("derive") && quote!(#a).to_string().contains("Deserialize"))
}
