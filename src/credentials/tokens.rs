//! Tokens that are fetched: kept until they expire, renewed shortly before, and fetched once
//! however many tasks wait.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{FutureExt, Shared};
use tokio::time::{timeout, Instant};

use super::CredentialsError;
use crate::exchange::on_runtime;

/// A token is renewed when this part of its life is left, or [`LONGEST_MARGIN`].
const MARGIN: u32 = 10;
/// The longest time before its end at which a token is renewed.
const LONGEST_MARGIN: Duration = Duration::from_secs(5 * 60);
/// After a failed renewal, a token that is still good is used for this time before the next; and
/// for as long nothing is fetched after a refusal that asking again would not change.
const PAUSE: Duration = Duration::from_secs(5);
/// Lives longer than this are taken for it.
const LONGEST_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Most tokens that are kept; of more, the one that was not used for the longest time is dropped.
const MAX_KEPT: usize = 1000;

/// A token as it was issued.
#[derive(Debug)]
pub(crate) struct Issued<T> {
    pub(crate) token: T,
    /// How long it is good for.
    pub(crate) life: Duration,
}

/// The tokens of one credential, by what they are good for.
pub(crate) struct Tokens<T>(Arc<Mutex<Entries<T>>>);

type Entries<T> = HashMap<String, Entry<T>>;
type FetchResult<T> = Result<Arc<T>, CredentialsError>;
/// What a fetch came to; `None` if it was cut off, with the runtime that it ran on.
type Fetch<T> = Shared<Pin<Box<dyn Future<Output = Option<FetchResult<T>>> + Send>>>;

enum Entry<T> {
    Held(Held<T>),
    Fetching(Fetching<T>),
    Refused { error: CredentialsError, until: Instant },
}

struct Held<T> {
    token: Arc<T>,
    renew_at: Instant,
    expires_at: Instant,
    used_at: Instant,
}

struct Fetching<T> {
    fetch: Fetch<T>,
    number: u64,
    since: Instant,
    /// The token that it is to replace.
    old: Option<Held<T>>,
}

/// What there is for a task that needs a token.
enum Joined<T> {
    Token(Arc<T>),
    Fetch { fetch: Fetch<T>, number: u64, is_own: bool },
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
    /// The token for `scope`: the one that is held, or the one that `fetch` brings. A token that is
    /// still good is used while the next one is fetched. The fetch goes on by itself; a task that
    /// stops waiting does not end it. One that brings nothing within `patience` is given up, and
    /// another one started.
    pub(crate) async fn get<F>(
        &self,
        scope: &str,
        patience: Duration,
        fetch: impl Fn() -> F,
    ) -> FetchResult<T>
    where
        F: Future<Output = Result<Issued<T>, CredentialsError>> + Send + 'static,
    {
        loop {
            let (waiting, number, is_own) = match self.join(scope, patience, &fetch)? {
                Joined::Token(token) => return Ok(token),
                Joined::Fetch { fetch, number, is_own } => (fetch, number, is_own),
            };
            match timeout(patience, waiting).await {
                Ok(Some(outcome)) => return outcome,
                Ok(None) if is_own => {
                    let message = "no token can be fetched on a runtime that shuts down";
                    return Err(CredentialsError::new(message).transient(true));
                }
                Ok(None) | Err(_) => self.give_up(scope, number),
            }
        }
    }

    /// The token that is good, or the fetch that is under way or is started.
    fn join<F>(
        &self,
        scope: &str,
        patience: Duration,
        fetch: impl Fn() -> F,
    ) -> Result<Joined<T>, CredentialsError>
    where
        F: Future<Output = Result<Issued<T>, CredentialsError>> + Send + 'static,
    {
        let now = Instant::now();
        let mut entries = self.lock();
        let old = match entries.get_mut(scope) {
            Some(Entry::Held(held)) => {
                held.used_at = now;
                if now < held.renew_at {
                    return Ok(Joined::Token(Arc::clone(&held.token)));
                }
                Some(held.clone())
            }
            Some(Entry::Fetching(fetching)) => {
                if fetching.is_alive(now, patience) {
                    return Ok(match fetching.old.as_ref().filter(|old| old.is_good(now)) {
                        Some(old) => Joined::Token(Arc::clone(&old.token)),
                        None => Joined::Fetch {
                            fetch: fetching.fetch.clone(),
                            number: fetching.number,
                            is_own: false,
                        },
                    });
                }
                fetching.old.take()
            }
            Some(Entry::Refused { error, until }) if now < *until => return Err(error.clone()),
            Some(Entry::Refused { .. }) | None => None,
        };
        let old = old.filter(|old| old.is_good(now));
        let number = next_number();
        // It cannot settle before it is entered, since the lock is held.
        let fetch = self.start(scope.to_owned(), number, fetch());
        let joined = match &old {
            Some(old) => Joined::Token(Arc::clone(&old.token)),
            None => Joined::Fetch { fetch: fetch.clone(), number, is_own: true },
        };
        let fetching = Fetching { fetch, number, since: now, old };
        entries.insert(scope.to_owned(), Entry::Fetching(fetching));
        Ok(joined)
    }

