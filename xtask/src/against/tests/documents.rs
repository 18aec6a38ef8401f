//! What is not a schema: calls, parameters, bodies, answers, security, servers.

use super::{changed, compare, found, spec, BASE};

/// What is replaced by what in the base, and what is found on the way there and back.
#[rustfmt::skip]
const TABLE: &[(&str, &str, &[&str], &[&str])] = &[
    ("    post:", "    put:", &["method breaking"], &["method breaking"]),
    ("/other:", "/others:", &["path breaking"], &["path breaking"]),
    ("operationId: other", "operationId: another", &["operationId no effect"], &["operationId no effect"]),
    ("operationId: other", "operationId: other\n      deprecated: true", &["deprecated compatible"], &["deprecated compatible"]),
    ("operationId: other", "operationId: other\n      tags: [a]", &["tags no effect"], &["tags no effect"]),
    ("operationId: other", "operationId: other\n      x-pages: [{ title: a, language: en }]", &["x-pages no effect"], &["x-pages no effect"]),
    ("operationId: other", "operationId: other\n      x-paging: { page: q, items: /a }", &["x-paging compatible"], &["x-paging breaking"]),
    ("operationId: other", "operationId: other\n      x-wait: { state: /a, success: [b] }", &["x-wait compatible"], &["x-wait breaking"]),
    ("operationId: other", "operationId: other\n      x-new: 1", &["x-new changed"], &["x-new changed"]),
    ("operationId: other", "operationId: other\n      callbacks: {}", &["callbacks changed"], &["callbacks changed"]),
    ("  /other:\n", "  /other:\n    x-new: 1\n", &["x-new changed"], &["x-new changed"]),
    ("version: v1", "version: v2", &["version no effect"], &["version no effect"]),
    ("openapi: 3.0.3", "openapi: 3.0.2", &["openapi no effect"], &["openapi no effect"]),
    ("openapi: 3.0.3", "openapi: 3.0.3\nx-new: 1", &["x-new changed"], &["x-new changed"]),
    ("components:", "components:\n  parameters: { free: { name: f, in: query, schema: { type: string } } }", &["unused part no effect"], &["unused part no effect"]),
    // parameters
    ("name: q, in: query", "name: q, in: query, required: true", &["required breaking"], &["required compatible"]),
    ("name: q, in: query", "name: q, in: query, required: false", &["required no effect"], &["required no effect"]),
    ("name: q, in: query", "name: q, in: header", &["location breaking"], &["location breaking"]),
    ("name: q, in: query", "name: p, in: query", &["parameter breaking", "parameter compatible"], &["parameter breaking", "parameter compatible"]),
    ("name: q, in: query", "name: q, in: query, style: pipeDelimited", &["style breaking"], &["style breaking"]),
    ("name: q, in: query", "name: q, in: query, style: form", &["style no effect"], &["style no effect"]),
    ("name: q, in: query", "name: q, in: query, explode: false", &["explode breaking"], &["explode breaking"]),
    ("name: q, in: query", "name: q, in: query, explode: true", &["explode no effect"], &["explode no effect"]),
    ("name: q, in: query", "name: q, in: query, allowReserved: true", &["allowReserved breaking"], &["allowReserved breaking"]),
    ("name: q, in: query", "name: q, in: query, allowEmptyValue: true", &["allowEmptyValue compatible"], &["allowEmptyValue breaking"]),
    ("name: q, in: query", "name: q, in: query, deprecated: true", &["deprecated compatible"], &["deprecated compatible"]),
    ("name: q, in: query, schema: { type: string }", "name: q, in: query, schema: { type: string, maxLength: 4 }", &["maxLength breaking"], &["maxLength compatible"]),
    ("        - { name: q, in: query, schema: { type: string } }\n", "", &["parameter breaking"], &["parameter compatible"]),
    ("name: q, in: query, schema: { type: string } }\n", "name: q, in: query, schema: { type: string } }\n        - { name: r, in: query, required: true, schema: { type: string } }\n", &["required parameter breaking"], &["parameter breaking"]),
    // bodies
    ("requestBody: { required: true,", "requestBody: {", &["required compatible"], &["required breaking"]),
    ("content: { application/json: { schema: { $ref: '#/components/schemas/Sent' } }", "content: { text/plain: {}, application/json: { schema: { $ref: '#/components/schemas/Sent' } }", &["content type compatible"], &["content type breaking"]),
    ("content: { application/json: { schema: { $ref: '#/components/schemas/Sent' } }", "content: { application/json: { encoding: {}, schema: { $ref: '#/components/schemas/Sent' } }", &["encoding changed"], &["encoding changed"]),
    // answers
    ("        '404': { description: none }\n", "", &["error status compatible"], &["error status compatible"]),
    ("        '404': { description: none }\n", "        '404': { description: none }\n        '201': { description: made }\n", &["success status compatible"], &["success status breaking"]),
    ("'404': { description: none }", "'404': { description: none, content: { application/json: { schema: { type: string } } } }", &["body compatible"], &["body breaking"]),
    ("'404': { description: none }", "'404': { description: none, links: {} }", &["links changed"], &["links changed"]),
    ("headers: { X-Left: { schema: { type: integer } } }, ", "", &["header breaking"], &["header compatible"]),
    ("X-Left: { schema: { type: integer } }", "X-Left: { schema: { type: string } }", &["type breaking"], &["type breaking"]),
    ("X-Left: { schema: { type: integer } }", "X-Left: { required: true, schema: { type: integer } }", &["required compatible"], &["required compatible"]),
    // security and servers
    ("security: [{ key: [] }, { token: [] }]", "security: [{ key: [] }]", &["credentials breaking"], &["credentials compatible"]),
    ("security: [{ key: [] }, { token: [] }]", "security: [{ token: [] }, { key: [] }]", &["wording no effect"], &["wording no effect"]),
    ("security: [{ key: [] }, { token: [] }]", "security: [{ key: [], token: [] }]", &["credentials breaking", "credentials breaking", "credentials compatible"], &["credentials breaking", "credentials compatible", "credentials compatible"]),
    ("security: [{ key: [] }, { token: [] }]\n", "", &["security compatible"], &["security breaking"]),
    ("operationId: other", "operationId: other\n      security: []", &["security compatible"], &["security breaking"]),
    ("name: X-Key", "name: X-Other", &["credentials breaking", "credentials compatible"], &["credentials breaking", "credentials compatible"]),
    ("servers: [{ url: 'https://a.example' }, { url: 'https://b.example' }]", "servers: [{ url: 'https://a.example' }]", &["server breaking"], &["server compatible"]),
    ("servers: [{ url: 'https://a.example' }, { url: 'https://b.example' }]", "servers: [{ url: 'https://b.example' }, { url: 'https://a.example' }]", &["first server breaking"], &["first server breaking"]),
    ("{ url: 'https://b.example' }", "{ url: 'https://b.example', x-new: 1 }", &["x-new changed"], &["x-new changed"]),
    // words
    ("description: none", "description: not there", &[], &[]),
    ("info: { title: probe,", "info: { title: other, description: more,", &[], &[]),
    ("name: q, in: query", "name: q, in: query, example: a", &[], &[]),
];

