//! Makes the clients of both APIs.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use reqwest::Url;

use crate::credentials::{Credentials, SharedCredentials};
use crate::drift::Observer;
use crate::environment::named;
use crate::error::Error;
use crate::exchange::{is_on_this_machine, Http, Limits};
use crate::request::PATH;
use crate::retry::RetryPolicy;
use crate::setting::{self, Form};
use crate::transport::{Core, Settings, LONGEST, PROJECT_ID};

/// Makes a client: of `FunctionGraph` or of `Authing`.
///
/// | setting | default |
/// | --- | --- |
/// | [`endpoint`](Self::endpoint) | none for FunctionGraph (or a `region`), `https://api.authing.cn` for Authing |
/// | [`credentials`](Self::credentials) | none, and they have to be given |
/// | [`connect_timeout`](Self::connect_timeout) | 10 seconds |
/// | [`attempt_timeout`](Self::attempt_timeout) | 60 seconds |
/// | [`timeout`](Self::timeout) | 150 seconds |
/// | [`retry`](Self::retry) | up to 3 attempts, see [`RetryPolicy`] |
/// | [`allow_undocumented`](Self::allow_undocumented) | no: what is not documented is refused before it is sent |
/// | [`max_response_bytes`](Self::max_response_bytes) | 16 MiB |
/// | [`user_agent`](Self::user_agent) | `cloudfn/` and the version |
///
/// Redirects are not followed. A plain-http endpoint is refused unless it is on this machine, and
/// is then called without a proxy. A connect timeout that leaves an attempt no time is shortened.
#[must_use]
pub struct ClientBuilder<A> {
    pub(crate) endpoint: Option<Result<String, Error>>,
    /// The environment variable that the endpoint is of.
    pub(crate) endpoint_variable: Option<&'static str>,
    credentials: Option<SharedCredentials>,
    connect_timeout: Duration,
    attempt_timeout: Duration,
    timeout: Duration,
    retry: RetryPolicy,
    allow_undocumented: bool,
    max_response_bytes: usize,
    user_agent: Option<String>,
    http: Option<reqwest::Client>,
    is_plain_http_allowed: bool,
    pub(crate) project_id: Option<Result<String, Error>>,
    /// The variable that the project was looked for in.
    pub(crate) project_variable: Option<&'static str>,
    pub(crate) default_endpoint: Option<&'static str>,
    /// How the names of the vendor's own headers begin; by default, the host tells.
    pub(crate) header_prefix: Option<&'static str>,
    pub(crate) language: Option<String>,
    on_drift: Option<TellDrift>,
    api: PhantomData<A>,
}

type TellDrift = Box<dyn Fn(&crate::drift::Drift) + Send + Sync>;

/// What differs between the APIs when a client is made.
pub trait Api {
    /// The client.
    type Client;
    #[doc(hidden)]
    const PROFILE: Profile;
    #[doc(hidden)]
    fn client(core: Wired) -> Self::Client;
}

/// What is known of an API before a client of it is made.
#[derive(Debug)]
pub struct Profile {
    pub(crate) name: &'static str,
    pub(crate) default_endpoint: Option<&'static str>,
    pub(crate) status_in_body: Option<u16>,
    /// What to do when there is no endpoint.
    pub(crate) endpoint_hint: &'static str,
    /// How the names of the vendor's own headers begin at a base URL.
    pub(crate) header_prefix: fn(&Url) -> &'static str,
}

impl Profile {
    /// An API without anything of its own.
    pub(crate) const fn named(name: &'static str) -> Self {
        Self {
            name,
            default_endpoint: None,
            status_in_body: None,
            endpoint_hint: "set an `endpoint`",
            header_prefix: |_| "x-",
        }
    }
}

/// The settings of a client that is being made. Nobody else can name it, nor make an API.
#[derive(Debug)]
pub struct Wired(pub(crate) Core);

