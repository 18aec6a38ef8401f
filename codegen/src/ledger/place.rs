//! What a claim speaks of, and where that stands in a spec.

use std::fmt;

use serde_json::Value;

use super::cell;
use super::reader::KEYWORD_COLUMNS;
use crate::account::STYLES;
use crate::lowering::schema_name;
use crate::spec::{members, pointer, reference, Located, Operation, Spec};

/// What a claim speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The operation itself.
    Operation,
    /// One of its statuses.
    Status(String),
    /// One of its parameters: location and name; or a header of a response.
    Parameter(String, String),
    /// The whole body of the request or of a response: `request`, `response.200`.
    Body(String),
    /// A member of a body or schema: section and name.
    Member(String, String),
    /// A documented sample: section and name.
    Sample(String, String),
    /// A security scheme.
    Security(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation => f.write_str("operation"),
            Self::Status(status) => write!(f, "status/{status}"),
            Self::Parameter(section, name) | Self::Member(section, name) => {
                write!(f, "{section}/{name}")
            }
            Self::Body(section) => f.write_str(section),
            Self::Sample(section, name) => write!(f, "sample.{section}/{name}"),
            Self::Security(name) => write!(f, "security/{name}"),
        }
    }
}

/// What a spec has for a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Where it stands, or would stand.
    pub pointer: String,
    /// The value in the notation of cells; nothing if the spec has none.
    pub value: Option<String>,
}

impl Place {
    /// What `spec` has for `statement` at this place; nothing if the place does not exist.
    pub fn answer(
        &self,
        spec: &Spec,
        operation: &Operation<'_>,
        statement: &str,
    ) -> Option<Answer> {
        let at = |pointer: String, value: Option<String>| Some(Answer { pointer, value });
        match self {
            Self::Operation => match statement {
                "method" => at(operation.pointer.clone(), Some(operation.method.clone())),
                "path" => at(operation.pointer.clone(), Some(operation.path.to_owned())),
                statement => {
                    let language = statement.strip_prefix("page.")?;
                    let pages = &operation.value["x-pages"];
                    let mut listed = pages.as_array().into_iter().flatten();
                    let page = listed.find(|page| page["language"] == language);
                    let pointer = pointer::join(&operation.pointer, "x-pages");
                    at(pointer, page.map(|page| cell::scalar(&page["title"])))
                }
            },
            Self::Status(status) => {
                let found = spec.response(operation, status);
                let responses = pointer::join(&operation.pointer, "responses");
                let pointer = pointer::join(&responses, status);
                at(pointer, found.map(|_| "yes".into()))
            }
            Self::Parameter(location, name) => {
                parameter(spec, operation, location, name, statement)
            }
            Self::Body(section) => body_answer(spec, operation, section, statement),
            Self::Member(section, name) => {
                let holder = holder(spec, operation, section)?;
                let property = member_pointer(spec, &holder.pointer, name)?;
                let schema = spec.document.pointer(&property)?;
                if statement == "required" {
                    let required = holder.value["required"].as_array();
                    let required = required.is_some_and(|list| list.iter().any(|n| n == name));
                    let pointer = pointer::join(&holder.pointer, "required");
                    return at(
                        pointer::join(&pointer, name),
                        Some(if required { "yes" } else { "no" }.into()),
                    );
                }
                schema_answer(spec, &property, schema, statement)
            }
            Self::Sample(section, name) => {
                let body = body(spec, operation, section)?;
                let content = spec.json(&body)?;
                let example = pointer::join(&pointer::join(&content.pointer, "examples"), name);
                let example = spec.at(&example).map_or(example, |found| found.pointer);
                let pointer = pointer::join(&example, "value");
                let value = spec.document.pointer(&pointer).map(Value::to_string);
                at(pointer, value)
            }
            Self::Security(name) => security(spec, operation, name, statement),
        }
    }

    /// The component schema that a member belongs to, or the name of its unnamed schema.
    pub fn schema(&self, spec: &Spec, operation: &Operation<'_>) -> Option<String> {
        let (Self::Member(section, _) | Self::Body(section)) = self else {
            return None;
        };
        let holder = holder(spec, operation, section)?;
        Some(schema_name(spec, &holder.pointer))
    }
}

