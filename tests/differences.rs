//! Differences from the documents are told by their place, wherever in a value they are.

use std::collections::HashMap;

use cloudfn::differences::{strict, Differences};
use cloudfn::functiongraph::types::{CodeType, FuncMount};
use cloudfn::leaf::Bounded;
use cloudfn::registry::APIS;
use serde::de::DeserializeOwned;
use serde::Serialize;

fn told<T: DeserializeOwned + Serialize + Differences>(json: &str) -> Vec<String> {
    let found = strict::<T>(json.as_bytes()).map(|_| Vec::new()).unwrap_or_else(|found| found);
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn items_are_told_by_number() {
    let json = r#"["x","zip","y"]"#;
    let documented = "is outside the documented values inline, zip, obs, jar, Custom-Image-Swr";
    let expected = [("[0]", "x"), ("[2]", "y")]
        .map(|(place, value)| format!("{place}: \"{value}\" {documented}"));
    assert_eq!(told::<Vec<CodeType>>(json), expected);
    assert_eq!(told::<Vec<Option<Box<CodeType>>>>(json), expected);
}

#[test]
fn values_of_maps_are_told_by_name_in_order() {
    let found = told::<HashMap<String, Bounded<1, 2>>>(r#"{"b":3,"c":1,"a":0}"#);
    let documented = "is outside the documented 1..=2";
    assert_eq!(found, [format!("a: 0 {documented}"), format!("b: 3 {documented}")]);
    let inside = told::<HashMap<String, Vec<Bounded<1, 2>>>>(r#"{"a":[2,3]}"#);
    assert_eq!(inside, [format!("a[1]: 3 {documented}")]);
}

#[test]
fn unknown_members_and_nulls_are_told_wherever_they_are() {
    let found = told::<Vec<FuncMount>>(r#"[{"new":1},{"mount_type":null},{"mount_type":"sfs"}]"#);
    let expected = [
        "[0].new: is no documented member",
        "[1].mount_type: null is not documented; leave the member out",
    ];
    assert_eq!(found, expected);
}

#[test]
fn nothing_may_follow_a_value() {
    let operations = APIS.iter().flat_map(|api| api.operations);
    for response in operations.flat_map(|operation| operation.responses) {
        let (Some(model), Some(minimal)) = (response.model, response.minimal) else { continue };
        assert!((model.decode)(format!("{minimal} ").as_bytes()).is_ok(), "{}", model.rust_type);
        let refused = (model.decode)(format!("{minimal} x").as_bytes()).err().unwrap_or_default();
        assert!(refused.contains("trailing"), "{}: {refused}", model.rust_type);
    }
}

#[test]
fn what_cannot_be_read_is_told_alone() {
    let found = told::<Vec<FuncMount>>(r#"[{"mount_type":1}]"#);
    assert_eq!(found, ["[0].mount_type: invalid type: integer `1`, expected a string"]);
    for json in ["", "[] x", "[", "{}"] {
        assert_eq!(told::<Vec<FuncMount>>(json).len(), 1, "{json}");
    }
}
