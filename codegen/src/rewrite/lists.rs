//! The rewrite that writes lists as their style says.

use quote::{quote, ToTokens};
use syn::visit_mut::{self, VisitMut};
use syn::{parse_quote, Block, Expr, ExprMethodCall, Lit, Macro, Pat, Stmt};

use super::paths::visit_arguments;
use super::visit::send;
use crate::lowering::Lowered;
use crate::model::{Operation, Parameter, Spec};
use crate::tokens::option;

pub fn lists(file: &mut syn::File, spec: &Spec, lowered: &Lowered) {
    for operation in &spec.operations {
        let Some(send) = send(file, operation) else { continue };
        for parameter in &operation.parameters {
            if let Some(written) = Written::of(spec, lowered, operation, parameter) {
                written.rewrite(&mut send.block);
            }
        }
    }
}

/// A parameter that the generator does not write as it is documented.
struct Written {
    /// Its name in Rust.
    rust: String,
    wire: String,
    location: String,
    is_list: bool,
    is_required: bool,
    delimiter: Option<&'static str>,
    keeps_reserved: bool,
}

impl Written {
    fn of(
        spec: &Spec,
        lowered: &Lowered,
        operation: &Operation,
        found: &Parameter,
    ) -> Option<Self> {
        let Parameter { location, name: wire, .. } = found;
        let schema = spec.at(found.schema.as_ref()?)?;
        let delimiter = found.delimiter(schema);
        let keeps_reserved = found.is("allowReserved");
        let rust = lowered.names.parameter(&operation.id, location, wire)?.rust.clone();
        (delimiter.is_some() || keeps_reserved).then(|| Self {
            rust,
            wire: wire.clone(),
            location: location.clone(),
            is_list: schema.json_type() == Some("array"),
            is_required: found.required,
            delimiter,
            keeps_reserved,
        })
    }

    fn rewrite(&self, send: &mut Block) {
        match self.location.as_str() {
            "path" => InPath(self).visit_block_mut(send),
            "header" => InHeader(self).visit_block_mut(send),
            _ => self.in_query(send),
        }
    }

    /// Writes the value into the URL, before the rest of the query.
    fn in_query(&self, send: &mut Block) {
        WithoutQuery(self).visit_block_mut(send);
        let is_url = |statement: &Stmt| match statement {
            Stmt::Local(local) => local.init.as_ref().is_some_and(
                |init| matches!(&*init.expr, Expr::Macro(call) if call.mac.path.is_ident("format")),
            ),
            _ => false,
        };
        let Some(index) = send.stmts.iter().position(is_url) else { return };
        let Stmt::Local(local) = &send.stmts[index] else { return };
        let url = match &local.pat {
            Pat::Ident(name) => name.ident.clone(),
            _ => return,
        };
        let Self { wire, keeps_reserved, .. } = self;
        let value = quote::format_ident!("{}", self.rust);
        let values = match (self.is_list, self.is_required) {
            (true, true) | (false, false) => quote!(#value.iter()),
            (true, false) => quote!(#value.iter().flatten()),
            (false, true) => quote!(::std::iter::once(&#value)),
        };
        let delimiter = option(self.delimiter);
        let statement: Stmt = parse_quote! {
            let #url = crate::transport::lists::in_query(
                #url, #wire, #values, #delimiter, #keeps_reserved,
            );
        };
        send.stmts.insert(index + 1, statement);
    }
}

/// Puts the items of a list into the path, each encoded.
struct InPath<'w>(&'w Written);

impl VisitMut for InPath<'_> {
    fn visit_macro_mut(&mut self, call: &mut Macro) {
        let value = quote::format_ident!("{}", self.0.rust);
        let plain: Expr = parse_quote!(encode_path(&#value.to_string()));
        visit_arguments(call, |argument| {
            if *argument == plain {
                *argument = parse_quote!(crate::transport::lists::in_path(&#value));
            }
        });
    }
}

/// Puts the items of a list into a header.
struct InHeader<'w>(&'w Written);

impl VisitMut for InHeader<'_> {
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        let is_ours =
            call.method == "append" && text_of(call.args.first()) == Some(self.0.wire.clone());
        match call.args.last_mut() {
            Some(value) if is_ours => Joined(&self.0.wire).visit_expr_mut(value),
            _ => visit_mut::visit_expr_method_call_mut(self, call),
        }
    }
}

/// Joins the items of what is written as a text.
struct Joined<'w>(&'w str);

impl VisitMut for Joined<'_> {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        let Expr::MethodCall(call) = expression else { return };
        let value = call.receiver.clone();
        if call.method == "to_string" && matches!(*value, Expr::Path(_)) {
            let wire = self.0;
            *expression = parse_quote!(crate::transport::lists::in_header(#wire, &#value)?);
        }
    }
}

/// Takes a parameter out of what the generator makes a query of.
struct WithoutQuery<'w>(&'w Written);

impl VisitMut for WithoutQuery<'_> {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        let Expr::MethodCall(call) = expression else { return };
        let wire = &self.0.wire;
        let value = quote::format_ident!("{}", self.0.rust);
        let ours: Expr = parse_quote!(&progenitor_client::QueryParam::new(#wire, &#value));
        let is_ours = |argument: &Expr| {
            argument.to_token_stream().to_string() == ours.to_token_stream().to_string()
        };
        if call.method == "query" && call.args.first().is_some_and(is_ours) {
            *expression = (*call.receiver).clone();
        }
    }
}

fn text_of(expression: Option<&Expr>) -> Option<String> {
    match expression {
        Some(Expr::Lit(literal)) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
