//! Points in time in any format: nothing panics, and the text is kept.

use cloudfn::Timestamp;

use super::text;
use crate::mutation::Form;
use crate::Target;

/// Reads a point in time.
pub const TARGET: Target = Target {
    name: "timestamps",
    run,
    seeds,
    form: Form::Text,
    words: &["2019-10-25", "T15:37:27", " 15:37:27", ".999999999", "Z", "+08:00", "-23:59", "é"],
    longest: 256,
};

fn run(input: &[u8]) {
    let Some(input) = text(input) else { return };
    let time = Timestamp::new(input);
    assert_eq!(time.as_str(), input);
    assert_eq!(time.to_string(), input);
    let (civil, zoned) = (time.to_civil(), time.to_zoned());
    if let Some(zoned) = &zoned {
        assert_eq!(Some(zoned.datetime()), civil, "one text, two times of day");
    }
    assert!(civil.is_some() || !time.is_documented(), "the form of RFC 3339 is read");
    let epoch = Timestamp::new("1970-01-01T00:00:00Z");
    if let Some(zoned) = zoned {
        let order = zoned.timestamp().as_nanosecond().cmp(&0);
        assert!(order.is_eq() || order == time.cmp(&epoch), "sorted by another point in time");
        let utc = zoned.timestamp().to_zoned(jiff::tz::TimeZone::UTC);
        // RFC 3339 has no years before 0.
        if utc.year() < 0 {
            return;
        }
        let independent = zoned.timestamp().to_string();
        let again = Timestamp::new(independent);
        assert!(again.is_documented(), "{again} is UTC");
        let again = again.to_zoned();
        assert_eq!(again.map(|again| again.timestamp()), Some(zoned.timestamp()));
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let seeds = [
        "2019-10-25T15:37:27+08:00",
        "2022-07-03T02:20:30.000Z",
        "2019-10-25T15:37:27",
        "2019-10-25 15:37:27",
        "2019-10-29171553",
    ];
    seeds.map(|seed| seed.as_bytes().to_vec()).to_vec()
}
