//! Where generated code asks how many items there are.

use proc_macro2::TokenStream;
use quote::quote;

use crate::lowering::{model_name, Lowered, Parameter};
use crate::spec::{members, pointer::join, Operation, Spec};

/// What is documented of the numbers in the member `wire` of the model `rust`, if anything is.
pub fn of_member(lowered: &Lowered, rust: &str, wire: &str) -> Option<TokenStream> {
    let mut components = members(&lowered.document["components"]["schemas"]);
    let (component, _) = components.find(|(name, _)| model_name(name) == rust)?;
    let properties = join(&join("/components/schemas", component), "properties");
    at(lowered, &join(&properties, lowered.names.member_key(rust, wire)))
}

/// The same of a parameter.
pub fn of_parameter(lowered: &Lowered, named: &Parameter) -> Option<TokenStream> {
    at(lowered, &join(&lowered.parameter_pointer(named)?, "schema"))
}

/// The same of a request body.
pub fn of_body(spec: &Spec, lowered: &Lowered, operation: &Operation<'_>) -> Option<TokenStream> {
    let content = spec.json(&spec.request(operation)?)?.pointer;
    let (_, media_type) = content.rsplit_once('/')?;
    at(lowered, &format!("{}/requestBody/content/{media_type}/schema", operation.pointer))
}

/// What is documented of the value at `at` of the lowered document, and of what is in it.
fn at(lowered: &Lowered, at: &str) -> Option<TokenStream> {
    let own = lowered.counts.get(at);
    let below = format!("{at}/");
    let is_below = lowered.counts.keys().any(|other| other.starts_with(&below));
    let inside = ["items", "additionalProperties"].into_iter().filter(|_| is_below);
    let inside = inside.filter_map(|keyword| self::at(lowered, &join(at, keyword))).next();
    if own.is_none() && inside.is_none() {
        return None;
    }
    let bound = |bound: Option<i64>| bound.and_then(|bound| usize::try_from(bound).ok());
    let least = own.and_then(|own| bound(own.least)).unwrap_or(0);
    let most = match own.and_then(|own| bound(own.most)) {
        Some(most) => quote!(#most),
        None => quote!(::std::primitive::usize::MAX),
    };
    let unique = own.is_some_and(|own| own.unique);
    let inside = match inside {
        Some(inside) => quote!(::std::option::Option::Some(#inside)),
        None => quote!(::std::option::Option::None),
    };
    Some(quote! {
        &crate::differences::Count {
            least: #least,
            most: #most,
            unique: #unique,
            inside: #inside,
        }
    })
}
