//! Finding one's way in the generated code.

use heck::ToUpperCamelCase;
use quote::ToTokens;
use syn::{
    Attribute, Expr, ExprLit, Field, GenericArgument, Ident, ImplItem, ImplItemFn, Item, ItemImpl,
    ItemMacro, ItemMod, ItemStruct, Lit, Local, Meta, Pat, PathArguments, ReturnType, Stmt, Type,
};

use crate::model::Operation;

/// The module at `path` in the generated file.
pub fn module<'f>(file: &'f mut syn::File, path: &[&str]) -> Option<&'f mut Vec<Item>> {
    let mut items = &mut file.items;
    for name in path {
        items = items.iter_mut().find_map(|item| match item {
            Item::Mod(ItemMod { ident, content: Some((_, items)), .. }) if ident == name => {
                Some(items)
            }
            _ => None,
        })?;
    }
    Some(items)
}

/// The structs with named members among `items`.
pub fn structs(items: &[Item]) -> impl Iterator<Item = &ItemStruct> {
    items.iter().filter_map(|item| match item {
        Item::Struct(item) => Some(item),
        _ => None,
    })
}

/// The name of the type that is implemented.
pub fn owner(block: &ItemImpl) -> String {
    let owner = readable(&block.self_ty);
    owner.split('<').next().unwrap_or_default().to_owned()
}

/// What the builder of a call has.
pub fn of_builder<'f>(
    file: &'f mut syn::File,
    operation: &Operation,
) -> impl Iterator<Item = &'f mut ItemImpl> {
    let name = operation.id.to_upper_camel_case();
    blocks(file, &["builder"]).filter(move |block| owner(block) == name)
}

/// What the builder of a call keeps of each thing that it is given, by name: the type of the value.
pub fn kept(file: &mut syn::File, operation: &Operation) -> Vec<(String, Type)> {
    let name = operation.id.to_upper_camel_case();
    let items = module(file, &["builder"]).map_or(&[][..], |items| items);
    let fields = structs(items).filter(|builder| builder.ident == name).flat_map(|b| &b.fields);
    let kept = fields.filter_map(|field| {
        Some((field.ident.as_ref()?.to_string(), argument(&field.ty, "Result")?.clone()))
    });
    kept.collect()
}

/// The function that sends a call; its name if there is none.
pub fn send<'f>(
    file: &'f mut syn::File,
    operation: &Operation,
) -> Result<&'f mut ImplItemFn, String> {
    super::found(function(file, operation, "send"), format!("`send` of `{}`", operation.id))
}

/// What is implemented in the module at `path`.
pub fn blocks<'f>(
    file: &'f mut syn::File,
    path: &[&str],
) -> impl Iterator<Item = &'f mut ItemImpl> {
    module(file, path).into_iter().flatten().filter_map(|item| match item {
        Item::Impl(block) => Some(block),
        _ => None,
    })
}

/// A function of the builder of a call.
pub fn function<'f>(
    file: &'f mut syn::File,
    operation: &Operation,
    name: &str,
) -> Option<&'f mut ImplItemFn> {
    of_builder(file, operation).flat_map(|block| &mut block.items).find_map(|item| match item {
        ImplItem::Fn(function) if function.sig.ident == name => Some(function),
        _ => None,
    })
}

/// What `send` of a call has in its `Ok`: a response.
pub fn output(file: &mut syn::File, operation: &Operation) -> Option<Type> {
    match &send(file, operation).ok()?.sig.output {
        ReturnType::Type(_, ty) => argument(ty, "Result").cloned(),
        ReturnType::Default => None,
    }
}

/// The statement that makes the URL of a call, and the variable that it puts it in.
pub fn url(statements: &[Stmt], operation: &Operation) -> Result<(usize, Ident), String> {
    let is_url = |(index, statement): (usize, &Stmt)| {
        let Stmt::Local(Local { pat: Pat::Ident(name), init: Some(init), .. }) = statement else {
            return None;
        };
        let is_made = matches!(&*init.expr, Expr::Macro(call) if call.mac.path.is_ident("format"));
        is_made.then(|| (index, name.ident.clone()))
    };
    let url = statements.iter().enumerate().find_map(is_url);
    super::found(url, format!("the URL of `{}`", operation.id))
}

/// The name of the enumeration that a macro is called with, if it is with one.
pub fn enum_in_macro(call: &ItemMacro) -> Option<String> {
    let tokens = call.mac.tokens.to_string();
    let mut words = tokens.split_whitespace().skip_while(|word| *word != "enum");
    words.nth(1).map(str::to_owned)
}

/// The name of a member as it goes over the wire.
pub fn wire_name(field: &Field) -> String {
    let plain = field.ident.as_ref().map_or_else(String::new, ToString::to_string);
    let mut name = plain.trim_start_matches("r#").to_owned();
    for attribute in field.attrs.iter().filter(|a| a.path().is_ident("serde")) {
        let _ = attribute.parse_nested_meta(|meta| {
            if let Ok(value) = meta.value() {
                let value: Lit = value.parse()?;
                if let (true, Lit::Str(value)) = (meta.path.is_ident("rename"), value) {
                    name = value.value();
                }
            }
            Ok(())
        });
    }
    name
}

/// `T` of `Name<T, …>`, when `ty` is one; of a map the type of its values.
pub fn argument<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    match name {
        "BTreeMap" | "Map" => types.nth(1),
        _ => types.next(),
    }
}

/// A type as a reader would write it, without the paths.
pub fn readable(ty: &Type) -> String {
    let spaced = ty.to_token_stream().to_string();
    let words = spaced.split_whitespace().collect::<String>();
    let mut shown = String::new();
    let mut word = String::new();
    let mut characters = words.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            ':' if characters.peek() == Some(&':') => {
                characters.next();
                word.clear();
            }
            c if c.is_alphanumeric() || c == '_' => word.push(c),
            c => {
                shown.push_str(&std::mem::take(&mut word));
                shown.push(c);
                if c == ',' {
                    shown.push(' ');
                }
            }
        }
    }
    shown + &word
}

/// The text of an attribute that is documentation.
pub fn doc_of(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(docs), .. }) => Some(docs.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a member or type is documented.
pub fn is_documented(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| doc_of(attribute).is_some())
}
