//! Helpers for users: URNs of functions, and parameters of destinations.

use std::path::Path;

use cloudfn::functiongraph::destination::{DestinationParam, Function, Obs, Smn};
use cloudfn::functiongraph::types::{Destination, FuncDestinationConfig};
use cloudfn::functiongraph::FunctionUrn;
use cloudfn_codegen::contract::Contract;
use insta::assert_snapshot;
use proptest::prelude::{prop_assert_eq, proptest};

#[test]
fn urns_are_taken_apart() {
    let urn = |text: &str| text.parse::<FunctionUrn>().unwrap();
    let base = "urn:fss:cn-north-4:46b6:function:default:test";
    let plain = urn(base);
    assert_eq!((plain.region(), plain.project_id()), ("cn-north-4", "46b6"));
    assert_eq!((plain.package(), plain.function()), ("default", "test"));
    assert_eq!((plain.version(), plain.alias()), (None, None));
    let version = urn(&format!("{base}:v1"));
    assert_eq!((version.version(), version.alias()), (Some("v1"), None));
    let alias = urn(&format!("{base}:!prod"));
    assert_eq!((alias.version(), alias.alias()), (None, Some("prod")));
    assert_eq!(alias.unqualified(), plain);
}

#[test]
fn what_is_no_urn_is_said_where() {
    let base = "urn:fss:cn-north-4:46b6:function:default:test";
    let messages: Vec<String> = [
        "",
        "test",
        "urn:obs:a:b:function:c:d",
        "urn:fss:a:b:trigger:c:d",
        "urn:fss::b:function:c:d",
        &format!("{base}:"),
        &format!("{base}:!"),
        &format!("{base}:v1:v2"),
    ]
    .iter()
    .map(|text| text.parse::<FunctionUrn>().unwrap_err().to_string())
    .collect();
    assert_snapshot!(messages.join("\n"), @r#"
    "" is not the URN of a function: it has 1 parts, not 7 or 8
    "test" is not the URN of a function: it has 1 parts, not 7 or 8
    "urn:obs:a:b:function:c:d" is not the URN of a function: part 2 is "obs", not "fss"
    "urn:fss:a:b:trigger:c:d" is not the URN of a function: part 5 is "trigger", not "function"
    "urn:fss::b:function:c:d" is not the URN of a function: the region is empty
    "urn:fss:cn-north-4:46b6:function:default:test:" is not the URN of a function: the version is empty
    "urn:fss:cn-north-4:46b6:function:default:test:!" is not the URN of a function: the alias is empty
    "urn:fss:cn-north-4:46b6:function:default:test:v1:v2" is not the URN of a function: it has 9 parts, not 7 or 8
    "#);
    let urn: FunctionUrn = base.parse().unwrap();
    let refused = urn.clone().with_version("!v").unwrap_err();
    assert_eq!(refused.to_string(), "the version \"!v\" starts with !, like an alias");
    assert_eq!(
        urn.with_alias("a:b").unwrap_err().to_string(),
        "the alias \"a:b\" contains a colon"
    );
}

proptest! {
    #[test]
    fn what_is_read_is_printed(text in "urn:fss:[a-z]{1,3}:[^:]{1,3}:function:[^:]{1,3}:[^:]{1,3}(:!?[^:!]{1,3})?") {
        let urn: FunctionUrn = text.parse().unwrap();
        prop_assert_eq!(urn.to_string(), text);
    }

    #[test]
    fn what_is_printed_is_read(parts in proptest::collection::vec("[^:!]{1,5}", 5)) {
        let [region, project, package, function, qualifier] = &parts[..] else { unreachable!() };
        let urn = FunctionUrn::new(region, project, package, function).unwrap();
        let urns = [
            urn.clone(),
            urn.clone().with_version(qualifier).unwrap(),
            urn.with_alias(qualifier).unwrap(),
        ];
        for urn in urns {
            prop_assert_eq!(urn.to_string().parse::<FunctionUrn>(), Ok(urn));
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in ".*") {
        let _ = text.parse::<FunctionUrn>();
    }
}

#[tokio::test]
async fn a_urn_is_an_argument_of_the_documented_length() {
    let urn = FunctionUrn::new("r", "p", "default", "f").unwrap();
    let client = cloudfn::functiongraph::Client::builder()
        .endpoint("http://127.0.0.1:9")
        .credentials(cloudfn::credentials::Anonymous)
        .project_id("p")
        .build()
        .unwrap();
    let call = |urn: FunctionUrn| client.create_function_version().function_urn(urn);
    assert_eq!(call(urn).check().unwrap(), []);
    let long = FunctionUrn::new("r", "p", "default", "f".repeat(300)).unwrap();
    let refused = call(long).send().await.unwrap_err();
    assert!(refused.to_string().ends_with("outside the documented length 1..=269"), "{refused}");
}

/// A destination can be read and sent again.
fn accepts(config: &FuncDestinationConfig) -> Result<(), String> {
    let read = DestinationParam::try_from(config).map_err(|e| e.to_string())?;
    let written = FuncDestinationConfig::try_from(read).map_err(|e| e.to_string())?;
    assert_eq!(written.destination, config.destination);
    Ok(())
}

/// Our types accept and refuse the examples of the ledgers' rules on parameters.
#[test]
fn the_rules_of_the_pages_hold() {
    let contract = Contract::load(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let mut tried = 0;
    for ledger in &contract.ledgers {
        let of_params = ledger.page.rules.iter().filter(|rule| {
            rule.check.as_ref().is_some_and(|check| check.text().contains("fromJson(self.param)."))
        });
        for rule in of_params {
            for (examples, is_right) in [(&rule.holds, true), (&rule.fails, false)] {
                for example in examples {
                    let config: FuncDestinationConfig =
                        serde_json::from_value(example.clone()).unwrap();
                    let result = accepts(&config);
                    assert_eq!(result.is_ok(), is_right, "{}: {example}: {result:?}", rule.name);
                    tried += 1;
                }
            }
        }
    }
    assert!(tried >= 8, "only {tried} examples");
}

fn config(destination: Option<Destination>, param: Option<&str>) -> FuncDestinationConfig {
    let mut config = FuncDestinationConfig::default();
    config.destination = destination;
    config.param = param.map(str::to_owned);
    config
}

#[test]
fn parameters_keep_what_is_not_documented() {
    let param = r#"{"bucket":"b","expires":400,"class":"cold"}"#;
    let config = config(Some(Destination::Obs), Some(param));
    let DestinationParam::Obs(read) = DestinationParam::try_from(&config).unwrap() else {
        panic!("another destination was read");
    };
    assert_eq!(read.undocumented["class"], "cold");
    assert_eq!(read.expires, Some(400));
    let refused = FuncDestinationConfig::try_from(read.clone()).unwrap_err();
    assert_eq!(refused.to_string(), "expires: 400 is outside the documented 0..=365");
    let mended = FuncDestinationConfig::try_from(Obs { expires: Some(365), ..read }).unwrap();
    assert_eq!(mended.param.unwrap(), r#"{"bucket":"b","expires":365,"class":"cold"}"#);
}

#[test]
fn what_is_no_destination_is_said() {
    let read = |destination: Option<Destination>, param: Option<&str>| {
        DestinationParam::try_from(&config(destination, param)).unwrap_err().to_string()
    };
    let messages = [
        read(None, Some("{}")),
        read(Some(Destination::Smn), None),
        read(Some(Destination::undocumented("Moon")), Some("{}")),
        read(Some(Destination::Smn), Some("topic")),
        read(Some(Destination::Smn), Some("{}")),
        read(Some(Destination::Obs), Some(r#"{"bucket":1}"#)),
        read(Some(Destination::Obs), Some("{\"bucket\":\"b\",\"expires\":[]}")),
    ];
    assert_snapshot!(messages.join("\n"), @r#"
    there is no `destination`
    there is no `param`
    the destination Moon is not documented
    param cannot be read: expected ident at line 1 column 2
    param cannot be read: missing field `topic_urn` at line 1 column 2
    param cannot be read: bucket: invalid type: integer `1`, expected a string at line 1 column 11
    param cannot be read: expires: invalid type: sequence, expected a 64-bit integer at line 1 column 24
    "#);
    let marked = config(Some(Destination::Smn), Some("\u{feff}{\"topic_urn\":\"t\"}"));
    assert_eq!(DestinationParam::try_from(&marked), Ok(Smn::new("t").into()));
    let urn = FunctionUrn::new("r", "p", "default", "f").unwrap().to_string();
    for param in [DestinationParam::from(Function::new(urn)), Smn::new("t").into()] {
        let config = FuncDestinationConfig::try_from(param.clone()).unwrap();
        assert_eq!(DestinationParam::try_from(&config), Ok(param));
    }
}
