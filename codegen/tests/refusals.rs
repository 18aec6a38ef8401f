//! What OpenAPI does not know, and what this client cannot do, is refused by its place, with the
//! way out: before the compiler sees anything of it.

mod support;

use std::path::Path;

use cloudfn_codegen::contract::Contract;
use cloudfn_codegen::error::Result;
use cloudfn_codegen::generate::generate;
use cloudfn_codegen::lowering::lower;
use cloudfn_codegen::model::Spec;
use serde_json::{json, Value};
use support::{parsed, replaced, spec};

const BASE: &str = r##"
openapi: 3.0.3
info: { title: probe, version: v1 }
paths:
  /a/{id}:
    get:
      operationId: probe
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
        - { name: q, in: query, schema: { type: string } }
      responses:
        "200": { description: done, content: { application/json: { schema: { $ref: "#/components/schemas/Body" } } } }
    post:
      operationId: send_probe
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Body" } } } }
      responses: { "204": { description: done } }
components:
  schemas:
    Body: { type: object, properties: { prop: { type: string } } }
"##;

const GET: &str = "/paths/~1a~1{id}/get";
const POST: &str = "/paths/~1a~1{id}/post";

/// What becomes of the base with `from` replaced by `to`, as far as the compiler.
fn changed(from: &str, to: &str) -> Result<()> {
    let spec = parsed(&replaced(BASE, from, to))?;
    lower(&spec)?;
    generate(&spec, Default::default()).map(drop)
}

