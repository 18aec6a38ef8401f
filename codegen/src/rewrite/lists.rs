//! The rewrites that write lists as their style says, and queries.

use syn::visit_mut::{self, VisitMut};
use syn::{parse_quote, Block, Expr, ExprMethodCall, Ident, Lit, Local, Macro, Pat, Stmt};

use super::paths::visit_arguments;
use super::visit::send;
use crate::lowering::{delimiter, Lowered};
use crate::spec::{pointer::join, Located, Operation, Spec};
use crate::tokens::option;

pub fn lists(file: &mut syn::File, spec: &Spec, lowered: &Lowered) {
    for operation in spec.operations() {
        let Some(send) = send(file, &operation) else { continue };
        for parameter in spec.parameters(&operation) {
            if let Some(written) = Written::of(spec, lowered, &operation, &parameter) {
                written.rewrite(&mut send.block);
            }
        }
    }
}

/// A list that the generator does not write as it is documented.
struct Written {
    /// Its name in Rust.
    rust: String,
    wire: String,
    location: String,
}

impl Written {
    fn of(
        spec: &Spec,
        lowered: &Lowered,
        operation: &Operation<'_>,
        found: &Located<'_>,
    ) -> Option<Self> {
        let text = |key: &str| found.value[key].as_str().unwrap_or_default().to_owned();
        let (location, wire) = (text("in"), text("name"));
        let schema = spec.at(&join(&found.pointer, "schema"))?;
        let rust = lowered.names.parameter(operation.id, &location, &wire)?.rust.clone();
        delimiter(found.value, schema.value).is_some().then_some(Self { rust, wire, location })
    }

    fn rewrite(&self, send: &mut Block) {
        match self.location.as_str() {
            "path" => InPath(self).visit_block_mut(send),
            "header" => InHeader(self).visit_block_mut(send),
            _ => {}
        }
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

/// Has each parameter of a query written into the URL.
pub fn queries(file: &mut syn::File, spec: &Spec, _: &Lowered) {
    for operation in spec.operations() {
        let Some(send) = send(file, &operation) else { continue };
        let Some((index, url)) = send.block.stmts.iter().enumerate().find_map(url) else {
            continue;
        };
        let mut taken = TakeQuery::default();
        taken.visit_block_mut(&mut send.block);
        let parameters = spec.parameters(&operation);
        for (wire, value) in taken.0.into_iter().rev() {
            let is_it = |p: &&Located<'_>| p.value["in"] == "query" && p.value["name"] == wire;
            let found = parameters.iter().find(is_it);
            let schema = found.and_then(|found| spec.at(&join(&found.pointer, "schema")));
            let delimiter =
                option(found.zip(schema).and_then(|(p, s)| delimiter(p.value, s.value)));
            let keeps_reserved = found.is_some_and(|found| found.value["allowReserved"] == true);
            let statement = parse_quote! {
                let #url = crate::transport::lists::in_query(
                    #url, #wire, #value, #delimiter, #keeps_reserved,
                );
            };
            send.block.stmts.insert(index + 1, statement);
        }
    }
}

/// The name of the variable that a statement puts the URL in.
fn url((index, statement): (usize, &Stmt)) -> Option<(usize, Ident)> {
    let Stmt::Local(Local { pat: Pat::Ident(name), init: Some(init), .. }) = statement else {
        return None;
    };
    let is_url = matches!(&*init.expr, Expr::Macro(call) if call.mac.path.is_ident("format"));
    is_url.then(|| (index, name.ident.clone()))
}

/// Takes the parameters of the query out of a request: names on the wire, and values.
#[derive(Default)]
struct TakeQuery(Vec<(String, Expr)>);

impl VisitMut for TakeQuery {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        let Expr::MethodCall(call) = expression else { return };
        if call.method != "query" {
            return;
        }
        let Some(Expr::Reference(parameter)) = call.args.first() else { return };
        let Expr::Call(new) = &*parameter.expr else { return };
        let value = new.args.last().cloned();
        if let (Some(wire), Some(value)) = (text_of(new.args.first()), value) {
            self.0.push((wire, value));
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
