//! Each keyword of a schema, both ways, in requests and in responses.

use super::{changed, compare, letter, BASE};
use crate::against::change::Change;
use crate::against::change::Direction;

/// Old and new schema, what is found on the way there and on the way back, and the verdicts:
/// there in requests and responses, back in requests and responses.
#[rustfmt::skip]
const TABLE: &[(&str, &str, &str, &str, &str)] = &[
    ("{ type: integer }", "{ type: integer, minimum: 3 }", "minimum", "minimum", "Bc cc"),
    ("{ type: integer, minimum: 3 }", "{ type: integer, minimum: 4 }", "minimum", "minimum", "Bc cc"),
    ("{ type: integer }", "{ type: integer, maximum: 3 }", "maximum", "maximum", "Bc cc"),
    ("{ type: integer, maximum: 4 }", "{ type: integer, maximum: 3 }", "maximum", "maximum", "Bc cc"),
    ("{ type: number, maximum: 1.5 }", "{ type: number, maximum: 1.25 }", "maximum", "maximum", "Bc cc"),
    ("{ type: number, minimum: 1 }", "{ type: number, minimum: 1, exclusiveMinimum: true }", "exclusiveMinimum", "exclusiveMinimum", "Bc cc"),
    ("{ type: number, maximum: 1 }", "{ type: number, maximum: 1, exclusiveMaximum: true }", "exclusiveMaximum", "exclusiveMaximum", "Bc cc"),
    ("{ type: integer }", "{ type: integer, multipleOf: 2 }", "multipleOf", "multipleOf", "Bc cc"),
    ("{ type: integer, multipleOf: 2 }", "{ type: integer, multipleOf: 4 }", "multipleOf", "multipleOf", "Bc cc"),
    ("{ type: integer, multipleOf: 2 }", "{ type: integer, multipleOf: 3 }", "multipleOf", "multipleOf", "Bc Bc"),
    ("{ type: string }", "{ type: string, minLength: 1 }", "minLength", "minLength", "Bc cc"),
    ("{ type: string, maxLength: 9 }", "{ type: string, maxLength: 8 }", "maxLength", "maxLength", "Bc cc"),
    ("{ type: string }", "{ type: string, pattern: '^a' }", "pattern", "pattern", "Bc cc"),
    ("{ type: string, pattern: '^b' }", "{ type: string, pattern: '^a' }", "pattern", "pattern", "Bc Bc"),
    ("{ type: string, enum: [a, b] }", "{ type: string, enum: [a] }", "values lost", "new values", "Bc cc"),
    ("{ type: integer, enum: [1, 2] }", "{ type: integer, enum: [1] }", "values lost", "new values", "Bc cc"),
    ("{ type: string }", "{ type: string, enum: [a] }", "enum", "enum", "Bc cc"),
    ("{ type: string }", "{ type: string, default: a }", "default", "default", "cc Bc"),
    ("{ type: string, default: a }", "{ type: string, default: b }", "default", "default", "Bc Bc"),
    ("{ type: integer }", "{ type: integer, x-unit: second }", "x-unit", "x-unit", "cc BB"),
    ("{ type: integer, x-unit: second }", "{ type: integer, x-unit: minute }", "x-unit", "x-unit", "BB BB"),
    ("{ type: string }", "{ type: integer }", "type", "type", "BB BB"),
    ("{ type: string }", "{ type: object }", "type", "type", "BB BB"),
    ("{ type: integer }", "{ type: number }", "type", "type", "cB Bc"),
    ("{ type: string }", "{}", "type", "type", "cB Bc"),
    ("{ type: string }", "{ type: string, format: date-time }", "format", "format", "Bc cB"),
    ("{ type: string, format: date }", "{ type: string, format: date-time }", "format", "format", "BB BB"),
    ("{ type: integer, format: int64 }", "{ type: integer, format: int32 }", "format", "format", "Bc cB"),
    ("{ type: string }", "{ type: string, nullable: true }", "nullable", "nullable", "cc Bc"),
    ("{ type: string }", "{ type: string, readOnly: true }", "readOnly", "readOnly", "Bc cc"),
    ("{ type: string }", "{ type: string, writeOnly: true }", "writeOnly", "writeOnly", "cB cc"),
    ("{ type: string }", "{ type: string, deprecated: true }", "deprecated", "deprecated", "cc cc"),
    ("{ type: string }", "{ type: string, xml: { name: a } }", "xml", "xml", "?? ??"),
    ("{ type: string }", "{ type: string, x-new: 1 }", "x-new", "x-new", "?? ??"),
    ("{ type: string, nullable: false }", "{ type: string }", "nullable", "nullable", "-- --"),
    ("{ type: string, minLength: 0 }", "{ type: string }", "minLength", "minLength", "-- --"),
    // arrays
    ("{ type: array, items: { type: string } }", "{ type: array, items: { type: string }, minItems: 1 }", "minItems", "minItems", "Bc cc"),
    ("{ type: array, items: { type: string } }", "{ type: array, items: { type: string }, maxItems: 1 }", "maxItems", "maxItems", "Bc cc"),
    ("{ type: array, items: { type: string } }", "{ type: array, items: { type: string }, uniqueItems: true }", "uniqueItems", "uniqueItems", "Bc cc"),
    ("{ type: array, items: { type: string } }", "{ type: array, items: { type: integer } }", "type", "type", "BB BB"),
    ("{ type: array, items: { type: string } }", "{ type: array, items: { type: string, maxLength: 3 } }", "maxLength", "maxLength", "Bc cc"),
    // objects
    ("{ type: object, properties: { a: { type: string } } }", "{ type: object, properties: { a: { type: string }, b: { type: string } } }", "member", "member", "cc BB"),
    ("{ type: object, properties: { a: { type: string } } }", "{ type: object, required: [b], properties: { a: { type: string }, b: { type: string } } }", "required member", "member", "Bc BB"),
    ("{ type: object, properties: { a: { type: string } } }", "{ type: object, required: [a], properties: { a: { type: string } } }", "required", "required", "Bc cc"),
    ("{ type: object, properties: { a: { type: string } } }", "{ type: object, required: [], properties: { a: { type: string } } }", "required", "required", "-- --"),
    ("{ type: object, properties: { description: { type: string } } }", "{ type: object, properties: { description: { type: string, maxLength: 1 } } }", "maxLength", "maxLength", "Bc cc"),
    ("{ type: object }", "{ type: object, minProperties: 1 }", "minProperties", "minProperties", "Bc cc"),
    ("{ type: object }", "{ type: object, maxProperties: 1 }", "maxProperties", "maxProperties", "Bc cc"),
    ("{ type: object }", "{ type: object, additionalProperties: false }", "additionalProperties", "additionalProperties", "BB cc"),
    ("{ type: object }", "{ type: object, additionalProperties: { type: string } }", "additionalProperties", "additionalProperties", "BB cc"),
    ("{ type: object }", "{ type: object, additionalProperties: true }", "additionalProperties", "additionalProperties", "-- --"),
    ("{ type: object, additionalProperties: { type: string } }", "{ type: object, additionalProperties: { type: string, maxLength: 1 } }", "maxLength", "maxLength", "Bc cc"),
    // several schemas
    ("{ oneOf: [{ type: string }] }", "{ oneOf: [{ type: string }, { type: integer }] }", "alternative", "alternative", "cB Bc"),
    ("{ anyOf: [{ type: string }] }", "{ anyOf: [{ type: integer }, { type: string }] }", "alternative", "alternative", "cB Bc"),
    ("{ oneOf: [{ type: string }, { type: integer }] }", "{ oneOf: [{ type: integer, maximum: 3 }, { type: string }] }", "maximum", "maximum", "Bc cc"),
    ("{ properties: { a: { type: string } } }", "{ properties: { a: { type: string, maxLength: 1 } } }", "maxLength", "maxLength", "Bc cc"),
    ("{ allOf: [{ type: string }] }", "{ allOf: [{ type: string, maxLength: 1 }] }", "maxLength", "maxLength", "Bc cc"),
    ("{ not: { type: string } }", "{ not: { type: integer } }", "not type", "not type", "?? ??"),
];

