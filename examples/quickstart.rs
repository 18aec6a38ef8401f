//! Makes calls of both APIs against the built-in mock server. Needs no account.
//!
//! Run it with `cargo run --example quickstart`.

use cloudfn::authing;
use cloudfn::credentials::Anonymous;
use cloudfn::functiongraph::destination::Function;
use cloudfn::functiongraph::types::{FuncAsyncDestinationConfig, Runtime};
use cloudfn::functiongraph::{self, FunctionUrn};
use cloudfn::mock::Server;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::start().await?;
    let client = functiongraph::Client::builder()
        .endpoint(server.base_url())
        .project_id("46b6f338fc3445b8846c71dfb1fbd9e8")
        .credentials(Anonymous)
        .build()?;
    let urn: FunctionUrn = "urn:fss:cn-north-4:46b6f338:function:default:test".parse()?;

    let version = client
        .create_function_version()
        .function_urn(&urn)
        .body_map(|body| body.version("v1").description("first"))
        .send()
        .await?;
    match &version.runtime {
        Some(Runtime::Python3_10) => println!("published for Python 3.10"),
        Some(Runtime::Undocumented(name)) => println!("published for the new runtime {name}"),
        other => println!("published for {other:?}"),
    }

    let audit = Function::new("urn:fss:cn-north-4:46b6f338:function:default:audit");
    let config = client
        .update_function_async_invoke_config()
        .function_urn(&urn)
        .body_map(|body| {
            body.max_async_event_age_in_seconds(60)
                .max_async_retry_attempts(1)
                .destination_config(FuncAsyncDestinationConfig::builder().on_failure(audit))
        })
        .send()
        .await?;
    println!("retries: {:?}, since {:?}", config.max_async_retry_attempts, config.created_time);

    let refused = client
        .update_function_async_invoke_config()
        .function_urn(&urn)
        .body_map(|body| body.max_async_retry_attempts(9))
        .send()
        .await;
    println!("refused before sending: {}", refused.expect_err("9 is not documented"));

    let client =
        authing::Client::builder().endpoint(server.base_url()).credentials(Anonymous).build()?;
    let outcome = client
        .reupload_pipeline_function()
        .body_map(|body| body.func_id("62ce9135dxxxxb83e373f5d6"))
        .send()
        .await?;
    let function = outcome.data.as_ref().ok_or("the response has no function")?;
    println!("uploaded again: {:?}, {:?}", function.func_name, function.status);
    Ok(())
}
