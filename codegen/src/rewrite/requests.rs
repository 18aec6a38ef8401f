//! The rewrite of how a request is made.

use proc_macro2::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{parse_quote, Expr, ImplItemFn, Stmt, Token};

use super::visit::{send, url};
use super::{found, Applied, Client};
use crate::model::media::{essence, ANY, JSON};
use crate::model::{Body, Form, Operation};

/// Has each request made of its path, its headers and its body alone; the transport knows the rest. What
/// it is made of is gone before it is sent, so that the future of a call is small.
pub fn requests(file: &mut syn::File, client: &Client<'_>) -> Applied {
    for operation in &client.spec.operations {
        let send = send(file, operation)?;
        made_of_parts(send, operation)?;
    }
    Ok(())
}

fn made_of_parts(send: &mut ImplItemFn, operation: &Operation) -> Applied {
    let statements = &mut send.block.stmts;
    let (index, url) = url(statements, operation)?;
    let path = found(path(&mut statements[index]), format!("the path of `{}`", operation.id))?;
    statements[index] = parse_quote!(let #url = #path;);
    let what = || format!("the request of `{}`", operation.id);
    let request = statements.iter().position(|statement| made(statement).is_some());
    let at = found(request, what())?;
    let parts = found(made(&statements[at]).and_then(parts), what())?;
    let new: Expr = match operation.parameters.iter().any(|p| p.location == "query") {
        true => parse_quote!(crate::request::Outgoing::with_query(&#url)),
        false => parse_quote!(crate::request::Outgoing::new(#url)),
    };
    let before: Vec<Stmt> = statements.drain(1..=at).take(at - 1).collect();
    statements.insert(
        1,
        parse_quote! {
            let request = {
                #(#before)*
                #new #parts
            };
        },
    );
    Ok(())
}

/// The path with its parameters, of the macro that formats the URL.
fn path(statement: &mut Stmt) -> Option<Expr> {
    let Stmt::Local(local) = statement else { return None };
    let Expr::Macro(format) = &*local.init.as_ref()?.expr else { return None };
    let parse = Punctuated::<Expr, Token![,]>::parse_terminated;
    let arguments = format.mac.parse_body_with(parse).ok()?;
    let values = arguments.iter().skip(2).map(|argument| match plain(argument) {
        Some(value) => quote!(crate::request::InPath::Value(&#value)),
        None => quote!(crate::request::InPath::Encoded(#argument)),
    });
    Some(parse_quote!(client.inner.path(&OPERATION, &[#(#values),*])?))
}

/// `x` of `encode_path(&x.to_string())`.
fn plain(argument: &Expr) -> Option<&Expr> {
    let Expr::Call(call) = argument else { return None };
    let is_encoded = *call.func == parse_quote!(encode_path);
    match call.args.first().filter(|_| is_encoded)? {
        Expr::Reference(text) => match &*text.expr {
            Expr::MethodCall(call) if call.method == "to_string" => Some(&call.receiver),
            _ => None,
        },
        _ => None,
    }
}

/// The expression that makes a request.
fn made(statement: &Stmt) -> Option<&Expr> {
    match statement {
        Stmt::Local(local) if local.pat == parse_quote!(request) => {
            local.init.as_ref().map(|init| &*init.expr)
        }
        _ => None,
    }
}

/// The body and the headers that a request is given.
fn parts(expression: &Expr) -> Option<TokenStream> {
    let Expr::MethodCall(call) = expression else { return None };
    if *call.receiver == parse_quote!(client.client) {
        return Some(TokenStream::new());
    }
    let before = parts(&call.receiver)?;
    let given = &call.args;
    match call.method.to_string().as_str() {
        "json" => Some(quote!(#before .json(#given)?)),
        "headers" => Some(quote!(#before .headers(#given))),
        // What is sent and asked for is known of the operation.
        "header" => Some(before),
        _ => None,
    }
}

/// The media type that a call sends, if it has a body.
pub fn sent(operation: &Operation) -> Option<String> {
    let json = operation.request.as_ref()?.json()?;
    Some(if json.name == ANY { JSON.to_owned() } else { json.name.clone() })
}

/// The media types that a call asks for, if its success is JSON.
pub fn accepted(body: &Body) -> Option<String> {
    let names = match body.form() {
        Form::JsonOrText => body.media_types(),
        Form::Json => body.json().map(|json| &*json.name).into_iter().collect(),
        _ => return None,
    };
    let names: Vec<String> = names.into_iter().map(essence).collect();
    Some(names.join(", "))
}
