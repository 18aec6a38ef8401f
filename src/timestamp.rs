//! Points in time, as written by the services.

use std::cmp::Ordering;
use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Zoned};
use serde::{Deserialize, Serialize};

/// A point in time that keeps its text as received.
///
/// The documented format is RFC 3339, but the services use others too. All of them can be read, and
/// are parsed on demand. Two timestamps are equal if their texts are equal, and are sorted by the
/// point in time.
///
/// ```
/// use cloudfn::Timestamp;
///
/// let modified = Timestamp::new("2019-10-25T15:37:27+08:00");
/// assert_eq!(modified.to_zoned().unwrap().timestamp().as_second(), 1_571_989_047);
///
/// let odd = Timestamp::new("2019-10-25 15:37:27");
/// assert!(!odd.is_documented());
/// assert_eq!(odd.to_civil().unwrap().hour(), 15);
/// assert_eq!(odd.to_zoned(), None, "it has no offset");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(String);

/// The length of a date: `2019-10-25`.
const DATE: usize = 10;

impl Timestamp {
    /// Makes a timestamp of any text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text as received.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the text has the format of RFC 3339.
    pub fn is_documented(&self) -> bool {
        cloudfn_schema::is_rfc3339(&self.0)
    }

    /// Date and time as written, ignoring the offset. `None` if the text has none.
    pub fn to_civil(&self) -> Option<DateTime> {
        self.parse().map(|(civil, _)| civil)
    }

    /// The point in time with its offset. `None` if the text has no date, time or offset, or is in
    /// the last two days of the year 9999, which [`jiff`] does not support.
    pub fn to_zoned(&self) -> Option<Zoned> {
        let (civil, offset) = self.parse()?;
        civil.to_zoned(TimeZone::fixed(offset?)).ok()
    }

    fn parse(&self) -> Option<(DateTime, Option<Offset>)> {
        if let Some((civil, offset)) = parse_with_offset(&self.0) {
            return Some((civil, Some(offset)));
        }
        let date = self.0.get(..DATE)?;
        let time = self.0.get(DATE..)?;
        let time = match time.as_bytes() {
            [b'T' | b't' | b' ', ..] => time[1..].to_owned(),
            [_, _, _, _, _, _] => {
                format!("{}:{}:{}", time.get(..2)?, time.get(2..4)?, time.get(4..)?)
            }
            _ => return None,
        };
        Some((parse_civil(&format!("{date}T{time}"))?, None))
    }

    /// The sort key: the time since 1970. A text without an offset is taken as UTC.
    fn since_epoch(&self) -> Option<SignedDuration> {
        let (civil, offset) = self.parse()?;
        let ahead = offset.map_or(0, Offset::seconds);
        let since = civil.duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0));
        Some(since - SignedDuration::from_secs(ahead.into()))
    }
}

/// Sorted by the point in time, then by the text. A text without an offset is taken as UTC. Invalid
/// texts come first.
impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_time = self.since_epoch().cmp(&other.since_epoch());
        by_time.then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn parse_with_offset(text: &str) -> Option<(DateTime, Offset)> {
    let (civil, offset) = match text.strip_suffix(['Z', 'z']) {
        Some(civil) => (civil, Offset::UTC),
        None => {
            let at = text.rfind(['+', '-']).filter(|at| *at > DATE)?;
            let (hours, minutes) = text[at + 1..].split_once(':')?;
            let part = |text: &str, max: i32| {
                text.parse::<i32>().ok().filter(|part| (0..=max).contains(part))
            };
            let seconds = part(hours, 23)? * 3600 + part(minutes, 59)? * 60;
            let sign = if text[at..].starts_with('-') { -1 } else { 1 };
            (&text[..at], Offset::from_seconds(sign * seconds).ok()?)
        }
    };
    Some((parse_civil(civil)?, offset))
}

/// Parses a date and a time. Digits beyond nanoseconds are ignored.
fn parse_civil(text: &str) -> Option<DateTime> {
    const FINEST: usize = 9;
    if let Some((_, fraction)) = text.split_once('.') {
        let is_finer = fraction.len() > FINEST && fraction.bytes().all(|b| b.is_ascii_digit());
        if is_finer {
            return text[..text.len() - (fraction.len() - FINEST)].parse().ok();
        }
    }
    text.parse().ok()
}

macro_rules! from_texts {
    ($($text:ty),*) => {$(
        impl From<$text> for Timestamp {
            fn from(text: $text) -> Self {
                Self::new(text)
            }
        }
    )*};
}

from_texts!(&str, String, &String);

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Timestamp {
    fn schema_name() -> String {
        "Timestamp".into()
    }

    fn is_referenceable() -> bool {
        false
    }

    fn json_schema(_: &mut schemars::gen::SchemaGenerator) -> schemars::schema::Schema {
        schemars::schema::SchemaObject {
            instance_type: Some(schemars::schema::InstanceType::String.into()),
            format: Some("date-time".into()),
            ..Default::default()
        }
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn every_spelling_seen_in_vendor_samples_is_read() {
        for (text, civil, second, documented) in [
            ("2019-10-25T15:37:27+08:00", "2019-10-25T15:37:27", Some(1_571_989_047), true),
            ("2022-07-03T02:20:30.000Z", "2022-07-03T02:20:30", Some(1_656_814_830), true),
            ("2019-10-25T15:37:27", "2019-10-25T15:37:27", None, false),
            ("2019-10-25 15:37:27", "2019-10-25T15:37:27", None, false),
            ("2019-10-29171553", "2019-10-29T17:15:53", None, false),
        ] {
            let timestamp = Timestamp::new(text);
            assert_eq!(timestamp.to_civil().unwrap().to_string(), civil, "{text}");
            let found = timestamp.to_zoned().map(|zoned| zoned.timestamp().as_second());
            assert_eq!(found, second, "{text}");
            assert_eq!(timestamp.is_documented(), documented, "{text}");
            assert_eq!(timestamp.as_str(), text);
        }
    }

    #[test]
    fn nonsense_is_kept_and_not_parsed() {
        for text in [
            "",
            "é",
            "yesterday",
            "2019-13-25T15:37:27Z",
            "2019-02-30T00:00:00Z",
            "2019-10-25T15:37:27+99:00",
            "2019-10-25T15:37:27+99999999:99999999",
            "2019-10-25T",
            "2019-10-251x3é",
        ] {
            let timestamp = Timestamp::new(text);
            assert_eq!(timestamp.to_zoned(), None, "{text}");
            assert!(!timestamp.is_documented(), "{text}");
            assert_eq!(timestamp.to_string(), text);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(2019-10-25)?[0-9T:+Zé. -]{0,40}") {
            let timestamp = Timestamp::new(text);
            let _ = (timestamp.to_civil(), timestamp.to_zoned(), timestamp.is_documented());
        }
    }
}
