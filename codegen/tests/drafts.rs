//! What a ledger states can be drafted as a part of its spec, and agrees with it.

mod support;

use std::path::Path;

use cloudfn_codegen::contract::{sources, Contract};
use cloudfn_codegen::draft::{with_entries, Draft, Samples};
use cloudfn_codegen::ledger::Page;
use cloudfn_codegen::model::Spec;
use cloudfn_codegen::todo::todos;
use serde_json::{json, Map, Value};
use support::{page, replaced};

fn openapi() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi"))
}

fn specs() -> Vec<Spec> {
    Spec::load_all(openapi()).unwrap()
}

fn pages() -> Vec<Page> {
    Page::load_all(&openapi().join("ledger"), &specs()).unwrap()
}

/// The spec without an operation and what only that uses.
fn without(spec: &Spec, id: &str) -> Value {
    let others: Vec<String> =
        spec.operations.iter().map(|o| o.id.clone()).filter(|o| o != id).collect();
    spec.excerpt(&others).unwrap().as_json().clone()
}

/// What stands at `value`, with components written out and without words.
fn resolved(document: &Value, value: &Value) -> Value {
    let target = value["$ref"].as_str().or_else(|| value["allOf"][0]["$ref"].as_str());
    if let Some(target) = target {
        return resolved(document, document.pointer(&target[1..]).unwrap());
    }
    match value {
        Value::Object(members) => {
            let told =
                |key: &str| ["description", "summary"].contains(&key) && value[key].is_string();
            let unstated = |key: &str| ["x-paging", "x-resource", "x-wait"].contains(&key);
            let members = members.iter().filter(|(key, _)| !told(key) && !unstated(key));
            let mut found: Map<_, _> =
                members.map(|(key, value)| (key.clone(), resolved(document, value))).collect();
            if let Some(Value::Array(values)) = found.get_mut("enum") {
                values.sort_by_key(Value::to_string);
            }
            Value::Object(found)
        }
        Value::Array(items) => items.iter().map(|item| resolved(document, item)).collect(),
        scalar => scalar.clone(),
    }
}

fn filled_in(value: &mut Value) {
    for at in todos(value) {
        *value.pointer_mut(&at).unwrap() = "Written by a person.".into();
    }
}

#[test]
fn an_operation_that_is_removed_and_drafted_again_is_the_same() {
    let (specs, pages) = (specs(), pages());
    for page in &pages {
        let spec = specs.iter().find(|spec| spec.operation(&page.operation).is_some()).unwrap();
        // YAML is a superset of JSON.
        let rest = without(spec, &page.operation);
        let text = rest.to_string();
        let same = pages.iter().filter(|other| other.operation == page.operation).cloned();
        let draft = Draft::of(&same.collect::<Vec<_>>(), &spec.file, &text).unwrap();
        let pointer = &spec.operation(&page.operation).unwrap().pointer;
        let parameters = spec.written(pointer)["parameters"].as_array().into_iter().flatten();
        // Those that are not the component of their name are told.
        let written_out: Vec<&str> = parameters
            .filter_map(|parameter| parameter["name"].as_str())
            .filter(|name| rest["components"]["parameters"].get(name).is_some())
            .collect();
        let told = draft.notes.iter().filter(|note| note.contains("` is another, "));
        let told: Vec<&str> = told.filter_map(|note| note.split('`').nth(1)).collect();
        assert_eq!(told, written_out);

        let [was, is] = [spec, &draft.spec].map(|s| resolved(s.as_json(), s.written(pointer)));
        assert_eq!(was, is, "{}", page.operation);

        let mut document = draft.spec.as_json().clone();
        assert!(!todos(&document).is_empty());
        filled_in(&mut document);
        let mut all = specs.clone();
        all.retain(|other| other.api != spec.api);
        all.push(Spec::of(&spec.file, document).unwrap());
        let sources = sources(&openapi().join("SOURCES.md")).unwrap();
        let contract = Contract::new(all, pages.clone(), &sources).unwrap();
        let findings: Vec<String> = contract.findings.iter().map(ToString::to_string).collect();
        assert_eq!(findings, [""; 0]);
    }
}

