//! Every keyword that constrains what is sent or received is accounted for, wherever it stands, and
//! a ledger has a place for it.

use cloudfn_codegen::account::Fate;
use cloudfn_codegen::generate::generate;
use serde_json::{json, Value};

mod support;
use support::{agreed, client_has, contract, fates, parsed, replaced, spec};

const SPEC: &str = r##"
openapi: 3.0.3
info: { title: probe, version: v1 }
servers:
  - url: https://{region}.example.com
    variables: { region: { default: a, enum: [a, b] } }
paths:
  /probe:
    post:
      operationId: probe
      x-pages: [{ title: Probe, language: en }]
      parameters:
        - { name: commas, in: query, explode: false, schema: { type: array, maxItems: 3, items: { type: string } } }
        - { name: blanks, in: query, style: spaceDelimited, schema: { type: array, items: { type: string } } }
        - { name: open, in: query, allowReserved: true, allowEmptyValue: true, schema: { type: string } }
      requestBody:
        content:
          application/json; charset=utf-8:
            schema:
              type: object
              additionalProperties: false
              properties:
                read: { type: string, readOnly: true }
                write: { type: string, writeOnly: true }
                other: { not: { type: string, maxLength: 4 } }
                kind: { type: string, nullable: true, enum: [a, null], default: null }
                size: { type: integer, minimum: 1.0, maximum: 1e2, multipleOf: 2.0 }
      responses:
        "200":
          description: done
          headers:
            X-Left: { required: true, schema: { type: integer, minimum: 3, maximum: 40 } }
          content:
            application/json:
              schema: { type: object, properties: { at: { type: string } } }
              examples: { ok: { $ref: "#/components/examples/Ok" } }
            application/xml: { schema: { type: object, properties: { at: { type: string } } } }
        "404": { description: none, headers: { X-Reason: { $ref: "#/components/headers/Reason" } } }
components:
  examples: { Ok: { value: { at: noon } } }
  headers:
    Reason: { schema: { type: string, enum: [gone] } }
"##;

const LEDGER: &str = r#"# probe
POST /probe    statuses: 200 404
page: "Probe" (en)

## query
| name   | type            | required | limits | style          | explode | allowReserved | allowEmptyValue |
| ------ | --------------- | -------- | ------ | -------------- | ------- | ------------- | --------------- |
| commas | array of string | no       | ..3    |                | false   |               |                 |
| blanks | array of string | no       |        | spaceDelimited |         |               |                 |
| open   | string          | no       |        |                |         | true          | true            |

## request
media: `application/json; charset=utf-8`
| name  | type           | limits | multipleOf | default | values | readOnly | writeOnly |
| ----- | -------------- | ------ | ---------- | ------- | ------ | -------- | --------- |
| read  | string         |        |            |         |        | true     |           |
| write | string         |        |            |         |        |          | true      |
| other | any            |        |            |         |        |          |           |
| kind  | string or null |        |            | null    | a      |          |           |
| size  | integer        | 1..100 | 2          |         |        |          |           |

## servers
| name      | url                          | default | values |
| --------- | ---------------------------- | ------- | ------ |
| 1         | https://{region}.example.com |         |        |
| 1{region} |                              | a       | b a    |

## deviation closed
claim:  request::additionalProperties = -
spec:   false
source: page
why:    the page says so in its text

## response.200.header
| name   | type    | required | limits |
| ------ | ------- | -------- | ------ |
| x-left | integer | yes      | 3..40  |

## response.200
media: application/xml application/json
| name | type   |
| ---- | ------ |
| at   | string |

## sample response.200 ok
```json
{"at": "noon"}
```

## response.404.header
| name     | type   | values |
| -------- | ------ | ------ |
| X-Reason | string | gone   |
"#;

#[test]
fn each_keyword_is_accounted_for() {
    let fates = fates(&spec(SPEC));
    let request = "/requestBody/content/application~1json; charset=utf-8/schema";
    for (pointer, expected) in [
        ("/parameters/0/explode", Fate::Carried("parameter-styles")),
        ("/parameters/0/schema/maxItems", Fate::Carried("item-counts")),
        ("/parameters/1/style", Fate::Carried("parameter-styles")),
        ("/parameters/2/allowReserved", Fate::Carried("parameter-styles")),
        ("/parameters/2/allowEmptyValue", Fate::DocumentedOnly("parameter-styles")),
        ("/schema/additionalProperties", Fate::Carried("checked-values")),
        ("/properties/read/readOnly", Fate::DocumentedOnly("documented-only")),
        ("/properties/write/writeOnly", Fate::DocumentedOnly("documented-only")),
        ("/properties/other/not", Fate::DocumentedOnly("free-alternatives")),
        ("/properties/other/not/maxLength", Fate::DocumentedOnly("free-alternatives")),
        ("/properties/kind/enum", Fate::Carried("open-enumerations")),
        ("/properties/kind/default", Fate::DocumentedOnly("documented-defaults")),
        ("/properties/size/minimum", Fate::Carried("bounded-integers")),
        ("/properties/size/maximum", Fate::Carried("bounded-integers")),
        ("/headers/X-Left/required", Fate::Carried("response-headers")),
        ("/headers/X-Left/schema/minimum", Fate::Carried("bounded-integers")),
        ("/headers/Reason/schema/enum", Fate::Carried("response-headers")),
        ("/servers/0/variables/region/enum", Fate::DocumentedOnly("server-variables")),
    ] {
        let found: Vec<_> =
            fates.iter().filter(|(found, _)| found.pointer.ends_with(pointer)).collect();
        assert_eq!(found.len(), 1, "{pointer}");
        assert_eq!(found[0].1, expected, "{pointer}");
    }
    assert!(fates.iter().any(|(found, _)| found.pointer.contains(request)));
}

