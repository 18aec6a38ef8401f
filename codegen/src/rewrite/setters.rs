//! Rewrites of the setters of builders.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;
use proc_macro2::TokenStream;
use quote::{quote, ToTokens};
use syn::visit_mut::VisitMut;
use syn::{parse_quote, FnArg, ImplItem, ImplItemFn, Item, LitStr, Type, TypePath, WherePredicate};

use super::counts;
use super::visit::{argument, module, owner, structs, wire_name};
use crate::lowering::Lowered;
use crate::spec::{Operation, Spec};

/// Names on the wire by Rust name: of one builder, or of all.
type WireNames = BTreeMap<String, String>;

pub fn setters(file: &mut syn::File, spec: &Spec, lowered: &Lowered) {
    let members = member_names(file);
    if let Some(items) = module(file, &["types", "builder"]) {
        rewrite_impls(items, |owner, rust| {
            let wire = members.get(owner).and_then(|names| names.get(rust))?;
            Some(Documented { count: counts::of_member(lowered, owner, wire), wire: wire.clone() })
        });
    }
    let operations = spec.operations();
    if let Some(items) = module(file, &["builder"]) {
        rewrite_impls(items, |owner, rust| {
            let operation = operations.iter().find(|o| o.id.to_upper_camel_case() == owner)?;
            let parameters = lowered.names.parameters_of(operation.id);
            Some(match parameters.into_iter().find(|named| named.rust == rust) {
                Some(named) => Documented {
                    count: counts::of_parameter(lowered, named),
                    wire: named.wire.clone(),
                },
                None => Documented {
                    count: counts::of_body(spec, lowered, operation),
                    wire: rust.to_owned(),
                },
            })
        });
    }
}

/// What is documented of what a setter sets.
struct Documented {
    /// Its name on the wire.
    wire: String,
    /// How many items it has.
    count: Option<TokenStream>,
}

pub fn missing_members(file: &mut syn::File, spec: &Spec, lowered: &Lowered) {
    let members = member_names(file);
    let parameters = parameter_names(spec, lowered);
    for (place, names) in [(&["builder"][..], &parameters), (&["types", "builder"], &members)] {
        for item in module(file, place).into_iter().flatten() {
            let Item::Impl(block) = item else { continue };
            if let Some(names) = names.get(&owner(block)) {
                MissingMessages { names }.visit_item_impl_mut(block);
            }
        }
    }
    require_in_requests(file, lowered, &members);
}

/// A member that is required and stands in a schema of requests and answers is optional in the
/// Rust type; its builder asks for it all the same.
fn require_in_requests(
    file: &mut syn::File,
    lowered: &Lowered,
    members: &BTreeMap<String, WireNames>,
) {
    let Some(items) = module(file, &["types", "builder"]) else {
        return;
    };
    for item in items {
        let Item::Impl(block) = item else { continue };
        let is_default = block
            .trait_
            .as_ref()
            .is_some_and(|(_, path, _)| path.segments.last().is_some_and(|s| s.ident == "Default"));
        let owner = block.self_ty.to_token_stream().to_string();
        if !is_default {
            continue;
        }
        let Some(names) = members.get(&owner) else {
            continue;
        };
        let mut defaults = RequiredDefaults {
            required: lowered
                .relaxed_required
                .iter()
                .filter(|relaxed| relaxed.in_requests && relaxed.model == owner)
                .map(|relaxed| relaxed.member.clone())
                .collect(),
            names,
        };
        defaults.visit_item_impl_mut(block);
    }
}

struct RequiredDefaults<'a> {
    required: Vec<String>,
    names: &'a WireNames,
}

impl VisitMut for RequiredDefaults<'_> {
    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        let rust = field.member.to_token_stream().to_string();
        if let Some(wire) = self.names.get(&rust).filter(|wire| self.required.contains(wire)) {
            let message = format!("{wire} is required");
            field.expr = parse_quote!(Err(#message.to_string()));
        }
    }
}

struct MissingMessages<'n> {
    names: &'n WireNames,
}

impl VisitMut for MissingMessages<'_> {
    fn visit_lit_str_mut(&mut self, literal: &mut LitStr) {
        let text = literal.value();
        let rust = text
            .strip_prefix("no value supplied for ")
            .or_else(|| text.strip_suffix(" was not initialized"));
        if let Some(rust) = rust {
            let wire = self.names.get(rust).map_or(rust, String::as_str);
            *literal = LitStr::new(&format!("{wire} is required"), literal.span());
        }
    }
}

