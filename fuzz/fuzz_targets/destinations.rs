//! Destinations of asynchronous calls: JSON in a string in JSON.

#![no_main]

use cloudfn::functiongraph::destination::{DestinationParam, Obs};
use cloudfn::functiongraph::types::FuncDestinationConfig;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: cloudfn_fuzz::report_overflows(), |input: &[u8]| {
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
});
