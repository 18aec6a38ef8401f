//! Destinations of asynchronous calls: JSON in a string in JSON.

use cloudfn::functiongraph::destination::{DestinationParam, Obs};
use cloudfn::functiongraph::types::FuncDestinationConfig;

use crate::mutation::Form;
use crate::Target;

/// Reads a destination, writes it and reads it again.
pub const TARGET: Target = Target {
    name: "destinations",
    run,
    seeds,
    form: Form::Json,
    words: &["OBS", "SMN", "DIS", "FunctionGraph", "{\"bucket\":\"b\"}", "{\"topic_urn\":\"t\"}"],
    longest: 2048,
};

fn run(input: &[u8]) {
    let Ok(config) = serde_json::from_slice::<FuncDestinationConfig>(input) else { return };
    let param = match DestinationParam::try_from(&config) {
        Ok(param) => param,
        Err(refused) => {
            assert!(!refused.to_string().is_empty(), "refused without a reason");
            return;
        }
    };
    assert_eq!(config.destination.as_ref(), Some(&param.destination()));
    let is_documented = match &param {
        DestinationParam::Obs(Obs { expires: Some(expires), .. }) => (0..=365).contains(expires),
        _ => true,
    };
    match FuncDestinationConfig::try_from(param.clone()) {
        Ok(written) => {
            assert!(is_documented, "written outside the documents: {written:?}");
            assert_eq!(DestinationParam::try_from(&written), Ok(param), "read as another");
        }
        Err(refused) => assert!(!is_documented, "what was read is not written: {refused}"),
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let params = [
        ("OBS", r#"{\"bucket\":\"b\",\"prefix\":\"/p\",\"expires\":7}"#),
        ("SMN", r#"{\"topic_urn\":\"t\"}"#),
        ("DIS", r#"{\"stream_name\":\"s\"}"#),
        ("FunctionGraph", r#"{\"func_urn\":\"f\",\"new\":[1,null]}"#),
    ];
    let seed = |(kind, param): (&str, &str)| {
        format!(r#"{{"destination":"{kind}","param":"{param}"}}"#).into_bytes()
    };
    params.map(seed).to_vec()
}
