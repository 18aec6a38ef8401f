//! The Rust types that stand in the place of enumerations and points in time, and the code of
//! those that are generated.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

use crate::markdown::plain;

/// A Rust type that stands in the place of a scalar.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// The `format` that marks the place in a lowered schema.
    pub key: String,
    /// The Rust type, as the generated code names it.
    pub rust: String,
    /// What to generate, for an enumeration.
    pub enumeration: Option<Enumeration>,
}

/// An enumeration that a spec documents.
#[derive(Clone, Debug, PartialEq)]
pub struct Enumeration {
    /// Name of the Rust type.
    pub name: String,
    /// What it is, for the documentation.
    pub description: String,
    /// Unit of the values, or nothing.
    pub unit: String,
    /// Whether the values are integers; texts otherwise.
    pub integers: bool,
    /// The documented values.
    pub values: Vec<Value>,
}

/// What every key of a leaf begins with.
const MARK: &str = "cloudfn:";

impl Leaf {
    /// A point in time, kept as text.
    pub fn timestamp() -> Self {
        Self::plain("crate::Timestamp".into())
    }

    /// An open enumeration.
    pub fn enumeration(enumeration: Enumeration) -> Self {
        let plain = Self::plain(format!("types::{}", enumeration.name));
        Self { enumeration: Some(enumeration), ..plain }
    }

    fn plain(rust: String) -> Self {
        Self { key: format!("{MARK}{rust}"), rust, enumeration: None }
    }

    /// The definition that the `types` module of the generated client needs, if any.
    pub fn definition(&self) -> TokenStream {
        self.enumeration.as_ref().map(Enumeration::definition).unwrap_or_default()
    }
}

impl Enumeration {
    fn definition(&self) -> TokenStream {
        let name = format_ident!("{}", self.name);
        let mut docs = self.description.clone();
        if !self.unit.is_empty() {
            docs += &format!("\n\nUnit: {}.", self.unit);
        }
        let docs = plain(&docs);
        let docs = docs.lines().map(|line| format!(" {line}"));
        let variants = self.values.iter().zip(self.variants()).map(|(value, variant)| {
            let (wire, shown) = match value {
                Value::String(text) => (quote!(#text), text.clone()),
                other => {
                    let number = other.as_i64().unwrap_or_default();
                    let number = proc_macro2::Literal::i64_unsuffixed(number);
                    (quote!(#number), other.to_string())
                }
            };
            let doc = plain(&format!(" `{shown}`"));
            quote!(#[doc = #doc] #variant = #wire)
        });
        let define = match self.integers {
            true => quote!(crate::enumeration::integer_enumeration!),
            false => quote!(crate::enumeration::text_enumeration!),
        };
        quote! {
            #define {
                #(#[doc = #docs])*
                pub enum #name { #(#variants,)* }
            }
        }
    }

    /// The variants for the documented values, all distinct.
    fn variants(&self) -> Vec<Ident> {
        let mut taken = BTreeSet::new();
        let variant = |value: &Value| {
            let plain = match value {
                Value::String(text) => variant_name(text),
                other => format!("N{}", other.to_string().replace('-', "Minus")),
            };
            let between = if plain.ends_with(|c: char| c.is_ascii_digit()) { "_" } else { "" };
            let numbered = (2..).map(|number| format!("{plain}{between}{number}"));
            let mut names = std::iter::once(plain.clone()).chain(numbered);
            let name = names.find(|name| taken.insert(name.clone())).unwrap_or_default();
            format_ident!("{name}")
        };
        self.values.iter().map(variant).collect()
    }
}

/// A Rust name for a documented text: words in camel case, dots between digits as underscores.
fn variant_name(text: &str) -> String {
    let mut marked = String::new();
    let characters: Vec<char> = text.chars().collect();
    for (index, c) in characters.iter().enumerate() {
        let digit = |at: Option<usize>| {
            at.and_then(|at| characters.get(at)).is_some_and(char::is_ascii_digit)
        };
        match c {
            '.' if digit(index.checked_sub(1)) && digit(Some(index + 1)) => marked.push('\u{1}'),
            '#' => marked.push_str("Sharp "),
            '+' => marked.push_str("Plus "),
            c if syn::parse_str::<Ident>(&format!("x{c}")).is_ok() => marked.push(*c),
            _ => marked.push(' '),
        }
    }
    let mut name: String =
        marked.split('\u{1}').map(|part| part.to_upper_camel_case()).collect::<Vec<_>>().join("_");
    if name.is_empty() || name == "Self" || name == "Undocumented" {
        name.push_str("Value");
    }
    if !name.starts_with(|c: char| c.is_alphabetic()) {
        name.insert(0, 'V');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variant_names_are_readable() {
        for (text, name) in [
            ("Python3.10", "Python3_10"),
            ("Node.js6.10", "NodeJs6_10"),
            ("C#(.NET Core 2.0)", "CSharpNetCore2_0"),
            ("Custom Image", "CustomImage"),
            ("Custom-Image-Swr", "CustomImageSwr"),
            ("PRE_OIDC_ID_TOKEN_ISSUED", "PreOidcIdTokenIssued"),
            ("sfsTurbo", "SfsTurbo"),
            ("http", "Http"),
            ("3", "V3"),
            ("", "Value"),
            ("½ m²", "M"),
            ("Undocumented", "UndocumentedValue"),
        ] {
            assert_eq!(variant_name(text), name);
        }
    }

    #[test]
    fn variants_of_similar_values_differ() {
        let enumeration = Enumeration {
            name: "E".into(),
            description: String::new(),
            unit: String::new(),
            integers: false,
            values: ["a-b", "a_b", "ab", "v1", "V1", "1.2", "1.3"].map(Into::into).into(),
        };
        let names: Vec<String> = enumeration.variants().iter().map(Ident::to_string).collect();
        assert_eq!(names, ["AB", "AB2", "Ab", "V1", "V1_2", "V1_2_2", "V1_3"]);
    }
}