#[test]
fn what_the_client_cannot_do_is_refused() {
    let q = "{ name: q, in: query, schema: { type: string } }";
    let json =
        "application/json: { schema: { $ref: \"#/components/schemas/Body\" } } } }\n    post";
    let sent = "requestBody: { content: { application/json: { schema: { $ref: \"#/components/schemas/Body\" } } } }";
    let in_q = |more: &str| format!("{{ name: q, in: query, {more} }}");
    let bodies = |media: &str| {
        format!("requestBody: {{ content: {{ {media}: {{ schema: {{ type: object }} }} }} }}")
    };
    let scalars = "a parameter or header is a text, a number, a boolean, or an array of these; for anything else list its parts as parameters of their own";
    for (from, to, place, message) in [
        // Parameters.
        (q, in_q("schema: { type: object }"), "get/parameters/1/schema", scalars),
        (q, in_q("schema: { type: object, additionalProperties: { type: string } }"), "get/parameters/1/schema", scalars),
        (q, in_q("schema: { $ref: \"#/components/schemas/Body\" }"), "get/parameters/1/schema", scalars),
        (q, in_q("schema: { oneOf: [{ type: string }, { type: integer }] }"), "get/parameters/1/schema", scalars),
        (q, in_q("schema: {}"), "get/parameters/1/schema", scalars),
        (q, in_q("schema: { type: array, items: { type: array, items: { type: string } } }"), "get/parameters/1/schema", scalars),
        (q, in_q("content: { application/json: { schema: { type: string } } }"), "get/parameters/1/content", "not supported: describe the parameter by its `schema`"),
        (q, "{ name: q, in: query }".into(), "get/parameters/1", "`schema` is missing"),
        (q, "{ name: q, in: cookie, schema: { type: string } }".into(), "get/parameters/1/in", "cookies are not supported: path, query and header are"),
        (q, "{ name: q, in: body, schema: { type: string } }".into(), "get/parameters/1/in", "\"body\" should be `path`, `query`, `header`, `cookie`"),
        (q, "{ name: 'a b', in: header, schema: { type: string } }".into(), "get/parameters/1/name", "`a b` is not a name of a header"),
        (q, in_q("style: deepObject, schema: { type: string }"), "get/parameters/1/style", "`deepObject` is not supported here: `form`, `spaceDelimited`, `pipeDelimited`"),
        (q, in_q("style: pipeDelimited, schema: { type: string }"), "get/parameters/1/style", "`pipeDelimited` is for arrays"),
        (q, in_q("style: spaceDelimited, explode: true, schema: { type: array, items: { type: string } }"), "get/parameters/1/explode", "with `spaceDelimited`, the items stand in one value"),
        ("{ name: id, in: path, required: true, schema", "{ name: id, in: path, required: true, style: label, schema".into(), "get/parameters/0/style", "`label` is not supported here: `simple`"),
        ("{ name: id, in: path, required: true, schema", "{ name: id, in: path, required: true, allowReserved: true, schema".into(), "get/parameters/0/allowReserved", "a parameter in the path has no `allowReserved`"),
        ("{ name: id, in: path, required: true, schema", "{ name: id, in: path, schema".into(), "get/parameters/0/required", "a path parameter has `required: true`"),
        // Bodies.
        (sent, bodies("multipart/form-data"), "post/requestBody/content", "the bodies of requests are `application/json`; `multipart/form-data` is not supported"),
        (sent, bodies("application/x-www-form-urlencoded"), "post/requestBody/content", "the bodies of requests are `application/json`; `application/x-www-form-urlencoded` is not supported"),
        (sent, bodies("text/plain"), "post/requestBody/content", "the bodies of requests are `application/json`; `text/plain` is not supported"),
        (sent, bodies("application/json; charset=gbk"), "post/requestBody/content/application~1json; charset=gbk", "JSON is UTF-8, not gbk"),
        (sent, bodies("application/json: { encoding: { a: {} }, schema: { type: object } }, x/y"), "post/requestBody/content/application~1json/encoding/a", "JSON has no `encoding`; it is for forms and multipart bodies"),
        (json, "text/plain: { schema: { type: string, maxLength: 5 } } } }\n    post".into(), "get/responses/200/content/text~1plain/schema/maxLength", "a body of `text/plain` is handed over as it is, so that nothing carries this; leave it out"),
        (json, "text/plain: { schema: { type: string, maxLength: 5 } }, application/json: { schema: { $ref: \"#/components/schemas/Body\" } } } }\n    post".into(), "get/responses/200/content/text~1plain/schema/maxLength", "the client uses `application/json`, so that nothing carries what `text/plain` says; leave this out"),
        ("\"204\": { description: done }", "\"204\": { description: done, content: { application/json: {} } }".into(), "post/responses/204/content", "an answer with status 204 has no body; leave `content` out"),
        ("    get:", "    head:".into(), "head/responses/200/content", "the answer to a HEAD has no body; leave `content` out"),
        ("\"204\": { description: done }", "\"204\": { description: done }, \"200\": { description: text, content: { text/plain: {} } }".into(), "post/responses", "the successes 200 and 204 have different bodies, and one call can have one type only"),
        ("\"204\": { description: done }", "\"204\": { description: done, headers: { X: { content: { text/plain: {} } } } }".into(), "post/responses/204/headers/X", "a header is described by a `schema`"),
        ("\"204\": { description: done }", "\"204\": { description: done, headers: { X: { schema: { type: object } } } }".into(), "post/responses/204/headers/X/schema", scalars),
        ("\"204\": { description: done }", "\"204\": { description: done, headers: { X: { schema: { type: string } }, x: { schema: { type: string } } } }".into(), "post/responses/204/headers/x", "the header `x` stands twice; case makes no difference"),
        ("\"204\": { description: done }", "\"204\": { description: done, headers: { X: { schema: { type: string } } } }, \"205\": { description: done, headers: { X: { schema: { type: integer } } } }".into(), "post/responses", "the successes 204 and 205 have different headers, and one call can have one type only"),
        ("\"204\": { description: done }", "\"204\": { description: done, headers: { X: { schema: { type: string } } } }, \"205\": { description: done }".into(), "", ""),
        ("\"204\": { description: done }", "default: { description: done }".into(), "post/responses", "`default` is not a status; list the statuses that there are, or 4XX and 5XX"),
        // Elsewhere.
        ("    get:", "    servers: [{ url: \"https://example.com\" }]\n    get:".into(), "servers", "not supported: a client has one base URL; list the `servers` of the whole API"),
        ("operationId: probe", "operationId: probe\n      callbacks: { done: {} }".into(), "get/callbacks", "not supported: the client receives no calls; describe them in the ledger as a rule"),
        ("operationId: probe", "operationId: clone".into(), "get/operationId", "`clone` is the name of another function of the client"),
        ("operationId: send_probe", "operationId: pro_be2".into(), "", ""),
    ] {
        let at = match place {
            "servers" => "/paths/~1a~1{id}/servers".to_owned(),
            place => format!("/paths/~1a~1{{id}}/{place}"),
        };
        match (message, changed(from, &to)) {
            ("", result) => result.unwrap(),
            (message, result) => {
                let expected = format!("probe.yaml, {at}: {message}");
                assert_eq!(result.expect_err(&expected).to_string(), expected);
            }
        }
    }
}

