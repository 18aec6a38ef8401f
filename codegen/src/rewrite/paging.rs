//! Adds the streams of a list's pages and items to the calls that have them.

use heck::ToUpperCamelCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote, ToTokens};
use syn::{parse_quote, Type};

use super::visit::{argument, kept, module, output, structs, wire_name};
use super::{found, Applied, Client};
use crate::extensions::{self, Follows, Paging};
use crate::model::pointer::tokens;
use crate::model::Operation;
use crate::tokens::option;

pub fn paging(file: &mut syn::File, client: &Client<'_>) -> Applied {
    for operation in &client.spec.operations {
        let paging = extensions::paging(client.spec, operation);
        if let Some(paging) = paging.map_err(|e| e.to_string())? {
            let added = streams(file, client, operation, &paging)?;
            found(module(file, &["builder"]), "the builders")?.push(added);
        }
    }
    Ok(())
}

fn streams(
    file: &mut syn::File,
    client: &Client<'_>,
    operation: &Operation,
    paging: &Paging<'_>,
) -> Result<syn::Item, String> {
    let id = &operation.id;
    let Paging { parameter, items, .. } = paging;
    let named = client.lowered.names.parameter(id, "query", &parameter.name);
    let rust = &found(named, format!("`{}` of `{id}`", parameter.name))?.rust;
    let kept = kept(file, operation);
    let (_, ty) = found(kept.iter().find(|(name, _)| name == rust), format!("`{rust}` of `{id}`"))?;
    let ty = argument(ty, "Option").unwrap_or(ty);
    let rust = format_ident!("{rust}");
    let page = found(output(file, operation), format!("the result of `{id}`"))?;
    let (item, read) = items_of(file, &page, items)?;
    let item = match item.to_token_stream().to_string() {
        name if client.models.iter().any(|model| model.name == name) => parse_quote!(types::#item),
        _ => item,
    };
    let builder = format_ident!("{}", id.to_upper_camel_case());
    let described = describe(operation, paging);
    let docs = docs(paging);
    Ok(parse_quote! {
        impl<'a> #builder<'a> {
            /// The pages of the list as a stream, from the one that this call asks for. Each page
            /// is one call with the options of this one.
            #(#[doc = #docs])*
            ///
            /// An error ends the stream.
            pub fn pages(self) -> crate::Listing<'a, #page> {
                static PAGING: crate::paging::Paging = #described;
                let start = crate::paging::given(&self.#rust);
                crate::paging::pages(
                    &PAGING,
                    self,
                    start,
                    |call, at| Ok(call.#rust(PAGING.value::<#ty>(at)?)),
                    |call| Box::pin(call.send()),
                )
            }

            /// The items of the list as a stream: those of the pages that [`pages`](Self::pages)
            /// has.
            pub fn stream(self) -> crate::Listing<'a, #item> {
                self.pages().items(|page| { #read })
            }
        }
    })
}

/// Plain data about the paging of an operation.
pub(super) fn describe(operation: &Operation, paging: &Paging<'_>) -> TokenStream {
    let id = &operation.id;
    let Paging { parameter, follows, items, size } = paging;
    let parameter = &parameter.name;
    let size = option(size.as_ref());
    let follows = match follows {
        Follows::Marker(next) => quote!(Marker { next: #next }),
        Follows::Number { first, total } => {
            let total = option(total.as_ref());
            quote!(Number { first: #first, total: #total })
        }
    };
    quote! {
        crate::paging::Paging {
            operation: #id,
            parameter: #parameter,
            follows: crate::paging::Follows::#follows,
            items: #items,
            size: #size,
        }
    }
}

fn docs(paging: &Paging<'_>) -> Vec<String> {
    let Paging { parameter, follows, size, .. } = paging;
    let parameter = &parameter.name;
    let follows = match follows {
        Follows::Marker(next) => format!(
            " The next page is asked for by `{parameter}`, with what stands at `{next}`. The list \
             ends where that is missing, empty or 0, or with a page without items."
        ),
        Follows::Number { total: Some(total), .. } => format!(
            " The next page is asked for by its number, `{parameter}`. The list ends with as many \
             items as `{total}` says, or with a page without items."
        ),
        Follows::Number { total: None, .. } => format!(
            " The next page is asked for by its number, `{parameter}`. The list ends with a page \
             without items."
        ),
    };
    let size = size.map(|size| format!(" The parameter `{size}` sets the size of a page."));
    [String::new(), follows].into_iter().chain(size).collect()
}

/// The type of the items that stand at `pointer` of a page, and what takes them out of `page`.
fn items_of(
    file: &mut syn::File,
    page: &Type,
    pointer: &str,
) -> Result<(Type, TokenStream), String> {
    let models = module(file, &["types"]).map_or(&[][..], |items| items);
    let mut ty = found(argument(page, "Response"), "the page")?.clone();
    let mut read = quote!();
    let mut last = quote!(page.into_inner());
    for token in tokens(pointer) {
        let holder = match argument(&ty, "Option") {
            Some(inner) => {
                last = quote!(#last?);
                inner
            }
            None => &ty,
        };
        read = quote!(#read let page = #last;);
        let ty_name = super::readable(argument(holder, "Box").unwrap_or(holder));
        let model = structs(models).find(|model| model.ident == ty_name);
        let mut fields = model.into_iter().flat_map(|model| &model.fields);
        let field = fields.find(|field| wire_name(field) == token);
        let field = found(field, format!("`{token}` of `{ty_name}`"))?;
        let name = &field.ident;
        last = quote!(page.#name);
        ty = field.ty.clone();
    }
    let (ty, last) = match argument(&ty, "Option") {
        Some(inner) => (inner.clone(), last),
        None => (ty, quote!(Some(#last))),
    };
    let item = found(argument(&ty, "Vec"), format!("the items at `{pointer}`"))?;
    Ok((item.clone(), quote!(#read #last)))
}
