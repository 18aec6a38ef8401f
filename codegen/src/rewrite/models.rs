//! Rewrites that add to the generated models.

use quote::quote;
use syn::punctuated::Punctuated;
use syn::{parse_quote, Attribute, Item, ItemStruct, Path, Token, Type};

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
        objects.contains(&last.ident) || last.ident == "Map" || last.ident == "BTreeMap"
    })
}

pub(super) fn derives_deserialize(attributes: &[syn::Attribute]) -> bool {
    attributes
        .iter()
        .any(|a| a.path().is_ident("derive") && quote!(#a).to_string().contains("Deserialize"))
}
