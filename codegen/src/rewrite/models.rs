//! Rewrites that add to the generated models.

use quote::quote;
use syn::{parse_quote, Fields, Item, ItemEnum, ItemStruct, Type};

use super::counts;
use super::visit::{argument, is_documented, module, structs, wire_name};
use crate::lowering::Lowered;
use crate::spec::Spec;

pub fn leaf_definitions(file: &mut syn::File, _: &Spec, lowered: &Lowered) {
    let Some(items) = module(file, &["types"]) else {
        return;
    };
    let definitions = lowered.leaves.iter().map(crate::leaf::Leaf::definition);
    let definitions: syn::File = parse_quote!(#(#definitions)*);
    items.extend(definitions.items);
    for item in items {
        if let Item::Struct(model) = item {
            document_members(model);
        }
    }
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

pub fn schemas(file: &mut syn::File, _: &Spec, _: &Lowered) {
    for item in module(file, &["types"]).into_iter().flatten() {
        if let Item::Struct(ItemStruct { attrs, .. }) | Item::Enum(ItemEnum { attrs, .. }) = item {
            if derives_deserialize(attrs) {
                attrs.push(parse_quote! {
                    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
                });
            }
        }
    }
}

/// Has each model read from objects only: what serde derives reads an array too, member by member.
pub fn objects_only(file: &mut syn::File, _: &Spec, _: &Lowered) {
    let Some(items) = module(file, &["types"]) else {
        return;
    };
    let is_object = |model: &&ItemStruct| {
        let has_members = model.fields.iter().any(|field| field.ident.is_some());
        has_members && derives_deserialize(&model.attrs)
    };
    let objects: Vec<syn::Ident> =
        structs(items).filter(is_object).map(|model| model.ident.clone()).collect();
    for item in items.iter_mut() {
        let Item::Struct(model) = item else { continue };
        if !objects.contains(&model.ident) {
            continue;
        }
        model.attrs.push(parse_quote!(#[serde(remote = "Self")]));
        for field in &mut model.fields {
            if is_optional_object(&field.ty, &objects) {
                // With a way of its own to be read, serde asks for a member that may be missing.
                let read = parse_quote! {
                    #[serde(default, deserialize_with = "crate::object::optional")]
                };
                field.attrs.push(read);
            }
        }
    }
    let implementations =
        objects.iter().map(|name| -> Item { parse_quote!(crate::object::object!(#name);) });
    items.extend(implementations);
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

pub fn differences(file: &mut syn::File, spec: &Spec, lowered: &Lowered) {
    let Some(items) = module(file, &["types"]) else {
        return;
    };
    let mut implementations: Vec<Item> = Vec::new();
    for item in items.iter() {
        let (name, body) = match item {
            Item::Struct(model) => (&model.ident, of_struct(model, spec, lowered)),
            Item::Enum(model) if has_values(model) => (&model.ident, of_enum(model)),
            _ => continue,
        };
        implementations.push(parse_quote! {
            impl crate::differences::Differences for #name {
                #[allow(unused_variables)]
                fn collect(
                    &self,
                    place: &crate::differences::Place<'_>,
                    found: &mut ::std::vec::Vec<crate::differences::Difference>,
                ) {
                    #body
                }
            }
        });
    }
    items.extend(implementations);
}

fn of_struct(model: &ItemStruct, _: &Spec, lowered: &Lowered) -> proc_macro2::TokenStream {
    let owner = model.ident.to_string();
    let members = model.fields.iter().enumerate().map(|(index, field)| {
        let Some(name) = &field.ident else {
            let index = syn::Index::from(index);
            return quote!(crate::differences::Differences::collect(&self.#index, place, found););
        };
        let wire = wire_name(field);
        let is_relaxed = lowered
            .relaxed_required
            .iter()
            .any(|relaxed| relaxed.model == owner && relaxed.member == wire);
        let require = is_relaxed.then(
            || quote!(crate::differences::require(&self.#name, &place.member(#wire), found);),
        );
        let count = counts::of_member(lowered, &owner, &wire).map(|count| {
            quote! {
                crate::differences::Differences::count(
                    &self.#name,
                    #count,
                    &place.member(#wire),
                    found,
                );
            }
        });
        quote! {
            #require
            crate::differences::Differences::collect(&self.#name, &place.member(#wire), found);
            #count
        }
    });
    quote!(#(#members)*)
}

/// Whether an enumeration of the generator holds models, as those of `oneOf` do.
fn has_values(model: &ItemEnum) -> bool {
    model.variants.iter().any(|variant| !variant.fields.is_empty())
}

fn of_enum(model: &ItemEnum) -> proc_macro2::TokenStream {
    let arms = model.variants.iter().map(|variant| {
        let name = &variant.ident;
        match &variant.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                quote!(Self::#name(value) => crate::differences::Differences::collect(value, place, found),)
            }
            Fields::Unnamed(_) => quote!(Self::#name(..) => {}),
            Fields::Named(fields) => {
                let names = fields.named.iter().map(|f| f.ident.clone());
                let names: Vec<_> = names.collect();
                let wires = fields.named.iter().map(wire_name);
                quote! {
                    Self::#name { #(#names),* } => {
                        #(crate::differences::Differences::collect(#names, &place.member(#wires), found);)*
                    }
                }
            }
            Fields::Unit => quote!(Self::#name => {}),
        }
    });
    quote!(match self { #(#arms)* })
}
