//! Pipeline functions of Authing and GenAuth.
//!
//! A [`Client`] needs an [`AccessKey`] of the user pool.

mod access_key;

pub use access_key::{AccessKey, Brand};

use crate::client::{private, Api, Profile};
use crate::environment::{setting, variable};
use crate::setting::Form;

include!(concat!(env!("OUT_DIR"), "/authing.rs"));

/// The API, as its [`ClientBuilder`] knows it.
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
        // Success is what the body calls so, whatever the status of HTTP.
        status_in_body: Some(200),
        endpoint_hint: "give an `endpoint`",
    };

    fn client(base_url: &str, http: reqwest::Client, core: private::Wired) -> Client {
        Client::new_with_client(base_url, http, core.0)
    }
}

impl Client {
    /// Makes a client, step by step.
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

    /// A client that the environment describes, see [`ClientBuilder::from_env`].
    ///
    /// # Errors
    ///
    /// A variable is missing or not valid; the message names it.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }
}

/// The variable with an endpoint.
const ENDPOINT: &str = "CLOUDFN_AUTHING_ENDPOINT";

impl ClientBuilder {
    /// The service of GenAuth, `https://api.genauth.ai`, in place of Authing's.
    pub fn genauth(self) -> Self {
        self.endpoint(SERVERS.last().copied().unwrap_or_default())
    }

    /// What the environment describes: the access key by `AUTHING_ACCESS_KEY_ID` and
    /// `AUTHING_ACCESS_KEY_SECRET`, the endpoint by `CLOUDFN_AUTHING_ENDPOINT` if it is another
    /// than Authing's own. What is set afterwards takes its place.
    ///
    /// # Errors
    ///
    /// A variable is missing or malformed; the message names it. What is wrong with the
    /// endpoint is told by [`build`](Self::build).
    pub fn from_env() -> Result<Self, Error> {
        let builder = Self::new().credentials(AccessKey::from_env()?);
        Ok(match setting(&variable, ENDPOINT, Form::Text).transpose() {
            Some(endpoint) => builder.endpoint_of_variable(ENDPOINT, endpoint),
            None => builder,
        })
    }
}
