//! Drafts an operation: its parameters, its bodies and its responses.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;
use indexmap::IndexMap;
use serde_json::Value;

use super::schema::scalar;
use super::{Drafter, Node};
use crate::error::Result;
use crate::ledger::place::inside;
use crate::ledger::{values_of, Place};
use crate::model::{in_braces, media, pointer, STYLES};
use crate::todo::TODO;

impl Drafter<'_> {
    /// Where the operation belongs, and what it is.
    pub(super) fn operation(&mut self) -> Result<(String, Node)> {
        let pages = self.pages;
        let stated = |statement| self.stated(&Place::Operation, statement).unwrap_or_default();
        let at = pointer::join(
            &pointer::join("/paths", stated("path")),
            &stated("method").to_lowercase(),
        );
        let id = pages.first().map_or("", |page| page.operation.as_str());
        let titles = pages.iter().map(|page| {
            let mut title = Node::map([
                ("title", Node::text(&page.title)),
                ("language", Node::text(&page.language)),
            ]);
            title.extend("operator", page.operator.as_ref().map(Node::text));
            title
        });
        let mut operation = Node::map([
            ("operationId", Node::text(id)),
            ("summary", Node::text(TODO)),
            ("x-pages", Node::List(titles.collect())),
        ]);
        operation.extend("security", self.security());
        let parameters =
            self.parameters_in(|section| ["path", "query", "header"].contains(&section));
        let mut listed = Vec::new();
        for (section, name) in parameters {
            if section != "header" || !self.is_sent_by_client(&name) {
                listed.push(self.parameter(&section, &name)?);
            }
        }
        operation.extend("parameters", (!listed.is_empty()).then(|| Node::List(listed)));
        let body = format!("{}RequestBody", id.to_upper_camel_case());
        if let Some(content) = self.content("request", &body)? {
            let request = Place::Body("request".to_owned());
            let mut body = Node::map([]);
            let is_required = self.stated(&request, "required") == Some("yes");
            body.extend("required", is_required.then(|| Node::Scalar(true.into())));
            body.push("content", content);
            operation.push("requestBody", body);
        }
        let responses = self.responses(&id.to_upper_camel_case())?;
        operation.push("responses", responses);
        Ok((at, operation))
    }

    /// The parameters in some sections, once each.
    fn parameters_in(&self, is_in: impl Fn(&str) -> bool) -> Vec<(String, String)> {
        let found = self.places(|place| match place {
            Place::Parameter(section, name) if is_in(section) => {
                Some((section.clone(), inside(name).0.to_owned()))
            }
            _ => None,
        });
        let is_there = |(section, name): &(String, String)| {
            let place = Place::Parameter(section.clone(), name.clone());
            self.stated(&place, "type").is_some()
        };
        found.into_iter().filter(is_there).collect()
    }

    /// Whether a header is the media type of the body, or one of the spec's security schemes.
    fn is_sent_by_client(&self, header: &str) -> bool {
        if header.eq_ignore_ascii_case("content-type") {
            return true;
        }
        let schemes = self.document["components"]["securitySchemes"].as_object();
        schemes.into_iter().flatten().any(|(_, scheme)| {
            let name = match scheme["in"].as_str() {
                Some("header") => scheme["name"].as_str(),
                Some(_) => None,
                None => Some("Authorization"),
            };
            name.is_some_and(|name| name.eq_ignore_ascii_case(header))
        })
    }

    /// The alternatives of the security, if they are not those of all operations.
    fn security(&self) -> Option<Node> {
        let mut alternatives: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let names = self.places(|place| match place {
            Place::Security(name) => Some(name.clone()),
            _ => None,
        });
        for name in names {
            let position = self.stated(&Place::Security(name.clone()), "alternative");
            alternatives.entry(position?).or_default().push(name);
        }
        let one = |names: &Vec<String>| {
            Node::Map(names.iter().map(|name| (name.clone(), Node::List(Vec::new()))).collect())
        };
        let security = Node::List(alternatives.values().map(one).collect());
        let is_usual = alternatives.is_empty() || security.value() == self.document["security"];
        (!is_usual).then_some(security)
    }

    /// A reference to a parameter, or the parameter.
    fn parameter(&mut self, section: &str, name: &str) -> Result<Node> {
        let shared = shared_parameter(self.document, section, name);
        let key = (section.to_owned(), name.to_owned());
        if let Some(at) = shared.as_ref().filter(|_| !self.written_out.contains(&key)) {
            return Ok(Node::reference(at));
        }
        let mut parameter = Node::map([("name", Node::text(name)), ("in", Node::text(section))]);
        let Node::Map(rest) = self.parameter_or_header(section, name)? else {
            return Ok(parameter);
        };
        rest.into_iter().for_each(|(key, node)| parameter.push(&key, node));
        let is_key = name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        let at = pointer::join("/components/parameters", name);
        let is_taken = shared.is_some() || self.document.pointer(&at).is_some();
        let is_taken = is_taken || self.parameters.iter().any(|(other, _)| other == name);
        if is_taken || !is_key {
            return Ok(parameter);
        }
        self.parameters.push((name.to_owned(), parameter));
        Ok(Node::reference(&at))
    }

    /// What parameters and response headers have in common.
    fn parameter_or_header(&mut self, section: &str, name: &str) -> Result<Node> {
        let place = Place::Parameter(section.to_owned(), name.to_owned());
        let mut found = Node::map([]);
        if section == "path" || self.stated(&place, "required") == Some("yes") {
            found.push("required", Node::Scalar(true.into()));
        }
        found.push("description", self.description(&place));
        if let Some(sample) = self.stated(&place, "sample") {
            let kind = self.stated(&place, "type").unwrap_or_default();
            let word = kind.split(['(', ' ']).next().unwrap_or_default();
            found.push("example", Node::Scalar(scalar(word, sample)));
        }
        for style in STYLES {
            if let Some(cell) = self.stated(&place, style) {
                found.push(style, Node::Scalar(scalar("", cell)));
            }
        }
        found.push("schema", self.typed(&place)?);
        Ok(found)
    }

    fn responses(&mut self, operation: &str) -> Result<Node> {
        let statuses = self.places(|place| match place {
            Place::Status(status) => Some(status.clone()),
            _ => None,
        });
        let mut success: Option<(Vec<String>, String)> = None;
        let mut responses = Vec::new();
        for status in statuses {
            let section = format!("response.{status}");
            let is_error = is_error(&status);
            let content = match self.error_body(&section).filter(|_| is_error) {
                Some(body) => self.content_of(&section, Some(body))?,
                None => {
                    let members = self.members(&section);
                    let name = match &success {
                        _ if is_error && !self.has_schema("ErrorResponse") => {
                            "ErrorResponse".to_owned()
                        }
                        None if !is_error => format!("{operation}Response"),
                        Some((same, name)) if !is_error && *same == members => name.clone(),
                        _ => format!("{operation}Response{status}"),
                    };
                    if !is_error && !members.is_empty() && success.is_none() {
                        success = Some((members, name.clone()));
                    }
                    self.content(&section, &name)?
                }
            };
            let mut response =
                Node::map([("description", Node::text(self.usual_description(&status)))]);
            let of_status = format!("{section}.header");
            let mut headers = Vec::new();
            for (section, name) in self.parameters_in(|section| section == of_status) {
                headers.push((name.clone(), self.parameter_or_header(&section, &name)?));
            }
            let has_headers = !headers.is_empty();
            let headers = has_headers.then(|| Node::Map(headers.into_iter().collect()));
            response.extend("headers", headers);
            response.extend("content", content);
            let shared = self.shared_response(&status, &response);
            responses.push((status, shared.unwrap_or(response)));
        }
        Ok(Node::Map(responses.into_iter().collect()))
    }

    /// The responses of the spec with a status, their paths, and what they refer to if it is a component.
    fn responses_with(&self, status: &str) -> Vec<(&str, Option<&str>, &Value)> {
        let items = self.document["paths"].as_object().into_iter().flatten();
        let operations = items.flat_map(|(path, item)| {
            let operations = item.as_object().into_iter().flatten();
            operations.map(move |(_, operation)| (path.as_str(), operation))
        });
        let found = operations.filter_map(|(path, operation)| {
            let own = operation["responses"].get(status)?;
            match own["$ref"].as_str().and_then(|target| target.strip_prefix('#')) {
                Some(target) => Some((path, Some(target), self.document.pointer(target)?)),
                None => Some((path, None, own)),
            }
        });
        found.collect()
    }

    /// A reference to the component that other operations have for a status, if it is the same as
    /// `response`.
    fn shared_response(&self, status: &str, response: &Node) -> Option<Node> {
        let own = response.value();
        let media = |response: &Value| response["content"][media::JSON].clone();
        let (schema, examples) = (media(&own)["schema"].clone(), media(&own)["examples"].clone());
        let is_same = |other: &Value| {
            let shown = examples.as_object().into_iter().flatten();
            let other_media = media(other);
            other_media["schema"] == schema
                && other["headers"] == own["headers"]
                && other["content"].is_null() == own["content"].is_null()
                && { shown }.all(|(name, example)| other_media["examples"][name] == *example)
        };
        let shared = self.responses_with(status).into_iter();
        let mut shared = shared.filter_map(|(_, at, other)| Some((at?, other)));
        shared.find(|(_, other)| is_same(other)).map(|(at, _)| Node::reference(at))
    }

    /// What all operations of the spec say of an error status, if they say the same, or else those
    /// with the parameters of this path.
    fn usual_description(&self, status: &str) -> &str {
        let path = self.pages.first().map_or("", |page| page.path.as_str());
        let said = |is_it: &dyn Fn(&str) -> bool| {
            let found = self.responses_with(status).into_iter().filter(|(path, ..)| is_it(path));
            let found = found.filter_map(|(.., response)| response["description"].as_str());
            found.collect::<BTreeSet<_>>()
        };
        let all = [said(&|_| true), said(&|other| in_braces(other).eq(in_braces(path)))];
        let agreed = all.iter().filter(|_| is_error(status)).find(|said| said.len() == 1);
        agreed.and_then(BTreeSet::first).copied().unwrap_or(TODO)
    }

    /// The component that has exactly the members of an error body.
    fn error_body(&self, section: &str) -> Option<Node> {
        let names = self.members(section);
        let has_them = |schema: &Value| {
            schema["properties"].as_object().is_some_and(|properties| {
                properties.len() == names.len() && names.iter().all(|n| properties.contains_key(n))
            })
        };
        let name = self.schema_with(has_them).filter(|_| !names.is_empty())?;
        Some(Node::reference(&pointer::join("/components/schemas", name)))
    }

    /// The content of a body whose schema is called `name` if the page does not name it.
    fn content(&mut self, section: &str, name: &str) -> Result<Option<Node>> {
        let place = Place::Body(section.to_owned());
        let kind = self.stated(&place, "type").map(str::to_owned);
        let schema = match kind {
            Some(kind) => Some(self.of_type(&place, &kind, section)?),
            None if self.members(section).is_empty() => None,
            None => Some(self.component(name, section, &self.said_of_body(section))?),
        };
        self.content_of(section, schema)
    }

    /// The description of a body that the page does not name.
    fn said_of_body(&self, section: &str) -> String {
        let operation = self.pages.first().map_or("", |page| page.operation.as_str());
        match section.strip_prefix("response.") {
            None => format!("What `{operation}` sends."),
            Some(status) if is_error(status) => TODO.to_owned(),
            Some(_) => format!("What `{operation}` answers."),
        }
    }

    fn content_of(&self, section: &str, schema: Option<Node>) -> Result<Option<Node>> {
        let samples = self.samples().into_iter().filter_map(|(place, value)| match place {
            Place::Sample(of, name) if of == section => Some((name, Node::map([("value", value)]))),
            _ => None,
        });
        let samples: IndexMap<String, Node> = samples.collect();
        let mut body = Node::map([]);
        body.extend("schema", schema);
        body.extend("examples", (!samples.is_empty()).then(|| Node::Map(samples)));
        let is_empty = matches!(&body, Node::Map(members) if members.is_empty());
        let Some(listed) = self.stated(&Place::Body(section.to_owned()), "media") else {
            return Ok((!is_empty).then(|| Node::map([(media::JSON, body)])));
        };
        let listed = values_of(listed);
        let names = || listed.iter().map(String::as_str);
        let main = media::json_of(names).or_else(|| names().next()).unwrap_or(media::JSON);
        let of_name = |name: &String| match name == main {
            true => (name.clone(), body.clone()),
            false => (name.clone(), Node::map([])),
        };
        Ok(Some(Node::Map(listed.iter().map(of_name).collect())))
    }

    /// Whether there is a component schema `name`.
    pub(super) fn has_schema(&self, name: &str) -> bool {
        !self.document["components"]["schemas"][name].is_null()
            || self.schemas.iter().any(|(other, _)| other == name)
    }

    /// The first component schema of a kind, one of the spec rather than a new one.
    pub(super) fn schema_with(&self, is_it: impl Fn(&Value) -> bool) -> Option<&String> {
        let mut old = self.document["components"]["schemas"].as_object().into_iter().flatten();
        let old = old.find(|(_, schema)| is_it(schema)).map(|(name, _)| name);
        let new = || self.schemas.iter().find(|(_, schema)| is_it(&schema.value()));
        old.or_else(|| new().map(|(name, _)| name))
    }
}

/// Where the spec has a component that is the parameter `name` in `section`.
pub(super) fn shared_parameter(document: &Value, section: &str, name: &str) -> Option<String> {
    let parameters = document["components"]["parameters"].as_object()?;
    let is_it = |(_, other): &(&String, &Value)| other["name"] == name && other["in"] == section;
    let (key, _) = parameters.iter().find(is_it)?;
    Some(pointer::join("/components/parameters", key))
}

fn is_error(status: &str) -> bool {
    status.starts_with(['4', '5'])
}
