//! Huawei Cloud FunctionGraph.
//!
//! A [`Client`] needs a region or an endpoint, and credentials: an IAM [`Token`], the [`Password`] of
//! an IAM user, or an [`AccessKey`] that signs every request. [`FunctionUrn`] and [`destination`]
//! read and write values that the API encodes in strings.

mod access_key;
mod credentials_file;
pub mod destination;
mod environment;
mod password;
pub mod signature;
mod token;
mod urn;

pub use access_key::AccessKey;
pub use environment::credentials_from_env;
pub use password::Password;
pub use token::Token;
pub use urn::{FunctionUrn, ParseUrnError};

use crate::client::{Api, Profile, Wired};
use crate::credentials::Identity;
use crate::setting::{self, Form};

include!(concat!(env!("OUT_DIR"), "/functiongraph.rs"));

/// The API of this module, for [`ClientBuilder`].
#[derive(Debug)]
pub enum FunctionGraph {}

/// Makes a [`Client`].
pub type ClientBuilder = crate::ClientBuilder<FunctionGraph>;

impl Api for FunctionGraph {
    type Client = Client;
    const PROFILE: Profile = Profile {
        endpoint_hint: "set a `region` or an `endpoint`",
        ..Profile::named("functiongraph")
    };

    fn client(core: Wired) -> Client {
        Client { inner: core.0 }
    }
}

impl Client {
    /// Returns a builder for a client.
    ///
    /// ```
    /// use cloudfn::functiongraph::{AccessKey, Client};
    ///
    /// let client = Client::builder()
    ///     .region("cn-north-4")
    ///     .project_id("46b6f338fc3445b8846c71dfb1fbd9e8")
    ///     .credentials(AccessKey::new("an access key", "its secret key"))
    ///     .build()?;
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
    /// asking. IAM is asked for a token for a [`Password`], unless one is held that is still valid.
    /// The service checks an [`AccessKey`] and a [`Token`] only with an operation, so for these
    /// nothing is sent, and [`Identity::verified`] is `false`.
    ///
    /// # Errors
    ///
    /// The credentials are malformed or were refused, or the service cannot be reached.
    pub async fn authenticate(&self) -> Result<Identity, Error> {
        self.inner.authenticate().await
    }
}

impl ClientBuilder {
    /// Sets a region, such as `cn-north-4`, instead of an endpoint.
    pub fn region(mut self, name: impl AsRef<str>) -> Self {
        self.endpoint = Some(endpoint_of_region(name.as_ref()));
        self.endpoint_variable = None;
        self
    }

    /// Sets the default project ID of calls, 1 to 32 characters. Without it, the project of the
    /// credentials is used, if they have one.
    pub fn project_id(mut self, id: impl Into<String>) -> Self {
        self.project_id = Some(Ok(id.into()));
        self
    }
}

fn endpoint_of_region(name: &str) -> Result<String, Error> {
    setting::check("the region", name, Form::Text)?;
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-';
    match name.chars().all(is_allowed) {
        true => Ok(SERVERS.first().copied().unwrap_or_default().replace("{region}", name)),
        false => {
            Err(Error::invalid(format!("{name:?} is not the name of a region such as cn-north-4")))
        }
    }
}