impl<A: Api> ClientBuilder<A> {
    pub(crate) fn new() -> Self {
        Self {
            endpoint: None,
            endpoint_variable: None,
            credentials: None,
            connect_timeout: Duration::from_secs(10),
            attempt_timeout: Duration::from_secs(60),
            timeout: Duration::from_secs(150),
            retry: RetryPolicy::default(),
            allow_undocumented: false,
            max_response_bytes: 16 * 1024 * 1024,
            user_agent: None,
            http: None,
            is_plain_http_allowed: false,
            project_id: None,
            project_variable: None,
            default_endpoint: A::PROFILE.default_endpoint,
            header_prefix: None,
            language: None,
            on_drift: None,
            api: PhantomData,
        }
    }

    /// The base URL of the service, such as a mock's or a proxy's. It may have a path.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(Ok(url.into()));
        self.endpoint_variable = None;
        self
    }

    /// The endpoint that a variable holds.
    pub(crate) fn endpoint_of_variable(
        mut self,
        name: &'static str,
        url: Result<String, Error>,
    ) -> Self {
        // An error names it already.
        self.endpoint_variable = url.is_ok().then_some(name);
        self.endpoint = Some(url);
        self
    }

    /// What proves who is asking.
    pub fn credentials(mut self, credentials: impl Credentials) -> Self {
        self.credentials = Some(SharedCredentials::new(credentials));
        self
    }

    /// The longest time to get a connection. It has no effect on an HTTP client that is given.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// The longest time of one attempt, from sending to the end of the answer's body.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// The longest time of a call, with all attempts, waits and renewals of credentials.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How often a call is attempted.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Whether calls may send what is not documented, which is refused otherwise. A call can say
    /// so by itself. It is traced where something is sent.
    pub fn allow_undocumented(mut self, allow: bool) -> Self {
        self.allow_undocumented = allow;
        self
    }

    /// Most bytes of the body of an answer.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Your own product, which is named to the service before this library: `shop/1.4`.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.user_agent = Some(product.into());
        self
    }

    /// An HTTP client of your own, for a proxy or certificates of your own. It has to be made with
    /// [`redirect::Policy::none()`](reqwest::redirect::Policy::none): one that follows redirects
    /// may take credentials to wherever it is sent. A call that was taken to another URL fails,
    /// whatever the answer. Where its proxies apply is its own business, too.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// Takes a plain-http endpoint on another machine. Credentials and answers can then be read
    /// and changed by anyone on the way.
    pub fn allow_plain_http(mut self) -> Self {
        self.is_plain_http_allowed = true;
        self
    }

    /// Tells `observer` each difference between answers and documents once, see
    /// [`drift`](crate::drift). It is called before the call returns, so it should be quick.
    pub fn on_drift(
        mut self,
        observer: impl Fn(&crate::drift::Drift) + Send + Sync + 'static,
    ) -> Self {
        self.on_drift = Some(Box::new(observer));
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// A setting is missing, or malformed, such as a key that ends with a line break. A proxy in the
    /// environment is not a URL. The endpoint is https, and this build has no TLS, or this machine
    /// no CA certificates.
    pub fn build(self) -> Result<A::Client, Error> {
        let profile = A::PROFILE;
        let endpoint = match (self.endpoint, self.default_endpoint) {
            (Some(endpoint), _) => endpoint,
            (None, Some(default)) => Ok(default.to_owned()),
            (None, None) => {
                let hint = profile.endpoint_hint;
                Err(Error::invalid(format!("there is no endpoint: {hint}")))
            }
        };
        let allowed = self.is_plain_http_allowed;
        let base_url = endpoint.and_then(|url| base_url("the endpoint", &url, allowed));
        let base_url = base_url.map_err(|error| match self.endpoint_variable {
            Some(name) => named(name, &error),
            None => error,
        })?;
        let credentials = self.credentials.ok_or_else(|| {
            Error::invalid(
                "no credentials are set; a service that asks for none takes \
                 `credentials::Anonymous`",
            )
        })?;
        credentials.check().map_err(|e| Error::from(e.into_invalid()))?;
        let project_id = self.project_id.transpose()?.or_else(|| credentials.project_id());
        if let Some(id) = &project_id {
            setting::check("the project ID", id, Form::Ascii)?;
        }
        let header_prefix = self.header_prefix.unwrap_or((profile.header_prefix)(&base_url));
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, user_agent(self.user_agent.as_deref())?);
        if let Some(language) = &self.language {
            let name = HeaderName::try_from(format!("{header_prefix}lang"))
                .map_err(|e| Error::invalid("the language has no header").with_source(e))?;
            headers.insert(name, header_value("the language", language)?);
        }
        let attempt = self.attempt_timeout.min(LONGEST);
        // A connection that cannot be had is told from an answer that does not come.
        let connect = self.connect_timeout.min(attempt - attempt / 10);
        let http = Http::new(self.http, connect);
        let service = http.client(&base_url)?.clone();
        let mut blank_url = base_url.clone();
        blank_url.set_path(&"-".repeat(PATH));
        let core = Core::new(Settings {
            api: profile.name,
            status_in_body: profile.status_in_body,
            base_url,
            blank_url,
            service,
            http: Arc::new(http),
            credentials,
            retry: self.retry,
            allow_undocumented: self.allow_undocumented,
            limits: Limits { attempt, body: self.max_response_bytes },
            timeout: self.timeout.min(LONGEST),
            headers,
            header_prefix,
            observer: self.on_drift.map(Observer::new),
            presets: project_id.map(|id| (PROJECT_ID, id)).into_iter().collect(),
            project_variable: self.project_variable,
        });
        Ok(A::client(Wired(core)))
    }
}

