//! Refuses a malformed spec with one message that names the place.

use std::collections::BTreeMap;

use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::{Map, Value};

use super::{grammar, members, pointer, reference, Spec};
use crate::error::Result;

const TYPES: [&str; 6] = ["string", "integer", "number", "boolean", "array", "object"];

pub fn validate(spec: &Spec) -> Result<()> {
    let document = &spec.document;
    if !document.is_object() {
        return Err(spec.error("", "an OpenAPI document is an object"));
    }
    match document["openapi"].as_str() {
        Some(version) if version.starts_with("3.0.") => {}
        Some(version) => {
            return Err(spec
                .error("/openapi", format!("version {version} is not supported, only 3.0.x is")))
        }
        None => return Err(spec.error("/openapi", "the version is missing (3.0.3, as a text)")),
    }
    objects(spec)?;
    for pointer in spec.schema_pointers() {
        schema(spec, pointer)?;
    }
    operations(spec)?;
    serde_path_to_error::deserialize::<_, openapiv3::OpenAPI>(document).map_err(|e| {
        let place = format!("/{}", e.path().to_string().replace('.', "/"));
        spec.error(&place, format!("no valid OpenAPI: {}", e.inner()))
    })?;
    Ok(())
}

/// Refuses what OpenAPI does not know, wherever it stands: a misspelt keyword would otherwise be
/// passed over.
fn objects(spec: &Spec) -> Result<()> {
    let mut kinds = BTreeMap::new();
    grammar::visit(&spec.document, &mut |kind, at, _| {
        kinds.insert(at.to_owned(), kind);
    });
    let mut result = Ok(());
    grammar::visit(&spec.document, &mut |kind, at, value| {
        if result.is_ok() {
            result = value_of(spec, kind, at, value)
                .and_then(|()| object(spec, kind, at, value))
                .and_then(|()| reference_of(spec, kind, at, value, &kinds));
        }
    });
    result
}

/// Refuses a value of another kind than `kind`.
fn value_of(spec: &Spec, kind: &'static str, at: &str, value: &Value) -> Result<()> {
    if let Some(texts) = grammar::texts(kind) {
        return match value.as_str() {
            Some(text) if texts.contains(&text) => Ok(()),
            _ => Err(spec.error(at, format!("{value} should be `{}`", texts.join("`, `")))),
        };
    }
    let (is_right, expected) = match kind {
        "any" => (true, ""),
        "text" => (value.is_string(), "a text"),
        "bool" => (value.is_boolean(), "true or false"),
        "schema|bool" => (value.is_boolean(), "a schema, true or false"),
        _ if grammar::in_list(kind).is_some() => (value.is_array(), "a list"),
        _ => (value.is_object(), "an object"),
    };
    let hint = match kind {
        "text" if value.is_number() || value.is_boolean() => "; put it in quotes",
        _ => "",
    };
    match is_right {
        true => Ok(()),
        false => Err(spec.error(at, format!("{value} should be {expected}{hint}"))),
    }
}

/// Refuses an object with an unknown keyword, and one without a keyword that it has to have.
fn object(spec: &Spec, kind: &str, at: &str, value: &Value) -> Result<()> {
    let known = grammar::keywords(kind);
    if known.is_empty() || grammar::is_reference(kind, value.get("$ref")) {
        return Ok(());
    }
    let is_unknown = |key: &&String| {
        !grammar::is_extension(key) && !known.iter().any(|known| known.name == **key)
    };
    if let Some(key) = members(value).map(|(key, _)| key).find(is_unknown) {
        return Err(spec.error(&pointer::join(at, key), format!("unknown keyword `{key}`")));
    }
    let required = known.iter().filter(|known| known.is_required).map(|known| known.name);
    let mut missing =
        required.chain(needs(kind, value).iter().copied()).filter(|name| value.get(name).is_none());
    match missing.next() {
        Some(missing) => Err(spec.error(at, format!("`{missing}` is missing"))),
        None => Ok(()),
    }
}

/// What an object needs where it has nothing that could stand for it.
fn needs(kind: &str, value: &Value) -> &'static [&'static str] {
    let has = |keyword: &str| value.get(keyword).is_some();
    match (kind, value["type"].as_str()) {
        ("parameter" | "header", _) if !has("content") => &["schema"],
        ("link", _) if !has("operationRef") => &["operationId"],
        ("scheme", Some("apiKey")) => &["name", "in"],
        ("scheme", Some("http")) => &["scheme"],
        ("scheme", Some("oauth2")) => &["flows"],
        ("scheme", Some("openIdConnect")) => &["openIdConnectUrl"],
        _ => &[],
    }
}