#[test]
fn each_keyword_in_both_directions() {
    for (old, new, there, back, verdicts) in TABLE {
        let (old_spec, new_spec) = (member(old), member(new));
        let seen =
            [(&old_spec, &new_spec, there), (&new_spec, &old_spec, back)].map(|(a, b, what)| {
                let changes = compare(a, b);
                assert_eq!(changes.len(), 1, "{old} to {new}: {changes:#?}");
                assert_eq!(changes[0].what, **what, "{old} to {new}");
                verdict(&changes[0], Direction::Request)
                    + &verdict(&changes[0], Direction::Response)
            });
        assert_eq!(seen.join(" "), *verdicts, "{old} to {new}");
    }
}

/// The base with `schema` for its component M, which is sent and read.
fn member(schema: &str) -> cloudfn_codegen::model::Spec {
    changed(&[("    M: { type: string }", &format!("    M: {schema}"))])
}

fn verdict(change: &Change, direction: Direction) -> String {
    let effects = change.effects();
    let effect = effects.iter().find(|(way, _)| *way == direction);
    effect.map(|(_, effect)| letter(effect.verdict)).into_iter().collect()
}

#[test]
fn a_schema_is_one_change_for_those_who_send_or_read_it() {
    let [sent, read] = ["probe request", "probe response 200"];
    let other = "other response 200";
    for (schema, at, places, expected) in [
        ("Sent", ".a", &[sent][..], 'B'),
        ("Read", ".a", &[other, read], 'c'),
        ("M", "", &[other, sent, read], 'B'),
    ] {
        let (_, begin) = BASE.split_once(&format!("    {schema}: ")).unwrap();
        let (begin, _) = begin.split_once("string }").unwrap();
        let from = format!("    {schema}: {begin}string }}");
        let to = format!("    {schema}: {begin}string, maxLength: 3 }}");
        let changes = compare(&changed(&[]), &changed(&[(&from, &to)]));
        let [change] = &changes[..] else { panic!("{changes:#?}") };
        let uses = change.uses.iter().map(|u| format!("{} {}", u.operation, u.part));
        assert_eq!(uses.collect::<Vec<_>>(), places);
        assert_eq!(letter(change.wire()), expected, "{schema}");
        assert_eq!(change.subject, format!("{schema}{at}"));
        let at = at.replace('.', "/properties/");
        assert_eq!(change.new_place, format!("/components/schemas/{schema}{at}/maxLength"));
    }
}

