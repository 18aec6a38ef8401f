//! The parts of an `allOf` read as the one schema that they make.

use cloudfn_codegen::lowering::lower;
use cloudfn_codegen::model::Spec;
use cloudfn_codegen::table;

mod support;
use support::{agreed, client_has, fates, parsed, rows};

/// A spec whose answer is `answer`, with the component schemas `schemas`. Among these `@Name'` is
/// a reference.
fn parse(answer: &str, schemas: &str) -> Result<Spec, String> {
    let text = format!(
        r##"
openapi: 3.0.3
info: {{ title: probe, version: v1 }}
paths:
  /probe:
    get:
      operationId: probe
      x-pages: [{{ title: Probe, language: en }}]
      responses:
        "200": {{ description: done, content: {{ application/json: {{ schema: {answer} }} }} }}
components:
  schemas: {{ {schemas} }}
"##
    );
    let text = text.replace("@", "$ref: '#/components/schemas/");
    parsed(&text).map_err(|e| e.to_string())
}

fn spec(answer: &str, schemas: &str) -> Spec {
    parse(answer, schemas).unwrap()
}

const STATE: &str = "State: { type: string, enum: [open, shut] }";

#[test]
fn parts_are_one_object() {
    let base =
        "Base: { type: object, required: [id], properties: { id: { type: integer, maximum: 9 } } }";
    let more = "More: { allOf: [{ @Base' }, { type: object, description: More, properties: { name: { type: string, maxLength: 4 } } }] }";
    let parts = "{ description: All, properties: { last: { type: boolean } }, allOf: [{ @More' }, { type: object, required: [name, id] }] }";
    let flat = "{ description: All, type: object, required: [id, name], properties: { id: { type: integer, maximum: 9 }, last: { type: boolean }, name: { type: string, maxLength: 4 } } }";
    let together = spec(parts, &format!("{base}, {more}"));
    assert_eq!(together.as_json(), spec(flat, "").as_json());
    // A part that is used by itself stays.
    let both =
        spec("{ allOf: [{ @Base' }, { type: object, properties: { own: { @Base' } } }] }", base);
    let flat = "{ type: object, required: [id], properties: { id: { type: integer, maximum: 9 }, own: { @Base' } } }";
    assert_eq!(both.as_json(), spec(flat, base).as_json());
}

#[test]
fn members_and_scalars_of_several_parts_are_one() {
    let parts = "{ allOf: [{ type: object, properties: { size: { type: integer, minimum: 1 }, same: { type: string } } }, { properties: { size: { type: integer, maximum: 9 }, same: { type: string } } }] }";
    let flat = "{ type: object, properties: { size: { type: integer, minimum: 1, maximum: 9 }, same: { type: string } } }";
    assert_eq!(spec(parts, "").as_json(), spec(flat, "").as_json());
    let parts = "{ type: object, properties: { state: { allOf: [{ @State' }], default: open } } }";
    let flat = "{ type: object, properties: { state: { title: State, type: string, enum: [open, shut], default: open } } }";
    assert_eq!(spec(parts, STATE).as_json(), spec(flat, "").as_json());
    let parts = "{ type: object, properties: { age: { allOf: [{ @Age' }], x-unit: second } } }";
    let flat = "{ type: object, properties: { age: { type: integer, x-unit: second } } }";
    assert_eq!(spec(parts, "Age: { type: integer }").as_json(), spec(flat, "").as_json());
}

#[test]
fn an_enumeration_is_one_type_however_it_is_described() {
    let answer = "{ type: object, properties: { state: { allOf: [{ @State' }], description: Now., default: open }, then: { @State' } } }";
    let leaves = lower(&spec(answer, STATE)).unwrap().leaves;
    let enumerations: Vec<&str> = leaves.iter().map(|leaf| leaf.rust.as_str()).collect();
    assert_eq!(enumerations, ["types::State"]);
}

#[test]
fn a_reference_may_have_a_description() {
    let answer = "{ type: object, properties: { state: { description: Now., allOf: [{ @State' }] }, last: { nullable: true, allOf: [{ @Run' }] }, first: { @Run' }, then: { @State' } } }";
    let run = "Run: { type: object, properties: { id: { type: integer, maximum: 9 } } }";
    let spec = spec(answer, &format!("{STATE}, {run}"));
    let ledger = r#"# probe
GET /probe    statuses: 200
page: "Probe" (en)

## response.200
| name  | type        | values    |
| ----- | ----------- | --------- |
| state | string      | open shut |
| then  | string      | open shut |
| last  | Run or null |           |
| first | Run         |           |

## Run (response.200)
| name | type    | limits |
| ---- | ------- | ------ |
| id   | integer | ..9    |
"#;
    fates(&spec);
    let expected = [
        "///Now.",
        "The documented values of State.",
        "pubstate:::std::option::Option<crate::probe::types::State>",
        "publast:::std::option::Option<Run>",
        "pubfirst:::std::option::Option<Run>",
    ];
    client_has(&spec, &expected);
    let table = table::source(table::of_contract(&agreed(spec, ledger), 0));
    for (member, takes_null) in [("last", true), ("first", false)] {
        let place = format!("/properties/{member}\"");
        let mut shapes = table.split("static SCHEMA").filter(|shape| shape.contains(&place));
        let shape = shapes.next().unwrap();
        assert!(shape.contains(&format!("nullable: {takes_null}")), "{shape}");
    }
}

#[test]
fn what_makes_no_schema_is_refused_by_name() {
    for [answer, schemas, expected] in rows(
        "
{ allOf: [{ type: integer, maximum: 3 }, { maximum: 4 }] } =>  => allOf/1/maximum: another part of this allOf has 3, not 4
{ @A' } => A: { allOf: [{ @B' }, { type: object }] }, B: { allOf: [{ @A' }, { type: object }] } => this allOf contains itself
{ @A' } => A: { type: object, properties: { a: { allOf: [{ @A' }, { type: object, properties: { a: { @A' } } }] } } } => this allOf has too many parts; does it contain itself?
{ allOf: [{ oneOf: [{ type: integer }] }, { type: integer }] } =>  => allOf/0: `oneOf` is not supported in an allOf, and not beside one
{ allOf: [{ type: object, properties: { a: { type: string } } }, { required: [b] }] } =>  => required: \"b\" is not a member of this schema
",
    ) {
        let message = parse(&answer, &schemas).unwrap_err();
        assert!(message.contains(&expected), "{message}\nnot: {expected}");
    }
}

#[test]
fn parts_that_multiply_end() {
    let levels = 40;
    let level = |n: usize| match n {
        0 => "L0: { type: object }".to_owned(),
        n => format!("L{n}: {{ allOf: [{{ @L{0}' }}, {{ @L{0}' }}] }}", n - 1),
    };
    let schemas: Vec<String> = (0..levels).map(level).collect();
    let message = parse(&format!("{{ @L{}' }}", levels - 1), &schemas.join(", ")).unwrap_err();
    assert!(message.contains("this allOf has too many parts;"), "{message}");
}