/// Refuses a reference that leads nowhere, in a circle or to something of another kind.
fn reference_of(
    spec: &Spec,
    kind: &str,
    at: &str,
    value: &Value,
    kinds: &BTreeMap<String, &'static str>,
) -> Result<()> {
    let Some(target) = value.get("$ref").filter(|_| grammar::REFERABLE.contains(&kind)) else {
        return Ok(());
    };
    let found = reference(value).and_then(|pointer| kinds.get(pointer));
    let shown = target.as_str().map_or_else(|| target.to_string(), str::to_owned);
    match found {
        None => return Err(spec.error(at, format!("nothing stands at `{shown}`"))),
        Some(other) if *other != kind => {
            return Err(spec.error(at, format!("what stands at `{shown}` is no {kind}")));
        }
        Some(_) if members(value).count() > 1 => {
            return Err(spec.error(at, "nothing may stand beside a $ref"));
        }
        Some(_) => {}
    }
    let mut hops = 0;
    let mut target = value;
    while let Some(next) = reference(target) {
        hops += 1;
        if hops > 32 {
            return Err(spec.error(at, "the $ref leads in a circle"));
        }
        target = spec.document.pointer(next).unwrap_or(&Value::Null);
    }
    Ok(())
}

fn schema(spec: &Spec, at: &str) -> Result<()> {
    let Some(schema) = spec.document.pointer(at).and_then(Value::as_object) else {
        return Err(spec.error(at, "a schema is an object"));
    };
    if schema.contains_key("$ref") {
        return Ok(());
    }
    let error = |keyword: &str, message: String| spec.error(&pointer::join(at, keyword), message);
    let kind = match schema.get("type") {
        Some(Value::String(kind)) if TYPES.contains(&kind.as_str()) => Some(kind.as_str()),
        Some(other) => return Err(error("type", format!("{other} is no type"))),
        None => None,
    };
    for (low, high) in [
        ("minimum", "maximum"),
        ("minLength", "maxLength"),
        ("minItems", "maxItems"),
        ("minProperties", "maxProperties"),
    ] {
        for keyword in [low, high] {
            if let Some(bound) = schema.get(keyword) {
                let is_bound = match low {
                    // A part of an allOf need not say of which type it is.
                    "minimum" if kind.is_none_or(|kind| kind == "number") => bound.is_number(),
                    "minimum" => bound.is_i64(),
                    _ => bound.is_u64(),
                };
                if !is_bound {
                    return Err(error(keyword, format!("{bound} is no bound")));
                }
            }
        }
        let bounds = (schema.get(low), schema.get(high));
        if let (Some(least), Some(most)) = bounds {
            if least.as_f64() > most.as_f64() {
                return Err(error(low, format!("{least} is above the {high} of {most}")));
            }
        }
    }
    if kind == Some("integer") && !has_integer(schema) {
        return Err(spec.error(at, "no 64-bit integer is between these bounds"));
    }
    if let Some(pattern) = schema.get("pattern") {
        let pattern =
            pattern.as_str().ok_or_else(|| error("pattern", format!("{pattern} is no text")))?;
        regress::Regex::new(pattern)
            .map_err(|e| error("pattern", format!("`{pattern}` is no regular expression: {e}")))?;
    }
    if let Some(step) = schema.get("multipleOf") {
        if step.as_f64().is_none_or(|step| step <= 0.0) {
            return Err(error("multipleOf", format!("{step} is no number above 0")));
        }
    }
    let takes_null = schema.get("nullable") == Some(&Value::Bool(true));
    let check_type = |keyword: &str, value: &Value| match value {
        Value::Null if takes_null => Ok(()),
        Value::Null => Err(error(keyword, "null is listed, and `nullable: true` is not".into())),
        value if !has_type(value, kind) => {
            Err(error(keyword, format!("{value} is not of the schema's type")))
        }
        _ => Ok(()),
    };
    if let Some(values) = schema.get("enum") {
        let values = values.as_array().filter(|values| !values.iter().all(Value::is_null));
        let Some(values) = values else {
            return Err(error("enum", "an enumeration lists its values".into()));
        };
        for (index, value) in values.iter().enumerate() {
            check_type("enum", value)?;
            if values[..index].contains(value) {
                return Err(error("enum", format!("{value} is listed twice")));
            }
        }
    }
    if let Some(default) = schema.get("default") {
        check_type("default", default)?;
    }
    if let Some(required) = schema.get("required") {
        let Some(required) = required.as_array() else {
            return Err(error("required", "lists the names of members".into()));
        };
        for (index, name) in required.iter().enumerate() {
            let known = name
                .as_str()
                .is_some_and(|name| schema.get("properties").and_then(|p| p.get(name)).is_some());
            if !known && !is_part(schema, at) {
                return Err(error("required", format!("{name} is no member of this schema")));
            }
            if required[..index].contains(name) {
                return Err(error("required", format!("{name} is listed twice")));
            }
        }
    }
    if schema.contains_key("enum") && kind.is_none() {
        return Err(error("enum", "an enumeration needs a `type`".into()));
    }
    if kind == Some("array") && !schema.contains_key("items") {
        return Err(spec.error(at, "an array says what its `items` are"));
    }
    Ok(())
}

