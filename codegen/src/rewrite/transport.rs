//! Rewrites that let every call go through the one transport of both APIs, and fail with its one
//! error type.

use quote::{quote, ToTokens};
use syn::visit_mut::{self, VisitMut};
use syn::{parse_quote, Expr, ImplItem, ImplItemFn, Item, ReturnType, Stmt, Type};

use super::visit::{argument, of_builder, send};
use super::{expect, found, requests, Applied, Client};
use crate::model::{Form, Operation, Spec};
use crate::names::Parameter;
use crate::table;
use crate::tokens::option;

/// Replaces what the generator imports, and the part of each call after its request is built.
pub fn one_transport(file: &mut syn::File, client: &Client<'_>) -> Applied {
    let Client { spec, .. } = client;
    file.items.retain(|item| !matches!(item, Item::Use(_)));
    file.items.insert(
        0,
        parse_quote!(
            #[allow(unused_imports)]
            pub use crate::{Error, Response};
        ),
    );
    for operation in &spec.operations {
        let send = send(file, operation)?;
        rewrite_send(send, operation, client)?;
    }
    Ok(())
}

fn rewrite_send(send: &mut ImplItemFn, operation: &Operation, client: &Client<'_>) -> Applied {
    let what = |what: &str| format!("{what} of `{}`", operation.id);
    let success = found(success_type(&send.sig.output).cloned(), what("the result"))?;
    let form = operation.responses.iter().find(|response| response.is_success());
    let form = form.map_or(Form::Nothing, |response| response.body.form());
    let (success, read): (Type, _) = match (success.to_token_stream().to_string().as_str(), form) {
        ("()", _) => (success, quote!(empty)),
        ("ByteStream", Form::Text) => (parse_quote!(::std::string::String), quote!(text)),
        ("ByteStream", _) => (parse_quote!(::bytes::Bytes), quote!(bytes)),
        (_, Form::JsonOrText) => (parse_quote!(crate::JsonOrText<#success>), quote!(json_or_text)),
        _ => (success, quote!(json)),
    };
    let headers: Option<Type> = client.headers_of(operation).map(|headers| {
        let name = quote::format_ident!("{}", headers.name);
        parse_quote!(types::#name)
    });
    let headers = headers.into_iter();
    send.sig.output = parse_quote!(-> Result<Response<#success #(, #headers)*>, Error>);
    let described = found(describe(operation, client.spec, form), what("the method"))?;
    let statements = &mut send.block.stmts;
    let is_request = |statement: &Stmt| match statement {
        Stmt::Local(local) => local.pat.to_token_stream().to_string().ends_with("request"),
        _ => false,
    };
    let built = found(statements.iter().position(is_request), what("the request"))?;
    statements.truncate(built + 1);
    if let Stmt::Local(local) = &mut statements[built] {
        local.attrs.clear();
        local.pat = parse_quote!(request);
        if let Some(init) = &mut local.init {
            unbuilt(&mut init.expr);
        }
    }
    statements.push(parse_quote! {
        static OPERATION: crate::operation::OperationInfo = #described;
    });
    statements.push(Stmt::Expr(
        parse_quote!(client.inner.call(&OPERATION, request, crate::transport::Finished::#read).await),
        None,
    ));
    Failures.visit_block_mut(&mut send.block);
    Ok(())
}

/// What the transport has to know of an operation.
fn describe(operation: &Operation, spec: &Spec, form: Form) -> Option<proc_macro2::TokenStream> {
    let Operation { id, path, method, .. } = operation;
    let method = syn::parse_str::<syn::Ident>(method).ok()?;
    let success = operation.responses.iter().find(|response| response.is_success());
    let accepts = option(success.and_then(|success| requests::accepted(&success.body)).as_ref());
    let sends = option(requests::sent(operation).as_ref());
    let answers_json = form == Form::Json;
    let headers = table::headers(spec, operation);
    let authenticated = !operation.is_open;
    let successes = operation
        .statuses()
        .filter_map(|status| status.parse::<u16>().ok().filter(|status| *status < 300));
    let table = table::path(operation);
    Some(quote! {
        crate::operation::OperationInfo {
            id: #id,
            method: ::reqwest::Method::#method,
            path: #path,
            accepts: #accepts,
            sends: #sends,
            authenticated: #authenticated,
            answers_json: #answers_json,
            successes: &[#(#successes),*],
            headers: #headers,
            table: &#table,
        }
    })
}

/// `T` of `Result<ResponseValue<T>, …>`.
fn success_type(output: &ReturnType) -> Option<&Type> {
    let ReturnType::Type(_, ty) = output else { return None };
    argument(argument(ty, "Result")?, "ResponseValue")
}

/// Takes `.build()?` from the end of an expression.
fn unbuilt(expression: &mut Expr) {
    let inner = match expression {
        Expr::Try(attempt) => match &*attempt.expr {
            Expr::MethodCall(call) if call.method == "build" => (*call.receiver).clone(),
            _ => return,
        },
        _ => return,
    };
    *expression = inner;
}

/// Makes every refusal before sending one of our own.
struct Failures;

impl VisitMut for Failures {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        match expression {
            Expr::Path(path) if path.to_token_stream().to_string() == "Error :: InvalidRequest" => {
                *expression = parse_quote!(Error::invalid);
            }
            Expr::MethodCall(call) if call.method == "append" && call.args.len() == 2 => {
                let name = call.args[0].clone();
                if let Expr::Try(attempt) = &call.args[1] {
                    let value = attempt.expr.clone();
                    call.args[1] = parse_quote! {
                        #value.map_err(|e| Error::invalid(format!("{}: {e}", #name)))?
                    };
                }
            }
            _ => {}
        }
    }
}

/// A path parameter that a call does not name is the client's own, where it has one.
pub fn presets(file: &mut syn::File, client: &Client<'_>) -> Applied {
    let Client { spec, lowered, .. } = client;
    for operation in &spec.operations {
        let parameters = lowered.names.parameters_of(&operation.id).into_iter();
        let is_one = |named: &&Parameter| {
            lowered.parameter(named).is_some_and(|p| p["schema"]["type"] != "array")
        };
        let of_path = parameters.filter(|named| named.location == "path").filter(is_one);
        let mut presets = Presets { parameters: of_path.collect(), count: 0 };
        for item in of_builder(file, operation).flat_map(|block| &mut block.items) {
            match item {
                ImplItem::Fn(new) if new.sig.ident == "new" => {
                    presets.visit_block_mut(&mut new.block);
                }
                _ => {}
            }
        }
        let is_done = presets.count == presets.parameters.len();
        expect(is_done, format!("the parameters in the path of `{}`", operation.id))?;
    }
    Ok(())
}

struct Presets<'a> {
    parameters: Vec<&'a Parameter>,
    /// How many were found.
    count: usize,
}

impl VisitMut for Presets<'_> {
    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        let rust = field.member.to_token_stream().to_string();
        if let Some(parameter) = self.parameters.iter().find(|p| p.rust == rust) {
            let wire = &parameter.wire;
            field.expr = parse_quote!(client.inner.preset(#wire));
            self.count += 1;
        }
    }
}
