//! Pipeline functions of Authing and GenAuth.
//!
//! A [`Client`] needs the [`AccessKey`] of a user pool.

mod access_key;
mod brand;

pub use access_key::AccessKey;
pub use brand::Brand;

use crate::client::{Api, Profile, Wired};
use crate::credentials::Identity;
use crate::environment::setting;
use crate::setting::Form;

include!(concat!(env!("OUT_DIR"), "/authing.rs"));

/// The API of this module, for [`ClientBuilder`].
#[derive(Debug)]
pub enum Authing {}

/// Makes a [`Client`].
pub type ClientBuilder = crate::ClientBuilder<Authing>;

impl Api for Authing {
    type Client = Client;
    const PROFILE: Profile = Profile {
        default_endpoint: SERVERS.first().copied(),
        // The status in the body decides about success, not the HTTP status.
        status_in_body: Some(200),
        header_prefix: |url| Brand::of_host(url.host_str().unwrap_or_default()).header_prefix(),
        ..Profile::named("authing")
    };

    fn client(core: Wired) -> Client {
        Client { inner: core.0 }
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

    /// Checks the credentials without calling an operation, and tells who the service thinks is
    /// asking: it is asked for a management token, unless one is held that is still valid.
    ///
    /// # Errors
    ///
    /// The credentials are malformed or were refused, or the service cannot be reached.
    pub async fn authenticate(&self) -> Result<Identity, Error> {
        self.inner.authenticate().await
    }
}

/// The variable with the endpoint.
const ENDPOINT: &str = "CLOUDFN_AUTHING_ENDPOINT";

impl ClientBuilder {
    /// Sets the brand of the service: it decides about the names of headers, and about the endpoint
    /// if none is set (`https://api.genauth.ai` for [`Brand::GenAuth`]). By default, it depends on the
    /// host of the endpoint: `genauth.ai` is GenAuth's.
    pub fn brand(mut self, brand: Brand) -> Self {
        self.default_endpoint = match brand {
            Brand::Authing => SERVERS.first().copied(),
            Brand::GenAuth => SERVERS.last().copied(),
        };
        self.header_prefix = Some(brand.header_prefix());
        self
    }

    /// Sets the language of the service's messages, such as `zh-CN`, `zh-TW`, `en-US` or `ja-JP`. It
    /// is sent as `x-authing-lang` (`x-genauth-lang` for GenAuth), as the official SDKs do. By
    /// default, the service chooses.
    pub fn language(mut self, tag: impl Into<String>) -> Self {
        self.language = Some(tag.into());
        self
    }

    /// Reads the settings from the environment: the access key as [`AccessKey::from_env`] does, and
    /// optionally the endpoint from `CLOUDFN_AUTHING_ENDPOINT`. Later settings override these.
    ///
    /// # Errors
    ///
    /// A variable is missing or malformed. The message names it. Errors in the endpoint are returned
    /// by [`build`](Self::build).
    pub fn from_env() -> Result<Self, Error> {
        let builder = Self::new().credentials(AccessKey::from_env()?);
        Ok(match setting(ENDPOINT, Form::Text).transpose() {
            Some(endpoint) => builder.endpoint_of_variable(ENDPOINT, endpoint),
            None => builder,
        })
    }
}
