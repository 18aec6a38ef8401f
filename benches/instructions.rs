//! Does one thing N times, for `cargo xtask bench-check`, which counts the instructions.
//!
//! The arguments are what to do, N, the base URL of a server that answers with the sample of a
//! published version, and the file of that sample.

use std::hint::black_box;
use std::process::ExitCode;

use cloudfn::functiongraph::signature::{Signature, ToSign};
use cloudfn::functiongraph::types::{
    CreateFunctionVersionResponse, FuncAsyncDestinationConfig, FuncDestinationConfig,
    UpdateFunctionAsyncInvokeConfigRequestBody,
};
use cloudfn::functiongraph::{Client, Token};

const PROJECT: &str = "46b6f338fc3445b8846c71dfb1fbd9e8";
const URN: &str = "urn:fss:cn-north-4:46b6f338fc3445b8846c71dfb1fbd9e8:function:default:test";
const TARGET: &str = r#"{"topic_urn":"urn:smn:cn-north-4:46b6f338:test"}"#;

type Failure = Box<dyn std::error::Error>;

fn decode(sample: &str) -> Result<(), Failure> {
    black_box(serde_json::from_str::<CreateFunctionVersionResponse>(black_box(sample))?);
    Ok(())
}

fn build() -> Result<UpdateFunctionAsyncInvokeConfigRequestBody, Failure> {
    let target = FuncDestinationConfig::builder().destination("SMN").param(black_box(TARGET));
    let targets = FuncAsyncDestinationConfig::builder().on_failure(target);
    let body = UpdateFunctionAsyncInvokeConfigRequestBody::builder()
        .max_async_event_age_in_seconds(60)
        .max_async_retry_attempts(1)
        .destination_config(targets);
    Ok(body.try_into()?)
}

fn check(body: &UpdateFunctionAsyncInvokeConfigRequestBody) -> Result<(), Failure> {
    match black_box(body).check().is_empty() {
        true => Ok(()),
        false => Err("the body is not as documented".into()),
    }
}

fn sign() {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let host = header("Host", "functiongraph.cn-north-4.myhuaweicloud.com");
    let request = ToSign {
        method: "POST",
        path: black_box("/v2/46b6f338fc3445b8846c71dfb1fbd9e8/fgs/functions/a:function:b/versions"),
        query: Vec::new(),
        headers: vec![
            host,
            header("X-Sdk-Date", "20250101T000000Z"),
            header("Content-Type", "application/json"),
        ],
        body: br#"{"version":"v1","description":"first"}"#,
    };
    let signature = Signature::new(&request, &"a-secret-key-for-tests".into());
    black_box(signature.authorization("an-access-key-for-tests"));
}

async fn call(client: &Client) -> Result<(), Failure> {
    let call = client.create_function_version().function_urn(URN);
    let call = call.body_map(|body| body.version("v1").description("first"));
    match call.send().await?.func_urn {
        Some(_) => Ok(()),
        None => Err("the answer has no URN".into()),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn run(what: &str, times: usize, url: &str, sample: &str) -> Result<(), Failure> {
    let client = Client::builder().endpoint(url).project_id(PROJECT);
    let client = client.credentials(Token::new("a-token-for-tests")).build()?;
    let (sample, body) = (std::fs::read_to_string(sample)?, build()?);
    for _ in 0..times {
        match what {
            "decode" => decode(&sample)?,
            "build" => drop(black_box(build()?)),
            "check" => check(&body)?,
            "sign" => sign(),
            "call" => call(&client).await?,
            _ => return Err(format!("there is nothing to do called {what}").into()),
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, times, url, sample] = &arguments[..] else {
        println!("run by cargo xtask bench-check");
        return ExitCode::SUCCESS;
    };
    let times = times.parse().map_err(Failure::from);
    match times.and_then(|times| run(what, times, url, sample)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{what}: {failure}");
            ExitCode::FAILURE
        }
    }
}
