//! Replays the seeds, the kept corpus and every input that once failed.

use std::panic::catch_unwind;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use cloudfn_fuzz::{inputs, Target, CORPUS, REGRESSIONS, TARGETS};
use libtest_mimic::{Arguments, Failed, Trial};

/// The time limit for an input, with a margin for slow builds and machines.
const LONGEST: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials: Vec<Trial> =
        TARGETS.iter().map(|target| Trial::test(target.name, move || replay(target))).collect();
    trials.push(Trial::test("every_file_is_of_a_target", every_file_is_of_a_target));
    trials.push(Trial::test("every_api_is_decoded", every_api_is_decoded));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn replay(target: &'static Target) -> Result<(), Failed> {
    let seeds = (target.seeds)().into_iter().enumerate();
    let seeds = seeds.map(|(index, seed)| (PathBuf::from(format!("seed {index}")), seed));
    let mut all: Vec<_> = seeds.collect();
    if all.is_empty() {
        return Err("there is no seed".into());
    }
    all.extend([CORPUS, REGRESSIONS].into_iter().flat_map(|folder| inputs(folder, target.name)));
    for (name, input) in all {
        let begun = Instant::now();
        catch_unwind(|| (target.run)(&input))
            .map_err(|panic| format!("{}: {}", name.display(), message(&*panic)))?;
        if begun.elapsed() > LONGEST {
            return Err(format!("{} takes {:?}", name.display(), begun.elapsed()).into());
        }
    }
    Ok(())
}

fn message(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without a message")
}

/// `cargo xtask fuzz` knows the targets by their files.
fn every_file_is_of_a_target() -> Result<(), Failed> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/targets");
    let files = std::fs::read_dir(folder)?;
    let mut files: Vec<String> = files
        .filter_map(|entry| {
            entry.ok()?.file_name().to_str()?.strip_suffix(".rs").map(str::to_owned)
        })
        .filter(|name| name != "mod")
        .collect();
    files.sort();
    let targets: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    match files == targets {
        true => Ok(()),
        false => Err(format!("src/targets/ has {files:?}, TARGETS {targets:?}").into()),
    }
}

/// An API that is missing from this package's features would not be fuzzed.
fn every_api_is_decoded() -> Result<(), Failed> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi");
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let api = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let is_spec = path.extension().is_some_and(|ending| ending == "yaml");
        if is_spec && !cloudfn::registry::APIS.iter().any(|known| known.name == api) {
            return Err(format!("add the feature `{api}` of cloudfn to fuzz/Cargo.toml").into());
        }
    }
    Ok(())
}
