//! The password of an IAM user, which is exchanged for tokens.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::{Method, Request, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{json, Value};

use super::token::X_AUTH_TOKEN;
use crate::client::{base_url, origin};
use crate::credentials::tokens::{Issued, Tokens};
use crate::credentials::{Attempt, Credentials, CredentialsError, Identity, Refusal};
use crate::http_response::HttpResponse;
use crate::setting::{self, Form};
use crate::shown::Secrets;

/// The IAM endpoint whose tokens are valid in every region.
const GLOBAL_ENDPOINT: &str = "https://iam.myhuaweicloud.com";
/// The gateway's error code for a token that has expired or was revoked.
const TOKEN_EXPIRED: &str = "APIGW.0307";
/// Lifetime of a token if the response does not state it.
const UNTOLD_LIFE: Duration = Duration::from_secs(10 * 60);
/// What is fetched, in messages.
const WHAT: &str = "an IAM token";

/// A token for a project, and what IAM tells of it.
#[derive(Debug)]
struct Token {
    secret: SecretString,
    identity: Identity,
}

/// The name and password of an IAM user.
///
/// They are exchanged for a token for the project that is called (`POST /v3/auth/tokens`). The token
/// is kept until shortly before it expires, and renewed once if the gateway reports it as expired.
pub struct Password {
    domain: String,
    user: String,
    password: SecretString,
    endpoint: String,
    is_plain_http_allowed: bool,
    tokens: Tokens<Token>,
}

impl Password {
    /// The user `user` of the account `domain`.
    pub fn new(
        domain: impl Into<String>,
        user: impl Into<String>,
        password: impl Into<String>,
    ) -> Self {
        Self {
            domain: domain.into(),
            user: user.into(),
            password: SecretString::from(password.into()),
            endpoint: GLOBAL_ENDPOINT.to_owned(),
            is_plain_http_allowed: false,
            tokens: Tokens::default(),
        }
    }

    /// Sets another IAM endpoint, such as a regional one, `https://iam.cn-north-4.myhuaweicloud.com`,
    /// whose tokens are valid in that region only. Plain http is allowed to the local machine only.
    #[must_use]
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = url.into();
        self
    }

    /// Allows a plain-http IAM endpoint on another machine. Anyone on the network path can then read
    /// the password.
    #[must_use]
    pub fn allow_plain_http(mut self) -> Self {
        self.is_plain_http_allowed = true;
        self
    }

    /// Where tokens are fetched.
    fn url(&self) -> Result<Url, CredentialsError> {
        let allowed = self.is_plain_http_allowed;
        let mut url = base_url("the IAM endpoint", &self.endpoint, allowed)
            .map_err(|e| CredentialsError::invalid(e.message()))?;
        let path = format!("{}/v3/auth/tokens", url.path().trim_end_matches('/'));
        url.set_path(&path);
        Ok(url)
    }

    /// The request for a token for `project`, or for the whole account without one.
    fn request(&self, project: Option<&str>) -> Result<Request, CredentialsError> {
        self.check()?;
        let scope = match project {
            Some(id) => json!({ "project": { "id": id } }),
            None => json!({ "domain": { "name": self.domain } }),
        };
        let body = json!({ "auth": {
            "identity": {
                "methods": ["password"],
                "password": { "user": {
                    "name": self.user,
                    "password": self.password.expose_secret(),
                    "domain": { "name": self.domain },
                } },
            },
            "scope": scope,
        } });
        let mut request = Request::new(Method::POST, self.url()?);
        crate::exchange::set_json(&mut request, &body);
        Ok(request)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Password")
            .field("domain", &self.domain)
            .field("user", &self.user)
            .field("endpoint", &origin(&self.endpoint))
            .finish_non_exhaustive()
    }
}

impl Credentials for Password {
    async fn authenticate(&self, attempt: &mut Attempt<'_>) -> Result<(), CredentialsError> {
        let project = attempt.path_parameter("project_id");
        let fetch = || {
            let request = self.request(project.as_deref());
            let exchange = attempt.fetch(WHAT, request, &self.password);
            async move { exchange.await.and_then(|(answer, secrets)| issued(&answer, &secrets)) }
        };
        let scope = project.as_deref().unwrap_or_default();
        let token = self.tokens.get(scope, attempt.patience(), fetch).await?;
        attempt.identify(|_| token.identity.clone());
        attempt.set_secret(X_AUTH_TOKEN, &token.secret)
    }

    fn renew(&self, refusal: &Refusal<'_>) -> bool {
        if refusal.error().code() != Some(TOKEN_EXPIRED) {
            return false;
        }
        let sent = refusal.sent().get(X_AUTH_TOKEN).map(|value| value.as_bytes());
        self.tokens.discard(|token| Some(token.secret.expose_secret().as_bytes()) == sent);
        true
    }

    fn check(&self) -> Result<(), CredentialsError> {
        setting::check("the account", &self.domain, Form::Text)?;
        setting::check("the user", &self.user, Form::Text)?;
        setting::check("the password", self.password.expose_secret(), Form::Text)?;
        self.url().map(|_| ())
    }
}

/// The body of a response with a token, as far as it is read.
#[derive(Deserialize)]
struct Body {
    token: Told,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    issued_at: Value,
    expires_at: Value,
    user: Value,
    project: Value,
}

/// Reads the token from the header of a response, and its lifetime and user from the body.
fn issued(answer: &HttpResponse, secrets: &Secrets) -> Result<Issued<Token>, CredentialsError> {
    if !answer.status.is_success() {
        return Err(CredentialsError::refused(WHAT, answer, secrets));
    }
    let header = answer.headers.get("x-subject-token").and_then(|token| token.to_str().ok());
    let token = header.filter(|token| !token.is_empty()).ok_or_else(|| {
        CredentialsError::new(format!(
            "{WHAT} cannot be read: the response {} has no X-Subject-Token",
            answer.status
        ))
        .with_request_id(answer, secrets)
    })?;
    // Anything else in the body is ignored.
    let told = crate::json::read::<Body>(&answer.body).map(|body| body.token).unwrap_or_default();
    let time = |time: &Value| time.as_str()?.parse::<Timestamp>().ok();
    let life = time(&told.expires_at).map(|end| {
        // By IAM's clock, since ours may be wrong.
        let start = time(&told.issued_at).unwrap_or_else(Timestamp::now);
        Duration::try_from(end.duration_since(start)).unwrap_or_default()
    });
    let shown = |value: &Value| value.as_str().map(|text| secrets.hide(text));
    let identity = Identity {
        verified: true,
        user: shown(&told.user["name"]),
        account: shown(&told.user["domain"]["name"]),
        project_id: shown(&told.project["id"]),
        expires_at: shown(&told.expires_at).map(Into::into),
        ..Identity::default()
    };
    let token = Token { secret: SecretString::from(token), identity };
    Ok(Issued { token, life: life.unwrap_or(UNTOLD_LIFE) })
}
