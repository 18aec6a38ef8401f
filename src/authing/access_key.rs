//! The access key of a user pool, which is exchanged for management tokens.

use std::fmt;
use std::time::Duration;

use base64::alphabet;
use base64::engine::{DecodePaddingMode, Engine, GeneralPurpose, GeneralPurposeConfig};
use reqwest::header::{HeaderName, HeaderValue, AUTHORIZATION};
use reqwest::{Method, Request};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{json, Value};

use crate::credentials::tokens::{Issued, Tokens};
use crate::credentials::{Attempt, Credentials, CredentialsError, Refusal};
use crate::environment::{pair, trace_source, variable, Variables};
use crate::error::failure::Failure;
use crate::error::Error;
use crate::http_response::HttpResponse;
use crate::setting::{self, Form};
use crate::shown::Secrets;

const ACCESS_KEY_ID: &str = "AUTHING_ACCESS_KEY_ID";
const ACCESS_KEY_SECRET: &str = "AUTHING_ACCESS_KEY_SECRET";
/// The path for tokens, relative to the base URL.
const TOKEN_PATH: &str = "/api/v3/get-management-token";
/// The token's claim with its user pool.
const USER_POOL_CLAIM: &str = "scoped_userpool_id";
/// The documented lifetime of a token, used if the response does not state one.
const DEFAULT_LIFE: Duration = Duration::from_secs(7200);
/// What is fetched, in messages.
const WHAT: &str = "a management token";

/// The two names of the service. They differ in hosts and headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Brand {
    /// Authing: headers start with `x-authing-`.
    Authing,
    /// GenAuth: headers start with `x-genauth-`.
    GenAuth,
}

impl Brand {
    /// The brand of a host.
    fn of_host(host: &str) -> Self {
        match host == "genauth.ai" || host.ends_with(".genauth.ai") {
            true => Self::GenAuth,
            false => Self::Authing,
        }
    }

    /// The header that names the user pool.
    fn user_pool_header(self) -> HeaderName {
        HeaderName::from_static(match self {
            Self::Authing => "x-authing-userpool-id",
            Self::GenAuth => "x-genauth-userpool-id",
        })
    }
}

/// The access key of a user pool.
///
/// It is exchanged for a management token (`POST /api/v3/get-management-token`), which is sent as
/// `Authorization: Bearer …` with the ID of its user pool. The token is kept until shortly before it
/// expires, and renewed once if the service rejects it.
pub struct AccessKey {
    id: String,
    secret: SecretString,
    brand: Option<Brand>,
    user_pool_id: Option<String>,
    scheme: String,
    /// Where it was found.
    source: Option<String>,
    tokens: Tokens<Token>,
}

/// A management token.
#[derive(Debug)]
struct Token {
    authorization: SecretString,
    user_pool: HeaderValue,
}

impl AccessKey {
    /// The access key `id` and its `secret`.
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            secret: SecretString::from(secret.into()),
            brand: None,
            user_pool_id: None,
            scheme: "Bearer".to_owned(),
            source: None,
            tokens: Tokens::default(),
        }
    }

    /// Sets the brand whose headers are sent. By default it depends on the host: `genauth.ai` is
    /// GenAuth's.
    #[must_use]
    pub fn brand(mut self, brand: Brand) -> Self {
        self.brand = Some(brand);
        self
    }

    /// Sets the ID of the user pool. By default it is read from the token.
    #[must_use]
    pub fn user_pool_id(mut self, id: impl Into<String>) -> Self {
        self.user_pool_id = Some(id.into());
        self
    }

    /// Sets a scheme other than `Bearer`. With an empty one, only the token is sent.
    #[must_use]
    pub fn scheme(mut self, scheme: impl Into<String>) -> Self {
        self.scheme = scheme.into();
        self
    }

    /// Reads the environment variables `AUTHING_ACCESS_KEY_ID` and `AUTHING_ACCESS_KEY_SECRET`.
    ///
    /// # Errors
    ///
    /// A variable is missing or malformed. The message names it.
    pub fn from_env() -> Result<Self, Error> {
        of_variables(&variable)
    }

    fn request(&self, attempt: &Attempt<'_>) -> Request {
        let mut url = attempt.base_url().clone();
        let path = format!("{}{TOKEN_PATH}", url.path().trim_end_matches('/'));
        url.set_path(&path);
        let mut request = Request::new(Method::POST, url);
        let secret = self.secret.expose_secret();
        let body = json!({ "accessKeyId": self.id, "accessKeySecret": secret });
        crate::exchange::set_json(&mut request, &body);
        request
    }
}

