//! `cloudfn functiongraph release`: new code becomes a version that an alias points at.
//!
//! It looks first, then plans all steps and checks them, and only then changes anything. The alias
//! comes last, so that callers of the alias see a complete version, or the one before. A release
//! that stops says what was done, what was not, and how to roll back.

use std::future::Future;
use std::path::PathBuf;

use base64::prelude::{Engine, BASE64_STANDARD};
use clap::{ArgMatches, Command, ValueHint};
use cloudfn::functiongraph::{FunctionUrn, API};
use cloudfn::registry::{Arguments, CallResponse, Operation, Target};
use cloudfn::Error;
use serde_json::{json, Map, Value};

use crate::connection::connect;
use crate::flags::{switch, valued};
use crate::output::{self, chain, Failure};
use crate::package::Package;
use crate::reading::json;

pub const NAME: &str = "release";

/// What is to be released.
struct Release {
    function: FunctionUrn,
    package: Package,
    version: String,
    description: Option<String>,
    alias: Option<String>,
    weight: i64,
    create: Option<Map<String, Value>>,
    async_config: Option<Value>,
    event: Option<Value>,
}

/// What is there before.
struct Found {
    function: bool,
    version: bool,
    alias: Option<Value>,
}

/// A call that changes something, or invokes the function.
struct Step {
    what: String,
    operation: &'static str,
    parameters: Vec<(&'static str, String)>,
    body: Value,
    /// The command that takes it back.
    undo: Option<String>,
}

pub fn command() -> Command {
    let file = |name: &'static str, help: &'static str| {
        valued(name, "FILE", help).value_hint(ValueHint::FilePath)
    };
    Command::new(NAME)
        .about("Releases code: uploads it, publishes a version, and points an alias at it")
        .long_about(
            "Releases code: uploads it, publishes a version, sets its asynchronous invocation, \
             invokes it, and points an alias at it. Everything is looked up and checked before \
             anything is changed. A release that stops says what was done, what was not, and how to \
             roll back.",
        )
        .args([
            valued("function-urn", "URN", "URN of the function, without a version").required(true),
            valued("code", "PATH", "Zip file, or a folder: all files in it, also hidden ones, except .git")
                .value_parser(clap::value_parser!(PathBuf))
                .value_hint(ValueHint::AnyPath)
                .required(true),
            valued("version", "NAME", "Name of the new version").required(true),
            valued("description", "TEXT", "Description of the new version"),
            valued("alias", "NAME", "Alias that is to point at the new version"),
            valued("weight", "PERCENT", "Share of the alias' traffic for the new version [default: 100]")
                .requires("alias")
                .value_parser(clap::value_parser!(i64).range(1..=100)),
            file("create", "JSON members of create-function, for a function that does not exist yet"),
            file("async-config", "JSON body of update-function-async-invoke-config, for the new version"),
            file("event", "JSON event to invoke the new version with, before the alias points at it"),
            switch("dry-run", "Looks and checks, and says what it would do"),
        ])
}

/// Releases, until interrupted.
pub async fn run(matches: &ArgMatches, interrupt: impl Future<Output = ()>) -> Result<(), Failure> {
    tokio::pin!(interrupt);
    let prepared = async {
        let release = Release::of(matches).await?;
        let connection = connect(API.name, matches, None).await?;
        connection.server.iter().for_each(cloudfn::mock::Server::stateful);
        let found = release.look(&connection.target).await?;
        let steps = release.plan(&found)?;
        for step in &steps {
            step.check(&connection.target)?;
        }
        Ok((release, connection, steps))
    };
    let (release, connection, steps) = tokio::select! {
        prepared = prepared => prepared?,
        () = &mut interrupt => return Err(Failure::unsent("interrupted before anything was changed")),
    };
    if matches.get_flag("dry-run") {
        steps.iter().for_each(|step| output::say(&format!("would {}", step.what)));
        return Ok(());
    }
    let mut result = Value::Null;
    for (index, step) in steps.iter().enumerate() {
        output::say(&step.what);
        let stopped = tokio::select! {
            answer = step.call(&connection.target) => match answer {
                Ok(answer) if step.operation == INVOKE => {
                    let failed = failed(&answer);
                    result = answer.body;
                    failed.map(|said| (said, State::Done))
                }
                Ok(_) => None,
                Err(error) => Some((chain(&error), State::of(&error))),
            },
            () = &mut interrupt => Some(("interrupted".to_owned(), State::Unknown)),
        };
        if let Some((said, state)) = stopped {
            return Err(stop(&steps, index, state, &said));
        }
    }
    roll_back(&steps);
    let urn = release.version_urn()?;
    let said = json!({ "function_urn": urn, "alias": release.alias, "result": result });
    output::print("the result", format!("{said:#}\n")).await
}

const INVOKE: &str = "invoke_function";
const ALIAS_UNKNOWN: &str = "FSS.1053";

impl Release {
    async fn of(matches: &ArgMatches) -> Result<Self, Failure> {
        let text = |name: &str| matches.get_one::<String>(name).cloned();
        let function: FunctionUrn = text("function-urn")
            .unwrap_or_default()
            .parse()
            .map_err(|e| Failure::unsent(format!("--function-urn: {e}")))?;
        if function != function.clone().unqualified() {
            return Err(Failure::unsent("--function-urn: name the function without a version"));
        }
        let value = async |name: &str| {
            let Some(file) = matches.get_one::<String>(name) else { return Ok(None) };
            let value = serde_json::from_slice::<Value>(&json(file).await?);
            value.map(Some).map_err(|e| Failure::unsent(format!("--{name}: {e}")))
        };
        let create = match value("create").await? {
            None => None,
            Some(Value::Object(members)) => Some(members),
            Some(_) => return Err(Failure::unsent("--create: a JSON object is expected")),
        };
        let code = matches.get_one::<PathBuf>("code").cloned().unwrap_or_default();
        let package = tokio::task::spawn_blocking(move || Package::read(&code)).await;
        let package = package.map_err(|e| Failure::unsent(format!("--code: {e}")))?;
        Ok(Self {
            function,
            package: package.map_err(|e| Failure::unsent(format!("--code: {e}")))?,
            version: text("version").unwrap_or_default(),
            description: text("description"),
            alias: text("alias"),
            weight: matches.get_one("weight").copied().unwrap_or(100),
            create,
            async_config: value("async-config").await?,
            event: value("event").await?,
        })
    }

