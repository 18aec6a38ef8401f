//! One call, from its arguments to its response.

use clap::ArgMatches;
use cloudfn::registry::{Api, Arguments, Operation};
use serde_json::{Map, Value};

use crate::arguments::{ALL, ALLOW_UNDOCUMENTED, AUTHENTICATE, INCLUDE, WAIT};
use crate::connection::connect;
use crate::inputs::{inputs, Input, Of};
use crate::output::{self, Failure, HINT};
use crate::reading::{check_stdin, json, read_secret};
use crate::several;

/// Calls an operation, or checks the credentials.
pub async fn run(api: &'static Api, matches: &ArgMatches) -> Result<(), Failure> {
    let (name, matches) =
        matches.subcommand().ok_or_else(|| Failure::unsent("an operation is required"))?;
    if name == AUTHENTICATE {
        return authenticate(api, matches).await;
    }
    let operation = api.operation(&name.replace('-', "_"));
    let operation =
        operation.ok_or_else(|| Failure::unsent(format!("there is no operation {name}")))?;
    let allow_undocumented = matches.get_flag(ALLOW_UNDOCUMENTED);
    let arguments = arguments(api, operation, matches, allow_undocumented).await?;
    let connection = connect(api.name, matches, None).await?;
    if allow_undocumented {
        let violations = operation.check(&connection.target, &arguments);
        output::list("warning: the request is not as documented", &violations).await;
    }
    let target = &connection.target;
    match operation.pages(target, &arguments) {
        Some(pages) if matches.get_flag(ALL) => return several::all(operation, pages).await,
        _ => {}
    }
    output::sending();
    let answer = match operation.wait(target, &arguments) {
        Some(waiter) if matches.get_flag(WAIT) => several::wait(waiter, matches).await,
        _ => (operation.call)(target, &arguments).await.map_err(|e| Failure::of(&e)),
    };
    output::answered();
    output::answer(&answer?, matches.get_flag(INCLUDE)).await
}

async fn authenticate(api: &'static Api, matches: &ArgMatches) -> Result<(), Failure> {
    let connection = connect(api.name, matches, None).await?;
    output::sending();
    let identity = connection.target.authenticate().await;
    output::answered();
    let identity = identity.map_err(|e| Failure::of(&e))?;
    let shown = serde_json::to_string_pretty(&identity)
        .map_err(|e| Failure::unwritten("the identity", &e))?;
    output::print("the identity", format!("{shown}\n")).await?;
    if !identity.verified {
        output::say("not verified: the service checks these credentials only with an operation");
    }
    Ok(())
}

/// The arguments of a call, from the flags and the files that they name.
async fn arguments(
    api: &Api,
    operation: &'static Operation,
    matches: &ArgMatches,
    allow_undocumented: bool,
) -> Result<Arguments, Failure> {
    let inputs = inputs(api, operation);
    let json_body = operation.request.and_then(|_| matches.get_one::<String>("json-body"));
    let files = inputs.iter().filter(|input| input.is_in_file);
    let files = files.filter_map(|input| matches.get_one::<String>(&input.flag));
    check_stdin(files.chain(json_body))?;
    let mut parameters = Vec::new();
    let mut members = Map::new();
    for input in &inputs {
        let Some(text) = given(input, matches).await? else { continue };
        match input.of {
            Of::Parameter(parameter) => parameters.push((parameter.key.to_owned(), text)),
            Of::Member(member) => {
                members.insert(member.name.to_owned(), value(input, text)?);
            }
        }
    }
    let body = match json_body {
        Some(file) => Some(json(file).await?),
        None if operation.request.is_none() => None,
        None => body(operation, &inputs, members, allow_undocumented)?,
    };
    Ok(Arguments { parameters, body, allow_undocumented })
}

/// The text of a parameter or member, if given.
async fn given(input: &Input, matches: &ArgMatches) -> Result<Option<String>, Failure> {
    let Some(given) = matches.get_one::<String>(&input.flag) else { return Ok(None) };
    if !input.is_in_file {
        return Ok(Some(given.clone()));
    }
    read_secret(&format!("--{}", input.flag), given).await.map(Some)
}

/// The value of a member. An error in a secret only tells the position.
fn value(input: &Input, text: String) -> Result<Value, Failure> {
    if input.is_text() {
        return Ok(text.into());
    }
    let shown = if input.is_in_file { "the file".to_owned() } else { format!("{text:?}") };
    serde_json::from_str(&text)
        .map_err(|e| Failure::unsent(format!("--{}: {shown} is not JSON: {e}", input.flag)))
}

