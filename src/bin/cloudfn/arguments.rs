//! The arguments: global flags, and a subcommand for each operation of each API.

use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use clap_complete::Shell;
use cloudfn::authing::Brand;
use cloudfn::functiongraph;
use cloudfn::registry::{Api, Operation, Waiting, APIS};

use crate::flags::{switch, valued};
use crate::help;
use crate::inputs::{inputs, Input, Of};
use crate::output::{self, Failure};
use crate::release;

/// The value name of a flag in seconds.
const SECONDS: &str = "SECONDS";

/// The names of flags.
pub const ALLOW_UNDOCUMENTED: &str = "allow-undocumented";
pub const ALL: &str = "all";
pub const INCLUDE: &str = "include";
pub const WAIT: &str = "wait";
pub const WAIT_INTERVAL: &str = "wait-interval";
pub const WAIT_LIMIT: &str = "wait-limit";

/// The command that checks credentials.
pub const AUTHENTICATE: &str = "authenticate";

/// The whole command line.
pub fn command() -> Command {
    let operations = APIS.iter().map(|api| of_api(api));
    Command::new("cloudfn")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Calls managed cloud functions: Huawei Cloud FunctionGraph, Authing and GenAuth Pipeline functions")
        .after_help(
            "JSON goes to stdout, everything else to stderr.\n\
             Exit codes: 0 success; 1 failure after the call was attempted; 2 nothing was sent.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(
            Arg::new("verbose")
                .short('v')
                .long("verbose")
                .action(ArgAction::Count)
                .global(true)
                .help("Traces calls to stderr; -vv also each attempt, -vvv everything"),
        )
        .subcommands(operations)
        .subcommand(mock())
        .subcommand(probe())
        .subcommand(
            Command::new("completions").about("Prints a completion script for a shell").arg(
                Arg::new("shell").required(true).value_parser(clap::value_parser!(Shell)),
            ),
        )
}

/// Serves the documented samples.
fn mock() -> Command {
    Command::new("mock")
        .about("Serves every operation with its documented sample until interrupted")
        .arg(
            valued("port", "N", "Local port; by default, a free one")
                .value_parser(clap::value_parser!(u16)),
        )
        .args([
            switch(
                "demand-credentials",
                "Rejects requests without a signature or a token that it issued",
            ),
            switch(
                "strict",
                "Rejects undocumented query parameters and body members, which are ignored otherwise",
            ),
            switch("stateful", "Keeps what requests create, change and delete"),
            switch(
                "ignore-rules",
                "Accepts requests that break a rule of the vendors' pages, which the specs cannot \
                 state",
            ),
            switch(
                "print-requests",
                "Prints each request to stdout as a line of JSON: operation, method, decoded path \
                 and query, names of headers, and the body of an operation; no secrets",
            ),
        ])
}

/// Compares a service with the documents.
fn probe() -> Command {
    let apis = APIS.iter().map(|api| {
        let names = api.operations.iter().map(|operation| operation.id.replace('_', "-"));
        connected(api)
            .about(format!("Compares the responses of {} with its documents", api.name))
            .arg(
                valued(
                    "operation",
                    "NAME",
                    "Calls this operation, even if it changes something; may be repeated",
                )
                .action(ArgAction::Append)
                .value_parser(names.collect::<Vec<String>>()),
            )
            .arg(switch("unsafe", "Calls every operation, even if it changes something"))
            .args(of_parameters())
            .arg(
                Arg::new("format")
                    .long("format")
                    .value_parser(["text", "json"])
                    .default_value("text")
                    .help("Output format"),
            )
    });
    Command::new("probe")
        .about("Sends the documented requests and compares the responses with the documents")
        .long_about(
            "Sends the documented requests to a service and compares its responses with the \
             documents. Each difference lists the claims of the vendor's page that do not hold. \
             Operations that change something are called only on request.\n\n\
             Exit codes: 0 every response was compared, and none differs; 1 a response differs or \
             was not compared; 2 nothing was sent.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(apis)
}

/// The flags for the parameters of a probe.
pub fn of_parameters() -> [Arg; 2] {
    [
        valued(
            "parameter",
            "NAME=TEXT",
            "A parameter of the calls; missing required parameters are made up",
        ),
        valued("parameter-file", "NAME=FILE", "A parameter from a file, for secrets; - is stdin"),
    ]
    .map(|arg| arg.action(ArgAction::Append).value_parser(named_text))
}

fn named_text(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, text)) => Ok((name.to_owned(), text.to_owned())),
        None => Err("expected NAME=VALUE".to_owned()),
    }
}