    fn version_urn(&self) -> Result<String, Failure> {
        let urn = self.function.clone().with_version(&self.version);
        urn.map(|urn| urn.to_string()).map_err(|e| Failure::unsent(format!("--version: {e}")))
    }

    async fn look(&self, target: &Target) -> Result<Found, Failure> {
        let config = async |urn: String| {
            shown(target, "show_function_config", &[("function_urn", urn)]).await
        };
        let function = config(self.function.to_string()).await?.is_some();
        let mut found = Found { function, version: false, alias: None };
        if function {
            found.version = config(self.version_urn()?).await?.is_some();
            if let Some(alias) = &self.alias {
                let named = self.named(alias);
                found.alias = shown(target, "show_version_alias", &named).await?;
            }
        }
        Ok(found)
    }

    fn named(&self, alias: &str) -> [(&'static str, String); 2] {
        [("function_urn", self.function.to_string()), ("alias_name", alias.to_owned())]
    }

    /// All steps, in their order.
    fn plan(&self, found: &Found) -> Result<Vec<Step>, Failure> {
        let version = self.version_urn()?;
        if found.version {
            return Err(Failure::unsent(format!("the version {} exists already", self.version)));
        }
        let mut steps = vec![self.code(found)?];
        let mut body = json!({ "version": self.version });
        if let Some(description) = &self.description {
            body["description"] = description.as_str().into();
        }
        steps.push(Step {
            what: format!("publish the version {}", self.version),
            operation: "create_function_version",
            parameters: vec![("function_urn", self.function.to_string())],
            body,
            undo: Some(command_line("delete_function", &[("function_urn", version.clone())], None)),
        });
        if let Some(config) = &self.async_config {
            let parameters = vec![("function_urn", version.clone())];
            steps.push(Step {
                what: format!("set the asynchronous invocation of {}", self.version),
                operation: "update_function_async_invoke_config",
                undo: Some(command_line("delete_function_async_invoke_config", &parameters, None)),
                parameters,
                body: config.clone(),
            });
        }
        if let Some(event) = &self.event {
            steps.push(Step {
                what: format!("invoke {}", self.version),
                operation: INVOKE,
                parameters: vec![
                    ("function_urn", version),
                    ("X-CFF-Request-Version", "v1".to_owned()),
                ],
                body: event.clone(),
                undo: None,
            });
        }
        if let Some(alias) = &self.alias {
            steps.push(self.point(alias, found.alias.as_ref())?);
        }
        Ok(steps)
    }

    fn code(&self, found: &Found) -> Result<Step, Failure> {
        let Package { zip, files } = &self.package;
        let name = self.function.function();
        let files = if *files == 1 { "1 file".to_owned() } else { format!("{files} files") };
        let size = format!("{files}, {} bytes", zip.len());
        let code = [
            ("code_type", json!("zip")),
            ("code_filename", json!("code.zip")),
            ("func_code", json!({ "file": BASE64_STANDARD.encode(zip) })),
        ];
        let named = |(name, value): (&str, Value)| (name.to_owned(), value);
        let urn = vec![("function_urn", self.function.to_string())];
        if found.function {
            return Ok(Step {
                what: format!("update the code of {name} ({size})"),
                operation: "update_function_code",
                parameters: urn,
                body: code.map(named).into_iter().collect(),
                undo: Some("# the code of latest before this is not kept".to_owned()),
            });
        }
        let Some(members) = &self.create else {
            let message = format!("there is no function {name}; pass --create to create it");
            return Err(Failure::unsent(message));
        };
        let mut body = members.clone();
        body.extend(code.map(named));
        let package = self.function.package();
        body.extend([("func_name", name.into()), ("package", package.into())].map(named));
        Ok(Step {
            what: format!("create the function {name} ({size})"),
            operation: "create_function",
            parameters: Vec::new(),
            body: body.into(),
            undo: Some(command_line("delete_function", &urn, None)),
        })
    }

    fn point(&self, alias: &str, before: Option<&Value>) -> Result<Step, Failure> {
        let new = &self.version;
        let Some(before) = before else {
            if self.weight < 100 {
                let message = format!(
                    "there is no alias {alias}, and a new one has one version; leave --weight out"
                );
                return Err(Failure::unsent(message));
            }
            return Ok(Step {
                what: format!("create the alias {alias} for {new}"),
                operation: "create_version_alias",
                parameters: vec![("function_urn", self.function.to_string())],
                body: json!({ "name": alias, "version": new }),
                undo: Some(command_line("delete_version_alias", &self.named(alias), None)),
            });
        };
        let old = before["version"].as_str().unwrap_or_default();
        let (what, body) = match self.weight {
            100 => (
                format!("point the alias {alias} at {new}, instead of {old}"),
                json!({ "version": new, "additional_version_weights": {} }),
            ),
            weight => (
                format!("give {new} {weight} % of the alias {alias}, beside {old}"),
                json!({ "version": old, "additional_version_weights": { new.as_str(): weight } }),
            ),
        };
        let mut restored = json!({ "additional_version_weights": {} });
        let kept =
            ["version", "description", "additional_version_weights", "additional_version_strategy"];
        for name in kept.into_iter().filter(|name| !before[name].is_null()) {
            restored[name] = before[name].clone();
        }
        let undo = command_line("update_version_alias", &self.named(alias), Some(&restored));
        let parameters = self.named(alias).to_vec();
        Ok(Step { what, operation: "update_version_alias", parameters, body, undo: Some(undo) })
    }
}

impl Step {
    fn arguments(&self) -> Arguments {
        let parameters =
            self.parameters.iter().map(|(name, text)| ((*name).to_owned(), text.clone()));
        let body = Some(self.body.to_string().into_bytes());
        Arguments { parameters: parameters.collect(), body, allow_undocumented: false }
    }

