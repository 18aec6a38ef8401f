//! Generates what is documented of the answers of an API, each statement with the claims about
//! it: static data, against which an answer is held at run time (feature `drift`).

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::ledger::{place, Claim, Contract, Ledger, Place};
use crate::registry::option;
use crate::spec::{alternatives, members, pointer, Located, Operation, Spec};

/// What `contract` says of the answers of the API at `index` of its specs, as Rust source.
pub fn generate(contract: &Contract, index: usize) -> String {
    let spec = &contract.specs[index];
    let ledgers = contract.ledgers.iter().filter(|ledger| ledger.spec == index).collect();
    let mut shapes = Shapes {
        spec,
        claims: Claims::of(contract, ledgers),
        known: BTreeMap::new(),
        statics: Vec::new(),
    };
    let operations: Vec<_> =
        spec.operations().iter().map(|operation| shapes.operation(operation)).collect();
    let api = &spec.api;
    let statics = &shapes.statics;
    let file: syn::File = syn::parse_quote! {
        use crate::drift::shape::{Documented, Kind, Member, Operation, Response, Shape, Text};

        /// What is documented of the answers of this API.
        pub(crate) static DOCUMENTED: Documented =
            Documented { api: #api, operations: &[#(#operations),*] };

        #(#statics)*
    };
    prettyplease::unparse(&file)
}

/// Claims about members and bodies, by the pointer of the schema and what they state.
struct Claims {
    of_schemas: BTreeMap<(String, String), BTreeSet<String>>,
    /// The sections of ledgers that list the members of an object schema, by its pointer.
    tables: BTreeMap<String, BTreeSet<String>>,
    /// What the ids of an operation's claims begin with.
    prefixes: BTreeMap<String, BTreeSet<String>>,
}

impl Claims {
    fn of(contract: &Contract, ledgers: Vec<&Ledger>) -> Self {
        let mut claims = Self {
            of_schemas: BTreeMap::new(),
            tables: BTreeMap::new(),
            prefixes: BTreeMap::new(),
        };
        for ledger in ledgers {
            let of_operation = claims.prefixes.entry(ledger.page.operation.clone()).or_default();
            of_operation.insert(ledger.prefix.clone());
            for claim in ledger.claims.iter().filter(|claim| !claim.is_silent()) {
                claims.add(contract, ledger, claim);
            }
        }
        claims
    }

    fn add(&mut self, contract: &Contract, ledger: &Ledger, claim: &Claim) {
        let spec = &contract.specs[ledger.spec];
        let operation = contract.operation(ledger);
        let at = match &claim.place {
            Place::Member(section, name) => {
                let Some(holder) = place::holder(spec, &operation, section) else { return };
                let table = format!("{}::{section}", ledger.prefix);
                self.tables.entry(holder.pointer.clone()).or_default().insert(table);
                place::member_pointer(spec, &holder.pointer, name)
            }
            Place::Body(_) => {
                claim.place.answer(spec, &operation, &claim.statement).map(|answer| answer.pointer)
            }
            _ => None,
        };
        if let Some(at) = at {
            let key = (at, claim.statement.clone());
            self.of_schemas.entry(key).or_default().insert(ledger.id(claim));
        }
    }

    fn of_schema(&self, at: &str) -> TokenStream {
        let found = self.of_schemas.iter().filter(|((pointer, _), _)| pointer == at);
        let listed = found.map(|((_, statement), ids)| {
            let ids = ids.iter();
            quote!((#statement, &[#(#ids),*]))
        });
        quote!(&[#(#listed),*])
    }

    fn listed(found: Option<&BTreeSet<String>>) -> TokenStream {
        let listed = found.into_iter().flatten();
        quote!(&[#(#listed),*])
    }
}

struct Shapes<'s> {
    spec: &'s Spec,
    claims: Claims,
    /// The statics that there are, by the pointer of their schema.
    known: BTreeMap<String, proc_macro2::Ident>,
    statics: Vec<TokenStream>,
}

impl Shapes<'_> {
    fn operation(&mut self, operation: &Operation<'_>) -> TokenStream {
        let id = operation.id;
        let prefixes = Claims::listed(self.claims.prefixes.get(id));
        let statuses = self.claims.prefixes.get(id).into_iter().flatten();
        let statuses = statuses.map(|prefix| format!("{prefix}::status"));
        let statuses: Vec<_> = statuses.collect();
        let responses = self.spec.statuses(operation).into_iter().map(|status| {
            let response = self.spec.response(operation, status);
            let content = response.and_then(|response| self.spec.json(&response));
            let schema = content.map(|content| pointer::join(&content.pointer, "schema"));
            let shape = self.optional(schema);
            quote!(Response { status: #status, shape: #shape })
        });
        let responses: Vec<_> = responses.collect();
        quote! {
            Operation {
                id: #id,
                prefixes: #prefixes,
                statuses: &[#(#statuses),*],
                responses: &[#(#responses),*],
            }
        }
    }

    fn optional(&mut self, at: Option<String>) -> TokenStream {
        match at.filter(|at| self.spec.document.pointer(at).is_some_and(Value::is_object)) {
            Some(at) => {
                let shape = self.shape(&at);
                quote!(Some(&#shape))
            }
            None => quote!(None),
        }
    }

    /// The static of the schema at `at`. Objects that several places refer to have one in common.
    fn shape(&mut self, at: &str) -> proc_macro2::Ident {
        let found = self.spec.at(at);
        let own = self.spec.document.pointer(at);
        let takes_null = own.is_some_and(|schema| schema["nullable"] == true);
        let shared = found.as_ref().filter(|found| found.value["properties"].is_object());
        let own_claims = self.claims.of_schemas.keys().any(|(pointer, _)| pointer == at);
        let key = match shared {
            Some(found) if !own_claims && !takes_null => found.pointer.clone(),
            _ => at.to_owned(),
        };
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let name = format_ident!("SHAPE_{}", self.known.len());
        self.known.insert(key.clone(), name.clone());
        let claims = self.claims.of_schema(&key);
        let (nullable, kind) = match &found {
            Some(found) => (takes_null || found.value["nullable"] == true, self.kind(found)),
            None => (true, quote!(Kind::Any)),
        };
        self.statics.push(quote! {
            static #name: Shape =
                Shape { place: #key, claims: #claims, nullable: #nullable, kind: #kind };
        });
        name
    }

    fn kind(&mut self, schema: &Located<'_>) -> TokenStream {
        let Located { pointer: at, value } = schema;
        if let Some((keyword, parts)) = alternatives(value) {
            let parts = 0..parts.len();
            let parts = parts.map(|index| self.shape(&format!("{at}/{keyword}/{index}")));
            let parts: Vec<_> = parts.collect();
            return quote!(Kind::One(&[#(&#parts),*]));
        }
        match value["type"].as_str() {
            Some("boolean") => quote!(Kind::Boolean),
            Some("integer") => integer(value),
            Some("number") => number(value),
            Some("string") => text(value),
            Some("array") => {
                let items = self.optional(Some(pointer::join(at, "items")));
                let least = option(value["minItems"].as_u64());
                let most = option(value["maxItems"].as_u64());
                let unique = value["uniqueItems"] == true;
                quote!(Kind::Array { items: #items, least: #least, most: #most, unique: #unique })
            }
            Some("object") => self.object(at, value),
            _ if value["properties"].is_object() => self.object(at, value),
            _ => quote!(Kind::Any),
        }
    }

    fn object(&mut self, at: &str, schema: &Value) -> TokenStream {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let properties = pointer::join(at, "properties");
        let listed = members(&schema["properties"]).map(|(name, _)| {
            let shape = self.shape(&pointer::join(&properties, name));
            let required = required.iter().any(|n| n == name);
            quote!(Member { name: #name, required: #required, shape: &#shape })
        });
        let listed: Vec<_> = listed.collect();
        let tables = Claims::listed(self.claims.tables.get(at));
        let values = self.optional(Some(pointer::join(at, "additionalProperties")));
        let is_open = listed.is_empty()
            || !matches!(schema["additionalProperties"], Value::Null | Value::Bool(false));
        quote! {
            Kind::Object {
                members: &[#(#listed),*],
                values: #values,
                open: #is_open,
                tables: #tables,
            }
        }
    }
}

fn integer(schema: &Value) -> TokenStream {
    let step = |keyword: &str| i64::from(schema[keyword] == true);
    let least = schema["minimum"].as_i64().map(|n| n.saturating_add(step("exclusiveMinimum")));
    let most = schema["maximum"].as_i64().map(|n| n.saturating_sub(step("exclusiveMaximum")));
    let (least, most) = (option(least), option(most));
    let values = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_i64);
    quote!(Kind::Integer { least: #least, most: #most, values: &[#(#values),*] })
}

fn number(schema: &Value) -> TokenStream {
    let bound = |keyword: &str, exclusive: &str| {
        let is_exclusive = schema[exclusive] == true;
        match schema[keyword].as_f64() {
            Some(bound) => quote!(Some((#bound, #is_exclusive))),
            None => quote!(None),
        }
    };
    let least = bound("minimum", "exclusiveMinimum");
    let most = bound("maximum", "exclusiveMaximum");
    quote!(Kind::Number { least: #least, most: #most })
}

fn text(schema: &Value) -> TokenStream {
    let least = option(schema["minLength"].as_u64());
    let most = option(schema["maxLength"].as_u64());
    let values = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let pattern = option(schema["pattern"].as_str());
    let is_time = schema["format"] == "date-time";
    quote! {
        Kind::Text(Text {
            least: #least,
            most: #most,
            values: &[#(#values),*],
            pattern: #pattern,
            regex: std::sync::OnceLock::new(),
            is_time: #is_time,
        })
    }
}
