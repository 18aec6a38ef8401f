//! Responses of a service: for any response, the call returns a value or a single error that shows
//! what it should and no more.
//!
//! An input is the API, the operation and the status, then headers, an empty line and the body.

#![no_main]

use cloudfn::credentials::SharedCredentials;
use cloudfn::functiongraph::Token;
use cloudfn::mock::{Answer, Server};
use cloudfn::registry::{Arguments, CallResponse, Operation, Target as Client, APIS};
use cloudfn::{Error, ErrorKind, RetryPolicy};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use tokio::runtime::{Builder, Runtime};

/// The client's token, which no error may show.
const SECRET: &str = "marked-Secret/0+1=";

/// A parsed input.
struct Said<'a> {
    api: &'a str,
    operation: &'a str,
    status: u16,
    headers: Vec<(&'a str, &'a str)>,
    body: &'a [u8],
}

fn said(input: &[u8]) -> Option<Said<'_>> {
    let end = input.windows(2).position(|two| two == b"\n\n")?;
    let head = std::str::from_utf8(&input[..end]).ok()?;
    let (first, headers) = head.split_once('\n').unwrap_or((head, ""));
    let mut words = first.split(' ');
    let (api, operation, status) = (words.next()?, words.next()?, words.next()?);
    let status = status.parse().ok().filter(|status| (200..=999).contains(status))?;
    let headers = headers.lines().filter_map(|line| line.split_once(": "));
    let headers = headers.filter(|(name, value)| is_header(name, value)).collect();
    Some(Said { api, operation, status, headers, body: &input[end + 2..] })
}

/// Whether a header is valid and does not set the length of the response.
fn is_header(name: &str, value: &str) -> bool {
    let token = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let framing = ["connection", "content-length", "transfer-encoding", "upgrade"];
    !name.is_empty()
        && name.chars().all(token)
        && !framing.iter().any(|framing| name.eq_ignore_ascii_case(framing))
        && !value.contains(|c: char| c.is_control() && c != '\t')
}

impl Said<'_> {
    fn body(&self) -> &[u8] {
        match self.status {
            204 | 304 => b"",
            _ => self.body,
        }
    }

    fn answer(&self) -> Answer {
        let answer = Answer::new(self.status, self.body().to_vec());
        self.headers.iter().fold(answer, |answer, (name, value)| answer.header(*name, *value))
    }
}

fuzz_target!(init: cloudfn_fuzz::report_overflows(), |input: &[u8]| {
    let Some(said) = said(input) else { return };
    let Some(api) = APIS.iter().find(|api| api.name == said.api) else { return };
    let Some(operation) = api.operation(said.operation) else { return };
    HARNESS.with(|harness| {
        harness.server.reset();
        harness.server.answer(operation.id, said.answer()).expect("the response is valid");
        let client = harness.clients.iter().find(|(name, _)| *name == api.name);
        let (_, client) = client.expect("there is a client of every API");
        let arguments = arguments(operation);
        match harness.runtime.block_on((operation.call)(client, &arguments)) {
            Ok(answer) => succeeded(&said, &answer),
            Err(error) => failed(&said, &error),
        }
    });
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let body = data[..size].windows(2).position(|two| two == b"\n\n").map_or(0, |at| at + 2);
    cloudfn_fuzz::json::mutate(data, size, max_size, seed, body)
});

fn succeeded(said: &Said<'_>, answer: &CallResponse) {
    assert_eq!(answer.status, said.status);
    assert!((200..300).contains(&said.status), "a {} is a success", said.status);
}

fn failed(said: &Said<'_>, error: &Error) {
    let kinds = [ErrorKind::Service, ErrorKind::Redirected, ErrorKind::Decode];
    assert!(kinds.contains(&error.kind()), "{:?}: {error}", error.kind());
    assert_eq!(error.http_status().map(|status| status.as_u16()), Some(said.status));
    assert_eq!(error.body(), Some(said.body()), "the body is not the service's");
    let (shown, debugged) = (error.to_string(), format!("{error:?}"));
    assert!(!shown.contains(char::is_control), "more than one line: {shown:?}");
    for shown in [shown, debugged] {
        assert!(!shown.contains(SECRET), "a secret is shown: {shown}");
        assert!(shown.len() < 40_000, "{} bytes are shown", shown.len());
    }
}

/// Valid arguments.
fn arguments(operation: &Operation) -> Arguments {
    let required = operation.parameters.iter().filter(|parameter| parameter.required);
    let sample = operation.samples.iter().find(|sample| sample.place == "request");
    let body = sample.map(|sample| sample.json).or(operation.minimal_request);
    Arguments {
        parameters: required.map(|p| (p.name.to_owned(), p.minimal.to_owned())).collect(),
        body: body.map(Into::into),
        allow_undocumented: false,
    }
}

/// The mock server, and a client for each API.
struct Harness {
    runtime: Runtime,
    server: Server,
    clients: Vec<(&'static str, Client)>,
}

thread_local! {
    static HARNESS: Harness = Harness::start();
}

impl Harness {
    fn start() -> Self {
        let specs = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi"));
        let files = specs.expect("there are specs").flatten().map(|spec| spec.path());
        let specs = files.filter(|file| file.extension().is_some_and(|ending| ending == "yaml"));
        assert_eq!(specs.count(), APIS.len(), "a feature of cloudfn is missing in fuzz/Cargo.toml");
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime can be started");
        let server = runtime.block_on(Server::start()).expect("there is a free port");
        let clients = APIS.iter().map(|api| {
            let credentials = SharedCredentials::new(Token::new(SECRET));
            let client = (api.target)(&server.base_url(), credentials, RetryPolicy::never(), None);
            (api.name, client.expect("a client can be made"))
        });
        let clients = clients.collect();
        Self { runtime, server, clients }
    }
}
