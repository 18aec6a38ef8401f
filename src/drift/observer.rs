//! Reports each difference once.

use std::collections::HashSet;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};

use cloudfn_schema::ViolationKind;

use super::difference::Drift;

/// The maximum number of differences that a client reports. With more, it is a different API.
const MAX_TOLD: usize = 10_000;

/// A function that is told about differences, and those already reported.
pub(crate) struct Observer {
    tell: Box<dyn Fn(&Drift) + Send + Sync>,
    told: Mutex<HashSet<Key>>,
}

/// Differences with the same key are reported once. The key leaves out the index of an array item
/// and the value that is outside a limit.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    operation: &'static str,
    status: u16,
    kind: ViolationKind,
    member: String,
    place: String,
    /// The unlisted value, the wrong type or the broken rule.
    detail: Option<String>,
}

impl Key {
    fn of(drift: &Drift) -> Self {
        let detail = match drift.kind {
            ViolationKind::Value | ViolationKind::Type => Some(&drift.found),
            ViolationKind::Rule => Some(&drift.documented),
            _ => None,
        };
        let digit = |c: char| c.is_ascii_digit();
        Self {
            operation: drift.operation,
            status: drift.status,
            kind: drift.kind,
            member: drift.member.split('[').map(|part| part.trim_start_matches(digit)).collect(),
            place: drift.place.clone(),
            detail: detail.cloned(),
        }
    }
}

impl Observer {
    pub(crate) fn new(tell: Box<dyn Fn(&Drift) + Send + Sync>) -> Self {
        Self { tell, told: Mutex::default() }
    }

    /// Reports the new differences of a response.
    pub(crate) fn observe(&self, differences: Vec<Drift>) {
        for drift in differences {
            let Some(drift) = self.news(drift) else { continue };
            // A panicking observer must not fail the call.
            if catch_unwind(AssertUnwindSafe(|| (self.tell)(&drift))).is_err() {
                tracing::error!(%drift, "the observer of differences panicked");
            }
        }
    }

    /// What to report for `drift`: nothing if it was reported before, and only that there are more
    /// once the limit is reached.
    fn news(&self, drift: Drift) -> Option<Drift> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let drift = match told.len() < MAX_TOLD {
            true => drift,
            false if told.contains(&Key::of(&drift)) => return None,
            false => drift.and_more(MAX_TOLD),
        };
        told.insert(Key::of(&drift)).then_some(drift)
    }
}
