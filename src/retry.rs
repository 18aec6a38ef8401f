//! When an attempt is followed by another, and after which time.

use std::time::{Duration, SystemTime};

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use reqwest::header::{HeaderMap, DATE, RETRY_AFTER};

/// How often a call is attempted, and how long it waits between attempts.
///
/// A GET, PUT or DELETE is attempted again after a transient fault: no connection, a broken one, a
/// timeout of the attempt, or one of the statuses 408, 429, 500, 502, 503 and 504. Any other
/// method, POST above all, is attempted again only when nothing can have been done: after a 429,
/// or when there was no connection. A connection that no other attempt would get either, since the
/// certificate is not trusted or a proxy wants a password, is attempted once. The wait grows exponentially and is random within a factor of
/// two; a longer `Retry-After` of the service takes its place. Nothing is attempted that the
/// [call's timeout](crate::ClientBuilder::timeout) leaves no time for.
///
/// ```
/// use std::time::Duration;
/// use cloudfn::RetryPolicy;
///
/// let patient = RetryPolicy::default().attempts(6).longest_wait(Duration::from_secs(30));
/// assert_ne!(patient, RetryPolicy::never());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    attempts: u32,
    first_wait: Duration,
    longest_wait: Duration,
}

/// No wait is longer than this, whatever a policy says.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

impl Default for RetryPolicy {
    /// At most 3 attempts; the first wait is 0.2 to 0.4 seconds, none is longer than 10 seconds.
    fn default() -> Self {
        Self {
            attempts: 3,
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(10),
        }
    }
}

impl RetryPolicy {
    /// One attempt only. Credentials that have expired are renewed all the same.
    pub fn never() -> Self {
        Self::default().attempts(1)
    }

    /// Most attempts of a call; 0 is taken as 1.
    #[must_use]
    pub fn attempts(mut self, max: u32) -> Self {
        self.attempts = max.max(1);
        self
    }

    /// The wait before the second attempt, before up to as much again is added at random.
    #[must_use]
    pub fn first_wait(mut self, wait: Duration) -> Self {
        self.first_wait = wait;
        self
    }

    /// The longest wait between attempts that is not asked for by the service.
    #[must_use]
    pub fn longest_wait(mut self, wait: Duration) -> Self {
        self.longest_wait = wait;
        self
    }

    /// The waits between the attempts of one call.
    pub(crate) fn waits(&self) -> Waits {
        let growing = ExponentialBuilder::new()
            .with_min_delay(self.first_wait.min(LONGEST))
            .with_max_delay(self.longest_wait.min(LONGEST))
            .with_max_times(self.attempts.saturating_sub(1) as usize)
            .with_jitter()
            .build();
        Waits { growing, longest: self.longest_wait }
    }
}

/// The waits between the attempts of one call.
pub(crate) struct Waits {
    growing: ExponentialBackoff,
    longest: Duration,
}

impl Waits {
    /// The wait before the next attempt, if there is to be one.
    pub(crate) fn next(&mut self, asked_for: Option<Duration>) -> Option<Duration> {
        let wait = self.growing.next()?;
        let wait = wait.min(self.longest);
        Some(asked_for.map_or(wait, |asked_for| asked_for.max(wait)))
    }
}

/// Whether an answer with `status` may be another one in a moment.
pub(crate) fn is_transient(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 504)
}

/// How long the service asks to wait: a number of seconds, or a date, which is measured from the
/// service's own clock where its answer tells the time.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    let now = date(headers).unwrap_or_else(SystemTime::now);
    Some(until.duration_since(now).unwrap_or_default())
}

/// The time that an answer tells.
pub(crate) fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Callers that fail at the same time do not come back at the same time.
    #[test]
    fn waits_are_random_within_a_factor_of_two() {
        let first = || RetryPolicy::default().waits().next(None).unwrap().as_millis();
        let waits: std::collections::BTreeSet<u128> = (0..100).map(|_| first()).collect();
        assert!(
            waits.len() > 1 && waits.iter().all(|wait| (200..=400).contains(wait)),
            "{waits:?}"
        );
    }

    #[test]
    fn no_policy_waits_for_ever() {
        for (first, longest) in [(Duration::MAX, Duration::MAX), (Duration::ZERO, Duration::MAX)] {
            let policy = RetryPolicy::default().first_wait(first).longest_wait(longest);
            let mut waits = policy.attempts(u32::MAX).waits();
            for _ in 0..100 {
                let wait = waits.next(None).unwrap();
                assert!(wait <= 2 * LONGEST, "{wait:?}");
            }
        }
    }
}