#[test]
fn where_a_schema_is_written_makes_no_difference() {
    let inline = changed(&[
        ("M: { type: string }", "Z: { type: string }"),
        ("m: { $ref: '#/components/schemas/M' }", "m: { type: string }"),
        ("m: { $ref: '#/components/schemas/M' }", "m: { $ref: '#/components/schemas/Z' }"),
    ]);
    let changes = compare(&changed(&[]), &inline);
    let whats: Vec<&str> = changes.iter().map(|c| c.what.as_str()).collect();
    assert_eq!(whats, ["wording"]);
    let parts = member("{ allOf: [{ type: string }, { maxLength: 3 }] }");
    let changes = compare(&member("{ type: string, maxLength: 3 }"), &parts);
    assert!(changes.is_empty(), "{changes:#?}");
    let shorter =
        changed(&[("m: { $ref: '#/components/schemas/M' }", "m: { type: string, maxLength: 3 }")]);
    let changes = compare(&changed(&[]), &shorter);
    assert_eq!(changes.len(), 1, "{changes:#?}");
    assert_eq!((changes[0].subject.as_str(), changes[0].what.as_str()), ("Sent.m", "maxLength"));
}

#[test]
fn what_stands_beside_a_reference_is_compared() {
    let plain = "m: { $ref: '#/components/schemas/M' }";
    let beside = "m: { nullable: true, allOf: [{ $ref: '#/components/schemas/M' }] }";
    let changes = compare(&changed(&[]), &changed(&[(plain, beside)]));
    assert_eq!(changes.iter().map(|c| c.what.as_str()).collect::<Vec<_>>(), ["nullable"]);
}

#[test]
fn a_part_with_another_name_is_the_same() {
    let parts = |name: &str| {
        let m = format!(
            "{{ oneOf: [{{ $ref: '#/components/schemas/{name}' }}, {{ type: integer }}] }}"
        );
        let with = format!("    M: {m}\n    {name}: {{ type: string }}");
        changed(&[("    M: { type: string }", &with)])
    };
    let changes = compare(&parts("A"), &parts("B"));
    assert_eq!(changes.iter().map(|c| c.what.as_str()).collect::<Vec<_>>(), ["wording"]);
}

#[test]
fn circles_end() {
    let circle = |most: &str| {
        member(&format!("{{ type: object, properties: {{ next: {{ $ref: '#/components/schemas/M' }}, n: {{ type: integer{most} }} }} }}"))
    };
    let changes = compare(&circle(""), &circle(", maximum: 3"));
    assert_eq!(changes.len(), 1, "{changes:#?}");
    let list = |most: &str| {
        member(&format!("{{ type: array, items: {{ $ref: '#/components/schemas/M' }}{most} }}"))
    };
    let changes = compare(&list(""), &list(", maxItems: 3"));
    assert_eq!(changes.len(), 1, "{changes:#?}");
}

#[test]
fn what_is_shared_is_compared_once() {
    let chain = |most: &str| {
        let link = |index: usize| {
            let next = format!("$ref: '#/components/schemas/D{}'", index + 1);
            format!("    D{index}: {{ type: object, properties: {{ l: {{ {next} }}, r: {{ {next} }} }} }}\n")
        };
        let links: String = (0..40).map(link).collect();
        changed(&[(
            "    M: { type: string }",
            &format!("    M: {{ $ref: '#/components/schemas/D0' }}\n{links}    D40: {{ type: string{most} }}"),
        )])
    };
    let changes = compare(&chain(""), &chain(", maxLength: 3"));
    assert_eq!(changes.len(), 1, "{changes:#?}");
    assert_eq!(changes[0].uses.len(), 3);
}
