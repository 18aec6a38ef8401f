//! Rewrites that put what the documents say where it is used.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;
use serde_json::Value;
use syn::{parse_quote, Attribute, ImplItem, ImplItemFn, Item, ItemImpl};

use super::visit::{blocks, doc_of, is_documented, module, owner, send, structs};
use super::{found, Applied, Client};
use crate::lowering::Lowered;
use crate::model::{Constraint, Operation, PageTitle, Response, Spec};

/// Documentation by owner and member.
type Docs = BTreeMap<(String, String), Vec<Attribute>>;

pub fn documentation(file: &mut syn::File, client: &Client<'_>) -> Applied {
    let Client { spec, lowered, .. } = client;
    let members = member_docs(file);
    for block in blocks(file, &["types"]) {
        document_functions(block, |_, name| match name {
            "builder" => text("A builder of this model, with nothing in it."),
            _ => Vec::new(),
        });
    }
    for item in module(file, &["types", "builder"]).into_iter().flatten() {
        match item {
            Item::Struct(builder) if !is_documented(&builder.attrs) => {
                let docs = format!("Builder of [`{0}`](super::{0}).", builder.ident);
                builder.attrs.splice(0..0, text(&docs));
            }
            Item::Impl(block) => document_functions(block, |owner, name| {
                let of_member = members.get(&(owner.to_owned(), name.to_owned()));
                of_member.cloned().unwrap_or_default()
            }),
            _ => {}
        }
    }
    let parameters = parameter_docs(spec, lowered);
    for block in blocks(file, &["builder"]) {
        document_functions(block, |owner, name| {
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

fn member_docs(file: &mut syn::File) -> Docs {
    let items = module(file, &["types"]).map_or(&[][..], |items| items);
    let mut docs = Docs::new();
    for model in structs(items) {
        for field in &model.fields {
            if let Some(name) = &field.ident {
                let key = (model.ident.to_string(), name.to_string());
                let of_field = field.attrs.iter().filter(|a| a.path().is_ident("doc"));
                docs.insert(key, of_field.cloned().collect());
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

/// Adds documentation to the functions of an inherent `impl` that have none.
fn document_functions(block: &mut ItemImpl, docs: impl Fn(&str, &str) -> Vec<Attribute>) {
    let owner = owner(block);
    for item in block.items.iter_mut().filter(|_| block.trait_.is_none()) {
        if let ImplItem::Fn(function) = item {
            if !is_documented(&function.attrs) {
                let docs = docs(&owner, &function.sig.ident.to_string());
                function.attrs.splice(0..0, docs);
            }
        }
    }
}

/// Each call names its page, its statuses and what it fails with.
fn document_calls(file: &mut syn::File, spec: &Spec) -> Applied {
    for operation in &spec.operations {
        let functions = blocks(file, &[]).flat_map(|block| &mut block.items);
        let call = { functions }.find_map(|item| match item {
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
    docs.extend(["", "Documented statuses:", ""].map(str::to_owned));
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
