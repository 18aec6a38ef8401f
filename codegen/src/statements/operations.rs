//! What is stated of calls: parameters, bodies, responses, credentials and servers.

use serde_json::{Map, Value};

use super::{builder, Direction, List, Statement, ANNOTATIONS};
use crate::model::pointer::join;
use crate::model::{in_braces, Media, Operation, Parameter, Response, Schema, METHODS};
use crate::names::{model_name, schema_name};

impl List<'_> {
    /// Adds an operation.
    pub(super) fn operation(&mut self, operation: &Operation) {
        let Operation { id, method, path, pointer, .. } = operation;
        let at = |direction, part: &str, subject: &str| Statement {
            subject: subject.to_owned(),
            part: Some((direction, part.to_owned())),
            ..Statement::default()
        };
        let of_call = at(Direction::Call, "operation", id);
        let builder = builder(id);
        let here = of_call.with_site(&builder, "");
        self.there(&here, ("operation", id), format!("{method} {path}"), pointer, |list| {
            list.state(&of_call, "method", method.as_str(), pointer.clone());
            list.state(&of_call, "path", path.as_str(), pointer.clone());
            let known =
                ["operationId", "parameters", "requestBody", "responses", "security", "servers"];
            list.others(&of_call, pointer, &known);
            let known = [&METHODS[..], &["parameters", "servers"]].concat();
            list.others(&of_call.called(path), &join("/paths", path), &known);
            list.security(&of_call, operation);
            list.servers(&of_call.called("servers"), operation);
            for found in &operation.parameters {
                let part = format!("{} parameter {}", found.location, found.name);
                let at = at(Direction::Request, &part, &part).with_site(&builder, &found.name);
                let name = ("parameter", &*wire_name(operation, found));
                list.there(&at, name, found.name.as_str(), &found.pointer, |list| {
                    let place = join(&found.pointer, "in");
                    list.state(&at, "location", found.location.as_str(), place);
                    let keyword = match found.location.as_str() {
                        "path" => "name in the path",
                        _ => "spelling",
                    };
                    let place = join(&found.pointer, "name");
                    list.state(&at, keyword, found.name.as_str(), place).needs_other = true;
                    list.parameter(&at, found);
                });
            }
            if let Some(body) = &operation.request {
                let at = at(Direction::Request, "request", &format!("{id} request"));
                let at = at.with_site(&builder, "body");
                list.there(&at, ("body", ""), names(&body.content), &body.pointer, |list| {
                    list.others(&at, &body.pointer, &["content"]);
                    list.contents(&at, &body.content);
                });
            }
            for response in &operation.responses {
                let part = format!("response {}", response.status);
                let at = at(Direction::Response, &part, &format!("{id} {part}"));
                list.response(&at.with_site(&builder, "send"), part, response);
            }
            list.state(&of_call, "operationId", id.as_str(), join(pointer, "operationId"));
        });
    }

    fn response(&mut self, at: &Statement, part: String, response: &Response) {
        let status = response.status.as_str();
        let keyword = if response.is_success() { "success status" } else { "error status" };
        let of_call = Statement { part: Some((Direction::Call, part)), ..at.clone() };
        self.there(&of_call, (keyword, status), status, &response.place, |list| {
            let body = &response.body;
            list.others(at, &body.pointer, &["content", "headers"]);
            if !body.content.is_empty() {
                let place = join(&body.pointer, "content");
                list.there(at, ("body", ""), names(&body.content), &place, |list| {
                    list.contents(at, &body.content);
                });
            }
            let is_typed = |headers: &&Schema| {
                list.spec.typed_headers().any(|typed| typed.pointer == headers.pointer)
            };
            let model = list.spec.headers(response).filter(is_typed);
            let model = model.map(|headers| model_name(&schema_name(list.spec, &headers.pointer)));
            let owner = model.as_ref().map(|name| format!("types::{name}"));
            if let (Some(name), Some(owner)) = (&model, &owner) {
                let of_type = at.called(format!("{} headers", at.subject)).with_site(owner, "");
                let stated =
                    list.state(&of_type, "name", name.as_str(), response.headers_pointer());
                stated.needs_other = true;
            }
            for header in &response.headers {
                let at = at.called(format!("{} header {}", at.subject, header.name));
                let at = match &owner {
                    Some(owner) => at.with_site(owner, &header.name),
                    None => Statement { site: None, ..at },
                };
                let name = header.name.as_str();
                list.there(&at, ("header", name), name, &header.pointer, |list| {
                    list.parameter(&at, header);
                });
            }
        });
    }

    /// What parameters and headers have in common.
    fn parameter(&mut self, at: &Statement, parameter: &Parameter) {
        let first = self.found.len();
        self.others(at, &parameter.pointer, &["name", "in", "schema", "content"]);
        for statement in &mut self.found[first..] {
            statement.default = parameter.default_of(&statement.keyword);
        }
        if let Some(schema) = &parameter.schema {
            self.schema(at, "schema", "", schema);
        }
        self.contents(at, &parameter.content);
    }

    fn contents(&mut self, at: &Statement, content: &[Media]) {
        for media in content {
            let name = media.name.as_str();
            self.there(at, ("content type", name), name, &media.pointer, |list| {
                list.others(at, &media.pointer, &["schema"]);
                if let Some(schema) = &media.schema {
                    list.schema(at, "schema", "", schema);
                }
            });
        }
    }

    /// The ways to authenticate; the names of schemes make no difference.
    fn security(&mut self, at: &Statement, operation: &Operation) {
        let is_own = self.spec.keywords(&operation.pointer).any(|(key, _)| key == "security");
        let holder = if is_own { operation.pointer.as_str() } else { "" };
        let place = join(holder, "security");
        let ways = operation.security.iter().enumerate();
        let ways: Vec<_> = ways.map(|(index, _)| self.way(&format!("{place}/{index}"))).collect();
        if ways.is_empty() {
            if operation.is_open {
                self.state(at, "open", true, place).needs_other = true;
            }
            return;
        }
        let names: Value = ways.iter().map(|(name, _)| name.as_str()).collect();
        self.there(at, ("security", ""), names, &place, |list| {
            for (name, schemes) in &ways {
                list.there(at, ("credentials", schemes), name.as_str(), &place, |_| {});
            }
        });
    }

    /// A way to authenticate: as a reader sees it, and its schemes with all that is said of them.
    fn way(&self, pointer: &str) -> (String, String) {
        let mut names = Vec::new();
        let mut schemes = Vec::new();
        for (name, scopes) in self.spec.keywords(pointer) {
            let Some(scheme) = self.spec.scheme(name) else { continue };
            let described = match (&scheme.location, &scheme.key, &scheme.scheme) {
                (Some(place), Some(name), _) => format!("{place} {name}"),
                (_, _, Some(kind)) if scheme.kind == "http" => format!("http {kind}"),
                _ => scheme.kind.clone(),
            };
            let is_scoped = scopes.as_array().is_some_and(|scopes| !scopes.is_empty());
            let suffix = if is_scoped { format!(" {scopes}") } else { String::new() };
            names.push(format!("{name}: {described}{suffix}"));
            let said = self.spec.keywords(&scheme.pointer);
            let said = said.filter(|(keyword, _)| !ANNOTATIONS.contains(&keyword.as_str()));
            let said: Map<String, Value> = said.map(|(k, v)| (k.clone(), v.clone())).collect();
            schemes.push(format!("{} {scopes}", Value::from(said)));
        }
        schemes.sort();
        match names.is_empty() {
            true => ("no credentials".to_owned(), String::new()),
            false => (names.join(" and "), schemes.join(" ")),
        }
    }

    /// The base URLs.
    fn servers(&mut self, at: &Statement, operation: &Operation) {
        for (index, server) in operation.servers.iter().enumerate() {
            let url = server.url.as_str();
            let list = server.pointer.rsplit_once('/').map_or("", |(list, _)| list);
            if index == 0 {
                self.state(at, "first server", url, server.pointer.clone());
            }
            self.there(at, ("server", url), url, list, |list| {
                let at = at.called(format!("server {url}"));
                list.others(&at, &server.pointer, &["url"]);
                for variable in &server.variables {
                    if let Some(values) = &variable.values {
                        let place = join(&variable.pointer, "enum");
                        let name = ("variable", &*variable.name);
                        list.there(&at, name, values.clone(), &place, |_| {}).needs_other = true;
                    }
                }
            });
        }
    }
}

fn names(content: &[Media]) -> Value {
    content.iter().map(|media| media.name.as_str()).collect()
}

/// What identifies a parameter on the wire: its location and name, or its place in the path.
fn wire_name(operation: &Operation, parameter: &Parameter) -> String {
    let place = in_braces(&operation.path).position(|name| name == parameter.name);
    let name = match (parameter.location.as_str(), place) {
        ("path", Some(place)) => place.to_string(),
        ("header", _) => parameter.name.to_lowercase(),
        _ => parameter.name.clone(),
    };
    format!("{} {name}", parameter.location)
}
