//! The observer of differences: its cost for a call, and its limits.

use std::sync::{Arc, Mutex};

use cloudfn::credentials::Anonymous;
use cloudfn::drift::{Drift, DriftKind};
use cloudfn::functiongraph::Client;
use cloudfn::mock::{Answer, Server};

async fn server(body: String) -> Server {
    let server = Server::start().await.unwrap();
    let _ = server.answer("create_function_version", Answer::json(200, body));
    server
}

/// A client of `server`, and the reports to its observer.
fn observed(server: &Server) -> (Client, Arc<Mutex<Vec<Drift>>>) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&told);
    let client = Client::builder()
        .endpoint(server.base_url())
        .project_id("p")
        .credentials(Anonymous)
        .on_drift(move |drift| log.lock().unwrap().push(drift.clone()));
    (client.build().unwrap(), told)
}

fn kinds(told: &Mutex<Vec<Drift>>) -> Vec<DriftKind> {
    told.lock().unwrap().iter().map(|drift| drift.kind).collect()
}

#[tokio::test]
async fn a_call_does_not_fail_when_its_observer_panics() {
    let server = server(r#"{"new":1}"#.to_owned()).await;
    let builder = Client::builder().endpoint(server.base_url()).project_id("p");
    let builder = builder.credentials(Anonymous).on_drift(|drift| panic!("{drift}"));
    let client = builder.build().unwrap();
    for _ in 0..2 {
        client.create_function_version().function_urn("urn").send().await.unwrap();
    }
}

#[tokio::test]
async fn the_work_for_a_response_has_an_end_that_is_told_once() {
    let server = server(format!(r#"{{"dependencies":[{}1]}}"#, "1,".repeat(2_000_000))).await;
    let (client, told) = observed(&server);
    for _ in 0..2 {
        client.create_function_version().function_urn("urn").send().await.unwrap_err();
    }
    assert_eq!(kinds(&told), [DriftKind::Type, DriftKind::Limit]);
    let last = told.lock().unwrap().pop().unwrap();
    assert!(last.to_string().contains("there is more than is checked in one response"), "{last}");
}

#[tokio::test]
async fn after_many_differences_it_is_told_once_that_there_are_more() {
    let server = server(String::new()).await;
    let (client, told) = observed(&server);
    for response in 0..13 {
        let members: Vec<String> =
            (0..900).map(|member| format!(r#""new{response}x{member}":1"#)).collect();
        let body = format!("{{{}}}", members.join(","));
        let _ = server.answer("create_function_version", Answer::json(200, body));
        client.create_function_version().function_urn("urn").send().await.unwrap();
    }
    let kinds = kinds(&told);
    assert_eq!(kinds.len(), 10_001);
    assert_eq!(kinds.iter().filter(|kind| **kind == DriftKind::Limit).count(), 1);
    assert_eq!(kinds.last(), Some(&DriftKind::Limit));
}