#[test]
fn paths_and_names_are_refused_by_their_place() {
    let whole = "a parameter is a whole segment of the path: `/{name}/`";
    for (from, to, message) in [
        ("/a/{id}:", "a/{id}:", "/paths/a~1{id}: a path begins with `/`".to_owned()),
        ("/a/{id}:", "/a/x{id}:", format!("/paths/~1a~1x{{id}}: {whole}")),
        ("/a/{id}:", "/a/{id}/{id}:", "/paths/~1a~1{id}~1{id}: `{id}` stands twice in the path".into()),
        ("/a/{id}:", "/a//{id}:", "/paths/~1a~1~1{id}: a segment of the path is empty".into()),
        ("/a/{id}:", "/a/{id}?b=c:", "/paths/~1a~1{id}?b=c: a parameter is a whole segment of the path: `/{name}/`".into()),
        ("    post:", "  /a/{other}:\n    post:", "/paths/~1a~1{other}/post: no parameter is declared for `{other}` of the path".into()),
        ("    Body: {", "    body: { type: object, properties: { a: { $ref: \"#/components/schemas/Body\" } } }\n    Body: {", "/components/schemas/body: no operation uses this schema".into()),
        ("properties: { prop: { type: string } }", "properties: { b: { $ref: \"#/components/schemas/bo_dy\" }, c: { $ref: \"#/components/schemas/BoDy\" } } }\n    bo_dy: { type: object }\n    BoDy: { type: object", "/components/schemas/bo_dy: `BoDy` and `bo_dy` would have the same name in Rust; rename one of them".into()),
        ("prop: { type: string }", "prop: { title: '½', type: object, properties: { b: { type: string } } }", "/components/schemas/Body/properties/prop: `½` is not a name of a Rust type; give it a `title` that is one".into()),
        ("prop: { type: string }", "prop: { title: '½', type: string, enum: [a] }", "/components/schemas/Body/properties/prop: `½` is not a name of a Rust type; give it a `title` that is one".into()),
        ("prop: { type: string }", "prop: { title: Body, type: string, enum: [a] }", "/components/schemas/Body/properties/prop: this enumeration would be named Body, as an object is; give it a `title`".into()),
        ("prop: { type: string }", "prop: { title: Body, type: object, properties: { b: { type: string } } }", "/components/schemas/Body/properties/prop: this object would be named Body, which is taken; give it a `title`".into()),
        ("operationId: send_probe", "operationId: pro_b_e1\n    put: { operationId: pro_be1, parameters: [{ name: id, in: path, required: true, schema: { type: string } }], responses: { \"204\": { description: done } } }\n    x-post:", "".into()),
    ] {
        let result = changed(from, to);
        match message.as_str() {
            "" => result.map(drop).unwrap_or_default(),
            message => assert_eq!(
                result.expect_err(message).to_string(),
                format!("probe.yaml, {message}")
            ),
        }
    }
    let two = replaced(BASE, "operationId: probe", "operationId: a_1b");
    let two = replaced(&two, "operationId: send_probe", "operationId: a1b");
    let error = parsed(&two).unwrap_err().to_string();
    let expected = "would have the same name in Rust; rename one of them";
    assert!(error.contains(expected), "{error}");
}

#[test]
fn a_ledger_is_not_blamed_for_a_body_that_is_not_supported() {
    let body = "requestBody: { content: { application/json:";
    let text = replaced(BASE, body, "requestBody: { content: { multipart/form-data:");
    let error = Contract::unchecked(vec![spec(&text)], &[]).unwrap_err().to_string();
    assert_eq!(error, format!("probe.yaml, {POST}/requestBody/content: the bodies of requests are `application/json`; `multipart/form-data` is not supported"));
}

