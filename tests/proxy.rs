//! A proxy in the environment is not used for the local machine.

#[path = "support/server.rs"]
mod server;

use std::sync::Arc;

use cloudfn::functiongraph::{Client, Password};

use server::{Received, Server, Step};

fn step(request: &Received, _: usize) -> Step {
    match request.target.ends_with("/v3/auth/tokens") {
        true => Step::answer_with(201, "X-Subject-Token: t\r\n", "{}"),
        false => Step::json(200, "{}"),
    }
}

fn client(endpoint: &str, iam: &Server) -> Client {
    let password = Password::new("d", "u", "p").endpoint(iam.url());
    let client = Client::builder().endpoint(endpoint).project_id("p").credentials(password);
    client.retry(cloudfn::RetryPolicy::never()).build().unwrap()
}

/// The only test of this file, since it changes the environment.
#[tokio::test]
async fn a_proxy_gets_nothing_that_is_for_this_machine() {
    let proxy = Server::start(Arc::new(|_, _| Step::html(502, "proxy"))).await;
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
    {
        std::env::set_var(name, proxy.url());
    }
    for name in ["no_proxy", "NO_PROXY", "REQUEST_METHOD"] {
        std::env::remove_var(name);
    }
    let service = Server::start(Arc::new(step)).await;
    let call = client(&service.url(), &service);
    call.create_function_version().function_urn("urn").send().await.unwrap();
    assert!(proxy.received().is_empty());
    // IAM is local, the service is not: only the service is called through the proxy.
    let call = client("https://functiongraph.example.com", &service);
    call.create_function_version().function_urn("urn").send().await.unwrap_err();
    let targets: Vec<String> = proxy.received().into_iter().map(|request| request.target).collect();
    assert_eq!(targets, ["functiongraph.example.com:443"]);
    assert_eq!(service.received_at("/v3/auth/tokens").len(), 2);
}