/// The body made of the given members; `None` if there are none and it is optional.
fn body(
    operation: &Operation,
    inputs: &[Input],
    members: Map<String, Value>,
    allow_undocumented: bool,
) -> Result<Option<Vec<u8>>, Failure> {
    let missing = inputs.iter().filter(|input| match input.of {
        Of::Member(member) => {
            let may_be_missing = allow_undocumented && !members.is_empty();
            member.required && !may_be_missing && !members.contains_key(member.name)
        }
        Of::Parameter(_) => false,
    });
    let missing: Vec<String> = missing.map(|input| format!("--{}", input.flag)).collect();
    let missing = missing.join(", ");
    match (members.is_empty(), missing.as_str()) {
        (false, "") => Ok(Some(Value::from(members).to_string().into_bytes())),
        (false, missing) => {
            Err(format!("required members of the body are missing: {missing}; {HINT}"))
        }
        (true, _) if !operation.request_required => Ok(None),
        (true, "") if inputs.iter().any(|input| matches!(input.of, Of::Member(_))) => {
            Err("the body is missing: pass its members, see --help, or all of it with --json-body"
                .to_owned())
        }
        (true, "") => Err("the body is missing: pass it with --json-body".to_owned()),
        (true, missing) => {
            Err(format!("the body is missing: pass {missing}, or all of it with --json-body"))
        }
    }
    .map_err(Failure::unsent)
}

#[cfg(test)]
mod tests {
    use clap::ArgMatches;

    use super::arguments;
    use crate::arguments::of_operation;
    use crate::made_up::{File, API};

    fn matches(operation: usize, given: &[&str]) -> Result<ArgMatches, String> {
        let command = of_operation(&API, &API.operations[operation]);
        let all = ["make-up"].iter().chain(given);
        command.try_get_matches_from(all).map_err(|e| e.to_string())
    }

    async fn sent(given: &[&str]) -> Result<(Vec<(String, String)>, String), String> {
        let sent = arguments(&API, &API.operations[0], &matches(0, given)?, false).await;
        let sent = sent.map_err(|e| e.to_string())?;
        Ok((sent.parameters, String::from_utf8(sent.body.unwrap_or_default()).unwrap()))
    }

    #[tokio::test]
    async fn a_secret_is_read_from_a_file() {
        let key = File::of("k e y\r\n");
        let password = File::of("two\nlines\n\n");
        let login = File::of(r#"{"password":"p"}"#);
        let given = [
            "--x-secret-key-file",
            key.path(),
            "--db-password-file",
            password.path(),
            "--login-file",
            login.path(),
            "--body-timeout",
            "2",
        ];
        let (parameters, body) = sent(&given).await.unwrap();
        assert_eq!(parameters, [("X-Secret-Key".to_owned(), "k e y".to_owned())]);
        let expected = r#"{"db_password":"two\nlines\n","login":{"password":"p"},"timeout":"2"}"#;
        assert_eq!(body, expected);
    }

    #[tokio::test]
    async fn a_secret_is_no_value_of_a_flag() {
        for flag in ["--db-password", "--x-secret-key", "--login"] {
            for given in [&[flag, "hunter2"][..], &[&format!("{flag}=hunter2")]] {
                let said = matches(0, given).unwrap_err();
                assert!(said.contains(&format!("unexpected argument '{flag}'")), "{said}");
                assert!(said.contains(&format!("{flag}-file")) && !said.contains("hunter2"));
            }
        }
        for (text, says) in [
            (b"hunter2".as_slice(), "the file is not JSON: expected value"),
            (b"hunter2\xff", "is not UTF-8"),
        ] {
            let said = sent(&["--login-file", File::of(text).path()]).await.unwrap_err();
            assert!(said.starts_with("--login-file") && said.contains(says), "{said}");
            assert!(!said.contains("hunter2"), "{said}");
        }
        let said = sent(&["--db-password-file", "/nowhere"]).await.unwrap_err();
        assert!(said.starts_with("--db-password-file cannot be read from /nowhere: "), "{said}");
        let said = sent(&["--db-password-file", "-", "--x-secret-key-file", "-"]).await;
        assert_eq!(said.unwrap_err(), "only one flag can read stdin");
    }

    #[tokio::test]
    async fn a_body_that_is_required_is_asked_for() {
        assert_eq!(
            sent(&[]).await.unwrap_err(),
            "the body is missing: pass --db-password-file, or all of it with --json-body"
        );
        assert_eq!(
            sent(&["--body-timeout", "2"]).await.unwrap_err(),
            "required members of the body are missing: --db-password-file; to send it anyway, pass \
             --allow-undocumented"
        );
        let list = arguments(&API, &API.operations[1], &matches(1, &[]).unwrap(), false).await;
        let said = list.err().map(|e| e.to_string());
        assert_eq!(said.as_deref(), Some("the body is missing: pass it with --json-body"));
    }
}
