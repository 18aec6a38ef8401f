//! Refuses a malformed spec with one message that names the place.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use serde_json::{Map, Value};

use super::{members, pointer, reference, Spec, METHODS};
use crate::error::Result;

/// What a schema object of OpenAPI 3.0 may hold; extensions (`x-…`) apart.
const KEYWORDS: [&str; 37] = [
    "$ref",
    "title",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
    "required",
    "enum",
    "type",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "items",
    "properties",
    "additionalProperties",
    "description",
    "format",
    "default",
    "nullable",
    "discriminator",
    "readOnly",
    "writeOnly",
    "xml",
    "externalDocs",
    "example",
    "examples",
    "deprecated",
];

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
    known_keys(spec)?;
    references(spec, document, "")?;
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

/// What the other objects of OpenAPI 3.0 may hold; extensions (`x-…`) apart.
const ROOT: &str = "openapi info servers paths components security tags externalDocs";
const PATH_ITEM: &str =
    "summary description servers parameters get put post delete options head patch trace";
const OPERATION: &str = "tags summary description externalDocs operationId parameters requestBody responses callbacks deprecated security servers";
const PARAMETER: &str = "$ref name in description required deprecated allowEmptyValue style explode allowReserved schema example examples content";
const REQUEST_BODY: &str = "$ref description content required";
const RESPONSE: &str = "$ref description headers content links";
const MEDIA_TYPE: &str = "schema example examples encoding";
const COMPONENTS: &str =
    "schemas responses parameters examples requestBodies headers securitySchemes links callbacks";

/// Refuses a misspelt key, which would otherwise be passed over.
fn known_keys(spec: &Spec) -> Result<()> {
    let document = &spec.document;
    let check = |value: &Value, at: &str, keys: &str| -> Result<()> {
        let mut unknown = members(value)
            .map(|(key, _)| key)
            .filter(|key| !key.starts_with("x-") && !keys.split(' ').any(|known| known == *key));
        match unknown.next() {
            Some(key) => {
                Err(spec.error(&pointer::join(at, key), format!("unknown keyword `{key}`")))
            }
            None => Ok(()),
        }
    };
    let body = |value: &Value, at: &str, keys: &str| -> Result<()> {
        check(value, at, keys)?;
        members(&value["content"]).try_for_each(|(media, content)| {
            check(content, &pointer::join(&pointer::join(at, "content"), media), MEDIA_TYPE)
        })
    };
    let parameters = |holder: &Value, at: &str| -> Result<()> {
        let list = holder["parameters"].as_array().into_iter().flatten();
        let mut list = list.enumerate();
        list.try_for_each(|(i, value)| check(value, &format!("{at}/parameters/{i}"), PARAMETER))
    };
    check(document, "", ROOT)?;
    check(&document["components"], "/components", COMPONENTS)?;
    for (kind, keys) in
        [("parameters", PARAMETER), ("requestBodies", REQUEST_BODY), ("responses", RESPONSE)]
    {
        for (name, value) in members(&document["components"][kind]) {
            body(value, &pointer::join(&format!("/components/{kind}"), name), keys)?;
        }
    }
    for (path, item) in members(&document["paths"]) {
        let at = pointer::join("/paths", path);
        check(item, &at, PATH_ITEM)?;
        parameters(item, &at)?;
        for (method, operation) in members(item).filter(|(m, _)| METHODS.contains(&m.as_str())) {
            let at = pointer::join(&at, method);
            check(operation, &at, OPERATION)?;
            parameters(operation, &at)?;
            body(&operation["requestBody"], &pointer::join(&at, "requestBody"), REQUEST_BODY)?;
            for (status, response) in members(&operation["responses"]) {
                let responses = pointer::join(&at, "responses");
                body(response, &pointer::join(&responses, status), RESPONSE)?;
            }
        }
    }
    Ok(())
}

fn references(spec: &Spec, value: &Value, at: &str) -> Result<()> {
    match value {
        Value::Object(object) => {
            if let Some(target) = object.get("$ref").and_then(Value::as_str) {
                let found = reference(value).is_some_and(|p| spec.document.pointer(p).is_some());
                if !found {
                    return Err(spec.error(at, format!("nothing stands at `{target}`")));
                }
                if object.len() > 1 {
                    return Err(spec.error(at, "nothing may stand beside a $ref"));
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
            }
            for (key, member) in object {
                if key != "examples" && key != "example" && key != "default" {
                    references(spec, member, &pointer::join(at, key))?;
                }
            }
            Ok(())
        }
        Value::Array(list) => list.iter().enumerate().try_for_each(|(index, item)| {
            references(spec, item, &pointer::join(at, &index.to_string()))
        }),
        _ => Ok(()),
    }
}

fn schema(spec: &Spec, at: &str) -> Result<()> {
    let Some(schema) = spec.document.pointer(at).and_then(Value::as_object) else {
        return Err(spec.error(at, "a schema is an object"));
    };
    if schema.contains_key("$ref") {
        return Ok(());
    }
    let error = |keyword: &str, message: String| spec.error(&pointer::join(at, keyword), message);
    for keyword in schema.keys() {
        if !KEYWORDS.contains(&keyword.as_str()) && !keyword.starts_with("x-") {
            return Err(error(keyword, format!("unknown keyword `{keyword}`")));
        }
    }
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
                    "minimum" if kind == Some("number") => bound.is_number(),
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
    if let Some(values) = schema.get("enum") {
        let Some(values) = values.as_array().filter(|values| !values.is_empty()) else {
            return Err(error("enum", "an enumeration lists its values".into()));
        };
        for (index, value) in values.iter().enumerate() {
            if !has_type(value, kind) {
                return Err(error("enum", format!("{value} is not of the schema's type")));
            }
            if values[..index].contains(value) {
                return Err(error("enum", format!("{value} is listed twice")));
            }
        }
    }
    if let Some(default) = schema.get("default") {
        if !has_type(default, kind) {
            return Err(error("default", format!("{default} is not of the schema's type")));
        }
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
    let mut names = BTreeMap::new();
    for (name, _) in schema.get("properties").into_iter().flat_map(members) {
        if let Some(other) = names.insert(name.to_snake_case(), name) {
            let message = format!("`{other}` and `{name}` would have the same name in Rust");
            return Err(error("properties", message));
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
const CLIENT_FUNCTIONS: [&str; 3] = ["builder", "from_env", "new"];

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
        if let Some(other) = seen.insert(operation.id, operation.pointer.clone()) {
            return Err(spec.error(&at, format!("`{}` is also at {other}", operation.id)));
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
                return Err(spec.error(&at, format!("`{status}` is no status of 1XX to 5XX")));
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
