//! The environment variables of the official SDKs and our own.

use std::path::{Path, PathBuf};

use super::credentials_file::CredentialsFile;
use super::{endpoint_of_region, AccessKey, ClientBuilder, Token};
use crate::credentials::SharedCredentials;
use crate::environment::{named, pair, setting, trace_source, variable, Variables};
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
    credentials(&variable)
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
        builder(&variable)
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
        required_access_key(&variable)
    }

    /// Reads a credentials file of the official SDKs: its section `[basic]` has `ak`, `sk`, and
    /// optionally `security_token` and `project_id`.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or a value is missing or malformed. The message names the file and
    /// the line.
    pub fn from_file(file: impl AsRef<Path>) -> Result<Self, Error> {
        access_key_of_file(file.as_ref())
    }
}

fn builder(variables: Variables<'_>) -> Result<ClientBuilder, Error> {
    let mut builder = ClientBuilder::new().credentials(credentials(variables)?);
    // Errors are kept in the builder, so that later settings can replace them.
    if let Some(region) = setting(variables, REGION, Form::Text).transpose() {
        let url = region
            .and_then(|name| endpoint_of_region(&name).map_err(|error| named(REGION, &error)));
        builder = builder.endpoint_of_variable(REGION, url);
    }
    if let Some(endpoint) = setting(variables, ENDPOINT, Form::Text).transpose() {
        builder = builder.endpoint_of_variable(ENDPOINT, endpoint);
    }
    builder.project_variable = Some(PROJECT_ID);
    builder.project_id = setting(variables, PROJECT_ID, Form::Ascii).transpose();
    Ok(builder)
}

fn credentials(variables: Variables<'_>) -> Result<SharedCredentials, Error> {
    for name in [TOKEN, FORMER_TOKEN] {
        if let Some(token) = setting(variables, name, Form::Ascii)? {
            let source = format!("the environment variable {name}");
            trace_source(&source);
            return Ok(SharedCredentials::new(Token::new(token).found_in(source)));
        }
    }
    if let Some(key) = access_key(variables)? {
        return Ok(SharedCredentials::new(key));
    }
    if let Some(file) = setting(variables, CREDENTIALS_FILE, Form::Text)? {
        return access_key_of_file(file.as_ref()).map(SharedCredentials::new);
    }
    let file = home(variables).map(|home| home.join(DEFAULT_FILE));
    match file.filter(|file| file.exists()) {
        Some(file) => access_key_of_file(&file).map(SharedCredentials::new),
        None => Err(Error::invalid(format!(
            "no credentials found: set {TOKEN}, or {ACCESS_KEY} and {SECRET_KEY}, or create \
             ~/{DEFAULT_FILE}"
        ))),
    }
}

fn home(variables: Variables<'_>) -> Option<PathBuf> {
    let home = variables("HOME").filter(|home| !home.is_empty());
    home.map(PathBuf::from).or_else(std::env::home_dir)
}

