//! Instances of schemas keep the rules of the pages.

mod support;

use cloudfn_codegen::contract::Contract;
use cloudfn_codegen::model::{completed, minimal};
use serde_json::{json, Value};
use support::{findings, spec};

const SPEC: &str = "
openapi: 3.0.3
info: { title: t, version: v }
servers: [{ url: 'https://one.example' }]
paths:
  /functions:
    post:
      operationId: create_it
      x-pages: [{ title: Create, language: en }]
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: '#/components/schemas/Ask' } } }
      responses:
        '204': { description: made }
components:
  schemas:
    Ask:
      type: object
      required: [handler, size]
      properties:
        handler: { type: string }
        size: { type: integer }
        type: { type: string, enum: [zip, inline] }
        file: { type: string }
        code: { $ref: '#/components/schemas/Code' }
    Code:
      type: object
      required: [text]
      properties:
        text: { type: string }
        digest: { type: string }
";

const LEDGER: &str = "\
# create_it
POST /functions    statuses: 204
page: \"Create\" (en)

## servers
| name | url                 |
| ---- | ------------------- |
| 1    | https://one.example |

## request: Ask
| name    | type    | required | values     |
| ------- | ------- | -------- | ---------- |
| handler | string  | yes      |            |
| size    | integer | yes      |            |
| type    | string  | no       | zip inline |
| file    | string  | no       |            |
| code    | Code    | no       |            |

## deviation body-required
claim:  request::required = -
spec:   yes
source: page
why:    an operation without its members makes nothing

## Code (request)
| name   | type   | required |
| ------ | ------ | -------- |
| text   | string | yes      |
| digest | string | no       |

## rule form
on:    request
text:  a handler has a dot
check: self.handler.contains(\".\")
holds: {\"handler\": \"a.b\"}
fails: {\"handler\": \"a\"}

## rule something-to-run
on:    request
text:  there is code or a file
check: has(self.code) || has(self.file)
holds: {\"file\": \"f\"}
holds: {\"code\": {}}
fails: {}

## rule type-of-file
on:    request
text:  a file has a type
check: !has(self.file) || has(self.type)
holds: {\"file\": \"f\", \"type\": \"zip\"}
holds: {}
fails: {\"file\": \"f\"}

## rule no-zips
on:    request
text:  a small function has no zip file
check: self.size > 9 || !has(self.type) || self.type != \"zip\"
holds: {\"size\": 10, \"type\": \"zip\"}
holds: {\"size\": 9, \"type\": \"inline\"}
fails: {\"size\": 9, \"type\": \"zip\"}

## rule digest
on:    Code
text:  code has a digest
check: has(self.digest)
holds: {\"digest\": \"d\"}
fails: {}
";

/// An example that keeps the other rules too.
const CODE_ALONE: &str = "holds: {\"code\": {}}\n";

fn contract(ledger: &str) -> Contract {
    support::contract(spec(SPEC), &[ledger], &[])
}

fn ask(contract: &Contract, value: Value, fixed: &[&str]) -> Value {
    let fixed = fixed.iter().copied().collect();
    completed(&contract.specs[0], "/components/schemas/Ask", &value, &fixed)
}

#[test]
fn the_smallest_instance_keeps_all_rules() {
    let code = json!({ "text": "x", "digest": "d" });
    for (ledger, smallest) in [
        (LEDGER.to_owned(), json!({ "handler": "a.b", "size": 1, "code": code })),
        // One rule leads to the next.
        (
            LEDGER.replace(CODE_ALONE, ""),
            json!({ "handler": "a.b", "size": 10, "file": "f", "type": "zip" }),
        ),
    ] {
        let contract = contract(&ledger);
        assert_eq!(findings(&contract), [""; 0]);
        let spec = &contract.specs[0];
        assert_eq!(minimal(spec, "/components/schemas/Ask"), smallest);
        assert_eq!(minimal(spec, "/components/schemas/Code"), code);
    }
}

#[test]
fn what_is_given_stays() {
    let contract = contract(LEDGER);
    for (given, fixed, expected) in [
        (
            json!({ "code": {} }),
            &["code", "file"][..],
            json!({ "handler": "a.b", "size": 1, "code": { "text": "x", "digest": "d" } }),
        ),
        (
            json!({ "file": "g", "size": 2 }),
            &["file", "size"],
            json!({ "handler": "a.b", "size": 2, "file": "g", "type": "inline" }),
        ),
        // Where the rules leave no choice, it stays all the same.
        (
            json!({ "handler": "no dot", "code": { "digest": "e" } }),
            &["handler"],
            json!({ "handler": "no dot", "size": 1, "code": { "text": "x", "digest": "e" } }),
        ),
    ] {
        assert_eq!(ask(&contract, given.clone(), fixed), expected, "{given}");
    }
}

#[test]
fn a_part_of_a_spec_has_its_rules() {
    let part = contract(LEDGER).specs[0].excerpt(&["create_it".to_owned()]).unwrap();
    let code = minimal(&part, "/components/schemas/Code");
    assert_eq!(code, json!({ "text": "x", "digest": "d" }));
}

#[test]
fn rules_whose_examples_do_not_go_together_are_told() {
    let no_file = "
## rule no-file
on:    request
text:  there is no file
check: !has(self.file)
holds: {}
fails: {\"file\": \"f\"}
";
    let contract = contract(&[&LEDGER.replace(CODE_ALONE, ""), no_file].concat());
    let told: Vec<_> = contract.findings.iter().map(|finding| finding.message.as_str()).collect();
    let expected = r#"no example goes together with the other rules on `request`: the best made of them is {"handler":"a.b","size":1}"#;
    assert_eq!(told, [expected]);
}
