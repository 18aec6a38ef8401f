//! An IAM token provided by the caller.

use reqwest::header::HeaderName;
use secrecy::{ExposeSecret, SecretString};

use crate::credentials::{Attempt, Credentials, CredentialsError, Identity};
use crate::setting::{self, Form};

/// The header with an IAM token.
pub(super) const X_AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");

/// An IAM token provided by the caller, valid for one project and at most 24 hours. It is not
/// renewed; [`Password`](super::Password) fetches tokens itself.
#[derive(Clone, Debug)]
pub struct Token {
    token: SecretString,
    #[allow(dead_code, reason = "it is what `Debug` shows")]
    source: Option<String>,
}

impl Token {
    /// A token from the `X-Subject-Token` header of IAM's response.
    pub fn new(token: impl Into<String>) -> Self {
        Self { token: SecretString::from(token.into()), source: None }
    }

    /// Records where it was found.
    pub(super) fn found_in(mut self, source: String) -> Self {
        self.source = Some(source);
        self
    }
}

impl Credentials for Token {
    async fn authenticate(&self, attempt: &mut Attempt<'_>) -> Result<(), CredentialsError> {
        self.check()?;
        attempt.identify(|attempt| Identity {
            project_id: attempt.path_parameter("project_id"),
            ..Identity::default()
        });
        attempt.set_secret(X_AUTH_TOKEN, &self.token)
    }

    fn check(&self) -> Result<(), CredentialsError> {
        Ok(setting::check("the token", self.token.expose_secret(), Form::Ascii)?)
    }
}
