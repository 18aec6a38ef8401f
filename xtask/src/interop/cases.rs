//! Valid arguments of an operation, made from its spec.

use cloudfn_codegen::lowering::is_set_by_client;
use cloudfn_codegen::model::{minimal, Operation, Schema, Spec};
use serde_json::{json, Map, Value};

/// The arguments of one call.
#[derive(Clone, Debug)]
pub struct Case {
    /// A description.
    pub name: String,
    /// The parameters.
    pub parameters: Vec<Parameter>,
    /// The body, if the operation takes one.
    pub body: Option<Value>,
}

/// A parameter of a call.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name on the wire.
    pub name: String,
    /// Its location: `path`, `query` or `header`.
    pub location: String,
    /// Its value; a list or an object as JSON.
    pub text: String,
}

/// The maximum depth of generated objects.
const DEEPEST: usize = 6;

/// The minimal valid arguments, each documented sample, and all arguments.
pub fn cases(spec: &Spec, operation: &Operation) -> Vec<Case> {
    let json = operation.request.as_ref().and_then(|body| body.json());
    let schema = json.map(|json| json.schema.as_deref().unwrap_or_default());
    let case = |name: String, is_complete: bool, body: Option<Value>| {
        let parameters = parameters(spec, operation, is_complete);
        Case { name, parameters, body }
    };
    let mut cases = vec![
        case("required".into(), false, schema.map(|at| minimal(spec, at))),
        case("complete".into(), true, schema.map(|at| complete(spec, at, DEEPEST))),
    ];
    for sample in json.into_iter().flat_map(|json| &json.samples) {
        cases.push(case(format!("sample {}", sample.name), false, sample.value.clone()));
    }
    cases
}

/// A call that violates the documents, and the member or parameter that does so.
pub fn broken(spec: &Spec, operation: &Operation) -> Option<(Case, String)> {
    let mut case = cases(spec, operation).swap_remove(1);
    let name = match case.body.as_mut().and_then(Value::as_object_mut) {
        Some(body) => break_body(body),
        None => break_parameter(spec, operation, &mut case.parameters),
    }?;
    case.name = format!("a broken {name}");
    Some((case, name))
}

/// Gives a member a wrong type.
fn break_body(body: &mut Map<String, Value>) -> Option<String> {
    let (name, value) = body.iter_mut().next()?;
    *value = match value {
        Value::Object(_) | Value::Array(_) => json!("no object"),
        _ => json!({}),
    };
    Some(name.clone())
}

/// Makes a parameter too long.
fn break_parameter(
    spec: &Spec,
    operation: &Operation,
    parameters: &mut [Parameter],
) -> Option<String> {
    for declared in &operation.parameters {
        let most = spec.at(declared.schema.as_ref()?)?.count("maxLength");
        let given = parameters.iter_mut().find(|given| declared.name == given.name);
        if let Some((most, given)) = most.zip(given) {
            given.text = "x".repeat(usize::try_from(most).ok()? + 1);
            return Some(given.name.clone());
        }
    }
    None
}

fn parameters(spec: &Spec, operation: &Operation, is_complete: bool) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    for parameter in &operation.parameters {
        let (name, location) = (parameter.name.clone(), parameter.location.clone());
        let is_ours = location == "header" && is_set_by_client(&name);
        if is_ours || !(is_complete || parameter.required) {
            continue;
        }
        let schema = parameter.schema.as_deref().unwrap_or_default();
        let value = match is_complete {
            true => complete_parameter(spec, schema, &location),
            false => minimal(spec, schema),
        };
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        parameters.push(Parameter { name, location, text });
    }
    parameters
}

fn complete_parameter(spec: &Spec, schema: &str, location: &str) -> Value {
    let text = if location == "header" { "x:y z" } else { "x:y ü z" };
    match spec.at(schema) {
        Some(found) if is_plain_text(found) => fitted(text, found).into(),
        _ => complete(spec, schema, DEEPEST),
    }
}

