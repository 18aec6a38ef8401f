//! What becomes of the generated client, and which change it is said of.

use std::path::Path;

use cloudfn_codegen::model::Spec;

use super::change::Change;
use super::join::compare;
use super::verdict::Verdict;

const SPEC: &str = include_str!("../../../codegen/tests/probe.yaml");

fn spec(text: &str) -> Spec {
    Spec::parse(Path::new("openapi/probe.yaml"), text).unwrap()
}

/// The changes of the probe with parts replaced.
fn changes(parts: &[(&str, &str)]) -> Vec<Change> {
    let mut text = SPEC.to_owned();
    for (from, to) in parts {
        assert!(text.contains(from), "the probe has no `{from}`");
        text = text.replace(from, to);
    }
    compare(&spec(SPEC), &spec(&text))
}

/// Subject, verdict on the wire and in Rust, and what is said of Rust.
fn told(parts: &[(&str, &str)]) -> Vec<String> {
    let told = changes(parts).into_iter().map(|change| {
        let words: Vec<&str> = change.rust.iter().map(|rust| rust.words.as_str()).collect();
        let (wire, rust) = (change.wire().name(), change.rust().name());
        format!("{} {}: {wire}, {rust}: {}", change.subject, change.what, words.join("; "))
    });
    told.collect()
}

/// What is replaced in the probe, and what is told.
#[rustfmt::skip]
const TABLE: &[(&str, &str, &[&str])] = &[
    // A member that has to be there is no option any more, a bound is no part of a type, and what no type
    // carries breaks no code.
    ("required: [name]", "required: [name, tags]", &["probe request.tags required: breaking, breaking: `types::ProbeRequestBody::tags` is `Vec<String>`, no longer `Option<Vec<String>>`"]),
    ("maximum: 500", "maximum: 600", &["query parameter limit maximum: compatible, no effect: "]),
    ("default: 100", "default: 101", &["query parameter limit default: breaking, no effect: "]),
    // Each value of an enumeration is said of its own change, and what is new breaks no code.
    ("enum: [1, 2, -3]", "enum: [1, 2, 4]", &[
        "Answer.level values lost: compatible, breaking: `types::AnswerLevel::NMinus3` is gone",
        "Answer.level new values: compatible, compatible: `types::AnswerLevel::N4` is new",
    ]),
    ("count: { type: integer }", "count: { type: integer }\n        more: { type: string }", &["Answer.more member: compatible, compatible: `types::Answer::more` is new"]),
    // Other names break Rust only.
    ("Problem", "Trouble", &["Trouble name: no effect, breaking: `types::Problem` is now `types::Trouble`"]),
    ("operationId: probe", "operationId: try_it", &[
        "try_it request name: no effect, breaking: `types::ProbeRequestBody` is now `types::TryItRequestBody`",
        "try_it response 200 headers name: no effect, breaking: `types::ProbeResponseHeaders` is now `types::TryItResponseHeaders`",
        "try_it operationId: no effect, breaking: `Client::probe` is now `Client::try_it`",
    ]),
];

#[test]
fn each_change_of_the_client_is_said_of_what_it_comes_from() {
    for (from, to, expected) in TABLE {
        assert_eq!(told(&[(from, to)]), *expected, "{from} to {to}");
    }
}

#[test]
fn another_type_of_a_header_is_said_of_the_header() {
    for (from, to, rust) in [
        (
            "X-Left: { required: true, schema: { type: integer, maximum: 70 } }",
            "X-Left: { required: true, schema: { type: string } }",
            "breaking",
        ),
        (
            "headers: { X-Left: ",
            "headers: { X-More: { schema: { type: string } }, X-Left: ",
            "compatible",
        ),
    ] {
        let told = told(&[(from, to)]);
        assert!(told.iter().all(|told| told.contains(" header X-")), "{told:#?}");
        assert!(told.iter().any(|told| told.contains(rust)), "{told:#?}");
    }
}

#[test]
fn an_inline_schema_that_gets_a_name_breaks_rust_only() {
    let inline = "            schema:
              type: object
              required: [name]
              properties:
                name: { type: string, maxLength: 8 }
                tags: { type: array, maxItems: 3, items: { type: string, minLength: 1 } }
";
    let named = "            schema: { $ref: '#/components/schemas/Sent' }\n";
    let component = "  schemas:
    Sent:
      type: object
      required: [name]
      properties:
        name: { type: string, maxLength: 8 }
        tags: { type: array, maxItems: 3, items: { type: string, minLength: 1 } }
";
    let told = told(&[(inline, named), ("  schemas:\n", component)]);
    assert_eq!(
        told,
        ["Sent name: no effect, breaking: `types::ProbeRequestBody` is now `types::Sent`"]
    );
}

#[test]
fn what_no_change_of_the_wire_explains_is_told_all_the_same() {
    let told = told(&[(
        "nested:\n          type: object\n",
        "nested:\n          type: object\n          title: Deep\n",
    )]);
    assert!(told.iter().any(|t| t.contains("types::AnswerNested")), "{told:#?}");
    let renamed = told.iter().all(|t| t.contains("breaking"));
    assert!(renamed, "{told:#?}");
}

#[test]
fn a_client_that_cannot_be_generated_is_told() {
    let two = [("\"409\": { description: there already }", "\"202\": { description: later }")];
    let changes = changes(&two);
    let unknown = changes.iter().find(|change| change.what == "generated client").unwrap();
    assert_eq!(unknown.verdict(), Verdict::Unclear);
    assert!(unknown.rust[0].words.contains("different bodies"), "{:?}", unknown.rust);
}

#[test]
fn the_macros_of_enumerations_leave_them_open() {
    let source = include_str!("../../../src/enumeration/mod.rs");
    let open = source.matches("#[non_exhaustive]\n        pub enum $name").count();
    assert_eq!(open, 2, "a new value of an enumeration breaks code once it is exhaustive");
}
