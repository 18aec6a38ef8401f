//! Reads the documentation out of a generated client.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;
use syn::{Attribute, Expr, ExprLit, ImplItem, Item, ItemImpl, Lit, Meta};

use crate::registry::readable;
use crate::rewrite::setters::rust_names;

/// The documentation of fields and functions, by path: `types::Model::member`,
/// `types::builder::Model::member`, `builder::Operation::parameter`, `Client::operation`.
#[derive(Debug)]
pub struct Docs(BTreeMap<String, String>);

impl Docs {
    /// The documentation in the source of a generated client.
    ///
    /// # Errors
    ///
    /// It is no Rust.
    pub fn of(source: &str) -> syn::Result<Self> {
        let mut docs = BTreeMap::new();
        collect("", &syn::parse_file(source)?.items, &mut docs);
        Ok(Self(docs))
    }

    /// Of the member `name` of a model: that of the field, and that of the setter.
    pub fn of_member(&self, model: &str, name: &str) -> [&str; 2] {
        ["types", "types::builder"].map(|module| self.of_named(&format!("{module}::{model}"), name))
    }

    /// Of the setter of a parameter.
    pub fn of_parameter(&self, operation: &str, name: &str) -> &str {
        self.of_named(&format!("builder::{}", operation.to_upper_camel_case()), name)
    }

    /// Of the function that begins a call, and that of the one that sends it.
    pub fn of_call(&self, operation: &str) -> [&str; 2] {
        let send = format!("builder::{}::send", operation.to_upper_camel_case());
        [self.at(&format!("Client::{operation}")), self.at(&send)]
    }

    fn of_named(&self, owner: &str, wire: &str) -> &str {
        let found = rust_names(wire).map(|rust| self.at(&format!("{owner}::{rust}")));
        found.into_iter().find(|docs| !docs.is_empty()).unwrap_or_default()
    }

    fn at(&self, path: &str) -> &str {
        self.0.get(path).map_or("", String::as_str)
    }
}

fn collect(module: &str, items: &[Item], docs: &mut BTreeMap<String, String>) {
    for item in items {
        match item {
            Item::Mod(inner) => {
                let items = inner.content.as_ref().map_or(&[][..], |(_, items)| items);
                collect(&format!("{module}{}::", inner.ident), items, docs);
            }
            Item::Struct(model) => {
                for field in &model.fields {
                    if let Some(name) = &field.ident {
                        let path = format!("{module}{}::{name}", model.ident);
                        docs.insert(path, text(&field.attrs));
                    }
                }
            }
            Item::Impl(ItemImpl { trait_: None, self_ty, items, .. }) => {
                let owner = readable(self_ty);
                let owner = owner.split('<').next().unwrap_or_default();
                for item in items {
                    if let ImplItem::Fn(function) = item {
                        let path = format!("{module}{owner}::{}", function.sig.ident);
                        docs.insert(path, text(&function.attrs));
                    }
                }
            }
            _ => {}
        }
    }
}

/// The documentation among attributes.
pub(crate) fn text(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    lines.map(|line| line.trim().to_owned()).collect::<Vec<_>>().join("\n")
}
