//! Runs the generator on a lowered spec.

use heck::ToUpperCamelCase;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use quote::quote;
use schemars::schema::{InstanceType, SchemaObject};
use syn::{ImplItem, Item};

use crate::contract::Contract;
use crate::error::Result;
use crate::leaf::Leaf;
use crate::lowering::{is_set_by_client, lower_by, Lowered, RULES};
use crate::model::Spec;
use crate::rewrite::visit::{enum_in_macro, of_builder, owner};
use crate::rewrite::{rewrite_by, REWRITES};
use crate::table::{self, Claims};

/// The generated client of `spec`, as Rust source, with the claims about its schemas.
pub fn generate(spec: &Spec, claims: Claims) -> Result<String> {
    Ok(prettyplease::unparse(&generate_file(spec, claims)?))
}

/// The generated client of each spec of `contract`.
pub fn clients(contract: &Contract) -> impl Iterator<Item = Result<(&Spec, String)>> {
    let specs = contract.specs.iter().enumerate();
    specs.map(|(index, spec)| Ok((spec, generate(spec, Claims::of(contract, index))?)))
}

/// The generated client of `spec` as a syntax tree.
pub fn generate_file(spec: &Spec, claims: Claims) -> Result<syn::File> {
    generate_without(spec, None, spec, claims)
}

/// The same without the rule of lowering or the rewrite that is named `step`, and with the table of
/// another spec.
pub fn generate_without(
    spec: &Spec,
    step: Option<&str>,
    table: &Spec,
    claims: Claims,
) -> Result<syn::File> {
    let lowered = lower_by(spec, RULES.iter().filter(|rule| Some(rule.name) != step))?;
    let rewrites = REWRITES.iter().filter(|rewrite| Some(rewrite.name) != step);
    let mut file = generator_output(spec, &lowered)?;
    rewrite_by(&mut file, spec, &lowered, rewrites)?;
    file.items.push(table::print(table::of_spec(table, claims)));
    Ok(file)
}

fn generator_output(spec: &Spec, lowered: &Lowered) -> Result<syn::File> {
    let tokens = run_generator(spec, lowered)?;
    let mut file: syn::File = syn::parse2(tokens)
        .map_err(|e| spec.error("", format!("the generator's output is not Rust: {e}")))?;
    for operation in &spec.operations {
        let items = of_builder(&mut file, operation).flat_map(|block| &block.items);
        let setters: Vec<_> = items
            .filter_map(|item| match item {
                ImplItem::Fn(setter) => Some(setter.sig.ident.to_string()),
                _ => None,
            })
            .collect();
        for parameter in lowered.names.parameters_of(&operation.id) {
            let is_set_by_client =
                parameter.location == "header" && is_set_by_client(&parameter.wire);
            if !is_set_by_client && !setters.contains(&parameter.rust) {
                let message = format!("the generator has no setter for `{}`", parameter.wire);
                return Err(spec.error(&operation.pointer, message));
            }
        }
    }
    Ok(file)
}

/// A part of a generated client.
pub struct Excerpt {
    /// The code; empty if the client has nothing of the name.
    pub code: String,
    /// The names that could be asked for.
    pub names: Vec<String>,
}

/// The generated code of the operation or type `name`.
pub fn excerpt(spec: &Spec, name: &str) -> Result<Excerpt> {
    let file = generate_file(spec, Claims::default())?;
    let operations = &spec.operations;
    let mut names: Vec<String> = operations.iter().map(|o| o.id.clone()).collect();
    let builder_of = |owner: &str| operations.iter().find(|o| o.id.to_upper_camel_case() == owner);
    let mut picked = Vec::new();
    pick(&file.items, &mut |owner, item| {
        let is_type = !matches!(item, Item::Impl(_)) && owner != "Client";
        if is_type && builder_of(owner).is_none() && !names.iter().any(|known| known == owner) {
            names.push(owner.to_owned());
        }
        if owner == name || builder_of(owner).is_some_and(|operation| operation.id == name) {
            picked.push(item.clone());
        }
    });
    let code =
        prettyplease::unparse(&syn::File { shebang: None, attrs: Vec::new(), items: picked });
    Ok(Excerpt { code, names })
}

/// Calls `visit` with each item and the name of the type that it is about.
fn pick(items: &[Item], visit: &mut dyn FnMut(&str, &Item)) {
    for item in items {
        match item {
            Item::Mod(module) => {
                if let Some((_, items)) = &module.content {
                    pick(items, visit);
                }
            }
            Item::Struct(model) => visit(&model.ident.to_string(), item),
            Item::Enum(model) => visit(&model.ident.to_string(), item),
            Item::Impl(block) => visit(&owner(block), item),
            Item::Macro(call) => {
                if let Some(owner) = enum_in_macro(call) {
                    visit(&owner, item);
                }
            }
            _ => {}
        }
    }
}

fn run_generator(spec: &Spec, lowered: &Lowered) -> Result<TokenStream> {
    let document: openapiv3::OpenAPI = serde_path_to_error::deserialize(&lowered.document)
        .map_err(|e| spec.error(&e.path().to_string(), format!("lowered to no OpenAPI: {e}")))?;
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder);
    settings.with_derive("PartialEq");
    // Equal models are written alike.
    settings.with_map_type("::std::collections::BTreeMap");
    settings.with_inner_type(quote!(crate::transport::Core));
    for leaf in &lowered.leaves {
        settings.with_conversion(marked_schema(leaf), rust_path(spec, leaf), std::iter::empty());
    }
    // A panic of the generator is reported, and not printed as well.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let generated =
        std::panic::catch_unwind(|| Generator::new(&settings).generate_tokens(&document));
    std::panic::set_hook(hook);
    match generated {
        Ok(tokens) => tokens.map_err(|e| spec.error("", format!("cannot be generated: {e}"))),
        Err(panic) => {
            let reason = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("the generator gave no reason");
            Err(spec.error("", format!("cannot be generated: {reason}")))
        }
    }
}

/// The schema that marks the places of `leaf` in the lowered document.
fn marked_schema(leaf: &Leaf) -> SchemaObject {
    let kind = match &leaf.enumeration {
        Some(enumeration) if enumeration.integers => InstanceType::Integer,
        _ => InstanceType::String,
    };
    SchemaObject {
        instance_type: Some(kind.into()),
        format: Some(leaf.key.clone()),
        ..SchemaObject::default()
    }
}

/// The path of a leaf type that is right in every module of the generated client.
fn rust_path(spec: &Spec, leaf: &Leaf) -> String {
    leaf.rust.replace("types::", &format!("crate::{}::types::", spec.api))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_knows_the_names_that_can_be_asked_for() {
        let file = std::path::Path::new("probe.yaml");
        let spec = Spec::parse(file, include_str!("../tests/probe.yaml")).unwrap();
        let names = excerpt(&spec, "nonsense").unwrap().names;
        let unknown = names.iter().filter(|name| excerpt(&spec, name).unwrap().code.is_empty());
        assert_eq!(unknown.collect::<Vec<_>>(), [""; 0]);
        for (name, is_listed) in
            [("probe", true), ("Answer", true), ("AnswerKind", true), ("Probe", false), ("", false)]
        {
            assert_eq!(names.iter().any(|known| known == name), is_listed, "{name}: {names:?}");
        }
    }
}
