//! Makes calls and says what they cost, for a comparison with other clients on Linux.
//!
//! ```sh
//! cargo build --release --example call_driver
//! target/release/examples/call_driver --base-url http://127.0.0.1:8080 \
//!     --operation publish_version --n 10000 --concurrency 8 --auth aksk
//! ```
//!
//! It makes up to 200 calls that are not measured, and then N that are. The line of JSON that it
//! prints has their time and the peak memory of the process. Exits with code 64 for what it lacks.

use std::fs;
use std::future::Future;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::Instant;

use cloudfn::credentials::{Attempt, Credentials, CredentialsError, SharedCredentials};
use cloudfn::functiongraph::types::{FuncAsyncDestinationConfig, FuncDestinationConfig};
use cloudfn::functiongraph::{AccessKey, Token};
use cloudfn::{authing, functiongraph};
use reqwest::header::{HeaderValue, AUTHORIZATION};
use serde::Serialize;
use tokio::task::JoinSet;

pub(crate) const PROJECT: &str = "46b6f338fc3445b8846c71dfb1fbd9e8";
pub(crate) const URN: &str =
    "urn:fss:cn-north-4:46b6f338fc3445b8846c71dfb1fbd9e8:function:default:test";
pub(crate) const TARGET: &str = r#"{"topic_urn":"urn:smn:cn-north-4:46b6f338:test"}"#;
pub(crate) const FUNCTION: &str = "62ce9135dxxxxb83e373f5d6";
pub(crate) const TOKEN: &str = "a-token-for-tests";
pub(crate) const ACCESS_KEY: &str = "an-access-key-for-tests";
pub(crate) const SECRET_KEY: &str = "a-secret-key-for-tests";

/// Calls that are not measured, at most.
const WARM_UP: usize = 200;
/// The exit code for a wrong command line.
const USAGE: u8 = 64;
/// What Linux counts processor time in, per second.
const TICKS: f64 = 100.0;

/// What to do.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) base_url: String,
    pub(crate) operation: Operation,
    pub(crate) auth: Auth,
    n: usize,
    concurrency: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Operation {
    PublishVersion,
    SetAsyncConfig,
    ReuploadPipeline,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Auth {
    Token,
    AccessKey,
}

/// A client that makes the same call again and again.
pub(crate) trait Calls: Sized + Send + Sync + 'static {
    const CLIENT: &'static str;

    /// # Errors
    ///
    /// There can be no such client.
    fn new(options: &Options) -> Result<Self, String>;

    /// Makes a request, sends it, and looks at one member of the answer.
    fn call(&self) -> impl Future<Output = Result<(), String>> + Send;
}

/// What the calls cost.
#[derive(Debug, Serialize)]
struct Cost {
    client: &'static str,
    operation: Operation,
    n: usize,
    concurrency: usize,
    wall_s: f64,
    user_s: f64,
    sys_s: f64,
    rss_mb: f64,
}

/// Why there is no cost.
#[derive(Debug)]
pub(crate) struct Stopped {
    pub(crate) code: u8,
    pub(crate) why: String,
}

impl Stopped {
    fn usage(why: impl Into<String>) -> Self {
        Self { code: USAGE, why: why.into() }
    }

    fn failed(why: impl ToString) -> Self {
        Self { code: 1, why: why.to_string() }
    }
}

