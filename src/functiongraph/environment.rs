//! The environment variables and the credentials file of the official SDKs.

use std::path::{Path, PathBuf};

use configparser::ini::Ini;

use super::{AccessKey, ClientBuilder, Token};
use crate::credentials::SharedCredentials;
use crate::environment::{pair, variable, Variables};
use crate::error::Error;

const ENDPOINT: &str = "CLOUDFN_FUNCTIONGRAPH_ENDPOINT";
const REGION: &str = "CLOUDFN_FUNCTIONGRAPH_REGION";
const TOKEN: &str = "HUAWEICLOUD_SDK_TOKEN";
const ACCESS_KEY: &str = "HUAWEICLOUD_SDK_AK";
const SECRET_KEY: &str = "HUAWEICLOUD_SDK_SK";
const SECURITY_TOKEN: &str = "HUAWEICLOUD_SDK_SECURITY_TOKEN";
const PROJECT_ID: &str = "HUAWEICLOUD_SDK_PROJECT_ID";
const CREDENTIALS_FILE: &str = "HUAWEICLOUD_SDK_CREDENTIALS_FILE";
/// The credentials file, seen from the home folder.
const DEFAULT_FILE: &str = ".huaweicloud/credentials";
/// The section of the credentials file for services of a region.
const SECTION: &str = "basic";

/// The credentials that the environment describes, the first of:
///
/// 1. the token in `HUAWEICLOUD_SDK_TOKEN`;
/// 2. the access key in `HUAWEICLOUD_SDK_AK` and `HUAWEICLOUD_SDK_SK`, with
///    `HUAWEICLOUD_SDK_SECURITY_TOKEN` if it is temporary;
/// 3. the access key in the file that `HUAWEICLOUD_SDK_CREDENTIALS_FILE` names, or in
///    `~/.huaweicloud/credentials`.
///
/// # Errors
///
/// There are none, or half of them; the message names the variable or the file.
pub fn credentials_from_env() -> Result<SharedCredentials, Error> {
    credentials(&variable)
}

pub(super) fn builder(variables: Variables<'_>) -> Result<ClientBuilder, Error> {
    let mut builder = ClientBuilder::new().credentials(credentials(variables)?);
    if let Some(region) = variables(REGION) {
        builder = builder.region(region);
    }
    if let Some(endpoint) = variables(ENDPOINT) {
        builder = builder.endpoint(endpoint);
    }
    if let Some(id) = variables(PROJECT_ID) {
        builder = builder.project_id(id);
    }
    Ok(builder)
}

fn credentials(variables: Variables<'_>) -> Result<SharedCredentials, Error> {
    if let Some(token) = variables(TOKEN) {
        return Ok(SharedCredentials::new(Token::new(token)));
    }
    if let Some(key) = access_key(variables)? {
        return Ok(SharedCredentials::new(key));
    }
    if let Some(file) = variables(CREDENTIALS_FILE) {
        return access_key_of_file(file.as_ref()).map(SharedCredentials::new);
    }
    let file = home(variables).map(|home| home.join(DEFAULT_FILE));
    match file.filter(|file| file.exists()) {
        Some(file) => access_key_of_file(&file).map(SharedCredentials::new),
        None => Err(Error::invalid(format!(
            "there are no credentials: set {TOKEN}, or {ACCESS_KEY} and {SECRET_KEY}, or write \
             them to ~/{DEFAULT_FILE}"
        ))),
    }
}

fn home(variables: Variables<'_>) -> Option<PathBuf> {
    variables("HOME").map(PathBuf::from).or_else(std::env::home_dir)
}

pub(super) fn required_access_key(variables: Variables<'_>) -> Result<AccessKey, Error> {
    access_key(variables)?.ok_or_else(|| {
        Error::invalid(format!(
            "the environment variables {ACCESS_KEY} and {SECRET_KEY} are not set"
        ))
    })
}

fn access_key(variables: Variables<'_>) -> Result<Option<AccessKey>, Error> {
    let Some((id, secret)) = pair(variables, ACCESS_KEY, SECRET_KEY)? else {
        return Ok(None);
    };
    let key = AccessKey::new(id, secret);
    Ok(Some(completed(key, variables(SECURITY_TOKEN), variables(PROJECT_ID))))
}

fn completed(key: AccessKey, token: Option<String>, project: Option<String>) -> AccessKey {
    let key = match token {
        Some(token) => key.security_token(token),
        None => key,
    };
    match project {
        Some(id) => key.project(id),
        None => key,
    }
}

pub(super) fn access_key_of_file(file: &Path) -> Result<AccessKey, Error> {
    let refuse =
        |what: String| Error::invalid(format!("the credentials file {} {what}", file.display()));
    let text = std::fs::read_to_string(file)
        .map_err(|e| refuse("cannot be read".to_owned()).with_source(e))?;
    let mut ini = Ini::new();
    // A key may hold `#` and `;`.
    ini.set_inline_comment_symbols(Some(&[]));
    // The reader's message would show the line.
    ini.read(text).map_err(|_| refuse("is no INI file".to_owned()))?;
    let value = |key: &str| ini.get(SECTION, key).filter(|value| !value.is_empty());
    let required =
        |key: &str| value(key).ok_or_else(|| refuse(format!("has no `{key}` in [{SECTION}]")));
    let key = AccessKey::new(required("ak")?, required("sk")?);
    Ok(completed(key, value("security_token"), value("project_id")))
}
