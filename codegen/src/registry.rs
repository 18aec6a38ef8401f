//! Generates the registry: what an API knows of its own operations, so that tests and tools
//! can do for every operation what they do for one.

use cloudfn_schema::{Kind, Schema};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, ToTokens};
use serde_json::Value;
use syn::{parse_quote, Fields, ItemStruct, ReturnType, Type};

use crate::docs;
use crate::lowering::{delimiter, model_name, schema_name, Lowered};
use crate::rewrite::visit::{argument, kept, module, send, structs, wire_name};
use crate::secret::is_secret;
use crate::spec::{members, minimal, pointer, pointer::join, reference, Located, Operation, Spec};
use crate::table;
use crate::tokens::option;

pub(crate) fn registry(file: &mut syn::File, spec: &Spec, lowered: &Lowered) {
    let api = &spec.api;
    let index = table::index(spec);
    let operations: Vec<_> = spec
        .operations()
        .iter()
        .map(|operation| describe_operation(file, spec, lowered, operation))
        .collect();
    let schemas: Vec<_> = module(file, &["types"])
        .into_iter()
        .flat_map(|items| structs(items))
        .filter(|model| is_model(model))
        .map(|model| describe_schema(model, spec, &index))
        .collect();
    file.items.push(parse_quote! {
        /// What this API knows of its own operations and models.
        #[cfg(feature = "mock")]
        pub static API: crate::registry::Api = crate::registry::Api {
            name: #api,
            servers: SERVERS,
            operations: &[#(#operations),*],
            schemas: &[#(#schemas),*],
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
                Self {
                    base_url: client.baseurl.clone(),
                    http: client.client.clone(),
                    core: client.inner.clone(),
                }
            }
        }
    });
}

fn is_model(model: &ItemStruct) -> bool {
    model.attrs.iter().any(|a| {
        a.path().is_ident("derive") && a.to_token_stream().to_string().contains("Deserialize")
    })
}

fn describe_schema(model: &ItemStruct, spec: &Spec, index: &table::Index) -> TokenStream {
    let rust = &model.ident;
    let at = pointer_of(&rust.to_string(), spec);
    let name = pointer::whole_component(&at).map_or_else(|| rust.to_string(), str::to_owned);
    let minimal = minimal(spec, &at).to_string();
    let empty = option(
        matches!(model.fields, Fields::Named(_))
            .then(|| quote!(crate::registry::build_empty::<types::#rust, types::builder::#rust>)),
    );
    let of_model = index.get(at.as_str());
    let statics = |schema: &'static Schema| {
        let (_, name) = index.get(schema.resolved().pointer)?;
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
        let json_type = json_type(spec, &at, &name);
        let property = join(&join(&at, "properties"), &name);
        let default = option(default_at(spec, &property));
        let required = spec.at(&at).and_then(|schema| schema.value["required"].as_array());
        let required = required.is_some_and(|names| names.iter().any(|listed| *listed == name));
        let secret = is_secret(spec, &name, &property);
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

/// JSON pointer of the schema that became the type `rust`.
pub(crate) fn pointer_of(rust: &str, spec: &Spec) -> String {
    let mut components = members(&spec.document["components"]["schemas"]);
    let component = components.find(|(name, _)| rust == model_name(name));
    let of_component = component.map(|(name, _)| join("/components/schemas", name));
    let named = || spec.schema_pointers().iter().find(|at| schema_name(spec, at) == rust).cloned();
    of_component.or_else(named).unwrap_or_default()
}

/// The JSON type of a member in the spec; where none is said, it is an object.
fn json_type(spec: &Spec, schema: &str, member: &str) -> String {
    let property = join(&join(schema, "properties"), member);
    let found =
        spec.at(&property).and_then(|found| found.value["type"].as_str().map(str::to_owned));
    found.unwrap_or_else(|| "object".to_owned())
}

/// The documented default of the value at `at`, as JSON.
fn default_at(spec: &Spec, at: &str) -> Option<String> {
    Some(spec.at(at)?.value.get("default")?.to_string())
}

/// A type as a reader would write it, without the paths.
pub fn readable(ty: &Type) -> String {
    let spaced = ty.to_token_stream().to_string();
    let words = spaced.split_whitespace().collect::<String>();
    let mut shown = String::new();
    let mut word = String::new();
    let mut characters = words.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            ':' if characters.peek() == Some(&':') => {
                characters.next();
                word.clear();
            }
            c if c.is_alphanumeric() || c == '_' => word.push(c),
            c => {
                shown.push_str(&std::mem::take(&mut word));
                shown.push(c);
                if c == ',' {
                    shown.push(' ');
                }
            }
        }
    }
    shown + &word
}

fn describe_operation(
    file: &mut syn::File,
    spec: &Spec,
    lowered: &Lowered,
    operation: &Operation<'_>,
) -> TokenStream {
    let Operation { id, method, path, .. } = operation;
    let summary = operation.value["summary"].as_str().unwrap_or_default();
    let builder = Builder::find(file, operation);
    let table = table::name_of(id);
    let found = spec.parameters(operation);
    let found = found.iter().enumerate();
    let parameters: Vec<_> = found
        .filter_map(|(index, found)| builder.parameter(spec, lowered, operation, (index, found)))
        .collect();
    let described = parameters.iter().map(|parameter| {
        let Parameter { wire, key, location, required, ty, description, minimal, default, .. } =
            parameter;
        let delimiter = option(parameter.delimiter);
        let rust_type = readable(ty);
        let secret = parameter.secret;
        let index = parameter.index;
        quote! {
            crate::registry::Parameter {
                name: #wire,
                key: #key,
                delimiter: #delimiter,
                location: #location,
                required: #required,
                secret: #secret,
                rust_type: #rust_type,
                description: #description,
                minimal: #minimal,
                default: #default,
                table: &table::operations::#table.parameters[#index],
            }
        }
    });
    let set_parameters = parameters.iter().map(|parameter| {
        let Parameter { wire, key, rust, ty, index, .. } = parameter;
        quote! {
            if let Some(text) = arguments.parameter(#key, #wire) {
                call = call.#rust(crate::registry::parse::<#ty>(
                    &table::operations::#table.parameters[#index],
                    text,
                )?);
            }
        }
    });
    let body = builder.body(spec, operation);
    let set_body = body.iter().map(|ty| {
        quote! {
            if let Some(body) = &arguments.body {
                call = call.body(crate::registry::read::<#ty>(&table::operations::#table, body)?);
            }
        }
    });
    let request = option(body.as_ref().map(model_of));
    let request_required =
        spec.request(operation).is_some_and(|body| body.value["required"] == true);
    let responses = spec.statuses(operation).into_iter().map(|status| {
        let model = option(builder.response(spec, operation, status));
        let content = spec.response(operation, status).and_then(|response| spec.json(&response));
        let body = content.map(|content| minimal_body(spec, &content));
        let body = body.filter(|body| !body.is_null()).map(|body| body.to_string());
        let minimal = option(body);
        quote!(crate::registry::Response { status: #status, model: #model, minimal: #minimal })
    });
    let content = spec.request(operation).and_then(|body| spec.json(&body));
    let minimal_request = content.map(|content| minimal_body(spec, &content).to_string());
    let minimal_request = option(minimal_request);
    let safe = is_safe(operation);
    let samples = samples(spec, operation);
    let security = security_headers(spec, operation);
    let call = format_ident!("{id}");
    let answer = match builder.streams() {
        true => quote!(Ok(crate::registry::answer_without_model(&call.send().await?))),
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
            security: &[#(&[#(#security),*]),*],
            samples: &[#(#samples),*],
            table: &table::operations::#table,
            call: |target, arguments| Box::pin(async move {
                let crate::registry::Target { base_url, http, core } = target.clone();
                let client = Client::new_with_client(&base_url, http, core.clone());
                let _ = arguments;
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
fn minimal_body(spec: &Spec, content: &Located<'_>) -> Value {
    match content.value.get("schema") {
        Some(_) => minimal(spec, &join(&content.pointer, "schema")),
        None => serde_json::json!({}),
    }
}

/// Whether a call changes nothing: by its method, or since the spec says so.
fn is_safe(operation: &Operation<'_>) -> bool {
    let by_method = ["GET", "HEAD", "OPTIONS"].contains(&operation.method.as_str());
    operation.value["x-safe"].as_bool().unwrap_or(by_method)
}

/// The headers of each alternative of an operation's security.
fn security_headers(spec: &Spec, operation: &Operation<'_>) -> Vec<Vec<String>> {
    let header = |scheme: &String| {
        let scheme = &spec.document["components"]["securitySchemes"][scheme.as_str()];
        match (scheme["in"].as_str(), scheme["name"].as_str()) {
            (Some("header"), Some(name)) => Some(name.to_lowercase()),
            (None, _) => Some("authorization".to_owned()),
            _ => None,
        }
    };
    let alternatives = spec.security(operation);
    alternatives.iter().map(|schemes| schemes.iter().filter_map(header).collect()).collect()
}

fn model_of(ty: &Type) -> TokenStream {
    let rust_type = readable(ty);
    quote!(crate::registry::Model::of::<#ty>(#rust_type))
}

/// The generated builder of an operation.
struct Builder {
    fields: Vec<(String, Type)>,
    output: Option<Type>,
}

struct Parameter {
    wire: String,
    key: String,
    delimiter: Option<&'static str>,
    rust: proc_macro2::Ident,
    location: String,
    required: bool,
    secret: bool,
    description: String,
    minimal: String,
    default: TokenStream,
    /// Its place among the documented parameters.
    index: usize,
    ty: Type,
}

impl Builder {
    fn find(file: &mut syn::File, operation: &Operation<'_>) -> Self {
        let fields = kept(file, operation);
        let output = send(file, operation).and_then(|send| match &send.sig.output {
            ReturnType::Type(_, ty) => Some((**ty).clone()),
            ReturnType::Default => None,
        });
        Self { fields, output }
    }

    fn field(&self, name: &str) -> Option<&Type> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, ty)| ty)
    }

    fn parameter(
        &self,
        spec: &Spec,
        lowered: &Lowered,
        operation: &Operation<'_>,
        (index, parameter): (usize, &Located<'_>),
    ) -> Option<Parameter> {
        let location = parameter.value["in"].as_str()?.to_owned();
        let wire = parameter.value["name"].as_str()?.to_owned();
        let named = lowered.names.parameter(operation.id, &location, &wire)?;
        let rust = &named.rust;
        let ty = self.field(rust)?;
        let of_operation = lowered.names.parameters_of(operation.id);
        let is_first = of_operation.iter().find(|p| p.wire == wire)?.location == location;
        let schema = spec.at(&join(&parameter.pointer, "schema"))?;
        Some(Parameter {
            key: if is_first { wire.clone() } else { rust.clone() },
            index,
            delimiter: delimiter(parameter.value, schema.value),
            rust: format_ident!("{rust}"),
            location,
            required: parameter.value["required"] == true,
            secret: is_secret(spec, &wire, &join(&parameter.pointer, "schema")),
            description: parameter.value["description"].as_str().unwrap_or_default().to_owned(),
            minimal: match minimal(spec, &schema.pointer) {
                // An empty text is no segment of a path, and an empty list is not sent.
                Value::String(text) if text.is_empty() => "x".to_owned(),
                Value::Array(items) if items.is_empty() => {
                    let item = minimal(spec, &join(&schema.pointer, "items"));
                    Value::Array(vec![item]).to_string()
                }
                Value::String(text) => text,
                other => other.to_string(),
            },
            default: option(default_at(spec, &join(&parameter.pointer, "schema"))),
            ty: argument(ty, "Option").unwrap_or(ty).clone(),
            wire,
        })
    }

    /// The type of the JSON body.
    fn body(&self, spec: &Spec, operation: &Operation<'_>) -> Option<Type> {
        spec.json(&spec.request(operation)?)?;
        let ty = self.field("body")?.to_token_stream().to_string();
        syn::parse_str(&ty.replace("types :: builder ::", "types ::")).ok()
    }

    /// The type of the success body.
    fn success(&self) -> Option<&Type> {
        argument(argument(self.output.as_ref()?, "Result")?, "Response")
    }

    fn streams(&self) -> bool {
        self.success().is_some_and(|ty| readable(ty) == "Bytes")
    }

    fn response(
        &self,
        spec: &Spec,
        operation: &Operation<'_>,
        status: &str,
    ) -> Option<TokenStream> {
        let response = spec.response(operation, status)?;
        let content = spec.json(&response)?;
        if status.starts_with('2') {
            return self.success().map(model_of);
        }
        let schema = reference(&content.value["schema"])?.rsplit('/').next()?;
        let name = format_ident!("{}", model_name(schema));
        Some(model_of(&parse_quote!(types::#name)))
    }
}

/// The documented samples of an operation.
fn samples(spec: &Spec, operation: &Operation<'_>) -> Vec<TokenStream> {
    let mut bodies = vec![("request".to_owned(), spec.request(operation))];
    for status in spec.statuses(operation) {
        bodies.push((format!("response.{status}"), spec.response(operation, status)));
    }
    let mut samples = Vec::new();
    for (place, body) in bodies {
        let Some(content) = body.and_then(|body| spec.json(&body)) else {
            continue;
        };
        for (name, _) in members(&content.value["examples"]) {
            let example = spec.at(&join(&join(&content.pointer, "examples"), name));
            let Some(json) = example.and_then(|example| example.value.get("value")) else {
                continue;
            };
            let json = json.to_string();
            samples.push(quote! {
                crate::registry::Sample { place: #place, name: #name, json: #json }
            });
        }
    }
    samples
}
