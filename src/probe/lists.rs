//! Lists and maps: values for setters, and limits of item counts.

use std::collections::{BTreeMap, HashMap};

use serde_json::{json, Map, Value};

use super::types::{builder, Job, JobColours, Step};
use super::{client, API};
use crate::mock::Server;
use crate::registry::{Arguments, Target};
use crate::Violation;

fn built(job: builder::Job) -> Result<Value, String> {
    let job = Job::try_from(job).map_err(|e| e.to_string())?;
    Ok(serde_json::to_value(job).unwrap())
}

#[test]
fn a_setter_takes_whatever_becomes_the_items() {
    let job = Job::builder;
    let step = || Step::builder().name("a");
    let names = ["a".to_owned(), "b".to_owned()];
    for (given, expected) in [
        (job().actions(["ecs:Stop"]), json!({"actions": ["ecs:Stop"]})),
        (job().actions(vec!["a", "b"]), json!({"actions": ["a", "b"]})),
        (job().actions(names.clone()), json!({"actions": ["a", "b"]})),
        (job().actions(names.iter().map(String::as_str)), json!({"actions": ["a", "b"]})),
        (job().actions(Some("a")), json!({"actions": ["a"]})),
        (job().colours(["green", "red"]), json!({"colours": ["green", "red"]})),
        (job().colours(vec![JobColours::Red]), json!({"colours": ["red"]})),
        (job().sizes([1_u8, 9]), json!({"sizes": [1, 9]})),
        (job().sizes(1_i64..=2), json!({"sizes": [1, 2]})),
        (job().steps([step()]), json!({"steps": [{"name": "a"}]})),
        (job().steps(vec![step(), Step::builder()]), json!({"steps": [{"name": "a"}, {}]})),
        (job().steps([Step::default()]), json!({"steps": [{}]})),
        (job().grid([vec![1]]), json!({"grid": [[1]]})),
        (job().weights([("a", 1)]), json!({"weights": {"a": 1}})),
        (job().weights(BTreeMap::from([("a", 1_i64)])), json!({"weights": {"a": 1}})),
        (job().weights(HashMap::from([("a".to_owned(), 1_u32)])), json!({"weights": {"a": 1}})),
        (job().groups([("a", vec!["x".to_owned()])]), json!({"groups": {"a": ["x"]}})),
        (job().free([("a", json!([1]))]), json!({"free": {"a": [1]}})),
        (job().free([("a", "b")]), json!({"free": {"a": "b"}})),
        (job().free(Map::from_iter([("a".to_owned(), Value::Null)])), json!({"free": {"a": null}})),
    ] {
        assert_eq!(built(given), Ok(expected));
    }
}

#[test]
fn equal_maps_are_written_alike() {
    let names = ["e", "b", "d", "a", "c"];
    let job = Job::try_from(Job::builder().weights(names.map(|name| (name, 1)))).unwrap();
    let written = r#"{"weights":{"a":1,"b":1,"c":1,"d":1,"e":1}}"#;
    assert_eq!(serde_json::to_string(&job).unwrap(), written);
}

#[test]
fn a_violation_names_the_member_and_the_item() {
    let job = Job::builder;
    for (given, expected) in [
        (
            job().actions(["a", ""]),
            "actions[1]: a text of 0 characters is outside the documented length 1..",
        ),
        (
            job().colours(["red", "blue"]),
            "colours[1]: \"blue\" is outside the documented values red, green",
        ),
        (job().sizes([0]), "sizes[0]: 0 is outside the documented 1..=9"),
        (
            job().steps([Step::builder(), Step::builder().name("12345")]),
            "steps[1].name: a text of 5 characters is outside the documented length 0..=4",
        ),
        (job().weights([("a", -1)]), "weights.a: -1 is outside the documented 0.."),
    ] {
        assert_eq!(told(&Job::try_from(given).unwrap().check()), [expected]);
    }
}

