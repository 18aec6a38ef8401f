//! The environment variables and the credentials file of the official SDKs.

use std::path::{Path, PathBuf};

use configparser::ini::Ini;
use reqwest::header::HeaderValue;

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
    if let Some(token) = header_variable(variables, TOKEN)? {
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
    header_variable(variables, ACCESS_KEY)?;
    let token = header_variable(variables, SECURITY_TOKEN)?;
    Ok(Some(completed(AccessKey::new(id, secret), token, variables(PROJECT_ID))))
}

/// A variable whose value goes into a header.
fn header_variable(variables: Variables<'_>, name: &str) -> Result<Option<String>, Error> {
    match variables(name) {
        Some(value) if HeaderValue::from_str(&value).is_err() => Err(Error::invalid(format!(
            "the environment variable {name} has characters that no header can hold"
        ))),
        value => Ok(value),
    }
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

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    /// What the environment `set` comes to: the credentials as they are shown, or the message.
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

    /// A folder of its own for each test, gone when it ends.
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
        assert!(found(&[token, key[0], key[1], at]).unwrap().starts_with("Token("));
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
            "the environment variable HUAWEICLOUD_SDK_AK is set, and HUAWEICLOUD_SDK_SK is not"
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
            ("[basic]\nak=x\nsk=\n", "has no `sk` in [basic]"),
            ("[global]\nak=x\nsk=y\n", "has no `ak` in [basic]"),
            ("[basic\nak=x\nsk=marked-secret", "is no INI file"),
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
        assert_eq!(message, "there is no endpoint: name a `region`, or give an `endpoint`");
    }
}