/// Whether the schema at `at` may speak of members that another part of an `allOf` has.
fn is_part(schema: &Map<String, Value>, at: &str) -> bool {
    let mut tokens = at.rsplit('/');
    let is_index = tokens.next().is_some_and(|token| token.parse::<usize>().is_ok());
    schema.contains_key("allOf") || (is_index && tokens.next() == Some("allOf"))
}

/// Whether some integer is within the bounds of a schema.
fn has_integer(schema: &Map<String, Value>) -> bool {
    let bound = |keyword: &str| schema.get(keyword).and_then(Value::as_i64).map(i128::from);
    let step = |keyword: &str| i128::from(schema.get(keyword) == Some(&Value::Bool(true)));
    let least = bound("minimum").map_or(i64::MIN.into(), |n| n + step("exclusiveMinimum"));
    let most = bound("maximum").map_or(i64::MAX.into(), |n| n - step("exclusiveMaximum"));
    least <= most
}

fn has_type(value: &Value, kind: Option<&str>) -> bool {
    match kind {
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => true,
    }
}

/// The functions of a client that are no operations.
const CLIENT_FUNCTIONS: [&str; 5] = ["builder", "clone", "from_env", "new", "new_with_client"];

/// Refuses an operationId that no function of a client can have.
fn function_name(id: &str) -> std::result::Result<(), String> {
    let snake = id.to_snake_case();
    if id.is_empty() {
        Err("every operation needs an operationId".to_owned())
    } else if syn::parse_str::<syn::Ident>(&snake).is_err() {
        Err(format!("`{id}` is no Rust function name"))
    } else if id != snake {
        Err(format!("`{id}` should be spelled `{snake}`, as a Rust function is"))
    } else if CLIENT_FUNCTIONS.contains(&id) {
        Err(format!("`{id}` is the name of another function of the client"))
    } else {
        Ok(())
    }
}

fn operations(spec: &Spec) -> Result<()> {
    let operations = spec.operations();
    if operations.is_empty() {
        return Err(spec.error("/paths", "there is no operation"));
    }
    let mut seen = BTreeMap::new();
    for operation in &operations {
        let at = pointer::join(&operation.pointer, "operationId");
        function_name(operation.id).map_err(|message| spec.error(&at, message))?;
        let safe = operation.value.get("x-safe");
        if safe.is_some_and(|safe| !safe.is_boolean()) {
            let at = pointer::join(&operation.pointer, "x-safe");
            return Err(spec.error(&at, "is true or false"));
        }
        if let Some(other) = seen.insert(operation.id.to_upper_camel_case(), operation.id) {
            let message = match other == operation.id {
                true => format!("`{other}` is the operationId of another operation, too"),
                false => format!(
                    "`{other}` and `{}` would have the same name in Rust; rename one of them",
                    operation.id
                ),
            };
            return Err(spec.error(&at, message));
        }
        for scheme in spec.security(operation).into_iter().flatten() {
            if spec.document["components"]["securitySchemes"][&scheme].is_null() {
                return Err(spec
                    .error(&operation.pointer, format!("there is no security scheme `{scheme}`")));
            }
        }
        path_parameters(spec, operation)?;
        for status in spec.statuses(operation) {
            let class = status.as_bytes();
            let valid = class.len() == 3
                && (b'1'..=b'5').contains(&class[0])
                && (status.ends_with("XX") || status.parse::<u16>().is_ok());
            if !valid {
                let at = pointer::join(&operation.pointer, "responses");
                let message = match status {
                    "default" => {
                        "`default` is no status; list the statuses that there are, or 4XX and 5XX"
                            .to_owned()
                    }
                    status => format!("`{status}` is no status of 1XX to 5XX"),
                };
                return Err(spec.error(&at, message));
            }
        }
    }
    match unused(spec).first() {
        Some(name) => {
            let at = pointer::join("/components/schemas", name);
            Err(spec.error(&at, "no operation uses this schema"))
        }
        None => Ok(()),
    }
}

fn path_parameters(spec: &Spec, operation: &super::Operation<'_>) -> Result<()> {
    let named: Vec<&str> =
        operation.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
    let parameters = spec.parameters(operation);
    let declared =
        |name: &str| parameters.iter().any(|p| p.value["in"] == "path" && p.value["name"] == name);
    if let Some(name) = named.iter().find(|name| !declared(name)) {
        let message = format!("no parameter is declared for `{{{name}}}` of the path");
        return Err(spec.error(&operation.pointer, message));
    }
    for parameter in &parameters {
        let name = parameter.value["name"].as_str().unwrap_or_default();
        if parameter.value["in"] == "path" && !named.contains(&name) {
            let message = format!("the path has no `{{{name}}}`");
            return Err(spec.error(&parameter.pointer, message));
        }
    }
    Ok(())
}

/// The component schemas that no operation uses.
pub fn unused(spec: &Spec) -> Vec<String> {
    let used = spec.reachable(|_| true);
    members(&spec.document["components"]["schemas"])
        .map(|(name, _)| name.clone())
        .filter(|name| !used.contains(name))
        .collect()
}