/// Builders with a wrong number of items, and the expected messages.
fn miscounted() -> Vec<(builder::Job, &'static str)> {
    let job = Job::builder;
    let one = || vec![1];
    let text = || vec!["a".to_owned(), "b".to_owned()];
    vec![
        (
            job().actions(Vec::<&str>::new()),
            "actions: a list of 0 items is outside the documented length 1..=3",
        ),
        (
            job().actions(["a", "b", "c", "d"]),
            "actions: a list of 4 items is outside the documented length 1..=3",
        ),
        (
            job().colours(["red", "green", "green"]),
            "colours[2]: repeats item 1, and items are documented as different",
        ),
        (
            job().steps([Step::builder().name("a"), Step::builder().name("a")]),
            "steps[1]: repeats item 0, and items are documented as different",
        ),
        (
            job().grid([one(), vec![]]),
            "grid[1]: a list of 0 items is outside the documented length 1..",
        ),
        (
            job().grid([one(), one(), one()]),
            "grid: a list of 3 items is outside the documented length 0..=2",
        ),
        (
            job().weights(HashMap::<String, i64>::new()),
            "weights: a map of 0 members is outside the documented length 1..=2",
        ),
        (
            job().groups([("g", text())]),
            "groups.g: a list of 2 items is outside the documented length 0..=1",
        ),
        (
            job().free([("a", 1), ("b", 2)]),
            "free: a map of 2 members is outside the documented length 0..=1",
        ),
    ]
}

