//! The rewrite of documentation that is a vendor's text, and no Markdown.

use syn::visit_mut::VisitMut;
use syn::{parse_quote, Attribute};

use super::visit::doc_of;
use super::{Applied, Client};
use crate::markdown::plain;

pub fn plain_documentation(file: &mut syn::File, _: &Client<'_>) -> Applied {
    Plain.visit_file_mut(file);
    Ok(())
}

struct Plain;

impl VisitMut for Plain {
    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        let Some(docs) = doc_of(attribute) else { return };
        let plain = plain(&docs);
        if plain != docs {
            *attribute = parse_quote!(#[doc = #plain]);
        }
    }
}
