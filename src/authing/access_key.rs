//! The access key of a user pool, which is exchanged for management tokens.

use std::fmt;
use std::time::Duration;

use base64::alphabet;
use base64::engine::{DecodePaddingMode, Engine, GeneralPurpose, GeneralPurposeConfig};
use jiff::Timestamp;
use reqwest::header::{HeaderValue, AUTHORIZATION};
use reqwest::{Method, Request};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{json, Value};

use super::Brand;
use crate::credentials::tokens::{Issued, Tokens};
use crate::credentials::{Attempt, Credentials, CredentialsError, Identity, Refusal};
use crate::environment::{pair, setting, trace_source};
use crate::error::failure::Failure;
use crate::error::Error;
use crate::http_response::HttpResponse;
use crate::setting::{check, Form};
use crate::shown::Secrets;

const ACCESS_KEY_ID: &str = "AUTHING_ACCESS_KEY_ID";
const ACCESS_KEY_SECRET: &str = "AUTHING_ACCESS_KEY_SECRET";
/// The names of the same in Authing's sample for Go: a user pool's own key has the pool's ID.
const USER_POOL_ID: &str = "AUTHING_USERPOOL_ID";
const USER_POOL_SECRET: &str = "AUTHING_USERPOOL_SECRET";
/// The path for tokens, relative to the base URL.
const TOKEN_PATH: &str = "/api/v3/get-management-token";
/// The claims of a token: its user pool, and when it expires, in seconds since 1970.
const USER_POOL_CLAIM: &str = "scoped_userpool_id";
const EXPIRY_CLAIM: &str = "exp";
/// The documented lifetime of a token, used if the response does not state one.
const DEFAULT_LIFE: Duration = Duration::from_secs(7200);
/// What is fetched, in messages.
const WHAT: &str = "a management token";

/// The access key of a user pool.
///
/// It is exchanged for a management token (`POST /api/v3/get-management-token`), which is sent as
/// `Authorization: Bearer …` with the ID of its user pool. The token is kept until shortly before it
/// expires, and renewed once if the service rejects it.
pub struct AccessKey {
    id: String,
    secret: SecretString,
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
    identity: Identity,
}

impl AccessKey {
    /// The access key `id` and its `secret`.
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            secret: SecretString::from(secret.into()),
            user_pool_id: None,
            scheme: "Bearer".to_owned(),
            source: None,
            tokens: Tokens::default(),
        }
    }

    /// Sets the ID of the user pool. By default it is read from the token. If the token does not name
    /// one, it is the ID of the access key: that of a user pool's own key is the pool's.
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

    /// Reads the environment. It uses the first of:
    ///
    /// 1. the access key in `AUTHING_ACCESS_KEY_ID` and `AUTHING_ACCESS_KEY_SECRET`, for the user pool
    ///    in `AUTHING_USERPOOL_ID`, if set;
    /// 2. the user pool's own key in `AUTHING_USERPOOL_ID` and `AUTHING_USERPOOL_SECRET`, as Authing's
    ///    samples name them.
    ///
    /// `Debug` and a `tracing` event show which of them was used.
    ///
    /// # Errors
    ///
    /// A variable is missing or malformed. The message names it.
    pub fn from_env() -> Result<Self, Error> {
        let found = |id, secret| -> Result<Option<Self>, Error> {
            let Some(key) = pair(id, secret)? else { return Ok(None) };
            let source = format!("the environment variables {id} and {secret}");
            trace_source(&source);
            Ok(Some(Self { source: Some(source), ..Self::new(key.0, key.1) }))
        };
        if let Some(key) = found(ACCESS_KEY_ID, ACCESS_KEY_SECRET)? {
            return Ok(Self { user_pool_id: setting(USER_POOL_ID, Form::Ascii)?, ..key });
        }
        found(USER_POOL_ID, USER_POOL_SECRET)?.ok_or_else(|| {
            Error::invalid(format!(
                "no credentials found: set {ACCESS_KEY_ID} and {ACCESS_KEY_SECRET}, or \
                 {USER_POOL_ID} and {USER_POOL_SECRET}"
            ))
        })
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

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey")
            .field("id", &self.id)
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
            let (id, user_pool) = (self.id.clone(), self.user_pool_id.clone());
            let scheme = self.scheme.clone();
            async move {
                let (answer, secrets) = exchange.await?;
                issued(&answer, id, user_pool, &scheme, &secrets)
            }
        };
        let scope = attempt.base_url().as_str();
        let token = self.tokens.get(scope, attempt.patience(), fetch).await?;
        let user_pool = Brand::of_prefix(attempt.header_prefix()).user_pool_header();
        attempt.headers_mut().insert(user_pool, token.user_pool.clone());
        attempt.identify(|_| token.identity.clone());
        attempt.set_secret(AUTHORIZATION, &token.authorization)
    }

    fn renew(&self, refusal: &Refusal<'_>) -> bool {
        let sent = refusal.sent().get(AUTHORIZATION).map(|value| value.as_bytes());
        self.tokens.discard(|token| Some(token.authorization.expose_secret().as_bytes()) == sent);
        true
    }

    fn check(&self) -> Result<(), CredentialsError> {
        check("the access key ID", &self.id, Form::Ascii)?;
        check("the access key secret", self.secret.expose_secret(), Form::Ascii)?;
        if let Some(id) = &self.user_pool_id {
            check("the user pool ID", id, Form::Ascii)?;
        }
        // An empty scheme is valid.
        if !self.scheme.is_empty() {
            check("the scheme", &self.scheme, Form::Ascii)?;
        }
        Ok(())
    }
}

/// Reads a token and its lifetime from a response.
fn issued(
    answer: &HttpResponse,
    id: String,
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
    let claims = claims(token);
    let claimed = claims[USER_POOL_CLAIM].as_str().filter(|text| !text.is_empty());
    let user_pool_id = user_pool.or(claimed.map(str::to_owned)).unwrap_or_else(|| id.clone());
    let user_pool = HeaderValue::from_str(&user_pool_id)
        .map_err(|_| unreadable("the ID of the user pool is not a valid header value"))?;
    let claimed = claims[EXPIRY_CLAIM].as_i64().and_then(|at| Timestamp::from_second(at).ok());
    let expires_at = claimed.or_else(|| Timestamp::now().checked_add(life).ok());
    let identity = Identity {
        verified: true,
        access_key_id: Some(id),
        user_pool_id: Some(secrets.hide(&user_pool_id)),
        expires_at: expires_at.map(|at| format!("{at:.0}").into()),
        ..Identity::default()
    };
    let authorization = SecretString::from(format!("{scheme} {token}").trim_start().to_owned());
    Ok(Issued { token: Token { authorization, user_pool, identity }, life })
}

/// A number of seconds, which may be a string.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::String(text) => text.trim().parse().ok()?,
        other => other.as_f64()?,
    };
    Duration::try_from_secs_f64(seconds).ok()
}

/// The claims of a JSON Web Token, or null. The signature is not verified; that is up to the service.
fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap_or_default();
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let base64url = GeneralPurpose::new(&alphabet::URL_SAFE, config);
    let claims = base64url.decode(payload).unwrap_or_default();
    crate::json::read(&claims).unwrap_or_default()
}
