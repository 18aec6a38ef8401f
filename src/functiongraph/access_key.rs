//! Access keys, which sign requests.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{HeaderMap, HeaderName, AUTHORIZATION, CONTENT_TYPE};
use secrecy::{ExposeSecret, SecretString};

use super::signature::{Signature, ToSign, CONTENT_HASH, DATE, UNSIGNED_PAYLOAD};
use crate::credentials::{Attempt, Credentials, CredentialsError, Identity, Refusal};
use crate::retry::date;
use crate::setting::{self, Form};

const X_PROJECT_ID: HeaderName = HeaderName::from_static("x-project-id");
const X_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-security-token");
/// The date format of a signature.
const DATE_FORMAT: &str = "%Y%m%dT%H%M%SZ";
/// The maximum size of a signed body, in bytes. It is a limit of the gateway.
const LARGEST_SIGNED_BODY: usize = 12 * 1024 * 1024;
/// A smaller clock skew is not the reason for a refusal: the gateway accepts 15 minutes.
const HARMLESS_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// An access key that signs every request (SDK-HMAC-SHA256). A temporary key also sends its security
/// token.
///
/// Each attempt gets a new signature. The service accepts signatures that are at most 15 minutes
/// off. If it refuses one and its clock differs much from ours, all further attempts use the time of
/// its clock.
#[derive(Debug)]
pub struct AccessKey {
    pub(super) id: String,
    pub(super) secret: SecretString,
    security_token: Option<SecretString>,
    project_id: Option<String>,
    #[allow(dead_code, reason = "it is what `Debug` shows")]
    source: Option<String>,
    /// How many seconds the clock of the service is ahead of ours.
    clock_ahead: AtomicI64,
}

impl AccessKey {
    /// The access key `id` (AK) and its `secret` key (SK).
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            secret: SecretString::from(secret.into()),
            security_token: None,
            project_id: None,
            source: None,
            clock_ahead: AtomicI64::new(0),
        }
    }

    /// The security token of a temporary access key.
    #[must_use]
    pub fn security_token(mut self, token: impl Into<String>) -> Self {
        self.security_token = Some(SecretString::from(token.into()));
        self
    }

    /// The default project of calls. The client or the call can set another.
    #[must_use]
    pub fn project(mut self, id: impl Into<String>) -> Self {
        self.project_id = Some(id.into());
        self
    }

    /// Records where it was found.
    pub(super) fn found_in(mut self, source: String) -> Self {
        self.source = Some(source);
        self
    }

    /// The time of the service's clock, as far as known.
    fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_secs(self.clock_ahead.load(Ordering::Relaxed));
        let now = Timestamp::now();
        now.checked_add(ahead).unwrap_or(now)
    }
}

impl Credentials for AccessKey {
    async fn authenticate(&self, attempt: &mut Attempt<'_>) -> Result<(), CredentialsError> {
        self.check()?;
        let size = attempt.body().len();
        if size > LARGEST_SIGNED_BODY {
            return Err(CredentialsError::invalid(format!(
                "a body of {size} bytes is too large to sign; the limit is {LARGEST_SIGNED_BODY} \
                 bytes; use a token for larger bodies"
            )));
        }
        let date = self.now().strftime(DATE_FORMAT).to_string();
        attempt.set(DATE, &date, false)?;
        let project = attempt.path_parameter("project_id");
        let project = project.or_else(|| self.project_id.clone());
        if let Some(project) = &project {
            setting::check("project_id", project, Form::Text)?;
            attempt.set(X_PROJECT_ID, project, false)?;
        }
        attempt.identify(|_| Identity {
            access_key_id: Some(self.id.clone()),
            project_id: project,
            ..Identity::default()
        });
        if let Some(token) = &self.security_token {
            attempt.set_secret(X_SECURITY_TOKEN, token)?;
        }
        let content_type =
            attempt.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if content_type.is_some_and(|content_type| !Signature::covers_body(content_type)) {
            attempt.set(HeaderName::from_static(CONTENT_HASH), UNSIGNED_PAYLOAD, false)?;
        }
        let signature = Signature::new(&to_sign(attempt), &self.secret);
        let authorization = SecretString::from(signature.authorization(&self.id));
        attempt.set_secret(AUTHORIZATION, &authorization)
    }

    fn renew(&self, refusal: &Refusal<'_>) -> bool {
        let Some(theirs) = refusal.error().headers().and_then(date) else {
            return false;
        };
        let (Ok(theirs), Some(sent)) = (Timestamp::try_from(theirs), sent_at(refusal.sent()))
        else {
            return false;
        };
        if theirs.duration_since(sent).abs() < HARMLESS_SKEW {
            return false;
        }
        let ahead = theirs.duration_since(Timestamp::now()).as_secs();
        tracing::warn!(
            seconds = ahead,
            "the clock of the service differs from ours; signatures now use its time"
        );
        self.clock_ahead.store(ahead, Ordering::Relaxed);
        true
    }

    fn check(&self) -> Result<(), CredentialsError> {
        let token = self.security_token.as_ref().map(ExposeSecret::expose_secret);
        let settings = [
            ("the access key", Some(self.id.as_str())),
            ("the secret key", Some(self.secret.expose_secret())),
            ("the security token", token),
            ("the project ID", self.project_id.as_deref()),
        ];
        for (name, text) in settings {
            if let Some(text) = text {
                setting::check(name, text, Form::Ascii)?;
            }
        }
        Ok(())
    }

    fn project_id(&self) -> Option<String> {
        self.project_id.clone()
    }
}

/// The date in the signature of an attempt.
fn sent_at(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get(DATE)?.to_str().ok()?;
    let signed = DateTime::strptime(DATE_FORMAT, text).ok()?;
    Some(signed.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// The signed parts of an attempt: its method, path, query and body, and the headers that proxies do
/// not change.
fn to_sign<'a>(attempt: &'a Attempt<'_>) -> ToSign<'a> {
    let url = attempt.url();
    let host = match (url.host_str().unwrap_or_default(), url.port()) {
        (host, Some(port)) => format!("{host}:{port}"),
        (host, None) => host.to_owned(),
    };
    let headers = attempt
        .headers()
        .iter()
        .filter(|(name, _)| *name == CONTENT_TYPE || name.as_str().starts_with("x-"));
    let mut headers: Vec<_> = headers
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    headers.push(("host".to_owned(), host));
    ToSign {
        method: attempt.method().as_str(),
        path: url.path(),
        query: url.query_pairs().map(|(k, v)| (k.into_owned(), v.into_owned())).collect(),
        headers,
        body: attempt.body(),
    }
}
