//! The rewrite that names what generated code uses by absolute paths.

use syn::visit_mut::{self, VisitMut};
use syn::{
    parse_quote, Expr, ExprPath, GenericArgument, Item, Macro, Pat, Path, PathArguments, Token,
};

use super::visit::module;
use super::{Applied, Client};

/// What the generator and the other rewrites call by its name alone, and where it is.
const NAMES: [(&str, &str); 12] = [
    ("Default", "::std::default"),
    ("Err", "::std::result::Result"),
    ("Error", "crate"),
    ("From", "::std::convert"),
    ("None", "::std::option::Option"),
    ("Ok", "::std::result::Result"),
    ("Option", "::std::option"),
    ("Response", "crate"),
    ("Result", "::std::result"),
    ("Some", "::std::option::Option"),
    ("String", "::std::string"),
    ("encode_path", "crate::encoding"),
];

/// A component or an operation may have any of these names.
pub fn absolute_paths(file: &mut syn::File, _: &Client<'_>) -> Applied {
    // Here a name in the place of a type is that of a model.
    let mut values = Absolute { types: false };
    for item in module(file, &["types"]).into_iter().flatten() {
        values.visit_item_mut(item);
    }
    let mut all = Absolute { types: true };
    if let Some(items) = module(file, &["builder"]) {
        items.retain(|item| !matches!(item, Item::Use(import) if !is_of_types(import)));
        items.iter_mut().for_each(|item| all.visit_item_mut(item));
    }
    Ok(())
}

/// Whether an import is that of the models.
fn is_of_types(import: &syn::ItemUse) -> bool {
    let types: syn::ItemUse = parse_quote!(
        use super::types;
    );
    import.tree == types.tree
}

struct Absolute {
    types: bool,
}

impl VisitMut for Absolute {
    fn visit_expr_path_mut(&mut self, expression: &mut ExprPath) {
        absolute(&mut expression.path);
        visit_mut::visit_expr_path_mut(self, expression);
    }

    fn visit_pat_mut(&mut self, pattern: &mut Pat) {
        if let Pat::TupleStruct(pattern) = pattern {
            absolute(&mut pattern.path);
        }
        visit_mut::visit_pat_mut(self, pattern);
    }

    fn visit_type_path_mut(&mut self, path: &mut syn::TypePath) {
        if self.types && path.qself.is_none() {
            absolute(&mut path.path);
        }
        visit_mut::visit_type_path_mut(self, path);
    }

    fn visit_macro_mut(&mut self, call: &mut Macro) {
        if call.path.is_ident("format") {
            visit_arguments(call, |argument| self.visit_expr_mut(argument));
        }
    }
}

/// Shows the arguments of a macro that takes expressions.
pub fn visit_arguments(call: &mut Macro, mut visit: impl FnMut(&mut Expr)) {
    let parse = syn::punctuated::Punctuated::<Expr, Token![,]>::parse_terminated;
    if let Ok(mut arguments) = call.parse_body_with(parse) {
        arguments.iter_mut().for_each(&mut visit);
        call.tokens = quote::quote!(#arguments);
    }
}

fn absolute(path: &mut Path) {
    let Some(first) = path.segments.first() else { return };
    // The builder of a call has a lifetime.
    let is_builder = matches!(&first.arguments, PathArguments::AngleBracketed(arguments)
        if matches!(arguments.args.first(), Some(GenericArgument::Lifetime(_))));
    let known = NAMES.iter().find(|(name, _)| first.ident == name);
    if let (None, false, Some((_, place))) = (path.leading_colon, is_builder, known) {
        if let Ok(mut whole) = syn::parse_str::<Path>(place) {
            whole.segments.extend(std::mem::take(&mut path.segments));
            *path = whole;
        }
    }
}
