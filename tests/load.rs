//! A thousand concurrent tasks, and memory that does not grow with the calls.

#[path = "support/server.rs"]
mod server;

use std::sync::Arc;

use cloudfn::functiongraph::{Client, Password};
use tokio::task::JoinSet;

use server::{Received, Server, Step};

/// Calls in each half of the memory test.
const CALLS: usize = 8000;
/// Tasks that make the calls.
const WORKERS: usize = 50;
/// The memory that the second half may use beyond the first, in bytes: less than 400 per call.
const ALLOWED: usize = 3 * 1024 * 1024;

/// The memory of this process, in bytes.
fn memory() -> Option<usize> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = statm.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4096)
}

fn step(request: &Received, _: usize) -> Step {
    match request.target.ends_with("/v3/auth/tokens") {
        true => Step::answer_with(201, "X-Subject-Token: t\r\n", "{}"),
        false => Step::json(200, r#"{"version":"v1"}"#),
    }
}

async fn start() -> (Server, Client) {
    let server = Server::start(Arc::new(step)).await;
    let client = Client::builder()
        .endpoint(server.url())
        .project_id("p")
        .credentials(Password::new("d", "u", "p").endpoint(server.url()))
        .build()
        .unwrap();
    (server, client)
}

/// Makes calls sequentially.
async fn publish(client: Client, calls: usize) {
    for number in 0..calls {
        let urn = format!("urn:{number}");
        let version = client.create_function_version().function_urn(urn).send().await.unwrap();
        assert_eq!(version.version.as_deref(), Some("v1"));
    }
}

async fn publish_by(tasks: usize, client: &Client, calls: usize) {
    let mut all = JoinSet::new();
    for _ in 0..tasks {
        all.spawn(publish(client.clone(), calls / tasks));
    }
    assert_eq!(all.join_all().await.len(), tasks);
}

/// Both are in one test, so that they do not affect each other's measurements.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_tasks_are_all_answered_and_memory_is_flat() {
    a_thousand_tasks_are_all_answered().await;
    memory_is_flat().await;
}

async fn a_thousand_tasks_are_all_answered() {
    // Each has a connection, which needs two file descriptors in this process.
    rlimit::increase_nofile_limit(10_000).unwrap();
    let (server, client) = start().await;
    publish_by(1000, &client, 3000).await;
    assert_eq!(server.received_at("/versions").len(), 3000);
    assert_eq!(server.received_at("/v3/auth/tokens").len(), 1);
}

async fn memory_is_flat() {
    let (server, client) = start().await;
    let mut after = Vec::new();
    for _ in 0..3 {
        publish_by(WORKERS, &client, CALLS / 2).await;
        server.forget();
        publish_by(WORKERS, &client, CALLS / 2).await;
        server.forget();
        after.extend(memory());
    }
    println!("memory: {after:?}");
    if let [_, middle, last] = after[..] {
        assert!(last < middle + ALLOWED, "memory grows: {after:?}");
    }
}
