//! Credentials: what proves to a service who is asking.
//!
//! Each API has its own, in [`functiongraph`](crate::functiongraph) and
//! [`authing`](crate::authing); for others, implement [`Credentials`].
//!
//! ```
//! use cloudfn::credentials::{Attempt, Credentials, CredentialsError};
//! use reqwest::header::HeaderValue;
//!
//! /// A gateway of our own that asks for a key.
//! #[derive(Debug)]
//! struct GatewayKey;
//!
//! impl Credentials for GatewayKey {
//!     async fn authenticate(&self, attempt: &mut Attempt<'_>) -> Result<(), CredentialsError> {
//!         let mut key = HeaderValue::from_static("from the vault");
//!         key.set_sensitive(true); // is never shown, logged or part of an error
//!         attempt.headers_mut().insert("x-gateway-key", key);
//!         Ok(())
//!     }
//! }
//! ```

mod attempt;
mod error;
mod identity;
pub(crate) mod tokens;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

pub use attempt::{Attempt, Refusal};
pub use error::CredentialsError;
pub use identity::Identity;

/// What proves to a service who is asking.
///
/// One value serves any number of clients and tasks at a time.
pub trait Credentials: fmt::Debug + Send + Sync + 'static {
    /// Adds the proof to an attempt; called for every attempt anew, on the bytes that are sent.
    ///
    /// A header with a secret has to be [sensitive](reqwest::header::HeaderValue::set_sensitive):
    /// it is then kept out of every output.
    ///
    /// # Errors
    ///
    /// No proof can be had. Whether the call tries again is said by
    /// [`CredentialsError::transient`].
    fn authenticate(
        &self,
        attempt: &mut Attempt<'_>,
    ) -> impl Future<Output = Result<(), CredentialsError>> + Send;

    /// The service did not accept the proof (401). Whether another attempt would carry a newer
    /// one; it is asked once in a call at most.
    fn renew(&self, refusal: &Refusal<'_>) -> bool {
        let _ = refusal;
        false
    }

    /// Refuses malformed credentials, such as a key that ends with a line break. It is
    /// asked when a client is made, so that nothing is sent with them.
    ///
    /// # Errors
    ///
    /// What is wrong with them.
    fn check(&self) -> Result<(), CredentialsError> {
        Ok(())
    }

    /// The project that calls are for unless the client or the call names another.
    fn project_id(&self) -> Option<String> {
        None
    }
}

impl<C: Credentials> Credentials for Arc<C> {
    async fn authenticate(&self, attempt: &mut Attempt<'_>) -> Result<(), CredentialsError> {
        (**self).authenticate(attempt).await
    }

    fn renew(&self, refusal: &Refusal<'_>) -> bool {
        (**self).renew(refusal)
    }

    fn check(&self) -> Result<(), CredentialsError> {
        (**self).check()
    }

    fn project_id(&self) -> Option<String> {
        (**self).project_id()
    }
}

/// No credentials, for a service that asks for none, such as a mock.
#[derive(Clone, Copy, Debug, Default)]
pub struct Anonymous;

impl Credentials for Anonymous {
    async fn authenticate(&self, _: &mut Attempt<'_>) -> Result<(), CredentialsError> {
        Ok(())
    }
}

/// Credentials of any kind, as they are chosen when a program runs.
///
/// ```
/// use cloudfn::credentials::{Anonymous, SharedCredentials};
/// use cloudfn::functiongraph::Token;
///
/// let token = std::env::args().nth(7);
/// let credentials = match token {
///     Some(token) => SharedCredentials::new(Token::new(token)),
///     None => SharedCredentials::new(Anonymous),
/// };
/// # let _ = credentials;
/// ```
#[derive(Clone)]
pub struct SharedCredentials(Arc<dyn Erased>);

impl SharedCredentials {
    /// Forgets of which kind `credentials` are.
    pub fn new(credentials: impl Credentials) -> Self {
        Self(Arc::new(credentials))
    }
}

impl fmt::Debug for SharedCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Credentials for SharedCredentials {
    async fn authenticate(&self, attempt: &mut Attempt<'_>) -> Result<(), CredentialsError> {
        self.0.authenticate(attempt).await
    }

    fn renew(&self, refusal: &Refusal<'_>) -> bool {
        self.0.renew(refusal)
    }

    fn check(&self) -> Result<(), CredentialsError> {
        self.0.check()
    }

    fn project_id(&self) -> Option<String> {
        self.0.project_id()
    }
}

type Authenticated<'a> = Pin<Box<dyn Future<Output = Result<(), CredentialsError>> + Send + 'a>>;

/// [`Credentials`] behind a pointer.
trait Erased: fmt::Debug + Send + Sync {
    fn authenticate<'a>(&'a self, attempt: &'a mut Attempt<'_>) -> Authenticated<'a>;
    fn renew(&self, refusal: &Refusal<'_>) -> bool;
    fn check(&self) -> Result<(), CredentialsError>;
    fn project_id(&self) -> Option<String>;
}

impl<C: Credentials> Erased for C {
    fn authenticate<'a>(&'a self, attempt: &'a mut Attempt<'_>) -> Authenticated<'a> {
        Box::pin(Credentials::authenticate(self, attempt))
    }

    fn renew(&self, refusal: &Refusal<'_>) -> bool {
        Credentials::renew(self, refusal)
    }

    fn check(&self) -> Result<(), CredentialsError> {
        Credentials::check(self)
    }

    fn project_id(&self) -> Option<String> {
        Credentials::project_id(self)
    }
}
