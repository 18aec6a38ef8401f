//! The arguments: global ones, and one subcommand for each operation of each API.

use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use clap_complete::Shell;
use cloudfn::registry::{Api, Member, Operation, Parameter, Schema, APIS};

use crate::output::{self, Failure};

/// Seconds, as a user gives them.
const SECONDS: &str = "SECONDS";

/// What `mock --print-requests` does.
const PRINT_REQUESTS: &str =
    "Prints each request to stdout as a line of JSON: operation, method, path and query (decoded), \
     names of headers, and the body if it is an operation's; no secrets";

/// The whole command line.
pub fn command() -> Command {
    let operations = APIS.iter().map(|api| of_api(api));
    Command::new("cloudfn")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Calls managed cloud functions: Huawei Cloud FunctionGraph, Authing and GenAuth Pipeline functions")
        .after_help(
            "JSON goes to stdout, everything else to stderr.\n\
             Exit codes: 0 success; 1 anything after sending was tried; 2 nothing was sent.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(
            Arg::new("verbose")
                .short('v')
                .long("verbose")
                .action(ArgAction::Count)
                .global(true)
                .help("Traces calls to stderr; -vv each attempt, -vvv everything"),
        )
        .subcommands(operations)
        .subcommand(
            Command::new("mock")
                .about("Serves every operation with its documented sample, until it is interrupted")
                .arg(
                    Arg::new("port")
                        .long("port")
                        .value_name("N")
                        .value_parser(clap::value_parser!(u16))
                        .help("Port on this machine; a free one by default"),
                )
                .arg(
                    Arg::new("demand-credentials")
                        .long("demand-credentials")
                        .action(ArgAction::SetTrue)
                        .help("Refuses requests without a signature or a token of its own"),
                )
                .arg(
                    Arg::new("strict")
                        .long("strict")
                        .action(ArgAction::SetTrue)
                        .help(
                            "Refuses query parameters and members of bodies that are not \
                             documented, which are ignored otherwise",
                        ),
                )
                .arg(
                    Arg::new("print-requests")
                        .long("print-requests")
                        .action(ArgAction::SetTrue)
                        .help(PRINT_REQUESTS),
                ),
        )
        .subcommand(probe())
        .subcommand(
            Command::new("completions").about("Prints a script that completes commands").arg(
                Arg::new("shell").required(true).value_parser(clap::value_parser!(Shell)),
            ),
        )
}

/// Holds a service against the documents.
fn probe() -> Command {
    let apis = APIS.iter().map(|api| {
        let names = api.operations.iter().map(|operation| operation.id.replace('_', "-"));
        connected(api)
            .about(format!("Holds the answers of {} against its documents", api.name))
            .arg(
                Arg::new("operation")
                    .long("operation")
                    .value_name("NAME")
                    .action(ArgAction::Append)
                    .value_parser(names.collect::<Vec<String>>())
                    .help("Calls this operation, also if it changes something; may be repeated"),
            )
            .arg(
                Arg::new("unsafe")
                    .long("unsafe")
                    .action(ArgAction::SetTrue)
                    .help("Calls every operation, also those that change something"),
            )
            .arg(
                Arg::new("parameter")
                    .long("parameter")
                    .value_name("NAME=TEXT")
                    .action(ArgAction::Append)
                    .value_parser(named_text)
                    .help("A parameter of the calls; what is required and not given is made up"),
            )
            .arg(
                Arg::new("format")
                    .long("format")
                    .value_parser(["text", "json"])
                    .default_value("text")
                    .help("What is printed"),
            )
    });
    Command::new("probe")
        .about(
            "Sends the documented requests, and reports how the answers differ from the documents",
        )
        .long_about(
            "Sends the documented requests to a service, and reports how the answers differ from \
             the documents, each difference with the claims of the vendor's page that do not hold. \
             Only operations that change nothing are called, unless asked for.\n\n\
             Exit codes: 0 every answer was compared, and none differs; 1 a difference, or an \
             answer that was not compared; 2 nothing was sent.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(apis)
}

fn named_text(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, text)) => Ok((name.to_owned(), text.to_owned())),
        None => Err("not of the form NAME=TEXT".to_owned()),
    }
}

