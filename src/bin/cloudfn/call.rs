//! One call, from its arguments to its answer.

use std::io::Read;

use clap::ArgMatches;
use cloudfn::registry::{Api, Arguments, Operation};
use serde_json::{Map, Value};

use crate::arguments::{body_schema, flag_of_member, flag_of_parameter, is_text};
use crate::connection::connect;
use crate::output::{self, Failure};

/// Calls the operation that is named.
pub async fn run(api: &'static Api, matches: &ArgMatches) -> Result<(), Failure> {
    let (name, matches) =
        matches.subcommand().ok_or_else(|| Failure::unsent("no operation is given"))?;
    let operation = api.operation(&name.replace('-', "_"));
    let operation =
        operation.ok_or_else(|| Failure::unsent(format!("there is no operation {name}")))?;
    let parameters = operation.parameters.iter().filter_map(|parameter| {
        let text = matches.get_one::<String>(&flag_of_parameter(parameter))?;
        Some((parameter.name.to_owned(), text.clone()))
    });
    let arguments =
        Arguments { parameters: parameters.collect(), body: body(api, operation, matches).await? };
    let connection = connect(api.name, matches, None).await?;
    output::sending();
    let answer = (operation.call)(&connection.target, &arguments).await;
    output::answered();
    output::answer(&answer.map_err(|e| Failure::of(&e))?).await
}

/// The body, from a file or from the flags of its members.
async fn body(
    api: &Api,
    operation: &Operation,
    matches: &ArgMatches,
) -> Result<Option<Vec<u8>>, Failure> {
    if operation.request.is_none() {
        return Ok(None);
    }
    if let Some(file) = matches.get_one::<String>("json-body") {
        return read(file.clone()).await.map(Some);
    }
    let mut body = Map::new();
    for member in body_schema(api, operation).iter().flat_map(|schema| schema.members) {
        let flag = flag_of_member(operation, member);
        if let Some(text) = matches.get_one::<String>(&flag) {
            let value = match is_text(member) {
                true => Value::from(text.as_str()),
                false => serde_json::from_str(text)
                    .map_err(|e| Failure::unsent(format!("--{flag}: {text:?} is no JSON: {e}")))?,
            };
            body.insert(member.name.to_owned(), value);
        }
    }
    Ok(Some(Value::from(body).to_string().into_bytes()))
}

/// Reads beside the runtime, so that an interrupt ends it.
async fn read(file: String) -> Result<Vec<u8>, Failure> {
    let name = file.clone();
    let reading = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        match file.as_str() {
            "-" => std::io::stdin().read_to_end(&mut bytes).map(|_| bytes),
            file => std::fs::read(file),
        }
    });
    let result = reading.await.unwrap_or_else(|e| Err(std::io::Error::other(e)));
    let bytes =
        result.map_err(|e| Failure::unsent(format!("the body cannot be read from {name}: {e}")))?;
    let wrong = |what: String| Failure::unsent(format!("the body in {name} {what}"));
    let text = crate::file::text(bytes).map_err(wrong)?;
    serde_json::from_str::<serde::de::IgnoredAny>(&text)
        .map_err(|e| wrong(format!("is not JSON: {e}")))?;
    Ok(text.into_bytes())
}
