//! Documented samples are held against the spec before anything is built.

mod support;

use cloudfn_codegen::contract::Contract;
use support::{rows, spec};

/// The members of a request, of which one is a component.
const SPEC: &str = r##"
openapi: 3.0.3
info: { title: probe, version: v1 }
paths:
  /probe/{id}:
    post:
      operationId: probe
      x-pages: [{ title: Probe, language: en }]
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties:
                name: { type: string, maxLength: 4 }
                kind: { type: string, nullable: true, enum: [a, b] }
                tags: { type: array, maxItems: 2, uniqueItems: true, items: { type: string } }
                part: { $ref: "#/components/schemas/Part" }
                told: { nullable: true, allOf: [{ $ref: "#/components/schemas/Part" }] }
            examples: { one: { value: SAMPLE } }
      responses:
        "204": { description: done }
components:
  schemas:
    Part: { type: object, required: [], properties: { id: { type: integer, minimum: 1 } } }
"##;

const LEDGER: &str = r#"# probe
POST /probe/{id}    statuses: 204
page: "Probe" (en)

## path
| name | type   | required |
| ---- | ------ | -------- |
| id   | string | yes      |

## request
| name   | type            | required | limits | values | uniqueItems |
| ------ | --------------- | -------- | ------ | ------ | ----------- |
| name   | string          | yes      | ..4    |        |             |
| kind   | string or null  | no       |        | a b    |             |
| tags   | array of string | no       | ..2    |        | true        |
| tags[] | string          |          |        |        |             |
| part   | Part            | no       |        |        |             |
| told   | Part or null    | no       |        |        |             |

## Part (request)
| name | type    | limits |
| ---- | ------- | ------ |
| id   | integer | 1..    |

## sample request one
```json
SAMPLE
```
"#;

/// The contract in which the spec has one sample and the page another, and says why.
fn contract(of_spec: &str, of_page: &str, deviation: &str) -> Contract {
    let ledger = LEDGER.replace("SAMPLE", of_page) + deviation;
    let spec = spec(&SPEC.replace("SAMPLE", of_spec));
    let contract = support::contract(spec, &[&ledger], &["sample"]);
    assert!(contract.findings.is_empty(), "{:?}", contract.findings);
    contract
}

/// The same where both have `sample`.
fn with(sample: &str) -> Contract {
    contract(sample, sample, "")
}

#[test]
fn a_sample_that_keeps_to_the_spec_is_not_told_of() {
    for sample in [
        r#"{"name":"é😀"}"#,
        r#"{"name":"","kind":null,"tags":["a","b"],"part":{},"told":null}"#,
        r#"{"name":"","kind":"b","tags":[],"part":{"id":1},"told":{"id":2}}"#,
    ] {
        let broken = with(sample).broken_samples();
        assert!(broken.is_empty(), "{sample}: {broken:?}");
    }
}

#[test]
fn a_sample_that_breaks_the_spec_is_told_with_its_place_and_the_keyword() {
    const SCHEMA: &str = "/paths/~1probe~1{id}/post/requestBody/content/application~1json/schema";
    for [sample, place, keyword, stands] in rows(
        r#"
{"name":"12345"} => name => maxLength => SCHEMA/properties/name/maxLength
{"name":1} => name => type => SCHEMA/properties/name/type
{"name":null} => name => type => SCHEMA/properties/name/type
{} => name => required => SCHEMA/required/name
{"name":"","kind":"c"} => kind => enum => SCHEMA/properties/kind/enum
{"name":"","tags":["a","b","c"]} => tags => maxItems => SCHEMA/properties/tags/maxItems
{"name":"","tags":["a","a"]} => tags[1] => uniqueItems => SCHEMA/properties/tags/uniqueItems
{"name":"","part":{"id":0}} => part.id => minimum => /components/schemas/Part/properties/id/minimum
{"name":"","new":1} => new => properties => SCHEMA/properties
"#,
    ) {
        let broken = with(&sample).broken_samples();
        let [finding] = &broken[..] else { panic!("{sample}: {broken:?}") };
        let told = &finding.message;
        assert!(told.starts_with(&format!("the sample breaks the spec at {place}: ")), "{told}");
        assert!(told.ends_with(&format!(" (`{keyword}`)")), "{told}");
        assert_eq!(finding.spec, format!("probe.yaml#{}", stands.replace("SCHEMA", SCHEMA)));
        assert_eq!(finding.claim, "probe::probe::sample.request/one::value");
        assert_eq!(finding.ledger, "probe.md, line 25");
        assert_eq!(finding.remedy, "add a deviation to the ledger, or correct the spec");
    }
}

#[test]
fn each_broken_value_is_told_of_and_long_ones_are_not_repeated() {
    let long = "x".repeat(61);
    let broken = with(&format!(r#"{{"name":"{long}","kind":7}}"#)).broken_samples();
    let told: Vec<&str> = broken.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().all(|told| !told.contains(&long)), "{told:?}");
}

#[test]
fn a_deviation_says_what_the_sample_should_be() {
    const DEVIATION: &str = r#"
## deviation too-long
claim:  sample.request/one::value = {"name":"12345"}
spec:   {"name":"1234"}
source: sample
why:    the sample is longer than the table allows
"#;
    let contract = contract(r#"{"name":"1234"}"#, r#"{"name":"12345"}"#, DEVIATION);
    assert!(contract.broken_samples().is_empty());
}
