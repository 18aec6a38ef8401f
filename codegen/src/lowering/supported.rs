//! Refuses what OpenAPI allows and this client cannot do, by its place and with the way out.

use std::collections::BTreeSet;

use serde_json::Value;

use super::responses::is_success;
use crate::account::constraints_of;
use crate::error::Result;
use crate::spec::{alternatives, Located, Operation, Spec};
use crate::spec::{is_scalar, media, members, pointer::join, reference};

/// Refuses a spec that the client cannot keep to.
///
/// # Errors
///
/// The first place that is not supported.
pub fn check(spec: &Spec) -> Result<()> {
    let mut paths: Vec<&str> = Vec::new();
    for operation in spec.operations() {
        let path_at = join("/paths", operation.path);
        let item = &spec.document["paths"][operation.path];
        elsewhere(spec, &path_at, item)?;
        elsewhere(spec, &operation.pointer, operation.value)?;
        path(spec, &operation, &mut paths)?;
        for found in spec.parameters(&operation) {
            parameter(spec, &found)?;
        }
        if let Some(body) = spec.request(&operation) {
            request(spec, &body)?;
        }
        for status in spec.statuses(&operation) {
            if let Some(found) = spec.response(&operation, status) {
                response(spec, &operation, status, &found)?;
            }
        }
        one_success(spec, &operation)?;
        security(spec, &operation)?;
    }
    Ok(())
}

/// What would have to be sent or received elsewhere.
fn elsewhere(spec: &Spec, at: &str, holder: &Value) -> Result<()> {
    for (keyword, message) in [
        ("$ref", "a path is written out in this file"),
        ("servers", "a client has one base URL; list the `servers` of the whole API"),
        ("callbacks", "the client receives no calls; describe them in the ledger as a rule"),
    ] {
        let is_empty = |value: &Value| value.as_object().is_some_and(serde_json::Map::is_empty);
        if holder.get(keyword).is_some_and(|value| !is_empty(value)) {
            return Err(spec.error(&join(at, keyword), format!("not supported: {message}")));
        }
    }
    Ok(())
}

/// A path is made of segments, each a text or one parameter, and no other path is like it.
fn path<'s>(spec: &Spec, operation: &Operation<'s>, seen: &mut Vec<&'s str>) -> Result<()> {
    let at = join("/paths", operation.path);
    let mut segments = operation.path.split('/');
    if segments.next() != Some("") {
        return Err(spec.error(&at, "a path begins with `/`"));
    }
    let mut names = BTreeSet::new();
    let last = operation.path.matches('/').count();
    for (index, segment) in segments.enumerate() {
        let is_parameter = segment.starts_with('{') && segment.ends_with('}');
        let inside = segment.trim_matches(|c| is_parameter && (c == '{' || c == '}'));
        if inside.contains(['{', '}']) || (is_parameter && inside.is_empty()) {
            let message = "a parameter is a whole segment of the path: `/{name}/`";
            return Err(spec.error(&at, message));
        }
        if segment.contains(['?', '#']) {
            return Err(spec.error(&at, "a query is described by parameters `in: query`"));
        }
        if segment.is_empty() && index + 1 < last {
            return Err(spec.error(&at, "a segment of the path is empty"));
        }
        if is_parameter && !names.insert(inside) {
            return Err(spec.error(&at, format!("`{{{inside}}}` stands twice in the path")));
        }
    }
    let shape = |path: &str| -> Vec<String> {
        let plain =
            |segment: &str| if segment.starts_with('{') { "{}" } else { segment }.to_owned();
        path.split('/').map(plain).collect()
    };
    let mut others = seen.iter().filter(|other| **other != operation.path);
    if let Some(other) = others.find(|other| shape(other) == shape(operation.path)) {
        return Err(spec.error(&at, format!("the path `{other}` is the same")));
    }
    seen.push(operation.path);
    Ok(())
}

