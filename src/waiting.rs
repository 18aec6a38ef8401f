//! Waits for a state that a response tells of.

#![allow(dead_code, reason = "not every API tells of states")]

use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use serde_json::Value;
use tokio::time::{sleep, timeout_at, Instant};
use tracing::warn;

use crate::error::{Error, ErrorKind};
use crate::exchange::on_runtime;
use crate::paging::Sending;
use crate::response::Received;
use crate::shown;
use crate::transport::LONGEST;

/// The states that a response tells of, and how to wait for them.
#[derive(Debug)]
pub struct Waiting {
    /// The operationId.
    pub operation: &'static str,
    /// JSON pointer of the state in the response.
    pub state: &'static str,
    /// The states that are waited for.
    pub success: &'static [&'static str],
    /// The states that end the wait in vain.
    pub failure: &'static [&'static str],
    /// The documented states in between.
    pub pending: &'static [&'static str],
    /// The time between a response and the next call.
    pub interval: Duration,
    /// The time for all of it.
    pub limit: Duration,
}

/// Calls again and again until the response has a state that is waited for. Await it for the last
/// response.
///
/// A state of failure is an error of the kind [`FailureState`](ErrorKind::FailureState), which has
/// the response, and so is the end of the time, of the kind [`Timeout`](ErrorKind::Timeout). An
/// undocumented state is traced, and the wait goes on. A call that fails ends the wait.
#[must_use = "nothing is called until it is awaited"]
pub struct Waiter<'a, R> {
    waiting: &'static Waiting,
    send: Box<dyn FnMut() -> Sending<'a, R> + Send + 'a>,
    on_state: Box<dyn FnMut(&str) + Send + 'a>,
    interval: Duration,
    limit: Duration,
}

/// Waits with calls that `send` makes.
pub(crate) fn wait<'a, R>(
    waiting: &'static Waiting,
    send: impl FnMut() -> Sending<'a, R> + Send + 'a,
) -> Waiter<'a, R> {
    let Waiting { interval, limit, .. } = *waiting;
    Waiter { waiting, send: Box::new(send), on_state: Box::new(|_| {}), interval, limit }
}

impl<'a, R> Waiter<'a, R> {
    /// The time between a response and the next call.
    pub fn interval(self, interval: Duration) -> Self {
        Self { interval, ..self }
    }

    /// The time for the whole wait, with all its calls.
    pub fn limit(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// Calls `on_state` with the state of each response.
    pub fn on_state(self, on_state: impl FnMut(&str) + Send + 'a) -> Self {
        Self { on_state: Box::new(on_state), ..self }
    }

    async fn run(mut self) -> Result<R, Error>
    where
        R: Received,
    {
        let Waiting { success, failure, pending, .. } = *self.waiting;
        let started = Instant::now();
        let deadline = started + self.limit.min(LONGEST);
        let mut last = None;
        loop {
            let Ok(response) = timeout_at(deadline, (self.send)()).await else {
                return Err(self.late(last.as_deref(), started));
            };
            let response = response?;
            let state = self.waiting.state_of(response.received());
            (self.on_state)(&state);
            if success.contains(&state.as_str()) {
                return Ok(response);
            }
            if failure.contains(&state.as_str()) {
                let found = format!("is {:?}", shown::text(&state));
                return Err(response.blamed(self.error(ErrorKind::FailureState, &found, started)));
            }
            if last.as_ref() != Some(&state) && !pending.contains(&state.as_str()) {
                let operation = self.waiting.operation;
                warn!(operation, state = shown::text(&state), "waits on in an undocumented state");
            }
            let state = last.insert(state);
            if Instant::now() + self.interval.min(LONGEST) > deadline {
                return Err(response.blamed(self.late(Some(state), started)));
            }
            sleep(self.interval).await;
        }
    }

    fn late(&self, last: Option<&str>, started: Instant) -> Error {
        let found = match last {
            Some(state) => format!("is still {:?}", shown::text(state)),
            None => "is not known".to_owned(),
        };
        self.error(ErrorKind::Timeout, &found, started)
    }

    fn error(&self, kind: ErrorKind, found: &str, started: Instant) -> Error {
        let Waiting { operation, state, success, .. } = self.waiting;
        let elapsed = Duration::from_millis(started.elapsed().as_millis() as u64);
        let success = success.join(" or ");
        let message = format!("{state} {found} after {elapsed:?}, and {success:?} was waited for");
        Error::new(kind, message).of_operation(operation)
    }
}

impl Waiting {
    /// The state that a response tells; empty if it tells none.
    fn state_of(&self, body: &[u8]) -> String {
        let body: Value = crate::json::read(body).unwrap_or_default();
        match body.pointer(self.state) {
            Some(Value::String(state)) => state.clone(),
            None | Some(Value::Null) => String::new(),
            Some(other) => other.to_string(),
        }
    }
}

impl<'a, R: Received + 'a> IntoFuture for Waiter<'a, R> {
    type Output = Result<R, Error>;
    type IntoFuture = Sending<'a, R>;

