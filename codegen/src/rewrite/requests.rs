//! Rewrites of how a request is made.

use syn::visit_mut::{self, VisitMut};
use syn::{parse_quote, Expr, LitStr};

use super::visit::send;
use crate::lowering::Lowered;
use crate::model::media::{essence, JSON};
use crate::model::{Body, Operation, Spec};

/// Makes requests of the methods for which the HTTP client has no function.
pub fn all_methods(file: &mut syn::File, spec: &Spec, _: &Lowered) {
    for operation in &spec.operations {
        let method = operation.method.as_str();
        if let ("OPTIONS" | "TRACE", Some(send)) = (method, send(file, operation)) {
            let method = quote::format_ident!("{method}");
            Method(method).visit_block_mut(&mut send.block);
        }
    }
}

struct Method(syn::Ident);

impl VisitMut for Method {
    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        let Self(method) = self;
        if call.method == method.to_string().to_lowercase() && call.args.len() == 1 {
            call.method = quote::format_ident!("request");
            call.args.insert(0, parse_quote!(::reqwest::Method::#method));
        }
    }
}

/// Names JSON in requests as the spec does.
pub fn media_types(file: &mut syn::File, spec: &Spec, _: &Lowered) {
    for operation in &spec.operations {
        let success = operation.responses.iter().find(|response| response.is_success());
        let names = Names {
            sent: operation.request.as_ref().and_then(other_name),
            read: success.and_then(|success| other_name(&success.body)).map(|name| essence(&name)),
        };
        name_json(file, operation, names);
    }
}

struct Names {
    sent: Option<String>,
    read: Option<String>,
}

/// The media type of a JSON body, if it is another than that of all JSON.
fn other_name(body: &Body) -> Option<String> {
    body.json().map(|json| json.name.clone()).filter(|name| name != JSON)
}

fn name_json(file: &mut syn::File, operation: &Operation, mut names: Names) {
    if names.sent.is_none() && names.read.is_none() {
        return;
    }
    if let Some(send) = send(file, operation) {
        names.visit_block_mut(&mut send.block);
    }
}

impl VisitMut for Names {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        let Expr::MethodCall(call) = expression else { return };
        if let (true, Some(sent)) = (call.method == "json", &self.sent) {
            let before = &call.receiver;
            call.receiver = parse_quote! {
                #before.header(::reqwest::header::CONTENT_TYPE, #sent)
            };
        }
    }

    fn visit_lit_str_mut(&mut self, literal: &mut LitStr) {
        if let (true, Some(read)) = (literal.value() == JSON, &self.read) {
            *literal = LitStr::new(read, literal.span());
        }
    }
}
