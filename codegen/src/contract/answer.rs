//! What a spec has for the statements of claims.

use serde_json::Value;

use crate::ledger::place::{header_status, inside, Inside};
use crate::ledger::{Place, KEYWORD_COLUMNS};
use crate::model::{notation, pointer, Form, Operation, Schema, Scheme, Spec, STYLES};
use crate::names::schema_name;

/// What a spec has for a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Where it stands, or would stand.
    pub pointer: String,
    /// The value in the notation of cells; nothing if the spec has none.
    pub value: Option<String>,
}

impl Answer {
    /// The value of `key` at a pointer.
    fn at(holder: &str, key: &str, value: Option<String>) -> Option<Self> {
        Some(Self { pointer: pointer::join(holder, key), value })
    }

    /// What stands at a pointer itself.
    fn whole(pointer: &str, value: impl Into<Option<String>>) -> Option<Self> {
        Some(Self { pointer: pointer.to_owned(), value: value.into() })
    }
}

impl Place {
    /// What `spec` has for `statement` at this place; nothing if the place does not exist.
    pub fn answer(&self, spec: &Spec, operation: &Operation, statement: &str) -> Option<Answer> {
        match self {
            Self::Operation => match statement {
                "method" => Answer::whole(&operation.pointer, operation.method.clone()),
                "path" => Answer::whole(&operation.pointer, operation.path.clone()),
                statement => {
                    let (what, language) = statement.split_once('.')?;
                    let page = operation.pages.iter().find(|page| page.language == language);
                    let value = match what {
                        "page" => page.map(|page| page.title.clone()),
                        "operator" => page.and_then(|page| page.operator.clone()),
                        _ => return None,
                    };
                    Answer::at(&operation.pointer, "x-pages", value)
                }
            },
            Self::Status(status) => {
                let found = operation.response(status).map(|_| "yes".to_owned());
                Answer::at(&pointer::join(&operation.pointer, "responses"), status, found)
            }
            Self::Parameter(location, name) => {
                parameter(spec, operation, location, name, statement)
            }
            Self::Body(section) => body_answer(spec, operation, section, statement),
            Self::Member(section, name) => {
                let holder = holder(spec, operation, section)?;
                let property = member_pointer(spec, holder, name)?;
                if statement == "required" {
                    let required = holder.required().any(|required| required == name);
                    let pointer = pointer::join(&holder.pointer, "required");
                    return Answer::at(&pointer, name, yes_or_no(required));
                }
                schema_answer(spec, &property, statement)
            }
            Self::Sample(section, name) => {
                let json = operation.body(section)?.described()?;
                match json.samples.iter().find(|sample| sample.name == *name) {
                    Some(sample) => {
                        Answer::whole(&sample.pointer, sample.value.as_ref().map(Value::to_string))
                    }
                    None => {
                        let examples = pointer::join(&json.pointer, "examples");
                        Answer::at(&pointer::join(&examples, name), "value", None)
                    }
                }
            }
            Self::Security(name) => security(spec, operation, name, statement),
            Self::Server(name) => server(spec, name, statement),
            Self::Prose(_) => None,
        }
    }