impl Options {
    fn read(arguments: impl IntoIterator<Item = String>) -> Result<Self, Stopped> {
        let (mut base_url, mut operation, mut n) = (None, None, None);
        let (mut concurrency, mut auth) = (1, Auth::Token);
        let mut arguments = arguments.into_iter();
        while let Some(flag) = arguments.next() {
            let value = arguments.next();
            let value = value.ok_or_else(|| Stopped::usage(format!("{flag} needs a value")))?;
            match flag.as_str() {
                "--base-url" => base_url = Some(value),
                "--operation" => operation = Some(Operation::named(&value)?),
                "--n" => n = Some(number(&flag, &value)?),
                "--concurrency" => concurrency = number(&flag, &value)?,
                "--auth" => auth = Auth::named(&value)?,
                _ => return Err(Stopped::usage(format!("{flag} is not an option"))),
            }
        }
        let missing = |flag: &str| Stopped::usage(format!("{flag} is missing"));
        let options = Self {
            base_url: base_url.ok_or_else(|| missing("--base-url"))?,
            operation: operation.ok_or_else(|| missing("--operation"))?,
            n: n.ok_or_else(|| missing("--n"))?,
            concurrency,
            auth,
        };
        match (options.operation, options.auth) {
            (Operation::ReuploadPipeline, Auth::AccessKey) => {
                Err(Stopped::usage("reupload_pipeline is not signed with access keys"))
            }
            _ => Ok(options),
        }
    }
}

fn number(flag: &str, value: &str) -> Result<usize, Stopped> {
    let number = value.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| Stopped::usage(format!("{flag} {value} is not a number above 0")))
}

impl Operation {
    fn named(name: &str) -> Result<Self, Stopped> {
        match name {
            "publish_version" => Ok(Self::PublishVersion),
            "set_async_config" => Ok(Self::SetAsyncConfig),
            "reupload_pipeline" => Ok(Self::ReuploadPipeline),
            _ => Err(Stopped::usage(format!("{name} is not an operation"))),
        }
    }
}

impl Auth {
    fn named(name: &str) -> Result<Self, Stopped> {
        match name {
            "token" => Ok(Self::Token),
            "aksk" => Ok(Self::AccessKey),
            _ => Err(Stopped::usage(format!("{name} is not a way to authenticate"))),
        }
    }
}

/// Makes the calls that the command line asks for. What it returns is a line of JSON.
///
/// # Errors
///
/// The command line is wrong, or a call failed.
pub(crate) async fn run<C: Calls>(
    arguments: impl IntoIterator<Item = String>,
) -> Result<String, Stopped> {
    let options = Options::read(arguments)?;
    let calls = Arc::new(C::new(&options).map_err(Stopped::failed)?);
    let Options { operation, n, concurrency, .. } = options;
    make(&calls, WARM_UP.min(n - 1), concurrency).await?;
    let (started, [user, sys]) = (Instant::now(), processor_time()?);
    make(&calls, n, concurrency).await?;
    let (elapsed, [user_now, sys_now]) = (started.elapsed(), processor_time()?);
    let cost = Cost {
        client: C::CLIENT,
        operation,
        n,
        concurrency,
        wall_s: elapsed.as_secs_f64(),
        user_s: user_now - user,
        sys_s: sys_now - sys,
        rss_mb: peak_memory()?,
    };
    serde_json::to_string(&cost).map_err(Stopped::failed)
}

/// Makes `n` calls, at most `concurrency` at a time.
async fn make<C: Calls>(calls: &Arc<C>, n: usize, concurrency: usize) -> Result<(), Stopped> {
    let begun = Arc::new(AtomicUsize::new(0));
    let mut workers = JoinSet::new();
    for _ in 0..concurrency {
        let (calls, begun) = (Arc::clone(calls), Arc::clone(&begun));
        workers.spawn(async move {
            while begun.fetch_add(1, Ordering::Relaxed) < n {
                calls.call().await?;
            }
            Ok::<(), String>(())
        });
    }
    while let Some(ended) = workers.join_next().await {
        ended.map_err(Stopped::failed)?.map_err(Stopped::failed)?;
    }
    Ok(())
}

