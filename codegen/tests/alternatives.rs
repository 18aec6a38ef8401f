//! A value that is like one of several schemas is a JSON value in the client.

use std::collections::BTreeSet;
use std::path::Path;

use cloudfn_codegen::account::{account, Fate};
use cloudfn_codegen::documented;
use cloudfn_codegen::generate::generate;
use cloudfn_codegen::ledger::{Contract, Page};
use cloudfn_codegen::lowering::lower;
use cloudfn_codegen::spec::{minimal, Spec};

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

fn spec() -> Spec {
    Spec::parse(Path::new("probe.yaml"), SPEC).unwrap()
}

#[test]
fn nothing_of_an_answer_is_lost() {
    let spec = spec();
    let lowered = lower(&spec).unwrap();
    let fates = account(&spec, &lowered);
    let is_documented = |pointer: &str| {
        let mut found =
            fates.iter().filter(|(constraint, _)| constraint.pointer.ends_with(pointer));
        found.all(|(_, fate)| *fate == Fate::DocumentedOnly("free-alternatives"))
    };
    for pointer in
        ["/Shape/oneOf", "/Tree/oneOf", "/size/anyOf", "/anyOf/0/maximum", "/anyOf/1/enum"]
    {
        assert!(is_documented(pointer), "{pointer}: {fates:?}");
    }
    assert!(fates.iter().all(|(_, fate)| *fate != Fate::Unaccounted), "{fates:?}");
    let code = generate(&spec).unwrap().split_whitespace().collect::<String>();
    for expected in [
        "///Documented:oneof`Circle`,`Square`.",
        "pubshape:::std::option::Option<::serde_json::Value>",
        "pubtree:::std::option::Option<::serde_json::Value>",
        "Howlarge.Documented:oneof`integer`,`string`.",
        "pubsize:::std::option::Option<::serde_json::Value>",
        // Callers take one of these from the value.
        "pubradius:::std::option::Option<crate::leaf::Bounded<1,{i64::MAX}>>",
    ] {
        assert!(code.contains(expected), "{expected} is not there: {code}");
    }
}

#[test]
fn each_alternative_is_documented() {
    let spec = spec();
    assert_eq!(minimal(&spec, "/components/schemas/Shape"), serde_json::json!({ "radius": 1 }));
    let page = Page::parse(Path::new("probe.md"), LEDGER).unwrap();
    let contract = Contract::new(vec![spec], vec![page], &BTreeSet::new()).unwrap();
    let findings: Vec<String> = contract.findings.iter().map(ToString::to_string).collect();
    assert_eq!(findings, [""; 0]);
    let documented = documented::generate(&contract, 0);
    assert_eq!(documented.matches("Kind::One").count(), 4, "{documented}");
}
