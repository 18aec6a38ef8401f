//! Differences between responses and documents: a client's observer and `cloudfn probe` report each
//! with its claim, and nothing else.

#[path = "support/command.rs"]
mod command;
#[path = "support/server.rs"]
mod server;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use cloudfn::credentials::Anonymous;
use cloudfn::drift::{Drift, DriftKind};
use cloudfn::mock::{Answer, Server};
use cloudfn::registry::{Arguments, Target, APIS};
use cloudfn::{authing, functiongraph, RetryPolicy};
use command::{Ended, SECRET};
use serde_json::{json, Value};
use server::{unused_address, Part, Received, Server as Wire, Step};

const PUBLISH: &str = "functiongraph::create_function_version";
const CONFIGURE: &str = "functiongraph::update_function_async_invoke_config";
const REUPLOAD: &str = "authing::reupload_pipeline_function";

/// A documented response of an operation.
fn sample(operation: &str) -> Value {
    let operation = APIS.iter().find_map(|api| api.operation(operation)).unwrap();
    let sample = operation.samples.iter().find(|s| s.place == "response.200").unwrap();
    serde_json::from_str(sample.json).unwrap()
}

/// The differences of a response with `status` and `body`, by kind and claims.
async fn drift_of(status: u16, body: &str) -> Vec<(DriftKind, Vec<String>)> {
    let server = Server::start().await.unwrap();
    server.answer("create_function_version", Answer::json(status, body)).unwrap();
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
        server
            .answer_once("create_function_version", Answer::json(200, publish.to_string()))
            .unwrap();
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

#[tokio::test]
async fn each_broken_rule_is_another_difference() {
    let server = Server::start().await.unwrap();
    let body = json!({
        "cpu": 200, "memory_size": 256, "handler": "index", "timeout": 43200, "type": "v1",
        "strategy_config": { "concurrency": 1000 }, "digest": "9e107d9d372bb6826bd81d3542a419d6",
        "code_type": "zip", "code_url": "https://bucket.example/code.zip",
        "mount_config": {
            "mount_user": { "user_id": "0", "user_group_id": "-1" },
            "func_mounts": [{ "mount_type": "ecs" }],
        },
    });
    server.answer("create_function_version", Answer::json(200, body.to_string())).unwrap();
    let told = observed(&server, 1).await.into_iter();
    let told = told.map(|drift| (drift.kind, drift.claims.join(", "))).collect();
    let rule = |name: &str| (DriftKind::Rule, format!("{PUBLISH}::rule/{name}"));
    let broken = [
        "code-filename-by-type",
        "code-url-by-type",
        "concurrency-by-type",
        "cpu-by-memory",
        "digest-is-sha512",
        "handler-has-a-dot",
        "mount-members-mandatory",
        "share-path-of-ecs",
        "user-id-range",
    ];
    let exception = (DriftKind::Exception, format!("{PUBLISH}::rule/timeout-of-listed-users"));
    assert_eq!(sorted(told), sorted(broken.into_iter().map(rule).chain([exception]).collect()));
}

/// A server whose responses differ from the documents in thirteen places.
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
    server.answer("create_function_version", Answer::json(200, publish.to_string())).unwrap();
    let configured = sample("update_function_async_invoke_config").to_string();
    server.answer("update_function_async_invoke_config", Answer::json(202, configured)).unwrap();
    let mut reuploaded = sample("reupload_pipeline_function");
    let data = reuploaded["data"].as_object_mut().unwrap();
    data.remove("createdAt");
    data.insert("scene".into(), json!("AFTER_LUNCH"));
    data.insert("status".into(), Value::Null);
    reuploaded["message"] = json!(["a", "b"]);
    server.answer("reupload_pipeline_function", Answer::json(200, reuploaded.to_string())).unwrap();
    server
}

