//! Lists that come in pages, and calls that wait, of the documented APIs.

use cloudfn::authing::{self, API};
use cloudfn::credentials::Anonymous;
use cloudfn::mock::{Answer, Server};
use cloudfn::registry::{Arguments, Operation, Target};
use cloudfn::ErrorKind;
use serde_json::{json, Value};

async fn start() -> (Server, authing::Client) {
    let server = Server::start().await.unwrap();
    let client = authing::Client::builder().endpoint(server.base_url()).credentials(Anonymous);
    let client = client.build().unwrap();
    (server, client)
}

fn logs(list: Value, total: Value) -> Answer {
    let body = json!({ "statusCode": 200, "data": { "list": list, "totalCount": total } });
    Answer::json(200, body.to_string())
}

fn state(state: &str) -> Answer {
    let body = json!({ "statusCode": 200, "data": { "status": state, "uploadErrMsg": "why" } });
    Answer::json(200, body.to_string())
}

/// The pages that were asked for.
fn asked(server: &Server) -> Vec<String> {
    let queries = server.received().into_iter();
    queries.map(|request| request.uri.query().unwrap().replace("funcId=f", "")).collect()
}

fn logs_by_name() -> (&'static Operation, Arguments) {
    let parameters = vec![("funcId".to_owned(), "f".to_owned())];
    let arguments = Arguments { parameters, ..Arguments::default() };
    (API.operation("get_pipeline_logs").unwrap(), arguments)
}

#[tokio::test]
async fn a_list_ends_with_as_many_items_as_there_are() {
    let (server, client) = start().await;
    for page in [json!([1, 2]), json!([3, 4]), json!([5])] {
        server.answer_once("get_pipeline_logs", logs(page, json!(5))).unwrap();
    }
    let mut items = client.get_pipeline_logs().func_id("f").limit(2).stream();
    for expected in 1..=5 {
        assert_eq!(items.next().await.unwrap().unwrap(), expected);
    }
    assert!(items.next().await.is_none());
    assert_eq!(asked(&server), ["&limit=2", "&limit=2&page=2", "&limit=2&page=3"]);
}

#[tokio::test]
async fn a_list_that_begins_later_ends_with_an_empty_page() {
    let (server, client) = start().await;
    for page in [json!([3, 4]), json!([5]), json!([])] {
        server.answer_once("get_pipeline_logs", logs(page, json!(5))).unwrap();
    }
    let mut pages = client.get_pipeline_logs().func_id("f").page(2).pages();
    let mut count = 0;
    while let Some(page) = pages.next().await {
        page.unwrap();
        count += 1;
    }
    assert_eq!(
        (count, asked(&server)),
        (3, ["&page=2", "&page=3", "&page=4"].map(String::from).to_vec())
    );
}

#[tokio::test]
async fn an_error_ends_a_list_after_what_came_before() {
    let (server, client) = start().await;
    server.answer_once("get_pipeline_logs", logs(json!([1, 2]), json!(5))).unwrap();
    server.answer("get_pipeline_logs", Answer::json(500, "{}")).unwrap();
    let call = client.get_pipeline_logs().func_id("f").retry(cloudfn::RetryPolicy::never());
    let mut items = call.stream();
    assert_eq!(items.next().await.unwrap().unwrap(), 1);
    assert_eq!(items.next().await.unwrap().unwrap(), 2);
    assert_eq!(items.next().await.unwrap().unwrap_err().status(), Some(500));
    assert!(items.next().await.is_none());
    // One call for each page: the option of the call is that of each.
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn pages_that_repeat_are_an_error_unless_their_number_is_known() {
    let (server, client) = start().await;
    server.answer("get_pipeline_logs", logs(json!([1, 2]), Value::Null)).unwrap();
    let mut pages = client.get_pipeline_logs().func_id("f").pages();
    assert!(pages.next().await.unwrap().is_ok());
    assert!(pages.next().await.unwrap().is_ok());
    let error = pages.next().await.unwrap().unwrap_err();
    let expected =
        "get_pipeline_logs: the list does not end: page 2 has the items of the page before";
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::RepeatedPage, expected));
    assert!(pages.next().await.is_none());
    assert_eq!(asked(&server), ["", "&page=2"]);

    server.answer("get_pipeline_logs", logs(json!(["same", "same"]), json!(4))).unwrap();
    let mut items = client.get_pipeline_logs().func_id("f").stream();
    let mut count = 0;
    while let Some(item) = items.next().await {
        assert_eq!(item.unwrap(), "same");
        count += 1;
    }
    assert_eq!(count, 4);
}

#[tokio::test]
async fn a_page_is_called_for_when_it_is_read() {
    let (server, client) = start().await;
    for page in 1..100 {
        server.answer_once("get_pipeline_logs", logs(json!([page]), Value::Null)).unwrap();
    }
    let mut items = client.get_pipeline_logs().func_id("f").stream();
    assert_eq!(server.received().len(), 0);
    for expected in 1..=3 {
        assert_eq!(items.next().await.unwrap().unwrap(), expected);
        assert_eq!(server.received().len(), expected);
    }
}

#[tokio::test]
async fn pages_by_name_are_the_same() {
    let (server, client) = start().await;
    let target = Target::from(&client);
    let (operation, mut arguments) = logs_by_name();
    for page in [json!([1, 2]), json!([3])] {
        server.answer_once("get_pipeline_logs", logs(page, json!(3))).unwrap();
    }
    let mut pages = operation.pages(&target, &arguments).unwrap();
    for expected in [json!([1, 2]), json!([3])] {
        assert_eq!(pages.next().await.unwrap().unwrap().body["data"]["list"], expected);
    }
    assert!(pages.next().await.is_none());
    assert_eq!(asked(&server), ["", "&page=2"]);

    arguments.parameters.push(("page".to_owned(), "7".to_owned()));
    let mut pages = operation.pages(&target, &arguments).unwrap();
    // The mock server's list ends after its first page.
    assert_eq!(pages.next().await.unwrap().unwrap().body["data"]["list"], json!([]));
    assert!(pages.next().await.is_none());
    assert_eq!(asked(&server)[2..], ["&page=7"]);
    assert!(API.operation("list_pipeline_functions").unwrap().pages(&target, &arguments).is_none());
}

#[tokio::test]
async fn an_upload_is_waited_for() {
    let (server, client) = start().await;
    for answer in [state("uploading"), state("success"), state("uploading"), state("failed")] {
        server.answer_once("get_pipeline_function", answer).unwrap();
    }
    let wait =
        || client.get_pipeline_function().func_id("f").wait().interval(std::time::Duration::ZERO);
    let function = wait().await.unwrap().into_inner().data.unwrap();
    assert_eq!(function.status.unwrap().to_string(), "success");
    let error = wait().await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::FailureState, Some(200)));
    let body: authing::types::PipelineFunctionSingleRespDto = error.body_as().unwrap();
    assert_eq!(body.data.unwrap().upload_err_msg.as_deref(), Some("why"));
    assert_eq!(server.received().len(), 4);
}
