//! Every rule of lowering is needed, and every constraint is accounted for.

use std::path::Path;

use cloudfn_codegen::account::{account, constraints, Fate};
use cloudfn_codegen::lowering::{lower, lower_by, RULES};
use cloudfn_codegen::model::Spec;

mod support;
use support::spec;

/// A spec in which every rule has something to do.
const PROBE: &str = include_str!("probe.yaml");

fn probe() -> Spec {
    spec(PROBE)
}

/// The constraints of the probe that nothing accounts for without the rule `name`.
fn unaccounted_without(name: &str) -> Vec<String> {
    let spec = probe();
    let lowered = lower_by(&spec, RULES.iter().filter(|rule| rule.name != name)).unwrap();
    account(&spec, &lowered)
        .into_iter()
        .filter(|(_, fate)| *fate == Fate::Unaccounted)
        .map(|(constraint, _)| constraint.pointer)
        .collect()
}

#[test]
fn everything_is_accounted_for() {
    assert_eq!(unaccounted_without("no such rule"), Vec::<String>::new());
    assert!(constraints(&probe()).len() > 30);
}

#[test]
fn without_a_rule_its_constraints_are_not_accounted_for() {
    for rule in RULES {
        let missing = unaccounted_without(rule.name);
        let expected = match rule.name {
            "credential-parameters" | "standard-headers" | "nullable-collections" => continue,
            "parameter-styles" => "/paths/~1probe~1{id}/post/parameters/5/explode",
            // Other rules do with a second media type what they do with the first.
            "one-media-type" => continue,
            "response-headers" => "/paths/~1probe~1{id}/post/responses/200/headers/X-Left/required",
            "server-variables" => "/servers/0/variables/region/enum",
            "free-alternatives" => "/components/schemas/Answer/properties/either/oneOf",
            "open-enumerations" => "/components/schemas/Answer/properties/kind/enum",
            "bounded-integers" => "/components/schemas/Answer/properties/size/minimum",
            "checked-texts" => "/components/schemas/Answer/properties/name/minLength",
            "timestamps" => "/components/schemas/Answer/properties/at/format",
            "documented-defaults" => "/components/schemas/Answer/properties/size/default",
            "optional-in-responses" => "/components/schemas/Answer/required/name",
            "error-statuses" => "/paths/~1probe~1{id}/post/responses/404",
            "item-counts" => "/components/schemas/Answer/properties/list/minItems",
            "checked-values" => "/components/schemas/Answer/properties/ratio/minimum",
            "documented-only" => "/components/schemas/Answer/properties/id/format",
            other => panic!("this test does not know the rule {other}"),
        };
        assert!(missing.iter().any(|m| m == expected), "{}: {missing:?}", rule.name);
    }
}

#[test]
fn headers_that_are_not_the_callers_are_removed() {
    let parameters = |document: &serde_json::Value| -> Vec<String> {
        let list = document["paths"]["/probe/{id}"]["post"]["parameters"].as_array().unwrap();
        list.iter().map(|p| p["name"].as_str().unwrap().to_owned()).collect()
    };
    let spec = probe();
    assert_eq!(parameters(&lower(&spec).unwrap().document), ["id", "limit", "X-Trace", "ids"]);
    for name in ["credential-parameters", "standard-headers"] {
        let without = lower_by(&spec, RULES.iter().filter(|rule| rule.name != name)).unwrap();
        assert!(parameters(&without.document).len() > 4, "{name} does nothing");
    }
}

#[test]
fn optional_collections_become_nullable() {
    let nullable = |document: &serde_json::Value, member: &str| {
        document["components"]["schemas"]["Answer"]["properties"][member]["nullable"] == true
    };
    let spec = probe();
    let lowered = lower(&spec).unwrap().document;
    assert!(nullable(&lowered, "list") && nullable(&lowered, "free"));
    assert!(!nullable(&lowered, "name"));
    let rules = RULES.iter().filter(|rule| rule.name != "nullable-collections");
    let without = lower_by(&spec, rules).unwrap().document;
    assert!(!nullable(&without, "list"));
}

#[test]
fn each_constraint_of_a_schema_is_among_the_statements() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi");
    let mut specs = Spec::load_all(&folder).unwrap();
    specs.push(probe());
    for spec in specs {
        let listed = constraints(&spec);
        for constraint in spec.schemas().iter().flat_map(|schema| schema.constraints()) {
            let at = constraint.pointer();
            assert!(listed.iter().any(|statement| statement.pointer == at), "{at}");
        }
    }
}