impl<A> fmt::Debug for ClientBuilder<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field(
                "endpoint",
                &self.endpoint.as_ref().and_then(|url| Some(origin(url.as_ref().ok()?))),
            )
            .field("credentials", &self.credentials)
            .field("connect_timeout", &self.connect_timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .field("max_response_bytes", &self.max_response_bytes)
            .field("project_id", &self.project_id.as_ref().and_then(|id| id.as_ref().ok()))
            .finish_non_exhaustive()
    }
}

/// The part of a URL that holds no secret.
pub(crate) fn origin(url: &str) -> String {
    Url::parse(url).map_or_else(|_| "no URL".to_owned(), |url| url.origin().ascii_serialization())
}

/// Reads the base URL that messages call `name`, which must not lead credentials into the open.
pub(crate) fn base_url(name: &str, text: &str, is_plain_http_allowed: bool) -> Result<Url, Error> {
    // A URL would lose line breaks and blanks, and be another one.
    setting::check(name, text, Form::Text)?;
    let url = Url::parse(text)
        .map_err(|e| Error::invalid(format!("{name} is not a URL such as https://host: {e}")))?;
    // Whatever else it holds may be a secret, and is not shown.
    let origin = url.origin().ascii_serialization();
    let refuse = |what: &str| Err(Error::invalid(format!("{name} {origin} {what}")));
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("must not hold a user name or a password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("must not hold a query or a fragment");
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_plain_http_allowed || is_on_this_machine(&url) => Ok(url),
        "http" => refuse(
            "is plain http to another machine: anyone on the network path could read the \
             credentials; `allow_plain_http` accepts it",
        ),
        scheme => Err(Error::invalid(format!("{name}'s scheme {scheme} is not https"))),
    }
}

fn user_agent(product: Option<&str>) -> Result<HeaderValue, Error> {
    let own = concat!("cloudfn/", env!("CARGO_PKG_VERSION"));
    match product {
        Some(product) => {
            setting::check("the user agent", product, Form::Ascii)?;
            header_value("the user agent", &format!("{product} {own}"))
        }
        None => Ok(HeaderValue::from_static(own)),
    }
}

fn header_value(name: &str, text: &str) -> Result<HeaderValue, Error> {
    setting::check(name, text, Form::Ascii)?;
    HeaderValue::from_str(text)
        .map_err(|_| Error::invalid(format!("{name} {text:?} is not a value of a header")))
}
