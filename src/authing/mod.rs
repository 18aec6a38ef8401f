//! Pipeline functions of Authing and GenAuth.
//!
//! A [`Client`] needs the [`AccessKey`] of a user pool.

mod access_key;

pub use access_key::{AccessKey, Brand};

use crate::client::{private, Api, Profile};
use crate::environment::{setting, variable};
use crate::setting::Form;

include!(concat!(env!("OUT_DIR"), "/authing.rs"));

/// The API of this module, for [`ClientBuilder`].
#[derive(Debug)]
pub enum Authing {}

/// Makes a [`Client`].
pub type ClientBuilder = crate::ClientBuilder<Authing>;

impl private::Sealed for Authing {}

impl Api for Authing {
    type Client = Client;
    const PROFILE: Profile = Profile {
        name: "authing",
        default_endpoint: SERVERS.first().copied(),
        // The status in the body decides about success, not the HTTP status.
        status_in_body: Some(200),
        endpoint_hint: "set an `endpoint`",
    };

    fn client(base_url: &str, http: reqwest::Client, core: private::Wired) -> Client {
        Client::new_with_client(base_url, http, core.0)
    }
}

impl Client {
    /// Returns a builder for a client.
    ///
    /// ```
    /// use cloudfn::authing::{AccessKey, Client};
    ///
    /// let key = AccessKey::new("an access key ID", "its secret");
    /// let client = Client::builder().credentials(key).build()?;
    /// # Ok::<(), cloudfn::Error>(())
    /// ```
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Makes a client from the environment, see [`ClientBuilder::from_env`].
    ///
    /// # Errors
    ///
    /// A variable is missing or invalid. The message names it.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }
}

/// The variable with the endpoint.
const ENDPOINT: &str = "CLOUDFN_AUTHING_ENDPOINT";

impl ClientBuilder {
    /// Uses GenAuth's service, `https://api.genauth.ai`, instead of Authing's.
    pub fn genauth(self) -> Self {
        self.endpoint(SERVERS.last().copied().unwrap_or_default())
    }

    /// Reads the settings from the environment: the access key from `AUTHING_ACCESS_KEY_ID` and
    /// `AUTHING_ACCESS_KEY_SECRET`, and optionally the endpoint from `CLOUDFN_AUTHING_ENDPOINT`. Later
    /// settings override these.
    ///
    /// # Errors
    ///
    /// A variable is missing or malformed. The message names it. Errors in the endpoint are returned
    /// by [`build`](Self::build).
    pub fn from_env() -> Result<Self, Error> {
        let builder = Self::new().credentials(AccessKey::from_env()?);
        Ok(match setting(&variable, ENDPOINT, Form::Text).transpose() {
            Some(endpoint) => builder.endpoint_of_variable(ENDPOINT, endpoint),
            None => builder,
        })
    }
}
