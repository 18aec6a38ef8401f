//! The rewrites that hold requests and models against the documents, and that add options to calls.

use heck::ToUpperCamelCase;
use quote::{format_ident, quote};
use syn::{parse_quote, Fields, ImplItem, ImplItemFn, Item, Pat, Stmt};

use super::visit::{argument, kept, module, of_builder, url};
use super::{expect, found, Applied, Client};
use crate::lowering::Lowered;
use crate::model::{Operation, Parameter};
use crate::table;

/// Has each call hold its request against the documents before it is sent, and each call and model
/// do so by itself.
pub fn checks(file: &mut syn::File, client: &Client<'_>) -> Applied {
    let Client { spec, lowered, .. } = client;
    for operation in &spec.operations {
        check_call(file, lowered, operation)?;
    }
    let items = found(module(file, &["types"]), "the models")?;
    let mut checks: Vec<Item> = Vec::new();
    for item in items.iter() {
        let Item::Struct(model) = item else { continue };
        let name = &model.ident;
        let schema = client.schema_of(name).and_then(|s| client.tables.get(s.pointer.as_str()));
        let Some((_, schema)) = schema else { continue };
        checks.push(parse_quote! {
            impl #name {
                /// What in the value is not as documented; nothing if all of it is.
                pub fn check(&self) -> ::std::vec::Vec<crate::Violation> {
                    crate::request::check(&super::table::schemas::#schema, self)
                }
            }
        });
        if matches!(model.fields, Fields::Named(_)) {
            checks.push(parse_quote! {
                impl #name {
                    /// A builder that has what the value has, to change it.
                    pub fn into_builder(self) -> builder::#name {
                        self.into()
                    }
                }
            });
        }
    }
    items.extend(checks);
    Ok(())
}

fn check_call(file: &mut syn::File, lowered: &Lowered, operation: &Operation) -> Applied {
    let fields = kept(file, operation);
    let table = table::path(operation);
    let checked = operation.parameters.iter().enumerate().filter_map(|(index, parameter)| {
        let Parameter { location, name, .. } = parameter;
        let named = lowered.names.parameter(&operation.id, location, name)?;
        let (_, ty) = fields.iter().find(|(name, _)| *name == named.rust)?;
        let rust = format_ident!("{}", named.rust);
        Some(match argument(ty, "Option").is_some() {
            true => quote!(.optional(#index, #rust.as_ref())),
            false => quote!(.parameter(#index, &#rust)),
        })
    });
    let mut checked: Vec<_> = checked.collect();
    if fields.iter().any(|(name, _)| name == "body") {
        checked.push(quote!(.body(&body)));
    }
    let check = quote!(crate::request::Check::new(&#table) #(#checked)* .finish());
    let mut is_done = false;
    for block in of_builder(file, operation) {
        let Some(send) = block.items.iter_mut().find_map(send) else { continue };
        let statements = &mut send.block.stmts;
        let (made, _) = url(statements, operation)?;
        is_done = true;
        let mut reading: Vec<Stmt> = statements[..made].to_vec();
        statements.insert(made, parse_quote!(client.inner.permit(&options, #check)?;));
        // The request is not sent, and so not taken.
        if let Some(Stmt::Local(parts)) = reading.first_mut() {
            if let Some(init) = &mut parts.init {
                init.expr = parse_quote!(self.clone());
            }
        }
        block.items.push(parse_quote! {
            /// What in the request is not as documented; nothing if all of it is.
            ///
            /// # Errors
            ///
            /// Something that is required is missing.
            #[allow(unused_variables)]
            pub fn check(&self) -> Result<::std::vec::Vec<crate::Violation>, Error> {
                #(#reading)*
                Ok(#check)
            }
        });
    }
    expect(is_done, format!("`send` of `{}`", operation.id))
}

fn send(item: &mut ImplItem) -> Option<&mut ImplItemFn> {
    match item {
        ImplItem::Fn(function) if function.sig.ident == "send" => Some(function),
        _ => None,
    }
}

/// Has each call take options: timeouts, retries, and whether undocumented values are sent.
pub fn call_options(file: &mut syn::File, client: &Client<'_>) -> Applied {
    let Client { spec, .. } = client;
    let operations = &spec.operations;
    let names: Vec<String> = operations.iter().map(|o| o.id.to_upper_camel_case()).collect();
    for item in module(file, &["builder"]).into_iter().flatten() {
        match item {
            Item::Struct(builder) if names.contains(&builder.ident.to_string()) => {
                if let Fields::Named(fields) = &mut builder.fields {
                    fields.named.push(parse_quote!(options: crate::request::CallOptions));
                }
            }
            _ => {}
        }
    }
    for operation in operations {
        let mut is_done = [false; 2];
        for block in of_builder(file, operation) {
            let mut has_new = false;
            for item in &mut block.items {
                let ImplItem::Fn(function) = item else { continue };
                match function.sig.ident.to_string().as_str() {
                    "new" => {
                        has_new = true;
                        is_done[0] |= add_default(function);
                    }
                    "send" | "check" => is_done[1] |= add_part(function),
                    _ => {}
                }
            }
            if has_new {
                add_setters(block);
            }
        }
        expect(is_done == [true; 2], format!("`new` and `send` of `{}`", operation.id))?;
    }
    Ok(())
}

/// `options` in the value that `new` makes.
fn add_default(new: &mut ImplItemFn) -> bool {
    let made = new.block.stmts.iter_mut().find_map(|statement| match statement {
        Stmt::Expr(syn::Expr::Struct(made), _) => Some(made),
        _ => None,
    });
    made.map(|made| made.fields.push(parse_quote!(options: ::std::default::Default::default())))
        .is_some()
}

/// `options` in the parts that a function takes a builder into, and in its call.
fn add_part(function: &mut ImplItemFn) -> bool {
    let mut is_called = false;
    for statement in &mut function.block.stmts {
        match statement {
            Stmt::Local(local) => {
                if let (Pat::Struct(parts), Pat::Struct(more)) = (&mut local.pat, options()) {
                    parts.fields.extend(more.fields);
                }
            }
            Stmt::Expr(syn::Expr::Await(call), _) => {
                if let syn::Expr::MethodCall(call) = &mut *call.base {
                    if call.method == "call" {
                        call.args.push(parse_quote!(&options));
                        is_called = true;
                    }
                }
            }
            _ => {}
        }
    }
    is_called
}

/// The pattern of a builder with nothing but its options.
fn options() -> Pat {
    let local: Stmt = parse_quote!(let Self { options };);
    match local {
        Stmt::Local(local) => local.pat,
        _ => Pat::Verbatim(quote!()),
    }
}

fn add_setters(block: &mut syn::ItemImpl) {
    let setters: syn::ItemImpl = parse_quote! {
        impl X {
            /// The time that this call may take, with all its attempts, in place of the client's.
            pub fn timeout(mut self, timeout: ::std::time::Duration) -> Self {
                self.options.timeout = Some(timeout);
                self
            }

            /// How this call is repeated, in place of the client's policy.
            pub fn retry(mut self, policy: crate::RetryPolicy) -> Self {
                self.options.retry = Some(policy);
                self
            }

            /// Whether this call may send what is not documented, which is refused otherwise. It
            /// is traced if it does.
            pub fn allow_undocumented(mut self, allow: bool) -> Self {
                self.options.allow_undocumented = Some(allow);
                self
            }
        }
    };
    block.items.extend(setters.items);
}