fn told(found: &[Violation]) -> Vec<String> {
    found.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn the_documented_number_of_items_is_asked_for() {
    let server = Server::start().await.unwrap();
    let client = client(&server.base_url());
    for (given, expected) in miscounted() {
        let nested = expected.replacen("groups.g", "groups: g", 1);
        let refused = client.create_job().body(given.clone()).send().await.unwrap_err();
        assert_eq!(refused.to_string(), nested, "sent");
        let built = Job::try_from(given).unwrap();
        assert_eq!(told(&built.check()), [expected], "built");
        let json = serde_json::to_value(built).unwrap();
        let read: Job = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(told(&read.check()), [expected], "read");
        assert_eq!(serde_json::to_value(read).unwrap(), json, "kept as it is");
    }
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn what_is_not_documented_is_sent_where_that_is_allowed() {
    let server = Server::start().await.unwrap();
    let client = client(&server.base_url());
    let job = Job { actions: Some(Vec::new()), ..Job::default() };
    let call = client.create_job().body(job).allow_undocumented(true);
    let refused = call.send().await.unwrap_err().to_string();
    assert_eq!(server.received()[0].body, r#"{"actions":[]}"#);
    let expected = "actions: a list of 0 items is outside the documented length 1..=3";
    assert!(refused.contains(expected), "the mock server keeps to the documents: {refused}");
}

#[tokio::test]
async fn parameters_and_bodies_that_are_lists_have_limits_too() {
    let server = Server::start().await.unwrap();
    let client = client(&server.base_url());
    client.list_jobs().ids([1, 2]).send().await.unwrap();
    client.replace_steps().body([Step::builder()]).send().await.unwrap();
    assert_eq!(server.received().len(), 2);
    let step = Step::builder;
    for (refused, expected) in [
        (
            client.list_jobs().ids([1, 2, 3]).send().await,
            "ids: a list of 3 items is outside the documented length 1..=2",
        ),
        (
            client.list_jobs().ids([1, 1]).send().await,
            "ids[1]: repeats item 0, and items are documented as different",
        ),
        (client.list_jobs().ids([1, 0]).send().await, "ids[1]: 0 is outside the documented 1.."),
        (
            client.replace_steps().body([step(), step(), step()]).send().await,
            "a list of 3 items is outside the documented length 0..=2",
        ),
        (
            client.replace_steps().body([step().name("12345")]).send().await,
            "[0]: name: a text of 5 characters is outside the documented length 0..=4",
        ),
    ] {
        assert_eq!(refused.unwrap_err().to_string(), expected);
    }
    assert_eq!(server.received().len(), 2, "nothing was sent");
}

#[tokio::test]
async fn a_call_by_name_is_refused_as_well() {
    let server = Server::start().await.unwrap();
    let target = Target::from(&client(&server.base_url()));
    let operation = |id: &str| API.operation(id).unwrap();
    let (list, replace) = (operation("list_jobs"), operation("replace_steps"));
    let expected = "a list of 3 items is outside the documented length 1..=2";
    assert_eq!(list.parameters[0].check("[1,2,3]").unwrap_err(), expected);
    let arguments = |parameters: &[(&str, &str)], body: &str| Arguments {
        parameters: parameters.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        body: (!body.is_empty()).then(|| body.as_bytes().to_vec()),
        allow_undocumented: false,
    };
    let refused = (list.call)(&target, &arguments(&[("ids", "[1,2,3]")], "")).await;
    assert_eq!(refused.unwrap_err().to_string(), format!("ids: {expected}"));
    let refused = (replace.call)(&target, &arguments(&[], "[{},{},{}]")).await.unwrap_err();
    let expected = "a list of 3 items is outside the documented length 0..=2";
    assert_eq!(refused.to_string(), expected);
    assert_eq!(told(refused.violations()), [expected]);
    assert!(server.received().is_empty(), "nothing was sent");
}

#[tokio::test]
async fn a_call_by_name_sends_documented_nulls() {
    let server = Server::start().await.unwrap();
    let target = Target::from(&client(&server.base_url()));
    let operation = API.operation("limit_job").unwrap();
    let arguments =
        |body: &str| Arguments { body: Some(body.as_bytes().to_vec()), ..Arguments::default() };
    let documented = r#"{"level":0.25,"kind":null,"ratio":null}"#;
    (operation.call)(&target, &arguments(documented)).await.unwrap();
    assert_eq!(server.received().remove(0).body, documented.as_bytes());
    for (undocumented, reason) in [
        (r#"{"level":0.25,"kind":null,"low":null}"#, "low: is null, and documented as an integer"),
        (r#"{"level":7,"kind":null}"#, "level: 7 is outside the documented"),
    ] {
        let refused = (operation.call)(&target, &arguments(undocumented)).await.unwrap_err();
        assert!(refused.to_string().starts_with(reason), "{refused}");
    }
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_call_by_name_sends_any_json_if_it_may() {
    let server = Server::start().await.unwrap();
    let target = Target::from(&client(&server.base_url()));
    let operation = |id: &str| API.operation(id).unwrap();
    let (list, create) = (operation("list_jobs"), operation("create_job"));
    let arguments = |ids: &str, body: &str| Arguments {
        parameters: vec![("ids".to_owned(), ids.to_owned())],
        body: Some(body.as_bytes().to_vec()),
        allow_undocumented: true,
    };
    let odd = r#"{"login": {}, "sizes": [0, 1e999], "new": null, "new": 1}"#;
    let _ = (create.call)(&target, &arguments("[1,2,3]", odd)).await;
    let _ = (list.call)(&target, &arguments("[1,2,3]", "{}")).await;
    let [created, listed] = &server.received()[..] else { panic!("two requests were sent") };
    assert_eq!(
        (&created.body[..], listed.uri.query()),
        (odd.as_bytes(), Some("ids=1&ids=2&ids=3"))
    );
    assert!(listed.body.is_empty(), "it has no body");
    assert_eq!(
        told(&create.check(&target, &arguments("", odd))),
        [
            "login.secret_key: is missing, and documented as always present",
            "login.user: is missing, and documented as always present",
            "sizes[0]: 0 is outside the documented 1..=9",
            "sizes[1]: is a number, and documented as an integer",
            "new: is not a documented member",
            "new: is not a documented member",
        ]
    );
    let told = told(&list.check(&target, &arguments("[1,2,3]", "{}")));
    assert_eq!(told, ["ids: a list of 3 items is outside the documented length 1..=2"]);
    for (operation, arguments, expected) in [
        (
            list,
            arguments("x", ""),
            "ids: is a string, and documented as an array; such a value cannot be sent",
        ),
        (create, arguments("", "{"), "is not JSON: EOF while parsing an object at line 1 column 1"),
    ] {
        let error = (operation.call)(&target, &arguments).await.unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn the_mock_server_refuses_what_has_too_many_items() {
    let server = Server::start().await.unwrap();
    let url = |path: &str| format!("{}{path}", server.base_url());
    let http = reqwest::Client::new();
    for (request, expected) in [
        (http.get(url("/jobs?ids=1&ids=2&ids=3")), "ids: a list of 3 items is outside"),
        (http.get(url("/jobs?ids=7&ids=7")), "ids: [1]: repeats item 0"),
        (http.put(url("/jobs")).json(&json!([{}, {}, {}])), "a list of 3 items is outside"),
        (http.post(url("/jobs")).json(&json!({"actions": []})), "actions: a list of 0 items"),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 400, "{expected}");
        let text = response.text().await.unwrap();
        assert!(text.contains(expected), "{text}");
    }
}
