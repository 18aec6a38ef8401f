//! Rewrites that add to the generated models.

use cloudfn_schema::{Kind, Schema};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote, ToTokens};
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
    let Some(items) = module(file, &["types"]) else { return Ok(()) };
    let mut functions: Vec<Item> = Vec::new();
    for item in items.iter_mut() {
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
            let schema = member.schema.resolved();
            let limits = match inside(schema) {
                Some(inside) => limits_inside(inside).map(|limits| {
                    let (name, ty) = (&model.ident, &field.ty);
                    let function = format_ident!("__schema_{}", functions.len());
                    functions.push(parse_quote! {
                        #[cfg(feature = "schemars")]
                        impl #name {
                            fn #function(
                                generator: &mut ::schemars::gen::SchemaGenerator,
                            ) -> ::schemars::schema::Schema {
                                crate::json_schema::with_limits_inside::<#ty>(generator, |schema| {
                                    #limits
                                })
                            }
                        }
                    });
                    let path = format!("{name}::{function}");
                    let default = argument(ty, "Option").map(|_| quote!(default,));
                    quote!(#default schema_with = #path)
                }),
                None => limits(schema),
            };
            field.attrs.extend(limits.map(|limits| -> Attribute {
                parse_quote!(#[cfg_attr(feature = "schemars", schemars(#limits))])
            }));
        }
    }
    items.extend(functions);
    Ok(())
}

/// The schema of the innermost items or values of a list or a map.
fn inside(schema: &'static Schema) -> Option<&'static Schema> {
    let next = |schema: &'static Schema| match &schema.kind {
        Kind::Array { items, .. } => *items,
        Kind::Object(object) if object.members.is_empty() => object.values,
        _ => None,
    };
    // A collection that contains itself has no innermost items.
    let inner = std::iter::successors(next(schema), |schema| next(schema.resolved()));
    inner.take(8).last().map(Schema::resolved)
}

/// The limits of a value as attributes of schemars, where its type does not state them. Limits of
/// numbers are left to the documentation and the table.
fn limits(schema: &Schema) -> Option<TokenStream> {
    let (minimum, maximum) = integers(schema);
    let (min_length, max_length, pattern) = texts(schema);
    let range = |name: TokenStream, min: Option<TokenStream>, max: Option<TokenStream>| {
        let min = min.map(|min| quote!(min = #min));
        let both: Vec<TokenStream> =
            min.into_iter().chain(max.map(|max| quote!(max = #max))).collect();
        (!both.is_empty()).then(|| quote!(#name(#(#both),*)))
    };
    let whole = |n: i64| Literal::i64_unsuffixed(n).into_token_stream();
    let count = |n: u64| Literal::u64_unsuffixed(n).into_token_stream();
    let all: Vec<TokenStream> = [
        range(quote!(range), minimum.map(whole), maximum.map(whole)),
        range(quote!(length), min_length.map(count), max_length.map(count)),
        pattern.map(|pattern| quote!(regex(pattern = #pattern))),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!all.is_empty()).then(|| quote!(#(#all),*))
}

/// The same limits as statements that change a `schema`, for items and values, of which the
/// attributes cannot speak.
fn limits_inside(schema: &Schema) -> Option<TokenStream> {
    let (minimum, maximum) = integers(schema);
    let (min_length, max_length, pattern) = texts(schema);
    let mut all = TokenStream::new();
    #[allow(clippy::cast_precision_loss)]
    for (name, value) in [("minimum", minimum), ("maximum", maximum)] {
        let (name, value) = (format_ident!("{name}"), value.map(|value| value as f64));
        all.extend(
            value.map(|value| quote!(schema.number().#name = ::std::option::Option::Some(#value);)),
        );
    }
    for (name, value) in [("min_length", min_length), ("max_length", max_length)] {
        let (name, value) =
            (format_ident!("{name}"), value.and_then(|value| u32::try_from(value).ok()));
        all.extend(
            value.map(|value| quote!(schema.string().#name = ::std::option::Option::Some(#value);)),
        );
    }
    all.extend(pattern.map(|pattern| {
        quote!(schema.string().pattern = ::std::option::Option::Some(#pattern.to_owned());)
    }));
    (!all.is_empty()).then_some(all)
}

/// The limits of an integer, unless its type lists its values.
fn integers(schema: &Schema) -> (Option<i64>, Option<i64>) {
    match schema.kind {
        Kind::Integer { min, max, .. } if schema.values.is_empty() => (min, max),
        _ => (None, None),
    }
}

/// The limits of a string, unless its type lists its values.
fn texts(schema: &Schema) -> (Option<u64>, Option<u64>, Option<&str>) {
    match &schema.kind {
        Kind::String { min, max, pattern, .. } if schema.values.is_empty() => {
            (min.filter(|min| *min > 0), *max, pattern.as_ref().map(|pattern| pattern.source()))
        }
        _ => (None, None, None),
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
