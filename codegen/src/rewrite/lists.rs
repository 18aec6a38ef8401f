//! The rewrites that write queries, and lists as their style says.

use syn::visit_mut::{self, VisitMut};
use syn::{parse_quote, Expr, ExprMethodCall, Lit, Macro};

use super::paths::visit_arguments;
use super::visit::{send, url};
use super::{expect, found, Applied, Client};
use crate::model::Parameter;
use crate::names::Parameter as Named;
use crate::tokens::option;

pub fn lists(file: &mut syn::File, client: &Client<'_>) -> Applied {
    let Client { spec, lowered, .. } = client;
    for operation in &spec.operations {
        let send = send(file, operation)?;
        for parameter in operation.parameters.iter().filter(|p| p.location != "query") {
            let Parameter { location, name, schema, .. } = parameter;
            let schema = schema.as_ref().and_then(|schema| spec.at(schema));
            let is_list = schema.is_some_and(|schema| parameter.delimiter(schema).is_some());
            let named = lowered.names.parameter(&operation.id, location, name);
            let Some(named) = named.filter(|_| is_list) else { continue };
            let mut is_found = false;
            match location.as_str() {
                "path" => InPath(named, &mut is_found).visit_block_mut(&mut send.block),
                _ => InHeader(named, &mut is_found).visit_block_mut(&mut send.block),
            }
            expect(is_found, format!("`{}` of `{}`", named.rust, operation.id))?;
        }
    }
    Ok(())
}

/// Puts the items of a list into the path, each encoded.
struct InPath<'w>(&'w Named, &'w mut bool);

impl VisitMut for InPath<'_> {
    fn visit_macro_mut(&mut self, call: &mut Macro) {
        let value = quote::format_ident!("{}", self.0.rust);
        let plain: Expr = parse_quote!(encode_path(&#value.to_string()));
        visit_arguments(call, |argument| {
            if *argument == plain {
                *argument = parse_quote!(crate::transport::lists::in_path(&#value));
                *self.1 = true;
            }
        });
    }
}

/// Puts the items of a list into a header.
struct InHeader<'w>(&'w Named, &'w mut bool);

impl VisitMut for InHeader<'_> {
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        let is_ours =
            call.method == "append" && text_of(call.args.first()) == Some(self.0.wire.clone());
        match call.args.last_mut() {
            Some(value) if is_ours => {
                *self.1 = true;
                Joined(&self.0.wire).visit_expr_mut(value);
            }
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
pub fn queries(file: &mut syn::File, client: &Client<'_>) -> Applied {
    let Client { spec, .. } = client;
    for operation in &spec.operations {
        let send = send(file, operation)?;
        let mut taken = TakeQuery::default();
        taken.visit_block_mut(&mut send.block);
        let in_query = operation.parameters.iter().filter(|p| p.location == "query").count();
        expect(taken.0.len() == in_query, format!("the query of `{}`", operation.id))?;
        let statements = &mut send.block.stmts;
        let (index, url) = url(statements, operation)?;
        for (wire, value) in taken.0.into_iter().rev() {
            let parameter = operation.parameter("query", &wire);
            let parameter =
                found(parameter, format!("`{wire}` in the query of `{}`", operation.id))?;
            let schema = parameter.schema.as_ref().and_then(|schema| spec.at(schema));
            let delimiter = option(schema.and_then(|schema| parameter.delimiter(schema)));
            let keeps_reserved = parameter.is("allowReserved");
            let statement = parse_quote! {
                let #url = crate::transport::lists::in_query(
                    #url, #wire, #value, #delimiter, #keeps_reserved,
                );
            };
            statements.insert(index + 1, statement);
        }
    }
    Ok(())
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
