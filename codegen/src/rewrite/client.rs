//! Rewrites of the generated client and its calls.

use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, ImplItem, Item};

use crate::lowering::Lowered;
use crate::spec::Spec;

pub fn no_api_version(file: &mut syn::File, _: &Spec, _: &Lowered) {
    ApiVersion.visit_file_mut(file);
}

struct ApiVersion;

impl VisitMut for ApiVersion {
    fn visit_block_mut(&mut self, block: &mut Block) {
        block.stmts.retain(|statement| {
            let tokens = statement.to_token_stream().to_string();
            !(tokens.starts_with("header_map . append") && tokens.contains("\"api-version\""))
        });
        let is_filled = block.to_token_stream().to_string().contains("header_map . append");
        if !is_filled {
            for statement in &mut block.stmts {
                if let syn::Stmt::Local(local) = statement {
                    MutabilityOf("header_map").visit_pat_mut(&mut local.pat);
                }
            }
        }
        visit_mut::visit_block_mut(self, block);
    }
}

/// Takes `mut` from the binding of a name.
struct MutabilityOf(&'static str);

impl VisitMut for MutabilityOf {
    fn visit_pat_ident_mut(&mut self, pattern: &mut syn::PatIdent) {
        if pattern.ident == self.0 {
            pattern.mutability = None;
        }
    }
}

pub fn no_panicking_constructor(file: &mut syn::File, _: &Spec, _: &Lowered) {
    for item in &mut file.items {
        if let Item::Impl(block) = item {
            let is_client = block.self_ty.to_token_stream().to_string() == "Client";
            if is_client && block.trait_.is_none() {
                block.items.retain(|item| !matches!(item, ImplItem::Fn(f) if f.sig.ident == "new"));
            }
        }
    }
}
