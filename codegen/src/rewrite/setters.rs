//! Rewrites of the setters of builders.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;
use proc_macro2::TokenStream;
use quote::{quote, ToTokens};
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{
    parse_quote, FnArg, ImplItem, ImplItemFn, Item, LitStr, PatType, Type, TypePath, WherePredicate,
};

use super::visit::{argument, blocks, module, owner, structs, wire_name};
use super::{expect, found, Applied, Client};
use crate::lowering::Lowered;
use crate::model::{Operation, Spec};

/// Names on the wire by Rust name: of one builder, or of all.
type WireNames = BTreeMap<String, String>;

pub fn setters(file: &mut syn::File, client: &Client<'_>) -> Applied {
    let Client { spec, lowered, .. } = client;
    let members = member_names(file);
    let parameters = parameter_names(spec, lowered);
    for (place, names) in [(&["types", "builder"][..], &members), (&["builder"], &parameters)] {
        let of_owner = |(owner, names): (&String, &WireNames)| {
            names.keys().map(|rust| (owner.clone(), rust.clone())).collect::<Vec<_>>()
        };
        let mut expected: BTreeSet<(String, String)> = names.iter().flat_map(of_owner).collect();
        for block in blocks(file, place) {
            let owner = owner(block);
            let names = names.get(&owner).filter(|_| block.trait_.is_none());
            for item in &mut block.items {
                let ImplItem::Fn(setter) = item else { continue };
                let rust = setter.sig.ident.to_string();
                let wire = names.and_then(|names| names.get(&rust)).unwrap_or(&rust).clone();
                if rewrite_setter(setter, &wire) {
                    expected.remove(&(owner.clone(), rust));
                }
            }
        }
        let missing = expected.first();
        let what = missing.map(|(owner, rust)| format!("the setter `{rust}` of `{owner}`"));
        expect(missing.is_none(), what.unwrap_or_default())?;
    }
    Ok(())
}

pub fn missing_members(file: &mut syn::File, client: &Client<'_>) -> Applied {
    let Client { spec, lowered, .. } = client;
    let members = member_names(file);
    let parameters = parameter_names(spec, lowered);
    for (place, names) in [(&["builder"][..], &parameters), (&["types", "builder"], &members)] {
        for block in blocks(file, place) {
            if let Some(names) = names.get(&owner(block)) {
                MissingMessages { names }.visit_item_impl_mut(block);
            }
        }
    }
    convert_at_once(file)?;
    require_in_requests(file, lowered, &members)
}

/// Has a builder become a model in one step: with a `?` for each member, what that compiles to grows
/// with the square of their number.
fn convert_at_once(file: &mut syn::File) -> Applied {
    let mut is_done = false;
    for block in blocks(file, &["types", "builder"]) {
        let [ImplItem::Type(_), ImplItem::Fn(convert)] = &mut block.items[..] else { continue };
        let Some(FnArg::Typed(PatType { ty: builder, .. })) = convert.sig.inputs.first() else {
            continue;
        };
        let mut members = Members::default();
        members.visit_block(&convert.block);
        let Members(members) = members;
        if members.is_empty() {
            continue;
        }
        is_done = true;
        convert.block = parse_quote!({
            match value {
                #builder { #(#members: Ok(#members)),* } => Ok(Self { #(#members),* }),
                #builder { #(#members),* } => {
                    Err(crate::setter::fault(&[#(#members.as_ref().err()),*]).into())
                }
            }
        });
    }
    expect(is_done, "how a builder becomes a model")
}

/// The members of the model that a block makes.
#[derive(Default)]
struct Members(Vec<syn::Member>);

impl Visit<'_> for Members {
    fn visit_field_value(&mut self, field: &syn::FieldValue) {
        self.0.push(field.member.clone());
    }
}

/// A member that is required and stands in a schema of requests and answers is optional in the
/// Rust type; its builder asks for it all the same.
fn require_in_requests(
    file: &mut syn::File,
    lowered: &Lowered,
    members: &BTreeMap<String, WireNames>,
) -> Applied {
    let mut required: BTreeSet<(String, String)> = lowered
        .relaxed_required
        .iter()
        .filter(|relaxed| relaxed.in_requests)
        .map(|relaxed| (relaxed.model.clone(), relaxed.member.clone()))
        .collect();
    for item in found(module(file, &["types", "builder"]), "the builders of models")? {
        let Item::Impl(block) = item else { continue };
        let is_default = block
            .trait_
            .as_ref()
            .is_some_and(|(_, path, _)| path.segments.last().is_some_and(|s| s.ident == "Default"));
        let owner = block.self_ty.to_token_stream().to_string();
        let Some(names) = members.get(&owner).filter(|_| is_default) else { continue };
        RequiredDefaults { owner, required: &mut required, names }.visit_item_impl_mut(block);
    }
    let missing = required.first();
    let what = missing.map(|(model, member)| format!("what `{member}` of `{model}` is by default"));
    expect(missing.is_none(), what.unwrap_or_default())
}

struct RequiredDefaults<'a> {
    owner: String,
    /// Models and members that are still to be found.
    required: &'a mut BTreeSet<(String, String)>,
    names: &'a WireNames,
}