fn required_access_key(variables: Variables<'_>) -> Result<AccessKey, Error> {
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
    let token = setting(variables, SECURITY_TOKEN, Form::Ascii)?;
    let project = setting(variables, PROJECT_ID, Form::Ascii)?;
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

fn access_key_of_file(file: &Path) -> Result<AccessKey, Error> {
    let read = CredentialsFile::read(file)?;
    let key = AccessKey::new(read.access_key, read.secret_key);
    let source = format!("the credentials file {}", file.display());
    Ok(completed(key, read.security_token, read.project_id, source))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    /// The `Debug` output of the credentials from the environment `set`, or the error message.
    fn found(set: &[(&str, &str)]) -> Result<String, String> {
        let variables = |name: &str| {
            let mut set = set.iter();
            set.find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned())
        };
        match credentials(&variables) {
            Ok(credentials) => Ok(format!("{credentials:?}")),
            Err(error) => Err(error.to_string()),
        }
    }

    /// A temporary folder for a test, deleted on drop.
    struct Home(PathBuf);

    impl Home {
        fn with(name: &str, credentials: Option<&str>) -> Self {
            let home = std::env::temp_dir().join(format!("cloudfn-{}-{name}", std::process::id()));
            std::fs::create_dir_all(home.join(".huaweicloud")).unwrap();
            if let Some(text) = credentials {
                std::fs::write(home.join(DEFAULT_FILE), text).unwrap();
            }
            Self(home)
        }

        fn path(&self) -> &str {
            self.0.to_str().unwrap()
        }
    }

    impl Drop for Home {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn the_environment_comes_before_the_file() {
        let home = Home::with("order", Some("[basic]\nak = of-file\nsk = secret\n"));
        let token = (TOKEN, "marked-secret");
        let key = [(ACCESS_KEY, "of-environment"), (SECRET_KEY, "marked-secret")];
        let at = ("HOME", home.path());
        let former = (FORMER_TOKEN, "marked-secret");
        for (set, name) in [(vec![token, former], TOKEN), (vec![former], FORMER_TOKEN)] {
            let of_token = found(&[&set[..], &key, &[at]].concat()).unwrap();
            assert!(of_token.starts_with("Token {"), "{of_token}");
            assert!(of_token.contains(&format!("environment variable {name}\"")), "{of_token}");
            assert!(!of_token.contains("marked-secret"));
        }
        let of_key = found(&[key[0], key[1], (SECURITY_TOKEN, "marked-secret"), at]).unwrap();
        assert!(of_key.contains("of-environment") && of_key.contains("security_token: Some("));
        assert!(!of_key.contains("marked-secret"));
        assert!(found(&[at]).unwrap().contains("of-file"));
    }

    #[test]
    fn half_of_a_key_is_refused() {
        let message = found(&[(ACCESS_KEY, "half")]).unwrap_err();
        assert_eq!(
            message,
            "the environment variable HUAWEICLOUD_SDK_AK is set, but HUAWEICLOUD_SDK_SK is not"
        );
        let message = found(&[(SECRET_KEY, "half")]).unwrap_err();
        assert!(message.ends_with("HUAWEICLOUD_SDK_AK is not"), "{message}");
    }

    #[test]
    fn nothing_at_all_is_refused() {
        let home = Home::with("nothing", None);
        let message = found(&[("HOME", home.path())]).unwrap_err();
        assert!(message.contains(TOKEN) && message.contains(DEFAULT_FILE), "{message}");
    }

    #[test]
    fn a_credentials_file_is_read_as_the_official_sdks_read_it() {
        let home = Home::with("file", None);
        let read = |text: &str| {
            let file = home.0.join("named");
            std::fs::write(&file, text).unwrap();
            found(&[(CREDENTIALS_FILE, file.to_str().unwrap())])
                .map_err(|message| message.replace(home.path(), ""))
        };
        let all = "# of mine\n[global]\nak=other\n[basic]\nAK : an=id#;x\nsk=s;e#c=r:et\n\
                   project_id = p1\nsecurity_token = t\niam_endpoint = https://iam\n";
        let key = read(all).unwrap();
        assert!(key.contains(r#"id: "an=id#;x""#), "{key}");
        assert!(key.contains(r#"project_id: Some("p1")"#), "{key}");
        let key = access_key_of_file(&home.0.join("named")).unwrap();
        assert_eq!(key.secret.expose_secret(), "s;e#c=r:et");
        let of = "the credentials file /named";
        for (text, message) in [
            ("", "has no `ak` in [basic]"),
            ("[basic]\nak=x\n", "has no `sk` in [basic]"),
            ("[basic]\nak=x\nsk\n", "has no `sk` in [basic]"),
            ("[global]\nak=x\nsk=y\n", "has no `ak` in [basic]"),
            ("[basic\nak=x\nsk=marked-secret", "is not an INI file: line 1 has no `]`"),
        ] {
            assert_eq!(read(text).unwrap_err(), format!("{of} {message}"));
        }
        let gone = found(&[(CREDENTIALS_FILE, "/nowhere/credentials")]).unwrap_err();
        assert_eq!(gone, "the credentials file /nowhere/credentials cannot be read");
    }

    #[test]
    fn the_endpoint_comes_before_the_region() {
        let build = |set: &[(&str, &str)]| {
            let set: Vec<_> =
                set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let variables = move |name: &str| {
                let mut set = set.iter();
                set.find(|(set, _)| set == name).map(|(_, value)| value.clone())
            };
            builder(&variables).and_then(|builder| builder.build())
        };
        let token = (TOKEN, "t");
        let region = (REGION, "cn-north-4");
        let endpoint = (ENDPOINT, "http://127.0.0.1:8");
        let shown = |set: &[(&str, &str)]| format!("{:?}", build(set).unwrap());
        assert!(
            shown(&[token, region]).contains("https://functiongraph.cn-north-4.myhuaweicloud.com")
        );
        assert!(shown(&[token, region, endpoint]).contains("http://127.0.0.1:8"));
        assert!(shown(&[token, region, (PROJECT_ID, "p1")]).contains(r#"("project_id", "p1")"#));
        let message = build(&[token]).unwrap_err().to_string();
        assert_eq!(message, "there is no endpoint: set a `region` or an `endpoint`");
    }
}
