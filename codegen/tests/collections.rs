//! Arrays and maps read the same, whether a spec has them as components or where they are used.

use std::collections::BTreeSet;

use cloudfn_codegen::lowering::lower;

mod support;
use support::{agreed, client_has, fates, spec};

const SPEC: &str = r##"
openapi: 3.0.3
info: { title: probe, version: v1 }
paths:
  /probe:
    post:
      operationId: probe
      x-pages: [{ title: Probe, language: en }]
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                colours: { $ref: "#/components/schemas/Colours" }
                table: { $ref: "#/components/schemas/Table" }
                pools: { $ref: "#/components/schemas/Pools" }
                tree: { $ref: "#/components/schemas/Tree" }
      responses:
        "204": { description: done }
components:
  schemas:
    Colours: { type: array, maxItems: 3, items: { type: string, enum: [red, green] } }
    Table: { type: object, additionalProperties: { $ref: "#/components/schemas/Lengths" } }
    Lengths: { type: array, items: { type: integer, minimum: 1 } }
    Pools: { type: array, items: { type: object, properties: { name: { type: string } } } }
    Tree: { type: array, items: { $ref: "#/components/schemas/Tree" } }
"##;

const LEDGER: &str = r#"# probe
POST /probe    statuses: 204
page: "Probe" (en)

## request
| name      | type                      | limits | values    |
| --------- | ------------------------- | ------ | --------- |
| colours   | array of string           | ..3    |           |
| colours[] | string                    |        | red green |
| table     | map of array of integer   |        |           |
| table{}[] | integer                   | 1..    |           |
| pools     | array of object           |        |           |
| tree      | Tree                      |        |           |

## request/pools
| name | type   |
| ---- | ------ |
| name | string |
"#;

#[test]
fn they_are_written_out_where_they_are_used() {
    let spec = spec(SPEC);
    let lowered = lower(&spec).unwrap();
    let schemas = lowered.document["components"]["schemas"].as_object().unwrap();
    let names: BTreeSet<&str> = schemas.keys().map(String::as_str).collect();
    assert_eq!(names, BTreeSet::from(["PoolsItem", "ProbeRequestBody", "Tree"]));
    fates(&spec);
    let members = [
        "pubcolours:::std::option::Option<::std::vec::Vec<crate::probe::types::Colours>,>",
        "<::std::string::String,::std::vec::Vec<i64>,>",
        "pubpools:::std::option::Option<::std::vec::Vec<PoolsItem>>",
    ];
    client_has(&spec, &members);
}

#[test]
fn a_ledger_says_of_what_they_are() {
    agreed(spec(SPEC), LEDGER);
}
