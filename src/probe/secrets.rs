//! Models and builders do not show secrets.

use super::types::{Job, Login, Step};
use super::{client, API};
use crate::mock::{Answer, Server};
use crate::registry::{Arguments, Target};

const SECRET: &str = "hunter2";

#[test]
fn a_model_shows_that_it_has_a_secret_and_not_which() {
    let login = Login::builder().user("me").secret_key(SECRET);
    let job = Job::builder()
        .actions(["a"])
        .max_tokens(5)
        .db_password(SECRET)
        .pin(SECRET)
        .secrets([("a", SECRET)])
        .login(login.clone())
        .steps([Step::builder().name("s").private_key(SECRET)]);
    let model = Job::try_from(job.clone()).unwrap();
    let json = serde_json::to_string(&model).unwrap();
    assert_eq!(json.matches(SECRET).count(), 5, "{json}");
    let read = (API.schema("Job").unwrap().model.decode)(json.as_bytes()).unwrap();
    for (shown, expected) in [
        (format!("{model:?}"), "colours: None, db_password: Some([secret]), free: None"),
        (format!("{:#?}", [model]), "max_tokens: Some(\n            5,"),
        (format!("{job:?}"), "db_password: Ok(Some([secret])), free: Ok(None)"),
        (format!("{login:?}"), r#"Login { secret_key: Ok(Some([secret])), user: Ok(Some("me")) }"#),
        (read.shown(), "private_key: Some(\n                    [secret],"),
    ] {
        assert!(!shown.contains(SECRET), "{shown}");
        assert!(shown.contains(expected), "{shown}");
    }
    let nothing = format!("{:?}", Login::builder());
    assert!(nothing.contains(r#"secret_key: Err("secret_key is required")"#), "{nothing}");
}

#[test]
fn a_call_shows_no_secret_either() {
    let client = client("http://127.0.0.1:9");
    let call = client.list_jobs().access_token(SECRET).ids([1]);
    let shown = format!("{call:?}");
    assert!(!shown.contains(SECRET), "{shown}");
    assert!(shown.contains("access_token: Ok(Some([secret])), "), "{shown}");
    let call = client.create_job().body_map(|job| job.db_password(SECRET));
    assert!(!format!("{call:?}").contains(SECRET), "{call:?}");
}

#[tokio::test]
async fn what_was_sent_and_received_shows_no_secret_either() {
    let server = Server::start().await.unwrap();
    let client = client(&server.base_url());
    let target = Target::from(&client);
    let answer = format!(r#"{{"db_password":"{SECRET}"}}"#);
    server.answer("create_job", Answer::json(200, answer.clone())).unwrap();
    let body = Some(answer.into_bytes());
    let arguments = Arguments { body, ..Arguments::default() };
    let received = (API.operation("create_job").unwrap().call)(&target, &arguments).await.unwrap();
    client.list_jobs().access_token(SECRET).send().await.unwrap();
    let arguments = Arguments { parameters: vec![("a".into(), SECRET.into())], ..arguments };
    for shown in
        [format!("{arguments:?}"), format!("{received:?}"), format!("{:?}", server.received())]
    {
        assert!(!shown.contains(SECRET) && !shown.contains("104, 117, 110"), "{shown}");
    }
    let expected = "Arguments { parameters: [\"a\"], body_bytes: Some(25), .. }";
    assert_eq!(format!("{arguments:?}"), expected);
    assert!(server.received()[1].uri.to_string().contains(SECRET), "it is there all the same");
}

#[tokio::test]
async fn a_refusal_repeats_no_secret() {
    let client = client("http://127.0.0.1:9");
    let call = client.create_job().body_map(|job| job.db_password("hunter2345"));
    let expected = "db_password: a text of 10 characters is outside the documented length 0..=8";
    assert_eq!(call.send().await.unwrap_err().to_string(), expected);
}
