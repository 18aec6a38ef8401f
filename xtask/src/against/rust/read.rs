//! Reads the public items from generated code.

use cloudfn_codegen::generate::generate_file;
use cloudfn_codegen::lowering::lower;
use cloudfn_codegen::model::Spec;
use cloudfn_codegen::rewrite::readable;
use cloudfn_codegen::table::Claims;
use quote::ToTokens;
use syn::{Attribute, ImplItem, Item, Type, Visibility};

use super::{Offer, Offered};
use crate::against::change::Site;

/// The public items of the client that is generated from `spec`.
pub fn offer(spec: &Spec) -> Result<Offer, String> {
    let lowered = lower(spec).map_err(|e| e.to_string())?;
    let file = generate_file(spec, &lowered, Claims::default()).map_err(|e| e.to_string())?;
    let mut offer = Offer::default();
    offer.items(&file.items, "");
    Ok(offer)
}

impl Offer {
    fn put(&mut self, owner: &str, member: &str, kind: &str, item: Offered) {
        // A model's builder comes and goes with the model, and what it takes is said of that.
        let owner = match (owner.strip_prefix("types::builder::"), kind) {
            (Some(model), "fn") => format!("types::{model}"),
            (Some(_), _) => return,
            (None, _) => owner.to_owned(),
        };
        let site = Site { owner, member: member.trim_start_matches("r#").to_owned() };
        self.0.insert((site, kind.to_owned()), item);
    }

    fn items(&mut self, items: &[Item], module: &str) {
        for item in items {
            match item {
                Item::Mod(inner) if is_public(&inner.vis) => {
                    let items = inner.content.as_ref().map_or(&[][..], |(_, items)| items);
                    self.items(items, &format!("{module}{}::", inner.ident));
                }
                Item::Struct(item) if is_public(&item.vis) => self.structure(item, module),
                Item::Enum(item) if is_public(&item.vis) => self.enumeration(item, module),
                Item::Impl(block) => self.block(block, module),
                Item::Macro(call) => self.leaf(call, module),
                Item::Type(item) if is_public(&item.vis) => {
                    let owner = format!("{module}{}", item.ident);
                    self.put(&owner, "", "alias", plain(&item.ty, readable(&item.ty)));
                }
                _ => {}
            }
        }
    }

    fn structure(&mut self, item: &syn::ItemStruct, module: &str) {
        let owner = format!("{module}{}", item.ident);
        self.named(&owner, "struct", &item.generics, &item.attrs);
        let is_open = has(&item.attrs, "non_exhaustive")
            || item.fields.iter().any(|field| !is_public(&field.vis));
        for (index, field) in item.fields.iter().enumerate() {
            if is_public(&field.vis) {
                let index = index.to_string();
                let name = field.ident.as_ref().map_or(index, ToString::to_string);
                let item = plain(&field.ty, readable(&field.ty));
                self.put(&owner, &name, "field", Offered { is_one_of_all: !is_open, ..item });
            }
        }
    }

    fn enumeration(&mut self, item: &syn::ItemEnum, module: &str) {
        let owner = format!("{module}{}", item.ident);
        self.named(&owner, "enum", &item.generics, &item.attrs);
        let is_open = has(&item.attrs, "non_exhaustive");
        for variant in &item.variants {
            let item = plain(&variant.fields, variant.ident.to_string());
            let item = Offered { is_one_of_all: !is_open, ..item };
            self.put(&owner, &variant.ident.to_string(), "variant", item);
        }
    }

    /// A type itself, and the traits that it derives.
    fn named(&mut self, owner: &str, kind: &str, generics: &syn::Generics, attrs: &[Attribute]) {
        self.put(owner, "", kind, plain(generics, owner.to_owned()));
        for attribute in attrs.iter().filter(|a| a.path().is_ident("derive")) {
            let _ = attribute.parse_nested_meta(|meta| {
                let name = meta.path.segments.last().map(|s| s.ident.to_string());
                let name = name.unwrap_or_default();
                self.put(owner, "", &format!("impl {name}"), plain(&meta.path, name.clone()));
                Ok(())
            });
        }
    }

