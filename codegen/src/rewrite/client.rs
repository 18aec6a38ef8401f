//! Rewrites of the generated client and its calls.

use super::{expect, found, Applied, Client};
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{parse_quote, Block, Expr, ImplItem, Item, Stmt};

pub fn no_api_version(file: &mut syn::File, client: &Client<'_>) -> Applied {
    let mut removed = ApiVersion(0);
    removed.visit_file_mut(file);
    expect(removed.0 == client.spec.operations.len(), "a header `api-version` in each call")?;
    Ok(())
}

/// How many were removed.
struct ApiVersion(usize);

impl VisitMut for ApiVersion {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let before = block.stmts.len();
        block.stmts.retain(|statement| {
            let tokens = statement.to_token_stream().to_string();
            !(tokens.starts_with("header_map . append") && tokens.contains("\"api-version\""))
        });
        let removed = before - block.stmts.len();
        self.0 += removed;
        let is_filled = block.to_token_stream().to_string().contains("header_map . append");
        if removed > 0 && !is_filled {
            block.stmts.retain(|statement| match statement {
                Stmt::Local(local) => local.pat != parse_quote!(mut header_map),
                _ => true,
            });
            NoHeaders.visit_block_mut(block);
        }
        visit_mut::visit_block_mut(self, block);
    }
}

/// Takes the headers from a request that has none.
struct NoHeaders;

impl VisitMut for NoHeaders {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Expr::MethodCall(call) = expression {
            if call.method == "headers" && call.args == parse_quote!(header_map) {
                *expression = (*call.receiver).clone();
            }
        }
    }
}

pub fn own_construction(file: &mut syn::File, _: &Client<'_>) -> Applied {
    let name = |ty: &syn::Type| ty.to_token_stream().to_string();
    let before = file.items.len();
    file.items.retain(|item| match item {
        Item::Impl(block) => block.trait_.is_none() || !name(&block.self_ty).ends_with("Client"),
        _ => true,
    });
    expect(file.items.len() < before, "what it implements for clients of all kinds")?;
    let is_made = |item: &Item| match item {
        Item::Impl(block) if name(&block.self_ty) == "Client" => {
            block.items.iter().any(|item| matches!(item, ImplItem::Fn(f) if f.sig.ident == "new"))
        }
        _ => false,
    };
    let before = file.items.len();
    file.items.retain(|item| !is_made(item));
    expect(file.items.len() < before, "`Client::new`")?;
    let fields = file.items.iter_mut().find_map(|item| match item {
        Item::Struct(client) if client.ident == "Client" => Some(&mut client.fields),
        _ => None,
    });
    let fields = found(fields, "`Client`")?;
    *fields = syn::Fields::Named(parse_quote!({ pub(crate) inner: crate::transport::Core }));
    Ok(())
}

/// States the servers of the spec, which the builder of the client takes its endpoints from.
pub fn servers(file: &mut syn::File, client: &Client<'_>) -> Applied {
    let Client { spec, .. } = client;
    let urls = spec.servers.iter().map(|server| &server.url);
    file.items.push(parse_quote! {
        /// The documented base URLs.
        pub(crate) const SERVERS: &[&str] = &[#(#urls),*];
    });
    Ok(())
}
