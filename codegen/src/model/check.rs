//! Refuses a malformed spec with one message that names the place.

use std::collections::BTreeMap;

use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::Value;

use super::pointer::join;
use super::{in_braces, resource, Operation, Parameter, Schema, Spec};
use crate::error::Result;
use crate::pattern::Syntax;

const TYPES: [&str; 6] = ["string", "integer", "number", "boolean", "array", "object"];

pub fn check(spec: &Spec) -> Result<()> {
    spec.schemas().iter().try_for_each(|written| schema(spec, written))?;
    operations(spec)?;
    resource::check(spec)
}

fn schema(spec: &Spec, schema: &Schema) -> Result<()> {
    let at = &schema.pointer;
    let error = |keyword: &str, message: String| spec.error(&join(at, keyword), message);
    let kind = match schema.get("type") {
        Some(Value::String(kind)) if TYPES.contains(&kind.as_str()) => Some(kind.as_str()),
        Some(other) => return Err(error("type", format!("{other} is not a type"))),
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
                    return Err(error(keyword, format!("{bound} is not a bound")));
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
    if kind == Some("integer") && !schema.has_integer() {
        return Err(spec.error(at, "no 64-bit integer is between these bounds"));
    }
    if let Some(pattern) = schema.get("pattern") {
        let pattern =
            pattern.as_str().ok_or_else(|| error("pattern", format!("{pattern} is not a text")))?;
        Syntax::Ecma262.pattern(pattern).map_err(|e| {
            error(
                "pattern",
                format!("`{pattern}` is not a regular expression that can be checked: {e}"),
            )
        })?;
    }
    if let Some(step) = schema.get("multipleOf") {
        if step.as_f64().is_none_or(|step| step <= 0.0) {
            return Err(error("multipleOf", format!("{step} is not a number above 0")));
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
            let known = name.as_str().is_some_and(|name| schema.member(name).is_some());
            if !known && !is_part(spec, at) {
                return Err(error("required", format!("{name} is not a member of this schema")));
            }
            if required[..index].contains(name) {
                return Err(error("required", format!("{name} is listed twice")));
            }
        }
    }
    if schema.get("enum").is_some() && kind.is_none() {
        return Err(error("enum", "an enumeration needs a `type`".into()));
    }
    if kind == Some("array") && schema.items.is_none() {
        return Err(spec.error(at, "an array says what its `items` are"));
    }
    Ok(())
}

/// Whether the schema at `at` may speak of members that another part of an `allOf` has.
fn is_part(spec: &Spec, at: &str) -> bool {
    let mut tokens = at.rsplit('/');
    let is_index = tokens.next().is_some_and(|token| token.parse::<usize>().is_ok());
    let has_parts = spec.document().value.pointer(&join(at, "allOf")).is_some();
    has_parts || (is_index && tokens.next() == Some("allOf"))
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

/// The functions of a client that are not operations.
const CLIENT_FUNCTIONS: [&str; 5] = ["builder", "clone", "from_env", "new", "new_with_client"];

/// Refuses an operationId that no function of a client can have.
fn function_name(id: &str) -> std::result::Result<(), String> {
    let snake = id.to_snake_case();
    if id.is_empty() {
        Err("every operation needs an operationId".to_owned())
    } else if syn::parse_str::<syn::Ident>(&snake).is_err() {
        Err(format!("`{id}` is not a Rust function name"))
    } else if id != snake {
        Err(format!("`{id}` should be spelled `{snake}`, as a Rust function is"))
    } else if CLIENT_FUNCTIONS.contains(&id) {
        Err(format!("`{id}` is the name of another function of the client"))
    } else {
        Ok(())
    }
}

fn operations(spec: &Spec) -> Result<()> {
    if spec.operations.is_empty() {
        return Err(spec.error("/paths", "there is no operation"));
    }
    let mut seen = BTreeMap::new();
    for operation in &spec.operations {
        let at = join(&operation.pointer, "operationId");
        function_name(&operation.id).map_err(|message| spec.error(&at, message))?;
        if operation.keywords.get("x-safe").is_some_and(|safe| !safe.is_boolean()) {
            return Err(spec.error(&join(&operation.pointer, "x-safe"), "is true or false"));
        }
        if let Some(other) = seen.insert(operation.id.to_upper_camel_case(), &operation.id) {
            let message = match *other == operation.id {
                true => format!("`{other}` is the operationId of another operation, too"),
                false => format!(
                    "`{other}` and `{}` would have the same name in Rust; rename one of them",
                    operation.id
                ),
            };
            return Err(spec.error(&at, message));
        }
        if let Some(name) = operation.security.iter().flatten().find(|n| spec.scheme(n).is_none()) {
            let message = format!("there is no security scheme `{name}`");
            return Err(spec.error(&operation.pointer, message));
        }
        path_parameters(spec, operation)?;
        operation.statuses().try_for_each(|status| is_status(spec, operation, status))?;
    }
    match spec.unused_schema() {
        Some(name) => {
            let at = join("/components/schemas", name);
            Err(spec.error(&at, "no operation uses this schema"))
        }
        None => Ok(()),
    }
}

fn is_status(spec: &Spec, operation: &Operation, status: &str) -> Result<()> {
    let class = status.as_bytes();
    let is_valid = class.len() == 3
        && (b'1'..=b'5').contains(&class[0])
        && (status.ends_with("XX") || status.parse::<u16>().is_ok());
    if is_valid {
        return Ok(());
    }
    let message = match status {
        "default" => {
            "`default` is not a status; list the statuses that there are, or 4XX and 5XX".to_owned()
        }
        status => format!("`{status}` is not a status of 1XX to 5XX"),
    };
    Err(spec.error(&join(&operation.pointer, "responses"), message))
}

fn path_parameters(spec: &Spec, operation: &Operation) -> Result<()> {
    let named: Vec<&str> = in_braces(&operation.path).collect();
    if let Some(name) = named.iter().find(|name| operation.parameter("path", name).is_none()) {
        let message = format!("no parameter is declared for `{{{name}}}` of the path");
        return Err(spec.error(&operation.pointer, message));
    }
    let mut of_path = operation.parameters.iter().filter(|parameter| parameter.location == "path");
    match of_path.find(|parameter| !named.contains(&parameter.name.as_str())) {
        Some(Parameter { name, pointer, .. }) => {
            Err(spec.error(pointer, format!("the path has no `{{{name}}}`")))
        }
        None => Ok(()),
    }
}