pub async fn print_completions(matches: &ArgMatches) -> Result<(), Failure> {
    let shell = *matches.get_one::<Shell>("shell").ok_or_else(|| Failure::unsent("no shell"))?;
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "cloudfn", &mut script);
    output::print(String::from_utf8_lossy(&script).into_owned())
        .await
        .map_err(|e| Failure::unsent(format!("the script cannot be written: {e}")))
}

fn of_api(api: &'static Api) -> Command {
    let operations = api.operations.iter().map(|operation| of_operation(api, operation));
    connected(api)
        .about(format!("Calls an operation of {}", api.name))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(operations)
}

/// A command that calls an API.
fn connected(api: &'static Api) -> Command {
    let environment = crate::connection::environment(api.name);
    let command = Command::new(api.name).after_help(environment).args(connection_arguments());
    match api.name {
        "functiongraph" => command.arg(
            text("region", "NAME", "Region, such as cn-north-4, in place of an endpoint")
                .conflicts_with("endpoint"),
        ),
        _ => command,
    }
}

fn text(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).global(true).help_heading("Connection").help(help)
}

fn connection_arguments() -> [Arg; 7] {
    let seconds = |name: &'static str, help: &'static str| {
        text(name, SECONDS, help).value_parser(positive_seconds)
    };
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .action(ArgAction::SetTrue)
            .global(true)
            .help_heading("Connection")
            .help(help)
    };
    [
        text("endpoint", "URL", "Base URL of the service"),
        seconds("timeout", "Longest time of the call, with all attempts [default: 150]"),
        seconds("connect-timeout", "Longest time to get a connection [default: 10]"),
        text("largest-body", "BYTES", "Largest body of an answer [default: 16777216]")
            .value_parser(clap::value_parser!(usize)),
        text("attempts", "N", "Most attempts of the call [default: 3]")
            .value_parser(clap::value_parser!(u32).range(1..)),
        flag("allow-plain-http", "Takes a plain-http endpoint on another machine"),
        flag("demo", "Calls the built-in mock server; needs no credentials")
            .conflicts_with("endpoint"),
    ]
}

fn positive_seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().and_then(|s| Duration::try_from_secs_f64(s).ok());
    let is_positive = |seconds: &Duration| !seconds.is_zero();
    seconds.filter(is_positive).ok_or_else(|| "not a positive number of seconds".to_owned())
}

/// The arguments that every operation has.
const RESERVED: [&str; 12] = [
    "endpoint",
    "region",
    "timeout",
    "connect-timeout",
    "largest-body",
    "attempts",
    "allow-plain-http",
    "demo",
    "verbose",
    "json-body",
    "help",
    "shell",
];

/// The flag of a name on the wire: `funcId` is `func-id`.
fn kebab(name: &str) -> String {
    let mut flag = String::new();
    let mut is_word = false;
    for c in name.chars() {
        if c.is_alphanumeric() {
            if c.is_uppercase() && is_word {
                flag.push('-');
            }
            is_word = !c.is_uppercase();
            flag.extend(c.to_lowercase());
        } else if !flag.is_empty() && !flag.ends_with('-') {
            flag.push('-');
            is_word = false;
        }
    }
    flag.trim_end_matches('-').to_owned()
}

/// The flag of a parameter.
pub fn flag_of_parameter(parameter: &Parameter) -> String {
    match kebab(parameter.name) {
        flag if RESERVED.contains(&flag.as_str()) => format!("{}-{flag}", parameter.location),
        flag => flag,
    }
}

/// The flag of a member of the body.
pub fn flag_of_member(operation: &Operation, member: &Member) -> String {
    let flag = kebab(member.name);
    let is_taken = RESERVED.contains(&flag.as_str())
        || operation.parameters.iter().any(|parameter| flag_of_parameter(parameter) == flag);
    if is_taken {
        format!("body-{flag}")
    } else {
        flag
    }
}

