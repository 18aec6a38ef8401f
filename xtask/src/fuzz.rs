//! `cargo xtask fuzz`: runs each fuzz target for a while, with cargo-fuzz.

use std::path::{Path, PathBuf};
use std::process::Command;

use cloudfn_codegen::model::Spec;

use crate::files;
use crate::parallel;
use crate::process;
use crate::project::Project;
use crate::text::shortened;

/// The version of cargo-fuzz.
const VERSION: &str = "0.13.2";
/// For the stable compiler, and for both processors while dependencies are compiled.
const OPTIONS: &[&str] = &["--sanitizer", "none", "--codegen-units", "16"];
/// The maximum number of characters shown of a line.
const LONGEST_LINE: usize = 300;

/// Runs `targets`, or all if empty, for `seconds` in total.
pub fn run(project: &Project, targets: &[String], seconds: u64) -> Result<(), String> {
    let tools = project.target.join(format!("tools/cargo-fuzz-{VERSION}"));
    if let Err(why) = install(project, &tools) {
        println!("fuzz: SKIPPED: {why}");
        return Ok(());
    }
    let mut known = Vec::new();
    process::tell_lines(&mut cargo_fuzz(project, &tools, &["list"]), |name| {
        known.push(name.to_owned());
    })?;
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    if let Some(unknown) = targets.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(format!("there is no fuzz target `{unknown}`, only {}", known.join(", ")));
    }
    let chosen = match targets {
        [] => known,
        _ => targets.iter().map(String::as_str).collect(),
    };
    let one = if let [one] = chosen[..] { Some(one) } else { None };
    let mut build = cargo_fuzz(project, &tools, &[&["build"], OPTIONS].concat());
    let failure = "the fuzz targets cannot be built; see the output of cargo above";
    process::must_succeed(build.args(one), failure)?;
    write_seeds(project)?;
    let share = (seconds / chosen.len() as u64).max(1);
    println!("{} targets, {share} s each", chosen.len());
    let held = parallel::map(chosen, |target| (target, holds(project, &tools, target, share)));
    let mut broken = Vec::new();
    for (target, holds) in held {
        if !holds? {
            broken.push(target);
        }
    }
    match broken.is_empty() {
        true => Ok(()),
        false => Err(format!("failing inputs were found for {}", broken.join(", "))),
    }
}

/// Installs cargo-fuzz, unless it is installed. Returns why it cannot be used.
fn install(project: &Project, tools: &Path) -> Result<(), String> {
    let compiler = std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    if Command::new(&compiler).arg("--version").output().is_err() {
        return Err(format!("there is no C++ compiler `{compiler}`; install one, or set CXX"));
    }
    if tools.join("bin").is_dir() {
        return Ok(());
    }
    println!("installing cargo-fuzz {VERSION}");
    let mut install = project.cargo(&["install", "cargo-fuzz", "--locked", "--version", VERSION]);
    match process::outcome(install.arg("--root").arg(tools))? {
        (true, _) => Ok(()),
        (false, said) => Err(format!("cargo-fuzz cannot be installed:\n{}", last_lines(&said))),
    }
}

/// `cargo fuzz` with some arguments.
fn cargo_fuzz(project: &Project, tools: &Path, arguments: &[&str]) -> Command {
    let mut command = project.cargo(&["fuzz"]);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path =
        std::env::join_paths([tools.join("bin")].into_iter().chain(std::env::split_paths(&path)));
    command.args(arguments).envs(path.map(|path| ("PATH", path))).env("RUST_BACKTRACE", "0");
    command
}

fn last_lines(said: &str) -> String {
    let lines: Vec<&str> = said.lines().collect();
    lines[lines.len().saturating_sub(12)..].join("\n")
}

/// Writes specs and samples as inputs of the targets that read such.
fn write_seeds(project: &Project) -> Result<(), String> {
    let load = |folder: &str| Spec::load_all(&project.root.join(folder)).map_err(|e| e.to_string());
    let specs = [load("openapi")?, load("codegen/tests")?].concat();
    for spec in &specs {
        let api = spec.file.file_stem().unwrap_or_default().to_string_lossy();
        // JSON is also YAML, and more of its mutants can be read.
        write_seed(project, "specs", &api, &spec.as_json().to_string())?;
        let bodies = spec.operations.iter().flat_map(|operation| {
            operation.bodies().map(|(place, body)| (operation.id.as_str(), place, body))
        });
        for (id, place, body) in bodies {
            for sample in body.json().into_iter().flat_map(|json| &json.samples) {
                let json = sample.value.as_ref().map_or_else(String::new, ToString::to_string);
                let name = format!("{id}-{place}-{}", sample.name);
                write_seed(project, "models", &name, &json)?;
                let status = place.strip_prefix("response.").unwrap_or("200");
                let answer = format!("{api} {id} {status}\n\n{json}");
                write_seed(project, "answers", &name, &answer)?;
            }
        }
    }
    Ok(())
}