/// A parameter is one scalar or a list of scalars, written in one of the supported styles.
fn parameter(spec: &Spec, found: &Located<'_>) -> Result<()> {
    let Located { pointer: at, value } = found;
    let error = |key: &str, message: String| Err(spec.error(&join(at, key), message));
    let text = |key: &str| value[key].as_str().unwrap_or_default();
    let (location, name) = (text("in"), text("name"));
    match location {
        "path" if value["required"] != true => {
            return error("required", "a path parameter has `required: true`".into());
        }
        "header" if !is_token(name) => {
            return error("name", format!("`{name}` is no name of a header"));
        }
        "cookie" => {
            return error("in", "cookies are not supported: path, query and header are".into())
        }
        _ => {}
    }
    if name.is_empty() {
        return error("name", "a parameter has a name".into());
    }
    if value.get("content").is_some() {
        return error("content", "not supported: describe the parameter by its `schema`".into());
    }
    for keyword in ["allowReserved", "allowEmptyValue"] {
        if location != "query" && value[keyword] == true {
            return error(keyword, format!("a parameter in the {location} has no `{keyword}`"));
        }
    }
    let schema_at = join(at, "schema");
    let Some(schema) = spec.at(&schema_at) else { return Ok(()) };
    let is_list = schema.value["type"] == "array";
    let item = match is_list {
        true => spec.at(&join(&schema.pointer, "items")),
        false => Some(schema.clone()),
    };
    if !item.is_some_and(|item| is_scalar(item.value) && alternatives(item.value).is_none()) {
        let message = "a parameter is a text, a number, a boolean, or an array of these; for \
                       anything else list its parts as parameters of their own";
        return Err(spec.error(&schema_at, message));
    }
    style(spec, found, is_list)
}

fn style(spec: &Spec, found: &Located<'_>, is_list: bool) -> Result<()> {
    let Located { pointer: at, value } = found;
    let Some(style) = value["style"].as_str() else { return Ok(()) };
    let error = |key: &str, message: String| Err(spec.error(&join(at, key), message));
    let (known, own) = match value["in"].as_str() {
        Some("query") => (&["form", "spaceDelimited", "pipeDelimited"][..], "form"),
        _ => (&["simple"][..], "simple"),
    };
    if !known.contains(&style) {
        let known = known.join("`, `");
        return error("style", format!("`{style}` is not supported here: `{known}`"));
    }
    if style != own && !is_list {
        return error("style", format!("`{style}` is for arrays"));
    }
    if style != own && value["explode"] == true {
        return error("explode", format!("with `{style}`, the items stand in one value"));
    }
    Ok(())
}

/// Whether a text can be the name of a header.
fn is_token(name: &str) -> bool {
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.chars().all(is_of_token)
}

/// A request has a JSON body.
fn request(spec: &Spec, body: &Located<'_>) -> Result<()> {
    let content = join(&body.pointer, "content");
    let Some(json) = spec.json(body) else {
        let listed: Vec<&str> =
            members(&body.value["content"]).map(|(media, _)| media.as_str()).collect();
        let message = format!(
            "the bodies of requests are `{}`; `{}` is not supported",
            media::JSON,
            listed.join("`, `")
        );
        return Err(spec.error(&content, message));
    };
    json_media(spec, &json)?;
    others(spec, body, Some(&json))
}

/// A response has a JSON body, none, or one that is handed over as it is.
fn response(
    spec: &Spec,
    operation: &Operation<'_>,
    status: &str,
    found: &Located<'_>,
) -> Result<()> {
    let has_content = members(&found.value["content"]).next().is_some();
    let has_no_body = operation.method == "HEAD"
        || ["204", "205", "304"].contains(&status)
        || status.starts_with('1');
    if has_content && has_no_body {
        let message = match operation.method.as_str() {
            "HEAD" => "the answer to a HEAD has no body; leave `content` out".to_owned(),
            _ => format!("an answer with status {status} has no body; leave `content` out"),
        };
        return Err(spec.error(&join(&found.pointer, "content"), message));
    }
    for (_, header) in spec.headers(operation, status) {
        if header.value.get("schema").is_none() {
            return Err(spec.error(&header.pointer, "a header is described by a `schema`"));
        }
    }
    let json = spec.json(found);
    if let Some(json) = &json {
        json_media(spec, json)?;
    }
    others(spec, found, json.as_ref())
}

