//! The schemas that schemars derives equal the spec, with every keyword, except for what named rules of
//! lowering removed.

use std::path::Path;

use cloudfn_codegen::model::Spec;
use cloudfn_codegen::names::{is_type, schema_name};
use serde_json::{json, Value};

use super::forms::{authored_form, authored_model, authored_type, stated_form, stated_model};
use crate::registry::Api;

/// The derived schema of a model, by its name in the spec.
fn derived(api: &Api, name: &str) -> Value {
    (api.schema(name).unwrap_or_else(|| panic!("there is no {name}")).model.json_schema)()
}

#[test]
fn each_schema_is_that_of_the_spec() {
    for (file, api) in
        [("src/probe/probe.yaml", &super::API), ("codegen/tests/names.yaml", &crate::names::API)]
    {
        let spec = Spec::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        let models = spec.schemas().iter().filter(|schema| schema.is_model());
        for schema in models.chain(spec.typed_headers()) {
            let name = schema_name(&spec, &schema.pointer);
            let root = derived(api, &name);
            assert_eq!(stated_model(&root), authored_model(&spec, schema), "{name}");
            for member in schema.listed_members() {
                let stated = stated_form(&root["properties"][&member.name]);
                let authored = authored_form(&spec, &member.schema);
                assert_eq!(stated, authored, "{name}: {}", member.name);
            }
        }
        for (name, schema) in spec.components() {
            if is_type(&spec, schema) && !schema.is_model() {
                let stated = stated_form(&derived(api, name));
                assert_eq!(stated, authored_type(&spec, schema), "{name}");
            }
        }
    }
}

#[test]
fn a_validator_takes_what_is_documented_and_nothing_else() {
    let validator = jsonschema::validator_for(&derived(&super::API, "Limits")).unwrap();
    for (member, valid, invalid) in [
        ("level", json!(1.25), json!([0, 1.5, 0.3])),
        ("even", json!(2), json!([0, 10, 3])),
        ("ratio", json!(2.5), json!([2])),
        ("always", json!(true), json!([false])),
        ("code", json!("abc"), json!(["", "abcd", "A"])),
        ("sizes", json!([0.25, 0.5]), json!([[], [0.25, 0.25], [0], [1], [0.3]])),
        ("codes", json!(["xa", null]), json!([["x"], ["ax"], ["xa", "xa"], ["xa", "xb", "xc"]])),
        ("grid", json!([[3, 6], [6, 3]]), json!([[[3]], [[1, 3]], [[3, 3]], [[3, 6], [3, 6]]])),
        (
            "scores",
            json!({"a": 8}),
            json!([{}, {"a": 0}, {"a": 9}, {"a": 3}, {"a": 2, "b": 2, "c": 2}]),
        ),
        ("groups", json!({"a": [{"b": 1}]}), json!([{"a": [{"b": 0}]}, {"a": [{}, {}]}])),
        ("by_name", json!({"a": {"low": 0, "x": 2}}), json!([{"a": {"low": -1}}, {"a": {"x": 1}}])),
        ("bounds", json!([{"x": 2}]), json!([[{"x": 1}], [{}, {}]])),
        (
            "inner",
            json!({"deep": {"size": 1}}),
            json!([{}, {"deep": {"x": 1}}, {"deep": {"size": 0}}]),
        ),
        ("tree", json!([[[]]]), json!([1, [[]], [[1]], [[[]], [[]], [[]]]])),
        ("other", Value::Null, json!([1])),
    ] {
        let with = |value: &Value| {
            let mut limits = json!({"level": 1});
            limits[member] = value.clone();
            limits
        };
        assert_eq!(validator.is_valid(&with(&valid)), member != "other", "{member}: {valid}");
        for invalid in invalid.as_array().into_iter().flatten() {
            assert!(!validator.is_valid(&with(invalid)), "{member}: {invalid}");
        }
    }
}
