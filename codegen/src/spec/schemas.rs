//! Where schemas stand in an OpenAPI document.

use serde_json::Value;

use super::{members, pointer::join, METHODS};

/// JSON pointers of all schemas in `document`, parents before children.
pub fn pointers(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let components = &document["components"];
    for (name, schema) in members(&components["schemas"]) {
        schema_tree(schema, join("/components/schemas", name), &mut found);
    }
    for (name, parameter) in members(&components["parameters"]) {
        with_schema(parameter, join("/components/parameters", name), &mut found);
    }
    for kind in ["requestBodies", "responses"] {
        for (name, body) in members(&components[kind]) {
            contents(body, format!("/components/{kind}/{name}"), &mut found);
        }
    }
    for (path, item) in members(&document["paths"]) {
        let at = join("/paths", path);
        parameters(item, &at, &mut found);
        for (method, operation) in members(item) {
            if METHODS.contains(&method.as_str()) {
                let at = join(&at, method);
                parameters(operation, &at, &mut found);
                contents(&operation["requestBody"], join(&at, "requestBody"), &mut found);
                for (status, response) in members(&operation["responses"]) {
                    let at = join(&join(&at, "responses"), status);
                    contents(response, at, &mut found);
                }
            }
        }
    }
    found
}

fn parameters(holder: &Value, at: &str, found: &mut Vec<String>) {
    let list = holder["parameters"].as_array().into_iter().flatten();
    for (index, parameter) in list.enumerate() {
        with_schema(parameter, format!("{at}/parameters/{index}"), found);
    }
}

fn contents(body: &Value, at: String, found: &mut Vec<String>) {
    for (media, content) in members(&body["content"]) {
        with_schema(content, join(&join(&at, "content"), media), found);
    }
    for (name, header) in members(&body["headers"]) {
        with_schema(header, join(&join(&at, "headers"), name), found);
    }
}

fn with_schema(holder: &Value, at: String, found: &mut Vec<String>) {
    if let Some(schema) = holder.get("schema") {
        schema_tree(schema, join(&at, "schema"), found);
    }
}

fn schema_tree(schema: &Value, at: String, found: &mut Vec<String>) {
    found.push(at.clone());
    for (name, member) in members(&schema["properties"]) {
        schema_tree(member, join(&join(&at, "properties"), name), found);
    }
    for key in ["items", "additionalProperties", "not"] {
        if schema[key].is_object() {
            schema_tree(&schema[key], join(&at, key), found);
        }
    }
    for key in ["allOf", "oneOf", "anyOf"] {
        let list = schema[key].as_array().into_iter().flatten();
        for (index, part) in list.enumerate() {
            schema_tree(part, format!("{at}/{key}/{index}"), found);
        }
    }
}
