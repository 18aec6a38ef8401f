//! The environment variables of the official SDKs and our own.

use std::path::{Path, PathBuf};

use super::credentials_file::CredentialsFile;
use super::{endpoint_of_region, AccessKey, ClientBuilder, Token};
use crate::credentials::SharedCredentials;
use crate::environment::{named, pair, setting, trace_source, variable};
use crate::error::Error;
use crate::setting::Form;

const ENDPOINT: &str = "CLOUDFN_FUNCTIONGRAPH_ENDPOINT";
const REGION: &str = "CLOUDFN_FUNCTIONGRAPH_REGION";
const TOKEN: &str = "CLOUDFN_FUNCTIONGRAPH_TOKEN";
/// The former name of the token's variable. No official SDK uses it.
const FORMER_TOKEN: &str = "HUAWEICLOUD_SDK_TOKEN";
const ACCESS_KEY: &str = "HUAWEICLOUD_SDK_AK";
const SECRET_KEY: &str = "HUAWEICLOUD_SDK_SK";
const SECURITY_TOKEN: &str = "HUAWEICLOUD_SDK_SECURITY_TOKEN";
const PROJECT_ID: &str = "HUAWEICLOUD_SDK_PROJECT_ID";
const CREDENTIALS_FILE: &str = "HUAWEICLOUD_SDK_CREDENTIALS_FILE";
/// The credentials file, relative to the home directory.
const DEFAULT_FILE: &str = ".huaweicloud/credentials";

/// Reads credentials from the environment. It uses the first of:
///
/// 1. the token in `CLOUDFN_FUNCTIONGRAPH_TOKEN`, or in `HUAWEICLOUD_SDK_TOKEN`, its former name;
/// 2. the access key in `HUAWEICLOUD_SDK_AK` and `HUAWEICLOUD_SDK_SK`, with
///    `HUAWEICLOUD_SDK_SECURITY_TOKEN` if it is temporary;
/// 3. the access key in the file that `HUAWEICLOUD_SDK_CREDENTIALS_FILE` names, or in
///    `~/.huaweicloud/credentials`.
///
/// `Debug` and a `tracing` event show which of them was used.
///
/// # Errors
///
/// Credentials are missing, incomplete or malformed, such as a key that ends with a line break. The
/// message names the variable, or the file and the line.
pub fn credentials_from_env() -> Result<SharedCredentials, Error> {
    for name in [TOKEN, FORMER_TOKEN] {
        if let Some(token) = setting(name, Form::Ascii)? {
            let source = format!("the environment variable {name}");
            trace_source(&source);
            return Ok(SharedCredentials::new(Token::new(token).found_in(source)));
        }
    }
    if let Some(key) = access_key()? {
        return Ok(SharedCredentials::new(key));
    }
    if let Some(file) = setting(CREDENTIALS_FILE, Form::Text)? {
        return AccessKey::from_file(file).map(SharedCredentials::new);
    }
    let home = variable("HOME").map(PathBuf::from).or_else(std::env::home_dir);
    let file = home.map(|home| home.join(DEFAULT_FILE));
    match file.filter(|file| file.exists()) {
        Some(file) => AccessKey::from_file(file).map(SharedCredentials::new),
        None => Err(Error::invalid(format!(
            "no credentials found: set {TOKEN}, or {ACCESS_KEY} and {SECRET_KEY}, or create \
             ~/{DEFAULT_FILE}"
        ))),
    }
}

impl ClientBuilder {
    /// Reads the settings from the environment:
    ///
    /// * the endpoint from `CLOUDFN_FUNCTIONGRAPH_ENDPOINT`, or the region from
    ///   `CLOUDFN_FUNCTIONGRAPH_REGION`;
    /// * the credentials by [`credentials_from_env`];
    /// * the project from `HUAWEICLOUD_SDK_PROJECT_ID`.
    ///
    /// Later settings override these.
    ///
    /// # Errors
    ///
    /// Credentials are missing, incomplete or malformed. The message names the variable. Errors in
    /// the endpoint, the region or the project are returned by [`build`](Self::build).
    pub fn from_env() -> Result<Self, Error> {
        let mut builder = Self::new().credentials(credentials_from_env()?);
        // Errors are kept in the builder, so that later settings can replace them.
        if let Some(region) = setting(REGION, Form::Text).transpose() {
            let url = region
                .and_then(|name| endpoint_of_region(&name).map_err(|error| named(REGION, &error)));
            builder = builder.endpoint_of_variable(REGION, url);
        }
        if let Some(endpoint) = setting(ENDPOINT, Form::Text).transpose() {
            builder = builder.endpoint_of_variable(ENDPOINT, endpoint);
        }
        builder.project_variable = Some(PROJECT_ID);
        builder.project_id = setting(PROJECT_ID, Form::Ascii).transpose();
        Ok(builder)
    }
}

impl AccessKey {
    /// Reads the environment variables of the official SDKs: `HUAWEICLOUD_SDK_AK` and
    /// `HUAWEICLOUD_SDK_SK`, and optionally `HUAWEICLOUD_SDK_SECURITY_TOKEN` and
    /// `HUAWEICLOUD_SDK_PROJECT_ID`.
    ///
    /// # Errors
    ///
    /// A required variable is not set, or a variable is malformed. The message names it.
    pub fn from_env() -> Result<Self, Error> {
        access_key()?.ok_or_else(|| {
            Error::invalid(format!(
                "the environment variables {ACCESS_KEY} and {SECRET_KEY} are not set"
            ))
        })
    }

    /// Reads a credentials file of the official SDKs: its section `[basic]` has `ak`, `sk`, and
    /// optionally `security_token` and `project_id`.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or a value is missing or malformed. The message names the file and
    /// the line.
    pub fn from_file(file: impl AsRef<Path>) -> Result<Self, Error> {
        let file = file.as_ref();
        let read = CredentialsFile::read(file)?;
        let key = Self::new(read.access_key, read.secret_key);
        let source = format!("the credentials file {}", file.display());
        Ok(completed(key, read.security_token, read.project_id, source))
    }
}

fn access_key() -> Result<Option<AccessKey>, Error> {
    let Some((id, secret)) = pair(ACCESS_KEY, SECRET_KEY)? else {
        return Ok(None);
    };
    let token = setting(SECURITY_TOKEN, Form::Ascii)?;
    let project = setting(PROJECT_ID, Form::Ascii)?;
    let source = format!("the environment variables {ACCESS_KEY} and {SECRET_KEY}");
    Ok(Some(completed(AccessKey::new(id, secret), token, project, source)))
}

fn completed(
    key: AccessKey,
    token: Option<String>,
    project: Option<String>,
    source: String,
) -> AccessKey {
    let key = match token {
        Some(token) => key.security_token(token),
        None => key,
    };
    let key = match project {
        Some(id) => key.project(id),
        None => key,
    };
    trace_source(&source);
    key.found_in(source)
}
