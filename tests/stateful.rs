//! The mock server that keeps what requests create, change and delete.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use cloudfn::authing::types::{PipelineFunctionDto, Scene};
use cloudfn::authing::Client;
use cloudfn::credentials::Anonymous;
use cloudfn::mock::Server;
use serde_json::{json, Value};

fn client(url: String) -> Client {
    Client::builder().endpoint(url).credentials(Anonymous).build().unwrap()
}

async fn stateful() -> (Server, Client) {
    let server = Server::start().await.unwrap();
    server.stateful();
    let client = client(server.base_url());
    (server, client)
}

async fn create(client: &Client, name: &str, scene: Scene) -> PipelineFunctionDto {
    let call = client.create_pipeline_function();
    let call = call.body_map(|body| body.func_name(name).scene(scene).source_code("pipe()"));
    call.send().await.unwrap().into_inner().data.unwrap()
}

/// The IDs of the functions of a scene, or of all.
async fn list(client: &Client, scene: Option<Scene>) -> Vec<String> {
    let call = client.list_pipeline_functions();
    let call = match scene {
        Some(scene) => call.scene(scene),
        None => call,
    };
    let response = call.send().await.unwrap();
    assert_eq!(response.differences(), []);
    let data = response.into_inner().data.unwrap();
    let count = data.total_count.unwrap();
    let ids: Vec<String> = data.list.into_iter().flatten().filter_map(|f| f.func_id).collect();
    assert_eq!(usize::try_from(count).unwrap(), ids.len());
    ids
}

#[tokio::test]
async fn what_was_created_is_read_listed_changed_and_deleted() {
    let (_server, client) = stateful().await;
    assert_eq!(list(&client, None).await, [""; 0]);
    let a = create(&client, "a", Scene::PreRegister).await.func_id.unwrap();
    let b = create(&client, "b", Scene::PostRegister).await.func_id.unwrap();
    assert_ne!(a, b);
    assert_eq!(list(&client, None).await, [a.as_str(), b.as_str()]);
    assert_eq!(list(&client, Some(Scene::PostRegister)).await, [b.as_str()]);

    let get = |id: &str| client.get_pipeline_function().func_id(id).send();
    let response = get(&a).await.unwrap();
    assert_eq!(response.differences(), []);
    let shown = response.into_inner().data.unwrap();
    // What was set, a documented default, what was not set, and what the service sets.
    assert_eq!((shown.func_name.as_deref(), shown.timeout), (Some("a"), Some(3)));
    assert_eq!((shown.func_description, shown.enabled), (None, None));
    assert!(shown.created_at.is_some());

    let update = client.update_pipeline_function();
    let update = update.body_map(|body| body.func_id(a.as_str()).timeout(9).func_description("d"));
    let updated = update.send().await.unwrap().into_inner().data.unwrap();
    let reupload = client.reupload_pipeline_function().body_map(|body| body.func_id(a.as_str()));
    let reuploaded = reupload.send().await.unwrap().into_inner().data.unwrap();
    for shown in [updated, get(&a).await.unwrap().into_inner().data.unwrap(), reuploaded] {
        let said = (shown.func_id.unwrap(), shown.func_name.unwrap(), shown.timeout.unwrap());
        assert_eq!(said, (a.clone(), "a".to_owned(), 9));
        assert_eq!(shown.func_description.as_deref(), Some("d"));
    }
    assert_eq!(get(&b).await.unwrap().into_inner().data.unwrap().timeout, Some(3));

    let delete = |id: &str| client.delete_pipeline_function().body_map(|b| b.func_id(id)).send();
    delete(&a).await.unwrap();
    assert_eq!(list(&client, None).await, [b.as_str()]);
    assert!(get(&a).await.unwrap_err().is_not_found());
    assert!(delete(&a).await.unwrap_err().is_not_found());
    // An ID is not used again.
    let c = create(&client, "c", Scene::PreRegister).await.func_id.unwrap();
    assert!(c != a && c != b);
}

#[tokio::test]
async fn what_does_not_exist_gets_the_documented_error() {
    let (_server, client) = stateful().await;
    create(&client, "a", Scene::PreRegister).await;
    let order = client.update_pipeline_order();
    let order = order.body_map(|body| body.order(["x"]).scene(Scene::PreRegister));
    let errors = [
        client.get_pipeline_function().func_id("x").send().await.map(drop),
        client.update_pipeline_function().body_map(|b| b.func_id("x")).send().await.map(drop),
        client.reupload_pipeline_function().body_map(|b| b.func_id("x")).send().await.map(drop),
        client.delete_pipeline_function().body_map(|b| b.func_id("x")).send().await.map(drop),
        client.get_pipeline_logs().func_id("x").send().await.map(drop),
        order.send().await.map(drop),
    ];
    for error in errors.map(Result::unwrap_err) {
        assert!(error.is_not_found(), "{error}");
        let body: Value = serde_json::from_slice(error.body().unwrap()).unwrap();
        assert_eq!(body["statusCode"], 404);
        assert_eq!(error.differences(), []);
    }
}