/// A document with each kind of object that OpenAPI has.
fn every_object() -> Value {
    let schema = json!({
        "type": "object",
        "discriminator": { "propertyName": "a" },
        "xml": { "name": "a" },
        "externalDocs": { "url": "u" },
        "properties": { "a": { "type": "array", "items": { "type": "string" } } },
        "additionalProperties": { "oneOf": [{ "anyOf": [{ "not": {} }] }] },
    });
    let header = json!({ "schema": { "type": "string" }, "examples": { "a": {} } });
    let media = json!({
        "schema": schema,
        "examples": { "a": { "value": 1 } },
        "encoding": { "a": { "headers": { "H": header } } },
    });
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": "t", "version": "v", "contact": {}, "license": { "name": "n" },
        },
        "servers": [{ "url": "u", "variables": { "a": { "default": "b" } } }],
        "tags": [{ "name": "n", "externalDocs": { "url": "u" } }],
        "externalDocs": { "url": "u" },
        "security": [{ "oauth": [] }],
        "paths": { "/a": {
            "servers": [{ "url": "u" }],
            "parameters": [{ "name": "q", "in": "query", "schema": {}, "content": { "a/b": {} }, "examples": { "a": {} } }],
            "get": {
                "operationId": "probe",
                "externalDocs": { "url": "u" },
                "x-pages": [{ "title": "t", "language": "en" }],
                "callbacks": { "done": { "u": { "post": { "responses": {} } } } },
                "requestBody": { "content": { "application/json": media } },
                "responses": { "200": {
                    "description": "d",
                    "headers": { "H": header },
                    "links": { "l": { "operationId": "probe", "server": { "url": "u" } } },
                } },
            },
        } },
        "components": {
            "securitySchemes": { "oauth": { "type": "oauth2", "flows": {
                "implicit": { "scopes": {}, "authorizationUrl": "u" },
            } } },
            "headers": { "H": header }, "examples": { "e": {} }, "links": { "l": { "operationId": "probe" } },
            "callbacks": { "c": {} }, "parameters": { "p": { "name": "p", "in": "query", "schema": {} } },
            "requestBodies": { "b": { "content": {} } }, "responses": { "r": { "description": "d" } },
        },
    })
}

/// What holds named things and no keywords.
fn is_map(pointer: &str) -> bool {
    let maps =
        "paths variables scopes content headers links callbacks examples encoding responses \
        properties schemas securitySchemes parameters requestBodies done c";
    let last = pointer.rsplit('/').next().unwrap();
    maps.split(' ').any(|map| map == last) || pointer == "/security/0"
}

#[test]
fn an_unknown_keyword_is_refused_in_every_object() {
    fn objects(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                found.push(at.to_owned());
                for (key, member) in object {
                    objects(member, &format!("{at}/{}", key.replace('/', "~1")), found);
                }
            }
            Value::Array(list) => list
                .iter()
                .enumerate()
                .for_each(|(index, item)| objects(item, &format!("{at}/{index}"), found)),
            _ => {}
        }
    }
    let mut places = Vec::new();
    objects(&every_object(), "", &mut places);
    places.retain(|place| !is_map(place));
    assert!(places.len() > 50, "{places:#?}");
    Spec::of(Path::new("probe.yaml"), every_object()).unwrap();
    for place in places {
        let with = |key: &str| {
            let mut document = every_object();
            document.pointer_mut(&place).unwrap()[key] = json!(true);
            Spec::of(Path::new("probe.yaml"), document)
        };
        let error = with("explodes").expect_err(&place).to_string();
        assert_eq!(error, format!("probe.yaml, {place}/explodes: unknown keyword `explodes`"));
        assert!(with("x-explodes").is_ok(), "{place}");
    }
}

#[test]
fn a_value_of_another_kind_is_refused_where_it_stands() {
    for (from, to, expected) in [
        ("required: true, schema", "required: yes, schema", format!("{GET}/parameters/0/required: \"yes\" should be true or false")),
        ("title: probe", "title: 5", "/info/title: 5 should be a text; put it in quotes".to_owned()),
        ("version: v1", "version: 1.0", "/info/version: 1.0 should be a text; put it in quotes".into()),
        ("prop: { type: string }", "prop: { type: string, nullable: on }", "/components/schemas/Body/properties/prop/nullable: \"on\" should be true or false".into()),
        ("prop: { type: string }", "prop: { type: integer, minimum: 1, exclusiveMinimum: 1 }", "/components/schemas/Body/properties/prop/exclusiveMinimum: 1 should be true or false".into()),
        ("prop: { type: string }", "prop: [string]", "/components/schemas/Body/properties/prop: [\"string\"] should be an object".into()),
        ("prop: { type: string }", "prop:", "/components/schemas/Body/properties/prop: null should be an object".into()),
        ("{ description: done } }", "{} }", format!("{POST}/responses/204: `description` is missing")),
        ("parameters: [{ name: id, in: path, required: true, schema: { type: string } }]", "parameters: {}", format!("{POST}/parameters: {{}} should be a list")),
        ("$ref: \"#/components/schemas/Body\" } } } }\n    post", "$ref: \"#/info\" } } } }\n    post", format!("{GET}/responses/200/content/application~1json/schema: what stands at `#/info` is not a schema")),
    ] {
        let error = changed(from, to).expect_err(&expected).to_string();
        assert_eq!(error, format!("probe.yaml, {expected}"));
    }
}