    /// Starts a fetch as a task of its own.
    fn start<F>(&self, scope: String, number: u64, fetch: F) -> Fetch<T>
    where
        F: Future<Output = Result<Issued<T>, CredentialsError>> + Send + 'static,
    {
        let tokens = Self(Arc::clone(&self.0));
        let fetching = tokio::spawn(async move {
            let result = match AssertUnwindSafe(on_runtime(fetch)).catch_unwind().await {
                Ok(Ok(result)) => result,
                Ok(Err(lacking)) => Err(CredentialsError::invalid(lacking)),
                Err(_) => Err(CredentialsError::new("what fetches the token panicked")),
            };
            tokens.settle(&scope, number, result)
        });
        fetching.map(Result::ok).boxed().shared()
    }

    /// Forgets fetch `number`, unless it has settled.
    fn give_up(&self, scope: &str, number: u64) {
        let mut entries = self.lock();
        if let Some(Fetching { old: Some(old), .. }) = take(&mut entries, scope, number) {
            entries.insert(scope.to_owned(), Entry::Held(old));
        }
    }

    /// Takes the result of fetch `number` in.
    fn settle(
        &self,
        scope: &str,
        number: u64,
        result: Result<Issued<T>, CredentialsError>,
    ) -> FetchResult<T> {
        let mut entries = self.lock();
        let Some(fetching) = take(&mut entries, scope, number) else {
            // It was given up.
            return result.map(|issued| Arc::new(issued.token));
        };
        let now = Instant::now();
        let held = match (result, fetching.old.filter(|old| old.is_good(now))) {
            (Ok(issued), _) => Held::new(issued, now),
            (Err(_), Some(old)) => Held { renew_at: old.expires_at.min(now + PAUSE), ..old },
            (Err(error), None) => {
                if error.is_permanent() {
                    let refused = Entry::Refused { error: error.clone(), until: now + PAUSE };
                    entries.insert(scope.to_owned(), refused);
                }
                return Err(error);
            }
        };
        let token = Arc::clone(&held.token);
        entries.insert(scope.to_owned(), Entry::Held(held));
        tidy(&mut entries, now);
        Ok(token)
    }

    /// Gives up the tokens that `is_refused` picks.
    pub(crate) fn discard(&self, is_refused: impl Fn(&T) -> bool) {
        self.lock().retain(|_, entry| match entry {
            Entry::Held(held) => !is_refused(&held.token),
            Entry::Fetching(fetching) => {
                fetching.old = fetching.old.take().filter(|old| !is_refused(&old.token));
                true
            }
            Entry::Refused { .. } => true,
        });
    }
}

impl<T> Tokens<T> {
    fn lock(&self) -> MutexGuard<'_, Entries<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Held<T> {
    fn new(issued: Issued<T>, now: Instant) -> Self {
        let life = issued.life.min(LONGEST_LIFE);
        let margin = (life / MARGIN).min(LONGEST_MARGIN);
        Self {
            token: Arc::new(issued.token),
            renew_at: now + (life - margin),
            expires_at: now + life,
            used_at: now,
        }
    }

    fn is_good(&self, now: Instant) -> bool {
        now < self.expires_at
    }
}

impl<T> Fetching<T> {
    /// Whether it may still bring something: it was not cut off, and has not taken too long.
    fn is_alive(&self, now: Instant, patience: Duration) -> bool {
        now < self.since + patience && !matches!(self.fetch.peek(), Some(None))
    }
}

/// Takes fetch `number` out, if it is the one that is under way.
fn take<T>(entries: &mut Entries<T>, scope: &str, number: u64) -> Option<Fetching<T>> {
    match entries.remove(scope) {
        Some(Entry::Fetching(fetching)) if fetching.number == number => Some(fetching),
        Some(other) => {
            entries.insert(scope.to_owned(), other);
            None
        }
        None => None,
    }
}

/// Drops what is no longer needed, and the token that was not used for the longest time when
/// there are too many.
fn tidy<T>(entries: &mut Entries<T>, now: Instant) {
    entries.retain(|_, entry| match entry {
        Entry::Held(held) => held.is_good(now),
        Entry::Fetching(_) => true,
        Entry::Refused { until, .. } => now < *until,
    });
    let held = entries.iter().filter_map(|(scope, entry)| match entry {
        Entry::Held(held) => Some((held.used_at, scope)),
        Entry::Fetching(_) | Entry::Refused { .. } => None,
    });
    let held: Vec<_> = held.collect();
    if held.len() > MAX_KEPT {
        if let Some((_, scope)) = held.into_iter().min() {
            let scope = scope.clone();
            entries.remove(&scope);
        }
    }
}