    /// Refuses a request outside the documents.
    fn check(&self, target: &Target) -> Result<(), Failure> {
        let found = operation(self.operation)?.check(target, &self.arguments());
        match found.is_empty() {
            true => Ok(()),
            false => {
                let found = cloudfn_schema::on_one_line(&found);
                Err(Failure::unsent(format!("cannot {}: {found}", self.what)))
            }
        }
    }

    async fn call(&self, target: &Target) -> Result<CallResponse, Error> {
        output::sending();
        match operation(self.operation) {
            Ok(operation) => (operation.call)(target, &self.arguments()).await,
            Err(_) => Ok(CallResponse::default()),
        }
    }
}

/// Whether a step was done when the release stopped.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Done,
    Unknown,
    NotDone,
}

impl State {
    fn of(error: &Error) -> Self {
        match (error.happened(), error.outcome_unknown()) {
            (true, _) => Self::Done,
            (_, true) => Self::Unknown,
            _ => Self::NotDone,
        }
    }
}

/// Says what was done when the step at `index` stopped the release.
fn stop(steps: &[Step], index: usize, state: State, said: &str) -> Failure {
    let done = index + usize::from(state == State::Done);
    let undone = done + usize::from(state == State::Unknown);
    for (heading, steps) in [
        ("done", &steps[..done]),
        ("may or may not be done", &steps[done..undone]),
        ("not done", &steps[undone..]),
    ] {
        if !steps.is_empty() {
            let listed: Vec<&str> = steps.iter().map(|step| step.what.as_str()).collect();
            output::say(&format!("{heading}: {}", listed.join("; ")));
        }
    }
    roll_back(&steps[..undone]);
    Failure::tried(format!("stopped: {}: {said}", steps[index].what))
}

/// Says how to take steps back.
fn roll_back(steps: &[Step]) {
    let undo: Vec<&str> = steps.iter().rev().filter_map(|step| step.undo.as_deref()).collect();
    if !undo.is_empty() {
        output::say(&format!("to roll back:\n  {}", undo.join("\n  ")));
    }
}

/// What the service has; `None` if there is no such thing.
async fn shown(
    target: &Target,
    name: &str,
    parameters: &[(&'static str, String)],
) -> Result<Option<Value>, Failure> {
    let parameters = parameters.iter().map(|(name, text)| ((*name).to_owned(), text.clone()));
    let arguments = Arguments { parameters: parameters.collect(), ..Arguments::default() };
    match (operation(name)?.call)(target, &arguments).await {
        Ok(answer) => Ok(Some(answer.body)),
        Err(error) if error.is_not_found() || error.code() == Some(ALIAS_UNKNOWN) => Ok(None),
        Err(error) => Err(Failure::unsent(format!("nothing was changed: {}", chain(&error)))),
    }
}

/// What a function said of its failure, by the documented header or the status in the body.
fn failed(answer: &CallResponse) -> Option<String> {
    const MAX_CHARS: usize = 500;
    let code = answer.headers["X-Func-Err-Code"].as_str().filter(|code| !["", "0"].contains(code));
    let status = || answer.body["status"].as_i64().filter(|status| *status >= 400);
    let code = code.map(str::to_owned).or_else(|| status().map(|status| status.to_string()))?;
    let said = answer.body.get("result").unwrap_or(&answer.body).to_string();
    let said: String = said.chars().take(MAX_CHARS).collect();
    Some(format!("the function failed with {code}: {said}"))
}

fn operation(name: &str) -> Result<&'static Operation, Failure> {
    API.operation(name).ok_or_else(|| Failure::unsent(format!("there is no operation {name}")))
}

/// The command of a call.
fn command_line(operation: &str, parameters: &[(&str, String)], body: Option<&Value>) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    let mut line = format!("cloudfn functiongraph {}", operation.replace('_', "-"));
    for (name, text) in parameters {
        line += &format!(" --{} {}", name.replace('_', "-"), quoted(text));
    }
    match body {
        Some(body) => format!("printf %s {} | {line} --json-body -", quoted(&body.to_string())),
        None => line,
    }
}
