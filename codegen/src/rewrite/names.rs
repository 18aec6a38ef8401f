//! The rewrite that puts the vendor's names on the wire where the generator read others.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens;
use syn::visit_mut::VisitMut;
use syn::{parse_quote, Attribute, ImplItem, Item, LitStr};

use super::visit::{blocks, doc_of, module, of_builder, owner};
use super::{expect, found, Applied, Client};
use crate::lowering::Lowered;
use crate::model::{Operation, Schema};
use crate::names::{Member, Parameter};

pub fn wire_names(file: &mut syn::File, client: &Client<'_>) -> Applied {
    let Client { spec, lowered, .. } = client;
    for item in module(file, &["types"]).into_iter().flatten() {
        let Item::Struct(model) = item else { continue };
        let of_model = lowered.names.members.iter().filter(|member| model.ident == member.model);
        for Member { wire, rust, .. } in of_model {
            let mut fields = model.fields.iter_mut();
            let field = fields.find(|field| field.ident.as_ref().is_some_and(|name| name == rust));
            let field = found(field, format!("`{}::{rust}`", model.ident))?;
            field.attrs.push(parse_quote!(#[serde(rename = #wire)]));
        }
    }
    for operation in &spec.operations {
        of_operation(file, lowered, operation)?;
    }
    Ok(())
}

fn of_operation(file: &mut syn::File, lowered: &Lowered, operation: &Operation) -> Applied {
    let parameters = lowered.names.parameters_of(&operation.id);
    let renamed = parameters.into_iter().filter(|parameter| parameter.is_renamed());
    let renamed = renamed.map(|p| (p.rust.clone(), p.wire.clone())).collect();
    let mut names = Wire { renamed, seen: BTreeSet::new() };
    if names.renamed.is_empty() {
        return Ok(());
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
    // What is in the path stands in no literal of its own.
    let in_literals =
        lowered.names.parameters_of(&operation.id).into_iter().filter(|named| {
            named.is_renamed() && named.location != "path" && !is_set_by_client(named)
        });
    for named in in_literals {
        expect(
            names.seen.contains(&named.rust),
            format!("`{}` of `{}`", named.rust, operation.id),
        )?;
    }
    Ok(())
}

fn is_set_by_client(named: &Parameter) -> bool {
    named.location == "header" && crate::lowering::is_set_by_client(&named.wire)
}

/// Names in Rust, and what stands on the wire for each.
struct Wire {
    renamed: Vec<(String, String)>,
    /// The names in Rust that stood as literals.
    seen: BTreeSet<String>,
}

impl VisitMut for Wire {
    fn visit_lit_str_mut(&mut self, literal: &mut LitStr) {
        let text = literal.value();
        if let Some((_, wire)) = self.renamed.iter().find(|(rust, _)| *rust == text) {
            *literal = LitStr::new(wire, literal.span());
            self.seen.insert(text);
        }
    }

    /// A path in a text.
    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        let Some(docs) = doc_of(attribute) else { return };
        let in_path = |docs: String, (rust, wire): &(String, String)| {
            docs.replace(&format!("{{{rust}}}"), &format!("{{{wire}}}"))
        };
        let docs = self.renamed.iter().fold(docs, in_path);
        *attribute = parse_quote!(#[doc = #docs]);
    }
}

/// A model with members that its schema does not list can be built without any.
pub fn unlisted_members(file: &mut syn::File, client: &Client<'_>) -> Applied {
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
    let mut count = 0;
    for block in blocks(file, &["types", "builder"]) {
        if let Some(field) = models.get(&owner(block)) {
            NoneOf(field, &mut count).visit_item_impl_mut(block);
        }
    }
    let is_open = |schema: &Schema| {
        let others = schema.get("additionalProperties");
        schema.is_model() && others.is_some_and(|others| *others != false)
    };
    let expected = client.models.iter().filter(|model| is_open(model.schema)).count();
    expect(count == expected, format!("the other members of {expected} models"))
}

fn is_flat(field: &syn::Field) -> bool {
    field.attrs.iter().any(|attribute| {
        attribute.path().is_ident("serde")
            && attribute.to_token_stream().to_string().contains("flatten")
    })
}

/// The member, and how many were found.
struct NoneOf<'n>(&'n str, &'n mut usize);

impl VisitMut for NoneOf<'_> {
    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        let is_missing = field.expr.to_token_stream().to_string().contains("no value supplied");
        if is_missing && field.member.to_token_stream().to_string() == self.0 {
            field.expr = parse_quote!(Ok(::std::default::Default::default()));
            *self.1 += 1;
        }
    }
}