/// The seconds that this process has had of processors, in user space and in the kernel.
fn processor_time() -> Result<[f64; 2], Stopped> {
    let stat = fs::read_to_string("/proc/self/stat").map_err(Stopped::failed)?;
    // The name of the program, in parentheses, may have blanks.
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let mut ticks = after_name.split_whitespace().skip(11).map(str::parse::<f64>);
    match (ticks.next(), ticks.next()) {
        (Some(Ok(user)), Some(Ok(sys))) => Ok([user / TICKS, sys / TICKS]),
        _ => Err(Stopped::failed("/proc/self/stat has no times")),
    }
}

/// The most memory that this process has had, in MB.
fn peak_memory() -> Result<f64, Stopped> {
    let status = fs::read_to_string("/proc/self/status").map_err(Stopped::failed)?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<f64>().ok());
    let kilobytes = kilobytes.ok_or_else(|| Stopped::failed("/proc/self/status has no VmHWM"))?;
    Ok(kilobytes / 1024.0)
}

/// The clients of this crate.
pub(crate) enum Cloudfn {
    Publish(functiongraph::Client),
    Configure(functiongraph::Client),
    Reupload(authing::Client),
}

/// A management token, as it is.
#[derive(Debug)]
struct ManagementToken;

impl Credentials for ManagementToken {
    async fn authenticate(&self, attempt: &mut Attempt<'_>) -> Result<(), CredentialsError> {
        let mut token = HeaderValue::from_static("Bearer a-token-for-tests");
        token.set_sensitive(true);
        attempt.headers_mut().insert(AUTHORIZATION, token);
        let pool = HeaderValue::from_static("a-user-pool");
        attempt.headers_mut().insert("x-authing-userpool-id", pool);
        Ok(())
    }
}

impl Calls for Cloudfn {
    const CLIENT: &'static str = "cloudfn";

    fn new(options: &Options) -> Result<Self, String> {
        let endpoint = options.base_url.as_str();
        let functiongraph = || {
            let credentials = match options.auth {
                Auth::Token => SharedCredentials::new(Token::new(TOKEN)),
                Auth::AccessKey => SharedCredentials::new(AccessKey::new(ACCESS_KEY, SECRET_KEY)),
            };
            let builder = functiongraph::Client::builder().endpoint(endpoint).project_id(PROJECT);
            builder.credentials(credentials).build().map_err(|e| e.to_string())
        };
        Ok(match options.operation {
            Operation::PublishVersion => Self::Publish(functiongraph()?),
            Operation::SetAsyncConfig => Self::Configure(functiongraph()?),
            Operation::ReuploadPipeline => {
                let builder = authing::Client::builder().endpoint(endpoint);
                let client = builder.credentials(ManagementToken).build();
                Self::Reupload(client.map_err(|e| e.to_string())?)
            }
        })
    }

    async fn call(&self) -> Result<(), String> {
        let answer = match self {
            Self::Publish(client) => {
                let call = client.create_function_version().function_urn(URN);
                let call = call.body_map(|body| body.version("v1").description("first"));
                call.send().await.map(|version| version.func_urn.is_some())
            }
            Self::Configure(client) => {
                let call = client.update_function_async_invoke_config().function_urn(URN);
                let target = FuncDestinationConfig::builder().destination("SMN").param(TARGET);
                let call = call.body_map(|body| {
                    body.max_async_event_age_in_seconds(60)
                        .max_async_retry_attempts(1)
                        .destination_config(
                            FuncAsyncDestinationConfig::builder().on_failure(target),
                        )
                });
                call.send().await.map(|config| config.func_urn.is_some())
            }
            Self::Reupload(client) => {
                let call = client.reupload_pipeline_function();
                let call = call.body_map(|body| body.func_id(FUNCTION));
                call.send().await.map(|outcome| outcome.data.is_some())
            }
        };
        match answer.map_err(|error| error.to_string())? {
            true => Ok(()),
            false => Err("the answer lacks the member that is looked at".to_owned()),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run::<Cloudfn>(std::env::args().skip(1)).await {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(Stopped { code, why }) => {
            eprintln!("{why}");
            ExitCode::from(code)
        }
    }
}
