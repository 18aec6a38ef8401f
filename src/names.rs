//! The client of `codegen/tests/names.yaml`: every name that a spec may have compiles, and is sent
//! unchanged.
#![allow(missing_docs, dead_code, unused_imports)]

use crate::client::{Api, Profile, Wired};

include!(concat!(env!("OUT_DIR"), "/names.rs"));

#[derive(Debug)]
pub enum Names {}

pub type ClientBuilder = crate::ClientBuilder<Names>;

impl Api for Names {
    type Client = Client;
    const PROFILE: Profile = Profile::named("names");

    fn client(core: Wired) -> Client {
        Client { inner: core.0 }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;
    use std::str::FromStr;

    use serde_json::{json, Value};

    use super::{types, Client, Names};
    use crate::client::Api;
    use crate::credentials::Anonymous;
    use crate::mock::{Answer, Received, Server};
    use crate::registry::{Arguments, Target, APIS};

    async fn start() -> (Server, Client) {
        let server = Server::start().await.unwrap();
        let client = super::ClientBuilder::new().endpoint(server.base_url());
        (server, client.credentials(Anonymous).build().unwrap())
    }

    fn items<T: FromStr<Err: Debug>>(texts: &[&str]) -> Vec<T> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn query(received: &Received) -> &str {
        received.uri.query().unwrap_or_default()
    }

    #[tokio::test]
    async fn names_in_rust_are_the_vendors_on_the_wire() {
        let (server, client) = start().await;
        let body = types::Result::builder()
            .option(types::Option::builder().foo_bar("a").foo_bar_2(3).foo_bar_3("b"))
            .error(types::Error::builder().err("e").ok("o"))
            .string(types::String::builder().x("").x3d("x").x3d_2("3").x_name("n").ref_("r"))
            .from(types::From::builder().extra_member("e"))
            .self_(types::T::builder().t("t"))
            .kind("m²");
        let answer = client
            .result()
            .client_path("c")
            .ids(items::<String>(&["a,b", "c d"]))
            .user_id("1")
            .user_id_2("2")
            .user_id_3("3")
            .id(4)
            .id_2(5)
            .client_query("q")
            .body_query("b")
            .type_("t")
            .type_2("T")
            .filter_name("f")
            .top(1000)
            .größe("g")
            .x_value("v")
            .x_value_2("w")
            .x_list(items::<i64>(&["1", "2"]))
            .x_needed(items::<String>(&["a", "b"]))
            .body(body)
            .send()
            .await;
        answer.unwrap();
        let received = &server.received()[0];
        assert_eq!(received.uri.path(), "/result/c/a%2Cb,c%20d");
        let mut sent: Vec<&str> = query(received).split('&').collect();
        sent.sort_unstable();
        let expected = "%24top=1000&Type=T&USER_ID=3&body=b&client=q&filter%5Bname%5D=f&\
                        gr%C3%B6%C3%9Fe=g&id=4&type=t&userId=2&user_id=1&x-value=w";
        assert_eq!(sent.join("&"), expected);
        for (name, value) in [
            ("id", "5"),
            ("x-value", "v"),
            ("x-list", "1,2"),
            ("x-needed", "a,b"),
            ("content-type", "application/json; charset=utf-8"),
            ("accept", "application/vnd.names+json, text/plain"),
        ] {
            assert_eq!(received.headers[name], value, "{name}");
        }
        let body: Value = serde_json::from_slice(&received.body).unwrap();
        let expected = json!({
            "option": { "foo_bar": "a", "FOO_BAR": 3, "fooBar": "b" },
            "error": { "Err": "e", "Ok": "o" },
            "string": { "": "", "x3d": "x", "3d": "3", "x-name": "n", "$ref": "r" },
            "from": { "extra": "e" },
            "self": { "T": "t" },
            "kind": "m²",
        });
        assert_eq!(body, expected);
    }

    #[tokio::test]
    async fn a_missing_parameter_has_the_vendors_name() {
        let (_server, client) = start().await;
        let no_items = || (items::<String>(&[]), items::<String>(&[]));
        let call = || client.result().ids(no_items().0).x_needed(no_items().1).x_value("");
        let message = call().send().await.unwrap_err().to_string();
        assert!(message.contains("client is required"), "{message}");
        let call = || call().client_path("c");
        let message = call().body(types::Result::builder()).send().await.unwrap_err().to_string();
        assert!(message.contains("error is required"), "{message}");
        let body = types::Result::builder()
            .option(types::Option::builder().foo_bar_3("b"))
            .error(types::Error::builder());
        let without_t = body.self_(types::T::builder());
        let message = call().body(without_t).send().await.unwrap_err().to_string();
        assert!(message.contains("self: T is required"), "{message}");
    }

    #[tokio::test]
    async fn lists_are_written_in_their_style_and_understood() {
        let (server, client) = start().await;
        let texts = || items::<String>(&["a,b", "c d", "&|"]);
        let call = client.error().exploded(texts()).commas(texts()).blanks(texts());
        let call = call.pipes(items::<i64>(&["1", "2"]));
        let call = call.open("/a?b=c&d").plain(0.5).needed(items::<types::OkModel>(&["Ok"]));
        call.send().await.unwrap();
        let mut sent: Vec<String> =
            query(&server.received()[0]).split('&').map(str::to_owned).collect();
        sent.sort_unstable();
        let expected = [
            "blanks=a%2Cb%20c%20d%20%26%7C",
            "commas=a%2Cb,c%20d,%26%7C",
            "exploded=%26%7C",
            "exploded=a%2Cb",
            "exploded=c%20d",
            "needed=Ok",
            "open=/a?b=c%26d",
            "pipes=1%7C2",
            "plain=0.5",
        ];
        assert_eq!(sent, expected);
    }

    #[tokio::test]
    async fn a_list_has_the_count_of_its_own_place() {
        let (server, client) = start().await;
        let needed = items::<types::OkModel>(&["Ok"]);
        let call = || client.error().plain(0.5).needed(needed.clone());
        let message = call().pipes_2(items::<i64>(&["1", "2"])).send().await.unwrap_err();
        assert!(message.to_string().contains("pipes"), "{message}");
        assert!(server.received().is_empty());
        call().pipes_2(items::<i64>(&["1"])).send().await.unwrap();
        assert_eq!(server.received()[0].headers["pipes"], "1");
    }

    #[tokio::test]
    async fn the_mock_server_reads_lists_in_their_style() {
        let (server, _) = start().await;
        let client = reqwest::Client::new();
        for (query, status) in [
            ("needed=Ok,Err&plain=1", 204),
            ("needed=Ok&plain=1&pipes=1|2", 204),
            ("needed=Ok&plain=1&pipes=1%7C2&blanks=a+b&commas=a%2Cb,c", 204),
            ("needed=Ok&needed=Err&plain=1", 400),
            ("needed=Ok,No&plain=1", 400),
            ("needed=Ok%2CErr&plain=1", 400),
            ("needed=Ok&plain=1&pipes=1|0", 400),
            ("needed=Ok&plain=1&pipes=1,2", 400),
            ("plain=1", 400),
        ] {
            let url = format!("{}/lists?{query}", server.base_url());
            let answer = client.get(url).send().await.unwrap();
            assert_eq!(answer.status(), status, "{query}: {:?}", answer.text().await);
        }
    }

    #[tokio::test]
    async fn every_operation_can_be_called_by_name() {
        let (server, client) = start().await;
        let api = APIS.iter().find(|api| api.name == Names::PROFILE.name).unwrap();
        let target = Target::from(&client);
        for operation in api.operations {
            let parameters = operation.parameters.iter();
            let arguments = Arguments {
                parameters: parameters
                    .filter(|p| p.required || p.name == "pipes")
                    .map(|p| (p.key.to_owned(), p.minimal.to_owned()))
                    .collect(),
                body: operation.minimal_request.map(|body| body.as_bytes().to_vec()),
                ..Arguments::default()
            };
            let answer = (operation.call)(&target, &arguments).await;
            assert!(answer.is_ok(), "{}: {answer:?}", operation.id);
            let received = server.received().pop().unwrap();
            assert_eq!(received.operation, Some(operation.id));
            assert_eq!(received.method.as_str(), operation.method);
        }
    }

    #[tokio::test]
    async fn what_is_null_or_not_listed_is_read() {
        let (server, client) = start().await;
        let json =
            r#"{"kind":null,"vec":[[],[[]]],"some":{"a":{}},"values":[1,15,7],"map":{"a":5}}"#;
        server.answer("result", Answer::json(200, json)).unwrap();
        let call = client.result().client_path("c").ids(items::<String>(&["a"])).x_value("v");
        let body = types::Result::builder()
            .option(types::Option::builder().foo_bar_3("a"))
            .error(types::Error::builder());
        let answer = call.x_needed(items::<String>(&[])).body(body).send().await.unwrap();
        assert_eq!(answer.json().unwrap().kind, None);
        assert_eq!(serde_json::to_value(&*answer).unwrap()["values"], json!([1, 15, 7]));
    }
}
