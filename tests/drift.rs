//! Differences between answers and documents: an observer of a client and `cloudfn probe` tell
//! each by its claim, and nothing else.

use std::collections::BTreeSet;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use cloudfn::credentials::Anonymous;
use cloudfn::drift::{Drift, DriftKind};
use cloudfn::mock::{Answer, Server};
use cloudfn::registry::{Arguments, Target, APIS};
use cloudfn::{authing, functiongraph};
use serde_json::{json, Value};

const PUBLISH: &str = "functiongraph::create_function_version";
const CONFIGURE: &str = "functiongraph::update_function_async_invoke_config";
const REUPLOAD: &str = "authing::reupload_pipeline_function";

/// A documented answer of an operation.
fn sample(operation: &str) -> Value {
    let operation = APIS.iter().find_map(|api| api.operation(operation)).unwrap();
    let sample = operation.samples.iter().find(|s| s.place == "response.200").unwrap();
    serde_json::from_str(sample.json).unwrap()
}

/// What an answer with `status` and `body` differs in, by kind and claims.
async fn drift_of(status: u16, body: &str) -> Vec<(DriftKind, Vec<String>)> {
    let server = Server::start().await.unwrap();
    server.answer("create_function_version", Answer::json(status, body));
    let told = observed(&server, 1).await.into_iter();
    told.map(|drift| (drift.kind, drift.claims)).collect()
}

