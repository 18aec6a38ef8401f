//! A value that is like one of several schemas is a JSON value in the client.

use cloudfn_codegen::account::Fate;
use cloudfn_codegen::model::minimal;
use cloudfn_codegen::table;

mod support;
use support::{agreed, client_has, fates, spec};

const SPEC: &str = r##"
openapi: 3.0.3
info: { title: probe, version: v1 }
paths:
  /probe:
    get:
      operationId: probe
      x-pages: [{ title: Probe, language: en }]
      responses:
        "200":
          description: done
          content:
            application/json:
              schema:
                type: object
                properties:
                  shape: { $ref: "#/components/schemas/Shape" }
                  tree: { $ref: "#/components/schemas/Tree" }
                  size: { description: How large., anyOf: [{ type: integer, maximum: 9 }, { type: string, enum: [large] }] }
components:
  schemas:
    Shape: { oneOf: [{ $ref: "#/components/schemas/Circle" }, { $ref: "#/components/schemas/Square" }] }
    Circle: { type: object, required: [radius], properties: { radius: { type: integer, minimum: 1 } } }
    Square: { type: object, required: [side], properties: { side: { type: integer, minimum: 2 } } }
    Tree: { oneOf: [{ type: string }, { type: array, items: { $ref: "#/components/schemas/Tree" } }] }
"##;

const LEDGER: &str = r#"# probe
GET /probe    statuses: 200
page: "Probe" (en)

## response.200
| name  | type                 |
| ----- | -------------------- |
| shape | Shape                |
| tree  | Tree                 |
| size  | anyOf integer string |

## Circle (response.200)
| name   | type    | required | limits |
| ------ | ------- | -------- | ------ |
| radius | integer | yes      | 1..    |

## Square (response.200)
| name | type    | required | limits |
| ---- | ------- | -------- | ------ |
| side | integer | yes      | 2..    |
"#;

#[test]
fn nothing_of_an_answer_is_lost() {
    let spec = spec(SPEC);
    let fates = fates(&spec);
    for pointer in
        ["/Shape/oneOf", "/Tree/oneOf", "/size/anyOf", "/anyOf/0/maximum", "/anyOf/1/enum"]
    {
        let mut found = fates.iter().filter(|(found, _)| found.pointer.ends_with(pointer));
        let (_, fate) = found.next().unwrap();
        assert_eq!(*fate, Fate::DocumentedOnly("free-alternatives"), "{pointer}");
    }
    let expected = [
        "///Documented:oneof`Circle`,`Square`.",
        "pubshape:::std::option::Option<::serde_json::Value>",
        "pubtree:::std::option::Option<::serde_json::Value>",
        "Howlarge.Documented:oneof`integer`,`string`.",
        "pubsize:::std::option::Option<::serde_json::Value>",
        // Callers take one of these from the value.
        "pubradius:::std::option::Option<i64>",
    ];
    client_has(&spec, &expected);
}

#[test]
fn each_alternative_is_documented() {
    let spec = spec(SPEC);
    assert_eq!(minimal(&spec, "/components/schemas/Shape"), serde_json::json!({ "radius": 1 }));
    let table = table::source(table::of_contract(&agreed(spec, LEDGER), 0));
    let alternatives = ["Kind::OneOf", "Kind::AnyOf"].map(|kind| table.matches(kind).count());
    assert_eq!(alternatives.iter().sum::<usize>(), 6, "{table}");
}