    /// The component schema that a member belongs to, or the name of its unnamed schema.
    pub fn schema(&self, spec: &Spec, operation: &Operation) -> Option<String> {
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
    operation: &Operation,
    section: &str,
    statement: &str,
) -> Option<Answer> {
    match (statement, operation.body(section)) {
        ("required", Some(body)) => {
            Answer::at(&body.pointer, "required", body.required.then(|| "yes".into()))
        }
        ("media", Some(body)) => {
            let names = body.media_types().into_iter().map(Value::from);
            Answer::at(&body.pointer, "content", listed(names.collect()))
        }
        ("type", Some(body)) => match body.described() {
            Some(media) => {
                let kind = match &media.schema {
                    Some(schema) => notation::type_of(spec, schema),
                    None if body.form() == Form::Text => "string".to_owned(),
                    None => "any".to_owned(),
                };
                Answer::at(&media.pointer, "schema", Some(kind))
            }
            None => Answer::whole(&body.pointer, None),
        },
        (_, Some(body)) => {
            let root = spec.at(body.schema()?)?;
            schema_answer(spec, &root.pointer, statement)
        }
        (_, None) => {
            let holder = holder(spec, operation, section)?;
            schema_answer(spec, &holder.pointer, statement)
        }
    }
}

/// The pointer of a member of an object schema, or of what is inside it.
pub fn member_pointer(spec: &Spec, holder: &Schema, name: &str) -> Option<String> {
    let (plain, steps) = inside(name);
    step_inside(spec, &holder.member(plain)?.schema, &steps)
}

/// The pointer of what is inside the collection at `at`.
fn step_inside(spec: &Spec, at: &str, steps: &[Inside]) -> Option<String> {
    steps.iter().try_fold(at.to_owned(), |at, step| {
        let found = spec.at(&at)?;
        match step {
            Inside::Items => found.items.clone(),
            Inside::Values => found.values.clone(),
        }
    })
}

/// The object schema whose members a section lists: that of a body (of its items, if the body
/// is an array), a component, or an object without a name at a member of these:
/// `response.200/config`.
pub fn holder<'s>(spec: &'s Spec, operation: &Operation, section: &str) -> Option<&'s Schema> {
    let mut members = section.split('/');
    let base = members.next()?;
    let found = match operation.body(base) {
        Some(body) => spec.at(body.schema()?)?,
        None => spec.at(&pointer::join("/components/schemas", base))?,
    };
    members.try_fold(spec.innermost(found)?, |found, name| {
        spec.innermost(spec.at(&found.member(name)?.schema)?)
    })
}

fn parameter(
    spec: &Spec,
    operation: &Operation,
    location: &str,
    name: &str,
    statement: &str,
) -> Option<Answer> {
    let (plain, steps) = inside(name);
    let found = match header_status(location) {
        Some(status) => {
            let mut headers = operation.response(status)?.headers.iter();
            headers.find(|header| header.name.eq_ignore_ascii_case(plain))
        }
        None => operation.parameter(location, plain),
    };
    if let Some(parameter) = found {
        let own = |keyword: &str| {
            // What is inside a parameter has none of its own.
            let value = parameter.keywords.get(keyword).filter(|_| steps.is_empty());
            Answer::at(&parameter.pointer, keyword, value.map(notation::scalar))
        };
        return match statement {
            style if STYLES.contains(&style) => own(style),
            "sample" => own("example"),
            "required" => Answer::at(&parameter.pointer, "required", yes_or_no(parameter.required)),
            "description" => {
                let said = parameter.text("description").to_owned();
                Answer::at(&parameter.pointer, "description", Some(said))
            }
            _ => {
                let schema = step_inside(spec, parameter.schema.as_ref()?, &steps)?;
                schema_answer(spec, &schema, statement)
            }
        };
    }
    if location == "header" && name.eq_ignore_ascii_case("content-type") {
        return media_type(operation, statement);
    }
    let always = spec.security_header(operation, name).filter(|_| location == "header")?;
    let value = match statement {
        "description" => {
            let is_its = |scheme: &&Scheme| scheme.header() == Some(name.to_lowercase());
            let scheme = spec.schemes.iter().find(is_its)?;
            return Answer::at(&scheme.pointer, "description", scheme.description.clone());
        }
        "type" => Some("string".into()),
        "required" => yes_or_no(always),
        _ => None,
    };
    Answer::whole("/components/securitySchemes", value)
}

/// `Content-Type` is the media type of the body. Without a body, it is not sent.
fn media_type(operation: &Operation, statement: &str) -> Option<Answer> {
    let names = operation.request.iter().flat_map(|body| &body.content);
    let names: Vec<&str> = names.map(|media| media.name.as_str()).collect();
    let value = match statement {
        "type" => Some("string".into()),
        "required" => yes_or_no(operation.request.is_some()),
        "description" if names.is_empty() => Some("There is no body.".into()),
        "description" => Some(names.join(", ")),
        _ => None,
    };
    Answer::at(&operation.pointer, "requestBody", value)
}

