//! Reads the public items of the generated client.

use std::collections::BTreeMap;

use cloudfn_codegen::generate::generate_file;
use cloudfn_codegen::model::Spec;
use cloudfn_codegen::rewrite::readable;
use cloudfn_codegen::table::Claims;
use quote::ToTokens;
use syn::{ImplItem, ReturnType, Type, TypePath, Visibility};

use crate::against::change::Site;

/// Where an item is, and what kind of item it is: `struct`, `field`, `fn`, `impl Clone`.
pub type Key = (Site, String);

/// The public items of a generated client.
#[derive(Debug, Default)]
pub struct Outline(pub BTreeMap<Key, Item>);

/// A public item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What a caller's code depends on.
    pub signature: String,
    /// The type that it has or returns, for a reader.
    pub shown: String,
}

impl Outline {
    /// The public items of the client that is generated from `spec`. Its models and enumerations
    /// are `#[non_exhaustive]`.
    pub fn of(spec: &Spec) -> Result<Self, String> {
        let file = generate_file(spec, Claims::default()).map_err(|e| e.to_string())?;
        let mut outline = Self::default();
        outline.items(&file.items, "");
        Ok(outline)
    }

    /// Whether there is a type of this name.
    pub fn has_type(&self, name: &str) -> bool {
        self.0.keys().any(|(site, _)| site.owner == name)
    }

    fn put(&mut self, owner: &str, member: &str, kind: &str, item: &impl ToTokens, shown: String) {
        // A model's builder comes and goes with the model, and what it takes is said of that.
        let owner = match (owner.strip_prefix("types::builder::"), kind) {
            (Some(model), "fn") => format!("types::{model}"),
            (Some(_), _) => return,
            (None, _) => owner.to_owned(),
        };
        let site = Site { owner, member: member.trim_start_matches("r#").to_owned() };
        let signature = item.to_token_stream().to_string();
        self.0.insert((site, kind.to_owned()), Item { signature, shown });
    }

    fn items(&mut self, items: &[syn::Item], module: &str) {
        for item in items {
            match item {
                syn::Item::Mod(inner) if is_public(&inner.vis) => {
                    let items = inner.content.as_ref().map_or(&[][..], |(_, items)| items);
                    self.items(items, &format!("{module}{}::", inner.ident));
                }
                syn::Item::Struct(item) if is_public(&item.vis) => self.structure(item, module),
                syn::Item::Impl(block) => self.block(block, module),
                syn::Item::Macro(call) => self.enumeration(&call.mac, module),
                _ => {}
            }
        }
    }

    /// A type, the traits that it derives and its fields.
    fn structure(&mut self, item: &syn::ItemStruct, module: &str) {
        let owner = format!("{module}{}", item.ident);
        self.put(&owner, "", "struct", &item.generics, owner.clone());
        for attribute in item.attrs.iter().filter(|a| a.path().is_ident("derive")) {
            let _ = attribute.parse_nested_meta(|meta| {
                let name = meta.path.segments.last().map(|s| s.ident.to_string());
                let name = name.unwrap_or_default();
                self.put(&owner, "", &format!("impl {name}"), &meta.path, name);
                Ok(())
            });
        }
        let fields = item.fields.iter().enumerate();
        for (index, field) in fields.filter(|(_, field)| is_public(&field.vis)) {
            let name = field.ident.as_ref().map_or(index.to_string(), ToString::to_string);
            self.put(&owner, &name, "field", &field.ty, readable(&field.ty));
        }
    }

    fn block(&mut self, block: &syn::ItemImpl, module: &str) {
        let own = readable(&block.self_ty);
        let own = own.split('<').next().unwrap_or_default();
        let is_outside = block.self_ty.to_token_stream().to_string().starts_with("super ::");
        let outer = || module.trim_end_matches("::").rsplit_once("::").map(|(outer, _)| outer);
        let owner = match (is_outside, outer()) {
            (false, _) => format!("{module}{own}"),
            (true, Some(outer)) => format!("{outer}::{own}"),
            (true, None) => own.to_owned(),
        };
        if let Some((_, path, _)) = &block.trait_ {
            let name = readable(&Type::Path(TypePath { qself: None, path: path.clone() }));
            self.put(&owner, "", &format!("impl {name}"), path, name);
            return;
        }
        for item in &block.items {
            if let ImplItem::Fn(function) = item {
                if is_public(&function.vis) {
                    let shown = match &function.sig.output {
                        ReturnType::Type(_, ty) => readable(ty),
                        ReturnType::Default => "()".to_owned(),
                    };
                    let name = function.sig.ident.to_string();
                    self.put(&owner, &name, "fn", &function.sig, shown);
                }
            }
        }
    }

    /// A macro: an enumeration with its values, or what is implemented for a type.
    fn enumeration(&mut self, call: &syn::Macro, module: &str) {
        let Ok(item) = syn::parse2::<syn::ItemEnum>(call.tokens.clone()) else {
            let kind = format!("impl {}!", call.path.to_token_stream());
            let name = call.tokens.to_string();
            self.put(&format!("{module}{name}"), "", &kind, call, name);
            return;
        };
        let owner = format!("{module}{}", item.ident);
        self.put(&owner, "", "enum", &call.path, owner.clone());
        for variant in item.variants {
            let name = variant.ident.to_string();
            self.put(&owner, &name, "variant", &variant.ident, name.clone());
        }
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}