/// A valid value of the schema at `pointer` with all its members.
fn complete(spec: &Spec, pointer: &str, depth: usize) -> Value {
    let Some((schema, depth)) = spec.at(pointer).zip(depth.checked_sub(1)) else {
        return minimal(spec, pointer);
    };
    let inner = |at: &str| complete(spec, at, depth);
    if let (Some("array"), Some(items)) = (schema.json_type(), &schema.items) {
        let min = schema.count("minItems").unwrap_or(0).max(1);
        let count = usize::try_from(min).unwrap_or(1);
        return Value::Array(vec![inner(items); count]);
    }
    if is_plain_text(schema) {
        return fitted("ü 函数 \"q\" \\ 😀", schema).into();
    }
    if schema.is_enumeration() || !matches!(schema.json_type(), None | Some("object")) {
        return minimal(spec, pointer);
    }
    let members = schema.listed_members().iter();
    let members = members.map(|member| (member.name.clone(), inner(&member.schema)));
    let others = schema.values.iter().map(|values| ("x".to_owned(), inner(values)));
    Value::Object(members.chain(others).collect())
}

fn is_plain_text(schema: &Schema) -> bool {
    let is_free = |keyword: &str| schema.get(keyword).is_none();
    schema.json_type() == Some("string") && ["enum", "pattern", "format"].into_iter().all(is_free)
}

/// `text`, adapted to the documented length.
fn fitted(text: &str, schema: &Schema) -> String {
    let bound = |keyword: &str| schema.count(keyword).and_then(|n| usize::try_from(n).ok());
    let most = bound("maxLength").unwrap_or(usize::MAX);
    let mut text: String = text.chars().take(most).collect();
    while text.chars().count() < bound("minLength").unwrap_or(0) {
        text.push('x');
    }
    text
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{broken, cases, Spec};
    use serde_json::json;

    const SPEC: &str = r##"
openapi: 3.0.3
info: { title: t, version: "1" }
paths:
  /a/{id}:
    post:
      operationId: make
      parameters:
        - { name: id, in: path, required: true, schema: { type: string, maxLength: 3 } }
        - { name: size, in: query, schema: { type: integer, minimum: 7 } }
        - { name: X-Auth-Token, in: header, schema: { type: string } }
      requestBody:
        content:
          application/json:
            schema: { $ref: "#/components/schemas/Body" }
            examples: { one: { value: { kind: b } } }
      responses: { "200": { description: d } }
    get:
      operationId: show
      parameters:
        - { name: id, in: path, required: true, schema: { type: string, maxLength: 3 } }
      responses: { "200": { description: d } }
components:
  schemas:
    Body:
      type: object
      required: [kind]
      properties:
        kind: { type: string, enum: [a, b] }
        parts: { type: array, minItems: 2, items: { $ref: "#/components/schemas/Body" } }
        sizes: { type: object, additionalProperties: { type: integer } }
"##;

    #[test]
    fn cases_are_what_the_spec_allows() {
        let spec = Spec::parse(Path::new("t.yaml"), SPEC).unwrap();
        let make = spec.operation("make").unwrap();
        let [required, complete, sample] = &cases(&spec, make)[..] else { panic!() };
        let texts = |case: &super::Case| {
            let texts = case.parameters.iter().map(|p| format!("{}={}", p.name, p.text));
            texts.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(texts(required), "id=x");
        assert_eq!(required.body, Some(json!({"kind": "a"})));
        assert_eq!(texts(complete), "id=x:y size=7");
        let body = complete.body.as_ref().unwrap();
        assert_eq!((&body["kind"], &body["sizes"]["x"]), (&json!("a"), &json!(1)));
        assert_eq!(body["parts"].as_array().map(Vec::len), Some(2));
        assert_eq!(body["parts"][1]["parts"][0]["kind"], "a");
        assert_eq!(sample.body, Some(json!({"kind": "b"})));
    }

    #[test]
    fn what_is_broken_is_named() {
        let spec = Spec::parse(Path::new("t.yaml"), SPEC).unwrap();
        let mut broken: Vec<_> = spec
            .operations
            .iter()
            .map(|operation| (operation.id.clone(), broken(&spec, operation).unwrap()))
            .collect();
        broken.sort_by_key(|(id, _)| id.clone());
        let [(_, (make, kind)), (_, (show, id))] = &broken[..] else { panic!() };
        assert_eq!((kind.as_str(), id.as_str()), ("kind", "id"));
        assert_eq!(make.body.as_ref().unwrap()["kind"], json!({}));
        assert_eq!(show.parameters[0].text, "xxxx");
    }
}
