//! The rewrite of documentation that is a vendor's text, and no Markdown.

use syn::visit_mut::VisitMut;
use syn::{parse_quote, Attribute};

use super::documentation::doc_of;
use crate::lowering::Lowered;
use crate::markdown::plain;
use crate::model::Spec;

pub fn plain_documentation(file: &mut syn::File, _: &Spec, _: &Lowered) {
    Plain.visit_file_mut(file);
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