/// The wire names of the members of each model.
fn member_names(file: &mut syn::File) -> BTreeMap<String, WireNames> {
    let Some(items) = module(file, &["types"]) else {
        return BTreeMap::new();
    };
    let names = |model: &syn::ItemStruct| {
        let fields = model.fields.iter();
        fields
            .filter_map(|field| Some((field.ident.as_ref()?.to_string(), wire_name(field))))
            .collect()
    };
    structs(items).map(|model| (model.ident.to_string(), names(model))).collect()
}

/// The wire names of the parameters of each call.
fn parameter_names(spec: &Spec, lowered: &Lowered) -> BTreeMap<String, WireNames> {
    let of = |operation: &Operation<'_>| {
        let parameters = lowered.names.parameters_of(operation.id).into_iter();
        let names = parameters.map(|named| (named.rust.clone(), named.wire.clone())).collect();
        (operation.id.to_upper_camel_case(), names)
    };
    spec.operations().iter().map(of).collect()
}

fn rewrite_impls(items: &mut [Item], documented: impl Fn(&str, &str) -> Option<Documented>) {
    for item in items {
        let Item::Impl(block) = item else { continue };
        if block.trait_.is_some() {
            continue;
        }
        let owner = match &*block.self_ty {
            Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
            _ => None,
        };
        for item in &mut block.items {
            if let (ImplItem::Fn(setter), Some(owner)) = (item, &owner) {
                rewrite_setter(setter, |rust| documented(owner, rust));
            }
        }
    }
}

fn rewrite_setter(setter: &mut ImplItemFn, documented: impl Fn(&str) -> Option<Documented>) {
    let Some(target) = conversion_target(setter) else {
        return;
    };
    let field = setter.sig.ident.clone();
    let rust = field.to_string();
    let Documented { wire, count } =
        documented(&rust).unwrap_or_else(|| Documented { wire: rust.clone(), count: None });
    let body = setter.block.to_token_stream().to_string();
    let unwrapped = argument(&target, "Option").cloned();
    let is_optional = unwrapped.is_some() || body.contains("map (Some)");
    let target = unwrapped.unwrap_or(target);
    let convert = match (is_optional, body.contains("From :: from")) {
        (true, _) => quote!(.map(Some)),
        (_, true) => quote!(.map(From::from)),
        _ => quote!(),
    };
    let count =
        count.map(|count| quote!(.and_then(|value| crate::setter::counted(value, #wire, #count))));
    let Taken { parameters, bounds, take } = Taken::of(&target);
    setter.sig.generics = parse_quote!(<#parameters>);
    setter.sig.generics.where_clause = Some(parse_quote!(where #bounds));
    if let Some(FnArg::Typed(value)) = setter.sig.inputs.last_mut() {
        value.ty = parse_quote!(T);
    }
    setter.block = parse_quote!({
        self.#field = crate::setter::#take(value, #wire) #count #convert;
        self
    });
}

/// What a setter takes.
struct Taken {
    /// Its type parameters; what it is given is a `T`.
    parameters: TokenStream,
    /// Their bounds.
    bounds: TokenStream,
    /// The function that takes it.
    take: TokenStream,
}

impl Taken {
    /// By the setter of a value of the type `target`.
    fn of(target: &Type) -> Self {
        let becomes = |given: TokenStream, target: &Type| {
            quote! {
                #given: ::std::convert::TryInto<#target>,
                <#given as ::std::convert::TryInto<#target>>::Error: ::std::fmt::Display,
            }
        };
        let values = ["HashMap", "Map"].into_iter().find_map(|map| argument(target, map));
        match (argument(target, "Vec"), values) {
            (Some(item), _) => {
                let items = becomes(quote!(T::Item), item);
                Self {
                    parameters: quote!(T),
                    bounds: quote!(T: ::std::iter::IntoIterator, #items),
                    take: quote!(items),
                }
            }
            (None, Some(value)) => {
                let values = becomes(quote!(V), value);
                Self {
                    parameters: quote!(T, K, V),
                    bounds: quote! {
                        T: ::std::iter::IntoIterator<Item = (K, V)>,
                        K: ::std::convert::Into<::std::string::String>,
                        #values
                    },
                    take: quote!(members),
                }
            }
            (None, None) => Self {
                parameters: quote!(T),
                bounds: becomes(quote!(T), target),
                take: quote!(given),
            },
        }
    }
}

/// `X` of the bound `TryInto<X>` in the where clause of a setter.
fn conversion_target(setter: &ImplItemFn) -> Option<Type> {
    let bounds = setter.sig.generics.where_clause.as_ref()?;
    bounds.predicates.iter().find_map(|predicate| {
        let WherePredicate::Type(predicate) = predicate else {
            return None;
        };
        let syn::TypeParamBound::Trait(bound) = predicate.bounds.first()? else {
            return None;
        };
        let bound = Type::Path(TypePath { qself: None, path: bound.path.clone() });
        argument(&bound, "TryInto").cloned()
    })
}
