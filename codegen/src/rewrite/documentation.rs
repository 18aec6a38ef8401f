//! Rewrites that put what the documents say where it is used.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;
use quote::ToTokens;
use serde_json::Value;
use syn::{parse_quote, Attribute, ImplItem, ImplItemFn, Item, ItemImpl};

use super::visit::{doc_of, is_documented, module, send, structs};
use super::{found, Applied, Client};
use crate::lowering::Lowered;
use crate::model::{Constraint, Operation, PageTitle, Response, Spec};

/// Documentation by owner and member.
type Docs = BTreeMap<(String, String), Vec<Attribute>>;

pub fn documentation(file: &mut syn::File, client: &Client<'_>) -> Applied {
    let Client { spec, lowered, .. } = client;
    let members = member_docs(file);
    for item in module(file, &["types"]).into_iter().flatten() {
        document_functions(item, |_, name| match name {
            "builder" => text("A builder of this model, with nothing in it."),
            _ => Vec::new(),
        });
    }
    for item in module(file, &["types", "builder"]).into_iter().flatten() {
        document_builder(item, |name| format!("Builder of [`{name}`](super::{name})."));
        document_functions(item, |owner, name| {
            let of_member = members.get(&(owner.to_owned(), name.to_owned()));
            of_member.cloned().unwrap_or_default()
        });
    }
    let parameters = parameter_docs(spec, lowered);
    for item in module(file, &["builder"]).into_iter().flatten() {
        document_functions(item, |owner, name| {
            match parameters.get(&(owner.to_owned(), name.to_owned())) {
                Some(docs) => docs.clone(),
                None => text(match name {
                    "new" => "A call with nothing in it.",
                    "body" => "The body, as a model or its builder.",
                    "body_map" => "Changes the body in place.",
                    _ => return Vec::new(),
                }),
            }
        });
    }
    document_calls(file, spec)
}

fn text(text: &str) -> Vec<Attribute> {
    let lines = text.lines().map(|line| format!(" {line}"));
    lines.map(|line| parse_quote!(#[doc = #line])).collect()
}

fn docs_of(attributes: &[Attribute]) -> Vec<Attribute> {
    let docs = attributes.iter().filter(|a| a.path().is_ident("doc"));
    docs.cloned().collect()
}

fn member_docs(file: &mut syn::File) -> Docs {
    let items = module(file, &["types"]).map_or(&[][..], |items| items);
    let mut docs = Docs::new();
    for model in structs(items) {
        for field in &model.fields {
            if let Some(name) = &field.ident {
                let key = (model.ident.to_string(), name.to_string());
                docs.insert(key, docs_of(&field.attrs));
            }
        }
    }
    docs
}

fn parameter_docs(spec: &Spec, lowered: &Lowered) -> Docs {
    let mut docs = Docs::new();
    for operation in &spec.operations {
        for named in lowered.names.parameters_of(&operation.id) {
            let Some(parameter) = lowered.parameter(named) else { continue };
            let part = |value: &Value| value["description"].as_str().unwrap_or_default().to_owned();
            let described = [part(parameter), part(&parameter["schema"])].join("\n\n");
            let described = match described.trim() {
                "" => format!("The parameter `{}`.", named.wire),
                described => described.to_owned(),
            };
            let key = (operation.id.to_upper_camel_case(), named.rust.clone());
            docs.insert(key, text(&described));
        }
    }
    docs
}

fn document_builder(item: &mut Item, docs: impl Fn(&str) -> String) {
    if let Item::Struct(builder) = item {
        if !is_documented(&builder.attrs) {
            builder.attrs.splice(0..0, text(&docs(&builder.ident.to_string())));
        }
    }
}

/// Adds documentation to the functions of an inherent `impl` that have none.
fn document_functions(item: &mut Item, docs: impl Fn(&str, &str) -> Vec<Attribute>) {
    let Item::Impl(ItemImpl { trait_: None, self_ty, items, .. }) = item else {
        return;
    };
    let owner = self_ty.to_token_stream().to_string();
    let owner = owner.split(' ').next().unwrap_or_default();
    for item in items {
        if let ImplItem::Fn(function) = item {
            if !is_documented(&function.attrs) {
                let docs = docs(owner, &function.sig.ident.to_string());
                function.attrs.splice(0..0, docs);
            }
        }
    }
}

/// Each call names its page, its statuses and what it fails with.
fn document_calls(file: &mut syn::File, spec: &Spec) -> Applied {
    for operation in &spec.operations {
        let functions = file.items.iter_mut().filter_map(|item| match item {
            Item::Impl(block) => Some(&mut block.items),
            _ => None,
        });
        let call = functions.flatten().find_map(|item| match item {
            ImplItem::Fn(function) if function.sig.ident == operation.id => Some(function),
            _ => None,
        });
        let call = found(call, format!("`Client::{}`", operation.id))?;
        document_call(call, spec, operation);
        let send = send(file, operation)?;
        send.attrs.extend(text(ERRORS));
    }
    Ok(())
}

const ERRORS: &str = "
# Errors

A value outside the documents, before anything is sent; or the call failed, see
[`Error`](crate::Error): the service refused it, its answer cannot be read, or there was none.";

fn document_call(function: &mut ImplItemFn, spec: &Spec, operation: &Operation) {
    let mut docs = vec![String::new()];
    for PageTitle { title, language, operator } in &operation.pages {
        docs.push(match operator {
            None => format!("Described on the vendor's page “{title}” ({language})."),
            Some(operator) => format!("Described on {operator}'s page “{title}” ({language})."),
        });
    }
    docs.push(String::new());
    docs.push("Documented statuses:".into());
    docs.push(String::new());
    for response in &operation.responses {
        docs.push(format!("* `{}`: {}", response.status, response.body.description));
        docs.extend(headers(spec, response));
    }
    function.attrs.iter_mut().for_each(without_example);
    function.attrs.extend(text(&docs.join("\n")));
}

/// What is documented of the headers of a response.
fn headers(spec: &Spec, response: &Response) -> Vec<String> {
    let mut docs = Vec::new();
    for header in &response.headers {
        let mut stated: Vec<String> = Vec::new();
        if let Some(schema) = header.schema.as_ref().and_then(|schema| spec.at(schema)) {
            stated.extend(schema.json_type().map(|kind| format!("`{kind}`")));
            let constraints = schema.constraints().into_iter();
            stated.extend(
                constraints.map(|Constraint { keyword, value, .. }| format!("{keyword} `{value}`")),
            );
            stated.extend(schema.text("x-unit").map(|unit| format!("unit `{unit}`")));
        }
        if header.required {
            stated.push("always present".to_owned());
        }
        let (name, description) = (&header.name, header.text("description"));
        docs.push(format!("  * header `{name}` ({}): {description}", stated.join(", ")));
    }
    docs
}

/// Takes out the generator's example, which does not compile as it stands.
fn without_example(attribute: &mut Attribute) {
    let docs = doc_of(attribute);
    if let Some((before, _)) = docs.as_deref().and_then(|docs| docs.split_once("```ignore")) {
        let before = before.trim_end();
        *attribute = parse_quote!(#[doc = #before]);
    }
}
