//! Points in time in any format: nothing panics, and the text is kept.

#![no_main]

use cloudfn::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: cloudfn_fuzz::report_overflows(), |input: &str| {
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
});
