//! Parameters and responses that several operations have: components of a spec, not of a ledger.

mod support;

use std::path::Path;

use cloudfn_codegen::contract::Contract;
use cloudfn_codegen::draft::{Draft, Samples};
use serde_json::{json, Value};
use support::{agreed, client_has, contract, fates, findings, page, replaced, rows, spec};

const SPEC: &str = r##"openapi: 3.0.3
info: { title: probe, version: v1 }
paths:
  /list/{id}:
    parameters:
      - $ref: "#/components/parameters/id"
    get:
      operationId: list_it
      x-pages: [{ title: List, language: en }]
      parameters:
        - $ref: "#/components/parameters/order"
        - $ref: "#/components/parameters/tags"
      responses:
        "200":
          $ref: "#/components/responses/Listed"
        "404":
          $ref: "#/components/responses/Lost"
  /find/{id}:
    get:
      operationId: find_it
      x-pages: [{ title: Find, language: en }]
      parameters:
        - $ref: "#/components/parameters/id"
        - $ref: "#/components/parameters/order"
        - $ref: "#/components/parameters/tags"
      responses:
        "200":
          $ref: "#/components/responses/Listed"
        "404":
          $ref: "#/components/responses/Lost"
components:
  parameters:
    id:
      name: id
      in: path
      required: true
      description: An ID.
      schema: { type: string, maxLength: 8 }
    order:
      name: order
      in: query
      description: The order.
      schema: { type: string, enum: [up, down] }
    tags:
      name: tags
      in: query
      description: The tags.
      style: pipeDelimited
      schema: { type: array, maxItems: 3, items: { type: string, minLength: 2 } }
  responses:
    Listed:
      description: A list.
      headers:
        X-Total: { $ref: "#/components/headers/Total" }
      content:
        application/json:
          schema:
            type: object
            properties:
              state: { type: string, enum: [full, empty] }
              names: { type: array, items: { type: string, maxLength: 5 } }
          examples:
            full:
              value:
                state: full
    Lost:
      description: Not there.
      content:
        application/json:
          schema: { $ref: "#/components/schemas/Problem" }
  headers:
    Total: { description: How many., schema: { type: integer, minimum: 0 } }
  schemas:
    Problem: { type: object, description: A problem., properties: { code: { type: string } } }
"##;

const LEDGER: &str = r#"# list_it
GET /list/{id}    statuses: 200 404
page: "List" (en)

## path
| name | type   | required | limits |
| ---- | ------ | -------- | ------ |
| id   | string | yes      | ..8    |

## query
| name   | type            | required | limits | values  | style         |
| ------ | --------------- | -------- | ------ | ------- | ------------- |
| order  | string          | no       |        | up down |               |
| tags   | array of string | no       | ..3    |         | pipeDelimited |
| tags[] | string          |          | 2..    |         |               |

## response.200
| name    | type            | limits | values     |
| ------- | --------------- | ------ | ---------- |
| state   | string          |        | full empty |
| names   | array of string |        |            |
| names[] | string          | ..5    |            |

## response.200.header
| name    | type    | limits |
| ------- | ------- | ------ |
| X-Total | integer | 0..    |

## response.404
| name | type   |
| ---- | ------ |
| code | string |

## sample response.200 full
```json
{ "state": "full" }
```
"#;

/// The ledger of the other operation.
fn other() -> String {
    LEDGER.replace("list_it", "find_it").replace("/list", "/find").replace("\"List\"", "\"Find\"")
}

/// What is wrong between the spec and the ledgers of both operations.
fn told(text: &str) -> Vec<String> {
    findings(&contract(spec(text), &[LEDGER, &other()], &[]))
}

#[test]
fn each_ledger_states_what_its_operation_shares() {
    assert_eq!(told(SPEC), [""; 0]);
    for [from, to, at, says] in rows(
        "
maxLength: 8 => maxLength: 9 => path/id::maxLength => the spec has `9`, the ledger `8`
[up, down] => [up] => query/order::values => the spec has `up`, the ledger `down up`
minLength: 2 => minLength: 1 => query/tags[]::minLength => the spec has `1`, the ledger `2`
minimum: 0 => minimum: 1 => response.200.header/X-Total::minimum => the spec has `1`, the ledger `0`
maxLength: 5 => maxLength: 6 => response.200/names[]::maxLength => the spec has `6`, the ledger `5`
state: full => state: empty => sample.response.200/full::value => the samples differ at /state: the spec has `\"empty\"`, the ledger `\"full\"`
",
    ) {
        let expected = ["list_it", "find_it"].map(|id| format!("probe::{id}::{at}: {says}"));
        assert_eq!(told(&replaced(SPEC, &from, &to)), expected, "{from}");
    }
}

