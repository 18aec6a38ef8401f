//! Calls as a user writes them, and their error messages.

use cloudfn::authing;
use cloudfn::credentials::Anonymous;
use cloudfn::functiongraph::{self, types, types::Runtime};
use cloudfn::mock::{Answer, Server};
use insta::assert_snapshot;

const PROJECT: &str = "46b6f338fc3445b8846c71dfb1fbd9e8";
const URN: &str = "urn:fss:cn-north-4:46b6f338fc3445b8846c71dfb1fbd9e8:function:default:test";

fn client_of(endpoint: &str) -> functiongraph::Client {
    functiongraph::Client::builder().endpoint(endpoint).credentials(Anonymous).build().unwrap()
}

/// A client of a server that must not receive anything.
fn unreachable() -> functiongraph::Client {
    client_of("http://127.0.0.1:9")
}

#[tokio::test]
async fn a_version_is_published_and_its_runtime_matched() {
    let server = Server::start().await.unwrap();
    let client = client_of(&server.base_url());
    let version = client
        .create_function_version()
        .project_id(PROJECT)
        .function_urn(URN)
        .body_map(|b| b.version("v1").description("first"))
        .send()
        .await
        .unwrap();
    let name = match version.runtime {
        Some(Runtime::Python3_10) => "Python".to_owned(),
        Some(Runtime::Undocumented(ref name)) => name.to_string(),
        ref other => format!("{other:?}"),
    };
    assert_eq!(name, "Some(NodeJs6_10)");
    assert_eq!(version.timeout, Some(3));
    assert_eq!(
        server.received()[0].uri.path(),
        format!("/v2/{PROJECT}/fgs/functions/{}/versions", URN.replace(':', "%3A"))
    );
}

#[tokio::test]
async fn undocumented_values_of_an_answer_are_kept_and_reported() {
    let server = Server::start().await.unwrap();
    let body = r#"{"runtime":"Python9.99","timeout":43200,"memory_size":10240,"type":"v3",
        "dependencies":[{"runtime":"http"},{"runtime":"https"}],"last_modified":"2019-10-25 15:37:27",
        "user_data":null,"func_vpc":null,"mount_config":{"func_mounts":null},"a_new_member":{}}"#;
    server.answer("create_function_version", Answer::json(200, body)).unwrap();
    let client = client_of(&server.base_url());
    let call = client.create_function_version().project_id(PROJECT).function_urn(URN);
    let version = call.send().await.unwrap();
    let found: Vec<String> = version.differences().iter().map(ToString::to_string).collect();
    let listed: Vec<&str> = Runtime::DOCUMENTED.iter().map(Runtime::as_str).collect();
    let found = found.join("\n").replace(&format!("values {}", listed.join(", ")), "…");
    assert_snapshot!(found, @r#"
    a_new_member: is not a documented member
    dependencies[1].runtime: "https" is outside the documented …
    func_vpc: is null, and documented as an object
    last_modified: "2019-10-25 15:37:27" is outside the documented form of RFC 3339
    memory_size: 10240 is outside the documented values 128, 256, 512, 768, 1024, 1280, 1536, 1792, 2048, 2560, 3072, 3584, 4096
    mount_config.func_mounts: is null, and documented as an array
    runtime: "Python9.99" is outside the documented …
    timeout: 43200 is outside the documented 3..=900
    type: "v3" is outside the documented values v1, v2
    user_data: is null, and documented as a string
    "#);
    let written = serde_json::to_value(&*version).unwrap();
    assert_eq!(written["runtime"], "Python9.99");
    assert_eq!(written["timeout"], 43200);
    assert_eq!(written["last_modified"], "2019-10-25 15:37:27");
}

