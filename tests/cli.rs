//! The command line: exit codes and output streams.

#[path = "support/command.rs"]
mod command;
#[path = "support/server.rs"]
mod server;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use cloudfn::registry::APIS;
use insta::assert_snapshot;
use serde_json::Value;

use command::{cloudfn, cloudfn_at, run, Ended, PUBLISH, SECRET};
use server::{unused_address, Script, Server, Step};

const CONFIGURE: [&str; 4] =
    ["functiongraph", "update-function-async-invoke-config", "--function-urn", "urn"];
/// The time limit for anything.
const PATIENCE: Duration = Duration::from_secs(20);

async fn run_against(step: Step, arguments: &[&str]) -> Ended {
    let script: Arc<Script> = Arc::new(move |_, _| step.clone());
    let server = Server::start(script).await;
    run(cloudfn_at(&server.url(), arguments)).await
}

#[tokio::test]
async fn a_success_is_json_on_stdout() {
    let ended = run(cloudfn(&[&PUBLISH[..], &["--demo"]].concat())).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    let json: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(json["func_name"], "test");
}

#[tokio::test]
async fn status_and_headers_are_printed_where_that_is_asked_for() {
    let ended = run(cloudfn(&[&PUBLISH[..], &["--demo", "--include"]].concat())).await;
    let json: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&json["status"], &json["headers"]), (&200.into(), &serde_json::json!({})));
    assert_eq!(json["body"]["func_name"], "test");
}

