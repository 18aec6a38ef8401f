//! URNs of functions: a URN that was read is written back unchanged, and one that was built can be
//! read.

#![no_main]

use cloudfn::functiongraph::FunctionUrn;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: cloudfn_fuzz::report_overflows(), |input: &str| {
    match input.parse::<FunctionUrn>() {
        Ok(urn) => taken_apart(input, &urn),
        Err(refused) => assert!(!refused.to_string().is_empty(), "refused without a reason"),
    }
    built(input);
});

fn taken_apart(input: &str, urn: &FunctionUrn) {
    assert_eq!(urn.to_string(), input);
    let parts = (urn.region(), urn.project_id(), urn.package(), urn.function());
    let plain = FunctionUrn::new(parts.0, parts.1, parts.2, parts.3);
    let plain = plain.expect("the parts of a URN make one");
    assert_eq!(plain, urn.clone().unqualified());
    let again = match (urn.version(), urn.alias()) {
        (Some(version), None) => plain.with_version(version),
        (None, Some(alias)) => plain.with_alias(alias),
        (None, None) => Ok(plain),
        both => panic!("a version and an alias: {both:?}"),
    };
    assert_eq!(again.as_ref(), Ok(urn));
}

/// Builds a URN from the lines of the input.
fn built(input: &str) {
    let parts: Vec<&str> = input.split('\n').collect();
    let part = |index: usize| parts.get(index).copied().unwrap_or("x");
    let Ok(urn) = FunctionUrn::new(part(0), part(1), part(2), part(3)) else { return };
    let with = [urn.clone().with_version(part(4)), urn.clone().with_alias(part(4))];
    for urn in [Ok(urn)].into_iter().chain(with).flatten() {
        assert_eq!(urn.to_string().parse().as_ref(), Ok(&urn), "what is built cannot be read");
    }
}