fn schema_answer(spec: &Spec, at: &str, statement: &str) -> Option<Answer> {
    if statement == "description" {
        // That of what a reference leads to is about another thing.
        let value = spec.schema(at)?.description().map(str::to_owned);
        return Answer::at(at, statement, value);
    }
    let found = spec.at(at)?;
    if statement == "type" {
        return Answer::whole(at, notation::type_of(spec, at));
    }
    let keyword = keyword_of(statement);
    let value = found.get(keyword).map(|value| match statement {
        "values" => notation::values(found.listed()),
        _ => notation::scalar(value),
    });
    Answer::at(&found.pointer, keyword, value)
}

/// The keyword of a schema that a statement is about.
pub(crate) fn keyword_of(statement: &str) -> &str {
    match statement {
        "values" => "enum",
        "unit" => "x-unit",
        other => other,
    }
}

fn security(spec: &Spec, operation: &Operation, name: &str, statement: &str) -> Option<Answer> {
    let scheme = spec.scheme(name)?;
    let value = match statement {
        "type" => match &scheme.scheme {
            Some(kind) => format!("{} {kind}", scheme.kind),
            None => scheme.kind.clone(),
        },
        "header" => match (scheme.location.as_deref(), &scheme.key) {
            (Some("header"), Some(name)) => name.clone(),
            (None, None) => "Authorization".to_owned(),
            (place, name) => {
                format!("{} {}", place.unwrap_or("?"), name.as_deref().unwrap_or("?"))
            }
        },
        "alternative" => {
            let mut alternatives = (1..).zip(&operation.security);
            let found = alternatives.find(|(_, schemes)| schemes.contains(&scheme.name));
            let position = found.map(|(position, _): (usize, _)| position.to_string());
            return Answer::at(&operation.pointer, "security", position);
        }
        _ => return None,
    };
    Answer::whole(&scheme.pointer, value)
}

fn yes_or_no(yes: bool) -> Option<String> {
    Some(if yes { "yes" } else { "no" }.to_owned())
}

/// Values as a cell lists them, if there are any.
fn listed(values: Vec<Value>) -> Option<String> {
    (!values.is_empty()).then(|| notation::values(values.iter()))
}

fn server(spec: &Spec, name: &str, statement: &str) -> Option<Answer> {
    let (position, variable) = match name.split_once('{') {
        Some((position, variable)) => (position, Some(variable.strip_suffix('}')?)),
        None => (name, None),
    };
    let server = spec.servers.get(position.parse::<usize>().ok()?.checked_sub(1)?)?;
    let Some(variable) = variable else {
        return Answer::at(&server.pointer, "url", Some(server.url.clone()));
    };
    let variable = server.variables.iter().find(|found| found.name == variable)?;
    let value = match statement {
        "default" => Some(variable.default.clone()),
        "values" => listed(variable.values.iter().flatten().cloned().map(Value::String).collect()),
        _ => return None,
    };
    Answer::at(&variable.pointer, keyword_of(statement), value)
}

/// The sections of an operation's bodies in which a component is used, directly or through others.
pub fn uses(spec: &Spec, operation: &Operation, component: &str) -> Vec<String> {
    let bodies = operation.bodies().filter(|(_, body)| {
        body.schema().is_some_and(|schema| spec.components_in(schema).contains(component))
    });
    bodies.map(|(section, _)| section).collect()
}

/// The statements about schemas that have a column.
const OF_COLUMNS: &str =
    "type minimum maximum minLength maxLength minItems maxItems values default unit nullable";

/// The statements that a row can make of a parameter or a member.
pub(crate) fn statements_of_columns() -> impl Iterator<Item = &'static str> {
    ["required"].into_iter().chain(OF_COLUMNS.split(' ')).chain(KEYWORD_COLUMNS)
}

/// Every statement that a spec makes of the schema at `at`, references not followed.
pub fn statements(spec: &Spec, at: &str) -> Vec<&'static str> {
    let schema = spec.schema(at).filter(|schema| schema.target.is_none());
    let has = |keyword: &str| schema.is_some_and(|schema| schema.get(keyword).is_some());
    OF_COLUMNS
        .split(' ')
        .chain(KEYWORD_COLUMNS)
        .filter(|statement| *statement == "type" || has(keyword_of(statement)))
        .collect()
}
