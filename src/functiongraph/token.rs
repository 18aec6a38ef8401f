//! A token of IAM that the caller has.

use reqwest::header::HeaderName;
use secrecy::SecretString;

use crate::credentials::{Attempt, Credentials, CredentialsError};

/// The header with a token of IAM.
pub(super) const X_AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");

/// A token of IAM that the caller has, good for one project and at most 24 hours. It is not
/// renewed; [`Password`](super::Password) fetches tokens by itself.
#[derive(Clone, Debug)]
pub struct Token(SecretString);

impl Token {
    /// A token as IAM issued it, in the answer's `X-Subject-Token`.
    pub fn new(token: impl Into<String>) -> Self {
        Self(SecretString::from(token.into()))
    }
}

impl Credentials for Token {
    async fn authenticate(&self, attempt: &mut Attempt<'_>) -> Result<(), CredentialsError> {
        attempt.set_secret(X_AUTH_TOKEN, &self.0)
    }
}
