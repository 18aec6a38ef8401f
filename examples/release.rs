//! Releases new code of a function and takes it back, against the mock server that keeps state.
//! `cloudfn functiongraph release` does the same with a folder or a zip file.
//!
//! Run it with `cargo run --example release`.

use base64::prelude::{Engine, BASE64_STANDARD};
use cloudfn::credentials::Anonymous;
use cloudfn::functiongraph::types::{
    CodeType, FuncCode, Runtime, UpdateFunctionCodeRequestBodyCodeType,
};
use cloudfn::functiongraph::{Client, FunctionUrn};
use cloudfn::mock::Server;
use cloudfn::Error;

const OLD: &str = "def handler(event, context):\n    return 'old'\n";
const NEW: &str = "def handler(event, context):\n    return 'new'\n";

fn code(source: &str) -> cloudfn::functiongraph::types::builder::FuncCode {
    FuncCode::builder().file(BASE64_STANDARD.encode(source))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::start().await?;
    server.stateful();
    let client = Client::builder()
        .endpoint(server.base_url())
        .project_id("46b6f338fc3445b8846c71dfb1fbd9e8")
        .credentials(Anonymous)
        .build()?;
    let urn = create(&client).await?;
    let v1 = publish(&client, &urn, "v1").await?;
    let alias = client.create_version_alias().function_urn(&urn);
    alias.body_map(|body| body.name("prod").version("v1")).send().await?;
    println!("created {urn}, and prod points at {v1}");

    let update = client.update_function_code().function_urn(&urn);
    update
        .body_map(|body| {
            body.code_type(UpdateFunctionCodeRequestBodyCodeType::Inline).func_code(code(NEW))
        })
        .send()
        .await?;
    let v2 = publish(&client, &urn, "v2").await?;
    let config = client.update_function_async_invoke_config().function_urn(&v2);
    config.body_map(|body| body.max_async_retry_attempts(2)).send().await?;

    // A tenth of the traffic goes to the new version.
    let point = client.update_version_alias().function_urn(&urn).alias_name("prod");
    let weights = [("v2", 10)];
    point.body_map(|body| body.version("v1").additional_version_weights(weights)).send().await?;
    println!("prod: {}", prod(&client, &urn).await?);
    let event = serde_json::json!({ "k": "v" });
    let prod_urn = urn.clone().with_alias("prod")?;
    let result = client.invoke_function().function_urn(&prod_urn).body(event).send().await?;
    println!("invoked prod: {:?}", result.json().and_then(|answer| answer.status));

    // Back to the old version alone.
    let point = client.update_version_alias().function_urn(&urn).alias_name("prod");
    let weights: [(&str, i64); 0] = [];
    point.body_map(|body| body.version("v1").additional_version_weights(weights)).send().await?;
    println!("prod: {}", prod(&client, &urn).await?);
    client.delete_function().function_urn(&v2).send().await?;

    let again = publish(&client, &urn, "v1").await.expect_err("v1 exists");
    println!("published twice: {}", again.message());
    Ok(())
}

async fn create(client: &Client) -> Result<FunctionUrn, Box<dyn std::error::Error>> {
    let call = client.create_function().body_map(|body| {
        body.func_name("greeter")
            .package("default")
            .runtime(Runtime::Python3_9)
            .handler("index.handler")
            .memory_size(128)
            .timeout(3)
            .code_type(CodeType::Inline)
            .func_code(code(OLD))
    });
    let created = call.send().await?;
    let urn: FunctionUrn = created.func_urn.as_deref().ok_or("no URN")?.parse()?;
    Ok(urn.unqualified())
}

/// Publishes the function as it is now, and returns the URN of the version.
async fn publish(client: &Client, urn: &FunctionUrn, version: &str) -> Result<FunctionUrn, Error> {
    let call = client.create_function_version().function_urn(urn);
    call.body_map(|body| body.version(version)).send().await?;
    Ok(urn.clone().with_version(version).expect("a version has no colon"))
}

/// What the alias points at.
async fn prod(client: &Client, urn: &FunctionUrn) -> Result<String, Error> {
    let alias = client.show_version_alias().function_urn(urn).alias_name("prod").send().await?;
    let weights = alias.additional_version_weights.clone().unwrap_or_default();
    Ok(format!("{}, {weights:?}", alias.version.as_deref().unwrap_or("no version")))
}
