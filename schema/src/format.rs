//! Documented formats of strings.

use jiff::civil::DateTime;

/// Whether a text is a point in time in RFC 3339 format, with an offset.
pub fn is_rfc3339(text: &str) -> bool {
    const DATE_AND_TIME: usize = 19;
    let bytes = text.as_bytes();
    let digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    let is = |index: usize, allowed: &[u8]| bytes.get(index).is_some_and(|b| allowed.contains(b));
    let has_shape = (0..DATE_AND_TIME).all(|index| match index {
        4 | 7 => is(index, b"-"),
        10 => is(index, b"Tt"),
        13 | 16 => is(index, b":"),
        _ => digit(index),
    });
    let mut end = DATE_AND_TIME;
    if is(end, b".") && digit(end + 1) {
        end += 1;
        while digit(end) {
            end += 1;
        }
    }
    let is_utc = is(end, b"Zz") && bytes.len() == end + 1;
    let part = |at: usize, most: u8| {
        digit(at) && digit(at + 1) && (bytes[at] - b'0') * 10 + (bytes[at + 1] - b'0') <= most
    };
    let has_offset = is(end, b"+-")
        && is(end + 3, b":")
        && part(end + 1, 23)
        && part(end + 4, 59)
        && bytes.len() == end + 6;
    has_shape && (is_utc || has_offset) && text[..DATE_AND_TIME].parse::<DateTime>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_rfc3339;

    #[test]
    fn a_point_in_time_has_a_date_a_time_and_an_offset() {
        for text in [
            "2019-10-25T15:37:27+08:00",
            "2022-07-03T02:20:30.000Z",
            "2022-07-03t02:20:30.123456789012z",
            "9999-12-31T23:59:59Z",
            "0000-01-01T00:00:00-23:59",
        ] {
            assert!(is_rfc3339(text), "{text}");
        }
        for text in [
            "",
            "2019-10-25T15:37:27",
            "2019-10-25 15:37:27Z",
            "2019-13-25T15:37:27Z",
            "2019-02-30T00:00:00Z",
            "2019-10-25T25:37:27Z",
            "2019-10-25T15:37:27+24:00",
            "2019-10-25T15:37:27+00:60",
            "2019-10-25T15:37:27.Z",
            "2019-10-25T15:37:27+0800",
            "2019-10-25T15:37:27Zé",
        ] {
            assert!(!is_rfc3339(text), "{text}");
        }
    }
}