pub async fn print_completions(matches: &ArgMatches) -> Result<(), Failure> {
    let shell = *matches.get_one::<Shell>("shell").ok_or_else(|| Failure::unsent("no shell"))?;
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "cloudfn", &mut script);
    output::print("the script", script).await
}

fn of_api(api: &'static Api) -> Command {
    let operations = api.operations.iter().map(|operation| of_operation(api, operation));
    let workflows = (api.name == functiongraph::API.name).then(release::command);
    connected(api)
        .about(format!("Calls an operation of {}", api.name))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(operations.chain(workflows))
        .subcommand(
            Command::new(AUTHENTICATE)
                .about("Checks the credentials, and tells who the service thinks is asking")
                .long_about(
                    "Checks the credentials without calling an operation, and tells who the service \
                     thinks is asking. Signatures and tokens of your own can only be checked with an \
                     operation: nothing is sent, and `verified` is false.",
                ),
        )
}

/// A command with connection flags.
fn connected(api: &'static Api) -> Command {
    let environment = crate::connection::environment(api.name);
    let command = Command::new(api.name).after_help(environment).args(connection_arguments());
    match api.name {
        "functiongraph" => command.arg(
            text("region", "NAME", "Region, such as cn-north-4, instead of an endpoint")
                .conflicts_with("endpoint"),
        ),
        "authing" => command.args([
            text("brand", "NAME", "Brand of the service [default: that of the endpoint's host]")
                .value_parser(brand_parser()),
            text(
                "user-pool-id",
                "ID",
                "ID of the user pool [default: the one that the token names]",
            ),
            text("language", "TAG", "Language of the service's messages, such as en-US or zh-CN"),
        ]),
        _ => command,
    }
}

fn brand_parser() -> impl TypedValueParser<Value = Brand> {
    PossibleValuesParser::new(["authing", "genauth"]).map(|name| match name.as_str() {
        "genauth" => Brand::GenAuth,
        _ => Brand::Authing,
    })
}

fn text(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    valued(name, value, help).global(true).help_heading("Connection")
}

fn connection_arguments() -> [Arg; 7] {
    let seconds = |name: &'static str, help: &'static str| {
        text(name, SECONDS, help).value_parser(positive_seconds)
    };
    let flag = |name: &'static str, help: &'static str| {
        switch(name, help).global(true).help_heading("Connection")
    };
    [
        text("endpoint", "URL", "Base URL of the service"),
        seconds("timeout", "Maximum time of the call, with all attempts [default: 150]"),
        seconds("connect-timeout", "Maximum time to connect [default: 10]"),
        text("largest-body", "BYTES", "Maximum size of a response body [default: 16777216]")
            .value_parser(clap::value_parser!(usize)),
        text("attempts", "N", "Maximum number of attempts [default: 3]")
            .value_parser(clap::value_parser!(u32).range(1..)),
        flag("allow-plain-http", "Allows a plain-http endpoint on another machine"),
        flag("demo", "Calls the built-in mock server; needs no credentials")
            .conflicts_with("endpoint"),
    ]
}

fn positive_seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().and_then(|s| Duration::try_from_secs_f64(s).ok());
    let is_positive = |seconds: &Duration| !seconds.is_zero();
    seconds.filter(is_positive).ok_or_else(|| "not a positive number of seconds".to_owned())
}

pub fn of_operation(api: &'static Api, operation: &'static Operation) -> Command {
    let mut command = Command::new(operation.id.replace('_', "-"))
        .about(operation.summary)
        .long_about(format!("{}\n\n{} {}", operation.summary, operation.method, operation.path))
        .arg(switch(
            ALLOW_UNDOCUMENTED,
            "Sends undocumented values instead of refusing them, and lists them",
        ))
        .arg(switch(INCLUDE, "Prints status, documented headers and body as one JSON object"));
    if let Some(headers) = help::of_headers(api, operation) {
        command = command.after_help(headers);
    }
    if operation.paging.is_some() {
        command = command.arg(switch(
            ALL,
            "Calls for one page after the other, and prints each item as a line of JSON",
        ));
    }
    if let Some(waiting) = operation.waiting {
        command = command.args(of_waiting(waiting));
    }
    let (parameters, members): (Vec<Input>, Vec<Input>) =
        inputs(api, operation).into_iter().partition(|input| matches!(input.of, Of::Parameter(_)));
    // Not required by clap: the client may provide a parameter, and checks for missing ones.
    let of_parameters = parameters.iter().map(|input| of_input(api, input, "Parameters"));
    command = command.args(of_parameters);
    if operation.request.is_some() {
        let help = help::of_body(api, operation, !members.is_empty());
        let body = valued("json-body", "FILE", help).value_hint(ValueHint::FilePath);
        command = command.arg(body.help_heading("Body"));
    }
    let of_members = members.iter().map(|input| of_input(api, input, "Body"));
    command.args(of_members.map(|arg| arg.conflicts_with("json-body")))
}

