//! Who credentials are for.

use serde::Serialize;

use crate::Timestamp;

/// Who the service thinks is asking, as far as this is known without calling an operation. It
/// contains no secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Identity {
    /// Whether the service accepted the credentials, by issuing a token. It checks others, such as
    /// signatures and tokens of the caller's, only with an operation; what is told of these is what
    /// the client was given.
    pub verified: bool,
    /// The ID of the access key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<String>,
    /// The name of the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The name of the account that the user belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The ID of the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// The ID of the user pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_pool_id: Option<String>,
    /// When the token expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}
