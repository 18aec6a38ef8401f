//! The client that a call is made with: by flags, by the environment, or of the built-in mock.

use std::time::Duration;

use clap::ArgMatches;
use cloudfn::credentials::Anonymous;
use cloudfn::mock::Server;
use cloudfn::registry::Target;
use cloudfn::{authing, functiongraph, ClientBuilder, Error, RetryPolicy};

use crate::output::Failure;

/// What the environment can say, for the help of an API.
pub fn environment(api: &str) -> &'static str {
    match api {
        "functiongraph" => {
            "Environment:\n  \
             CLOUDFN_FUNCTIONGRAPH_ENDPOINT, CLOUDFN_FUNCTIONGRAPH_REGION\n  \
             HUAWEICLOUD_SDK_PROJECT_ID\n  \
             HUAWEICLOUD_SDK_TOKEN, or HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, and\n  \
             HUAWEICLOUD_SDK_SECURITY_TOKEN; HUAWEICLOUD_SDK_CREDENTIALS_FILE, or\n  \
             ~/.huaweicloud/credentials"
        }
        "authing" => {
            "Environment:\n  \
             CLOUDFN_AUTHING_ENDPOINT\n  \
             AUTHING_ACCESS_KEY_ID and AUTHING_ACCESS_KEY_SECRET"
        }
        _ => "",
    }
}

/// A client, and the mock server that it calls, if it does.
pub struct Connection {
    pub target: Target,
    _server: Option<Server>,
}

/// Makes the client of an API.
pub async fn connect(api: &str, matches: &ArgMatches) -> Result<Connection, Failure> {
    let server = match matches.get_flag("demo") {
        true => Some(Server::start().await.map_err(|e| Failure::unsent(e.to_string()))?),
        false => None,
    };
    let url = server.as_ref().map(Server::base_url);
    let target = match api {
        "functiongraph" => functiongraph(matches, url),
        "authing" => authing(matches, url),
        other => return Err(Failure::unsent(format!("{other} has no client"))),
    };
    Ok(Connection { target: target.map_err(|e| Failure::of(&e))?, _server: server })
}

fn functiongraph(matches: &ArgMatches, demo: Option<String>) -> Result<Target, Error> {
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
    Ok(Target::from(&adjusted(builder, matches)?.build()?))
}

fn authing(matches: &ArgMatches, demo: Option<String>) -> Result<Target, Error> {
    let builder = match demo {
        Some(url) => authing::Client::builder().endpoint(url).credentials(Anonymous),
        None => authing::ClientBuilder::from_env()?,
    };
    Ok(Target::from(&adjusted(builder, matches)?.build()?))
}

/// With what the flags say.
fn adjusted<A: cloudfn::Api>(
    mut builder: ClientBuilder<A>,
    matches: &ArgMatches,
) -> Result<ClientBuilder<A>, Error> {
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
        builder = builder.largest_body(*bytes);
    }
    if let Some(attempts) = matches.get_one::<u32>("attempts") {
        builder = builder.retry(RetryPolicy::default().attempts(*attempts));
    }
    if matches.get_flag("allow-plain-http") {
        builder = builder.allow_plain_http();
    }
    Ok(builder)
}
