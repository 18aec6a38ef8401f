//! Malformed settings and credentials are refused by name, before anything is sent.

#[path = "support/command.rs"]
mod command;
#[path = "support/server.rs"]
mod server;

use std::ffi::OsString;
use std::sync::Arc;

use cloudfn::credentials::{Anonymous, Attempt, Credentials, CredentialsError};
use cloudfn::functiongraph::{self, AccessKey, Password, Token};
use cloudfn::{authing, mock, Error, ErrorKind};
use serde_json::Value;

use command::{cloudfn, cloudfn_at, run, Ended, SECRET};
use server::{Server, Step};

const PUBLISH: &[&str] = &command::PUBLISH;
const UPLOAD: &[&str] = &["authing", "reupload-pipeline-function", "--func-id", "f"];

/// `good` as it may come from a clipboard, a shell or an editor.
fn spoilt(good: &str) -> Vec<String> {
    let (begin, end) = good.split_at(3);
    let mut spoilt: Vec<String> =
        ["", " ", "\t \n", "\u{200b}", "\u{feff}"].map(str::to_owned).to_vec();
    for odd in [
        "\n", "\r", "\r\n", "\t", "\u{7}", "\u{7f}", "\u{85}", "\u{a0}", "\u{ad}", "\u{200b}",
        "\u{200d}", "\u{200e}", "\u{2028}", "\u{202e}", "\u{2060}", "\u{3000}", "\u{feff}",
        "\u{fffd}",
    ] {
        spoilt.extend([
            format!("{odd}{good}"),
            format!("{begin}{odd}{end}"),
            format!("{good}{odd}"),
        ]);
    }
    spoilt.extend([format!(" {good}"), format!("{good} ")]);
    spoilt
}

fn functiongraph() -> functiongraph::ClientBuilder {
    functiongraph::Client::builder().endpoint("http://127.0.0.1:9").project_id("p")
}

fn of_functiongraph(credentials: impl Credentials) -> Result<(), Error> {
    functiongraph().credentials(credentials).build().map(|_| ())
}

fn of_authing(key: authing::AccessKey) -> Result<(), Error> {
    let builder = authing::Client::builder().endpoint("http://127.0.0.1:9");
    builder.credentials(key).build().map(|_| ())
}

fn password() -> Password {
    Password::new("account", "user", SECRET).endpoint("http://127.0.0.1:9")
}

/// A setting: its name in messages, a valid value, and a client with another one.
type Setting = (&'static str, &'static str, fn(String) -> Result<(), Error>);

const SETTINGS: &[Setting] = &[
    ("the endpoint", "http://127.0.0.1:9", |text| {
        functiongraph().endpoint(text).credentials(Anonymous).build().map(|_| ())
    }),
    ("the region", "cn-north-4", |text| {
        functiongraph().region(text).credentials(Anonymous).build().map(|_| ())
    }),
    ("the project ID", "46b6f338", |text| {
        functiongraph().project_id(text).credentials(Anonymous).build().map(|_| ())
    }),
    ("the user agent", "shop/1.4 (x y)", |text| {
        functiongraph().user_agent(text).credentials(Anonymous).build().map(|_| ())
    }),
    ("the token", SECRET, |text| of_functiongraph(Token::new(text))),
    ("the access key", "AKIDEXAMPLE", |text| of_functiongraph(AccessKey::new(text, SECRET))),
    ("the secret key", SECRET, |text| of_functiongraph(AccessKey::new("id", text))),
    ("the security token", SECRET, |text| {
        of_functiongraph(AccessKey::new("id", SECRET).security_token(text))
    }),
    ("the project ID", "46b6f338", |text| {
        of_functiongraph(AccessKey::new("id", SECRET).project(text))
    }),
    ("the account", "an account", |text| of_functiongraph(Password::new(text, "user", SECRET))),
    ("the user", "a user", |text| of_functiongraph(Password::new("account", text, SECRET))),
    ("the password", "MARKED-SECRET pässword", |text| {
        of_functiongraph(Password::new("account", "user", text))
    }),
    ("the IAM endpoint", "https://iam.example.com", |text| {
        of_functiongraph(password().endpoint(text))
    }),
    ("the access key ID", "id of a key", |text| of_authing(authing::AccessKey::new(text, SECRET))),
    ("the access key secret", SECRET, |text| of_authing(authing::AccessKey::new("id", text))),
    ("the user pool ID", "613189b38b6c66cac1d211bd", |text| {
        of_authing(authing::AccessKey::new("id", SECRET).user_pool_id(text))
    }),
    ("the language", "zh-CN", |text| {
        let builder = authing::Client::builder().endpoint("http://127.0.0.1:9").language(text);
        builder.credentials(Anonymous).build().map(|_| ())
    }),
];

