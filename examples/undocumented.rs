//! Reads and sends undocumented values.

use cloudfn::functiongraph::{types::Runtime, Client, Token};
use cloudfn::mock::{Answer, Server};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::start().await?;
    let client = Client::builder()
        .endpoint(server.base_url())
        .project_id("46b6f338fc3445b8846c71dfb1fbd9e8")
        .credentials(Token::new("any"))
        .build()?;
    let urn = "urn:fss:cn-north-4:46b6:function:default:test";

    // A newer version of the service.
    let answer = r#"{"runtime":"Rust1.95","timeout":43200,"last_modified":"2019-10-25 15:37:27"}"#;
    server.answer("create_function_version", Answer::json(200, answer))?;
    let version = client.create_function_version().function_urn(urn).send().await?;
    match &version.runtime {
        Some(Runtime::Python3_10) => println!("Python 3.10"),
        Some(Runtime::Undocumented(name)) => println!("a new runtime: {name}"),
        other => println!("{other:?}"),
    }
    for difference in version.differences() {
        println!("{difference}");
    }

    // Sends a value that you know to be valid although it is not documented.
    server.answer("update_function_async_invoke_config", Answer::json(200, "{}"))?;
    let call = client.update_function_async_invoke_config().function_urn(urn);
    let call = call.body_map(|body| body.max_async_retry_attempts(9));
    println!("{}", call.clone().send().await.unwrap_err());
    call.allow_undocumented(true).send().await?;
    assert_eq!(server.received()[1].body, r#"{"max_async_retry_attempts":9}"#);
    Ok(())
}