#[tokio::test]
async fn nothing_is_sent_for_what_is_wrong_before() {
    let server = Server::start(Arc::new(|_, _| Step::json(200, "{}"))).await;
    let url = server.url();
    let at = |arguments: &[&str]| cloudfn_at(&url, arguments);
    let configure = |more: &[&str]| at(&[&CONFIGURE[..], more].concat());
    let publish = |variables: &[(&str, &str)]| {
        let mut command = cloudfn(&PUBLISH);
        command.envs(variables.iter().copied());
        command
    };
    let mut said = Vec::new();
    for (name, command) in [
        ("typo of an operation", at(&["functiongraph", "create-function-versions"])),
        ("typo of a flag", configure(&["--max-async-retry-attempt", "1"])),
        ("out of range", configure(&["--max-async-retry-attempts", "9"])),
        ("no number", configure(&["--max-async-retry-attempts", "two"])),
        ("wrong type", configure(&["--max-async-retry-attempts", "\"2\""])),
        ("no such file", configure(&["--json-body", "/nowhere.json"])),
        ("body twice", configure(&["--json-body", "-", "--max-async-retry-attempts", "2"])),
        ("no time", configure(&["--timeout", "0"])),
        ("no parameter", at(&["functiongraph", "create-function-version", "--version", "v1"])),
        ("no body", configure(&[])),
        (
            "no body with members that are required",
            cloudfn(&["authing", "reupload-pipeline-function", "--demo"]),
        ),
        ("no endpoint", publish(&[("HUAWEICLOUD_SDK_TOKEN", SECRET)])),
        ("no credentials", publish(&[])),
        ("plain http", cloudfn_at("http://functiongraph.example.com", &PUBLISH)),
        ("a flag for a value", at(&[&PUBLISH[..3], &["--demo"]].concat())),
        (
            "no authing credentials",
            cloudfn(&["authing", "reupload-pipeline-function", "--func-id", "f"]),
        ),
    ] {
        let ended = run(command).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{name}: {}", ended.stderr);
        said.push(format!("{name}: {}", ended.stderr.lines().next().unwrap_or_default()));
    }
    assert!(server.received().is_empty());
    assert_snapshot!(said.join("\n"), @r#"
    typo of an operation: error: unrecognized subcommand 'create-function-versions'
    typo of a flag: error: unexpected argument '--max-async-retry-attempt' found
    out of range: error: max_async_retry_attempts: 9 is outside the documented 0..=3; to send it anyway, pass --allow-undocumented
    no number: error: --max-async-retry-attempts: "two" is not JSON: expected ident at line 1 column 2
    wrong type: error: max_async_retry_attempts: is a string, and documented as an integer; to send it anyway, pass --allow-undocumented
    no such file: error: the body cannot be read from /nowhere.json: No such file or directory (os error 2)
    body twice: error: the argument '--json-body <FILE>' cannot be used with '--max-async-retry-attempts <INTEGER>'
    no time: error: invalid value '0' for '--timeout <SECONDS>': not a positive number of seconds
    no parameter: error: function_urn is required
    no body: error: the body is missing: pass its members, see --help, or all of it with --json-body
    no body with members that are required: error: the body is missing: pass --func-id, or all of it with --json-body
    no endpoint: error: there is no endpoint: set a `region` or an `endpoint`
    no credentials: error: no credentials found: set CLOUDFN_FUNCTIONGRAPH_TOKEN, or HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or create ~/.huaweicloud/credentials
    plain http: error: CLOUDFN_FUNCTIONGRAPH_ENDPOINT: the endpoint http://functiongraph.example.com is plain http to another machine: anyone on the network path could read the credentials; `allow_plain_http` accepts it
    a flag for a value: error: a value is required for '--function-urn <TEXT>' but none was supplied
    no authing credentials: error: no credentials found: set AUTHING_ACCESS_KEY_ID and AUTHING_ACCESS_KEY_SECRET, or AUTHING_USERPOOL_ID and AUTHING_USERPOOL_SECRET
    "#);
}

#[tokio::test]
async fn a_misspelt_member_of_a_body_is_refused() {
    let server = Server::start(Arc::new(|_, _| Step::json(200, "{}"))).await;
    let mut command = cloudfn_at(&server.url(), &[&CONFIGURE[..], &["--json-body", "-"]].concat());
    let ended = tokio::task::spawn_blocking(move || {
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let body = br#"{"max_async_retry_attemps":1,"max_async_event_age_in_seconds":0}"#;
        child.stdin.take().unwrap().write_all(body).unwrap();
        Ended::from(child.wait_with_output().unwrap())
    });
    let ended = ended.await.unwrap();
    assert_eq!(ended.code, Some(2));
    assert_eq!(
        ended.stderr,
        "error: max_async_retry_attemps: is not a documented member; \
         max_async_event_age_in_seconds: 0 is outside the documented 1..=86400; \
         to send it anyway, pass --allow-undocumented\n"
    );
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn what_fails_after_sending_says_all_of_it() {
    let body = r#"{"error_code":"FSS.1051","error_msg":"not found","request_id":"r-1"}"#;
    let ended = run_against(Step::json(404, body), &PUBLISH).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    assert_eq!(
        ended.stderr,
        "error: create_function_version: 404 Not Found: FSS.1051: not found (request ID r-1)\n"
    );
    let ended = run_against(Step::html(200, "<html>"), &PUBLISH).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    assert!(ended.stderr.contains("the body begins with: <html>"), "{}", ended.stderr);
    let url = format!("http://{}", unused_address().await);
    let ended = run(cloudfn_at(&url, &[&PUBLISH[..], &["--attempts", "1"]].concat())).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    assert!(ended.stderr.contains("no connection to 127.0.0.1"), "{}", ended.stderr);
    let started = Instant::now();
    let ended = run_against(Step::hang(), &[&PUBLISH[..], &["--timeout", "0.5"]].concat()).await;
    assert_eq!(ended.code, Some(1));
    assert!(started.elapsed() < Duration::from_secs(20));
    assert!(ended.stderr.contains("it may or may not have happened"), "{}", ended.stderr);
}

#[tokio::test]
async fn undocumented_values_are_shown_and_named() {
    let step = Step::json(200, r#"{"runtime":"Rust1.95","timeout":0,"new":{"a":[1]},"cpu":null}"#);
    let ended = run_against(step, &PUBLISH).await;
    assert_eq!(ended.code, Some(0));
    let json: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&json["runtime"], &json["timeout"]), (&"Rust1.95".into(), &0.into()));
    assert_eq!(json["new"]["a"][0], 1, "also what no model knows");
    assert!(ended.stderr.contains("new: is not a documented member"), "{}", ended.stderr);
    assert_eq!(ended.stderr.lines().count(), 1);
    assert!(ended.stderr.starts_with("undocumented: "), "{}", ended.stderr);
    assert!(ended.stderr.contains("timeout: 0 is outside the documented 3..=900"));
}

#[tokio::test]
async fn a_documented_exception_is_named() {
    let ended = run_against(Step::json(200, r#"{"timeout":43200}"#), &PUBLISH).await;
    let exception =
        "a documented exception: users on the allowlist may have a timeout of up to 12 hours";
    let expected = format!("timeout: 43200 is outside the documented 3..=900, {exception}");
    assert!(ended.stderr.contains(&expected), "{}", ended.stderr);
}

/// A body that no model can hold.
const ODD: &str = r#"{"max_async_retry_attempts": 9.50, "new": [1e400], "new": null,
    "destination_config": {"on_success": null}}"#;

#[tokio::test]
async fn undocumented_values_are_sent_only_on_request() {
    let server = Server::start(Arc::new(|_, _| Step::json(200, "{}"))).await;
    let url = server.url();
    let file = format!("{}/odd.json", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&file, ODD).unwrap();
    let long = "u".repeat(270);
    let mut said = Vec::new();
    for (given, body) in [
        (
            [&CONFIGURE[..], &["--max-async-retry-attempts", "9"]].concat(),
            r#"{"max_async_retry_attempts":9}"#,
        ),
        ([&CONFIGURE[..], &["--json-body", &file]].concat(), ODD),
        (
            [&PUBLISH[..2], &["--function-urn", &long, "--version", "v1"]].concat(),
            r#"{"version":"v1"}"#,
        ),
        (
            [&PUBLISH[..2], &["--function-urn", "u", "--digest", "notmd5"]].concat(),
            r#"{"digest":"notmd5"}"#,
        ),
    ] {
        let received = server.received().len();
        let refused = run(cloudfn_at(&url, &given)).await;
        assert_eq!((refused.code, server.received().len()), (Some(2), received));
        let allowed = [&given[..], &["--allow-undocumented"]].concat();
        let ended = run(cloudfn_at(&url, &allowed)).await;
        assert_eq!((ended.code, server.received().len()), (Some(0), received + 1));
        let sent = server.received().pop().unwrap();
        assert_eq!(String::from_utf8(sent.body).unwrap(), body);
        said.extend([refused.stderr, ended.stderr]);
    }
    assert_snapshot!(said.concat(), @r#"
    error: max_async_retry_attempts: 9 is outside the documented 0..=3; to send it anyway, pass --allow-undocumented
    warning: the request is not as documented: max_async_retry_attempts: 9 is outside the documented 0..=3
    error: max_async_retry_attempts: is a number, and documented as an integer; new: is not a documented member; new: is not a documented member; destination_config.on_success: is null, and documented as an object; to send it anyway, pass --allow-undocumented
    warning: the request is not as documented: max_async_retry_attempts: is a number, and documented as an integer; new: is not a documented member; new: is not a documented member; destination_config.on_success: is null, and documented as an object
    error: function_urn: a text of 270 characters is outside the documented length 1..=269; to send it anyway, pass --allow-undocumented
    warning: the request is not as documented: function_urn: a text of 270 characters is outside the documented length 1..=269
    error: digest: breaks the rule: the digest of a request is an MD5 digest in hexadecimal digits; to send it anyway, pass --allow-undocumented
    warning: the request is not as documented: digest: breaks the rule: the digest of a request is an MD5 digest in hexadecimal digits
    "#);
}

#[tokio::test]
async fn large_answers_are_printed_or_refused_whole() {
    let large =
        |bytes: usize| Step::json(200, format!(r#"{{"description":"{}"}}"#, "x".repeat(bytes)));
    let ended = run_against(large(20_000_000), &PUBLISH).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    assert!(ended.stderr.contains("larger than the 16777216 bytes"), "{}", ended.stderr);
    assert!(ended.stderr.len() < 2000);
    let more = [&PUBLISH[..], &["--largest-body", "30000000"]].concat();
    let ended = run_against(large(20_000_000), &more).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stdout.len() > 20_000_000);
}

#[tokio::test]
async fn a_closed_pipe_is_no_failure() {
    let body = format!(r#"{{"description":"{}"}}"#, "x".repeat(1_000_000));
    let server = Server::start(Arc::new(move |_, _| Step::json(200, &body))).await;
    let mut command = cloudfn_at(&server.url(), &PUBLISH);
    let ended = tokio::task::spawn_blocking(move || {
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        (child.wait().unwrap().code(), stderr)
    });
    assert_eq!(ended.await.unwrap(), (Some(0), String::new()));
}

/// Waits until `is_so` is true, and fails after a while.
#[cfg(unix)]
async fn wait_until(is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A command that is killed at the end of its test.
#[cfg(unix)]
struct Running(Child);

#[cfg(unix)]
impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The exit code and standard error of a command after a signal.
#[cfg(unix)]
async fn ended_by(signal: &'static str, mut running: Running) -> (Option<i32>, String) {
    let ended = tokio::task::spawn_blocking(move || {
        let child = &mut running.0;
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(sent.unwrap().success());
        let started = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if started.elapsed() > PATIENCE {
                child.kill().unwrap();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        (child.wait().unwrap().code(), stderr)
    });
    ended.await.unwrap()
}

#[cfg(unix)]
const SIGNALS: [&str; 2] = ["-INT", "-TERM"];

#[cfg(unix)]
#[tokio::test]
async fn a_signal_ends_a_call() {
    for signal in SIGNALS {
        let server = Server::start(Arc::new(|_, _| Step::hang())).await;
        let child = Running(cloudfn_at(&server.url(), &PUBLISH).spawn().unwrap());
        wait_until(|| !server.received().is_empty()).await;
        let (code, stderr) = ended_by(signal, child).await;
        assert_eq!(code, Some(1), "{signal}: {stderr}");
        assert_eq!(stderr, "error: interrupted; the operation may or may not have happened\n");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_ends_a_command_whose_answer_nobody_reads() {
    let body = format!(r#"{{"description":"{}"}}"#, "x".repeat(1_000_000));
    for signal in SIGNALS {
        let body = body.clone();
        let server = Server::start(Arc::new(move |_, _| Step::json(200, &body))).await;
        let mut child = Running(cloudfn_at(&server.url(), &PUBLISH).spawn().unwrap());
        let mut stdout = child.0.stdout.take().unwrap();
        let reading = move || stdout.read_exact(&mut [0; 100]).map(|()| stdout);
        let _stdout = tokio::task::spawn_blocking(reading).await.unwrap().unwrap();
        let (code, stderr) = ended_by(signal, child).await;
        assert_eq!(code, Some(1), "{signal}: {stderr}");
        assert_eq!(stderr, "error: interrupted before the response was written\n");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_ends_a_command_that_waits_for_its_body() {
    let arguments = [&CONFIGURE[..], &["--demo", "--json-body", "-"]].concat();
    let child = Running(cloudfn(&arguments).stdin(Stdio::piped()).spawn().unwrap());
    // Long enough for it to wait, even on a slow machine.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let ended = ended_by("-TERM", child).await;
    assert_eq!(ended, (Some(2), "error: interrupted before anything was sent\n".to_owned()));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_answer_that_cannot_be_written_is_a_failure() {
    let mut command = cloudfn(&[&PUBLISH[..], &["--demo"]].concat());
    command.stdout(std::fs::File::options().write(true).open("/dev/full").unwrap());
    let ended = run(command).await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.starts_with("error: the response cannot be written"), "{}", ended.stderr);
}

/// `cloudfn mock`, and what it prints after its URL.
#[cfg(unix)]
fn mock(arguments: &[&str]) -> (Running, String, BufReader<ChildStdout>) {
    let mut mock = Running(cloudfn(&[&["mock"], arguments].concat()).spawn().unwrap());
    let mut stdout = BufReader::new(mock.0.stdout.take().unwrap());
    let mut url = String::new();
    stdout.read_line(&mut url).unwrap();
    (mock, url.trim_end().to_owned(), stdout)
}

#[cfg(unix)]
#[tokio::test]
async fn the_mock_serves_until_it_is_told_to_end() {
    for signal in SIGNALS {
        let (child, url, _stdout) = mock(&["--port", "0"]);
        let ended = run(cloudfn_at(&url, &PUBLISH)).await;
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        // A process that is ended by a signal has no exit code, and PID 1 would not end.
        assert_eq!(ended_by(signal, child).await, (Some(0), String::new()), "{signal}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_mock_answers_though_nobody_reads_what_it_prints() {
    let (child, url, stdout) = mock(&["--print-requests"]);
    let client = reqwest::Client::new();
    let body = format!(r#"{{"description":"{}"}}"#, "x".repeat(200_000));
    for _ in 0..200 {
        let request = client.post(format!("{url}/v2/p/fgs/functions/f/versions"));
        let answer = request.body(body.clone()).timeout(PATIENCE).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
    let (code, stderr) = ended_by("-TERM", child).await;
    assert_eq!(code, Some(0), "{stderr}");
    let says = "requests not printed, because stdout was not read or cannot be written: ";
    let count = stderr.trim_end().strip_prefix(says).unwrap_or_else(|| panic!("{stderr}"));
    let printed = stdout.lines().map_while(Result::ok).filter(|line| line.ends_with('}')).count();
    assert_eq!(count.parse::<usize>().unwrap() + printed, 200);
}

#[cfg(unix)]
#[tokio::test]
async fn the_mock_prints_requests_without_secrets() {
    let (child, url, stdout) = mock(&["--print-requests"]);
    let urn = "urn:ü q?";
    let arguments = ["functiongraph", "create-function-version", "--function-urn", urn];
    let ended = run(cloudfn_at(&url, &[&arguments[..], &["--version", "v1"]].concat())).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let mut command = cloudfn(&["authing", "reupload-pipeline-function", "--func-id", "f"]);
    command.env("CLOUDFN_AUTHING_ENDPOINT", &url);
    command.env("AUTHING_ACCESS_KEY_ID", "id").env("AUTHING_ACCESS_KEY_SECRET", SECRET);
    assert_eq!(run(command).await.code, Some(0));
    assert_eq!(ended_by("-INT", child).await, (Some(0), String::new()));
    let printed: Vec<String> = stdout.lines().map(Result::unwrap).collect();
    assert!(printed.iter().all(|line| !line.contains(SECRET)), "{printed:?}");
    let printed: Vec<Value> =
        printed.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [publish, token, upload] = &printed[..] else { panic!("{printed:?}") };
    assert_eq!(
        publish,
        &serde_json::json!({
            "operation": "create_function_version",
            "method": "POST",
            "path": "/v2/p/fgs/functions/urn:ü q?/versions",
            "query": [],
            "headers": publish["headers"],
            "body": {"version": "v1"},
        })
    );
    let names = publish["headers"].as_array().unwrap();
    assert!(names.contains(&"x-auth-token".into()), "{names:?}");
    assert_eq!((&token["operation"], &token["body"]), (&Value::Null, &Value::Null));
    assert_eq!(token["path"], "/api/v3/get-management-token");
    assert_eq!(upload["body"], serde_json::json!({"funcId": "f"}));
}

#[tokio::test]
async fn each_level_of_tracing_tells_more() {
    for (level, tells) in [
        ("", [false; 3]),
        ("-v", [true, false, false]),
        ("-vv", [true, true, false]),
        ("-vvv", [true; 3]),
    ] {
        let level = Some(level).filter(|level| !level.is_empty());
        let arguments: Vec<&str> = PUBLISH.into_iter().chain(level).collect();
        let ended = run_against(Step::json(200, "{}"), &arguments).await;
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        let told = [" INFO ", "DEBUG ", "TRACE "].map(|level| ended.stderr.contains(level));
        assert_eq!(told, tells, "{level:?}: {}", ended.stderr);
        assert_eq!(ended.stderr.contains("attempt succeeded"), tells[1], "{}", ended.stderr);
    }
}

/// The flag of a parameter or body member, and its help. A flag that would be taken is prefixed with
/// its place.
fn flag(help: &str, place: &str, name: &str) -> (String, String) {
    let plain = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()
    };
    let lines: Vec<&str> = help.lines().map(str::trim).collect();
    let found = [format!("{place}{name}"), name.to_owned()].iter().find_map(|wanted| {
        let at = lines.iter().position(|line| {
            let flag = line.split(' ').next().filter(|word| word.starts_with("--"));
            flag.is_some_and(|flag| plain(flag.trim_end_matches("-file")) == plain(wanted))
        })?;
        Some((lines[at].split(' ').next()?.to_owned(), lines[at + 1].to_owned()))
    });
    found.unwrap_or_else(|| panic!("{name}: {help}"))
}

#[tokio::test]
async fn every_operation_has_its_help_and_its_demo() {
    for api in APIS {
        for operation in api.operations {
            let name = operation.id.replace('_', "-");
            let ended = run(cloudfn(&[api.name, &name, "--help"])).await;
            assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
            if name == "update-function-async-invoke-config" {
                for documented in ["[documented: 0..=3]", "default: 3600", "OBS, SMN, DIS"] {
                    assert!(ended.stdout.contains(documented), "{}", ended.stdout);
                }
            }
            let body = operation.request.and_then(|model| {
                api.schemas.iter().find(|schema| schema.model.rust_type == model.rust_type)
            });
            let members = body.map_or(&[][..], |schema| schema.members);
            let of_parameters =
                operation.parameters.iter().map(|p| (p.location, p.name, p.required, p.default));
            let of_members = members.iter().map(|m| ("body", m.name, m.required, m.default));
            for (place, name, is_required, default) in of_parameters.chain(of_members) {
                let (_, line) = flag(&ended.stdout, place, name);
                let says = default.map(|default| format!("[the service's default: {default}]"));
                assert!(says.is_none_or(|says| line.contains(&says)), "{name}: {line}");
                assert_eq!(line.contains("[required"), is_required, "{name}: {line}");
            }
            let told = operation.parameters.iter().flat_map(|p| p.description.lines());
            for line in told {
                assert!(ended.stdout.contains(line.trim()), "{}", ended.stdout);
            }
            let file = |name: &str, content: &str| {
                let file = format!("{}/{}-{name}", env!("CARGO_TARGET_TMPDIR"), operation.id);
                std::fs::write(&file, content).unwrap();
                file
            };
            let mut arguments = vec![api.name.to_owned(), name, "--demo".into()];
            for parameter in operation.parameters {
                let (flag, _) = flag(&ended.stdout, parameter.location, parameter.name);
                let value = match flag.ends_with("-file") {
                    false => parameter.minimal.to_owned(),
                    true => file(&flag, parameter.minimal),
                };
                arguments.extend([flag, value]);
            }
            let sample = operation.samples.iter().find(|sample| sample.place == "request");
            let body = sample.map(|sample| sample.json).or(operation.minimal_request);
            if let Some(body) = body {
                arguments.extend(["--json-body".into(), file("body", body)]);
            }
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let ended = run(cloudfn(&arguments)).await;
            assert_eq!(ended.code, Some(0), "{}", ended.stderr);
            let mut successes = operation.responses.iter().filter(|r| r.status.starts_with('2'));
            let has_json = successes.next().is_some_and(|success| success.model.is_some());
            let is_json = serde_json::from_str::<Value>(&ended.stdout).is_ok();
            assert_eq!(is_json, has_json, "{arguments:?}: {}", ended.stdout);
        }
    }
}

#[tokio::test]
async fn commands_can_be_completed() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ended = run(cloudfn(&["completions", shell])).await;
        assert_eq!(ended.code, Some(0));
        assert!(ended.stdout.contains("create-function-version"), "{shell}");
    }
}

const LOGS: [&str; 5] = ["authing", "get-pipeline-logs", "--func-id", "f", "--all"];
const UPLOAD: [&str; 5] = ["authing", "get-pipeline-function", "--func-id", "f", "--wait"];

/// A command of Authing against a server that gives one answer after the other, and the last again.
async fn run_authing(answers: &[(u16, &str)], arguments: &[&str]) -> (Ended, usize) {
    let server = authing(answers).await;
    let ended = run(authing_at(&server.url(), arguments)).await;
    (ended, calls(&server))
}

async fn authing(answers: &[(u16, &str)]) -> Server {
    authing_with(answers.iter().map(|(status, body)| Step::json(*status, body)).collect()).await
}

async fn authing_with(steps: Vec<Step>) -> Server {
    let count = std::sync::atomic::AtomicUsize::new(0);
    let script: Arc<Script> = Arc::new(move |request, _| {
        if !request.target.contains("pipeline") {
            let token = r#"{"statusCode":200,"data":{"access_token":"t","expires_in":7200}}"#;
            return Step::json(200, token);
        }
        let index = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        steps[index.min(steps.len() - 1)].clone()
    });
    Server::start(script).await
}

fn authing_at(url: &str, arguments: &[&str]) -> Command {
    let mut command = cloudfn(arguments);
    command.args(["--endpoint", url, "--user-pool-id", "p", "--attempts", "1"]);
    command.env("AUTHING_USERPOOL_ID", "p").env("AUTHING_USERPOOL_SECRET", "s");
    command
}

fn calls(server: &Server) -> usize {
    let received = server.received().into_iter();
    received.filter(|request| request.target.contains("pipeline")).count()
}

fn page(items: &str) -> String {
    format!(r#"{{"statusCode":200,"data":{{"totalCount":3,"list":{items}}}}}"#)
}

fn upload(state: &str) -> String {
    format!(r#"{{"statusCode":200,"data":{{"status":"{state}","uploadErrMsg":"why"}}}}"#)
}

#[tokio::test]
async fn all_pages_are_lines_of_json() {
    let [first, second] = [r#"[{ "a": 1.50, "b": "x y" }, 2]"#, "[[3]]"].map(page);
    let (ended, calls) = run_authing(&[(200, &first), (200, &second)], &LOGS).await;
    assert_eq!((ended.code, calls), (Some(0), 2), "{}", ended.stderr);
    assert_eq!(ended.stdout, "{\"a\":1.50,\"b\":\"x y\"}\n2\n[3]\n");
    let ended = run(cloudfn(&[&LOGS[..], &["--demo"]].concat())).await;
    assert_eq!((ended.code, ended.stdout.lines().count()), (Some(0), 1), "{}", ended.stderr);
}

#[tokio::test]
async fn items_before_a_failure_are_printed() {
    let first = page("[1,2]");
    let (ended, calls) = run_authing(&[(200, &first), (500, "{}")], &LOGS).await;
    assert_eq!((ended.code, calls, ended.stdout.as_str()), (Some(1), 2, "1\n2\n"));
    let said = "error: after 2 items: get_pipeline_logs: 500 Internal Server Error: ";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
    let (ended, calls) = run_authing(&[(500, "{}")], &LOGS).await;
    assert_eq!((ended.code, calls, ended.stdout.as_str()), (Some(1), 1, ""));
    assert!(!ended.stderr.contains("items"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_list_that_does_not_end_is_a_failure() {
    let endless = r#"{"statusCode":200,"data":{"list":[1]}}"#;
    let (ended, calls) = run_authing(&[(200, endless)], &LOGS).await;
    assert_eq!((ended.code, calls, ended.stdout.as_str()), (Some(1), 2, "1\n1\n"));
    let said = "error: after 2 items: get_pipeline_logs: the list does not end: ";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_ends_a_list_and_a_wait() {
    let (first, uploading) = (page("[{},{}]"), upload("uploading"));
    let first = Step::json(200, first);
    for (steps, arguments, printed, said) in [
        (vec![first, Step::hang()], LOGS, "{}\n{}\n", "error: interrupted after 2 items\n"),
        (
            vec![Step::hang()],
            LOGS,
            "",
            "error: interrupted; the operation may or may not have happened\n",
        ),
        (
            vec![Step::json(200, uploading)],
            UPLOAD,
            "",
            "state: uploading\nerror: interrupted before the wait ended\n",
        ),
    ] {
        let count = steps.len();
        let server = authing_with(steps).await;
        let mut child = Running(authing_at(&server.url(), &arguments).spawn().unwrap());
        let mut stdout = child.0.stdout.take().unwrap();
        wait_until(|| calls(&server) == count).await;
        // What was received is printed before the next call.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let (code, stderr) = ended_by("-INT", child).await;
        assert_eq!((code, stderr.as_str()), (Some(1), said));
        let mut text = String::new();
        stdout.read_to_string(&mut text).unwrap();
        assert_eq!(text, printed);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_list_that_nobody_reads_any_more_is_not_read_on() {
    let pages: Vec<Step> = (0..200)
        .map(|number| {
            let item = "x".repeat(10_000);
            let body = format!(r#"{{"statusCode":200,"data":{{"list":["{number}{item}"]}}}}"#);
            Step::json(200, body)
        })
        .collect();
    let server = authing_with(pages).await;
    let mut child = Running(authing_at(&server.url(), &LOGS).spawn().unwrap());
    let mut stdout = child.0.stdout.take().unwrap();
    let reading = move || stdout.read_exact(&mut [0; 100]);
    tokio::task::spawn_blocking(reading).await.unwrap().unwrap();
    let ended = tokio::task::spawn_blocking(move || child.0.wait().unwrap()).await.unwrap();
    assert_eq!(ended.code(), Some(0));
    assert!(calls(&server) < 100, "{} calls", calls(&server));
}

#[tokio::test]
async fn a_wait_tells_of_each_state() {
    let [uploading, success, failed] = ["uploading", "success", "failed"].map(upload);
    let fast = [&UPLOAD[..], &["--wait-interval", "0.01", "--wait-limit", "20"]].concat();
    let pending = [(200, uploading.as_str()), (200, &uploading)];
    let (ended, calls) = run_authing(&[&pending[..], &[(200, &success)]].concat(), &fast).await;
    assert_eq!((ended.code, calls), (Some(0), 3), "{}", ended.stderr);
    assert!(ended.stdout.contains("\"status\": \"success\""), "{}", ended.stdout);
    assert!(ended.stderr.starts_with("state: uploading\nstate: success\n"), "{}", ended.stderr);

    let (ended, calls) = run_authing(&[&pending[..], &[(200, &failed)]].concat(), &fast).await;
    assert_eq!((ended.code, calls), (Some(1), 3), "{}", ended.stderr);
    assert!(ended.stdout.contains("\"uploadErrMsg\": \"why\""), "{}", ended.stdout);
    let said = "\nerror: get_pipeline_function: 200 OK: /data/status is \"failed\" after ";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);

    let short = [&UPLOAD[..], &["--wait-limit", "0.5"]].concat();
    let (ended, calls) = run_authing(&pending, &short).await;
    assert_eq!((ended.code, calls), (Some(1), 1), "{}", ended.stderr);
    let said = "error: get_pipeline_function: 200 OK: /data/status is still \"uploading\" after ";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);

    let alone = run(cloudfn(&["authing", "get-pipeline-function", "--wait-limit", "1"])).await;
    assert_eq!((alone.code, alone.stdout.as_str()), (Some(2), ""));
    assert!(alone.stderr.contains("--wait"), "{}", alone.stderr);
}