#[test]
fn each_operation_of_the_client_has_them() {
    assert!(!fates(&spec(SPEC)).is_empty());
    let order = |operation: &str| {
        let kind = format!("crate::probe::types::{operation}Order");
        format!("pub fn order(mut self, value: impl ::std::convert::Into<{kind}>,) -> Self")
    };
    let [list, find] = ["ListIt", "FindIt"].map(order);
    let both = ["list_it", "find_it"].map(|id| format!("pub fn {id}(&self)"));
    client_has(&spec(SPEC), &[&list, &find, &both[0], &both[1]]);
}

#[test]
fn a_sample_is_written_into_the_shared_response() {
    let changed = [LEDGER.to_owned(), other()].map(|l| l.replace("\"full\" }", "\"empty\" }"));
    let pages = changed.iter().map(|ledger| page(ledger)).collect::<Vec<_>>();
    let contract = Contract::unchecked(vec![spec(SPEC)], &pages).unwrap();
    let samples = Samples::of(&contract, 0, SPEC).unwrap();
    assert_eq!(samples.text, SPEC.replace("state: full", "state: empty"));
}

/// The draft of one more operation, for the spec.
fn draft(spec: &str, ledger: &str) -> (Value, Vec<String>) {
    let ledger = ledger.replace("list_it", "show_it").replace("/list", "/show");
    let draft = Draft::of(&[page(&ledger)], Path::new("probe.yaml"), spec).unwrap();
    (draft.spec.written("/paths/~1show~1{id}/get").clone(), draft.notes)
}

#[test]
fn a_draft_refers_to_what_the_spec_shares() {
    let parameters = ["id", "order", "tags"]
        .map(|name| json!({ "$ref": format!("#/components/parameters/{name}") }));
    let (operation, notes) = draft(SPEC, LEDGER);
    assert_eq!(notes, [""; 0]);
    assert_eq!(operation["parameters"], json!(parameters));
    let lost = json!({ "$ref": "#/components/responses/Lost" });
    assert_eq!(operation["responses"]["404"], lost);
    // The schema of the success is not a component, so that it is not known to be the same.
    assert_eq!(operation["responses"]["200"]["description"], "TODO");

    // A component may be called otherwise than its parameter.
    let renamed =
        SPEC.replace("    order:", "    Order:").replace("parameters/order", "parameters/Order");
    let (operation, _) = draft(&renamed, LEDGER);
    assert_eq!(operation["parameters"][1]["$ref"], "#/components/parameters/Order");

    // What differs is written out.
    let (operation, notes) = draft(SPEC, &LEDGER.replace("| 2..    |", "| 1..    |"));
    assert_eq!(operation["parameters"][2]["schema"]["items"]["minLength"], 1);
    assert_eq!(notes, ["the spec's parameter `tags` is another, so it is written out: the spec has `2`, the ledger `1`"]);
    for (ledger, at) in [
        (
            LEDGER.to_owned() + "\n## sample response.404 lost\n```json\n{}\n```\n",
            "/content/application~1json/examples/lost/value",
        ),
        (LEDGER.replace("response.200.header", "response.404.header"), "/headers/X-Total/schema"),
        (LEDGER.replace("| code |", "| kind |"), "/content/application~1json/schema"),
        (
            LEDGER.replace(
                "\n## response.404\n| name | type   |\n| ---- | ------ |\n| code | string |\n",
                "",
            ),
            "/description",
        ),
    ] {
        let (operation, _) = draft(SPEC, &ledger);
        let found = &operation["responses"]["404"];
        assert!(*found != lost && found.pointer(at).is_some(), "{at}: {found}");
    }
    assert_eq!(
        draft(SPEC, &LEDGER.replace("| code |", "| kind |")).0["responses"]["404"]["description"],
        "Not there."
    );
}

#[test]
fn any_json_and_arrays_of_it() {
    let ledger = "\
# any_it
POST /any    statuses: 200
page: \"Any\" (en)

## request: any

## response.200: array of any
";
    let text = "
openapi: 3.0.3
info: { title: probe, version: v1 }
paths:
  /any:
    post:
      operationId: any_it
      x-pages: [{ title: Any, language: en }]
      requestBody: { content: { application/json: { schema: {} } } }
      responses:
        '200': { description: done, content: { application/json: { schema: { type: array, items: {} } } } }
";
    let spec = spec(text);
    agreed(spec.clone(), ledger);
    let drafted = Draft::of(&[page(ledger)], Path::new("probe.yaml"), SPEC).unwrap().spec;
    for at in ["requestBody", "responses/200"] {
        let at = format!("/paths/~1any/post/{at}/content/application~1json/schema");
        assert_eq!(drafted.written(&at), spec.written(&at));
    }
    let bare = ledger.replace("array of any", "array");
    let expected =
        "probe::any_it::response.200::type: the spec has `array of any`, the ledger `array`";
    assert_eq!(findings(&contract(spec, &[&bare], &[])), [expected]);
    let drafted = Draft::of(&[page(&bare)], Path::new("probe.yaml"), SPEC).unwrap_err();
    assert!(drafted.message.starts_with("`array` is neither a type"), "{drafted}");
}
