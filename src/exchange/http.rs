//! The HTTP clients of a client: its own, or the one that it was given.

use std::net::IpAddr;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::{redirect, retry, Client, ClientBuilder, Url};

use super::proxy;
use crate::error::Error;

/// An idle connection is kept for this time. Gateways close theirs after a minute; one that is not
/// used again in half of it is not found broken by a POST.
const IDLE: Duration = Duration::from_secs(30);
const _: () = assert!(IDLE.as_secs() <= 60 / 2);
/// Most idle connections; a burst of calls would otherwise leave all of its own open.
const MAX_IDLE: usize = 64;

/// Whether this build has TLS of its own.
const HAS_TLS: bool = cfg!(any(feature = "rustls", feature = "native-tls"));

/// The HTTP clients of a client, made when they are first needed.
pub(crate) struct Http {
    given: Option<Client>,
    connect_timeout: Duration,
    made: [OnceLock<Client>; 3],
}

/// The ways to a host, each with a client of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// To this machine without TLS and without a proxy, since plain http is allowed to it because
    /// nobody is on the way.
    Local,
    /// To another machine without TLS.
    Plain,
    /// With TLS.
    Secure,
}

impl Http {
    pub(crate) fn new(given: Option<Client>, connect_timeout: Duration) -> Self {
        Self { given, connect_timeout, made: Default::default() }
    }

    /// The client for a request to `url`.
    pub(crate) fn client(&self, url: &Url) -> Result<&Client, Error> {
        if let Some(given) = &self.given {
            return Ok(given);
        }
        let way = Way::to(url);
        let made = &self.made[way as usize];
        if let Some(client) = made.get() {
            return Ok(client);
        }
        way.check(HAS_TLS)?;
        let client = self
            .make(way)
            .map_err(|e| Error::invalid("no HTTP client can be made").with_source(e))?;
        Ok(made.get_or_init(|| client))
    }

    /// Whether its clients may follow redirects.
    pub(crate) fn may_follow(&self) -> bool {
        self.given.is_some()
    }

    fn make(&self, way: Way) -> reqwest::Result<Client> {
        match way {
            Way::Local => without_roots(self.builder().no_proxy()).build(),
            // It needs certificates for a proxy with TLS only.
            Way::Plain => self.builder().build().or_else(|_| without_roots(self.builder()).build()),
            Way::Secure => self.builder().build(),
        }
    }

    fn builder(&self) -> ClientBuilder {
        Client::builder()
            .redirect(redirect::Policy::none())
            // Repeating is the transport's own business.
            .retry(retry::never())
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(MAX_IDLE)
    }
}

impl Way {
    fn to(url: &Url) -> Self {
        match (url.scheme(), is_on_this_machine(url)) {
            ("http", true) => Self::Local,
            ("http", false) => Self::Plain,
            _ => Self::Secure,
        }
    }

    fn check(self, has_tls: bool) -> Result<(), Error> {
        if self == Self::Secure && !has_tls {
            return Err(Error::invalid(
                "https needs TLS, which this build has not: enable the feature `rustls` or \
                 `native-tls`, or give an HTTP client of your own",
            ));
        }
        match self {
            Self::Local => Ok(()),
            Self::Plain | Self::Secure => proxy::check(),
        }
    }
}

/// Does without the certificates of this machine, so that there need be none.
fn without_roots(builder: ClientBuilder) -> ClientBuilder {
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    let builder = builder.tls_certs_only([]);
    builder
}

/// Whether the host of `url` is this machine.
pub(crate) fn is_on_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_needs_tls() {
        let check = |url: &str, has_tls: bool| {
            Way::to(&Url::parse(url).unwrap()).check(has_tls).map_err(|e| e.to_string())
        };
        let refused = check("https://functiongraph.example.com", false).unwrap_err();
        assert!(refused.starts_with("https needs TLS, which this build has not"), "{refused}");
        assert!(check("https://127.0.0.1", false).is_err());
        assert_eq!(check("https://functiongraph.example.com", true), Ok(()));
        assert_eq!(check("http://127.0.0.1", false), Ok(()));
        assert_eq!(check("http://functiongraph.example.com", false), Ok(()));
    }
}