#[tokio::test]
async fn functions_are_reordered() {
    let (_server, client) = stateful().await;
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        ids.push(create(&client, name, Scene::PreRegister).await.func_id.unwrap());
    }
    let order = [&ids[2], &ids[0], &ids[2]].map(String::as_str);
    let call = client.update_pipeline_order();
    call.body_map(|body| body.order(order).scene(Scene::PreRegister)).send().await.unwrap();
    let expected = [&ids[2], &ids[1], &ids[0]].map(String::as_str);
    assert_eq!(list(&client, None).await, expected);
    let logs = client.get_pipeline_logs().func_id(ids[1].as_str()).send().await.unwrap();
    assert_eq!(logs.status_code, Some(200));
}

#[tokio::test]
async fn without_it_every_operation_answers_its_sample() {
    let server = Server::start().await.unwrap();
    let client = client(server.base_url());
    let sample = create(&client, "a", Scene::PreRegister).await;
    assert_ne!(sample.func_name.as_deref(), Some("a"));
    let found = client.get_pipeline_function().func_id("x").send().await.unwrap();
    assert_eq!(found.into_inner().data.unwrap().func_id, sample.func_id);
}

#[tokio::test]
async fn invalid_requests_and_responses_that_a_test_sets_change_nothing() {
    let (server, client) = stateful().await;
    let url = format!("{}/api/v3/create-pipeline-function", server.base_url());
    let refused = reqwest::Client::new().post(url).json(&json!({ "funcName": "a" })).send().await;
    assert_eq!(refused.unwrap().status(), 400);
    server.answer_status("create_pipeline_function", 403).unwrap();
    let call = client.create_pipeline_function();
    let call = call.body_map(|b| b.func_name("a").scene(Scene::PreRegister).source_code("s"));
    assert!(call.send().await.unwrap_err().is_forbidden());
    assert_eq!(list(&client, None).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_share_the_state() {
    let (server, client) = stateful().await;
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let client = self::client(server.base_url());
            tokio::spawn(async move {
                for number in 0..20 {
                    let name = format!("{task}-{number}");
                    let id = create(&client, &name, Scene::PreRegister).await.func_id.unwrap();
                    let found = client.get_pipeline_function().func_id(id.as_str()).send().await;
                    let found = found.unwrap().into_inner().data.unwrap();
                    assert_eq!(found.func_name, Some(name));
                    if number % 2 == 0 {
                        let call = client.delete_pipeline_function();
                        call.body_map(|body| body.func_id(id)).send().await.unwrap();
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let mut ids = list(&client, None).await;
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 80);
}

struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_command_line_serves_it() {
    let cloudfn = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cloudfn"));
        command.args(arguments).env_clear().stdin(Stdio::null()).stdout(Stdio::piped());
        command
    };
    let mut server = Stopped(cloudfn(&["mock", "--stateful"]).spawn().unwrap());
    let mut url = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let authing = |arguments: &[&str]| {
        let mut command = cloudfn(&[&["authing"], arguments, &["--endpoint", url.trim()]].concat());
        command.env("AUTHING_ACCESS_KEY_ID", "id").env("AUTHING_ACCESS_KEY_SECRET", "secret");
        let output = command.stderr(Stdio::piped()).output().unwrap();
        let json: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (output.status.code(), json, String::from_utf8(output.stderr).unwrap())
    };
    let create = ["create-pipeline-function", "--func-name", "cli", "--scene", "PRE_REGISTER"];
    let (_, created, _) = authing(&[&create[..], &["--source-code", "pipe()"]].concat());
    let id = created["data"]["funcId"].as_str().unwrap();
    let (_, found, _) = authing(&["get-pipeline-function", "--func-id", id]);
    assert_eq!(found["data"]["funcName"], "cli");
    let (code, _, said) = authing(&["get-pipeline-function", "--func-id", "other"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("There is no such function."), "{said}");
}

#[tokio::test]
async fn it_keeps_a_limited_number_of_items() {
    const MAX_ITEMS: usize = 1000;
    let (_server, client) = stateful().await;
    for _ in 0..MAX_ITEMS {
        create(&client, "a", Scene::PreRegister).await;
    }
    let call = client.create_pipeline_function();
    let call = call.body_map(|b| b.func_name("a").scene(Scene::PreRegister).source_code("s"));
    let refused = call.send().await.unwrap_err();
    assert!(refused.message().contains("keeps at most 1000 items"), "{refused}");
    assert_eq!(list(&client, None).await.len(), MAX_ITEMS);
}
