//! The rewrite of what models, builders and calls show of secrets.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;
use proc_macro2::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{parse_quote, Item, ItemStruct, Type};

use super::visit::{argument, module, structs, wire_name};
use super::{Applied, Client};
use crate::model::Parameter;
use crate::secret::is_secret;

/// Has `Debug` say that a secret is there, and not what it is.
pub fn secrets(file: &mut syn::File, client: &Client<'_>) -> Applied {
    let Client { spec, lowered, .. } = client;
    let mut of_models: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for model in structs(module(file, &["types"]).map_or(&[][..], |items| items)) {
        let owner = model.ident.to_string();
        let schema = client.schema_of(&owner);
        let fields = model.fields.iter().filter(|field| field.ident.is_some());
        let secrets = fields.filter(|field| {
            let member = schema.and_then(|schema| schema.member(&wire_name(field)));
            member.is_some_and(|member| is_secret(spec, &member.name, &member.schema))
        });
        let secrets = secrets.filter_map(|field| Some(field.ident.as_ref()?.to_string()));
        of_models.insert(owner, secrets.collect());
    }
    let mut of_calls: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for operation in &spec.operations {
        let parameters = operation.parameters.iter().filter_map(|parameter| {
            let Parameter { name, location, .. } = parameter;
            let named = lowered.names.parameter(&operation.id, location, name)?;
            let is_secret = is_secret(spec, name, parameter.schema.as_deref()?);
            is_secret.then(|| named.rust.clone())
        });
        of_calls.insert(operation.id.to_upper_camel_case(), parameters.collect());
    }
    for (place, secrets) in [
        (&["types"][..], &of_models),
        (&["types", "builder"], &of_models),
        (&["builder"], &of_calls),
    ] {
        let Some(items) = module(file, place) else { continue };
        let mut implementations = Vec::new();
        for item in items.iter_mut() {
            let Item::Struct(shown) = item else { continue };
            match secrets.get(&shown.ident.to_string()) {
                Some(secrets) if !secrets.is_empty() => implementations.push(hide(shown, secrets)),
                _ => {}
            }
        }
        items.extend(implementations);
    }
    Ok(())
}

/// Takes the derived `Debug` of a struct, and makes one that shows none of `secrets`.
fn hide(shown: &mut ItemStruct, secrets: &BTreeSet<String>) -> Item {
    for attribute in shown.attrs.iter_mut().filter(|a| a.path().is_ident("derive")) {
        let traits = Punctuated::<syn::Path, syn::Token![,]>::parse_terminated;
        if let Ok(traits) = attribute.parse_args_with(traits) {
            let others = traits.iter().filter(|path| !path.is_ident("Debug"));
            *attribute = parse_quote!(#[derive(#(#others),*)]);
        }
    }
    let name = &shown.ident;
    let text = name.to_string();
    let fields = shown.fields.iter().filter_map(|field| {
        let name = field.ident.as_ref()?;
        let text = name.to_string();
        let value = match secrets.contains(&text) {
            true => hidden(&field.ty, quote!(self.#name)),
            false => quote!(self.#name),
        };
        let text = text.trim_start_matches("r#");
        Some(quote!(.field(#text, &#value)))
    });
    let (impl_generics, generics, bounds) = shown.generics.split_for_impl();
    parse_quote! {
        impl #impl_generics ::std::fmt::Debug for #name #generics #bounds {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(#text) #(#fields)* .finish()
            }
        }
    }
}

/// What stands for a secret of the type `ty`, which is `value`: whether there is one is not a secret,
/// nor why one was refused.
fn hidden(ty: &Type, value: TokenStream) -> TokenStream {
    match ["Option", "Result"].iter().find_map(|name| argument(ty, name)) {
        Some(inner) => {
            let inner = hidden(inner, quote!(value));
            quote!(#value.as_ref().map(|value| #inner))
        }
        None => quote!(crate::secret::hidden(&#value)),
    }
}