fn write_seed(project: &Project, target: &str, name: &str, input: &str) -> Result<(), String> {
    let name = name.replace(|c: char| !c.is_alphanumeric(), "-");
    files::write(&project.target.join("fuzz/seeds").join(target).join(name), input)
}

/// Runs a target, starting with the known inputs, and shows the result. Returns whether no input
/// fails.
fn holds(project: &Project, tools: &Path, target: &str, seconds: u64) -> Result<bool, String> {
    let fuzz = project.root.join("fuzz");
    let found = project.target.join("fuzz/found").join(target);
    std::fs::create_dir_all(&found).map_err(|e| files::unwritable(&found, &e))?;
    let known: [PathBuf; 4] = [
        fuzz.join("corpus").join(target),
        fuzz.join("regressions").join(target),
        project.target.join("fuzz/seeds").join(target),
        project.root.join(if target == "ledgers" { "openapi/ledger" } else { "none" }),
    ];
    let mut command = cargo_fuzz(project, tools, &[&["run"], OPTIONS, &[target]].concat());
    command.arg(&found).args(known.iter().filter(|folder| folder.is_dir()));
    command.arg("--").arg(format!("-max_total_time={seconds}"));
    command.arg(format!("-dict={}/dictionaries/{target}.dict", fuzz.display()));
    command.args(["-timeout=10", "-print_final_stats=1"]);
    let (succeeded, said) = process::outcome(&mut command)?;
    let (before, after) = (number(&said, "INITED cov: "), number(&said, " cov: "));
    let tried = number(&said, "stat::number_of_executed_units: ");
    let new = number(&said, "stat::new_units_added: ");
    println!("{target:<18} {tried:>9} inputs, coverage {before} -> {after}, {new} new");
    match succeeded {
        true if after == 0 => Err(format!("{target}: the fuzzer does not count coverage")),
        true => Ok(true),
        false => {
            println!("{}", failure(&said));
            Ok(false)
        }
    }
}

/// The number after the last `label`.
fn number(said: &str, label: &str) -> u64 {
    let rest = said.rsplit_once(label).and_then(|(_, rest)| rest.split_whitespace().next());
    rest.and_then(|number| number.parse().ok()).unwrap_or_default()
}

/// The message of a failure, its input, and the commands to replay and to minimize it.
fn failure(said: &str) -> String {
    let is_panic = |line: &&str| line.contains(" panicked at ");
    let panic = said.lines().skip_while(|line| !is_panic(line)).take(5);
    let panic = panic.take_while(|line| !line.starts_with("note: ") && !line.starts_with("=="));
    let summary = said.lines().filter(|line| line.starts_with("SUMMARY: "));
    let about_input =
        said.lines().filter(|line| line.contains("artifacts/") && line.starts_with('\t'));
    let lines: Vec<String> =
        panic.chain(summary).chain(about_input).map(|line| shortened(line, LONGEST_LINE)).collect();
    match lines.is_empty() {
        true => last_lines(said),
        false => lines.join("\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "#5\tINITED cov: 234 ft: 309 corp: 4/196b exec/s: 0 rss: 49Mb\n\
        #6\tNEW    cov: 240 ft: 311 corp: 5/200b lim: 4 exec/s: 0 rss: 49Mb\n\
        thread 'x' panicked at src/a.rs:1:2:\nfound\nnote: run with\n\
        SUMMARY: libFuzzer: deadly signal\n\tfuzz/artifacts/urns/crash-1\n";

    #[test]
    fn numbers_and_failures_are_read() {
        assert_eq!((number(SAID, "INITED cov: "), number(SAID, " cov: ")), (234, 240));
        assert_eq!(number("INFO: Loaded no counters\n", " cov: "), 0);
        let expected = "thread 'x' panicked at src/a.rs:1:2:\nfound\n\
            SUMMARY: libFuzzer: deadly signal\n\tfuzz/artifacts/urns/crash-1";
        assert_eq!(failure(SAID), expected);
        assert_eq!(failure("error: no such file\n"), "error: no such file");
    }
}
