//! Measures what the generator alone does with each kind of constraint.

use cloudfn_codegen::account::dropped_by_generator_alone;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::{json, Value};

/// A spec whose one request member is `schema`.
fn probe(schema: &Value) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": { "title": "probe", "version": "1" },
        "paths": { "/probe": { "post": {
            "operationId": "probe",
            "requestBody": { "required": true, "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Body" }
            } } },
            "responses": { "204": { "description": "done" } }
        } } },
        "components": { "schemas": { "Body": {
            "type": "object",
            "properties": { "member": schema }
        } } }
    })
}

/// The code that the generator alone makes, without its documentation.
fn generated(schema: &Value) -> String {
    let spec = serde_json::from_value(probe(schema)).unwrap();
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder);
    let tokens = Generator::new(&settings).generate_tokens(&spec).unwrap();
    let mut file: syn::File = syn::parse2(tokens).unwrap();
    struct Undocumented;
    impl syn::visit_mut::VisitMut for Undocumented {
        fn visit_attributes_mut(&mut self, attributes: &mut Vec<syn::Attribute>) {
            attributes.retain(|attribute| !attribute.path().is_ident("doc"));
        }
    }
    syn::visit_mut::VisitMut::visit_file_mut(&mut Undocumented, &mut file);
    prettyplease::unparse(&file)
}

/// Whether two values of `keyword` give the same code.
fn drops(keyword: &str, plain: &Value, one: Value, other: Value) -> bool {
    let with = |value: Value| {
        let mut schema = plain.clone();
        schema[keyword] = value;
        generated(&schema)
    };
    with(one) == with(other)
}

#[test]
fn the_report_says_what_the_generator_drops() {
    let integer = json!({ "type": "integer", "format": "int64" });
    let string = json!({ "type": "string" });
    let array = json!({ "type": "array", "items": { "type": "string" } });
    let map = json!({ "type": "object", "additionalProperties": { "type": "string" } });
    for (keyword, schema, one, other) in [
        ("minimum", &integer, json!(2), json!(5)),
        ("maximum", &integer, json!(100), json!(200)),
        ("exclusiveMinimum", &integer, json!(false), json!(true)),
        ("exclusiveMaximum", &integer, json!(false), json!(true)),
        ("multipleOf", &integer, json!(2), json!(64)),
        ("minItems", &array, json!(1), json!(2)),
        ("maxItems", &array, json!(20), json!(21)),
        ("minProperties", &map, json!(1), json!(2)),
        ("maxProperties", &map, json!(20), json!(21)),
        ("minLength", &string, json!(1), json!(2)),
        ("maxLength", &string, json!(32), json!(33)),
        ("pattern", &string, json!("^a$"), json!("^b$")),
        ("enum", &string, json!(["a"]), json!(["b"])),
        ("default", &string, json!("a"), json!("b")),
        ("uniqueItems", &array, json!(false), json!(true)),
    ] {
        assert_eq!(
            drops(keyword, schema, one, other),
            dropped_by_generator_alone(keyword),
            "{keyword}"
        );
    }
}
