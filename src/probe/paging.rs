//! Lists that come in pages.

use futures_util::StreamExt;
use serde_json::{json, Value};

use super::{client, Client};
use crate::mock::{Answer, Server};
use crate::{Error, ErrorKind};

async fn start(operation: &str, pages: &[Value]) -> (Server, Client) {
    let server = Server::start().await.unwrap();
    for page in pages {
        server.answer_once(operation, Answer::json(200, page.to_string())).unwrap();
    }
    let client = client(&server.base_url());
    (server, client)
}

fn steps(names: &[&str], marker: Value) -> Value {
    let steps: Vec<Value> = names.iter().map(|name| json!({ "name": name })).collect();
    json!({ "steps": steps, "page_info": { "next_marker": marker } })
}

fn queries(server: &Server) -> Vec<String> {
    let queries = server.received().into_iter();
    queries.map(|request| request.uri.query().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn markers_lead_from_page_to_page() {
    let pages = [steps(&["a", "b"], json!(2)), steps(&["c"], json!("9")), steps(&["d"], json!(0))];
    let (server, client) = start("list_steps", &pages).await;
    let steps: Vec<_> = client.list_steps().limit("2").stream().collect().await;
    let names: Vec<String> = steps.into_iter().map(|step| step.unwrap().name.unwrap()).collect();
    assert_eq!(names, ["a", "b", "c", "d"]);
    assert_eq!(queries(&server), ["limit=2", "limit=2&marker=2", "limit=2&marker=9"]);
}

#[tokio::test]
async fn a_list_ends_where_there_is_no_marker_or_nothing_more() {
    let ends = [json!(null), json!(0), json!("0")].map(|end| steps(&["a"], end));
    for end in ends.into_iter().chain([
        json!({ "steps": [{ "name": "a" }] }),
        json!({ "steps": [{ "name": "a" }], "page_info": {} }),
        steps(&[], json!(5)),
        json!({ "page_info": { "next_marker": 5 } }),
    ]) {
        let (server, client) = start("list_steps", std::slice::from_ref(&end)).await;
        let pages: Vec<_> = client.list_steps().pages().collect().await;
        assert!(matches!(pages[..], [Ok(_)]), "{end}: {pages:?}");
        assert_eq!(server.received().len(), 1);
    }
}

/// The pages that came, and the error after them.
async fn failed(call: super::builder::ListSteps<'_>) -> (usize, Error) {
    let mut pages = call.pages();
    let mut count = 0;
    loop {
        match pages.next().await.expect("an error") {
            Ok(_) => count += 1,
            Err(error) => {
                assert!(pages.next().await.is_none());
                return (count, error);
            }
        }
    }
}

#[tokio::test]
async fn a_page_that_leads_back_ends_the_list_with_an_error() {
    let [two, nine] = [2, 9].map(|marker| steps(&["a"], json!(marker)));
    for (start_at, pages) in [
        (None, &[two.clone(), two.clone()][..]),
        (None, &[two.clone(), nine.clone(), two.clone()]),
        (Some("9"), &[two.clone(), nine.clone()]),
    ] {
        let (server, client) = start("list_steps", pages).await;
        let call = client.list_steps();
        let call = start_at.into_iter().fold(call, |call, at| call.marker(at));
        let (count, error) = failed(call).await;
        assert_eq!((count, server.received().len()), (pages.len(), pages.len()));
        let marker = if start_at.is_some() { 9 } else { 2 };
        assert_eq!(
            error.to_string(),
            format!("list_steps: the list does not end: /page_info/next_marker is \"{marker}\", which is where an earlier page was")
        );
        assert_eq!(error.kind(), ErrorKind::RepeatedPage);
    }
}

#[tokio::test]
async fn a_marker_is_of_the_type_of_its_parameter() {
    let page = |next: &str| json!({ "next": next, "all/of": { "them": [1, 2] } });
    let (server, client) = start("list_numbers", &[page("7"), page("x")]).await;
    let mut numbers = client.list_numbers().from_to(3).stream();
    for expected in [1, 2, 1, 2] {
        assert_eq!(numbers.next().await.unwrap().unwrap(), expected);
    }
    let error = numbers.next().await.unwrap().unwrap_err();
    let expected = "list_numbers: the next page is at \"x\", which cannot be a value of `from/to`";
    assert_eq!((error.to_string().as_str(), error.kind()), (expected, ErrorKind::Decode));
    assert!(numbers.next().await.is_none());
    assert_eq!(queries(&server), ["from%2Fto=3", "from%2Fto=7"]);
    let (server, client) = start("list_numbers", &[page("")]).await;
    let numbers: Vec<_> = client.list_numbers().from_to(3).stream().collect().await;
    assert_eq!((numbers.len(), server.received().len()), (2, 1));
}

#[tokio::test]
async fn a_call_that_is_not_valid_is_an_error_of_its_stream() {
    let client = client("http://127.0.0.1:9");
    let mut numbers = client.list_numbers().stream();
    let error = numbers.next().await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "from/to is required");
    assert!(numbers.next().await.is_none());
}

#[tokio::test]
async fn pages_by_number_begin_with_the_documented_default() {
    let pages = [json!(["a"]), json!(["b"]), json!([])];
    let (server, client) = start("list_words", &pages).await;
    let words: Vec<_> = client.list_words().stream().map(Result::unwrap).collect().await;
    assert_eq!(words, ["a", "b"]);
    assert_eq!(queries(&server), ["", "page=1", "page=2"]);
}

#[tokio::test]
async fn the_lists_of_the_mock_server_end() {
    let (server, client) = start("list_steps", &[]).await;
    let pages: Vec<_> = client.list_steps().pages().map(Result::unwrap).collect().await;
    let [_, last] = &pages[..] else { panic!("{pages:?}") };
    assert_eq!(&last.body()[..], br#"{"page_info":{},"steps":[]}"#);
    let words: Vec<_> = client.list_words().stream().map(Result::unwrap).collect().await;
    assert_eq!(words, ["a", "b"]);
    assert_eq!(queries(&server), ["", "marker=2", "", "page=1"]);
    let first = client.list_steps().marker("1").send().await.unwrap();
    assert_eq!(first.steps.as_ref().unwrap().len(), 2);
    let first = client.list_words().page("0").send().await.unwrap();
    assert_eq!(first.len(), 2);
}
