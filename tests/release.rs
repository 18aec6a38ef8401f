//! `cloudfn functiongraph release`, against the mock server that keeps state.

#[path = "support/command.rs"]
mod command;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{mpsc, Mutex};
use std::time::Duration;

use cloudfn::credentials::Anonymous;
use cloudfn::functiongraph::{Client, FunctionUrn};
use cloudfn::mock::{Answer, Server};
use insta::assert_snapshot;
use serde_json::{json, Value};

use command::{cloudfn_at, run, Ended};

const URN: &str = "urn:fss:r:p:function:default:f";

/// A folder with code and the files of a release, deleted on drop.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("release-{name}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(path.join("code")).unwrap();
        fs::write(path.join("code/index.py"), "def handler(event, context): return event").unwrap();
        let folder = Self(path);
        folder.json(
            "create.json",
            &json!({
                "runtime": "Python3.9", "handler": "index.handler", "memory_size": 128, "timeout": 3
            }),
        );
        folder.json("async.json", &json!({ "max_async_retry_attempts": 2 }));
        folder.json("event.json", &json!({ "k": "v" }));
        folder
    }

    fn json(&self, name: &str, value: &Value) {
        fs::write(self.0.join(name), value.to_string()).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

struct Tried {
    folder: Folder,
    server: Server,
    client: Client,
}

impl Tried {
    async fn new(name: &str) -> Self {
        let server = Server::start().await.unwrap();
        server.stateful();
        let client = Client::builder().endpoint(server.base_url()).project_id("p");
        let client = client.credentials(Anonymous).build().unwrap();
        Self { folder: Folder::new(name), server, client }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let release = ["functiongraph", "release", "--function-urn", URN, "--code", "code"];
        let arguments = [&release[..], arguments].concat();
        let mut command = cloudfn_at(&self.server.base_url(), &arguments);
        command.current_dir(&self.folder.0);
        command
    }

    async fn release(&self, arguments: &[&str]) -> Ended {
        run(self.command(arguments)).await
    }

    /// The first release, with all steps.
    async fn first(&self) -> Ended {
        let all = ["--create", "create.json", "--async-config", "async.json"];
        let all = [&all[..], &["--event", "event.json", "--alias", "prod", "--version", "v1"]];
        self.release(&all.concat()).await
    }

    /// The version and the weights of an alias.
    async fn alias(&self, name: &str) -> (String, Value) {
        let show = self.client.show_version_alias().function_urn(URN).alias_name(name);
        let shown = show.send().await.unwrap();
        (shown.version.clone().unwrap(), json!(shown.additional_version_weights))
    }

    async fn versions(&self) -> Vec<String> {
        let list = self.client.list_function_versions().function_urn(URN).send().await.unwrap();
        list.into_inner().versions.into_iter().flatten().filter_map(|one| one.version).collect()
    }

    /// The operations that changed something.
    fn changes(&self) -> Vec<&'static str> {
        let received = self.server.received();
        let changing = received.iter().filter(|request| request.method != "GET");
        changing.filter_map(|request| request.operation).collect()
    }

    /// Runs the commands that roll back.
    async fn roll_back(&self, said: &str) {
        let commands = said.split("to roll back:\n").nth(1).unwrap().lines();
        let commands: Vec<&str> = commands.map_while(|line| line.strip_prefix("  ")).collect();
        let binary = Path::new(env!("CARGO_BIN_EXE_cloudfn")).parent().unwrap();
        let mut command = Command::new("/bin/sh");
        command.args(["-ec", &commands.join("\n")]).env_clear();
        let path = format!("{}:/usr/bin:/bin", binary.display());
        command.env("CLOUDFN_FUNCTIONGRAPH_ENDPOINT", self.server.base_url()).env("PATH", path);
        command.env("CLOUDFN_FUNCTIONGRAPH_TOKEN", "t").env("HUAWEICLOUD_SDK_PROJECT_ID", "p");
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[tokio::test]
async fn a_function_is_created_published_and_invoked_and_its_alias_points_at_it() {
    let tried = Tried::new("first").await;
    let ended = tried.first().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_snapshot!(ended.stderr, @r#"
    create the function f (1 file, 154 bytes)
    publish the version v1
    set the asynchronous invocation of v1
    invoke v1
    create the alias prod for v1
    to roll back:
      cloudfn functiongraph delete-version-alias --function-urn 'urn:fss:r:p:function:default:f' --alias-name 'prod'
      cloudfn functiongraph delete-function-async-invoke-config --function-urn 'urn:fss:r:p:function:default:f:v1'
      cloudfn functiongraph delete-function --function-urn 'urn:fss:r:p:function:default:f:v1'
      cloudfn functiongraph delete-function --function-urn 'urn:fss:r:p:function:default:f'
    "#);
    let said: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(said["function_urn"], format!("{URN}:v1"));
    assert_eq!(said["result"]["status"], 200);
    assert_eq!(tried.versions().await, ["latest", "v1"]);
    assert_eq!(tried.alias("prod").await, ("v1".to_owned(), Value::Null));
    let version: FunctionUrn = format!("{URN}:v1").parse().unwrap();
    let config = tried.client.show_function_async_invoke_config().function_urn(&version);
    assert_eq!(config.send().await.unwrap().max_async_retry_attempts, Some(2));
    let code = tried.client.show_function_code().function_urn(&version).send().await.unwrap();
    let code = code.func_code.as_ref().and_then(|code| code.file.clone()).unwrap();
    assert!(code.starts_with("UEsDB"), "{code} is not a zip file in Base64");

    tried.roll_back(&ended.stderr).await;
    let shown = tried.client.show_function_config().function_urn(URN).send().await;
    assert!(shown.unwrap_err().is_not_found());
}

#[tokio::test]
async fn an_alias_moves_to_the_new_version_and_back() {
    let tried = Tried::new("next").await;
    tried.first().await;
    let part = tried.release(&["--version", "v2", "--alias", "prod", "--weight", "10"]).await;
    assert_snapshot!(part.stderr, @r#"
    update the code of f (1 file, 154 bytes)
    publish the version v2
    give v2 10 % of the alias prod, beside v1
    to roll back:
      printf %s '{"additional_version_weights":{},"version":"v1"}' | cloudfn functiongraph update-version-alias --function-urn 'urn:fss:r:p:function:default:f' --alias-name 'prod' --json-body -
      cloudfn functiongraph delete-function --function-urn 'urn:fss:r:p:function:default:f:v2'
      # the code of latest before this is not kept
    "#);
    assert_eq!(tried.alias("prod").await, ("v1".to_owned(), json!({ "v2": 10 })));
    let whole = tried.release(&["--version", "v3", "--alias", "prod"]).await;
    assert_snapshot!(whole.stderr, @r#"
    update the code of f (1 file, 154 bytes)
    publish the version v3
    point the alias prod at v3, instead of v1
    to roll back:
      printf %s '{"additional_version_weights":{"v2":10},"version":"v1"}' | cloudfn functiongraph update-version-alias --function-urn 'urn:fss:r:p:function:default:f' --alias-name 'prod' --json-body -
      cloudfn functiongraph delete-function --function-urn 'urn:fss:r:p:function:default:f:v3'
      # the code of latest before this is not kept
    "#);
    assert_eq!(tried.alias("prod").await, ("v3".to_owned(), json!({})));
    tried.roll_back(&whole.stderr).await;
    assert_eq!(tried.alias("prod").await, ("v1".to_owned(), json!({ "v2": 10 })));
    tried.roll_back(&part.stderr).await;
    assert_eq!(tried.alias("prod").await, ("v1".to_owned(), json!({})));
    assert_eq!(tried.versions().await, ["latest", "v1"]);
}

#[tokio::test]
async fn a_release_that_stops_says_what_was_done() {
    let tried = Tried::new("stops").await;
    tried.first().await;
    let all = ["--async-config", "async.json", "--event", "event.json", "--alias", "prod"];
    let all = [&all[..], &["--version", "v2"]].concat();

    tried.server.answer_status("update_function_async_invoke_config", 400).unwrap();
    let refused = tried.release(&all).await;
    assert_eq!(refused.code, Some(1));
    assert_snapshot!(refused.stderr, @r#"
    update the code of f (1 file, 154 bytes)
    publish the version v2
    set the asynchronous invocation of v2
    done: update the code of f (1 file, 154 bytes); publish the version v2
    not done: set the asynchronous invocation of v2; invoke v2; point the alias prod at v2, instead of v1
    to roll back:
      cloudfn functiongraph delete-function --function-urn 'urn:fss:r:p:function:default:f:v2'
      # the code of latest before this is not kept
    error: stopped: set the asynchronous invocation of v2: update_function_async_invoke_config: 400 Bad Request: 400: as a test asked for
    "#);
    tried.roll_back(&refused.stderr).await;
    assert_eq!(tried.versions().await, ["latest", "v1"]);

    let failed = r#"{"status":500,"result":"boom","request_id":"r","log":""}"#;
    let tried = Tried::new("fails").await;
    tried.first().await;
    tried.server.answer("invoke_function", Answer::json(200, failed)).unwrap();
    let failed = tried.release(&all).await;
    assert_eq!((failed.code, failed.stdout.as_str()), (Some(1), ""));
    assert_snapshot!(failed.stderr, @r#"
    update the code of f (1 file, 154 bytes)
    publish the version v2
    set the asynchronous invocation of v2
    invoke v2
    done: update the code of f (1 file, 154 bytes); publish the version v2; set the asynchronous invocation of v2; invoke v2
    not done: point the alias prod at v2, instead of v1
    to roll back:
      cloudfn functiongraph delete-function-async-invoke-config --function-urn 'urn:fss:r:p:function:default:f:v2'
      cloudfn functiongraph delete-function --function-urn 'urn:fss:r:p:function:default:f:v2'
      # the code of latest before this is not kept
    error: stopped: invoke v2: the function failed with 500: "boom"
    "#);
    assert_eq!(tried.alias("prod").await, ("v1".to_owned(), Value::Null));

    let failed = Answer::new(200, "oops").header("content-type", "text/plain");
    let failed = failed.header("x-func-err-code", "-1").header("x-is-func-err", "true");
    tried.server.answer("invoke_function", failed).unwrap();
    let failed = tried.release(&["--version", "v3", "--event", "event.json"]).await;
    let last = failed.stderr.lines().last();
    let expected = "error: stopped: invoke v3: the function failed with -1: \"oops\"";
    assert_eq!((failed.code, last), (Some(1), Some(expected)));

    tried.server.answer_status("update_function_code", 500).unwrap();
    let unknown = tried.release(&["--version", "v4"]).await;
    assert_eq!(unknown.code, Some(1));
    assert_snapshot!(unknown.stderr, @r#"
    update the code of f (1 file, 154 bytes)
    may or may not be done: update the code of f (1 file, 154 bytes)
    not done: publish the version v4
    to roll back:
      # the code of latest before this is not kept
    error: stopped: update the code of f (1 file, 154 bytes): update_function_code: 500 Internal Server Error: 500: as a test asked for (after 3 attempts, it may or may not have happened)
    "#);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_release_says_what_was_done() {
    let tried = Tried::new("interrupted").await;
    tried.first().await;
    let (publishing, is_publishing) = mpsc::channel();
    let (answer, may_answer) = mpsc::channel::<()>();
    let may_answer = Mutex::new(may_answer);
    tried.server.observe(move |request| {
        if request.operation == Some("create_function_version") {
            publishing.send(()).unwrap();
            let _ = may_answer.lock().unwrap().recv_timeout(Duration::from_secs(20));
        }
    });
    let child = tried.command(&["--version", "v2", "--alias", "prod"]).spawn().unwrap();
    let ended = tokio::task::spawn_blocking(move || {
        is_publishing.recv_timeout(Duration::from_secs(20)).unwrap();
        let mut kill = Command::new("kill");
        assert!(kill.args(["-INT", &child.id().to_string()]).status().unwrap().success());
        child.wait_with_output().unwrap()
    });
    let ended = ended.await.unwrap();
    answer.send(()).unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert_snapshot!(String::from_utf8(ended.stderr).unwrap(), @r#"
    update the code of f (1 file, 154 bytes)
    publish the version v2
    done: update the code of f (1 file, 154 bytes)
    may or may not be done: publish the version v2
    not done: point the alias prod at v2, instead of v1
    to roll back:
      cloudfn functiongraph delete-function --function-urn 'urn:fss:r:p:function:default:f:v2'
      # the code of latest before this is not kept
    error: stopped: publish the version v2: interrupted
    "#);
}

#[tokio::test]
async fn nothing_is_changed_before_everything_is_checked() {
    let tried = Tried::new("checked").await;
    let refused = async |arguments: &[&str]| {
        let ended = tried.release(arguments).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{}", ended.stderr);
        ended.stderr
    };
    let mut said = vec![refused(&["--version", "v1"]).await];
    tried.folder.json("create.json", &json!({ "runtime": "Python3.9", "handler": "index" }));
    said.push(refused(&["--version", "v1", "--create", "create.json"]).await);
    tried.folder.json("create.json", &json!([]));
    said.push(refused(&["--version", "v1", "--create", "create.json"]).await);
    said.push(refused(&["--version", "!v1"]).await);
    said.push(refused(&["--version", "v1", "--alias", "a", "--weight", "101"]).await);
    assert_eq!(tried.changes(), [""; 0]);
    let tried = Tried::new("checked-again").await;
    tried.first().await;
    let changes = tried.changes().len();
    for arguments in [
        &["--version", "v1"][..],
        &["--version", "v2", "--alias", "new", "--weight", "10"],
        &["--version", "v2", "--alias", "-"],
        &["--version", "v2", "--dry-run", "--alias", "prod", "--weight", "10"],
    ] {
        said.push(tried.release(arguments).await.stderr);
    }
    tried.server.answer("show_version_alias", Answer::new(403, "")).unwrap();
    said.push(tried.release(&["--version", "v2", "--alias", "prod"]).await.stderr);
    assert_eq!(tried.changes().len(), changes);
    assert_snapshot!(said.concat(), @r#"
    error: there is no function f; pass --create to create it
    error: cannot create the function f (1 file, 154 bytes): memory_size: is missing, and documented as always present; timeout: is missing, and documented as always present; breaks the rule: the handler has the form xx.xx, with a dot, except for runtimes of the user's own
    error: --create: a JSON object is expected
    error: --version: the version "!v1" starts with !, like an alias
    error: invalid value '101' for '--weight <PERCENT>': 101 is not in 1..=100

    For more information, try '--help'.
    error: the version v1 exists already
    error: there is no alias new, and a new one has one version; leave --weight out
    error: cannot create the alias - for v2: name: breaks the rule: an alias has letters, digits, hyphens and underscores, begins with a letter and ends with a letter or a digit
    would update the code of f (1 file, 154 bytes)
    would publish the version v2
    would give v2 10 % of the alias prod, beside v1
    error: nothing was changed: show_version_alias: 403 Forbidden: the service gives no reason; the body is empty
    "#);
}
