//! Where generated code asks how many items there are.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use crate::lowering::{model_name, Lowered};
use crate::spec::{members, pointer::join, Operation, Spec};

/// What is documented of the numbers in the member `wire` of the model `rust`, if anything is.
pub fn of_member(lowered: &Lowered, rust: &str, wire: &str) -> Option<TokenStream> {
    let mut components = members(&lowered.document["components"]["schemas"]);
    let (component, _) = components.find(|(name, _)| model_name(name) == rust)?;
    let properties = join(&join("/components/schemas", component), "properties");
    at(lowered, &join(&properties, lowered.names.member_key(rust, wire)))
}

/// The same of a parameter.
pub fn of_parameter(
    lowered: &Lowered,
    operation: &Operation<'_>,
    name: &str,
) -> Option<TokenStream> {
    let (holder, parameters) = parameters_of(lowered, operation.id)?;
    let named = lowered.names.parameters_of(operation.id);
    let named = named.into_iter().find(|parameter| parameter.wire == name)?;
    let key = if named.is_renamed() { &named.rust } else { &named.wire };
    let index = parameters.iter().position(|parameter| parameter["name"] == key.as_str())?;
    at(lowered, &format!("{holder}/{index}/schema"))
}

/// Where the lowered document has the parameters of an operation, whose path may be another there.
fn parameters_of<'l>(lowered: &'l Lowered, id: &str) -> Option<(String, &'l Vec<Value>)> {
    members(&lowered.document["paths"]).find_map(|(path, item)| {
        let (method, operation) = members(item).find(|(_, value)| value["operationId"] == id)?;
        let holder = join(&join("/paths", path), method);
        Some((join(&holder, "parameters"), operation["parameters"].as_array()?))
    })
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
