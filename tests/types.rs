//! Enumerations and points in time, with undocumented values.

use cloudfn::functiongraph::types::{MemorySize, Runtime};
use cloudfn::Timestamp;
use serde::de::DeserializeOwned;
use serde::Serialize;
use serde_json::{json, Value};

fn read<T: DeserializeOwned>(json: Value) -> Result<T, String> {
    serde_json::from_value(json).map_err(|e| e.to_string())
}

fn written(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

#[test]
fn texts_are_read_and_written_as_they_are() {
    for text in ["", " x ", "\u{feff}x\n", "É"] {
        let value: Runtime = read(json!(text)).unwrap();
        assert_eq!((value.as_str(), written(&value)), (text, json!(text)));
        let time: Timestamp = read(json!(text)).unwrap();
        assert_eq!((time.as_str(), written(&time)), (text, json!(text)));
    }
}

#[test]
fn integers_beyond_64_bits_are_not_read() {
    for json in [json!(u64::MAX), json!(0.5), json!("1"), json!(null)] {
        assert!(read::<MemorySize>(json.clone()).is_err(), "{json}");
    }
}

#[test]
fn a_listed_value_is_never_an_unlisted_one() {
    for runtime in Runtime::DOCUMENTED {
        assert_eq!(Runtime::from(runtime.as_str()), *runtime);
        assert!(runtime.is_documented());
    }
    for size in MemorySize::DOCUMENTED {
        assert_eq!(MemorySize::from(size.get()), *size);
    }
    assert_eq!("Rust1.96".parse(), Ok(Runtime::undocumented("Rust1.96")));
}

#[test]
fn times_are_documented_in_one_form() {
    for (text, is_documented) in [
        ("", false),
        ("2019-10-25T15:37:27Zé", false),
        ("2019-13-25T15:37:27Z", false),
        ("0000-01-01T00:00:00-23:59", true),
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
        assert_eq!(Timestamp::new(text).is_documented(), is_documented, "{text}");
    }
    let [east, west] = ["+08:00", "-08:00"].map(|offset| {
        let time = Timestamp::new(format!("2019-10-25T15:37:27{offset}"));
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
            let order = Timestamp::new(*text).cmp(&Timestamp::new(*other));
            assert_eq!(order, index.cmp(&other_index), "{text} and {other}");
        }
    }
}

/// A listed value is equal by text and by variant.
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
