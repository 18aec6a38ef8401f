//! Reads the documentation out of a generated client.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;
use syn::{Attribute, ImplItem, Item, ItemImpl};

use crate::rewrite::visit::{doc_of, owner, wire_name};

/// The documentation of fields and functions, by path and the name on the wire:
/// `types::Model::member`, `types::builder::Model::member`, `builder::Operation::parameter`,
/// `Client::operation`.
#[derive(Debug)]
pub struct Docs(BTreeMap<String, String>);

impl Docs {
    /// The documentation in the source of a generated client.
    pub fn of(source: &str) -> syn::Result<Self> {
        let mut docs = BTreeMap::new();
        let file = syn::parse_file(source)?;
        let mut wire = BTreeMap::new();
        wire_names(&file.items, &mut wire);
        collect("", &file.items, &wire, &mut docs);
        Ok(Self(docs))
    }

    /// Of the member `name` of a model: that of the field, and that of the setter.
    pub fn of_member(&self, model: &str, name: &str) -> [&str; 2] {
        ["types", "types::builder"].map(|module| self.at(&format!("{module}::{model}::{name}")))
    }

    /// Of the setter of a parameter; `name` is its name in Rust.
    pub fn of_parameter(&self, operation: &str, name: &str) -> &str {
        self.at(&format!("builder::{}::{name}", operation.to_upper_camel_case()))
    }

    /// Of the function that begins a call, and that of the one that sends it.
    pub fn of_call(&self, operation: &str) -> [&str; 2] {
        let send = format!("builder::{}::send", operation.to_upper_camel_case());
        [self.at(&format!("Client::{operation}")), self.at(&send)]
    }

    fn at(&self, path: &str) -> &str {
        self.0.get(path).map_or("", String::as_str)
    }
}

/// The names of members on the wire, by model and Rust name.
type WireNames = BTreeMap<(String, String), String>;

fn wire_names(items: &[Item], names: &mut WireNames) {
    for item in items {
        match item {
            Item::Mod(inner) => {
                wire_names(inner.content.as_ref().map_or(&[][..], |(_, items)| items), names);
            }
            Item::Struct(model) => names.extend(model.fields.iter().filter_map(|field| {
                let rust = field.ident.as_ref()?.to_string();
                let wire = wire_name(field);
                (rust != wire).then(|| ((model.ident.to_string(), rust), wire))
            })),
            _ => {}
        }
    }
}

fn collect(module: &str, items: &[Item], wire: &WireNames, docs: &mut BTreeMap<String, String>) {
    for item in items {
        match item {
            Item::Mod(inner) => {
                let items = inner.content.as_ref().map_or(&[][..], |(_, items)| items);
                collect(&format!("{module}{}::", inner.ident), items, wire, docs);
            }
            Item::Struct(model) => {
                for field in &model.fields {
                    let path = format!("{module}{}::{}", model.ident, wire_name(field));
                    docs.insert(path, text(&field.attrs));
                }
            }
            Item::Impl(block @ ItemImpl { trait_: None, .. }) => {
                for item in &block.items {
                    if let ImplItem::Fn(function) = item {
                        let (owner, rust) = (owner(block), function.sig.ident.to_string());
                        let name = wire.get(&(owner.clone(), rust.clone())).unwrap_or(&rust);
                        docs.insert(format!("{module}{owner}::{name}"), text(&function.attrs));
                    }
                }
            }
            _ => {}
        }
    }
}

/// The documentation among attributes.
pub(crate) fn text(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(doc_of);
    lines.map(|line| line.trim().to_owned()).collect::<Vec<_>>().join("\n")
}