/// A statement about a whole body, or about a component as an object.
fn body_answer(
    spec: &Spec,
    operation: &Operation<'_>,
    section: &str,
    statement: &str,
) -> Option<Answer> {
    let body = body(spec, operation, section);
    match (statement, body) {
        ("required", Some(body)) => Some(Answer {
            pointer: pointer::join(&body.pointer, "required"),
            value: (body.value["required"] == true).then(|| "yes".into()),
        }),
        ("type", Some(body)) => {
            let content = spec.json(&body);
            Some(Answer {
                pointer: content
                    .as_ref()
                    .map_or(body.pointer, |c| pointer::join(&c.pointer, "schema")),
                value: content.map(|c| cell::type_of(spec, &c.value["schema"])),
            })
        }
        (_, Some(body)) => {
            let content = spec.json(&body)?;
            let root = spec.at(&pointer::join(&content.pointer, "schema"))?;
            schema_answer(spec, &root.pointer, root.value, statement)
        }
        (_, None) => {
            let holder = holder(spec, operation, section)?;
            schema_answer(spec, &holder.pointer, holder.value, statement)
        }
    }
}

/// The status of a section `response.200`.
pub fn status_of(section: &str) -> Option<&str> {
    section.strip_prefix("response.")
}

/// The status of a section `response.200.header`.
pub fn header_status(section: &str) -> Option<&str> {
    status_of(section)?.strip_suffix(".header")
}

/// The body that a section speaks of.
pub fn body<'s>(spec: &'s Spec, operation: &Operation<'_>, section: &str) -> Option<Located<'s>> {
    match status_of(section) {
        Some(status) => spec.response(operation, status),
        None if section == "request" => spec.request(operation),
        None => None,
    }
}

/// The collections that a member's name leads into: `ids[]` its items, `weights{}` its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside {
    /// The items of an array.
    Items,
    /// The values of a map.
    Values,
}

/// A member's name without the collections it leads into, and these, outermost first.
pub fn inside(name: &str) -> (&str, Vec<Inside>) {
    let mut plain = name;
    let mut found = Vec::new();
    loop {
        if let Some(rest) = plain.strip_suffix("[]") {
            (plain, _) = (rest, found.push(Inside::Items));
        } else if let Some(rest) = plain.strip_suffix("{}") {
            (plain, _) = (rest, found.push(Inside::Values));
        } else {
            found.reverse();
            return (plain, found);
        }
    }
}

/// The pointer of a member of the object schema at `holder`, or of what is inside it.
pub fn member_pointer(spec: &Spec, holder: &str, name: &str) -> Option<String> {
    let (plain, steps) = inside(name);
    let at = pointer::join(&pointer::join(holder, "properties"), plain);
    step_inside(spec, at, &steps)
}

/// The pointer of what is inside the collection at `at`.
fn step_inside(spec: &Spec, mut at: String, steps: &[Inside]) -> Option<String> {
    for step in steps {
        let found = spec.at(&at)?.pointer;
        at = pointer::join(
            &found,
            match step {
                Inside::Items => "items",
                Inside::Values => "additionalProperties",
            },
        );
    }
    spec.document.pointer(&at).map(|_| at)
}

/// The object schema whose members a section lists: that of a body (of its items, if the body
/// is an array), a component, or an object without a name at a member of these:
/// `response.200/config`.
pub fn holder<'s>(spec: &'s Spec, operation: &Operation<'_>, section: &str) -> Option<Located<'s>> {
    let mut members = section.split('/');
    let base = members.next()?;
    let mut found = match body(spec, operation, base) {
        Some(body) => {
            let content = spec.json(&body)?;
            spec.at(&pointer::join(&content.pointer, "schema"))?
        }
        None => spec.at(&pointer::join("/components/schemas", base))?,
    };
    found = spec.innermost(found)?;
    for name in members {
        let at = pointer::join(&pointer::join(&found.pointer, "properties"), name);
        found = spec.innermost(spec.at(&at)?)?;
    }
    Some(found)
}

fn parameter(
    spec: &Spec,
    operation: &Operation<'_>,
    location: &str,
    name: &str,
    statement: &str,
) -> Option<Answer> {
    let (plain, steps) = inside(name);
    let found = match header_status(location) {
        Some(status) => {
            let headers = spec.headers(operation, status).into_iter();
            let mut found = headers.filter(|(name, _)| name.eq_ignore_ascii_case(plain));
            found.next().map(|(_, header)| header)
        }
        None => {
            let parameters = spec.parameters(operation).into_iter();
            let mut found = parameters.filter(|p| p.value["in"] == location);
            found.find(|p| p.value["name"] == plain)
        }
    };
    if let Some(parameter) = found {
        if STYLES.contains(&statement) {
            // What is inside a parameter has no style of its own.
            let value = parameter.value.get(statement).filter(|_| steps.is_empty());
            let value = value.map(cell::scalar);
            return Some(Answer { pointer: pointer::join(&parameter.pointer, statement), value });
        }
        let schema = step_inside(spec, pointer::join(&parameter.pointer, "schema"), &steps)?;
        return match statement {
            "required" => Some(Answer {
                pointer: pointer::join(&parameter.pointer, "required"),
                value: Some(yes_or_no(parameter.value["required"] == true)),
            }),
            _ => schema_answer(spec, &schema, spec.document.pointer(&schema)?, statement),
        };
    }
    let always = spec.security_header(operation, name).filter(|_| location == "header")?;
    Some(Answer {
        pointer: "/components/securitySchemes".into(),
        value: match statement {
            "type" => Some("string".into()),
            "required" => Some(yes_or_no(always)),
            _ => None,
        },
    })
}