#[tokio::test]
async fn what_is_not_documented_is_refused_before_anything_is_sent() {
    let client = unreachable();
    let mut messages = Vec::new();
    let update = || client.update_function_async_invoke_config();
    let valid = || update().project_id(PROJECT).function_urn(URN);
    for call in [
        valid().body_map(|b| b.max_async_retry_attempts(9)),
        valid().body_map(|b| b.max_async_event_age_in_seconds(0)),
        valid().body_map(|b| {
            b.destination_config(
                types::FuncAsyncDestinationConfig::builder()
                    .on_failure(types::FuncDestinationConfig::builder().destination("Nope")),
            )
        }),
        update().function_urn(URN),
        update().project_id(PROJECT),
        valid().project_id("x".repeat(33)),
        valid().function_urn(""),
    ] {
        messages.push(call.send().await.unwrap_err().to_string());
    }
    let client = authing::Client::builder()
        .endpoint("http://127.0.0.1:9")
        .credentials(Anonymous)
        .build()
        .unwrap();
    let empty = client.reupload_pipeline_function().send().await;
    messages.push(empty.unwrap_err().to_string());
    assert_snapshot!(messages.join("\n"), @r#"
    max_async_retry_attempts: 9 is outside the documented 0..=3
    max_async_event_age_in_seconds: 0 is outside the documented 1..=86400
    destination_config: on_failure: destination: "Nope" is outside the documented values OBS, SMN, DIS, FunctionGraph
    project_id is required
    function_urn is required
    project_id: a text of 33 characters is outside the documented length 1..=32
    function_urn: a text of 0 characters is outside the documented length 1..=269
    funcId is required
    "#);
}

#[tokio::test]
async fn who_knows_better_says_so() {
    let server = Server::start().await.unwrap();
    server.answer("update_function_async_invoke_config", Answer::json(200, "{}")).unwrap();
    let client = client_of(&server.base_url());
    client
        .update_function_async_invoke_config()
        .project_id(PROJECT)
        .function_urn(URN)
        .body_map(|b| b.max_async_retry_attempts(9))
        .allow_undocumented(true)
        .send()
        .await
        .unwrap();
    assert_eq!(server.received()[0].body, r#"{"max_async_retry_attempts":9}"#);
}

#[tokio::test]
async fn only_what_was_given_is_sent() {
    let server = Server::start().await.unwrap();
    let client = client_of(&server.base_url());
    let call = client.update_function_async_invoke_config().project_id(PROJECT).function_urn(URN);
    call.send().await.unwrap();
    assert_eq!(server.received()[0].body, "{}", "no documented default is sent");
}

#[tokio::test]
async fn every_violation_is_told_and_nothing_is_sent() {
    let server = Server::start().await.unwrap();
    let client = client_of(&server.base_url());
    let call = client.update_function_async_invoke_config().project_id("").function_urn(URN);
    let call =
        call.body_map(|b| b.max_async_retry_attempts(-1).max_async_event_age_in_seconds(100_000));
    let found: Vec<String> = call.check().unwrap().iter().map(ToString::to_string).collect();
    assert_snapshot!(found.join("\n"), @r"
    project_id: a text of 0 characters is outside the documented length 1..=32
    max_async_event_age_in_seconds: 100000 is outside the documented 1..=86400
    max_async_retry_attempts: -1 is outside the documented 0..=3
    ");
    assert_eq!(call.send().await.unwrap_err().to_string(), found.join("; "));
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_client_may_send_what_is_not_documented() {
    let server = Server::start().await.unwrap();
    let builder = functiongraph::Client::builder().endpoint(server.base_url());
    let builder = builder.credentials(Anonymous).project_id(PROJECT);
    server.answer("update_function_async_invoke_config", Answer::json(200, "{}")).unwrap();
    let client = builder.allow_undocumented(true).build().unwrap();
    let call = client.update_function_async_invoke_config().function_urn(URN);
    let call = call.body_map(|b| b.max_async_retry_attempts(9));
    assert!(call.clone().allow_undocumented(false).send().await.is_err());
    call.send().await.unwrap();
    assert_eq!(server.received().len(), 1);
}

#[test]
fn what_was_read_can_be_changed_and_sent_back() {
    let sent = r#"{"max_async_retry_attempts":99,"max_async_event_age_in_seconds":3}"#;
    let read: types::FunctionAsyncConfig = serde_json::from_str(sent).unwrap();
    assert_eq!(read.max_async_retry_attempts, Some(99));
    assert_eq!(read.check().len(), 2);
    let changed = read.into_builder().max_async_event_age_in_seconds(60);
    let changed = types::FunctionAsyncConfig::try_from(changed).unwrap();
    assert_eq!(
        serde_json::to_string(&changed).unwrap(),
        r#"{"max_async_event_age_in_seconds":60,"max_async_retry_attempts":99}"#
    );
}