#[tokio::test]
async fn what_no_row_is_about_is_told_by_the_table_of_the_answer() {
    let claims = |table: &str| vec![format!("{PUBLISH}::{table}")];
    for (status, body, kind, table) in [
        (200, "[1]", DriftKind::Type, "response.200"),
        (200, "no JSON", DriftKind::Type, "response.200"),
        (200, "", DriftKind::Type, "response.200"),
        (404, r#"{"error_code":"a","extra":1}"#, DriftKind::Undocumented, "response.404"),
        (503, "<html>", DriftKind::Status, "status"),
    ] {
        assert_eq!(drift_of(status, body).await, [(kind, claims(table))], "{status} {body}");
    }
}

#[tokio::test]
async fn another_value_is_another_difference() {
    let server = Server::start().await.unwrap();
    let mut publish = sample("create_function_version");
    let listed = json!([{ "size": "1" }, { "size": [] }, { "size": [] }]);
    for (code_type, timeout) in [("tar", 901), ("tar", 902), ("rar", 903)] {
        publish["code_type"] = json!(code_type);
        publish["timeout"] = json!(timeout);
        publish["dependencies"] = listed.clone();
        server.answer_once("create_function_version", Answer::json(200, publish.to_string()));
    }
    let told = observed(&server, 3).await.into_iter();
    let told = told.map(|drift| (drift.member, drift.found)).collect();
    let expected = [
        ("code_type", "\"rar\""),
        ("code_type", "\"tar\""),
        ("dependencies[0].size", "string"),
        ("dependencies[1].size", "array"),
        ("timeout", "901"),
    ];
    assert_eq!(sorted(told), expected.map(|(member, found)| (member.into(), found.into())));
}

/// A server whose answers differ from the documents in thirteen places.
async fn drifted() -> Server {
    let server = Server::start().await.unwrap();
    let mut publish = sample("create_function_version");
    publish["func_vpc"] = json!({ "vpc_id": "a", "zone": "b" });
    publish["code_type"] = json!("tar");
    publish["timeout"] = json!(901);
    publish["cpu"] = json!("300");
    publish["last_modified"] = json!("2019-10-25 15:37:27");
    publish["handler"] = Value::Null;
    publish["dependencies"] = json!([{ "size": 1 }, { "size": [] }, { "size": [] }]);
    publish["strategy_config"] = json!({ "concurrency": -2 });
    server.answer("create_function_version", Answer::json(200, publish.to_string()));
    let configured = sample("update_function_async_invoke_config").to_string();
    server.answer("update_function_async_invoke_config", Answer::json(202, configured));
    let mut reuploaded = sample("reupload_pipeline_function");
    let data = reuploaded["data"].as_object_mut().unwrap();
    data.remove("createdAt");
    data.insert("scene".into(), json!("AFTER_LUNCH"));
    data.insert("status".into(), Value::Null);
    reuploaded["message"] = json!(["a", "b"]);
    server.answer("reupload_pipeline_function", Answer::json(200, reuploaded.to_string()));
    server
}

/// Kind, member and claims of each planted difference.
fn planted() -> Vec<(DriftKind, String, Vec<String>)> {
    let of_publish = |kind, member: &str, claim: &str| {
        (kind, member.to_owned(), vec![format!("{PUBLISH}::{claim}")])
    };
    let of_reupload = |kind, member: &str, claim: &str| {
        let claims = ["en", "zh"].map(|page| format!("{REUPLOAD}[{page}]::{claim}"));
        (kind, member.to_owned(), claims.to_vec())
    };
    vec![
        of_publish(DriftKind::Undocumented, "func_vpc.zone", "FuncVpc"),
        of_publish(DriftKind::Value, "code_type", "response.200/code_type::values"),
        of_publish(DriftKind::Range, "timeout", "response.200/timeout::maximum"),
        of_publish(DriftKind::Type, "cpu", "response.200/cpu::type"),
        of_publish(DriftKind::Format, "last_modified", "response.200/last_modified::type"),
        of_publish(DriftKind::Null, "handler", "response.200/handler::type"),
        of_publish(DriftKind::Type, "dependencies[1].size", "Dependency/size::type"),
        of_publish(
            DriftKind::Range,
            "strategy_config.concurrency",
            "StrategyConfig/concurrency::minimum",
        ),
        (DriftKind::Status, String::new(), vec![format!("{CONFIGURE}::status")]),
        of_reupload(
            DriftKind::Missing,
            "data.createdAt",
            "PipelineFunctionDto/createdAt::required",
        ),
        of_reupload(DriftKind::Missing, "data.status", "PipelineFunctionDto/status::required"),
        of_reupload(DriftKind::Value, "data.scene", "PipelineFunctionDto/scene::values"),
        of_reupload(DriftKind::Type, "message", "response.200/message::type"),
    ]
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort();
    list
}

/// Calls every operation of both APIs, with an observer.
async fn observed(server: &Server, times: usize) -> Vec<Drift> {
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = || {
        let told = Arc::clone(&told);
        move |drift: &Drift| told.lock().unwrap().push(drift.clone())
    };
    let functiongraph = functiongraph::Client::builder()
        .endpoint(server.base_url())
        .project_id("p")
        .credentials(Anonymous)
        .on_drift(tell())
        .build()
        .unwrap();
    let authing = authing::Client::builder()
        .endpoint(server.base_url())
        .credentials(Anonymous)
        .on_drift(tell())
        .build()
        .unwrap();
    for api in APIS {
        let target = match api.name {
            "functiongraph" => Target::from(&functiongraph),
            _ => Target::from(&authing),
        };
        for operation in api.operations {
            let request = operation.samples.iter().find(|sample| sample.place == "request");
            let parameters = operation.parameters.iter();
            let arguments = Arguments {
                parameters: parameters.map(|p| (p.name.into(), p.minimal.into())).collect(),
                body: request.map(|sample| sample.json.as_bytes().to_vec()),
            };
            for _ in 0..times {
                // Some answers cannot be read, and are told of all the same.
                let _ = (operation.call)(&target, &arguments).await;
            }
        }
    }
    let told = told.lock().unwrap();
    told.clone()
}

fn cloudfn(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cloudfn"));
    command.args(arguments).env_clear().stdin(Stdio::null());
    command.env("HUAWEICLOUD_SDK_TOKEN", "a-token-that-is-secret");
    command.env("AUTHING_ACCESS_KEY_ID", "id").env("AUTHING_ACCESS_KEY_SECRET", "secret");
    command.output().unwrap()
}

/// Probes both APIs at a server: exit codes, reports and what is printed besides.
async fn probed(server: &Server) -> Vec<(Option<i32>, Value, String)> {
    let url = server.base_url();
    let probe = move || {
        let of_api = |api| {
            let arguments = ["probe", api, "--unsafe", "--endpoint", &url, "--format", "json"];
            let output = cloudfn(&arguments);
            let report = serde_json::from_slice(&output.stdout).unwrap();
            (output.status.code(), report, String::from_utf8(output.stderr).unwrap())
        };
        ["functiongraph", "authing"].map(of_api).to_vec()
    };
    tokio::task::spawn_blocking(probe).await.unwrap()
}

#[tokio::test]
async fn an_observer_is_told_each_difference_once() {
    let told = observed(&drifted().await, 3).await;
    let told = told.into_iter().map(|drift| (drift.kind, drift.member, drift.claims));
    assert_eq!(sorted(told.collect()), sorted(planted()));
}

#[tokio::test]
async fn documented_answers_differ_in_nothing() {
    let server = Server::start().await.unwrap();
    assert_eq!(observed(&server, 1).await, []);
    for (code, report, _) in probed(&server).await {
        assert_eq!((code, &report["differences"]), (Some(0), &json!([])), "{report}");
    }
}

#[tokio::test]
async fn documented_errors_differ_in_nothing() {
    let server = Server::start().await.unwrap();
    let operations = || APIS.iter().flat_map(|api| api.operations);
    let statuses = operations().flat_map(|operation| operation.responses);
    let errors: BTreeSet<u16> = statuses.filter_map(|answer| answer.status.parse().ok()).collect();
    for status in errors.into_iter().filter(|status| *status >= 400) {
        // An operation without this error answers with the one before.
        let answers = operations().map(|operation| server.answer_status(operation.id, status));
        assert!(answers.filter(Result::is_ok).count() > 0, "{status}");
        assert_eq!(observed(&server, 1).await, [], "{status}");
    }
}

#[tokio::test]
async fn a_probe_reports_each_difference_by_its_claims() {
    let mut reported = Vec::new();
    for (code, report, message) in probed(&drifted().await).await {
        assert_eq!(code, Some(1));
        assert!(message.contains("differs from the documents in"), "{message}");
        for drift in report["differences"].as_array().unwrap() {
            let member = drift["member"].as_str().unwrap().to_owned();
            let claims: Vec<String> = serde_json::from_value(drift["claims"].clone()).unwrap();
            reported.push((drift["kind"].to_string(), member, claims));
        }
    }
    let planted = planted().into_iter();
    let planted = planted.map(|(kind, member, claims)| {
        (serde_json::to_value(kind).unwrap().to_string(), member, claims)
    });
    assert_eq!(sorted(reported), sorted(planted.collect()));
}

#[tokio::test]
async fn a_report_holds_no_secret() {
    let server = Server::start().await.unwrap();
    let mut publish = sample("create_function_version");
    publish["runtime"] = json!("echo a-token-that-is-secret");
    publish["user_data"] = json!("{\"password\":\"of a user\"}");
    server.answer("create_function_version", Answer::json(200, publish.to_string()));
    let (code, report, message) = probed(&server).await.remove(0);
    assert_eq!(code, Some(1));
    let shown = format!("{report}{message}");
    assert!(shown.contains("[secret]"), "{shown}");
    assert!(!shown.contains("a-token-that-is-secret") && !shown.contains("of a user"), "{shown}");
}

#[test]
fn a_probe_calls_what_changes_something_only_when_asked() {
    let output = cloudfn(&["probe", "functiongraph", "--demo"]);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains("may change something: "), "{message}");
    let named = ["probe", "functiongraph", "--demo", "--operation", "create-function-version"];
    assert_eq!(cloudfn(&named).status.code(), Some(0));
}