    fn block(&mut self, block: &syn::ItemImpl, module: &str) {
        let own = readable(&block.self_ty);
        let own = own.split('<').next().unwrap_or_default();
        let outside = block.self_ty.to_token_stream().to_string().starts_with("super ::");
        let module = match outside {
            true => module.trim_end_matches("::").rsplit_once("::").map_or("", |(m, _)| m),
            false => module.trim_end_matches("::"),
        };
        let owner = if module.is_empty() { own.to_owned() } else { format!("{module}::{own}") };
        if let Some((_, path, _)) = &block.trait_ {
            let name = readable(&Type::Path(syn::TypePath { qself: None, path: path.clone() }));
            self.put(&owner, "", &format!("impl {name}"), plain(path, name));
            return;
        }
        for item in &block.items {
            if let ImplItem::Fn(function) = item {
                if is_public(&function.vis) {
                    let (verb, shown) = purpose(&function.sig);
                    let item = Offered { verb, ..plain(&function.sig, shown) };
                    self.put(&owner, &function.sig.ident.to_string(), "fn", item);
                }
            }
        }
    }

    /// A macro: an enumeration of `leaf::text_enumeration!` or `integer_enumeration!`, which both
    /// make it `#[non_exhaustive]`, or what is implemented for a type.
    fn leaf(&mut self, call: &syn::ItemMacro, module: &str) {
        let tokens = &call.mac.tokens;
        let Ok(leaf) = syn::parse2::<Enumeration>(tokens.clone()) else {
            let kind = format!("impl {}!", call.mac.path.to_token_stream());
            self.put(&format!("{module}{tokens}"), "", &kind, plain(&call.mac, tokens.to_string()));
            return;
        };
        let owner = format!("{module}{}", leaf.name);
        self.put(&owner, "", "enum", plain(&call.mac.path, owner.clone()));
        for (variant, _) in leaf.values {
            self.put(&owner, &variant.to_string(), "variant", plain(&variant, variant.to_string()));
        }
    }
}

/// `pub enum Name { Variant = "value", … }`.
struct Enumeration {
    name: syn::Ident,
    values: Vec<(syn::Ident, syn::Expr)>,
}

impl syn::parse::Parse for Enumeration {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let item: syn::ItemEnum = input.parse()?;
        let values = item.variants.into_iter();
        let values = values.filter_map(|v| Some((v.ident, v.discriminant?.1))).collect();
        Ok(Self { name: item.ident, values })
    }
}

fn plain(tokens: &impl ToTokens, shown: String) -> Offered {
    let signature = tokens.to_token_stream().to_string();
    Offered { signature, shown, verb: "is", is_one_of_all: false }
}

/// What a function is for: a setter takes something, any other returns something.
fn purpose(signature: &syn::Signature) -> (&'static str, String) {
    let clause = signature.generics.where_clause.iter();
    let taken = clause.flat_map(|clause| &clause.predicates).find_map(|predicate| {
        let syn::WherePredicate::Type(predicate) = predicate else { return None };
        let syn::TypeParamBound::Trait(bound) = predicate.bounds.first()? else { return None };
        let ty = Type::Path(syn::TypePath { qself: None, path: bound.path.clone() });
        Some(readable(&ty).strip_prefix("TryInto<")?.strip_suffix('>')?.to_owned())
    });
    match (taken, &signature.output) {
        (Some(taken), _) => ("takes", taken),
        (None, syn::ReturnType::Type(_, ty)) => ("returns", readable(ty)),
        (None, syn::ReturnType::Default) => ("returns", "()".to_owned()),
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn has(attributes: &[Attribute], name: &str) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident(name))
}
