//! Waiting for a state.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{client, Client, API};
use crate::mock::{Answer, Server};
use crate::registry::{Arguments, Target};
use crate::ErrorKind;

async fn start(states: &[&str]) -> (Server, Client) {
    let server = Server::start().await.unwrap();
    for state in states {
        let body = format!(r#"{{"state":"{state}"}}"#);
        server.answer_once("show_state", Answer::json(200, body)).unwrap();
    }
    let client = client(&server.base_url());
    (server, client)
}

#[tokio::test]
async fn a_call_is_made_until_its_state_is_one_that_is_waited_for() {
    let (server, client) = start(&["moving", "moving", "new", "partly"]).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let call = client.show_state().name("n").wait().interval(Duration::ZERO);
    let response =
        call.on_state(move |state| told.lock().unwrap().push(state.to_owned())).await.unwrap();
    assert_eq!(response.state.as_ref().unwrap().to_string(), "partly");
    assert_eq!(*seen.lock().unwrap(), ["moving", "moving", "new", "partly"]);
    assert_eq!(server.received().len(), 4);
    assert!(server.received().iter().all(|request| request.uri.query() == Some("name=n")));
}

#[tokio::test]
async fn a_state_of_failure_is_an_error_with_the_response() {
    let (_server, client) = start(&["moving", "down"]).await;
    let error = client.show_state().wait().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.body()),
        (ErrorKind::FailureState, Some(&br#"{"state":"down"}"#[..]))
    );
    let (said, _) = error.message().split_once(" after ").unwrap();
    assert_eq!(said, "/state is \"down\"");
    assert!(error.message().ends_with("ms, and \"up or partly\" was waited for"), "{error}");
}

#[tokio::test]
async fn a_wait_by_name_is_the_same() {
    let (server, client) = start(&["moving", "up", "down"]).await;
    let target = Target::from(&client);
    let operation = API.operation("show_state").unwrap();
    let arguments = Arguments::default();
    let response = operation.wait(&target, &arguments).unwrap().await.unwrap();
    assert_eq!((response.body["state"].as_str(), server.received().len()), (Some("up"), 2));
    let error = operation.wait(&target, &arguments).unwrap().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.body()),
        (ErrorKind::FailureState, Some(&br#"{"state":"down"}"#[..]))
    );
    assert!(API.operation("list_steps").unwrap().wait(&target, &arguments).is_none());
}