/// A number that no other fetch of this process has.
fn next_number() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(61);
    const HOUR: Duration = Duration::from_secs(60 * 60);

    /// Tokens that count how often one is fetched.
    #[derive(Default)]
    struct Counted {
        tokens: Tokens<usize>,
        fetched: Arc<AtomicUsize>,
    }

    impl Counted {
        async fn get(&self, scope: &str, life: Duration) -> usize {
            let fetch = || {
                let token = self.fetched.fetch_add(1, Ordering::Relaxed);
                async move { Ok(Issued { token, life }) }
            };
            *self.tokens.get(scope, PATIENCE, fetch).await.unwrap()
        }

        fn kept(&self) -> usize {
            self.tokens.lock().len()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_tokens_that_were_used_last_are_kept() {
        let counted = Counted::default();
        for number in 0..MAX_KEPT + 500 {
            counted.get(&number.to_string(), HOUR).await;
            // One is used all the time.
            assert_eq!(counted.get("0", HOUR).await, 0);
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        assert_eq!(
            (counted.kept(), counted.fetched.load(Ordering::Relaxed)),
            (MAX_KEPT, MAX_KEPT + 500)
        );
        assert_eq!(counted.get(&(MAX_KEPT + 499).to_string(), HOUR).await, MAX_KEPT + 499);
        assert_eq!(counted.get("1", HOUR).await, MAX_KEPT + 500, "it was dropped");
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_expired_is_dropped() {
        let counted = Counted::default();
        for number in 0..50 {
            counted.get(&number.to_string(), HOUR).await;
        }
        tokio::time::advance(HOUR).await;
        counted.get("another", HOUR).await;
        assert_eq!(counted.kept(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_may_be_good_for_ever() {
        let counted = Counted::default();
        for _ in 0..2 {
            assert_eq!(counted.get("", Duration::MAX).await, 0);
            tokio::time::advance(24 * HOUR).await;
        }
    }

    /// What a fetch that fails comes to, and how often it is started in two calls.
    async fn failing<F>(fetch: fn() -> F) -> (String, usize)
    where
        F: Future<Output = Result<Issued<usize>, CredentialsError>> + Send + 'static,
    {
        let (tokens, started) = (Tokens::default(), AtomicUsize::new(0));
        let counted = || {
            started.fetch_add(1, Ordering::Relaxed);
            fetch()
        };
        let first = tokens.get("", PATIENCE, counted).await.unwrap_err();
        let second = tokens.get("", PATIENCE, counted).await.unwrap_err();
        assert_eq!(first.to_string(), second.to_string());
        (first.to_string(), started.into_inner())
    }

    #[tokio::test(start_paused = true)]
    async fn a_fetch_that_panics_is_an_error() {
        let (message, started) = failing(|| async { panic!("a bug") }).await;
        assert_eq!((message.as_str(), started), ("what fetches the token panicked", 1));
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_pass_is_tried_again() {
        let busy = || async { Err(CredentialsError::new("busy").transient(true)) };
        assert_eq!(failing(busy).await, ("busy".to_owned(), 2));
        let wrong = || async { Err(CredentialsError::new("wrong")) };
        assert_eq!(failing(wrong).await, ("wrong".to_owned(), 1));
        let invalid = || async { Err(CredentialsError::invalid("invalid")) };
        assert_eq!(failing(invalid).await, ("invalid".to_owned(), 2));
    }

    /// A renewal that hangs is given up after a while, however good the old token is.
    #[tokio::test(start_paused = true)]
    async fn a_renewal_that_hangs_is_not_waited_for() {
        let (tokens, started) = (Tokens::default(), AtomicUsize::new(0));
        let fetch = || {
            let number = started.fetch_add(1, Ordering::Relaxed);
            async move {
                match number {
                    1 => std::future::pending().await,
                    number => Ok(Issued { token: number, life: HOUR }),
                }
            }
        };
        let get = || async { *tokens.get("", PATIENCE, fetch).await.unwrap() };
        assert_eq!(get().await, 0);
        tokio::time::advance(HOUR - LONGEST_MARGIN).await;
        assert_eq!((get().await, get().await), (0, 0));
        assert_eq!(started.load(Ordering::Relaxed), 2);
        tokio::time::advance(PATIENCE).await;
        assert_eq!(get().await, 0);
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
        assert_eq!(get().await, 2);
    }

    #[test]
    fn a_runtime_that_has_ended_is_named() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let handle = runtime.handle().clone();
        drop(runtime);
        let tokens: Tokens<usize> = Tokens::default();
        let fetch = || async { Ok(Issued { token: 1, life: HOUR }) };
        let error = handle.block_on(tokens.get("", PATIENCE, fetch)).unwrap_err();
        assert_eq!(error.to_string(), "no token can be fetched on a runtime that shuts down");
    }
}
