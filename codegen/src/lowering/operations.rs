//! Writes operations for the generator: parameters, bodies and responses.

use serde_json::{json, Map, Value};

use super::schemas::Place;
use super::{describe, object, Fate, Lowering};
use crate::error::Result;
use crate::model::{media, pointer::join};
use crate::model::{Body, Operation, Parameter, Response, STYLES};

/// Whether the client sets the header `name` itself, so that no caller gives it.
pub fn is_set_by_client(name: &str) -> bool {
    rule_of_header(name).is_some()
}

/// The rule that leaves a header to the client.
fn rule_of_header(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    let is_credential = ["x-auth-token", "authorization"].contains(&name.as_str())
        || name.starts_with("x-authing-")
        || name.starts_with("x-genauth-");
    let standard = ["accept", "content-type", "content-length", "host", "user-agent"];
    match (is_credential, standard.contains(&name.as_str())) {
        (true, _) => Some("credential-parameters"),
        (_, true) => Some("standard-headers"),
        _ => None,
    }
}

impl Lowering<'_> {
    /// The document that the generator reads.
    pub(super) fn document(&mut self) -> Result<Value> {
        let spec = self.spec;
        let mut paths: Map<String, Value> = Map::new();
        for operation in &spec.operations {
            let written = self.operation(operation)?;
            let path = self.names.path(operation);
            let item = paths.entry(path).or_insert_with(|| json!({}));
            item[operation.method.to_lowercase()] = written;
        }
        let schemas = self.types()?;
        Ok(json!({
            "openapi": "3.0.3",
            "info": self.info(),
            "paths": paths,
            "components": { "schemas": schemas },
        }))
    }

    fn info(&mut self) -> Value {
        const RULE: &str = "server-variables";
        let spec = self.spec;
        let text = |key: &str| spec.info.get(key).and_then(Value::as_str).unwrap_or_default();
        let mut description = text("description").to_owned();
        let is_on = self.is_on(RULE);
        for server in &spec.servers {
            for variable in server.variables.iter().filter(|_| is_on) {
                let Some(values) = &variable.values else { continue };
                let (name, url, values) = (&variable.name, &server.url, values.join("`, `"));
                let sentence = format!("Documented values of `{name}` in `{url}`: `{values}`.");
                describe(&mut description, &sentence);
                self.touch(join(&variable.pointer, "enum"), Fate::DocumentedOnly(RULE));
            }
        }
        json!({ "title": text("title"), "version": text("version"), "description": description })
    }

    fn operation(&mut self, operation: &Operation) -> Result<Value> {
        let mut written = object([("operationId", Some(operation.id.as_str().into()))]);
        for keyword in ["summary", "description"] {
            written.extend(object([(keyword, operation.keywords.get(keyword).cloned())]));
        }
        let mut parameters = Vec::new();
        for parameter in &operation.parameters {
            parameters.extend(self.parameter(operation, parameter)?);
        }
        written.insert("parameters".into(), parameters.into());
        if let Some(body) = &operation.request {
            let content = self.content(operation, body)?;
            let body = json!({ "required": body.required, "content": content });
            written.insert("requestBody".into(), body);
        }
        let mut responses = Map::new();
        for response in &operation.responses {
            let of_response = self.response(operation, response)?;
            if response.is_success() || !self.is_on("error-statuses") {
                responses.insert(response.status.clone(), of_response);
            } else {
                self.touch(response.place.clone(), Fate::Carried("error-statuses"));
            }
        }
        written.insert("responses".into(), responses.into());
        Ok(written.into())
    }

    /// A parameter, unless the client gives it itself.
    fn parameter(&mut self, operation: &Operation, parameter: &Parameter) -> Result<Option<Value>> {
        const RULE: &str = "parameter-styles";
        let Parameter { pointer, name, location, .. } = parameter;
        let of_client = rule_of_header(name).filter(|_| location == "header");
        if let Some(rule) = of_client.filter(|rule| self.is_on(rule)) {
            self.touch(join(pointer, "required"), Fate::Relaxed(rule));
            STYLES.iter().for_each(|key| self.touch(join(pointer, key), Fate::Relaxed(rule)));
            if let Some(schema) = &parameter.schema {
                self.touch_all(schema, Fate::Relaxed(rule));
            }
            return Ok(None);
        }
        let named = self.names.parameter(&operation.id, location, name);
        let name =
            named.filter(|named| named.is_renamed()).map_or(name, |named| &named.rust).clone();
        let mut description = parameter.text("description").to_owned();
        let schema = parameter.schema.as_deref().unwrap_or_default();
        let mut schema = self.schema(schema, &Place::of_parameter(&operation.id))?;
        let mut written = Map::new();
        for keyword in STYLES {
            let Some(value) = parameter.keywords.get(keyword) else { continue };
            if !self.is_on(RULE) {
                written.insert(keyword.to_owned(), value.clone());
                continue;
            }
            let fate = match keyword {
                "allowEmptyValue" => Fate::DocumentedOnly(RULE),
                _ => Fate::Carried(RULE),
            };
            self.touch(join(pointer, keyword), fate);
        }
        if self.is_on(RULE) {
            if parameter.is("allowEmptyValue") {
                describe(&mut description, "Documented: the value may be empty.");
            }
            // A parameter that is null is one that is not given.
            schema.as_object_mut().and_then(|schema| schema.remove("nullable"));
        }
        written.extend(object([
            ("name", Some(name.into())),
            ("in", Some(location.as_str().into())),
            ("required", Some(parameter.required.into())),
            ("description", Some(description).filter(|text| !text.is_empty()).map(Value::from)),
            ("schema", Some(schema)),
        ]));
        Ok(Some(written.into()))
    }

    fn response(&mut self, operation: &Operation, response: &Response) -> Result<Value> {
        const RULE: &str = "response-headers";
        let typed = operation.with_headers().map(|typed| &typed.place);
        let is_on = self.is_on(RULE);
        for header in response.headers.iter().filter(|_| is_on) {
            self.touch(join(&header.pointer, "required"), Fate::Carried(RULE));
            // The others are in a model.
            if let Some(schema) = header.schema.as_ref().filter(|_| typed != Some(&response.place))
            {
                self.touch_all(schema, Fate::Carried(RULE));
            }
        }
        let content = self.content(operation, &response.body)?;
        let description = response.body.description.as_str();
        Ok(json!({ "description": description, "content": content }))
    }

    /// The media types of a body: one, that of JSON if there is one.
    fn content(&mut self, operation: &Operation, body: &Body) -> Result<Map<String, Value>> {
        const RULE: &str = "one-media-type";
        let json = body.json();
        let mut content = Map::new();
        for found in &body.content {
            let is_json = json.is_some_and(|json| json.name == found.name);
            let written = match &found.schema {
                Some(schema) if self.is_on(RULE) && !is_json => {
                    self.touch_all(schema, Fate::Relaxed(RULE));
                    json!({})
                }
                Some(schema) => {
                    json!({ "schema": self.schema(schema, &Place::of_body(&operation.id))? })
                }
                // JSON of which nothing is said is any.
                None if is_json || media::is_json(&found.name) => json!({ "schema": {} }),
                None => json!({}),
            };
            let name = if is_json && self.is_on(RULE) { media::JSON } else { &found.name };
            content.insert(name.to_owned(), written);
        }
        if self.is_on(RULE) {
            let used = json.map(|_| media::JSON).or(body.content.first().map(|m| m.name.as_str()));
            content.retain(|name, _| Some(name.as_str()) == used);
        }
        Ok(content)
    }
}
