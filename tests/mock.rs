//! The mock server: rejected requests, and its interface for tests.

use std::sync::{Arc, Mutex};

use cloudfn::authing;
use cloudfn::credentials::{Anonymous, SharedCredentials};
use cloudfn::functiongraph::{self, AccessKey, Password, Token};
use cloudfn::mock::{Answer, Server};
use cloudfn::registry::APIS;
use insta::assert_snapshot;
use serde_json::Value;

const PROJECT: &str = "46b6f338fc3445b8846c71dfb1fbd9e8";

/// Sends a raw request, and returns status and body.
async fn send(server: &Server, method: &str, path: &str, body: &str) -> (u16, String) {
    let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
    let request = reqwest::Client::new().request(method, format!("{}{path}", server.base_url()));
    let request = match body {
        "" => request,
        body => request.header("content-type", "application/json").body(body.to_owned()),
    };
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn every_documented_response_has_its_status() {
    let server = Server::start().await.unwrap();
    let client = reqwest::Client::new();
    for operation in APIS.iter().flat_map(|api| api.operations) {
        let responses = operation.responses.iter();
        for response in responses.filter(|r| r.model.is_some() || r.status.starts_with('2')) {
            let Ok(status) = response.status.parse::<u16>() else { continue };
            server.answer_status(operation.id, status).unwrap();
            let method = reqwest::Method::from_bytes(operation.method.as_bytes()).unwrap();
            let path = operation.path.replace(['{', '}'], "");
            let url = format!("{}{path}", server.base_url());
            let answer = client.request(method, url).send().await.unwrap();
            assert_eq!(answer.status(), status, "{}", operation.id);
        }
    }
}

#[tokio::test]
async fn a_body_is_taken_up_to_its_limit() {
    const MAX_BYTES: usize = 16 * 1024 * 1024;
    let server = Server::start().await.unwrap();
    let path = format!("/v2/{PROJECT}/fgs/functions/urn/versions");
    let body = |bytes: usize| format!("{{}}{}", " ".repeat(bytes - 2));
    assert_eq!(send(&server, "POST", &path, &body(MAX_BYTES)).await.0, 200);
    assert_eq!(send(&server, "POST", &path, &body(MAX_BYTES + 1)).await, (413, String::new()));
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn what_breaks_the_documents_is_refused_with_the_reason() {
    let server = Server::start().await.unwrap();
    let config = format!("/v2/{PROJECT}/fgs/functions/urn/async-invoke-config");
    let reupload = "/api/v3/reupload-pipeline-function";
    let mut answers = Vec::new();
    for (method, path, body) in [
        ("PUT", config.as_str(), r#"{"max_async_retry_attempts":9}"#),
        ("PUT", &config, r#"{"max_async_retry_attempts":"2"}"#),
        ("PUT", &config, r#"{"destination_config":{"on_success":{"destination":"Moon"}}}"#),
        ("PUT", &config, r#"{"max_async_retry_attempts":null}"#),
        ("PUT", &config, "[]"),
        ("PUT", &config, "{"),
        ("PUT", &config, ""),
        ("PUT", &config.replace("urn", &"x".repeat(270)), "{}"),
        ("PUT", &config.replace(PROJECT, &"x".repeat(33)), "{}"),
        ("PATCH", &config, ""),
        ("PUT", "/v2/elsewhere", "{}"),
        ("POST", reupload, "{}"),
        ("POST", reupload, r#"{"funcId":7}"#),
        ("PUT", &config, r#"{"max_async_retry_attempts":3.0,"a_member_of_tomorrow":1}"#),
        (
            "PUT",
            &config,
            r#"{"new":null,"destination_config":{"new":null,"on_success":{"new":[]}}}"#,
        ),
        ("POST", reupload, r#"{"funcId":"f"}"#),
        ("GET", "/api/v3/get-pipeline-logs", ""),
        ("GET", "/api/v3/get-pipeline-logs?funcId=a&funcId=b", ""),
    ] {
        let (status, body) = send(&server, method, path, body).await;
        let body: Value = serde_json::from_str(&body).unwrap();
        let members = ["error_code", "error_msg", "statusCode", "message"];
        let said: Vec<String> = members
            .iter()
            .filter_map(|name| Some(format!("{name}={}", body.get(*name)?)))
            .collect();
        answers.push(format!("{status} {}", said.join(" ")).trim_end().to_owned());
    }
    assert_snapshot!(answers.join("\n"), @r#"
    400 error_code="400" error_msg="max_async_retry_attempts: 9 is outside the documented 0..=3"
    400 error_code="400" error_msg="max_async_retry_attempts: is a string, and documented as an integer"
    400 error_code="400" error_msg="destination_config.on_success.destination: \"Moon\" is outside the documented values OBS, SMN, DIS, FunctionGraph"
    400 error_code="400" error_msg="max_async_retry_attempts: is null, and documented as an integer"
    400 error_code="400" error_msg="is an array, and documented as an object"
    400 error_code="400" error_msg="is not JSON: EOF while parsing an object at line 1 column 1"
    400 error_code="400" error_msg="the body is missing"
    400 error_code="400" error_msg="function_urn: a text of 270 characters is outside the documented length 1..=269"
    400 error_code="400" error_msg="project_id: a text of 33 characters is outside the documented length 1..=32"
    405 error_code="405" error_msg="no operation has this method and path"
    404 error_code="APIGW.0101" error_msg="no operation has this path"
    400 statusCode=400 message="funcId: is missing, and documented as always present"
    400 statusCode=400 message="funcId: is an integer, and documented as a string"
    200
    200
    200 statusCode=200 message="Operation successful"
    400 statusCode=400 message="funcId: is required"
    400 statusCode=400 message="funcId: is given more than once"
    "#);
}

#[tokio::test]
async fn what_the_documents_do_not_know_is_ignored_unless_it_is_refused() {
    let server = Server::start().await.unwrap();
    let config = format!("/v2/{PROJECT}/fgs/functions/urn/async-invoke-config");
    let requests = [
        ("?limit=1&a%20b=", "{}", "limit: is not a documented query parameter"),
        ("?%6Cimit", "{}", "limit: is not a documented query parameter"),
        ("", r#"{"new":1}"#, "new: is not a documented member"),
        (
            "",
            r#"{"destination_config":{"on_success":{"new":[]},"new":1}}"#,
            "destination_config.on_success.new: is not a documented member; \
             destination_config.new: is not a documented member",
        ),
    ];
    for (query, body, _) in requests {
        let (status, said) = send(&server, "PUT", &format!("{config}{query}"), body).await;
        assert_eq!(status, 200, "{query} {body}: {said}");
    }
    server.refuse_unknown();
    for (query, body, reason) in requests {
        let (status, said) = send(&server, "PUT", &format!("{config}{query}"), body).await;
        let said: Value = serde_json::from_str(&said).unwrap();
        assert_eq!((status, &said["error_msg"]), (400, &reason.into()), "{query} {body}");
    }
    for (body, expected) in [
        (r#"{"max_async_retry_attempts":3}"#, 200),
        (r#"{"max_async_retry_attempts":3,"max_async_retry_attempts":3}"#, 400),
    ] {
        let (status, said) = send(&server, "PUT", &config, body).await;
        assert_eq!(status, expected, "{said}");
    }
}

#[tokio::test]
async fn what_breaks_a_rule_is_refused_unless_rules_are_ignored() {
    let server = Server::start().await.unwrap();
    let versions = format!("/v2/{PROJECT}/fgs/functions/urn/versions");
    let body = r#"{"digest":"notmd5"}"#;
    let (status, said) = send(&server, "POST", &versions, body).await;
    assert_eq!(status, 400);
    assert!(said.contains("digest: breaks the rule: the digest of a request is an MD5"), "{said}");
    server.ignore_rules();
    let (status, said) = send(&server, "POST", &versions, body).await;
    assert_eq!(status, 200, "{said}");
    let (status, _) = send(&server, "POST", &versions, r#"{"digest":1}"#).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn any_answer_can_be_set() {
    let server = Server::start().await.unwrap();
    let client = functiongraph::Client::builder()
        .endpoint(server.base_url())
        .project_id(PROJECT)
        .credentials(Anonymous)
        .build()
        .unwrap();
    let publish = || client.create_function_version().function_urn("urn");
    server
        .answer_once("create_function_version", Answer::json(429, "{}").header("retry-after", "0"))
        .unwrap();
    server
        .answer_once("create_function_version", Answer::json(200, r#"{"version":"once"}"#))
        .unwrap();
    server.answer("create_function_version", Answer::json(200, r#"{"version":"always"}"#)).unwrap();
    for expected in ["once", "always", "always"] {
        assert_eq!(publish().send().await.unwrap().version.as_deref(), Some(expected));
    }
    assert_eq!(server.received().len(), 4);
    for status in [400, 401, 403, 404, 500] {
        server.answer_status("create_function_version", status).unwrap();
        let error = publish().send().await.unwrap_err();
        assert_eq!(error.status(), Some(status), "{error}");
        assert_eq!(error.message(), "as a test asked for");
        let body: functiongraph::types::ErrorResp = error.body_as().unwrap();
        assert_eq!(body.error_code, Some(status.to_string()));
    }
    server.answer_status("create_function_version", 200).unwrap();
    assert_eq!(publish().send().await.unwrap().func_name.as_deref(), Some("test"));
    let unknown = server.answer_status("create_function_version", 418).unwrap_err().to_string();
    assert_snapshot!(unknown, @"create_function_version documents no 418, only 200, 400, 401, 403, 404, 500");
}

#[tokio::test]
async fn an_answer_that_cannot_be_given_is_refused_when_it_is_set() {
    let server = Server::start().await.unwrap();
    let misspelt = "create_functions";
    for refused in [
        server.answer(misspelt, Answer::json(200, "{}")),
        server.answer_once(misspelt, Answer::json(200, "{}")),
        server.answer_status(misspelt, 404),
    ] {
        let refused = refused.unwrap_err().to_string();
        let (unknown, known) = refused.split_once(", only ").unwrap();
        assert_eq!(unknown, "there is no operation \"create_functions\"");
        assert!(known.split(", ").any(|known| known == "create_function_version"), "{known}");
    }
    let mut said = Vec::new();
    for answer in [
        Answer::json(1000, "{}"),
        Answer::json(99, "{}"),
        Answer::json(100, "{}"),
        Answer::json(204, "{}"),
        Answer::new(304, "{}"),
        Answer::json(200, "{}").header("two words", "x"),
        Answer::json(200, "{}").header("x-text", "two\nlines"),
        Answer::json(200, "{}").header("content-length", "7"),
    ] {
        let always = server.answer("create_function_version", answer.clone()).unwrap_err();
        let once = server.answer_once("create_function_version", answer).unwrap_err();
        assert_eq!(always, once);
        said.push(always.to_string());
    }
    assert_snapshot!(said.join("\n"), @r#"
    the status 1000 is invalid
    the status 99 is invalid
    the status 100 is invalid
    a response with the status 204 cannot have a body
    a response with the status 304 cannot have a body
    the header "two words": invalid HTTP header name
    the header "x-text": its value has a character that is not allowed in headers
    the header "content-length": the body has 2 bytes
    "#);
    for answer in [
        Answer::new(204, ""),
        Answer::json(999, "{}").header("x-text", "é").header("content-length", "2"),
    ] {
        server.answer("create_function_version", answer.clone()).unwrap();
        let (status, _) = send(&server, "POST", "/v2/p/fgs/functions/f/versions", "{}").await;
        assert_eq!(status, answer.status);
    }
}

#[tokio::test]
async fn every_observer_is_shown_each_request() {
    let server = Server::start().await.unwrap();
    let shown = Arc::new(Mutex::new(Vec::new()));
    for observer in [1, 2] {
        let shown = Arc::clone(&shown);
        server.observe(move |request| {
            shown.lock().unwrap().push((observer, request.uri.path().to_owned()));
        });
    }
    send(&server, "GET", "/a", "").await;
    assert_eq!(*shown.lock().unwrap(), [(1, "/a".to_owned()), (2, "/a".to_owned())]);
}

#[tokio::test]
async fn errors_of_authing_have_its_own_shape() {
    let server = Server::start().await.unwrap();
    let client = authing::Client::builder().endpoint(server.base_url()).credentials(Anonymous);
    let client = client.build().unwrap();
    server.answer_status("reupload_pipeline_function", 403).unwrap();
    let call = client.reupload_pipeline_function().body_map(|b| b.func_id("f"));
    let error = call.send().await.unwrap_err();
    assert_eq!((error.status(), error.message()), (Some(403), "as a test asked for"));
    assert_eq!(error.code(), None);
    assert!(error.request_id().is_some());
}

#[tokio::test]
async fn credentials_are_demanded_on_demand() {
    let server = Server::start().await.unwrap();
    server.demand_credentials();
    let client = |credentials: SharedCredentials| {
        let client = functiongraph::Client::builder().endpoint(server.base_url());
        client.project_id(PROJECT).credentials(credentials).build().unwrap()
    };
    let publish = |credentials| async move {
        let client = client(credentials);
        let result = client.create_function_version().function_urn("urn").send().await;
        result.map(|_| ()).map_err(|e| e.to_string())
    };
    let refused = Err(
        "create_function_version: 401 Unauthorized: 401: the credentials are missing or invalid"
            .to_owned(),
    );
    assert_eq!(publish(SharedCredentials::new(Anonymous)).await, refused);
    assert_eq!(publish(SharedCredentials::new(Token::new("another"))).await, refused);
    let password = Password::new("d", "u", "p").endpoint(server.base_url());
    for accepted in
        [SharedCredentials::new(password), SharedCredentials::new(AccessKey::new("ak", "sk"))]
    {
        assert_eq!(publish(accepted).await, Ok(()));
    }
    let key = authing::AccessKey::new("id", "secret");
    let client = authing::Client::builder().endpoint(server.base_url()).credentials(key);
    let call = client.build().unwrap();
    call.reupload_pipeline_function().body_map(|b| b.func_id("f")).send().await.unwrap();
}

#[tokio::test]
async fn all_credentials_of_an_alternative_are_demanded() {
    let server = Server::start().await.unwrap();
    server.demand_credentials();
    let url = format!("{}/api/v3/reupload-pipeline-function", server.base_url());
    let body = r#"{"funcId":"f"}"#;
    let request = || reqwest::Client::new().post(&url).body(body);
    let pool_alone = request().header("x-authing-userpool-id", "pool").send().await.unwrap();
    let body = pool_alone.text().await.unwrap();
    assert!(body.contains("401"), "{body}");
}

#[tokio::test]
async fn a_body_that_is_said_to_be_no_json_is_refused() {
    let server = Server::start().await.unwrap();
    let url = format!("{}/api/v3/reupload-pipeline-function", server.base_url());
    let send = |media: &'static str| {
        let request = reqwest::Client::new().post(&url).body(r#"{"funcId":"f"}"#);
        request.header("content-type", media).send()
    };
    for media in ["application/json", "Application/JSON; charset=utf-8", "application/a+json"] {
        let body: Value = send(media).await.unwrap().json().await.unwrap();
        assert_eq!(body["statusCode"], 200, "{media}: {body}");
    }
    for media in ["text/plain", "application/jsonl", "multipart/form-data; boundary=+json"] {
        let body: Value = send(media).await.unwrap().json().await.unwrap();
        assert_eq!(body["message"], "the body's Content-Type is not application/json", "{media}");
    }
}
