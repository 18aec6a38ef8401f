//! Rewrites of how a request is made.

use syn::visit_mut::{self, VisitMut};
use syn::{parse_quote, Expr, LitStr};

use super::visit::send;
use super::{expect, found, Applied, Client};
use crate::model::media::{essence, ANY, JSON};
use crate::model::{Body, Form, Operation};

/// Makes requests of the methods for which the HTTP client has no function.
pub fn all_methods(file: &mut syn::File, client: &Client<'_>) -> Applied {
    let Client { spec, .. } = client;
    for operation in &spec.operations {
        let method = operation.method.as_str();
        if let "OPTIONS" | "TRACE" = method {
            let send = found(send(file, operation), format!("`send` of `{}`", operation.id))?;
            let method = quote::format_ident!("{method}");
            let mut rewritten = Method(method, false);
            rewritten.visit_block_mut(&mut send.block);
            expect(rewritten.1, format!("the request of `{}`", operation.id))?;
        }
    }
    Ok(())
}

/// A method, and whether its request was found.
struct Method(syn::Ident, bool);

impl VisitMut for Method {
    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        let Self(method, is_found) = self;
        if call.method == method.to_string().to_lowercase() && call.args.len() == 1 {
            *is_found = true;
            call.method = quote::format_ident!("request");
            call.args.insert(0, parse_quote!(::reqwest::Method::#method));
        }
    }
}

/// Names JSON in requests as the spec does.
pub fn media_types(file: &mut syn::File, client: &Client<'_>) -> Applied {
    let Client { spec, .. } = client;
    for operation in &spec.operations {
        let success = operation.responses.iter().find(|response| response.is_success());
        let names = Names {
            is_found: [false; 2],
            sent: operation.request.as_ref().and_then(other_name),
            read: success.and_then(|success| accepted(&success.body)),
        };
        name_json(file, operation, names)?;
    }
    Ok(())
}

struct Names {
    /// Whether a body that is sent was found, and one that is read.
    is_found: [bool; 2],
    sent: Option<String>,
    read: Option<String>,
}

/// The media type of a JSON body, if it is another than that of all JSON.
fn other_name(body: &Body) -> Option<String> {
    body.json().map(|json| json.name.clone()).filter(|name| name != JSON && name != ANY)
}

/// What a call asks for, if it is something else than plain JSON.
fn accepted(body: &Body) -> Option<String> {
    let names = match body.form() {
        Form::JsonOrText => body.media_types(),
        _ => body.json().map(|json| &*json.name).into_iter().collect(),
    };
    let names: Vec<String> = names.into_iter().map(essence).collect();
    Some(names.join(", ")).filter(|names| !names.is_empty() && names != JSON)
}

fn name_json(file: &mut syn::File, operation: &Operation, mut names: Names) -> Applied {
    if names.sent.is_none() && names.read.is_none() {
        return Ok(());
    }
    if let Some(send) = send(file, operation) {
        names.visit_block_mut(&mut send.block);
    }
    let is_right = [names.sent.is_some(), names.read.is_some()] == names.is_found;
    expect(is_right, format!("the JSON of `{}`", operation.id))
}

impl VisitMut for Names {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        let Expr::MethodCall(call) = expression else { return };
        if let (true, Some(sent)) = (call.method == "json", &self.sent) {
            self.is_found[0] = true;
            let before = &call.receiver;
            call.receiver = parse_quote! {
                #before.header(::reqwest::header::CONTENT_TYPE, #sent)
            };
        }
    }

    fn visit_lit_str_mut(&mut self, literal: &mut LitStr) {
        if let (true, Some(read)) = (literal.value() == JSON, &self.read) {
            self.is_found[1] = true;
            *literal = LitStr::new(read, literal.span());
        }
    }
}
