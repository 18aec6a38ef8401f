//! The driver that compares the cost of calls with that of other clients.

#[allow(dead_code, reason = "its `main` is for the command line")]
#[path = "../examples/call_driver.rs"]
mod call_driver;

use call_driver::{run, Cloudfn, Stopped};
use cloudfn::mock::Server;
use serde_json::Value;

async fn driven(base_url: &str, arguments: &str) -> Result<Value, Stopped> {
    let arguments = format!("--base-url {base_url} {arguments}");
    let line = run::<Cloudfn>(arguments.split_whitespace().map(str::to_owned)).await?;
    Ok(serde_json::from_str(&line).unwrap())
}

#[tokio::test]
async fn it_warms_up_and_then_makes_all_calls() {
    for (operation, auth, n, concurrency, sent) in [
        ("publish_version", "token", 1, 1, 1),
        ("publish_version", "aksk", 3, 8, 5),
        ("set_async_config", "token", 202, 8, 402),
        ("set_async_config", "aksk", 3, 2, 5),
        ("reupload_pipeline", "token", 3, 2, 5),
    ] {
        let server = Server::start().await.unwrap();
        let call = format!("--operation {operation} --auth {auth}");
        let call = format!("{call} --n {n} --concurrency {concurrency}");
        let cost = driven(&server.base_url(), &call).await.unwrap();
        let received = server.received();
        assert_eq!(received.len(), sent, "{call}");
        let is_signed = |name: &str| received.iter().all(|one| one.headers.contains_key(name));
        assert_eq!(is_signed("x-sdk-date"), auth == "aksk", "{call}");
        let members = cost.as_object().unwrap().keys().map(String::as_str);
        let mut members = members.collect::<Vec<_>>();
        members.sort_unstable();
        assert_eq!(members.join(" "), "client concurrency n operation rss_mb sys_s user_s wall_s");
        assert_eq!((&cost["client"], &cost["operation"]), (&"cloudfn".into(), &operation.into()));
        assert_eq!((&cost["n"], &cost["concurrency"]), (&n.into(), &concurrency.into()));
        let number = |name: &str| cost[name].as_f64().unwrap();
        assert!(number("wall_s") > 0.0 && number("rss_mb") > 1.0, "{cost}");
        assert!(number("user_s") >= 0.0 && number("sys_s") >= 0.0, "{cost}");
    }
}

#[tokio::test]
async fn it_says_what_it_lacks() {
    for (arguments, why) in [
        ("", "--operation is missing"),
        ("--operation publish_version", "--n is missing"),
        ("--operation delete_all --n 1", "delete_all is not an operation"),
        ("--operation publish_version --n 0", "--n 0 is not a number above 0"),
        ("--operation publish_version --n", "--n needs a value"),
        ("--operation publish_version --n 1 --auth basic", "basic is not a way to authenticate"),
        ("--verbose 1", "--verbose is not an option"),
        (
            "--operation reupload_pipeline --n 1 --auth aksk",
            "reupload_pipeline is not signed with access keys",
        ),
    ] {
        let stopped = driven("http://127.0.0.1:9", arguments).await.unwrap_err();
        assert_eq!((stopped.code, stopped.why.as_str()), (64, why));
    }
    let arguments = "--operation publish_version --n 1";
    let stopped = driven("http://127.0.0.1:9", arguments).await.unwrap_err();
    assert_eq!(
        (stopped.code, stopped.why.as_str()),
        (1, "create_function_version: no connection to 127.0.0.1:9 (after 3 attempts)")
    );
}