#[test]
fn each_change_in_both_directions() {
    for (from, to, there, back) in TABLE {
        let (old, new) = (changed(&[]), changed(&[(from, to)]));
        assert_eq!(found(&compare(&old, &new)), *there, "{from} to {to}");
        assert_eq!(found(&compare(&new, &old)), *back, "{to} back to {from}");
    }
}

#[test]
fn bodies_come_and_go() {
    let schema = "{ type: object, properties: { a: { type: string } } }";
    let base = BASE.replace("{ $ref: '#/components/schemas/Sent' }", schema);
    let base = base.lines().filter(|line| !line.starts_with("    Sent:"));
    let base = base.map(|line| format!("{line}\n")).collect::<String>();
    let without = base.lines().filter(|line| !line.contains("requestBody:"));
    let without = without.map(|line| format!("{line}\n")).collect::<String>();
    let optional = base.replace("requestBody: { required: true,", "requestBody: {");
    let (with, without, optional) = (spec(&base), spec(&without), spec(&optional));
    assert_eq!(found(&compare(&with, &without)), ["body breaking"]);
    assert_eq!(found(&compare(&without, &with)), ["required body breaking"]);
    assert_eq!(found(&compare(&without, &optional)), ["body compatible"]);
}

#[test]
fn operations_come_and_go() {
    let text = BASE.split("  /other:").next().unwrap();
    let rest = BASE.split_once("components:").unwrap().1;
    let one = spec(&format!("{text}components:{rest}"));
    assert_eq!(found(&compare(&changed(&[]), &one)), ["operation breaking"]);
    assert_eq!(found(&compare(&one, &changed(&[]))), ["operation compatible"]);
}

#[test]
fn shared_parts_that_are_compared_as_they_stand_are_not_lost() {
    let with = |value: &str| {
        changed(&[
            (
                "'404': { description: none }",
                "'404': { description: none, links: { next: { $ref: '#/components/links/L' } } }",
            ),
            (
                "components:",
                &format!(
                    "components:\n  links: {{ L: {{ operationId: other, requestBody: {value} }} }}"
                ),
            ),
        ])
    };
    assert_eq!(found(&compare(&with("1"), &with("2"))), ["links changed"]);
}

#[test]
fn a_path_parameter_has_its_place_for_a_name() {
    let other = changed(&[("/things/{id}:", "/things/{ident}:"), ("name: id,", "name: ident,")]);
    assert_eq!(found(&compare(&changed(&[]), &other)), ["name in the path no effect"]);
}

#[test]
fn names_of_schemes_and_parameters_make_no_difference() {
    let renamed =
        changed(&[("{ token: [] }", "{ bearer: [] }"), ("    token: {", "    bearer: {")]);
    assert_eq!(found(&compare(&changed(&[]), &renamed)), ["wording no effect"]);
    let shared = changed(&[
        (
            "{ name: q, in: query, schema: { type: string } }",
            "{ $ref: '#/components/parameters/q' }",
        ),
        (
            "components:",
            "components:\n  parameters: { q: { name: q, in: query, schema: { type: string } } }",
        ),
    ]);
    assert_eq!(found(&compare(&changed(&[]), &shared)), ["wording no effect"]);
}

#[test]
fn a_schema_with_another_name_is_the_same_on_the_wire() {
    let text = BASE.replace("/Read'", "/Answer'").replace("    Read: {", "    Answer: {");
    let changes = compare(&changed(&[]), &spec(&text));
    assert_eq!(found(&changes), ["name no effect"]);
    assert_eq!(changes[0].uses.len(), 2);
}
