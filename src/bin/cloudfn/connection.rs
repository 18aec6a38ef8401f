//! The client of a call, from flags, the environment or the built-in mock server.

use std::time::Duration;

use clap::ArgMatches;
use cloudfn::credentials::Anonymous;
use cloudfn::drift::Drift;
use cloudfn::mock::Server;
use cloudfn::registry::Target;
use cloudfn::{authing, functiongraph, ClientBuilder, Error, RetryPolicy};

use crate::output::Failure;

/// The environment variables of an API, for its help.
pub fn environment(api: &str) -> &'static str {
    match api {
        "functiongraph" => {
            "Environment:\n  \
             CLOUDFN_FUNCTIONGRAPH_ENDPOINT, CLOUDFN_FUNCTIONGRAPH_REGION\n  \
             HUAWEICLOUD_SDK_PROJECT_ID\n  \
             CLOUDFN_FUNCTIONGRAPH_TOKEN; or HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, and\n  \
             HUAWEICLOUD_SDK_SECURITY_TOKEN; or HUAWEICLOUD_SDK_CREDENTIALS_FILE; or\n  \
             ~/.huaweicloud/credentials. -v shows which of them was used."
        }
        "authing" => {
            "Environment:\n  \
             CLOUDFN_AUTHING_ENDPOINT\n  \
             AUTHING_ACCESS_KEY_ID and AUTHING_ACCESS_KEY_SECRET, and AUTHING_USERPOOL_ID; or\n  \
             AUTHING_USERPOOL_ID and AUTHING_USERPOOL_SECRET. -v shows which of them was used."
        }
        _ => "",
    }
}

/// A client, and the mock server that it calls, if any.
pub struct Connection {
    pub target: Target,
    pub server: Option<Server>,
}

/// An observer of differences.
pub type OnDrift = Box<dyn Fn(&Drift) + Send + Sync>;

/// Makes the client of an API. It reports differences between responses and documents to `on_drift`.
pub async fn connect(
    api: &str,
    matches: &ArgMatches,
    on_drift: Option<OnDrift>,
) -> Result<Connection, Failure> {
    let server = match matches.get_flag("demo") {
        true => Some(Server::start().await.map_err(|e| Failure::unsent(e.to_string()))?),
        false => None,
    };
    let url = server.as_ref().map(Server::base_url);
    let target = match api {
        "functiongraph" => functiongraph(matches, url, on_drift),
        "authing" => authing(matches, url, on_drift),
        other => return Err(Failure::unsent(format!("{other} has no client"))),
    };
    Ok(Connection { target: target.map_err(|e| Failure::of(&e))?, server })
}

fn functiongraph(
    matches: &ArgMatches,
    demo: Option<String>,
    on_drift: Option<OnDrift>,
) -> Result<Target, Error> {
    let builder = match demo {
        Some(url) => {
            let demo = functiongraph::Client::builder().endpoint(url).project_id("demo");
            demo.credentials(Anonymous)
        }
        None => functiongraph::ClientBuilder::from_env()?,
    };
    let builder = match matches.get_one::<String>("region") {
        Some(region) => builder.region(region),
        None => builder,
    };
    Ok(Target::from(&adjusted(builder, matches, on_drift)?.build()?))
}

fn authing(
    matches: &ArgMatches,
    demo: Option<String>,
    on_drift: Option<OnDrift>,
) -> Result<Target, Error> {
    let is_demo = demo.is_some();
    let key = || match is_demo {
        true => Ok(authing::AccessKey::new("demo", "demo")),
        false => authing::AccessKey::from_env(),
    };
    let mut builder = match demo {
        Some(url) => authing::Client::builder().endpoint(url).credentials(key()?),
        None => authing::ClientBuilder::from_env()?,
    };
    if let Some(id) = matches.get_one::<String>("user-pool-id") {
        builder = builder.credentials(key()?.user_pool_id(id));
    }
    if let Some(brand) = matches.get_one::<authing::Brand>("brand") {
        builder = builder.brand(*brand);
    }
    if let Some(language) = matches.get_one::<String>("language") {
        builder = builder.language(language);
    }
    Ok(Target::from(&adjusted(builder, matches, on_drift)?.build()?))
}

/// Applies the flags.
fn adjusted<A: cloudfn::Api>(
    mut builder: ClientBuilder<A>,
    matches: &ArgMatches,
    on_drift: Option<OnDrift>,
) -> Result<ClientBuilder<A>, Error> {
    if let Some(on_drift) = on_drift {
        builder = builder.on_drift(on_drift);
    }
    if let Some(url) = matches.get_one::<String>("endpoint") {
        builder = builder.endpoint(url);
    }
    if let Some(timeout) = matches.get_one::<Duration>("timeout") {
        builder = builder.timeout(*timeout).attempt_timeout(*timeout);
    }
    if let Some(timeout) = matches.get_one::<Duration>("connect-timeout") {
        builder = builder.connect_timeout(*timeout);
    }
    if let Some(bytes) = matches.get_one::<usize>("largest-body") {
        builder = builder.max_response_bytes(*bytes);
    }
    if let Some(attempts) = matches.get_one::<u32>("attempts") {
        builder = builder.retry(RetryPolicy::default().attempts(*attempts));
    }
    if matches.get_flag("allow-plain-http") {
        builder = builder.allow_plain_http();
    }
    Ok(builder)
}
