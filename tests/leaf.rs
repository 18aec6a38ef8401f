//! What leaf types do beyond the documents that there are: forms of limits, patterns and texts
//! that no page has yet.

use cloudfn::functiongraph::types::{MemorySize, Runtime};
use cloudfn::leaf::{Bounded, Integer, Leaf, Pattern, Text, Timestamp};
use schemars::schema_for;
use serde::de::DeserializeOwned;
use serde::Serialize;
use serde_json::{json, Value};

#[derive(Clone, Debug, PartialEq)]
enum EndsWithB {}

impl Pattern for EndsWithB {
    const PATTERN: &'static str = "b+$";
}

#[derive(Clone, Debug, PartialEq)]
enum OneCharacter {}

impl Pattern for OneCharacter {
    const PATTERN: &'static str = "^.$";
}

type AnyLength<P> = Text<0, { usize::MAX }, P>;

fn read<T: DeserializeOwned>(json: Value) -> Result<T, String> {
    serde_json::from_value(json).map_err(|e| e.to_string())
}

fn written(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

#[test]
fn a_pattern_is_searched_in_the_text() {
    assert!(AnyLength::<EndsWithB>::new("abb").is_ok());
    let refused = AnyLength::<EndsWithB>::new("bba").unwrap_err().to_string();
    assert_eq!(refused, "a text that does not match is outside the documented pattern b+$");
    assert_eq!(AnyLength::<EndsWithB>::documented(), "length 0.., pattern b+$");
    assert!(AnyLength::<OneCharacter>::new("😀").is_ok(), "it is one character");
}

#[test]
fn lengths_are_of_characters() {
    assert!(Text::<2, 2>::new("é😀").is_ok());
    let refused = Text::<3, 4>::new("é😀").unwrap_err().to_string();
    assert_eq!(refused, "a text of 2 characters is outside the documented length 3..=4");
    let refused = Text::<1, { usize::MAX }>::new("").unwrap_err().to_string();
    assert_eq!(refused, "a text of 0 characters is outside the documented length 1..");
}

#[test]
fn texts_are_read_and_written_as_they_are() {
    for text in ["", " x ", "\u{feff}x\n", "É"] {
        let read_text: Text<1, 2> = read(json!(text)).unwrap();
        assert_eq!((read_text.as_str(), written(&read_text)), (text, json!(text)));
        let value: Runtime = read(json!(text)).unwrap();
        assert_eq!((value.as_str(), written(&value)), (text, json!(text)));
        let time: Timestamp = read(json!(text)).unwrap();
        assert_eq!((time.as_str(), written(&time)), (text, json!(text)));
    }
}

#[test]
fn limits_may_be_on_one_side() {
    let least = Bounded::<2, { i64::MAX }>::try_from(1_i64).unwrap_err().to_string();
    assert_eq!(least, "1 is outside the documented 2..");
    let most = Bounded::<{ i64::MIN }, 5>::try_from(6_i64).unwrap_err().to_string();
    assert_eq!(most, "6 is outside the documented ..=5");
    assert!(Bounded::<2, { i64::MAX }>::try_from(i64::MAX).is_ok());
    assert!(Bounded::<{ i64::MIN }, 5>::try_from(i64::MIN).is_ok());
}

#[test]
fn integers_beyond_64_bits_are_refused() {
    let refused = Integer::try_from(u64::MAX).unwrap_err().to_string();
    let documented = "is outside the documented range of 64-bit integers";
    assert_eq!(refused, format!("{} {documented}", u64::MAX));
    assert!(Integer::try_from(i128::from(i64::MIN) - 1).is_err());
    assert!(Integer::try_from(i64::MAX.unsigned_abs()).is_ok());
    assert!(MemorySize::try_from(u64::MAX).is_err());
    for json in [json!(u64::MAX), json!(9.3e18), json!(0.5), json!("1"), json!(null)] {
        assert!(read::<Integer>(json.clone()).is_err(), "{json}");
        assert!(read::<MemorySize>(json.clone()).is_err(), "{json}");
    }
    assert_eq!(read::<Integer>(json!(-3.0)).unwrap().get(), -3);
    let refused = "12e3".parse::<Integer>().unwrap_err().to_string();
    assert_eq!(refused, "\"12e3\" is no 64-bit integer");
}

#[test]
fn a_message_repeats_little_of_a_text() {
    let refused = Runtime::try_from("x".repeat(61)).unwrap_err().to_string();
    assert!(refused.starts_with(&format!("{:?}… is", "x".repeat(60))), "{refused}");
}

#[test]
fn times_are_documented_in_one_form() {
    for (text, is_documented) in [
        ("2019-10-25T15:37:27Z", true),
        ("2019-10-25t15:37:27.5z", true),
        ("2019-10-25T15:37:27-08:00", true),
        ("2019-10-25 15:37:27Z", false),
        ("2019-10-25T15:37:27.Z", false),
        ("2019-10-25T15:37:27+08:000", false),
        ("2019-10-25T15:37:27+0800", false),
        ("2019-10-25T15:37Z", false),
        ("9999-12-31T23:59:59Z", true),
        ("9999-12-31T23:59:59.999999999-23:59", true),
        ("0000-01-01T00:00:00+23:59", true),
        ("2016-12-31T23:59:60Z", true),
        ("2019-10-25T15:37:27.123456789012345Z", true),
        ("2019-10-25T15:37:27-00:00", true),
        ("2020-02-29T00:00:00Z", true),
        ("2019-02-29T00:00:00Z", false),
        ("2019-10-25T24:00:00Z", false),
        ("2019-10-25T15:60:27Z", false),
        ("2019-10-25T15:37:61Z", false),
        ("2019-10-25T15:37:27+24:00", false),
        ("2019-10-25T15:37:27+08:60", false),
        ("2019-10-25T15:37:27,5Z", false),
        ("+02019-10-25T15:37:27Z", false),
        (" 2019-10-25T15:37:27Z", false),
    ] {
        assert_eq!(Timestamp::new(text).is_ok(), is_documented, "{text}");
    }
    let [east, west] = ["+08:00", "-08:00"].map(|offset| {
        let time = Timestamp::new(format!("2019-10-25T15:37:27{offset}")).unwrap();
        time.to_zoned().unwrap().timestamp().as_second()
    });
    assert_eq!(west - east, 16 * 3600);
}

#[test]
fn times_are_sorted_by_the_point_in_time() {
    let sorted = [
        "",
        "yesterday",
        "0000-01-01T00:00:00Z",
        "2019-10-25T15:37:27+08:00",
        "2019-10-25T08:00:00Z",
        "2019-10-25T05:00:00.5-03:00",
        "2019-10-25 09:00:00",
        "2019-10-25T09:00:00+00:00",
        "2019-10-25T09:00:00Z",
        "2019-10-29171553",
        "2019-10-29T17:15:54",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-01:00",
    ];
    for (index, text) in sorted.iter().enumerate() {
        for (other_index, other) in sorted.iter().enumerate() {
            let order = Timestamp::undocumented(*text).cmp(&Timestamp::undocumented(*other));
            assert_eq!(order, index.cmp(&other_index), "{text} and {other}");
        }
    }
}

/// What a listed value is by its text, it is by its variant.
#[test]
fn undocumented_values_are_compared_and_sorted_by_their_text() {
    let [b, a] = ["Rust1.96", "Rust1.95"].map(Runtime::undocumented);
    assert!(a < b && a != b && a == Runtime::undocumented("Rust1.95"));
    assert!(Runtime::Python3_10 < a, "after all that are documented");
    assert_eq!(Runtime::undocumented("Python3.10"), Runtime::Python3_10);
    assert_eq!(
        (a.as_str(), format!("{a}"), format!("{a:?}")),
        ("Rust1.95", "Rust1.95".to_owned(), "Undocumented(\"Rust1.95\")".to_owned())
    );
    let Runtime::Undocumented(text) = &a else { unreachable!() };
    assert_eq!(
        (text.as_str(), text.to_string(), text.len()),
        ("Rust1.95", "Rust1.95".to_owned(), 8)
    );
    let [large, small] = [6000, 5000].map(MemorySize::undocumented);
    assert!(small < large && MemorySize::undocumented(128).is_documented());
    let MemorySize::Undocumented(value) = small else { unreachable!() };
    assert_eq!(
        (i64::from(value), value.to_string(), format!("{small:?}")),
        (5000, "5000".to_owned(), "Undocumented(5000)".to_owned())
    );
}

#[test]
fn json_schemas_say_what_is_documented() {
    let schema = |schema: schemars::schema::RootSchema| {
        let mut schema = written(schema);
        let schema = schema.as_object_mut().unwrap();
        schema.remove("$schema");
        schema.remove("title");
        Value::Object(std::mem::take(schema))
    };
    assert_eq!(
        schema(schema_for!(Text<1, 8, EndsWithB>)),
        json!({"type": "string", "minLength": 1, "maxLength": 8, "pattern": "b+$"})
    );
    assert_eq!(schema(schema_for!(AnyLength<cloudfn::leaf::AnyText>)), json!({"type": "string"}));
    assert_eq!(
        schema(schema_for!(Bounded<2, { i64::MAX }>)),
        json!({"type": "integer", "minimum": 2.0})
    );
    assert_eq!(schema(schema_for!(Integer)), json!({"type": "integer"}));
    assert_eq!(schema(schema_for!(Timestamp)), json!({"type": "string", "format": "date-time"}));
    let sizes = schema(schema_for!(MemorySize));
    assert_eq!(sizes["type"], "integer");
    assert_eq!(sizes["enum"].as_array().unwrap().len(), MemorySize::DOCUMENTED.len());
}
