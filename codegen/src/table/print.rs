//! Prints a table as Rust.

use std::collections::BTreeMap;

use cloudfn_schema::{Api, Bound, Kind, Literal, Media, Object, Operation, Part, Rule, Schema};
use heck::ToShoutySnakeCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{of_spec, Claims};
use crate::expression::Expression;
use crate::model::Spec;
use crate::tokens::option;

/// A table as a Rust module: one static for each operation and schema, so that what is not used
/// is not linked.
pub fn print(api: &'static Api) -> syn::Item {
    let mut printer = Printer::default();
    let names: Vec<Ident> = api.operations.iter().map(|operation| name_of(operation.id)).collect();
    let operations: Vec<TokenStream> =
        api.operations.iter().map(|operation| printer.operation(operation)).collect();
    api.components.iter().for_each(|(_, schema)| drop(printer.schema(schema)));
    let statics = printer.statics.into_values();
    syn::parse_quote! {
        /// What is documented of this API.
        pub(crate) mod table {
            /// What is documented of each operation.
            pub(crate) mod operations {
                #[allow(unused_imports)]
                use ::cloudfn_schema::{Body, Media, Operation, Parameter, Response};

                #[allow(unused_imports)]
                use super::schemas;

                #(pub(crate) static #names: Operation = #operations;)*
            }

            /// What is documented of each schema.
            #[allow(dead_code, reason = "some are only asked for by name")]
            pub(crate) mod schemas {
                #[allow(unused_imports)]
                use ::cloudfn_schema::{
                    Bound, Kind, Literal, Member, Object, Part, Pattern, Rule, Schema,
                };

                #(#statics)*
            }
        }
    }
}

/// The same as Rust source.
pub fn source(api: &'static Api) -> String {
    prettyplease::unparse(&syn::File { shebang: None, attrs: Vec::new(), items: vec![print(api)] })
}

