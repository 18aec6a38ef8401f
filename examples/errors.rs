//! Handles the errors of a publish.

use cloudfn::functiongraph::{types::CreateFunctionVersionResponse, Client, Token};
use cloudfn::mock::{Answer, Server};
use cloudfn::{Error, ErrorKind, Response};

/// Publishes a version, unless there is nothing to publish.
async fn publish(client: &Client, name: &str) -> Result<String, Error> {
    let call = client.create_function_version();
    let call = call.function_urn("urn:fss:cn-north-4:46b6:function:default:test");
    let result: Result<Response<CreateFunctionVersionResponse>, Error> =
        call.body_map(|body| body.version(name)).send().await;
    match result {
        Ok(version) => Ok(format!("published {:?}", version.version)),
        Err(error) if error.is_unchanged() => Ok("there is nothing to publish".to_owned()),
        Err(error) if error.is_version_exists() => Ok(format!("{name} already exists")),
        // Check before you publish again, or you may publish twice.
        Err(error) if error.outcome_unknown() => Ok(format!("check first: {error}")),
        Err(error) => Err(error),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::start().await?;
    let client = Client::builder()
        .endpoint(server.base_url())
        .project_id("46b6f338fc3445b8846c71dfb1fbd9e8")
        .credentials(Token::new("any"))
        .build()?;

    println!("{}", publish(&client, "v1").await?);
    for (status, body) in [
        (400, r#"{"error_code":"FSS.1016","error_msg":"no changes have been made"}"#),
        (409, r#"{"error_code":"FSS.1062","error_msg":"the version exists"}"#),
        (502, "<html>Bad Gateway</html>"),
    ] {
        server.answer_once("create_function_version", Answer::json(status, body))?;
        println!("{}", publish(&client, "v1").await?);
    }

    server.answer_status("create_function_version", 404)?;
    let error = publish(&client, "v1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service);
    println!("{error}");
    println!("status {:?}, code {:?}, attempts {}", error.status(), error.code(), error.attempts());
    Ok(())
}