#[test]
fn what_is_written_into_a_spec_is_the_draft_and_leaves_the_rest_alone() {
    let file = openapi().join("functiongraph.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    let ledger =
        std::fs::read_to_string(openapi().join("ledger/functiongraph-publish-version.pt.md"))
            .unwrap();
    let ledger = ledger
        .replace("create_function_version", "publish_twice")
        .replace("POST /v2/{project_id}/fgs/functions/{function_urn}/versions", "POST /v2/{project_id}/fgs/functions/{function_urn}/twice/{times}")
        .replace("## header", "## query\n| name | type | required | values | description |\n| - | - | - | - | - |\n| times | integer | no | 7001 7013 | how often |\n\n## header")
        .replace("| function_urn | string | yes      | 0..0   | URN", "| times | string | yes | | x: y |\n| function_urn | string | yes      | 0..0   | URN");
    let page = Page::parse(Path::new("functiongraph-twice.pt.md"), &ledger).unwrap();
    let draft = Draft::of(&[page], &file, &text).unwrap();
    let written = with_entries(&file, &text, &draft.entries).unwrap();
    assert_eq!(Spec::parse(&file, &written).unwrap().as_json(), draft.spec.as_json());

    let mut rest = written.lines();
    for line in text.lines() {
        assert!(rest.any(|other| other == line), "{line}");
    }
    // What is new is written like the rest.
    assert!(written.lines().all(|line| line == line.trim_end()));
    for expected in [
        "\n  /v2/{project_id}/fgs/functions/{function_urn}/twice/{times}:\n    post:\n      operationId: publish_twice\n      summary: TODO\n      x-pages:\n        - title: Publicação de uma versão de função\n          language: pt\n      parameters:\n        - $ref: \"#/components/parameters/project_id\"\n",
        "\n    times:\n      name: times\n      in: path\n      required: true\n      description: \"X: y.\"\n      schema:\n        type: string\n\n  schemas:\n",
        "\n        - name: times\n          in: query\n          description: How often.\n          schema:\n            type: integer\n            enum: [7001, 7013]\n",
        "\n\n    PublishTwiceRequestBody:\n      type: object\n      description: What `publish_twice` sends.\n      properties:\n        digest:\n          type: string\n          description: MD5 key.\n",
        "\n        func_vpc:\n          description: Configuration of the VPC.\n          allOf: [{ $ref: \"#/components/schemas/FuncVpc\" }]\n",
    ] {
        assert!(written.contains(expected), "{expected}\nis not in\n{}", draft.yaml().unwrap());
    }
}

#[test]
fn samples_are_written_once() {
    let contract = Contract::unchecked(specs(), &pages()).unwrap();
    for (index, spec) in contract.specs.iter().enumerate() {
        let text = std::fs::read_to_string(&spec.file).unwrap();
        let samples = Samples::of(&contract, index, &text).unwrap();
        assert_eq!((samples.text, samples.written), (text, vec![]));
        assert_eq!(samples.without_place, [""; 0]);
    }
}

#[test]
fn a_changed_and_a_new_sample_are_written_where_they_belong() {
    let ledger = openapi().join("ledger/functiongraph-set-async-invoke-config.en.md");
    let text = std::fs::read_to_string(&ledger).unwrap();
    let text = text
        .replace("\"max_async_retry_attempts\": 1,", "\"max_async_retry_attempts\": 2,")
        + "\n## sample response.404 lost\n```json\n{\"error_msg\": \"it's \\\"lost\\\"\\n\", \"error_code\": \"1\"}\n```\n";
    let page = Page::parse(&ledger, &text).unwrap();
    let spec = Spec::load(&openapi().join("functiongraph.yaml")).unwrap();
    let contract = Contract::unchecked(vec![spec], &[page]).unwrap();
    let old = std::fs::read_to_string(&contract.specs[0].file).unwrap();
    let samples = Samples::of(&contract, 0, &old).unwrap();
    let at = "functiongraph::update_function_async_invoke_config::sample";
    let expected = ["request/set_async_config", "response.200/ok", "response.404/lost"];
    assert_eq!(samples.written, expected.map(|name| format!("{at}.{name}::value")));

    let changed: Vec<&str> =
        samples.text.lines().filter(|line| !old.lines().any(|o| o == *line)).collect();
    let retries = "max_async_retry_attempts: 2";
    assert_eq!(
        changed.iter().map(|line| line.trim()).collect::<Vec<_>>(),
        [retries, retries, "lost:", "error_msg: \"it's \\\"lost\\\"\\n\"", "error_code: \"1\""]
    );
    assert_eq!(samples.text.lines().count(), old.lines().count() + 5);

    let spec = Spec::parse(&contract.specs[0].file, &samples.text).unwrap();
    let contract =
        Contract::unchecked(vec![spec], &[Page::parse(&ledger, &text).unwrap()]).unwrap();
    let again = Samples::of(&contract, 0, &samples.text).unwrap();
    assert_eq!((again.text, again.written), (samples.text, vec![]));
}

const FIRST: &str = "\
openapi: 3.0.3
info: { title: Probe, version: v1 }
paths: {} # none yet
components:
  parameters:
    id:
      name: id
      in: path
      required: true
      description: An ID.
      schema: { type: string, maxLength: 8 }
  schemas:
    Colour:
      type: string
      description: A colour.
      enum: [red, blue]
";

const LEDGER: &str = r#"# set_probe
PUT /probes/{id}    statuses: 200 202 400 404
page: "Probe" (en)

## path
| name | type   | required | limits | description |
| ---- | ------ | -------- | ------ | ----------- |
| id   | string | yes      | 1..9   | an ID       |

## query
| name   | type            | required | values   | sample | style | explode | description |
| ------ | --------------- | -------- | -------- | ------ | ----- | ------- | ----------- |
| tags   | array of string | no       |          |        | form  | false   | tags        |
| colour | string          | no       | blue red | red    |       |         | a colour    |
| page   | integer         | no       |          | 2      |       |         | the page    |

## request
| name    | type                  | required | limits | default | values | unit | pattern | description |
| ------- | --------------------- | -------- | ------ | ------- | ------ | ---- | ------- | ----------- |
| name    | string                | yes      | 1..    |         |        |      | ^a      | its name    |
| state   | string or null        | no       |        |         | on off |      |         | its state   |
| level   | integer               | no       |        | 2       | 3 2 1  |      |         | its level   |
| size    | long                  | no       | 0..    |         |        | byte |         | its size    |
| share   | number                | no       | 0.5..1 | 0.5     |        |      |         | its share   |
| ids     | array of string       | no       | 1..2   |         |        |      |         | its IDs     |
| ids[]   | string                |          |        |         | b `a c` |     |         | an ID       |
| weights | map of array of integer | no     |        |         |        |      |         | its weights |
| weights{}[] | integer           |          | ..9    |         |        |      |         | a weight    |
| any     | any                   | no       |        |         |        |      |         | anything    |
| parts   | array of object       | no       |        |         |        |      |         | its parts   |
| next    | Next or null          | no       |        |         |        |      |         | the next    |

## request/parts
| name  | type   | required | values   | description |
| ----- | ------ | -------- | -------- | ----------- |
| state | string | yes      | full out | its state   |

## Next (request)
| name | type          | description |
| ---- | ------------- | ----------- |
| next | array of Next | more        |

## response.200: array of Probe
media: application/json text/plain
| name | type              | values  | description |
| ---- | ----------------- | ------- | ----------- |
| id   | string            | `a c` b | its ID      |
| at   | string(date-time) |         | a time      |
| state | string           | up down | its state   |

## response.200.header
| name    | type    | required | limits | description |
| ------- | ------- | -------- | ------ | ----------- |
| X-Total | integer | yes      | 0..    | how many    |

## response.202: array of Probe
media: application/json text/plain

## response.400
| name | type   |
| ---- | ------ |
| code | string |

## response.404
| name | type   |
| ---- | ------ |
| code | string |

## sample request probe
```json
{"name": "a", "next": {"next": []}, "ids": []}
```

## deviation body-required
claim:  request::required = -
spec:   yes
source: sample
why:    there is a sample

## deviation closed
claim:  Next::additionalProperties = -
claim:  request::additionalProperties = -
spec:   false
source: sample
why:    nothing else is taken
"#;

fn draft(ledger: &str) -> Result<Draft, String> {
    Draft::of(&[page(ledger)], Path::new("probe.yaml"), FIRST).map_err(|e| e.to_string())
}

#[test]
fn every_form_of_a_ledger_can_be_drafted() {
    let file = Path::new("probe.yaml");
    let draft = draft(LEDGER).unwrap();
    let written = with_entries(file, FIRST, &draft.entries).unwrap();
    let mut document = Spec::parse(file, &written).unwrap().as_json().clone();
    assert_eq!(&document, draft.spec.as_json());

    let contract = |document: Value| {
        let spec = Spec::of(file, document).unwrap();
        let contract = support::contract(spec, &[LEDGER], &[]);
        contract.findings.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let left = todos(&document);
    let findings = contract(document.clone());
    let expected = left.iter().map(|at| {
        format!(
            "probe::{at}\n    `TODO` stands here\n    spec:   probe.yaml#{at}\n    do:     write it in your own words"
        )
    });
    assert_eq!(findings, expected.collect::<Vec<_>>());
    // All else has a description, from the ledger or after the operation.
    assert_eq!(left.len(), 9, "{left:?}");
    filled_in(&mut document);
    assert_eq!(contract(document.clone()), [""; 0]);

    let names: Vec<&String> =
        document["components"]["schemas"].as_object().unwrap().keys().collect();
    let expected = "Colour ErrorResponse Ids Next Probe ProbeState SetProbeRequestBody State";
    assert_eq!(names, expected.split(' ').collect::<Vec<_>>());

    // The enumeration of a parameter is the component; its sample is its example.
    let [colour, page] = ["colour", "page"].map(|name| &document["components"]["parameters"][name]);
    assert_eq!(colour["schema"]["$ref"], "#/components/schemas/Colour");
    assert_eq!((&colour["example"], &page["example"]), (&json!("red"), &json!(2)));
    let mut changed = document.clone();
    changed["components"]["parameters"]["page"]["example"] = 3.into();
    changed["components"]["parameters"]["tags"]["example"] = json!(["a"]);
    let [tags, page] = &contract(changed)[..] else { panic!("two parameters differ") };
    assert!(
        tags.contains("query/tags::sample\n    the spec has `[\"a\"]`, the ledger `-`"),
        "{tags}"
    );
    assert!(page.contains("query/page::sample\n    the spec has `3`, the ledger `2`"), "{page}");
}

#[test]
fn a_parameter_that_is_not_the_one_of_the_spec_is_written_out() {
    let draft = draft(LEDGER).unwrap();
    let expected =
        "the spec's parameter `id` is another, so it is written out: the spec has `-`, the ledger `1`";
    assert_eq!(draft.notes, [expected]);
    let parameters = &draft.spec.as_json()["paths"]["/probes/{id}"]["put"]["parameters"];
    assert_eq!(parameters[0]["schema"]["maxLength"], 9);
    assert_eq!(parameters[1]["$ref"], "#/components/parameters/tags");
}

#[test]
fn a_parameter_of_the_spec_that_says_something_else_is_told() {
    let told = |said: &str| {
        let ledger = LEDGER.replace("| 1..9   | an ID       |", &format!("| ..8 | {said} |"));
        draft(&ledger).unwrap().notes
    };
    let expected = "the spec's parameter `id` is used, whose description is `An ID.`; write it out if it means something else here";
    assert_eq!(told("the ID of a harbour"), [expected]);
    assert_eq!([told("an ID"), told("an")], [[""; 0]; 2]);
}

#[test]
fn what_cannot_be_drafted_is_told() {
    let changed = |from: &str, to: &str| draft(&replaced(LEDGER, from, to)).unwrap_err();
    assert_eq!(
        changed("| integer | yes", "| int | yes"),
        "probe.md, line 54: `int` is neither a type nor a schema with a section of this ledger or a component of the spec"
    );
    assert_eq!(
        changed("## path\n| name | type   | required | limits | description |\n| ---- | ------ | -------- | ------ | ----------- |\n| id   |", "## path\n| name | type   | required | limits | description |\n| ---- | ------ | -------- | ------ | ----------- |\n| ID   |"),
        "probe.yaml, /paths/~1probes~1{id}/put: no parameter is declared for `{id}` of the path"
    );
    let flow = FIRST.replace("paths: {} # none yet", "paths: { /a: {} }");
    let entries = draft(LEDGER).unwrap().entries;
    assert_eq!(
        with_entries(Path::new("probe.yaml"), &flow, &entries).unwrap_err().to_string(),
        "probe.yaml, /paths/~1probes~1{id}/put: nothing can be added here, because the file is not written in plain blocks; add it by hand"
    );
    let twice = Draft::of(
        &[page(LEDGER)],
        Path::new("probe.yaml"),
        &with_entries(Path::new("probe.yaml"), FIRST, &entries).unwrap(),
    );
    assert_eq!(
        twice.unwrap_err().to_string(),
        "probe.yaml, /paths/~1probes~1{id}/put: the spec has this already"
    );
}

#[test]
fn texts_are_written_so_that_they_are_read_again() {
    let plain = "yes No null ~ 1 1e3 0x1 1_000 - a:b a#b #a a: 'a' a'b \"a\" a\"b'c a\\b \u{7f} \u{feff}a ä 日本 😀 \
        [a {a} a] &a *a !a %a @a `a` 2020-01-01 = << ? | > --- ...";
    let blank = ["", " a", "a ", "- a", "a: b", "a #b", "a\nb", "a\tb", "a, b", "a `b`", "? a"];
    let texts: Vec<&str> = plain.split(' ').chain(blank).chain(["\u{85}", "\u{2028}"]).collect();
    let sample = serde_json::json!({
        "members": texts.iter().map(|t| (t.to_string(), (*t).into())).collect::<Map<_, Value>>(),
        "list": texts, "lists": [[], [[1, 2]], ["a"], [{}], [{ "a": [{ "b": 1, "c": [] }] }]],
        "long": "a ".repeat(100), "many": vec!["word"; 40], "numbers": [0, -1, 1.5, 1e30, u64::MAX],
        "others": [null, true, false], "one": ["-"], "two": ["a]b", "c: d"],
    });
    for sample in sample.as_object().unwrap().values() {
        let json = sample.to_string();
        let ledger = LEDGER.replace(r#"{"name": "a", "next": {"next": []}, "ids": []}"#, &json);
        let draft = draft(&ledger).unwrap();
        let written = with_entries(Path::new("probe.yaml"), FIRST, &draft.entries);
        let written = written.unwrap_or_else(|e| panic!("{json}: {e}"));
        let spec = Spec::parse(Path::new("probe.yaml"), &written).unwrap();
        let examples = "/paths/~1probes~1{id}/put/requestBody/content/application~1json/examples";
        assert_eq!(spec.written(&format!("{examples}/probe/value")), sample);
    }
}

#[test]
fn a_sample_with_a_deviation_is_what_the_deviation_says() {
    let ledger = LEDGER.to_owned()
        + "
## deviation sample
claim:  sample.request/probe::value = {\"ids\":[],\"name\":\"a\",\"next\":{\"next\":[]}}
spec:   {\"name\":\"ab\"}
source: sample
why:    the sample is wrong
";
    let spec = draft(&ledger).unwrap().spec;
    let content = "/paths/~1probes~1{id}/put/requestBody/content/application~1json";
    let expected = serde_json::json!({ "name": "ab" });
    assert_eq!(spec.written(&format!("{content}/examples/probe/value")), &expected);
}

#[test]
fn successes_with_the_same_members_have_one_schema() {
    let ledger = LEDGER.replace("200: array of Probe", "200").replace(
        "## response.202: array of Probe",
        "## response.202\n| name | type |\n| - | - |\n| id | string |\n| at | string |\n| state | string |",
    );
    let spec = draft(&ledger).unwrap().spec;
    for status in ["200", "202"] {
        let responses = "/paths/~1probes~1{id}/put/responses";
        let schema = format!("{responses}/{status}/content/application~1json/schema");
        assert_eq!(spec.written(&schema)["$ref"], "#/components/schemas/SetProbeResponse");
    }
}

#[test]
fn an_error_is_described_as_where_the_path_has_the_same_parameters() {
    let operation = |path: &str, said: &str| {
        let parameters = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
        let parameters = parameters.map(|name| {
            json!({"name": name, "in": "path", "required": true, "description": "An ID.", "schema": {"type": "string"}})
        });
        let responses = json!({"204": {"description": "Gone."}, "404": {"description": said}});
        let id = path.replace(|c: char| !c.is_alphabetic(), "");
        json!({"delete": {"operationId": id, "x-pages": [{"title": "P", "language": "en"}],
            "summary": "Deletes.", "parameters": parameters.collect::<Vec<_>>(), "responses": responses}})
    };
    let said = |paths: &[(&str, &str)]| {
        let paths: serde_json::Map<_, _> =
            paths.iter().map(|(path, said)| ((*path).to_owned(), operation(path, said))).collect();
        let first = FIRST.replace("{} # none yet", &Value::from(paths).to_string());
        let draft = Draft::of(&[page(LEDGER)], Path::new("probe.yaml"), &first);
        let spec = draft.unwrap().spec;
        let response = spec.written("/paths/~1probes~1{id}/put/responses/404");
        response["description"].as_str().unwrap().to_owned()
    };
    assert_eq!(said(&[("/a/{id}", "No a."), ("/b/{id}/{x}", "No a.")]), "No a.");
    assert_eq!(said(&[("/a/{id}", "No a."), ("/b/{id}/{x}", "No b.")]), "No a.");
    assert_eq!(said(&[("/a/{id}", "No a."), ("/b/{id}", "No b.")]), "TODO");
    assert_eq!(said(&[("/a", "No a."), ("/b", "No b.")]), "TODO");
}