/// Where the builder of a call has the table of its operation.
pub fn path(operation: &crate::model::Operation) -> TokenStream {
    let operation = name_of(&operation.id);
    quote!(super::table::operations::#operation)
}

/// Where the builder of a call has the table of the headers that it returns typed.
pub fn headers(spec: &Spec, operation: &crate::model::Operation) -> TokenStream {
    let place = operation.with_headers().and_then(|r| Some(fnv1a(&spec.headers(r)?.pointer)));
    option(place.map(|place| {
        let name = format_ident!("SCHEMA_{place:016X}");
        quote!(&super::table::schemas::#name)
    }))
}

/// The schemas of an API with the names of their statics, by their pointers.
pub type Index = BTreeMap<&'static str, (&'static Schema, Ident)>;

/// The schemas of the API of a spec.
pub fn index(spec: &Spec) -> Index {
    let api = of_spec(spec, Claims::default());
    let mut printer = Printer::default();
    api.operations.iter().for_each(|operation| drop(printer.operation(operation)));
    api.components.iter().for_each(|(_, schema)| drop(printer.schema(schema)));
    printer.names
}

/// The name of the static of an operation.
pub(crate) fn name_of(operation: &str) -> Ident {
    format_ident!("{}", operation.to_shouty_snake_case())
}

#[derive(Default)]
struct Printer {
    names: Index,
    /// In the order of their numbers.
    statics: BTreeMap<usize, TokenStream>,
}

impl Printer {
    fn operation(&mut self, operation: &'static Operation) -> TokenStream {
        let Operation { api, id, prefixes, statuses, parameters, request, responses } = operation;
        let parameters: Vec<TokenStream> = parameters
            .iter()
            .map(|parameter| {
                let cloudfn_schema::Parameter { name, location, required, schema } = parameter;
                let schema = self.schema(schema);
                quote! {
                    Parameter {
                        name: #name,
                        location: #location,
                        required: #required,
                        schema: &schemas::#schema,
                    }
                }
            })
            .collect();
        let request = option(request.as_ref().map(|body| {
            let (required, schema) = (body.required, self.schema(body.schema));
            quote!(Body { required: #required, schema: &schemas::#schema })
        }));
        let responses: Vec<TokenStream> = responses
            .iter()
            .map(|response| {
                let status = response.status;
                let [body, headers] = [response.body, response.headers].map(|schema| {
                    let schema = schema.map(|schema| self.schema(schema));
                    option(schema.map(|schema| quote!(&schemas::#schema)))
                });
                let Media { types, pointer, claims } = &response.media;
                quote! {
                    Response {
                        status: #status,
                        body: #body,
                        headers: #headers,
                        media: Media {
                            types: &[#(#types),*],
                            pointer: #pointer,
                            claims: &[#(#claims),*],
                        },
                    }
                }
            })
            .collect();
        quote! {
            Operation {
                api: #api,
                id: #id,
                prefixes: &[#(#prefixes),*],
                statuses: &[#(#statuses),*],
                parameters: &[#(#parameters),*],
                request: #request,
                responses: &[#(#responses),*],
            }
        }
    }

    /// The name of the static of a schema.
    fn schema(&mut self, schema: &'static Schema) -> Ident {
        let schema = schema.resolved();
        let Schema { pointer, claims, nullable, values, kind } = schema;
        if let Some((_, known)) = self.names.get(pointer) {
            return known.clone();
        }
        let number = self.names.len();
        let name = format_ident!("SCHEMA_{:016X}", fnv1a(pointer));
        self.names.insert(pointer, (schema, name.clone()));
        let claims = claims.iter().map(|(statement, ids)| quote!((#statement, &[#(#ids),*])));
        let claims: Vec<TokenStream> = claims.collect();
        let values = values.iter().map(literal);
        let kind = self.kind(kind);
        self.statics.insert(
            number,
            quote! {
                pub(crate) static #name: Schema = Schema {
                    pointer: #pointer,
                    claims: &[#(#claims),*],
                    nullable: #nullable,
                    values: &[#(#values),*],
                    kind: #kind,
                };
            },
        );
        name
    }

    fn kind(&mut self, kind: &'static Kind) -> TokenStream {
        match kind {
            Kind::Any | Kind::Recursive(_) => quote!(Kind::Any),
            Kind::Boolean => quote!(Kind::Boolean),
            Kind::Integer { min, max, multiple_of } => {
                let [min, max, multiple_of] = [min, max, multiple_of].map(|n| option(n.as_ref()));
                quote!(Kind::Integer { min: #min, max: #max, multiple_of: #multiple_of })
            }
            Kind::Number { min, max, multiple_of } => {
                let [min, max] = [min, max].map(|bound| option(bound.map(limit)));
                let multiple_of = option(*multiple_of);
                quote!(Kind::Number { min: #min, max: #max, multiple_of: #multiple_of })
            }
            Kind::String { min, max, pattern, date_time } => {
                let [min, max] = [min, max].map(|n| option(n.as_ref()));
                let pattern = option(pattern.as_ref().map(|pattern| {
                    let (source, written) = (pattern.source(), pattern.written());
                    quote!(Pattern::new(#source, #written))
                }));
                quote! {
                    Kind::String { min: #min, max: #max, pattern: #pattern, date_time: #date_time }
                }
            }
            Kind::Array { items, min, max, unique } => {
                let items = self.optional(*items);
                let [min, max] = [min, max].map(|n| option(n.as_ref()));
                quote!(Kind::Array { items: #items, min: #min, max: #max, unique: #unique })
            }
            Kind::Object(object) => self.object(object),
            Kind::OneOf(parts) => {
                let parts = self.all(parts);
                quote!(Kind::OneOf(&[#(&#parts),*]))
            }
            Kind::AnyOf(parts) => {
                let parts = self.all(parts);
                quote!(Kind::AnyOf(&[#(&#parts),*]))
            }
        }
    }

    fn object(&mut self, object: &'static Object) -> TokenStream {
        let Object { members, values, open, min, max, tables, rules } = object;
        let rules = rules.iter().map(rule);
        let members: Vec<TokenStream> = members
            .iter()
            .map(|member| {
                let cloudfn_schema::Member { name, required, schema } = member;
                let schema = self.schema(schema);
                quote!(Member { name: #name, required: #required, schema: &#schema })
            })
            .collect();
        let values = self.optional(*values);
        let [min, max] = [min, max].map(|n| option(n.as_ref()));
        quote! {
            Kind::Object(Object {
                members: &[#(#members),*],
                values: #values,
                open: #open,
                min: #min,
                max: #max,
                tables: &[#(#tables),*],
                rules: &[#(#rules),*],
            })
        }
    }

    fn optional(&mut self, schema: Option<&'static Schema>) -> TokenStream {
        option(schema.map(|schema| {
            let schema = self.schema(schema);
            quote!(&#schema)
        }))
    }

    fn all(&mut self, schemas: &'static [&'static Schema]) -> Vec<Ident> {
        schemas.iter().map(|schema| self.schema(schema)).collect()
    }
}

fn rule(rule: &Rule) -> TokenStream {
    let Rule { part, text, claims, members, widens, expression, .. } = rule;
    let part = option(part.map(|Part { operation, status }| {
        let status = option(status);
        quote!(Part { operation: #operation, status: #status })
    }));
    let widens = option(*widens);
    // The expression was read before.
    let check = Expression::parse(expression).map(|expression| expression.print());
    let check = check.unwrap_or_else(|message| quote!(compile_error!(#message)));
    quote! {
        Rule {
            part: #part,
            text: #text,
            claims: &[#(#claims),*],
            members: &[#(#members),*],
            widens: #widens,
            expression: #expression,
            check: &#check,
        }
    }
}

fn limit(bound: Bound) -> TokenStream {
    let Bound { value, exclusive } = bound;
    quote!(Bound { value: #value, exclusive: #exclusive })
}

fn literal(literal: &Literal) -> TokenStream {
    match literal {
        Literal::Boolean(value) => quote!(Literal::Boolean(#value)),
        Literal::Integer(value) => quote!(Literal::Integer(#value)),
        Literal::Number(value) => quote!(Literal::Number(#value)),
        Literal::String(value) => quote!(Literal::String(#value)),
    }
}

/// A short name for a pointer that is the same whatever else there is.
fn fnv1a(text: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325;
    text.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