impl VisitMut for RequiredDefaults<'_> {
    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        let rust = field.member.to_token_stream().to_string();
        let Some(wire) = self.names.get(&rust) else { return };
        if self.required.remove(&(self.owner.clone(), wire.clone())) {
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
    let of = |operation: &Operation| {
        let parameters = lowered.names.parameters_of(&operation.id).into_iter();
        let parameters = parameters.filter(|named| lowered.parameter(named).is_some());
        let names = parameters.map(|named| (named.rust.clone(), named.wire.clone())).collect();
        (operation.id.to_upper_camel_case(), names)
    };
    spec.operations.iter().map(of).collect()
}

/// Has a setter take what it sets: a scalar by `Into`, and the items of a list of them; a model by
/// what becomes one, such as its builder, whose fault is kept until the call is sent.
///
/// Whether it is a setter.
fn rewrite_setter(setter: &mut ImplItemFn, wire: &str) -> bool {
    let Some(target) = conversion_target(setter) else {
        return false;
    };
    let field = setter.sig.ident.clone();
    let body = setter.block.to_token_stream().to_string();
    let unwrapped = argument(&target, "Option").cloned();
    let is_optional = unwrapped.is_some() || body.contains("map (Some)");
    let target = unwrapped.unwrap_or(target);
    let Taken { generics, value, take } = Taken::of(&target, wire);
    let take = match (is_optional, body.contains("From :: from")) {
        (true, _) => quote!(#take.map(Some)),
        (_, true) => quote!(#take.map(From::from)),
        _ => take,
    };
    setter.sig.generics = parse_quote!(<#generics>);
    setter.sig.generics.where_clause = None;
    if let Some(FnArg::Typed(given)) = setter.sig.inputs.last_mut() {
        *given.ty = value;
    }
    setter.block = parse_quote!({
        self.#field = #take;
        self
    });
    true
}

/// What a setter takes.
struct Taken {
    generics: TokenStream,
    /// The type of the value that it is given.
    value: Type,
    /// What makes of it the result that the builder keeps.
    take: TokenStream,
}

impl Taken {
    /// By the setter of a value of the type `target`.
    fn of(target: &Type, wire: &str) -> Self {
        let scalar = |ty: &Type| -> Type { parse_quote!(impl ::std::convert::Into<#ty>) };
        let values = ["BTreeMap", "Map"].into_iter().find_map(|map| argument(target, map));
        match (argument(target, "Vec"), values) {
            (Some(item), _) if is_scalar(item) => Self {
                generics: quote!(),
                value: parse_quote! {
                    impl ::std::iter::IntoIterator<Item: ::std::convert::Into<#item>>
                },
                take: quote!(Ok(value.into_iter().map(::std::convert::Into::into).collect())),
            },
            (Some(item), _) => Self {
                generics: quote! {
                    T: ::std::iter::IntoIterator<Item: crate::setter::Becomes<#item>>
                },
                value: parse_quote!(T),
                take: quote!(crate::setter::items(value, #wire)),
            },
            (None, Some(value)) => Self {
                generics: quote! {
                    K: ::std::convert::Into<::std::string::String>, V: crate::setter::Becomes<#value>
                },
                value: parse_quote!(impl ::std::iter::IntoIterator<Item = (K, V)>),
                take: quote!(crate::setter::members(value, #wire)),
            },
            (None, None) if is_scalar(target) => {
                Self { generics: quote!(), value: scalar(target), take: quote!(Ok(value.into())) }
            }
            (None, None) => Self {
                generics: quote!(),
                value: parse_quote!(impl crate::setter::Becomes<#target>),
                take: quote!(crate::setter::given(value, #wire)),
            },
        }
    }
}

/// Whether a type is of a single value, which has no faults of its own.
fn is_scalar(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let segments: Vec<String> = path.path.segments.iter().map(|s| s.ident.to_string()).collect();
    match (&segments[..], path.path.leading_colon) {
        // The types that are put in the place of scalars are named from the root.
        ([root, ..], None) if root == "crate" => true,
        ([only], None) => ["bool", "f64", "i64"].contains(&only.as_str()),
        ([.., last], Some(_)) => ["String", "Value"].contains(&last.as_str()),
        _ => false,
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