fn schema_answer(spec: &Spec, at: &str, schema: &Value, statement: &str) -> Option<Answer> {
    let found = spec.at(at)?;
    if statement == "type" {
        return Some(Answer { pointer: at.to_owned(), value: Some(cell::type_of(spec, schema)) });
    }
    let keyword = keyword_of(statement);
    Some(Answer {
        pointer: pointer::join(&found.pointer, keyword),
        value: match (statement, found.value.get(keyword)) {
            (_, None) => None,
            ("values", Some(list)) => cell::values(list),
            (_, Some(value)) => Some(cell::scalar(value)),
        },
    })
}

/// The keyword of a schema that a statement is about.
fn keyword_of(statement: &str) -> &str {
    match statement {
        "values" => "enum",
        "unit" => "x-unit",
        other => other,
    }
}

fn security(spec: &Spec, operation: &Operation<'_>, name: &str, statement: &str) -> Option<Answer> {
    let pointer = pointer::join("/components/securitySchemes", name);
    let scheme = spec.document.pointer(&pointer)?;
    let value = match statement {
        "type" => match scheme["scheme"].as_str() {
            Some(kind) => format!("{} {kind}", cell::scalar(&scheme["type"])),
            None => cell::scalar(&scheme["type"]),
        },
        "header" => match (scheme["in"].as_str(), scheme["name"].as_str()) {
            (Some("header"), Some(name)) => name.to_owned(),
            (None, None) => "Authorization".to_owned(),
            (place, name) => format!("{} {}", place.unwrap_or("?"), name.unwrap_or("?")),
        },
        "alternative" => {
            let alternatives = spec.security(operation);
            let mut with = alternatives.iter().enumerate();
            let found = with.find(|(_, schemes)| schemes.iter().any(|scheme| scheme == name));
            return Some(Answer {
                pointer: pointer::join(&operation.pointer, "security"),
                value: found.map(|(index, _)| (index + 1).to_string()),
            });
        }
        _ => return None,
    };
    Some(Answer { pointer, value: Some(value) })
}

fn yes_or_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

/// The sections that an operation's bodies may have: `request`, and one for each response.
pub fn sections(spec: &Spec, operation: &Operation<'_>) -> Vec<String> {
    let responses = spec.statuses(operation);
    let responses = responses.iter().map(|status| format!("response.{status}"));
    std::iter::once("request".to_owned()).chain(responses).collect()
}

/// The sections in which a component is used, directly or through others.
pub fn uses(spec: &Spec, operation: &Operation<'_>, component: &str) -> Vec<String> {
    let mut sections = sections(spec, operation);
    sections.retain(|section| {
        body(spec, operation, section).and_then(|body| spec.json(&body)).is_some_and(|content| {
            let inside = format!("{}/schema", content.pointer);
            let below = format!("{inside}/");
            spec.reachable(|p| p == inside || p.starts_with(&below)).contains(component)
        })
    });
    sections
}

/// Every statement that a spec makes of a schema at `at`, references not followed.
pub fn statements(spec: &Spec, at: &str) -> Vec<&'static str> {
    const OF_COLUMNS: [&str; 11] = [
        "type",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "values",
        "default",
        "unit",
        "nullable",
    ];
    let schema = spec.document.pointer(at);
    let has =
        |keyword: &str| schema.is_some_and(|s| reference(s).is_none() && s.get(keyword).is_some());
    OF_COLUMNS
        .into_iter()
        .chain(KEYWORD_COLUMNS)
        .filter(|statement| *statement == "type" || has(keyword_of(statement)))
        .collect()
}

/// The names of the members of an object schema.
pub fn member_names(schema: &Value) -> Vec<&str> {
    members(&schema["properties"]).map(|(name, _)| name.as_str()).collect()
}
