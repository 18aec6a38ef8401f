//! Prints an expression as Rust.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{Expression, Term};

impl Expression {
    /// A closure that evaluates it in a scope.
    pub fn print(&self) -> TokenStream {
        let term = term(&self.term);
        quote! {
            |scope| {
                #[allow(unused_imports)]
                use ::cloudfn_schema::rule::term::*;
                #term.into()
            }
        }
    }
}

fn term(of: &Term) -> TokenStream {
    match of {
        Term::Null => quote!(literal(())),
        Term::Boolean(value) => quote!(literal(#value)),
        Term::Integer(value) => quote!(literal(#value)),
        Term::Number(value) => quote!(literal(#value)),
        Term::Text(text) => quote! {{
            static TEXT: ::cloudfn_schema::rule::term::Text =
                ::cloudfn_schema::rule::term::Text::new(#text);
            text(&TEXT)
        }},
        Term::List(items) => {
            let items = items.iter().map(term);
            quote!(list([#(#items),*]))
        }
        Term::Own(name) => quote!(own(scope, #name)),
        Term::OwnJson(name) => quote!(own_json(scope, #name)),
        Term::HasOwn(name) => quote!(has_own(scope, #name)),
        Term::Variable(name) => {
            let variable = variable(name);
            quote!(literal(#variable.clone()))
        }
        Term::Member(of, name) => {
            let of = term(of);
            quote!(member(#of, #name))
        }
        Term::Has(of, name) => {
            let of = term(of);
            quote!(has(#of, #name))
        }
        Term::Call(function, operands) => {
            let name = format_ident!("{}", function.rust);
            let operands = operands.iter().map(term);
            quote!(#name(#(#operands),*))
        }
        Term::Matches(text, pattern) => {
            let (text, source, written) = (term(text), pattern.source(), pattern.written());
            quote! {{
                static PATTERN: ::cloudfn_schema::Pattern =
                    ::cloudfn_schema::Pattern::new(#source, #written);
                matches(#text, &PATTERN)
            }}
        }
        Term::And(left, right) => {
            let (left, right) = (term(left), term(right));
            quote!(and(#left, || #right))
        }
        Term::Or(left, right) => {
            let (left, right) = (term(left), term(right));
            quote!(or(#left, || #right))
        }
        Term::Conditional(condition, yes, no) => {
            let [condition, yes, no] = [condition, yes, no].map(|of| term(of));
            quote!(conditional(#condition, || #yes, || #no))
        }
        Term::Each(each, of, name, test) => {
            let (each, variable) = (format_ident!("{}", each.name), variable(name));
            let (of, test) = (term(of), term(test));
            quote!(#each(#of, |#variable| #test))
        }
    }
}

fn variable(name: &str) -> proc_macro2::Ident {
    format_ident!("variable_{name}")
}
