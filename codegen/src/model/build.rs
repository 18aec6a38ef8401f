//! Makes the typed parts of a spec of its document.

use serde_json::{Map, Value};

use super::access::{Scheme, Server, Variable};
use super::operation::{Body, Media, Operation, PageTitle, Parameter, Response, Sample};
use super::pointer::join;
use super::read::{members, Document, Located};

/// The HTTP methods that an OpenAPI path item may have.
pub const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Every operation, in the order of the paths.
pub fn operations(document: &Document) -> Vec<Operation> {
    let paths = members(&document.value["paths"]);
    let of_path = paths.flat_map(|(path, item)| {
        let methods = members(item).filter(|(key, _)| METHODS.contains(&key.as_str()));
        methods.map(move |(method, value)| operation(document, path, item, method, value))
    });
    of_path.collect()
}

fn operation(
    document: &Document,
    path: &str,
    item: &Value,
    method: &str,
    value: &Value,
) -> Operation {
    let item_at = join("/paths", path);
    let pointer = join(&item_at, method);
    let pages = value["x-pages"].as_array().into_iter().flatten();
    let own = &value["security"];
    let security = if own.is_null() { &document.value["security"] } else { own };
    let responses = join(&pointer, "responses");
    Operation {
        id: text(value, "operationId"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        pages: pages
            .map(|page| PageTitle {
                title: text(page, "title"),
                language: text(page, "language"),
                operator: page["operator"].as_str().map(str::to_owned),
            })
            .collect(),
        parameters: parameters(document, [&item_at, &pointer]),
        request: document.at(&join(&pointer, "requestBody")).map(|found| body(document, &found)),
        responses: members(&value["responses"])
            .filter_map(|(status, _)| response(document, status, &join(&responses, status)))
            .collect(),
        security: self::security(security),
        servers: servers(document, &["", &item_at, &pointer]),
        is_open: security.as_array().is_some_and(Vec::is_empty),
        keywords: others(value, &["parameters", "requestBody", "responses", "security", "x-pages"]),
        of_path: others(item, &[&METHODS[..], &["parameters"]].concat()),
        pointer,
    }
}

/// The parameters that are listed at one of `holders`, of which the last has the last word.
fn parameters(document: &Document, holders: [&String; 2]) -> Vec<Parameter> {
    let mut parameters: Vec<Parameter> = Vec::new();
    for holder in holders {
        let list = join(holder, "parameters");
        let count = document.value.pointer(&list).and_then(Value::as_array).map_or(0, Vec::len);
        for index in 0..count {
            let Some(found) = document.at(&format!("{list}/{index}")) else { continue };
            let name = text(found.value, "name");
            let location = text(found.value, "in");
            parameters.retain(|old| old.name != name || old.location != location);
            parameters.push(parameter(document, found, location, name));
        }
    }
    parameters
}

fn parameter(document: &Document, found: Located<'_>, location: String, name: String) -> Parameter {
    let schema = found.value["schema"].is_object().then(|| join(&found.pointer, "schema"));
    Parameter {
        name,
        location,
        required: found.value["required"] == true,
        schema,
        content: content(document, &found),
        keywords: others(found.value, &["name", "in", "required", "schema"]),
        pointer: found.pointer,
    }
}

fn response(document: &Document, status: &str, place: &str) -> Option<Response> {
    let found = document.at(place)?;
    let headers = join(&found.pointer, "headers");
    let headers = members(&found.value["headers"]).filter_map(|(name, _)| {
        let header = document.at(&join(&headers, name))?;
        Some(parameter(document, header, "header".to_owned(), name.clone()))
    });
    Some(Response {
        status: status.to_owned(),
        place: place.to_owned(),
        headers: headers.collect(),
        body: body(document, &found),
    })
}

fn body(document: &Document, found: &Located<'_>) -> Body {
    Body {
        pointer: found.pointer.clone(),
        required: found.value["required"] == true,
        content: content(document, found),
        description: text(found.value, "description"),
    }
}

/// What the `content` of an object has for each media type.
fn content(document: &Document, holder: &Located<'_>) -> Vec<Media> {
    let content = join(&holder.pointer, "content");
    let content = members(&holder.value["content"]).map(|(name, value)| {
        let pointer = join(&content, name);
        let examples = join(&pointer, "examples");
        let samples = members(&value["examples"]).map(|(name, _)| {
            let example = join(&examples, name);
            let example = document.at(&example).map_or(example, |found| found.pointer);
            let pointer = join(&example, "value");
            let value = document.value.pointer(&pointer).cloned();
            Sample { name: name.clone(), pointer, value }
        });
        Media {
            name: name.clone(),
            schema: value["schema"].is_object().then(|| join(&pointer, "schema")),
            samples: samples.collect(),
            encoding: members(&value["encoding"]).map(|(property, _)| property.clone()).collect(),
            pointer,
        }
    });
    content.collect()
}

/// The alternatives of a security, each the names of its schemes.
pub fn security(value: &Value) -> Vec<Vec<String>> {
    let alternatives = value.as_array().into_iter().flatten();
    alternatives.map(|schemes| members(schemes).map(|(name, _)| name.clone()).collect()).collect()
}

/// The base URLs that the last of `holders` lists that lists any.
pub fn servers(document: &Document, holders: &[&str]) -> Vec<Server> {
    let listed = holders.iter().rev().find_map(|holder| {
        let list = join(holder, "servers");
        Some((document.value.pointer(&list)?.as_array()?, list))
    });
    let Some((servers, list)) = listed else { return Vec::new() };
    let server = |(index, server): (usize, &Value)| {
        let pointer = format!("{list}/{index}");
        let of_server = join(&pointer, "variables");
        let variables = members(&server["variables"]).map(|(name, variable)| Variable {
            name: name.clone(),
            pointer: join(&of_server, name),
            default: text(variable, "default"),
            values: variable["enum"]
                .as_array()
                .map(|values| values.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
        });
        Server { url: text(server, "url"), variables: variables.collect(), pointer }
    };
    servers.iter().enumerate().map(server).collect()
}

/// The security schemes of an API.
pub fn schemes(document: &Document) -> Vec<Scheme> {
    let schemes = members(&document.value["components"]["securitySchemes"]);
    let scheme = |(name, value): (&String, &Value)| {
        let optional = |key: &str| value[key].as_str().map(str::to_owned);
        Scheme {
            name: name.clone(),
            pointer: join("/components/securitySchemes", name),
            kind: text(value, "type"),
            location: optional("in"),
            key: optional("name"),
            scheme: optional("scheme"),
            description: optional("description"),
        }
    };
    schemes.map(scheme).collect()
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

/// The keywords of an object, without those that are read by themselves.
fn others(value: &Value, read: &[&str]) -> Map<String, Value> {
    let others = members(value).filter(|(key, _)| !read.contains(&key.as_str()));
    others.map(|(key, value)| (key.clone(), value.clone())).collect()
}
