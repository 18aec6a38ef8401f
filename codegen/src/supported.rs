//! Refuses what OpenAPI allows and this client cannot do, by its place and with the way out.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::error::Result;
use crate::extensions;
use crate::model::{media, pointer, pointer::join};
use crate::model::{Body, Media, Operation, Parameter, Response, Schema, Spec};

/// Refuses a spec that the client cannot keep to.
///
/// # Errors
///
/// The first place that is not supported.
pub fn check(spec: &Spec) -> Result<()> {
    let mut paths: Vec<&str> = Vec::new();
    for operation in &spec.operations {
        elsewhere(spec, &join("/paths", &operation.path), &operation.of_path)?;
        elsewhere(spec, &operation.pointer, &operation.keywords)?;
        path(spec, operation, &mut paths)?;
        operation.parameters.iter().try_for_each(|found| parameter(spec, found))?;
        operation.request.iter().try_for_each(|body| request(spec, body))?;
        operation.responses.iter().try_for_each(|found| response(spec, operation, found))?;
        one_success(spec, operation)?;
        security(spec, operation)?;
        extensions::paging(spec, operation)?;
        extensions::wait(spec, operation)?;
    }
    Ok(())
}

/// What would have to be sent or received elsewhere.
fn elsewhere(spec: &Spec, at: &str, keywords: &Map<String, Value>) -> Result<()> {
    for (keyword, message) in [
        ("$ref", "a path is written out in this file"),
        ("servers", "a client has one base URL; list the `servers` of the whole API"),
        ("callbacks", "the client receives no calls; describe them in the ledger as a rule"),
    ] {
        let is_empty = |value: &Value| value.as_object().is_some_and(Map::is_empty);
        if keywords.get(keyword).is_some_and(|value| !is_empty(value)) {
            return Err(spec.error(&join(at, keyword), format!("not supported: {message}")));
        }
    }
    Ok(())
}

/// A path is made of segments, each a text or one parameter, and no other path is like it.
fn path<'s>(spec: &Spec, operation: &'s Operation, seen: &mut Vec<&'s str>) -> Result<()> {
    let at = join("/paths", &operation.path);
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
    if let Some(other) = others.find(|other| shape(other) == shape(&operation.path)) {
        return Err(spec.error(&at, format!("the path `{other}` is the same")));
    }
    seen.push(&operation.path);
    Ok(())
}

/// A parameter is one scalar or a list of scalars, written in one of the supported styles.
fn parameter(spec: &Spec, found: &Parameter) -> Result<()> {
    let Parameter { pointer: at, name, location, .. } = found;
    let error = |key: &str, message: String| Err(spec.error(&join(at, key), message));
    match location.as_str() {
        "path" if !found.required => {
            return error("required", "a path parameter has `required: true`".into());
        }
        "header" if !is_token(name) => {
            return error("name", format!("`{name}` is not a name of a header"));
        }
        "cookie" => {
            return error("in", "cookies are not supported: path, query and header are".into())
        }
        _ => {}
    }
    if name.is_empty() {
        return error("name", "a parameter has a name".into());
    }
    if found.keywords.contains_key("content") {
        return error("content", "not supported: describe the parameter by its `schema`".into());
    }
    for keyword in ["allowReserved", "allowEmptyValue"] {
        if location != "query" && found.is(keyword) {
            return error(keyword, format!("a parameter in the {location} has no `{keyword}`"));
        }
    }
    let Some(schema_at) = &found.schema else { return Ok(()) };
    let Some(schema) = spec.at(schema_at) else { return Ok(()) };
    let is_list = schema.json_type() == Some("array");
    let item = match is_list {
        true => schema.items.as_ref().and_then(|items| spec.at(items)),
        false => Some(schema),
    };
    if !item.is_some_and(|item| item.is_scalar() && item.alternatives.is_none()) {
        let message =
            "a parameter or header is a text, a number, a boolean, or an array of these; \
                       for anything else list its parts as parameters of their own";
        return Err(spec.error(schema_at, message));
    }
    style(spec, found, is_list)
}

fn style(spec: &Spec, found: &Parameter, is_list: bool) -> Result<()> {
    let style = found.text("style");
    if style.is_empty() {
        return Ok(());
    }
    let error = |key: &str, message: String| Err(spec.error(&join(&found.pointer, key), message));
    let (known, own) = match found.location.as_str() {
        "query" => (&["form", "spaceDelimited", "pipeDelimited"][..], "form"),
        _ => (&["simple"][..], "simple"),
    };
    if !known.contains(&style) {
        let known = known.join("`, `");
        return error("style", format!("`{style}` is not supported here: `{known}`"));
    }
    if style != own && !is_list {
        return error("style", format!("`{style}` is for arrays"));
    }
    if style != own && found.is("explode") {
        return error("explode", format!("with `{style}`, the items stand in one value"));
    }
    Ok(())
}

/// Whether a text can be the name of a header.
fn is_token(name: &str) -> bool {
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.chars().all(is_of_token)
}

/// A request has a JSON body, also where it may be anything.
fn request(spec: &Spec, body: &Body) -> Result<()> {
    let Some(json) = body.json() else {
        let listed: Vec<&str> = body.content.iter().map(|media| media.name.as_str()).collect();
        let message = format!(
            "the bodies of requests are `{}`; `{}` is not supported",
            media::JSON,
            listed.join("`, `")
        );
        return Err(spec.error(&join(&body.pointer, "content"), message));
    };
    json_media(spec, json)?;
    others(spec, body, Some(json))
}