fn json_media(spec: &Spec, json: &Located<'_>) -> Result<()> {
    let name = json.pointer.rsplit('/').next().unwrap_or_default().replace("~1", "/");
    if let Some(charset) = media::other_charset(&name) {
        return Err(spec.error(&json.pointer, format!("JSON is UTF-8, not {charset}")));
    }
    match members(&json.value["encoding"]).next() {
        Some((property, _)) => {
            let at = join(&join(&json.pointer, "encoding"), property);
            Err(spec.error(&at, "JSON has no `encoding`; it is for forms and multipart bodies"))
        }
        None => Ok(()),
    }
}

/// Other media types than JSON state nothing that JSON does not: nothing would carry it.
fn others(spec: &Spec, body: &Located<'_>, json: Option<&Located<'_>>) -> Result<()> {
    for (name, media) in members(&body.value["content"]) {
        let at = join(&join(&body.pointer, "content"), name);
        let is_same = json.is_some_and(|json| json.value["schema"] == media["schema"]);
        if is_same || json.is_some_and(|json| json.pointer == at) {
            continue;
        }
        if let Some(constraint) = constraint_in(spec, &join(&at, "schema")) {
            let message = match json {
                Some(json) => {
                    let used = json.pointer.rsplit('/').next().unwrap_or_default();
                    let used = used.replace("~1", "/");
                    format!("the client uses `{used}`, so that nothing carries what `{name}` says; leave this out")
                }
                None => format!("a body of `{name}` is handed over as bytes, so that nothing carries this; leave it out"),
            };
            return Err(spec.error(&constraint, message));
        }
    }
    Ok(())
}

/// Pointer of the first constraint at or in the schema at `at`, references followed.
fn constraint_in(spec: &Spec, at: &str) -> Option<String> {
    let below = format!("{at}/");
    let is_inside = |pointer: &str| pointer == at || pointer.starts_with(&below);
    let used = spec.reachable(is_inside);
    let is_used = |pointer: &str| {
        crate::spec::pointer::component(pointer).is_some_and(|name| used.contains(name))
    };
    let mut inside =
        spec.schema_pointers().iter().filter(|pointer| is_inside(pointer) || is_used(pointer));
    inside.find_map(|pointer| {
        let schema = spec.document.pointer(pointer).filter(|s| reference(s).is_none())?;
        // A format says which bytes there are.
        let mut constraints = constraints_of(schema).filter(|(_, keyword, _)| *keyword != "format");
        constraints.next().map(|(place, ..)| format!("{pointer}/{place}"))
    })
}

/// The successes of an operation have one body, which the generator can type.
fn one_success(spec: &Spec, operation: &Operation<'_>) -> Result<()> {
    let mut bodies = Vec::new();
    for status in spec.statuses(operation).into_iter().filter(|s| is_success(s)) {
        let Some(response) = spec.response(operation, status) else { continue };
        let has_content = members(&response.value["content"]).next().is_some();
        let body = spec.json(&response).map(|json| json.value["schema"].clone());
        bodies.push((status, (has_content, body)));
    }
    let at = join(&operation.pointer, "responses");
    match &bodies[..] {
        [] => Err(spec.error(&at, "there is no success (2XX)")),
        [(first, body), rest @ ..] => match rest.iter().find(|(_, other)| other != body) {
            Some((other, _)) => {
                let message = format!(
                    "the successes {first} and {other} have different bodies, and one call can have one type only"
                );
                Err(spec.error(&at, message))
            }
            None => Ok(()),
        },
    }
}

/// Credentials go into headers.
fn security(spec: &Spec, operation: &Operation<'_>) -> Result<()> {
    for name in spec.security(operation).into_iter().flatten() {
        let at = join("/components/securitySchemes", &name);
        let Some(scheme) = spec.at(&at) else { continue };
        let is_key = scheme.value["type"] == "apiKey";
        if is_key && scheme.value["in"] != "header" {
            return Err(spec.error(&join(&at, "in"), "credentials go into headers only"));
        }
    }
    Ok(())
}
