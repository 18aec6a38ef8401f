//! What a ledger states can be drafted as a part of its spec, and agrees with it.

use std::collections::BTreeSet;
use std::path::Path;

use cloudfn_codegen::contract::{sources, Contract};
use cloudfn_codegen::draft::{with_entries, Draft, Samples};
use cloudfn_codegen::ledger::Page;
use cloudfn_codegen::model::Spec;
use cloudfn_codegen::todo::todos;
use serde_json::{Map, Value};

fn openapi() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi"))
}

fn specs() -> Vec<Spec> {
    Spec::load_all(openapi()).unwrap()
}

fn pages() -> Vec<Page> {
    Page::load_all(&openapi().join("ledger")).unwrap()
}

fn known_sources() -> BTreeSet<String> {
    sources(&openapi().join("SOURCES.md")).unwrap()
}

/// The spec without an operation and what only that uses.
fn without(spec: &Spec, id: &str) -> Value {
    let others: Vec<String> =
        spec.operations.iter().map(|o| o.id.clone()).filter(|o| o != id).collect();
    match spec.excerpt(&others) {
        Ok(rest) => rest.as_json().clone(),
        Err(_) => {
            let mut document = spec.as_json().clone();
            document["paths"] = Value::Object(Default::default());
            document["components"]
                .as_object_mut()
                .unwrap()
                .retain(|kind, _| kind == "securitySchemes");
            document
        }
    }
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
            let members = members.iter().filter(|(key, _)| !told(key));
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
        let text = without(spec, &page.operation).to_string();
        let same = pages.iter().filter(|other| other.operation == page.operation).cloned();
        let draft = Draft::of(&same.collect::<Vec<_>>(), &spec.file, &text).unwrap();
        assert_eq!(draft.notes, [""; 0]);

        let pointer = &spec.operation(&page.operation).unwrap().pointer;
        let [was, is] = [spec, &draft.spec].map(|s| resolved(s.as_json(), s.written(pointer)));
        assert_eq!(was, is, "{}", page.operation);

        let mut document = draft.spec.as_json().clone();
        assert!(!todos(&document).is_empty());
        filled_in(&mut document);
        let mut all = specs.clone();
        all.retain(|other| other.api != spec.api);
        all.push(Spec::of(&spec.file, document).unwrap());
        let contract = Contract::new(all, pages.clone(), &known_sources()).unwrap();
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
        .replace("## header", "## query\n| name | type | required | values | description |\n| - | - | - | - | - |\n| times | integer | no | 1 2 | how often |\n\n## header")
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
        "\n        - name: times\n          in: query\n          description: How often.\n          schema:\n            type: integer\n            enum: [1, 2]\n",
        "\n\n    PublishTwiceRequestBody:\n      type: object\n      description: TODO\n      properties:\n        digest:\n          type: string\n          description: MD5 key.\n",
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
