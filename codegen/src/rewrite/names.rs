//! The rewrite that puts the vendor's names on the wire where the generator read others.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::visit_mut::VisitMut;
use syn::{parse_quote, Attribute, ImplItem, Item, LitStr};

use super::visit::{module, of_builder, owner};
use crate::lowering::Lowered;
use crate::model::{Operation, Spec};

pub fn wire_names(file: &mut syn::File, spec: &Spec, lowered: &Lowered) {
    for item in module(file, &["types"]).into_iter().flatten() {
        let Item::Struct(model) = item else { continue };
        let of_model = lowered.names.members.iter().filter(|member| model.ident == member.model);
        for member in of_model {
            let fields = model.fields.iter_mut();
            for field in fields.filter(|f| f.ident.as_ref().is_some_and(|i| *i == member.rust)) {
                let wire = &member.wire;
                field.attrs.push(parse_quote!(#[serde(rename = #wire)]));
            }
        }
    }
    for operation in &spec.operations {
        of_operation(file, lowered, &operation);
    }
}

fn of_operation(file: &mut syn::File, lowered: &Lowered, operation: &Operation) {
    let parameters = lowered.names.parameters_of(&operation.id);
    let renamed = parameters.into_iter().filter(|parameter| parameter.is_renamed());
    let mut names = Wire(renamed.map(|p| (p.rust.clone(), p.wire.clone())).collect());
    if names.0.is_empty() {
        return;
    }
    for block in of_builder(file, operation) {
        names.visit_item_impl_mut(block);
    }
    for item in &mut file.items {
        let Item::Impl(block) = item else { continue };
        for item in &mut block.items {
            match item {
                ImplItem::Fn(call) if call.sig.ident == operation.id => {
                    call.attrs
                        .iter_mut()
                        .for_each(|attribute| names.visit_attribute_mut(attribute));
                }
                _ => {}
            }
        }
    }
}

/// Names in Rust, and what stands on the wire for each.
struct Wire(Vec<(String, String)>);

impl VisitMut for Wire {
    fn visit_lit_str_mut(&mut self, literal: &mut LitStr) {
        let text = literal.value();
        if let Some((_, wire)) = self.0.iter().find(|(rust, _)| *rust == text) {
            *literal = LitStr::new(wire, literal.span());
        }
    }

    /// A path in a text.
    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        let Some(docs) = super::documentation::doc_of(attribute) else { return };
        let in_path = |docs: String, (rust, wire): &(String, String)| {
            docs.replace(&format!("{{{rust}}}"), &format!("{{{wire}}}"))
        };
        let docs = self.0.iter().fold(docs, in_path);
        *attribute = parse_quote!(#[doc = #docs]);
    }
}

/// A model with members that its schema does not list can be built without any.
pub fn unlisted_members(file: &mut syn::File, _: &Spec, _: &Lowered) {
    let models: BTreeMap<String, String> = module(file, &["types"])
        .map_or(&[][..], |items| items)
        .iter()
        .filter_map(|item| match item {
            Item::Struct(model) => {
                let field = model.fields.iter().find(|field| is_flat(field))?;
                Some((model.ident.to_string(), field.ident.as_ref()?.to_string()))
            }
            _ => None,
        })
        .collect();
    for item in module(file, &["types", "builder"]).into_iter().flatten() {
        let Item::Impl(block) = item else { continue };
        if let Some(field) = models.get(&owner(block)) {
            NoneOf(field).visit_item_impl_mut(block);
        }
    }
}

fn is_flat(field: &syn::Field) -> bool {
    field.attrs.iter().any(|attribute| {
        attribute.path().is_ident("serde")
            && attribute.to_token_stream().to_string().contains("flatten")
    })
}

struct NoneOf<'n>(&'n str);

impl VisitMut for NoneOf<'_> {
    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        let is_missing = field.expr.to_token_stream().to_string().contains("no value supplied");
        if is_missing && field.member.to_token_stream().to_string() == self.0 {
            field.expr = parse_quote!(Ok(::std::default::Default::default()));
        }
    }
}
