//! The HTTP clients of a client: its own, or the one that it was given.

use std::net::IpAddr;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::{redirect, retry, Client, Url};

/// An idle connection is kept for this time. Gateways close theirs after a minute; one that is not
/// used again in half of it is not found broken by a POST.
const IDLE: Duration = Duration::from_secs(30);
/// Most idle connections; a burst of calls would otherwise leave all of its own open.
const MOST_IDLE: usize = 64;

/// The HTTP clients of a client, made when they are first needed.
pub(crate) struct Http {
    given: Option<Client>,
    connect_timeout: Duration,
    /// To this machine, without a proxy.
    local: OnceLock<Client>,
    /// To every other.
    remote: OnceLock<Client>,
}

impl Http {
    pub(crate) fn new(given: Option<Client>, connect_timeout: Duration) -> Self {
        Self { given, connect_timeout, local: OnceLock::new(), remote: OnceLock::new() }
    }

    /// The client for a request to `url`.
    pub(crate) fn client(&self, url: &Url) -> reqwest::Result<&Client> {
        if let Some(given) = &self.given {
            return Ok(given);
        }
        // Plain http is allowed to this machine because nobody is on the way; a proxy would be.
        let is_local = url.scheme() == "http" && is_on_this_machine(url);
        let made = if is_local { &self.local } else { &self.remote };
        if let Some(client) = made.get() {
            return Ok(client);
        }
        let builder = Client::builder()
            .redirect(redirect::Policy::none())
            // Repeating is the transport's own business.
            .retry(retry::never())
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(MOST_IDLE);
        let builder = if is_local { builder.no_proxy() } else { builder };
        let client = builder.build()?;
        Ok(made.get_or_init(|| client))
    }
}

/// Whether the host of `url` is this machine.
pub(crate) fn is_on_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
