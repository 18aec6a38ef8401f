//! Rules: the compiled checks, and what they say of requests and responses.

use std::path::Path;

use cloudfn_codegen::ledger::Page;
use cloudfn_schema::rule::{Known, Rule, Scope, Verdict};
use cloudfn_schema::{check_json, check_json_with, Kind, Options, Schema, ViolationKind};
use serde_json::{json, Value};

use super::API;

fn page() -> Page {
    Page::parse(Path::new("rules.md"), include_str!("rules.md")).unwrap()
}

fn request() -> &'static Schema {
    API.operation("create_job").unwrap().table.request.as_ref().unwrap().schema
}

fn rules(schema: &'static Schema) -> &'static [Rule] {
    let Kind::Object(object) = &schema.kind else { panic!("not an object: {schema:?}") };
    object.rules
}

/// The compiled rule with this claim.
fn compiled(name: &str) -> &'static Rule {
    let Kind::Object(job) = &request().kind else { panic!("a job is an object") };
    let ruled = job.members.iter().find(|member| member.name == "ruled").unwrap().schema;
    let id = format!("probe::create_job::rule/{name}");
    let mut all = rules(ruled).iter().chain(rules(request()));
    all.find(|rule| rule.claims.contains(&id.as_str())).unwrap_or_else(|| panic!("no {id}"))
}

#[test]
fn a_compiled_check_says_what_its_expression_says() {
    for rule in &page().rules {
        let check = rule.check.as_ref().unwrap();
        let compiled = compiled(&rule.name);
        assert_eq!(compiled.members, check.members().into_iter().collect::<Vec<_>>());
        let holds = rule.holds.iter().map(|example| (example, Verdict::Holds));
        let fails = rule.fails.iter().map(|example| (example, Verdict::Fails));
        for (example, expected) in holds.chain(fails) {
            let members = example.as_object().unwrap().iter();
            let members: Vec<_> =
                members.map(|(name, value)| Known::new(name, value.clone())).collect();
            assert_eq!((compiled.check)(&Scope::new(&members)), expected, "{example}");
            assert_eq!(check.evaluate(example), expected, "{example}");
        }
        let nothing = (compiled.check)(&Scope::new(&[]));
        assert_eq!(nothing, check.evaluate(&json!({})), "{}", rule.name);
    }
}

fn told(options: &Options, body: &Value) -> Vec<String> {
    let found = check_json_with(options, request(), body.to_string().as_bytes());
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn a_rule_is_about_its_part_of_the_call() {
    let operation = API.operation("create_job").unwrap().table;
    let response = Options::default().about(operation.response_part(&operation.responses[0]));
    let request = Options::request().about(operation.request_part());
    let job = json!({ "max_tokens": 1 });
    assert_eq!(told(&response, &job), ["actions: breaks the rule: a job has actions"]);
    assert_eq!(told(&request, &job), [""; 0]);
}

#[test]
fn what_is_not_as_documented_itself_breaks_no_rule() {
    let whole = "ruled.whole: is a string, and documented as an integer";
    for (ruled, expected) in [
        (json!({ "whole": "4", "part": 9.5 }), &[whole][..]),
        (json!({ "whole": null, "part": 9.5 }), &["ruled.whole: is null, and documented as an integer"]),
        (json!({ "part": 9.5 }), &[]),
        (json!({ "whole": 4, "part": 9.5 }), &["ruled: breaks the rule: numbers belong together"]),
        (
            json!({ "list": [1] }),
            &["ruled.list: breaks the rule: every item is from 2 to 8, none is 5, and at most one is greater than 6"],
        ),
    ] {
        let body = json!({ "actions": ["a"], "ruled": ruled });
        assert_eq!(told(&Options::request(), &body), expected, "{body}");
    }
}

#[test]
fn an_exception_is_told_of_a_response_and_may_be_sent() {
    let body = |whole: i64| json!({ "actions": ["a"], "ruled": { "whole": whole } });
    let outside = |whole| format!("ruled.whole: {whole} is outside the documented ..=100");
    assert_eq!(told(&Options::request(), &body(200)), [""; 0]);
    assert_eq!(told(&Options::request(), &body(201)), [outside(201)]);
    assert_eq!(told(&Options::default(), &body(200)), [outside(200)]);
    assert_eq!(told(&Options::default(), &body(201)), [outside(201)]);
    let found = check_json(request(), body(200).to_string().as_bytes());
    assert_eq!(found[0].claims, ["probe::create_job::rule/larger"]);
    assert_eq!(found[0].kind, ViolationKind::Exception);
    assert_eq!(found[0].exception, Some("a number up to 200 is for some users"));
    assert_eq!(told(&Options::default(), &body(100)), [""; 0]);
}