/// The schema of an operation's body, if its members are flags.
pub fn body_schema(api: &Api, operation: &Operation) -> Option<&'static Schema> {
    let model = operation.request?;
    api.schemas.iter().find(|schema| schema.model.rust_type == model.rust_type)
}

fn of_operation(api: &'static Api, operation: &'static Operation) -> Command {
    let mut command = Command::new(operation.id.replace('_', "-"))
        .about(operation.summary)
        .long_about(format!("{}\n\n{} {}", operation.summary, operation.method, operation.path));
    for parameter in operation.parameters {
        let flag = flag_of_parameter(parameter);
        // The client may have it: what is missing in the end is said then.
        command = command.arg(
            Arg::new(flag.clone())
                .long(flag)
                .value_name("TEXT")
                .help_heading("Parameters")
                .help(help(parameter.description, parameter.documented, None)),
        );
    }
    if operation.request.is_some() {
        command = command.arg(
            Arg::new("json-body")
                .long("json-body")
                .value_name("FILE")
                .value_hint(ValueHint::FilePath)
                .help_heading("Body")
                .help("The whole body as JSON; - reads it from stdin"),
        );
    }
    for member in body_schema(api, operation).iter().flat_map(|schema| schema.members) {
        let flag = flag_of_member(operation, member);
        command = command.arg(
            Arg::new(flag.clone())
                .long(flag)
                .value_name(value_name(member))
                .allow_negative_numbers(!is_text(member))
                .conflicts_with("json-body")
                .help_heading("Body")
                .help(help_of_member(api, member)),
        );
    }
    command
}

/// What a member's value looks like.
fn value_name(member: &Member) -> &'static str {
    match member.json_type {
        "string" => "TEXT",
        "integer" => "INTEGER",
        "number" => "NUMBER",
        "boolean" => "true|false",
        _ => "JSON",
    }
}

/// What a member is; of an object also which members it has.
fn help_of_member(api: &Api, member: &Member) -> String {
    let about = help(member.description, member.documented, member.default);
    match members_of(api, member, DEEPEST) {
        Some(members) => format!("{about} [members: {members}]"),
        None => about,
    }
}

/// How deep the members of objects are listed.
const DEEPEST: usize = 3;

/// The members of an object, with what is documented of each.
fn members_of(api: &Api, member: &Member, depth: usize) -> Option<String> {
    let rust_type = member.rust_type.trim_start_matches("Option<").trim_end_matches('>');
    let schema = api.schemas.iter().find(|schema| schema.model.rust_type == rust_type)?;
    let describe = |member: &Member| {
        let inner = members_of(api, member, depth.checked_sub(1)?);
        let documented = member.documented.map(|documented| documented());
        Some(match inner.map(|inner| format!("{{{inner}}}")).or(documented) {
            Some(more) => format!("{} {more}", member.name),
            None => member.name.to_owned(),
        })
    };
    let members: Option<Vec<String>> = schema.members.iter().map(describe).collect();
    Some(members?.join("; "))
}

/// Whether a member's value is given as it is, and not as JSON.
pub fn is_text(member: &Member) -> bool {
    member.json_type == "string"
}

/// What a flag is, and what the documents allow.
fn help(description: &str, documented: Option<fn() -> String>, default: Option<&str>) -> String {
    // What is documented is said once, and in the same words everywhere.
    let sentences = description.split('\n').map(str::trim).filter(|line| !line.is_empty());
    let mut parts: Vec<String> =
        sentences.filter(|line| !line.starts_with("Documented ")).map(str::to_owned).collect();
    if let Some(documented) = documented {
        parts.push(format!("[documented: {}]", documented()));
    }
    if let Some(default) = default {
        parts.push(format!("[the service's default: {default}]"));
    }
    parts.join(" ")
}