fn of_variables(variables: Variables<'_>) -> Result<AccessKey, Error> {
    let (id, secret) = pair(variables, ACCESS_KEY_ID, ACCESS_KEY_SECRET)?.ok_or_else(|| {
        Error::invalid(format!("no credentials found: set {ACCESS_KEY_ID} and {ACCESS_KEY_SECRET}"))
    })?;
    let source = format!("the environment variables {ACCESS_KEY_ID} and {ACCESS_KEY_SECRET}");
    trace_source(&source);
    Ok(AccessKey { source: Some(source), ..AccessKey::new(id, secret) })
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey")
            .field("id", &self.id)
            .field("brand", &self.brand)
            .field("user_pool_id", &self.user_pool_id)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

impl Credentials for AccessKey {
    async fn authenticate(&self, attempt: &mut Attempt<'_>) -> Result<(), CredentialsError> {
        let fetch = || {
            let request = self.check().map(|()| self.request(attempt));
            let exchange = attempt.fetch(WHAT, request, &self.secret);
            let (user_pool, scheme) = (self.user_pool_id.clone(), self.scheme.clone());
            async move {
                let (answer, secrets) = exchange.await?;
                issued(&answer, user_pool, &scheme, &secrets)
            }
        };
        let scope = attempt.base_url().as_str();
        let token = self.tokens.get(scope, attempt.patience(), fetch).await?;
        let host = attempt.base_url().host_str().unwrap_or_default();
        let brand = self.brand.unwrap_or_else(|| Brand::of_host(host));
        attempt.headers_mut().insert(brand.user_pool_header(), token.user_pool.clone());
        attempt.set_secret(AUTHORIZATION, &token.authorization)
    }

    fn renew(&self, refusal: &Refusal<'_>) -> bool {
        let sent = refusal.sent().get(AUTHORIZATION).map(|value| value.as_bytes());
        self.tokens.discard(|token| Some(token.authorization.expose_secret().as_bytes()) == sent);
        true
    }

    fn check(&self) -> Result<(), CredentialsError> {
        setting::check("the access key ID", &self.id, Form::Ascii)?;
        setting::check("the access key secret", self.secret.expose_secret(), Form::Ascii)?;
        if let Some(id) = &self.user_pool_id {
            setting::check("the user pool ID", id, Form::Ascii)?;
        }
        // An empty scheme is valid.
        if !self.scheme.is_empty() {
            setting::check("the scheme", &self.scheme, Form::Ascii)?;
        }
        Ok(())
    }
}

/// Reads a token and its lifetime from a response.
fn issued(
    answer: &HttpResponse,
    user_pool: Option<String>,
    scheme: &str,
    secrets: &Secrets,
) -> Result<Issued<Token>, CredentialsError> {
    let unreadable = |what: &str| {
        CredentialsError::new(format!("{WHAT} cannot be read from the response: {what}"))
            .with_request_id(answer, secrets)
    };
    let told = Failure::read(&answer.body).and_then(|said| said.status.said());
    if !answer.status.is_success() || told.is_some_and(|told| told != 200) {
        return Err(CredentialsError::refused(WHAT, answer, secrets));
    }
    let body: Value = crate::json::read(&answer.body).map_err(|_| unreadable("it is not JSON"))?;
    let data = &body["data"];
    let token = data["access_token"].as_str().filter(|token| !token.is_empty());
    let token = token.ok_or_else(|| unreadable("data.access_token is not a string"))?;
    let life = match &data["expires_in"] {
        Value::Null => DEFAULT_LIFE,
        told => seconds(told).ok_or_else(|| unreadable("data.expires_in is not a number"))?,
    };
    let user_pool = user_pool.or_else(|| claim(token, USER_POOL_CLAIM)).ok_or_else(|| {
        unreadable("the token does not name its user pool; set it with `user_pool_id`")
    })?;
    let user_pool = HeaderValue::from_str(&user_pool)
        .map_err(|_| unreadable("the ID of the user pool is not a valid header value"))?;
    let authorization = SecretString::from(format!("{scheme} {token}").trim_start().to_owned());
    Ok(Issued { token: Token { authorization, user_pool }, life })
}

/// A number of seconds, which may be a string.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::String(text) => text.trim().parse().ok()?,
        other => other.as_f64()?,
    };
    Duration::try_from_secs_f64(seconds).ok()
}

/// A string claim of a JSON Web Token. The signature is not verified; that is up to the service.
fn claim(token: &str, name: &str) -> Option<String> {
    let payload = token.split('.').nth(1)?;
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let base64url = GeneralPurpose::new(&alphabet::URL_SAFE, config);
    let claims = base64url.decode(payload).ok()?;
    let claims: Value = crate::json::read(&claims).ok()?;
    claims[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_names_what_is_missing() {
        let message = |set: &'static [&str]| {
            let variables = move |name: &str| set.contains(&name).then(|| "value".to_owned());
            of_variables(&variables).map_or_else(|e| e.to_string(), |key| format!("{key:?}"))
        };
        assert!(message(&[ACCESS_KEY_ID, ACCESS_KEY_SECRET]).starts_with("AccessKey {"));
        assert_eq!(
            message(&[ACCESS_KEY_ID]),
            "the environment variable AUTHING_ACCESS_KEY_ID is set, but AUTHING_ACCESS_KEY_SECRET is not"
        );
        assert_eq!(
            message(&[]),
            "no credentials found: set AUTHING_ACCESS_KEY_ID and AUTHING_ACCESS_KEY_SECRET"
        );
    }

    #[test]
    fn the_host_tells_the_brand() {
        for (host, brand) in [
            ("api.authing.cn", Brand::Authing),
            ("core.authing.cn", Brand::Authing),
            ("api.genauth.ai", Brand::GenAuth),
            ("genauth.ai", Brand::GenAuth),
            ("notgenauth.ai", Brand::Authing),
            ("127.0.0.1", Brand::Authing),
        ] {
            assert_eq!(Brand::of_host(host), brand, "{host}");
        }
    }
}
