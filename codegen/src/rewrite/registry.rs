//! Generates the registry: what an API knows of its own operations, so that tests and tools
//! can do for every operation what they do for one.

use cloudfn_schema::{Kind, Schema};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, ToTokens};
use serde_json::Value;
use syn::{parse_quote, Fields, ItemStruct, Type};

use super::models::derives_deserialize;
use super::visit::{argument, function, kept, module, output, readable, structs, wire_name};
use super::{paging, waiting, Applied, Client};
use crate::docs;
use crate::extensions;
use crate::model::resource::{Refusal, Resource, Resources};
use crate::model::{self, minimal, pointer, Body, Media, Operation, Response, Spec};
use crate::secret::is_secret;
use crate::table;
use crate::tokens::option;

pub fn registry(file: &mut syn::File, client: &Client<'_>) -> Applied {
    let Client { spec, .. } = client;
    let api = &spec.api;
    let operations: Vec<_> = spec
        .operations
        .iter()
        .map(|operation| describe_operation(file, client, operation))
        .collect();
    let schemas: Vec<_> = module(file, &["types"])
        .into_iter()
        .flat_map(|items| structs(items))
        .filter(|model| derives_deserialize(&model.attrs))
        .map(|model| describe_schema(model, client))
        .collect();
    let Resources { collections, forms } = Resources::of(spec).unwrap_or_default();
    let collections = collections.iter().map(|(name, collection)| {
        let unknown = refusal(&collection.unknown);
        let exists = option(collection.exists.as_ref().map(refusal));
        let fresh = collection.fresh.iter().map(|(variable, form)| quote!((#variable, #form)));
        quote! {
            crate::registry::Collection {
                name: #name,
                unknown: #unknown,
                exists: #exists,
                fresh: &[#(#fresh),*],
            }
        }
    });
    let forms = forms.iter().map(|(name, forms)| {
        let forms = forms.all();
        quote!((#name, &[#(#forms),*]))
    });
    file.items.push(parse_quote! {
        /// What this API knows of its own operations and models.
        #[cfg(feature = "mock")]
        pub static API: crate::registry::Api = crate::registry::Api {
            name: #api,
            servers: SERVERS,
            operations: &[#(#operations),*],
            schemas: &[#(#schemas),*],
            collections: &[#(#collections),*],
            forms: &[#(#forms),*],
            target: |base_url, credentials, retry, on_drift| {
                let builder = ClientBuilder::new().endpoint(base_url).credentials(credentials);
                let builder = builder.retry(retry);
                let builder = match on_drift {
                    ::std::option::Option::Some(on_drift) => builder.on_drift(on_drift),
                    ::std::option::Option::None => builder,
                };
                Ok(crate::registry::Target::from(&builder.build()?))
            },
        };
    });
    file.items.push(parse_quote! {
        #[cfg(feature = "mock")]
        impl From<&Client> for crate::registry::Target {
            fn from(client: &Client) -> Self {
                Self { core: client.inner.clone() }
            }
        }
    });
    Ok(())
}

fn refusal(Refusal { status, body }: &Refusal) -> TokenStream {
    let body = Value::from(body.clone()).to_string();
    quote!(crate::registry::Refusal { status: #status, body: #body })
}

fn resource(resource: &Resource) -> TokenStream {
    let Resource { effect, path, item, count, keys } = resource;
    let effect = format_ident!("{effect:?}");
    let path = path.all();
    let (count, keys) = (option(count.as_ref()), option(keys.as_ref()));
    quote! {
        crate::registry::Resource {
            effect: crate::registry::Effect::#effect,
            paths: &[#(#path),*],
            item: #item,
            count: #count,
            keys: #keys,
        }
    }
}

fn describe_schema(model: &ItemStruct, client: &Client<'_>) -> TokenStream {
    let Client { spec, tables, .. } = client;
    let rust = &model.ident;
    let schema = client.schema_of(rust);
    let at = schema.map_or("", |schema| &schema.pointer);
    let name = pointer::whole_component(at).map_or_else(|| rust.to_string(), str::to_owned);
    let minimal = minimal(spec, at).to_string();
    let empty = option(
        matches!(model.fields, Fields::Named(_))
            .then(|| quote!(crate::registry::build_empty::<types::#rust, types::builder::#rust>)),
    );
    let of_model = tables.get(at);
    let statics = |schema: &'static Schema| {
        let (_, name) = tables.get(schema.resolved().pointer)?;
        Some(quote!(&table::schemas::#name))
    };
    let table = option(of_model.and_then(|(schema, _)| statics(schema)));
    let members = model.fields.iter().filter_map(|field| {
        let setter = field.ident.as_ref()?;
        let name = wire_name(field);
        let ty = argument(&field.ty, "Option").unwrap_or(&field.ty);
        let table = option(of_model.and_then(|(schema, _)| match &schema.kind {
            Kind::Object(object) => {
                let member = object.members.iter().find(|member| member.name == name)?;
                statics(member.schema)
            }
            _ => None,
        }));
        let rust_type = readable(&field.ty);
        let description = docs::text(&field.attrs);
        let member = schema?.member(&name);
        let found = member.and_then(|member| spec.at(&member.schema));
        // Where no type is said, it is an object.
        let json_type = found.and_then(|found| found.json_type()).unwrap_or("object");
        let default = option(found.and_then(|found| found.get("default")).map(Value::to_string));
        let required = member.is_some_and(|member| member.required);
        let secret = member.is_some_and(|member| is_secret(spec, &name, &member.schema));
        Some(quote! {
            crate::registry::Member {
                name: #name,
                rust_type: #rust_type,
                json_type: #json_type,
                description: #description,
                default: #default,
                required: #required,
                secret: #secret,
                table: #table,
                build: |value| {
                    #[allow(unused_imports)]
                    use self::types::*;
                    crate::registry::build::<types::#rust, types::builder::#rust, #ty>(
                        #minimal,
                        #name,
                        value,
                        |builder, value| builder.#setter(value),
                    )
                },
            }
        })
    });
    let model = model_of(&parse_quote!(types::#rust));
    quote! {
        crate::registry::Schema {
            name: #name,
            model: #model,
            empty: #empty,
            table: #table,
            members: &[#(#members),*],
        }
    }
}

fn describe_operation(
    file: &mut syn::File,
    client: &Client<'_>,
    operation: &Operation,
) -> TokenStream {
    let Client { spec, .. } = client;
    let Operation { id, method, path, .. } = operation;
    let summary = operation.text("summary");
    let builder = Builder::find(file, operation);
    let table = table::name_of(id);
    let parameters = operation.parameters.iter().enumerate();
    let parameters =
        parameters.filter_map(|(index, found)| builder.parameter(client, operation, index, found));
    let (described, set_parameters): (Vec<_>, Vec<_>) = parameters.unzip();
    let body = builder.body(operation);
    let json = operation.request.as_ref().and_then(Body::json);
    let minimal = json.map(|json| minimal_body(spec, json).to_string());
    let read_body = body.iter().map(|ty| {
        quote! {
            let (body, core) =
                arguments.body::<#ty>(&table::operations::#table, #minimal, core)?;
        }
    });
    let set_body = body.iter().map(|_| {
        quote! {
            if let Some(body) = body {
                call = call.body(body);
            }
        }
    });
    let request = option(body.as_ref().map(model_of));
    let request_required = operation.request.as_ref().is_some_and(|body| body.required);
    let responses = operation.responses.iter().map(|response| {
        let status = &response.status;
        let model = option(builder.response(client, response));
        let body = response.body.json().map(|json| minimal_body(spec, json));
        let body = body.filter(|body| !body.is_null()).map(|body| body.to_string());
        let minimal = option(body);
        let headers = response.headers.iter().filter_map(|header| sent_header(spec, header));
        quote! {
            crate::registry::Response {
                status: #status,
                model: #model,
                minimal: #minimal,
                headers: &[#(#headers),*],
            }
        }
    });
    let headers = option(client.headers_of(operation).map(|headers| {
        let name = format_ident!("{}", headers.name);
        model_of(&parse_quote!(types::#name))
    }));
    let minimal_request = option(minimal.as_ref());
    let safe = operation.is_safe();
    let paging = extensions::paging(spec, operation).ok().flatten().filter(|_| builder.pages);
    let paging = option(paging.map(|found| {
        let found = paging::describe(operation, &found);
        quote!(&#found)
    }));
    let waiting = extensions::wait(spec, operation).ok().flatten().filter(|_| builder.waits);
    let waiting = option(waiting.map(|found| {
        let found = waiting::describe(operation, &found);
        quote!(&#found)
    }));
    let samples = samples(operation);
    let security = security_headers(spec, operation);
    let resource = option(Resource::of(spec, operation).ok().flatten().as_ref().map(resource));
    let call = format_ident!("{id}");
    let answer = match builder.streams() {
        true => quote!(crate::registry::answer_without_model(&call.send().await?)),
        false => quote!(crate::registry::answer(&call.send().await?)),
    };
    quote! {
        crate::registry::Operation {
            id: #id,
            method: #method,
            path: #path,
            summary: #summary,
            parameters: &[#(#described),*],
            request: #request,
            request_required: #request_required,
            minimal_request: #minimal_request,
            safe: #safe,
            responses: &[#(#responses),*],
            headers: #headers,
            security: &[#(&[#(#security),*]),*],
            samples: &[#(#samples),*],
            table: &table::operations::#table,
            paging: #paging,
            waiting: #waiting,
            resource: #resource,
            call: |target, arguments| Box::pin(async move {
                let crate::registry::Target { core } = target.clone();
                #(#read_body)*
                let client = Client { inner: core };
                #[allow(unused_mut)]
                let mut call = client.#call().allow_undocumented(arguments.allow_undocumented);
                #(#set_parameters)*
                #(#set_body)*
                #answer
            }),
        }
    }
}

/// A body with what it has to have; any, if nothing is said of it.
fn minimal_body(spec: &Spec, json: &Media) -> Value {
    match &json.schema {
        Some(schema) => minimal(spec, schema),
        None => serde_json::json!({}),
    }
}

/// A header with its sample, or else with a valid value if it is always there.
fn sent_header(spec: &Spec, header: &model::Parameter) -> Option<TokenStream> {
    let sample = header.keywords.get("example").cloned();
    let minimal = || Some(minimal(spec, header.schema.as_ref()?)).filter(|_| header.required);
    let scalar = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let text = match sample.or_else(minimal)? {
        Value::Array(items) => items.iter().map(scalar).collect::<Vec<_>>().join(","),
        value => scalar(&value),
    };
    let name = &header.name;
    Some(quote!((#name, #text)))
}

/// The headers of each alternative of an operation's security.
fn security_headers(spec: &Spec, operation: &Operation) -> Vec<Vec<String>> {
    let header = |scheme: &String| spec.scheme(scheme)?.header();
    let alternatives = operation.security.iter();
    alternatives.map(|schemes| schemes.iter().filter_map(header).collect()).collect()
}

fn model_of(ty: &Type) -> TokenStream {
    let rust_type = readable(ty);
    quote!(crate::registry::Model::of::<#ty>(#rust_type))
}

/// The generated builder of an operation.
struct Builder {
    fields: Vec<(String, Type)>,
    /// The response.
    output: Option<Type>,
    /// Whether it has streams.
    pages: bool,
    /// Whether it waits.
    waits: bool,
}

impl Builder {
    fn find(file: &mut syn::File, operation: &Operation) -> Self {
        Self {
            fields: kept(file, operation),
            output: output(file, operation),
            pages: function(file, operation, "pages").is_some(),
            waits: function(file, operation, "wait").is_some(),
        }
    }

    fn field(&self, name: &str) -> Option<&Type> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, ty)| ty)
    }

    /// What is said of a parameter, the one at `index` of the documented ones, and what sets it.
    fn parameter(
        &self,
        client: &Client<'_>,
        operation: &Operation,
        index: usize,
        parameter: &model::Parameter,
    ) -> Option<(TokenStream, TokenStream)> {
        let Client { spec, lowered, .. } = client;
        let model::Parameter { location, name, required, .. } = parameter;
        let named = lowered.names.parameter(&operation.id, location, name)?;
        let kept = self.field(&named.rust)?;
        let ty = argument(kept, "Option").unwrap_or(kept);
        let of_operation = lowered.names.parameters_of(&operation.id);
        let is_first = of_operation.iter().find(|p| p.wire == *name)?.location == *location;
        let key = if is_first { name } else { &named.rust };
        let at = parameter.schema.as_ref()?;
        let schema = spec.at(at)?;
        let minimal = match minimal(spec, &schema.pointer) {
            // An empty text is not a segment of a path, and an empty list is not sent.
            Value::String(text) if text.is_empty() => "x".to_owned(),
            Value::Array(items) if items.is_empty() => {
                let item = schema.items.as_ref().map(|items| minimal(spec, items));
                Value::Array(item.into_iter().collect()).to_string()
            }
            Value::String(text) => text,
            other => other.to_string(),
        };
        let table = table::name_of(&operation.id);
        let table = quote!(table::operations::#table.parameters[#index]);
        let (rust, rust_type) = (format_ident!("{}", named.rust), readable(ty));
        let (secret, description) = (is_secret(spec, name, at), parameter.text("description"));
        let delimiter = option(parameter.delimiter(schema));
        let default = option(schema.get("default").map(Value::to_string));
        let described = quote! {
            crate::registry::Parameter {
                name: #name,
                key: #key,
                delimiter: #delimiter,
                location: #location,
                required: #required,
                secret: #secret,
                rust_type: #rust_type,
                description: #description,
                minimal: #minimal,
                default: #default,
                table: &#table,
            }
        };
        let set = quote! {
            let parameter = &#table;
            if let Some(value) = arguments.parameter::<#ty>(#key, parameter)? {
                call = call.#rust(value);
            }
        };
        Some((described, set))
    }

    /// The type of the JSON body.
    fn body(&self, operation: &Operation) -> Option<Type> {
        operation.request.as_ref()?.json()?;
        let ty = self.field("body")?.to_token_stream().to_string();
        syn::parse_str(&ty.replace("types :: builder ::", "types ::")).ok()
    }

    /// The type of the success body; the one of its JSON, if it may be text.
    fn success(&self) -> Option<&Type> {
        let body = argument(self.output.as_ref()?, "Response")?;
        Some(argument(body, "JsonOrText").unwrap_or(body))
    }

    fn streams(&self) -> bool {
        self.success().is_some_and(|ty| readable(ty) == "Bytes")
    }

    fn response(&self, client: &Client<'_>, response: &Response) -> Option<TokenStream> {
        let json = response.body.json()?;
        if response.is_success() {
            return self.success().map(model_of);
        }
        let found = client.spec.at(json.schema.as_ref()?)?;
        let model = client.models.iter().find(|model| model.schema.pointer == found.pointer)?;
        let name = format_ident!("{}", model.name);
        Some(model_of(&parse_quote!(types::#name)))
    }
}

/// The documented samples of an operation.
fn samples(operation: &Operation) -> Vec<TokenStream> {
    let mut samples = Vec::new();
    for (place, body) in operation.bodies() {
        for sample in body.described().into_iter().flat_map(|media| &media.samples) {
            let Some(value) = &sample.value else { continue };
            let (name, json) = (&sample.name, value.to_string());
            samples.push(quote! {
                crate::registry::Sample { place: #place, name: #name, json: #json }
            });
        }
    }
    samples
}