/// A response has a JSON body, none, or one that is handed over as it is.
fn response(spec: &Spec, operation: &Operation, found: &Response) -> Result<()> {
    let Response { status, body, .. } = found;
    let has_no_body = operation.method == "HEAD"
        || ["204", "205", "304"].contains(&status.as_str())
        || status.starts_with('1');
    if !body.content.is_empty() && has_no_body {
        let message = match operation.method.as_str() {
            "HEAD" => "the answer to a HEAD has no body; leave `content` out".to_owned(),
            _ => format!("an answer with status {status} has no body; leave `content` out"),
        };
        return Err(spec.error(&join(&body.pointer, "content"), message));
    }
    for (index, header) in found.headers.iter().enumerate() {
        if header.schema.is_none() {
            return Err(spec.error(&header.pointer, "a header is described by a `schema`"));
        }
        let is_same = |other: &Parameter| other.name.eq_ignore_ascii_case(&header.name);
        if found.headers[..index].iter().any(is_same) {
            let message =
                format!("the header `{}` stands twice; case makes no difference", header.name);
            return Err(spec.error(&header.pointer, message));
        }
        parameter(spec, header)?;
    }
    let json = body.json();
    json.into_iter().try_for_each(|json| json_media(spec, json))?;
    others(spec, body, json)
}

fn json_media(spec: &Spec, json: &Media) -> Result<()> {
    if let Some(charset) = media::other_charset(&json.name) {
        return Err(spec.error(&json.pointer, format!("JSON is UTF-8, not {charset}")));
    }
    match json.encoding.first() {
        Some(property) => {
            let at = join(&join(&json.pointer, "encoding"), property);
            Err(spec.error(&at, "JSON has no `encoding`; it is for forms and multipart bodies"))
        }
        None => Ok(()),
    }
}

/// Other media types than JSON state nothing that JSON does not: nothing would carry it.
fn others(spec: &Spec, body: &Body, json: Option<&Media>) -> Result<()> {
    for media in &body.content {
        let Some(schema) = &media.schema else { continue };
        let is_same = json.is_some_and(|json| {
            json.schema.as_ref().is_some_and(|of_json| spec.is_same(of_json, schema))
        });
        if is_same {
            continue;
        }
        if let Some(constraint) = constraint_in(spec, schema) {
            let name = &media.name;
            let message = match json {
                Some(json) => {
                    let used = &json.name;
                    format!("the client uses `{used}`, so that nothing carries what `{name}` says; leave this out")
                }
                None => format!("a body of `{name}` is handed over as it is, so that nothing carries this; leave it out"),
            };
            return Err(spec.error(&constraint, message));
        }
    }
    Ok(())
}

/// Pointer of the first constraint at or in the schema at `at`, references followed.
fn constraint_in(spec: &Spec, at: &str) -> Option<String> {
    let is_inside = |pointer: &str| pointer::is_in(pointer, at);
    let used = spec.components_in(at);
    let is_used =
        |pointer: &str| pointer::component(pointer).is_some_and(|name| used.contains(name));
    let is_meant = |schema: &&Schema| is_inside(&schema.pointer) || is_used(&schema.pointer);
    let mut inside = spec.schemas().iter().filter(is_meant);
    inside.find_map(|schema| {
        // A format says which bytes there are.
        let constraints = schema.constraints();
        let first = constraints.iter().find(|constraint| constraint.keyword != "format")?;
        Some(first.pointer())
    })
}

/// The successes of an operation have one body, which the generator can type.
fn one_success(spec: &Spec, operation: &Operation) -> Result<()> {
    let at = join(&operation.pointer, "responses");
    let mut successes = operation.responses.iter().filter(|response| response.is_success());
    let Some(first) = successes.clone().next() else {
        return Err(spec.error(&at, "there is no success (2XX)"));
    };
    let is_same = |other: &&Response| {
        let [one, other] = [first, other].map(|response| &response.body);
        let has_same_json = match (one.schema(), other.schema()) {
            (Some(one), Some(other)) => spec.is_same(one, other),
            (one, other) => one.is_some() == other.is_some(),
        };
        one.form() == other.form() && has_same_json
    };
    let different = |what: &str, one: &Response, other: &Response| {
        let (one, other) = (&one.status, &other.status);
        let message = format!("the successes {one} and {other} have different {what}, and one call can have one type only");
        Err(spec.error(&at, message))
    };
    if let Some(other) = successes.clone().find(|other| !is_same(other)) {
        return different("bodies", first, other);
    }
    let Some(most) = operation.with_headers() else { return Ok(()) };
    let is_among = |header: &Parameter| {
        most.headers.iter().any(|other| {
            let same = other.schema.as_ref().zip(header.schema.as_ref());
            other.name == header.name && same.is_some_and(|(a, b)| spec.is_same(a, b))
        })
    };
    match successes.find(|other| !other.headers.iter().all(is_among)) {
        Some(other) => different("headers", most, other),
        None => Ok(()),
    }
}

/// Credentials go into headers.
fn security(spec: &Spec, operation: &Operation) -> Result<()> {
    let mut schemes = operation.security.iter().flatten().filter_map(|name| spec.scheme(name));
    let is_elsewhere = |scheme: &crate::model::Scheme| {
        scheme.kind == "apiKey" && scheme.location.as_deref() != Some("header")
    };
    match schemes.find(|scheme| is_elsewhere(scheme)) {
        Some(scheme) => {
            Err(spec.error(&join(&scheme.pointer, "in"), "credentials go into headers only"))
        }
        None => Ok(()),
    }
}
