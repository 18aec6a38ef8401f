//! The two names of the service.

use reqwest::header::HeaderName;

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
    pub(super) fn of_host(host: &str) -> Self {
        match host == "genauth.ai" || host.ends_with(".genauth.ai") {
            true => Self::GenAuth,
            false => Self::Authing,
        }
    }

    /// The brand whose headers start with `prefix`.
    pub(super) fn of_prefix(prefix: &str) -> Self {
        match prefix == Self::GenAuth.header_prefix() {
            true => Self::GenAuth,
            false => Self::Authing,
        }
    }

    /// The header that names the user pool.
    pub(super) fn user_pool_header(self) -> HeaderName {
        HeaderName::from_static(match self {
            Self::Authing => "x-authing-userpool-id",
            Self::GenAuth => "x-genauth-userpool-id",
        })
    }

    /// How the names of its headers start.
    pub(super) fn header_prefix(self) -> &'static str {
        match self {
            Self::Authing => "x-authing-",
            Self::GenAuth => "x-genauth-",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