    fn into_future(self) -> Self::IntoFuture {
        let operation = self.waiting.operation;
        Box::pin(async move {
            let result = on_runtime(self.run()).await;
            result.unwrap_or_else(|lacking| Err(Error::invalid(lacking).of_operation(operation)))
        })
    }
}

impl<R> fmt::Debug for Waiter<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { waiting, interval, limit, .. } = self;
        f.debug_struct("Waiter")
            .field("waiting", waiting)
            .field("interval", interval)
            .field("limit", limit)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    static WAITING: Waiting = Waiting {
        operation: "look",
        state: "/data/state",
        success: &["up", "partly"],
        failure: &["down"],
        pending: &["moving"],
        interval: Duration::from_secs(2),
        limit: Duration::from_secs(5),
    };

    impl Received for String {
        fn received(&self) -> &[u8] {
            self.as_bytes()
        }

        fn blamed(self, error: Error) -> Error {
            error.with_source(self)
        }
    }

    fn look(states: &'static [&'static str]) -> Waiter<'static, String> {
        let mut states = states.iter();
        wait(&WAITING, move || match states.next() {
            Some(&"error") => Box::pin(async { Err(Error::invalid("no")) }),
            Some(state) => {
                let body = format!(r#"{{"data":{{"state":{state}}}}}"#);
                Box::pin(async { Ok(body) })
            }
            None => Box::pin(pending()),
        })
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_is_made_every_interval() {
        let started = Instant::now();
        let found = look(&[r#""moving""#, "null", r#""up""#]).await.unwrap();
        assert_eq!(found, r#"{"data":{"state":"up"}}"#);
        assert_eq!(started.elapsed(), Duration::from_secs(4));
        let found = look(&["7", r#""partly""#]).interval(Duration::from_millis(500)).await;
        assert_eq!(found.unwrap(), r#"{"data":{"state":"partly"}}"#);
        assert_eq!(started.elapsed(), Duration::from_millis(4500));
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_ends_in_time_and_says_what_it_saw() {
        use std::error::Error as _;
        let late =
            |found: &str| format!("look: /data/state {found}, and \"up or partly\" was waited for");
        for (states, expected, elapsed) in [
            (
                &[r#""moving""#, r#""moving""#, r#""moving""#][..],
                late("is still \"moving\" after 4s"),
                4,
            ),
            (&[r#""moving""#], late("is still \"moving\" after 5s"), 5),
            (&[], late("is not known after 5s"), 5),
            (&[r#""moving""#, r#""down""#], late("is \"down\" after 2s"), 2),
            (&["\"a\u{1b}\"", "error"], "no".to_owned(), 2),
        ] {
            let started = Instant::now();
            let error = look(states).await.unwrap_err();
            assert_eq!(error.to_string(), expected);
            assert_eq!(started.elapsed(), Duration::from_secs(elapsed), "{expected}");
            let is_blamed = matches!(elapsed, 2 | 4) && expected != "no";
            assert_eq!(error.source().is_some(), is_blamed, "{expected}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_longest_limit_does_not_overflow() {
        let found = look(&[r#""moving""#, r#""up""#]).limit(Duration::MAX).await;
        assert!(found.is_ok());
        let error = look(&[r#""moving""#]).interval(Duration::MAX).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
    }

    #[test]
    fn a_wait_needs_a_runtime() {
        let waiter = look(&[]).into_future();
        let error = futures_util::FutureExt::now_or_never(waiter).unwrap().unwrap_err();
        assert!(error.to_string().contains("needs a runtime of tokio"), "{error}");
    }
}