/// The kind, member and claims of each planted difference.
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
        of_publish(DriftKind::Exception, "timeout", "rule/timeout-of-listed-users"),
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
        .retry(RetryPolicy::never())
        .on_drift(tell())
        .build()
        .unwrap();
    let authing = authing::Client::builder()
        .endpoint(server.base_url())
        .credentials(Anonymous)
        .retry(RetryPolicy::never())
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
                allow_undocumented: false,
            };
            for _ in 0..times {
                // Some responses cannot be read, but are reported anyway.
                let _ = (operation.call)(&target, &arguments).await;
            }
        }
    }
    let told = told.lock().unwrap();
    told.clone()
}

fn cloudfn(arguments: &[&str]) -> Ended {
    let mut command = command::cloudfn(arguments);
    command.env("HUAWEICLOUD_SDK_TOKEN", SECRET);
    command.env("AUTHING_ACCESS_KEY_ID", "id").env("AUTHING_ACCESS_KEY_SECRET", SECRET);
    command.output().unwrap().into()
}

/// Probes both APIs at a server: exit codes, reports and other output.
async fn probed(server: &Server) -> Vec<(Option<i32>, Value, String)> {
    let url = server.base_url();
    let probe = move || {
        let of_api = |api| {
            let arguments = ["probe", api, "--unsafe", "--endpoint", &url, "--format", "json"];
            let Ended { code, stdout, stderr } = cloudfn(&arguments);
            (code, serde_json::from_str(&stdout).unwrap(), stderr)
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
        // An operation without this error responds with the previous one.
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
    publish["runtime"] = json!(format!("echo {SECRET}"));
    publish["user_data"] = json!("{\"password\":\"of a user\"}");
    server.answer("create_function_version", Answer::json(200, publish.to_string())).unwrap();
    let (code, report, message) = probed(&server).await.remove(0);
    assert_eq!(code, Some(1));
    let shown = format!("{report}{message}");
    assert!(shown.contains("[secret]"), "{shown}");
    assert!(!shown.contains("of a user"), "{shown}");
    for step in [
        Step::json(200, r#"{"timeout":"\"of a user"}"#),
        Step::json(404, r#"{"error_code":["of a user"]}"#),
        Step::html(200, "of a user"),
    ] {
        let (code, compared, error) = reported("create_function_version", step, &[]).await;
        assert_eq!((code, compared), (Some(1), Some(false)), "{error}");
        assert!(!error.contains("of a user"), "{error}");
    }
}

#[test]
fn a_probe_calls_what_changes_something_only_when_asked() {
    for api in APIS {
        let Ended { code, stdout, stderr } =
            cloudfn(&["probe", api.name, "--demo", "--format", "json"]);
        let safe = api.operations.iter().filter(|operation| operation.safe);
        let safe: BTreeSet<&str> = safe.map(|operation| operation.id).collect();
        if safe.is_empty() {
            assert_eq!(code, Some(2), "{stderr}");
            assert!(stderr.contains("may change something: "), "{stderr}");
            continue;
        }
        assert_eq!(code, Some(0), "{stderr}");
        let report: Value = serde_json::from_str(&stdout).unwrap();
        let called = report["calls"].as_array().unwrap().iter();
        let called: BTreeSet<&str> = called.filter_map(|c| c["operation"].as_str()).collect();
        assert_eq!(called, safe);
    }
    let named = ["probe", "functiongraph", "--demo", "--operation", "create-function-version"];
    assert_eq!(cloudfn(&named).code, Some(0));
}

/// Probes one operation at `url`, and returns the exit code and standard output.
async fn probed_at(url: String, api: &'static str, more: &[&str]) -> (Option<i32>, String) {
    let more: Vec<String> = more.iter().map(ToString::to_string).collect();
    let probe = move || {
        let mut arguments = vec!["probe", api, "--endpoint", &url];
        arguments.extend(more.iter().map(String::as_str));
        let ended = cloudfn(&arguments);
        (ended.code, ended.stdout)
    };
    tokio::task::spawn_blocking(probe).await.unwrap()
}

/// Probes an operation of a service that responds with `step`: exit code, whether the response was
/// compared, and why the call failed.
async fn reported(
    operation: &str,
    step: Step,
    more: &[&str],
) -> (Option<i32>, Option<bool>, String) {
    const TOKEN: &str = r#"{"statusCode":200,"message":"","data":{"expires_in":7200,"access_token":
        "eyJhbGciOiJub25lIn0.eyJzY29wZWRfdXNlcnBvb2xfaWQiOiJwb29sIn0."}}"#;
    let script = move |request: &Received, _| match request.target.ends_with("management-token") {
        true => Step::json(200, TOKEN),
        false => step.clone(),
    };
    let service = Wire::start(Arc::new(script)).await;
    let api = APIS.iter().find(|api| api.operation(operation).is_some()).unwrap();
    let operation = operation.replace('_', "-");
    let arguments = ["--operation", &operation, "--format", "json", "--attempts", "1"];
    let (code, report) = probed_at(service.url(), api.name, &[&arguments[..], more].concat()).await;
    let report: Value = serde_json::from_str(&report).unwrap();
    let [call] = &report["calls"].as_array().unwrap()[..] else { panic!("{report}") };
    (code, call["compared"].as_bool(), call["error"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_response_that_was_not_compared_is_not_green() {
    const PUBLISH: &str = "create_function_version";
    const ERROR: &str = r#"{"error_code":"FSS.1051","error_msg":"no such function"}"#;
    let cut = |head: &str, body: &str| {
        Step::raw(format!("HTTP/1.1 {head}\r\nContent-Length: 4000\r\n\r\n{body}"), Part::Close)
    };
    let slow = |head: &str, body: &str| {
        Step::raw(format!("HTTP/1.1 {head}\r\nContent-Length: 4000\r\n\r\n{body}"), Part::Hang)
    };
    let twice = r#"{"func_name":"a","func_name":"b"}"#;
    let large = sample(PUBLISH).to_string();
    for (name, step, says) in [
        ("head", Step::raw("HTTP/1.1 200 OK\r\nContent-Le", Part::Close), "broke"),
        ("body", cut("200 OK", r#"{"func_name":"#), "broke"),
        ("whole JSON", cut("200 OK", "{}"), "broke"),
        ("404", cut("404 Not Found", r#"{"error_code":"#), "broke"),
        ("404 and whole JSON", cut("404 Not Found", ERROR), "broke"),
        ("redirect", cut("302 Found", ""), "broke"),
        ("too large", Step::json(200, &large), "larger than the 64 bytes"),
        ("404 too large", Step::json(404, ERROR.to_owned() + &" ".repeat(99)), "larger than"),
        ("slow", slow("200 OK", "{}"), "within"),
        ("slow 404", slow("404 Not Found", ERROR), "within"),
        ("nothing", Step::hang(), "within"),
        ("reset", Step::reset(), "broke"),
        ("HTML", Step::html(200, "<html>"), "read"),
        ("empty", Step::json(200, ""), "read"),
        ("null", Step::json(200, "null"), "read"),
        ("member twice", Step::json(200, twice), "func_name"),
        (
            "404 member twice",
            Step::json(404, r#"{"error_code":"a","error_code":"b"}"#),
            "error_code",
        ),
        ("no text", Step::json(200, b"{\"func_name\":\"\xff\"}"), "read"),
    ] {
        let limits = ["--timeout", "0.5", "--largest-body", "64"];
        let (code, compared, error) = reported(PUBLISH, step, &limits).await;
        assert_eq!((code, compared), (Some(1), Some(false)), "{name}: {error}");
        assert!(error.contains(says), "{name}: {error}");
    }
}

#[tokio::test]
async fn a_response_that_was_compared_is_green_unless_it_differs() {
    const PUBLISH: &str = "create_function_version";
    const REUPLOAD: &str = "reupload_pipeline_function";
    let documented = sample(PUBLISH).to_string();
    let business = |status: u16| json!({ "statusCode": status, "message": "m" }).to_string();
    for (name, operation, step, code, is_compared) in [
        ("success", PUBLISH, Step::json(200, documented), 0, true),
        ("broken rule", PUBLISH, Step::json(200, r#"{"handler":"index"}"#), 1, true),
        ("documented exception", PUBLISH, Step::json(200, r#"{"timeout":43200}"#), 0, true),
        ("documented error", PUBLISH, Step::json(404, r#"{"error_code":"FSS.1051"}"#), 0, true),
        ("undocumented error", PUBLISH, Step::json(409, r#"{"error_code":"FSS.1062"}"#), 1, true),
        ("undocumented redirect", PUBLISH, Step::json(302, ""), 1, true),
        ("204", PUBLISH, Step::raw("HTTP/1.1 204 No Content\r\n\r\n", Part::Hang), 1, false),
        ("HTML of a documented error", PUBLISH, Step::html(404, "<html>"), 1, false),
        ("documented status in the body", REUPLOAD, Step::json(200, business(403)), 0, true),
        ("undocumented status in the body", REUPLOAD, Step::json(200, business(603)), 1, true),
        ("no status in the body", REUPLOAD, Step::json(200, r#"{"message":"m"}"#), 1, false),
    ] {
        let (found, compared, error) = reported(operation, step, &["--timeout", "5"]).await;
        assert_eq!((found, compared), (Some(code), Some(is_compared)), "{name}: {error}");
    }
}

#[tokio::test]
async fn the_response_that_counts_is_the_last() {
    const CONFIGURE: &str = "update_function_async_invoke_config";
    let documented = sample(CONFIGURE).to_string();
    for (name, steps, code) in [
        ("compared in the end", [Step::reset(), Step::json(200, &documented)], 0),
        ("cut off in the end", [Step::json(500, "{}"), Step::reset()], 1),
    ] {
        let script = move |_: &Received, earlier: usize| steps[earlier.min(1)].clone();
        let service = Wire::start(Arc::new(script)).await;
        let operation = CONFIGURE.replace('_', "-");
        let more = ["--operation", &operation, "--attempts", "2"];
        let (found, report) = probed_at(service.url(), "functiongraph", &more).await;
        assert_eq!(found, Some(code), "{name}: {report}");
        let line = if code == 0 { "\n    compared\n" } else { "\n    not compared: " };
        assert!(report.contains(line), "{name}: {report}");
    }
}

#[tokio::test]
async fn a_call_that_was_not_sent_is_not_green() {
    let publish = ["--operation", "create-function-version", "--attempts", "1"];
    let nowhere = format!("http://{}", unused_address().await);
    let (code, report) = probed_at(nowhere, "functiongraph", &publish).await;
    assert_eq!(code, Some(1), "{report}");
    assert!(report.contains("not compared: no connection to"), "{report}");

    let service = Wire::start(Arc::new(|_, _| Step::json(401, "{}"))).await;
    let (code, report) = probed_at(service.url(), "authing", &["--unsafe"]).await;
    assert_eq!(code, Some(1), "{report}");
    assert!(report.contains("not compared: "), "{report}");

    // Nothing was sent.
    let server = Server::start().await.unwrap();
    let long = format!("function_urn={}", "x".repeat(270));
    let configure = ["--operation", "update-function-async-invoke-config"];
    let more = [&publish[..], &configure[..], &["--parameter", &long]].concat();
    let (code, report) = probed_at(server.base_url(), "functiongraph", &more).await;
    assert_eq!(code, Some(2), "{report}");
    assert_eq!(report.matches("not compared: function_urn: ").count(), 2, "{report}");
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_probe_takes_each_operation_once() {
    let server = Server::start().await.unwrap();
    let publish = ["--operation", "create-function-version"];
    let twice = [publish, publish].concat();
    let (code, report) = probed_at(server.base_url(), "functiongraph", &twice).await;
    assert_eq!(code, Some(0), "{report}");
    assert_eq!(server.received().len(), 1);
}
