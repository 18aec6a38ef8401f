//! What a mutated client has in common with the unchanged one.
//!
//! Most changes leave most types and most of the table as they are. These are compiled once.

use std::collections::{BTreeMap, BTreeSet};

use quote::{format_ident, ToTokens};
use syn::{parse_quote, Item, Path, Type};

use crate::rewrite::visit::{enum_in_macro, module};

/// Where the types of a generated client and their builders are, and what is documented of them.
const PLACES: [&[&str]; 4] =
    [&["types"], &["types", "builder"], &["table", "schemas"], &["table", "operations"]];

/// The types of an unchanged client.
#[derive(Debug)]
pub struct Common(Types);

/// The code of the types of a client.
#[derive(Debug, Default)]
struct Types {
    /// What is about each type, by its name.
    named: BTreeMap<String, String>,
    /// What is about none.
    rest: String,
}

impl Common {
    /// Of an unchanged client.
    pub fn of(file: &mut syn::File) -> Self {
        Self(Types::of(file))
    }

    /// Takes out of `file` the types that are the same here, and uses those of the module at
    /// `path`. A type is another one, too, when it is made of such.
    pub fn share(&self, file: &mut syn::File, path: &Path) {
        let own = Types::of(file);
        if own.rest != self.0.rest {
            return;
        }
        let is_same = |name: &&String| self.0.named.get(*name) == own.named.get(*name);
        let mut same: BTreeSet<&String> = own.named.keys().filter(is_same).collect();
        loop {
            let is_other = |word: &str| {
                own.named.contains_key(word) && !same.iter().any(|name| **name == word)
            };
            let words = |name: &String| own.named[name].split(|c: char| !is_of_word(c));
            let made_of_others: Vec<&String> =
                same.iter().copied().filter(|name| words(name).any(is_other)).collect();
            if made_of_others.is_empty() {
                break;
            }
            same.retain(|name| !made_of_others.contains(name));
        }
        for place in PLACES {
            let Some(items) = module(file, place) else { continue };
            let modules = place.iter().map(|name| format_ident!("{name}"));
            let place: Path = parse_quote!(#path #(::#modules)*);
            let is_shared = |item: &Item| owner(item).is_some_and(|name| same.contains(&name));
            let defined = items.iter().filter(|item| is_shared(item)).filter_map(defined);
            let uses: Vec<Item> = defined
                .map(|name| format_ident!("{name}"))
                .map(|name| parse_quote!(pub(crate) use #place::#name;))
                .collect();
            items.retain(|item| !is_shared(item));
            items.extend(uses);
        }
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

impl Types {
    fn of(file: &mut syn::File) -> Self {
        let mut types = Self::default();
        for place in PLACES {
            for item in module(file, place).into_iter().flatten() {
                let text = item.to_token_stream().to_string();
                match (owner(item), &*item) {
                    (Some(name), _) => types.named.entry(name).or_default().push_str(&text),
                    (None, Item::Mod(module)) if module.ident == "builder" => {}
                    (None, _) => types.rest.push_str(&text),
                }
            }
        }
        types
    }
}

/// The name of the type that an item is about.
fn owner(item: &Item) -> Option<String> {
    match item {
        Item::Impl(block) => match &*block.self_ty {
            Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
            _ => None,
        },
        Item::Macro(call) => {
            let tokens = call.mac.tokens.to_string();
            defined(item)
                .or_else(|| syn::parse_str::<syn::Ident>(&tokens).ok().map(|i| i.to_string()))
        }
        item => defined(item),
    }
}

/// The name of the type that an item defines.
fn defined(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Static(item) => Some(item.ident.to_string()),
        Item::Macro(call) => enum_in_macro(call),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNCHANGED: &str = "pub mod types {
        pub struct Inner { pub a: i64 }
        pub struct Outer { pub inner: Inner }
        pub struct Other { pub b: i64 }
        object!(Other);
        leaf! { pub enum Kind { One } }
        pub mod builder {
            pub struct Other { b: i64 }
            impl From<super::Other> for Other { }
            impl From<Other> for super::Other { }
        }
    }";

    /// The mutant that `from` with `to` in its place makes, as it is compiled.
    fn shared(from: &str, to: &str) -> String {
        let mut unchanged: syn::File = syn::parse_str(UNCHANGED).unwrap();
        let common = Common::of(&mut unchanged);
        assert!(UNCHANGED.contains(from));
        let mut mutant: syn::File = syn::parse_str(&UNCHANGED.replace(from, to)).unwrap();
        common.share(&mut mutant, &parse_quote!(crate::base));
        mutant.to_token_stream().to_string()
    }

    #[test]
    fn what_is_no_other_is_used() {
        let code = shared("a: i64", "a: u8");
        assert!(code.contains("pub (crate) use crate :: base :: types :: Other ;"), "{code}");
        assert!(
            code.contains("pub (crate) use crate :: base :: types :: builder :: Other ;"),
            "{code}"
        );
        assert!(code.contains("pub (crate) use crate :: base :: types :: Kind ;"), "{code}");
        assert!(!code.contains("object !") && !code.contains("impl"), "{code}");
    }

    #[test]
    fn what_is_made_of_a_changed_type_is_another() {
        let code = shared("a: i64", "a: u8");
        assert!(code.contains("struct Inner") && code.contains("struct Outer"), "{code}");
        let code = shared("struct Other { b", "struct Other { pub b");
        assert!(!code.contains("struct Inner") && !code.contains("struct Outer"), "{code}");
        assert!(code.contains("struct Other") && code.contains("object !"), "{code}");
    }

    #[test]
    fn nothing_is_used_where_something_nameless_is_other() {
        let code = shared("pub mod builder", "pub fn f() {} pub mod builder");
        assert!(code.contains("struct Inner") && !code.contains("use crate"), "{code}");
    }
}
