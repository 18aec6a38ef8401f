//! Implements your own credentials, for a gateway with a key that is rotated.

use std::sync::atomic::{AtomicU32, Ordering};

use cloudfn::credentials::{Attempt, Credentials, CredentialsError, Refusal};
use cloudfn::functiongraph::Client;
use cloudfn::mock::{Answer, Server};
use reqwest::header::HeaderValue;

#[derive(Debug, Default)]
struct GatewayKey {
    generation: AtomicU32,
}

impl Credentials for GatewayKey {
    async fn authenticate(&self, attempt: &mut Attempt<'_>) -> Result<(), CredentialsError> {
        let generation = self.generation.load(Ordering::Relaxed);
        let mut key = HeaderValue::from_str(&format!("key {generation} of the vault"))
            .map_err(|e| CredentialsError::new("the key in the vault is invalid").with_source(e))?;
        // Keeps it out of `Debug`, logs and errors.
        key.set_sensitive(true);
        attempt.headers_mut().insert("x-gateway-key", key);
        Ok(())
    }

    // The gateway responded with 401: is there a newer key to try?
    fn renew(&self, _: &Refusal<'_>) -> bool {
        self.generation.fetch_add(1, Ordering::Relaxed);
        true
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::start().await?;
    server.answer_once("create_function_version", Answer::json(401, "{}"))?;
    let client = Client::builder()
        .endpoint(server.base_url())
        .project_id("46b6f338fc3445b8846c71dfb1fbd9e8")
        .credentials(GatewayKey::default())
        .build()?;

    client.create_function_version().function_urn("urn").send().await?;

    let received = server.received();
    assert_eq!(received[0].headers["x-gateway-key"], "key 0 of the vault");
    assert_eq!(received[1].headers["x-gateway-key"], "key 1 of the vault");
    println!("accepted with {:?}", received[1].headers["x-gateway-key"]);
    Ok(())
}
