//! Tests your own code against the mock server.

use cloudfn::functiongraph::destination::Smn;
use cloudfn::functiongraph::types::FuncAsyncDestinationConfig;
use cloudfn::functiongraph::{Client, FunctionUrn, Token};
use cloudfn::mock::{Answer, Server};
use cloudfn::Error;

/// The code under test: sends failures of a function to a topic.
async fn alert(client: &Client, function: &FunctionUrn, topic: &str) -> Result<(), Error> {
    let on_failure = FuncAsyncDestinationConfig::builder().on_failure(Smn::new(topic));
    let call = client.update_function_async_invoke_config().function_urn(function);
    call.body_map(|body| body.destination_config(on_failure)).send().await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::start().await?;
    let client = Client::builder()
        .endpoint(server.base_url())
        .project_id("46b6f338fc3445b8846c71dfb1fbd9e8")
        .credentials(Token::new("any"))
        .build()?;
    let function = FunctionUrn::new("cn-north-4", "46b6", "default", "test")?;

    // The first attempt is throttled; the second gets the documented sample.
    let throttled = Answer::json(429, "{}").header("retry-after", "0");
    server.answer_once("update_function_async_invoke_config", throttled)?;
    alert(&client, &function, "urn:smn:cn-north-4:46b6:alerts").await?;

    let received = server.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[1].method, "PUT");
    let sent = String::from_utf8_lossy(&received[1].body);
    assert!(sent.contains(r#""destination":"SMN""#), "{sent}");
    println!("sent: {sent}");
    Ok(())
}
