//! The mock server that keeps what requests create, change and delete.

#[path = "support/command.rs"]
mod command;

use std::io::{BufRead, BufReader};
use std::process::Child;

use cloudfn::authing::types::{PipelineFunctionDto, Scene};
use cloudfn::authing::Client;
use cloudfn::credentials::Anonymous;
use cloudfn::mock::Server;
use futures_util::StreamExt;
use serde_json::{json, Value};

use command::{cloudfn, Ended, SECRET};

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
    let logs = client.get_pipeline_logs().func_id(ids[1].as_str()).stream();
    assert_eq!(logs.take(3).count().await, 1);
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
    let mut server = Stopped(cloudfn(&["mock", "--stateful"]).spawn().unwrap());
    let mut url = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let authing = |arguments: &[&str]| {
        let mut command = cloudfn(&[&["authing"], arguments, &["--endpoint", url.trim()]].concat());
        command.env("AUTHING_ACCESS_KEY_ID", "id").env("AUTHING_ACCESS_KEY_SECRET", SECRET);
        let Ended { code, stdout, stderr } = command.output().unwrap().into();
        (code, serde_json::from_str::<Value>(&stdout).unwrap_or_default(), stderr)
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

mod functiongraph {
    use cloudfn::credentials::Anonymous;
    use cloudfn::functiongraph::types::{CodeType, CreateFunctionResponse, Runtime};
    use cloudfn::functiongraph::{Client, FunctionUrn};
    use cloudfn::mock::Server;
    use cloudfn::{Error, Response};
    use futures_util::TryStreamExt;

    fn client(server: &Server, project: &str) -> Client {
        let builder = Client::builder().endpoint(server.base_url()).project_id(project);
        builder.credentials(Anonymous).build().unwrap()
    }

    async fn stateful() -> (Server, Client) {
        let server = Server::start().await.unwrap();
        server.stateful();
        let client = client(&server, "p1");
        (server, client)
    }

    /// Creates a function, and returns its URN.
    async fn create(client: &Client, name: &str) -> FunctionUrn {
        let created = created(client, name).await.unwrap();
        documented(&created);
        created.func_urn.as_deref().unwrap().parse().unwrap()
    }

    async fn created(
        client: &Client,
        name: &str,
    ) -> Result<Response<CreateFunctionResponse>, Error> {
        let call = client.create_function().body_map(|body| {
            let body = body.func_name(name).package("default").runtime(Runtime::Python3_9);
            body.handler("index.handler").memory_size(256).timeout(30).code_type(CodeType::Inline)
        });
        call.send().await
    }

    async fn publish(client: &Client, urn: &FunctionUrn, version: &str) -> Result<String, Error> {
        let call = client.create_function_version().function_urn(urn);
        let published = call.body_map(|body| body.version(version)).send().await?;
        Ok(published.func_urn.clone().unwrap())
    }

    /// The state adds no difference to those of the samples.
    fn documented<T>(response: &Response<T>) {
        let differences = response.differences();
        assert_eq!(differences.iter().filter(|one| one.path.contains("func_urn")).count(), 0);
    }

    fn code(error: Error) -> (Option<u16>, String) {
        (error.status(), error.code().unwrap_or_default().to_owned())
    }

    #[tokio::test]
    async fn functions_are_created_listed_changed_and_deleted() {
        let (server, client) = stateful().await;
        let urn = create(&client, "f").await;
        assert_eq!((urn.project_id(), urn.function()), ("p1", "f"));
        // All responses show the same URN.
        let shown = client.show_function_config().function_urn(&urn).send().await.unwrap();
        assert_eq!(shown.func_urn.as_deref(), Some(urn.to_string().as_str()));
        let elsewhere = FunctionUrn::new("elsewhere", "p1", "default", "f").unwrap();
        let shown = client.show_function_config().function_urn(&elsewhere).send().await.unwrap();
        assert_eq!(shown.func_urn.as_deref(), Some(urn.to_string().as_str()));
        create(&client, "g").await;
        // Projects share nothing.
        let other = self::client(&server, "p2");
        create(&other, "f").await;
        for (client, expected) in [(&client, &["f", "g"][..]), (&other, &["f"])] {
            let listed = client.list_functions().send().await.unwrap().into_inner();
            assert_eq!(listed.count, i64::try_from(expected.len()).ok());
            let names = listed.functions.into_iter().flatten().filter_map(|f| f.func_name);
            assert_eq!(names.collect::<Vec<_>>(), expected);
        }
        let again = created(&client, "f").await.unwrap_err();
        assert_eq!(code(again), (Some(409), "FSS.1061".into()));

        let update = client.update_function_config().function_urn(&urn);
        update
            .body_map(|body| {
                let body = body.func_name("f").handler("main.run").runtime(Runtime::Python3_9);
                body.memory_size(512).timeout(60)
            })
            .send()
            .await
            .unwrap();
        let latest = urn.clone().with_version("latest").unwrap();
        let created = urn.clone();
        for urn in [&urn, &latest, &elsewhere] {
            let shown = client.show_function_config().function_urn(urn).send().await.unwrap();
            documented(&shown);
            let shown_urn: FunctionUrn = shown.func_urn.as_deref().unwrap().parse().unwrap();
            assert_eq!(shown_urn.unqualified(), created.clone().unqualified());
            assert_eq!((shown.handler.as_deref(), shown.timeout), (Some("main.run"), Some(60)));
            assert_eq!(
                (shown.func_name.as_deref(), shown.namespace.as_deref()),
                (Some("f"), Some("p1"))
            );
        }
        client.delete_function().function_urn(&urn).send().await.unwrap();
        let shown = client.show_function_config().function_urn(&urn).send().await;
        assert_eq!(code(shown.unwrap_err()), (Some(404), "FSS.1051".into()));
        let malformed = client.show_function_config().function_urn("malformed").send().await;
        assert_eq!(code(malformed.unwrap_err()), (Some(404), "FSS.1051".into()));
    }

    #[tokio::test]
    async fn versions_are_published_once_and_keep_what_they_were() {
        let (_server, client) = stateful().await;
        let urn = create(&client, "f").await;
        let v1 = publish(&client, &urn, "v1").await.unwrap();
        assert_eq!(v1.parse::<FunctionUrn>().unwrap(), urn.clone().with_version("v1").unwrap());
        let twice = publish(&client, &urn, "v1").await.unwrap_err();
        assert!(twice.is_version_exists());
        assert_eq!(code(twice), (Some(409), "FSS.1062".into()));
        let unnamed = client.create_function_version().function_urn(&urn).body_map(|b| b);
        let unnamed = unnamed.send().await.unwrap().version.clone().unwrap();

        let update = client.update_function_max_instance_config().function_urn(&urn);
        update.body_map(|body| body.max_instance_num(7)).send().await.unwrap();
        let update = client.update_function_config().function_urn(&urn);
        let update = update.body_map(|body| {
            let body = body.func_name("f").handler("new.handler").runtime(Runtime::Python3_9);
            body.memory_size(256).timeout(30)
        });
        update.send().await.unwrap();
        for (urn, handler) in [(v1.as_str(), "index.handler"), (&urn.to_string(), "new.handler")] {
            let shown = client.show_function_config().function_urn(urn).send().await.unwrap();
            assert_eq!(shown.handler.as_deref(), Some(handler));
        }
        let listed = client.list_function_versions().function_urn(&urn).send().await.unwrap();
        let versions = listed.into_inner().versions.into_iter().flatten();
        let versions: Vec<String> = versions.filter_map(|one| one.version).collect();
        assert_eq!(versions, ["latest", "v1", &unnamed]);

        client.delete_function().function_urn(v1.as_str()).send().await.unwrap();
        let shown = client.show_function_config().function_urn(v1.as_str()).send().await;
        assert_eq!(code(shown.unwrap_err()), (Some(404), "FSS.1052".into()));
        client.show_function_config().function_urn(&urn).send().await.unwrap();
        let nowhere = FunctionUrn::new("r", "p1", "default", "nowhere").unwrap();
        let error = publish(&client, &nowhere, "v1").await.unwrap_err();
        assert_eq!(code(error), (Some(404), "FSS.1051".into()));
    }

    #[tokio::test]
    async fn aliases_belong_to_their_function() {
        let (_server, client) = stateful().await;
        let [f, g] = [create(&client, "f").await, create(&client, "g").await];
        publish(&client, &f, "v1").await.unwrap();
        let alias = |urn: &FunctionUrn| client.create_version_alias().function_urn(urn);
        let created = alias(&f).body_map(|body| body.name("prod").version("v1"));
        let created = created.send().await.unwrap();
        documented(&created);
        let urn = f.clone().with_alias("prod").unwrap();
        assert_eq!(created.alias_urn.as_deref(), Some(urn.to_string().as_str()));
        let twice = alias(&f).body_map(|body| body.name("prod").version("v1")).send().await;
        assert_eq!(code(twice.unwrap_err()), (Some(409), "FSS.1063".into()));

        let show = |urn: &FunctionUrn| {
            client.show_version_alias().function_urn(urn).alias_name("prod").send()
        };
        let shown = show(&f).await.unwrap();
        assert_eq!(
            (shown.version.as_deref(), &shown.additional_version_weights),
            (Some("v1"), &None)
        );
        let update = client.update_version_alias().function_urn(&f).alias_name("prod");
        let weights = [("v2", 10)];
        let update = update.body_map(|body| body.version("v1").additional_version_weights(weights));
        update.send().await.unwrap();
        let shown = show(&f).await.unwrap();
        assert_eq!(shown.additional_version_weights.as_ref().unwrap()["v2"], 10);
        assert_eq!(code(show(&g).await.unwrap_err()), (Some(404), "FSS.1053".into()));
        let aliases = |urn: &FunctionUrn| client.list_version_aliases().function_urn(urn).send();
        assert_eq!(aliases(&f).await.unwrap().len(), 1);
        assert_eq!(aliases(&g).await.unwrap().len(), 0);

        let invoke = |urn: &FunctionUrn| {
            let call = client.invoke_function().function_urn(urn);
            call.body(serde_json::json!({})).send()
        };
        invoke(&urn).await.unwrap();
        let unknown = f.clone().with_alias("other").unwrap();
        assert_eq!(code(invoke(&unknown).await.unwrap_err()), (Some(404), "FSS.1053".into()));
        let delete = |urn: &FunctionUrn| client.delete_function().function_urn(urn).send();
        assert_eq!(code(delete(&urn).await.unwrap_err()), (Some(404), "FSS.1052".into()));
        delete(&f).await.unwrap();
        assert_eq!(code(show(&f).await.unwrap_err()), (Some(404), "FSS.1051".into()));
        // What belonged to the function is gone.
        create(&client, "f").await;
        assert_eq!(aliases(&f).await.unwrap().len(), 0);
    }

    #[tokio::test]
    async fn asynchronous_invocation_is_set_for_each_version() {
        let (_server, client) = stateful().await;
        let urn = create(&client, "f").await;
        publish(&client, &urn, "v1").await.unwrap();
        let v1 = urn.clone().with_version("v1").unwrap();
        let show =
            |urn: &FunctionUrn| client.show_function_async_invoke_config().function_urn(urn).send();
        let set = |urn: &FunctionUrn, attempts: i64| {
            let call = client.update_function_async_invoke_config().function_urn(urn);
            call.body_map(|body| body.max_async_retry_attempts(attempts)).send()
        };
        assert_eq!(code(show(&v1).await.unwrap_err()), (Some(404), "FSS.0404".into()));
        set(&urn, 1).await.unwrap();
        set(&v1, 2).await.unwrap();
        set(&v1, 3).await.unwrap();
        for (urn, attempts) in [(&urn, 1), (&v1, 3)] {
            let shown = show(urn).await.unwrap();
            documented(&shown);
            assert_eq!(shown.max_async_retry_attempts, Some(attempts));
        }
        let shown = show(&v1).await.unwrap();
        assert_eq!(shown.func_urn.as_deref(), Some(v1.to_string().as_str()));
        let list = client.list_function_async_invoke_config().function_urn(&urn).send();
        assert_eq!(list.await.unwrap().count, Some(2));
        client.delete_function_async_invoke_config().function_urn(&v1).send().await.unwrap();
        assert_eq!(code(show(&v1).await.unwrap_err()), (Some(404), "FSS.0404".into()));
        show(&urn).await.unwrap();
    }

    #[tokio::test]
    async fn lists_have_pages_of_the_size_that_is_asked_for() {
        let (server, client) = stateful().await;
        let names: Vec<String> = (0..5).map(|number| format!("f{number}")).collect();
        for name in &names {
            create(&client, name).await;
        }
        let list = client.list_functions().maxitems("2").stream();
        let found: Vec<String> =
            list.map_ok(|function| function.func_name.unwrap()).try_collect().await.unwrap();
        assert_eq!(found, names);
        assert_eq!(server.received().len(), 5 + 3);
        let page = client.list_functions().maxitems("2").marker("4").send().await.unwrap();
        assert_eq!((page.count, page.next_marker), (Some(5), None));
        assert_eq!(page.functions.as_ref().unwrap().len(), 1);
        let urn = FunctionUrn::new("r", "p1", "default", "f0").unwrap();
        let list = client.list_async_invocations().function_urn(&urn).stream();
        assert!(!list.try_collect::<Vec<_>>().await.unwrap().is_empty());
    }
}
