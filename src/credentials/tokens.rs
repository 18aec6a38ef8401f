//! Tokens that are fetched: kept until shortly before they expire, and fetched once however many
//! tasks wait.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{FutureExt, Shared};
use tokio::time::{timeout, Instant};

use super::CredentialsError;

/// A token is renewed when this part of its life is left, or [`LONGEST_MARGIN`].
const MARGIN: u32 = 10;
/// The longest time before its end at which a token is renewed.
const LONGEST_MARGIN: Duration = Duration::from_secs(5 * 60);
/// After a failed renewal, a token that is still good is used for this time before the next.
const PAUSE: Duration = Duration::from_secs(5);
/// Lives longer than this are taken for it.
const LONGEST_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A token as it was issued.
#[derive(Debug)]
pub(crate) struct Issued<T> {
    pub(crate) token: T,
    /// How long it is good for.
    pub(crate) life: Duration,
}

/// The tokens of one credential, by what they are good for.
pub(crate) struct Tokens<T>(Arc<Mutex<HashMap<String, Entry<T>>>>);

type Outcome<T> = Result<Arc<T>, CredentialsError>;
/// What a fetch came to; `None` if it was cut off, with the runtime that it ran on.
type Fetch<T> = Shared<Pin<Box<dyn Future<Output = Option<Outcome<T>>> + Send>>>;

enum Entry<T> {
    Held(Held<T>),
    Fetching { fetch: Fetch<T>, number: u64, old: Option<Held<T>> },
}

enum Joined<T> {
    Held(Arc<T>),
    Fetch(Fetch<T>, u64),
}

struct Held<T> {
    token: Arc<T>,
    renew_at: Instant,
    expires_at: Instant,
}

impl<T> Clone for Held<T> {
    fn clone(&self) -> Self {
        Self { token: Arc::clone(&self.token), ..*self }
    }
}

impl<T> Default for Tokens<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> fmt::Debug for Tokens<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").finish_non_exhaustive()
    }
}

impl<T: Send + Sync + 'static> Tokens<T> {
    /// The token for `scope`: the one that is held, or the one that `fetch` brings. The fetch goes
    /// on by itself; a task that stops waiting does not end it. One that brings nothing within
    /// `patience` is given up, and another one started.
    pub(crate) async fn get<F>(
        &self,
        scope: &str,
        patience: Duration,
        fetch: impl Fn() -> F,
    ) -> Outcome<T>
    where
        F: Future<Output = Result<Issued<T>, CredentialsError>> + Send + 'static,
    {
        loop {
            let (waiting, number) = match self.join(scope, &fetch) {
                Joined::Held(token) => return Ok(token),
                Joined::Fetch(waiting, number) => (waiting, number),
            };
            match timeout(patience, waiting).await {
                Ok(Some(outcome)) => return outcome,
                Ok(None) | Err(_) => self.give_up(scope, number),
            }
        }
    }

    /// The token that is held, or the fetch that is under way or is started.
    fn join<F>(&self, scope: &str, fetch: impl Fn() -> F) -> Joined<T>
    where
        F: Future<Output = Result<Issued<T>, CredentialsError>> + Send + 'static,
    {
        let mut entries = self.lock();
        let old = match entries.get(scope) {
            Some(Entry::Held(held)) if Instant::now() < held.renew_at => {
                return Joined::Held(Arc::clone(&held.token));
            }
            Some(Entry::Fetching { fetch, number, .. }) => {
                return Joined::Fetch(fetch.clone(), *number);
            }
            Some(Entry::Held(old)) => Some(old.clone()),
            None => None,
        };
        let number = next_number();
        // It cannot settle before it is entered, since the lock is held.
        let waiting = self.start(scope.to_owned(), number, fetch());
        let fetch = waiting.clone();
        entries.insert(scope.to_owned(), Entry::Fetching { fetch, number, old });
        Joined::Fetch(waiting, number)
    }

    /// Starts a fetch as a task of its own.
    fn start<F>(&self, scope: String, number: u64, fetch: F) -> Fetch<T>
    where
        F: Future<Output = Result<Issued<T>, CredentialsError>> + Send + 'static,
    {
        let tokens = Self(Arc::clone(&self.0));
        let fetching = tokio::spawn(async move {
            let result = fetch.await;
            tokens.settle(&scope, number, result)
        });
        fetching.map(Result::ok).boxed().shared()
    }

    /// Forgets fetch `number`, unless it has settled.
    fn give_up(&self, scope: &str, number: u64) {
        let mut entries = self.lock();
        match entries.get(scope) {
            Some(Entry::Fetching { number: current, .. }) if *current == number => {}
            _ => return,
        }
        if let Some(Entry::Fetching { old: Some(old), .. }) = entries.remove(scope) {
            entries.insert(scope.to_owned(), Entry::Held(old));
        }
    }

    /// Takes the result of fetch `number` in.
    fn settle(
        &self,
        scope: &str,
        number: u64,
        result: Result<Issued<T>, CredentialsError>,
    ) -> Outcome<T> {
        let mut entries = self.lock();
        let old = match entries.remove(scope) {
            Some(Entry::Fetching { number: current, old, .. }) if current == number => old,
            // It was given up.
            Some(other) => {
                entries.insert(scope.to_owned(), other);
                return result.map(|issued| Arc::new(issued.token));
            }
            None => None,
        };
        let now = Instant::now();
        let held = match result {
            Ok(Issued { token, life }) => {
                let life = life.min(LONGEST_LIFE);
                let margin = (life / MARGIN).min(LONGEST_MARGIN);
                Held {
                    token: Arc::new(token),
                    renew_at: now + (life - margin),
                    expires_at: now + life,
                }
            }
            Err(error) => match old.filter(|old| now < old.expires_at) {
                Some(old) => Held { renew_at: old.expires_at.min(now + PAUSE), ..old },
                None => return Err(error),
            },
        };
        let token = Arc::clone(&held.token);
        entries.insert(scope.to_owned(), Entry::Held(held));
        Ok(token)
    }

    /// Gives up the tokens that `is_refused` picks.
    pub(crate) fn discard(&self, is_refused: impl Fn(&T) -> bool) {
        self.lock().retain(|_, entry| match entry {
            Entry::Held(held) => !is_refused(&held.token),
            Entry::Fetching { old, .. } => {
                if old.as_ref().is_some_and(|old| is_refused(&old.token)) {
                    *old = None;
                }
                true
            }
        });
    }
}

impl<T> Tokens<T> {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Entry<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A number that no other fetch of this process has.
fn next_number() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed)
}