#[test]
fn what_is_documented_only_stands_in_the_documentation() {
    let expected = [
        "Documentedvaluesof`region`in`https://{region}.example.com`:`a`,`b`.",
        "header`X-Left`(`integer`,minimum`3`,maximum`40`,alwayspresent)",
        r#"header`X-Reason`(`string`,enum`["gone"]`)"#,
        "Documented:thevaluemaybeempty.",
        "Documented:onlyinresponses:`true`.",
        "Documented:notofthekind`string`.",
        "Documented:othermembersthanthese:`false`.",
        r#"Sample{place:"response.200",name:"ok",json:"{\"at\":\"noon\"}","#,
        r#"sends:::std::option::Option::Some("application/json;charset=utf-8")"#,
    ];
    client_has(&spec(SPEC), &expected);
    // An unlisted member fails no answer.
    assert!(!generate(&spec(SPEC), Default::default()).unwrap().contains("deny_unknown_fields"));
}

#[test]
fn a_ledger_has_a_place_for_each() {
    agreed(spec(SPEC), LEDGER);
    for (from, to) in [
        ("|                | false   |", "|                |         |"),
        ("| spaceDelimited |", "| pipeDelimited |"),
        ("| true          | true            |", "|               | true            |"),
        ("| true          | true            |", "| true          |                 |"),
        ("| x-left | integer | yes      | 3..40  |", "| x-left | integer | yes      | 3..41  |"),
        ("| x-left | integer | yes ", "| x-left | integer | no  "),
        ("| X-Reason | string | gone   |", "| X-Reason | string | lost   |"),
        ("{\"at\": \"noon\"}", "{\"at\": \"night\"}"),
        ("media: application/xml application/json", "media: application/xml"),
        ("media: application/xml application/json\n", ""),
        ("media: `application/json; charset=utf-8`", "media: application/json"),
        ("| kind  | string or null |", "| kind  | string         |"),
        ("https://{region}.example.com", "https://example.com"),
        ("| 1         |", "| 2         |"),
        ("| b a    |", "|        |"),
        ("| 1{region} |", "| 1{place}  |"),
    ] {
        let contract = contract(spec(SPEC), &[&replaced(LEDGER, from, to)], &[]);
        assert!(!contract.findings.is_empty(), "{to}");
    }
}

/// The member `m` of a spec's body, with these keywords.
fn member(keywords: &str) -> Result<Value, String> {
    let text = SPEC.replace("{ type: string, readOnly: true }", &format!("{{ {keywords} }}"));
    let spec = parsed(&text).map_err(|e| e.to_string())?;
    let at = "/paths/~1probe/post/requestBody/content/application~1json; charset=utf-8/schema/properties/read";
    Ok(spec.as_json().pointer(at).unwrap().clone())
}

#[test]
fn scalars_are_read_as_yaml_1_2_has_them() {
    let texts =
        "yes Yes no on Off y n 1_000 0x1F_F 1_0.5 tRue nUll 12:30:45 2020-01-01 << = 1e 0o8";
    for text in texts.split(' ') {
        let found = member(&format!("type: string, enum: [{text}], description: {text}")).unwrap();
        assert_eq!((&found["enum"][0], &found["description"]), (&json!(text), &json!(text)));
    }
    for (text, number) in
        [("0o17", 15), ("0x1F", 31), ("017", 17), ("+1", 1), ("1.0", 1), ("1e3", 1000)]
    {
        let found = member(&format!("type: integer, enum: [{text}], maximum: {text}")).unwrap();
        assert_eq!((&found["enum"][0], &found["maximum"]), (&json!(number), &json!(number)));
        let found = member(&format!("type: string, maxLength: {text}")).unwrap();
        assert_eq!(found["maxLength"], number);
    }
    for (keywords, message) in [
        ("type: string, enum: [true]", "enum: true is not of the schema's type"),
        ("type: string, enum: [~]", "enum: an enumeration lists its values"),
        ("type: string, enum: [a, null]", "enum: null is listed, and `nullable: true` is not"),
        ("type: string, default: null", "default: null is listed, and `nullable: true` is not"),
        ("type: integer, minimum: 1.5", "minimum: 1.5 is not a bound"),
        ("type: integer, enum: [1, 1.0]", "enum: 1 is listed twice"),
        ("type: number, multipleOf: 0", "multipleOf: 0 is not a number above 0"),
    ] {
        let error = member(keywords).expect_err(keywords);
        assert!(error.ends_with(&format!("/properties/read/{message}")), "{keywords}: {error}");
    }
    // A number keeps the fraction that it is written with.
    assert_eq!(member("type: number, minimum: 1.0").unwrap()["minimum"].to_string(), "1.0");
}