#[track_caller]
fn assert_refused(result: Result<(), Error>, name: &str, text: &str) {
    let error = result.expect_err(&format!("{name}: {text:?} is taken"));
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    let shown = format!("{error} {error:?}");
    assert!(error.to_string().starts_with(&format!("{name} ")), "{name}: {text:?}: {error}");
    assert!(!shown.contains(SECRET) && error.to_string().lines().count() == 1, "{shown}");
}

#[test]
fn every_malformed_setting_is_refused_by_its_name() {
    for (name, good, client) in SETTINGS {
        client((*good).to_owned()).unwrap_or_else(|e| panic!("{name}: {e}"));
        for text in spoilt(good) {
            assert_refused(client(text.clone()), name, &text);
        }
    }
    // An empty scheme is valid, and required by some gateways.
    let scheme = |scheme: &str| of_authing(authing::AccessKey::new("id", SECRET).scheme(scheme));
    scheme("").unwrap();
    for text in ["Bearer\n", " Bearer", "Bear\u{200b}er", " "] {
        assert_refused(scheme(text), "the scheme", text);
    }
}

#[test]
fn keys_and_tokens_are_ascii() {
    for (name, result) in [
        ("the secret key", of_functiongraph(AccessKey::new("id", "MARKED–SECRET"))),
        ("the token", of_functiongraph(Token::new("MARKED–SECRET"))),
        ("the access key secret", of_authing(authing::AccessKey::new("id", "MARKED–SECRET"))),
    ] {
        let error = result.unwrap_err().to_string();
        assert_eq!(error, format!("{name} has a character that is not ASCII after 6 characters"));
    }
}

/// A wrapper of credentials need not implement `check`.
#[derive(Debug)]
struct Wrapped(Token);

impl Credentials for Wrapped {
    async fn authenticate(&self, attempt: &mut Attempt<'_>) -> Result<(), CredentialsError> {
        self.0.authenticate(attempt).await
    }
}

#[tokio::test]
async fn what_nobody_asked_beforehand_is_refused_by_the_call() {
    let server = Server::start(Arc::new(|_, _| Step::json(200, "{}"))).await;
    let client = functiongraph().endpoint(server.url()).credentials(Wrapped(Token::new("t\n")));
    let call = client.build().unwrap().create_function_version().function_urn("urn").send().await;
    let error = call.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert_eq!(error.to_string(), "create_function_version: the token ends with a line break");
    assert!(server.received().is_empty());
}

/// The result of a command with these variables.
async fn run_with(arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
    let mut command = cloudfn(arguments);
    command.envs(variables.iter().copied());
    run(command).await
}

