//! Our client: the command line, called with the arguments of a case.

use std::time::Duration;

use super::cases::Case;
use super::Bench;
use crate::files;
use crate::process::{run, Ended};

/// Fake credentials for every API, as environment variables.
pub type Credentials = [(&'static str, &'static str)];

/// The access key of all clients.
pub const KEY: &str = "interop-access-key";
/// Its secret.
pub const SECRET: &str = "interop-secret-key";

/// Access keys.
pub const ACCESS_KEYS: &Credentials = &[
    ("HUAWEICLOUD_SDK_AK", KEY),
    ("HUAWEICLOUD_SDK_SK", SECRET),
    ("AUTHING_ACCESS_KEY_ID", KEY),
    ("AUTHING_ACCESS_KEY_SECRET", SECRET),
];
/// A token if the API accepts one, otherwise an access key.
pub const TOKENS: &Credentials = &[
    ("HUAWEICLOUD_SDK_TOKEN", "token"),
    ("AUTHING_ACCESS_KEY_ID", KEY),
    ("AUTHING_ACCESS_KEY_SECRET", SECRET),
];

/// The time limit for a call.
const LIMIT: Duration = Duration::from_secs(60);

/// Calls `operation` of `api` at `endpoint`.
pub fn call(
    bench: &Bench<'_>,
    (api, operation): (&str, &str),
    case: &Case,
    endpoint: &str,
    credentials: &Credentials,
) -> Result<Ended, String> {
    let subcommand = operation.replace('_', "-");
    let help = run(bench.cloudfn().args([api, &subcommand, "--help"]), "", LIMIT)?.stdout;
    let mut command = bench.cloudfn();
    command.env(format!("CLOUDFN_{}_ENDPOINT", api.to_uppercase()), endpoint);
    command.envs(credentials.iter().copied());
    // The bodies are made from the spec, which does not know the rules of the pages.
    command.args([api, &subcommand, "--attempts", "1", "--allow-undocumented"]);
    for parameter in &case.parameters {
        let flag = flag(&help, &parameter.name, &parameter.location);
        if help.contains(&format!("--{flag}-file ")) {
            // A secret cannot be the value of a flag.
            let file = bench.folder.join(&flag);
            files::write(&file, &parameter.text)?;
            command.arg(format!("--{flag}-file")).arg(file);
        } else {
            command.arg(format!("--{flag}={}", parameter.text));
        }
    }
    let body = case.body.as_ref().map(ToString::to_string);
    if body.is_some() {
        command.args(["--json-body", "-"]);
    }
    run(&mut command, &body.unwrap_or_default(), LIMIT)
}

/// The flag of a parameter, prefixed with its location if the name is taken.
fn flag(help: &str, name: &str, location: &str) -> String {
    let flag = kebab(name);
    let with_location = format!("{location}-{flag}");
    match help.contains(&format!("--{with_location} ")) {
        true => with_location,
        false => flag,
    }
}

/// `funcId` and `X-Func-Id` as words with hyphens.
fn kebab(name: &str) -> String {
    let mut flag = String::new();
    let mut is_word = false;
    for c in name.chars() {
        if c.is_uppercase() && is_word {
            flag.push('-');
        }
        is_word = c.is_alphanumeric() && !c.is_uppercase();
        match c.is_alphanumeric() {
            true => flag.extend(c.to_lowercase()),
            false => flag.push('-'),
        }
    }
    flag.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{flag, kebab};

    #[test]
    fn flags_are_those_of_the_command_line() {
        assert_eq!(kebab("function_urn"), "function-urn");
        assert_eq!(kebab("funcId"), "func-id");
        assert_eq!(kebab("X-Cff-Log-Type"), "x-cff-log-type");
        assert_eq!(flag("  --func-id <TEXT>", "funcId", "query"), "func-id");
        let help = "  --timeout <SECONDS>\n  --query-timeout <TEXT>";
        assert_eq!(flag(help, "timeout", "query"), "query-timeout");
    }
}