fn of_waiting(waiting: &Waiting) -> [Arg; 3] {
    let Waiting { state, success, interval, limit, .. } = waiting;
    let success = success.join(" or ");
    let seconds = |name: &'static str, help: String| {
        valued(name, SECONDS, help).requires(WAIT).value_parser(positive_seconds)
    };
    [
        switch(
            WAIT,
            format!("Calls again until {state} is {success}, and prints the last response"),
        ),
        seconds(
            WAIT_INTERVAL,
            format!("Time between two calls [default: {}]", interval.as_secs_f64()),
        ),
        seconds(WAIT_LIMIT, format!("Maximum time of the wait [default: {}]", limit.as_secs_f64())),
    ]
}

fn of_input(api: &Api, input: &Input, heading: &'static str) -> Arg {
    let arg = Arg::new(input.flag.clone())
        .long(input.flag.clone())
        .value_name(value_name(input))
        .allow_negative_numbers(!input.is_text())
        .help_heading(heading)
        .help(help::of_input(api, input));
    match input.is_in_file {
        true => arg.value_hint(ValueHint::FilePath),
        false => arg,
    }
}

/// The placeholder for the value of a flag.
fn value_name(input: &Input) -> &'static str {
    match input.of {
        _ if input.is_in_file => "FILE",
        Of::Parameter(parameter) if parameter.rust_type.starts_with("Vec<") => "JSON",
        Of::Parameter(_) => "TEXT",
        Of::Member(member) => match member.json_type {
            "string" => "TEXT",
            "integer" => "INTEGER",
            "number" => "NUMBER",
            "boolean" => "true|false",
            _ => "JSON",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{command, of_operation};
    use crate::made_up::API;

    #[test]
    fn arguments_are_sound() {
        command().debug_assert();
        API.operations.iter().for_each(|made_up| of_operation(&API, made_up).debug_assert());
    }

    #[test]
    fn help_says_what_is_required_what_defaults_are_and_what_is_inside() {
        let help = |made_up: usize| {
            let command = of_operation(&API, &API.operations[made_up]);
            let help = command.term_width(0).render_help().to_string();
            help.lines().map(str::trim).collect::<Vec<&str>>().join("\n")
        };
        let list = help(1);
        assert!(
            list.contains(r#"[required] [JSON: [{kind 1..=3 (required); path (default "/")}]]"#),
            "{list}"
        );
        let headers = "Response headers:\nkind  What it is. [documented: 1..=3]\npath  What it is.";
        assert!(list.contains(headers), "{list}");
        insta::assert_snapshot!(help(0), @r#"
        Make something up.

        Usage: make-up [OPTIONS]

        Options:
        --allow-undocumented  Sends undocumented values instead of refusing them, and lists them
        --include             Prints status, documented headers and body as one JSON object
        -h, --help                Print help (see more with '--help')

        Parameters:
        --project-id <TEXT>         What it is. [required]
        --limit <TEXT>              What it is. [documented: 1..=3] [the service's default: 20]
        --user-id <TEXT>            What it is. [required]
        --query-user-id <JSON>      What it is.
        --header-user-id <TEXT>     What it is.
        --x-secret-key-file <FILE>  What it is. [a secret, read from a file; - is stdin]
        --api-key-file <FILE>       What it is. [a secret, read from a file; - is stdin]

        Body:
        --json-body <FILE>         The whole body as JSON; - reads it from stdin [required, unless its members are given]
        --db-password-file <FILE>  What it is. [required] [a secret, read from a file; - is stdin]
        --body-timeout <TEXT>      What it is. [documented: 1..=3] [the service's default: 3]
        --body-user-id <TEXT>      What it is.
        --mounts <JSON>            What it is. [JSON: [{kind 1..=3 (required); path (default "/")}]]
        --by-name <JSON>           What it is. [members: NAME: [{kind 1..=3 (required); path (default "/")}]]
        --login-file <FILE>        What it is. [members: user; password] [a secret, read from a file; - is stdin]
        --deep <JSON>              What it is. [members: deeper {deeper {deeper {…}; any}; any}; any]
        "#);
    }
}