#[tokio::test]
async fn every_malformed_variable_is_refused_by_its_name() {
    let server = Server::start(Arc::new(|_, _| Step::json(200, "{}"))).await;
    let url = server.url();
    let key = [
        ("CLOUDFN_FUNCTIONGRAPH_ENDPOINT", url.as_str()),
        ("HUAWEICLOUD_SDK_AK", "AKIDEXAMPLE"),
        ("HUAWEICLOUD_SDK_SK", SECRET),
        ("HUAWEICLOUD_SDK_SECURITY_TOKEN", SECRET),
        ("HUAWEICLOUD_SDK_PROJECT_ID", "46b6f338"),
    ];
    let with = |name, value| [&key[..], &[(name, value)]].concat();
    let authing = |id, secret| {
        vec![("CLOUDFN_AUTHING_ENDPOINT", url.as_str()), (id, "613189b38b6c"), (secret, SECRET)]
    };
    let mut wrong = Vec::new();
    // A valid environment, and how many of its last variables are tried.
    for (good, tried, arguments) in [
        (key.to_vec(), 5, PUBLISH),
        (with("CLOUDFN_FUNCTIONGRAPH_TOKEN", SECRET), 1, PUBLISH),
        (with("HUAWEICLOUD_SDK_TOKEN", SECRET), 1, PUBLISH),
        (with("CLOUDFN_FUNCTIONGRAPH_REGION", "cn-north-4").split_off(1), 1, PUBLISH),
        (vec![("HUAWEICLOUD_SDK_CREDENTIALS_FILE", "/nowhere/credentials")], 1, PUBLISH),
        (authing("AUTHING_ACCESS_KEY_ID", "AUTHING_ACCESS_KEY_SECRET"), 3, UPLOAD),
        (authing("AUTHING_USERPOOL_ID", "AUTHING_USERPOOL_SECRET"), 3, UPLOAD),
    ] {
        for (name, value) in &good[good.len() - tried..] {
            let (begin, end) = value.split_at(2);
            let spoilt = [
                " ".to_owned(),
                format!("{value}\n"),
                format!("\u{feff}{value}"),
                format!("{begin}\u{200b}{end}"),
            ];
            let mut values: Vec<OsString> = spoilt.map(OsString::from).to_vec();
            #[cfg(unix)]
            values.push(std::os::unix::ffi::OsStringExt::from_vec(b"S\xff1".to_vec()));
            for value in values {
                let mut command = cloudfn(arguments);
                command.envs(good.iter().copied()).env(name, &value);
                let Ended { code, stderr, .. } = run(command).await;
                let says = format!("error: the environment variable {name} ");
                if code != Some(2) || !stderr.starts_with(&says) || stderr.lines().count() != 1 {
                    wrong.push(format!("{name}={value:?}: {code:?} {stderr}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
    assert!(server.received().is_empty());
}

/// As in a CI without the secret for a variable.
#[tokio::test]
async fn an_empty_variable_is_not_set() {
    let server = Server::start(Arc::new(|_, _| Step::json(200, "{}"))).await;
    let url = server.url();
    let at = ("CLOUDFN_FUNCTIONGRAPH_ENDPOINT", url.as_str());
    let key = [("HUAWEICLOUD_SDK_AK", "AKIDEXAMPLE"), ("HUAWEICLOUD_SDK_SK", SECRET)];
    let empty = [("CLOUDFN_FUNCTIONGRAPH_TOKEN", ""), ("HUAWEICLOUD_SDK_SECURITY_TOKEN", "")];
    // The endpoint comes before the region.
    let more = [("HUAWEICLOUD_SDK_PROJECT_ID", "p"), ("CLOUDFN_FUNCTIONGRAPH_REGION", "nowhere")];
    let ended = run_with(PUBLISH, &[&[at], &key[..], &empty, &more].concat()).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(!server.received()[0].headers.contains_key("x-security-token"));
    let token = ("CLOUDFN_FUNCTIONGRAPH_TOKEN", SECRET);
    let ended = run_with(PUBLISH, &[at, token, ("HUAWEICLOUD_SDK_PROJECT_ID", "")]).await;
    assert_eq!(
        ended.stderr,
        "error: project_id is required: set it for the call, for the client, or in \
         HUAWEICLOUD_SDK_PROJECT_ID\n"
    );
}

#[tokio::test]
async fn half_of_a_key_is_refused() {
    let authing = ["AUTHING_ACCESS_KEY_ID", "AUTHING_ACCESS_KEY_SECRET"];
    let pool = ["AUTHING_USERPOOL_ID", "AUTHING_USERPOOL_SECRET"];
    for (arguments, [one, other], more) in [
        (PUBLISH, ["HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"], &[][..]),
        (UPLOAD, authing, &[]),
        (UPLOAD, pool, &[]),
        // Half of the first is not completed by the second.
        (UPLOAD, authing, &pool.map(|name| (name, "value"))),
    ] {
        for (set, missing) in [(one, other), (other, one)] {
            let half = [&[(set, "value"), (missing, "")], more].concat();
            let expected =
                format!("error: the environment variable {set} is set, but {missing} is not\n");
            assert_eq!(run_with(arguments, &half).await.stderr, expected);
        }
    }
}

/// The message for an invalid but well-formed value also names its variable.
#[tokio::test]
async fn a_wrong_endpoint_is_named_by_its_variable() {
    for (name, value) in [
        ("CLOUDFN_FUNCTIONGRAPH_ENDPOINT", "functiongraph.example.com"),
        ("CLOUDFN_FUNCTIONGRAPH_ENDPOINT", "https://user:MARKED-SECRET@example.com"),
        ("CLOUDFN_FUNCTIONGRAPH_ENDPOINT", "http://example.com"),
        ("CLOUDFN_FUNCTIONGRAPH_REGION", "cn north 4"),
    ] {
        let token = ("CLOUDFN_FUNCTIONGRAPH_TOKEN", "t");
        let ended = run_with(PUBLISH, &[token, (name, value)]).await;
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
        assert!(ended.stderr.contains(name), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn what_a_flag_replaces_is_not_looked_at() {
    let server = Server::start(Arc::new(|_, _| Step::json(200, "{}"))).await;
    let url = server.url();
    let arguments = [PUBLISH, &["--endpoint", &url]].concat();
    let ended = run(cloudfn_at("nonsense\n", &arguments)).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}

/// The parameter of a call is not a setting, but cannot be signed either.
#[tokio::test]
async fn a_project_that_no_header_can_hold_is_refused_before_it_is_signed() {
    let server = Server::start(Arc::new(|_, _| Step::json(200, "{}"))).await;
    let key = [("HUAWEICLOUD_SDK_AK", "AK"), ("HUAWEICLOUD_SDK_SK", SECRET)];
    let url = server.url();
    let arguments = [PUBLISH, &["--project-id", "p\n", "--endpoint", &url]].concat();
    let ended = run_with(&arguments, &key).await;
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    assert!(ended.stderr.contains("project_id ends with a line break"), "{}", ended.stderr);
    assert!(server.received().is_empty());
}

/// A temporary file, deleted on drop.
struct File(std::path::PathBuf);

impl File {
    fn with(name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&file, bytes).unwrap();
        Self(file)
    }

    fn name(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn utf16(text: &str) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_credentials_file_says_where_it_is_wrong() {
    let read = |bytes: &[u8]| {
        let file = File::with("settings-credentials", bytes);
        let read = AccessKey::from_file(&file.0);
        read.map(|key| format!("{key:?}")).map_err(|e| {
            let shown = format!("{e} {e:?}");
            assert!(!shown.contains(SECRET), "{shown}");
            e.to_string().replace(file.name(), "FILE")
        })
    };
    let text = "\u{feff}[basic]\r\nak = AKIDEXAMPLE\r\nsk = MARKED-SECRET\r\n";
    assert!(read(text.as_bytes()).unwrap().contains("AKIDEXAMPLE"), "a byte order mark is skipped");
    for (text, message) in [
        (
            "[basic]\nak=id\nsk=MARKED-SECRET\u{200b}\n",
            "FILE, line 3: sk ends with the invisible character U+200B",
        ),
        ("\n# c\n[basic]\nak = id\nsk =\n", "FILE, line 5: sk is empty"),
        (
            "[basic]\nak=\u{feff}id\nsk=MARKED-SECRET",
            "FILE, line 2: ak begins with a byte order mark",
        ),
        (
            "[basic]\nak=id\nsk=MARKED-SECRET\nproject_id=p\u{7}q",
            "FILE, line 4: project_id has the control character U+0007 after 1 character",
        ),
        (
            "[basic]\nak=id\nsk=MARKED-SECRET\nsecurity_token=MARKED-SECRET\u{2060}",
            "FILE, line 4: security_token ends with the invisible character U+2060",
        ),
        ("[basic]\nak=id\n[other]\nsk=MARKED-SECRET", "FILE has no `sk` in [basic]"),
        ("[basic]\nak=id\nsk\n", "FILE has no `sk` in [basic]"),
        ("[global]\nak=id\nsk=MARKED-SECRET", "FILE has no `ak` in [basic]"),
        ("[basic]\nak=id\n[basic\nsk=MARKED-SECRET", "FILE is not an INI file: line 3 has no `]`"),
    ] {
        assert_eq!(read(text.as_bytes()).unwrap_err(), format!("the credentials file {message}"));
    }
    let message = read(&utf16("[basic]\nak=id\nsk=MARKED-SECRET\n")).unwrap_err();
    assert_eq!(message, "the credentials file FILE is UTF-16, not UTF-8");
    let message = read(b"[basic]\nak=id\nsk=MARKED-SECRET\xff\n").unwrap_err();
    assert_eq!(message, "the credentials file FILE is not UTF-8, from byte 31 on");
    let gone = AccessKey::from_file("/nowhere").unwrap_err().to_string();
    assert_eq!(gone, "the credentials file /nowhere cannot be read");
}

#[tokio::test]
async fn a_body_is_read_as_every_other_file() {
    let server = Server::start(Arc::new(|_, _| Step::json(200, "{}"))).await;
    let call = |file: &str| {
        run(cloudfn_at(&server.url(), &[&PUBLISH[..4], &["--json-body", file]].concat()))
    };
    let file = File::with("settings-marked.json", "\u{feff}{\"version\":\"v1\"}");
    let ended = call(file.name()).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(server.received()[0].body, br#"{"version":"v1"}"#);
    for (bytes, message) in [
        (
            b"{\"version\":\"v1\"".to_vec(),
            "is not JSON: EOF while parsing an object at line 1 column 15",
        ),
        (Vec::new(), "is not JSON: EOF while parsing a value at line 1 column 0"),
        (utf16("{}"), "is UTF-16, not UTF-8"),
        (b"{\"version\":\"\xff\"}".to_vec(), "is not UTF-8, from byte 13 on"),
    ] {
        let file = File::with("settings-wrong.json", bytes);
        let ended = call(file.name()).await;
        assert_eq!(ended.code, Some(2));
        assert_eq!(ended.stderr, format!("error: the body in {} {message}\n", file.name()));
    }
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn the_first_credentials_are_used_and_their_source_is_told() {
    let server = Server::start(Arc::new(|_, _| Step::json(200, "{}"))).await;
    let file = File::with("settings-source", "[basic]\nak = id\nsk = MARKED-SECRET\n");
    let home = concat!(env!("CARGO_TARGET_TMPDIR"), "/settings-home");
    std::fs::create_dir_all(format!("{home}/.huaweicloud")).unwrap();
    let in_home = format!("{home}/.huaweicloud/credentials");
    std::fs::copy(&file.0, &in_home).unwrap();
    let ordered = [
        ("HUAWEICLOUD_SDK_SECURITY_TOKEN", SECRET, ""),
        ("HOME", home, &format!("the credentials file {in_home}")),
        (
            "HUAWEICLOUD_SDK_CREDENTIALS_FILE",
            file.name(),
            &format!("the credentials file {}", file.name()),
        ),
        ("HUAWEICLOUD_SDK_AK", "id", ""),
        (
            "HUAWEICLOUD_SDK_SK",
            SECRET,
            "the environment variables HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK",
        ),
        ("HUAWEICLOUD_SDK_TOKEN", SECRET, "the environment variable HUAWEICLOUD_SDK_TOKEN"),
        (
            "CLOUDFN_FUNCTIONGRAPH_TOKEN",
            SECRET,
            "the environment variable CLOUDFN_FUNCTIONGRAPH_TOKEN",
        ),
    ];
    let url = server.url();
    let arguments = [PUBLISH, &["-v", "--endpoint", &url, "--project-id", "p"]].concat();
    for (index, (_, _, source)) in ordered.iter().enumerate().filter(|(_, one)| !one.2.is_empty()) {
        let set: Vec<_> =
            ordered[..=index].iter().map(|(name, value, _)| (*name, *value)).collect();
        let ended = run_with(&arguments, &set).await;
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        assert!(ended.stderr.contains(source), "{source}: {}", ended.stderr);
        let sent = server.received().pop().unwrap();
        let is_of_key = source.ends_with("HUAWEICLOUD_SDK_SK");
        assert_eq!(sent.headers.contains_key("x-security-token"), is_of_key, "{source}");
    }
    let shown = format!("{:?}", AccessKey::from_file(&file.0).unwrap());
    assert!(shown.contains(file.name()) && !shown.contains(SECRET), "{shown}");
}

#[tokio::test]
async fn the_access_key_comes_before_the_key_of_the_user_pool() {
    let server = mock::Server::start().await.unwrap();
    let key = [("AUTHING_ACCESS_KEY_ID", "key"), ("AUTHING_ACCESS_KEY_SECRET", SECRET)];
    let pool = [("AUTHING_USERPOOL_ID", "pool-key"), ("AUTHING_USERPOOL_SECRET", SECRET)];
    let arguments = ["authing", "authenticate", "-v", "--endpoint", &server.base_url()];
    let of_key = "the environment variables AUTHING_ACCESS_KEY_ID and AUTHING_ACCESS_KEY_SECRET";
    let of_pool = "the environment variables AUTHING_USERPOOL_ID and AUTHING_USERPOOL_SECRET";
    for (set, id, user_pool, source) in [
        // The token names its user pool.
        (key.to_vec(), "key", "pool", of_key),
        ([&key[..], &pool[..1]].concat(), "key", "pool-key", of_key),
        ([key, pool].concat(), "key", "pool-key", of_key),
        (pool.to_vec(), "pool-key", "pool", of_pool),
    ] {
        let ended = run_with(&arguments, &set).await;
        let found: Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!(
            (&found["access_key_id"], &found["user_pool_id"]),
            (&id.into(), &user_pool.into())
        );
        assert!(ended.stderr.contains(source), "{}", ended.stderr);
    }
}
