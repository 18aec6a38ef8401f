//! The proxies of the environment.

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Proxy;

use crate::environment::variable;
use crate::error::Error;
use crate::setting::{self, Form};

/// The variables that the HTTP client takes proxies from, the spelling that counts first.
const VARIABLES: [[&str; 2]; 3] =
    [["HTTPS_PROXY", "https_proxy"], ["HTTP_PROXY", "http_proxy"], ["ALL_PROXY", "all_proxy"]];
/// A program that has this answers a request of the web, whose headers are in variables, too; the
/// HTTP client then takes no proxy from any.
const CGI: &str = "REQUEST_METHOD";

/// Refuses a proxy that cannot be read, which the HTTP client would do without. Nothing of it is
/// shown, since it may hold a password.
pub(super) fn check() -> Result<(), Error> {
    if variable(CGI).is_some() {
        return Ok(());
    }
    for spellings in VARIABLES {
        let mut set = spellings.iter().filter_map(|name| Some((name, variable(name)?)));
        let Some((name, url)) = set.next().filter(|(_, url)| !url.is_empty()) else { continue };
        let name = format!("the environment variable {name}");
        setting::check(&name, &url, Form::Text)?;
        if !is_read(&url) {
            return Err(Error::invalid(format!(
                "{name} is not the URL of a proxy, such as http://host:8080"
            )));
        }
    }
    Ok(())
}

/// Whether the HTTP client takes a proxy for one, and knows its port.
fn is_read(url: &str) -> bool {
    let Ok(any) = "http://host".parse() else { return false };
    Proxy::all(url).is_ok() && Matcher::builder().all(url).build().intercept(&any).is_some()
}
