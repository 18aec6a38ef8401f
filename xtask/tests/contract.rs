//! The output of `cargo xtask contract`, in temporary checkouts.
//!
//! The suite is replaced by a program that prints the same output, so that nothing is built.
#![cfg(unix)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};

use support::{copy_openapi, edit, Folder};

/// A project in a temporary folder.
struct Checkout(Folder);

/// Replaces cargo. It prints what cargo would, builds nothing, and runs a suite with one test and two
/// snapshots, one of which exists.
const CARGO: &str = r#"#!/bin/sh
echo "   Compiling cloudfn $*" >&2
cd tests/contract/snapshots
echo '{"type":"suite","event":"started","test_count":4}'
echo '{"type":"test","event":"ok","name":"a-claim"}'
for name in old changed new newer; do
  case $INSTA_UPDATE in
    always) echo now > $name.snap; event='"ok"' ;;
    no) grep -q now $name.snap 2>/dev/null && event='"ok"' || event='"failed","stdout":"it differs"' ;;
  esac
  echo "{\"type\":\"test\",\"name\":\"snapshot::$name\",\"event\":$event}"
done
echo '{"type":"suite","event":"ok"}'
"#;

impl Checkout {
    fn new(name: &str) -> Self {
        let checkout = Self(Folder::new(&format!("contract-{name}")));
        copy_openapi(&checkout.path(""));
        checkout.write("tests/contract/snapshots/old.snap", "now\n");
        checkout.write("tests/contract/snapshots/changed.snap", "then\n");
        checkout.write("cargo", CARGO);
        fs::set_permissions(checkout.path("cargo"), PermissionsExt::from_mode(0o755)).unwrap();
        // The target folder is that of the program.
        let program = checkout.path("target/debug/xtask");
        fs::create_dir_all(program.parent().unwrap()).unwrap();
        fs::hard_link(env!("CARGO_BIN_EXE_xtask"), program).unwrap();
        checkout
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0 .0.join(file)
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The output on stdout and stderr, and whether the call succeeded.
    fn contract(&self, arguments: &[&str], columns: &str) -> (String, String, bool) {
        let mut command = Command::new(self.path("target/debug/xtask"));
        command.env("CARGO", self.path("cargo")).env("COLUMNS", columns);
        command.env_remove("GITHUB_STEP_SUMMARY").env("CARGO_MANIFEST_DIR", self.path("xtask"));
        let output = command.arg("contract").args(arguments).current_dir(&self.0 .0).output();
        let Output { stdout, stderr, status } = output.unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (text(stdout), text(stderr), status.success())
    }

    fn snapshot(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path(&format!("tests/contract/snapshots/{name}.snap"))).ok()
    }
}

/// The position of `text` in `all`.
fn at(all: &str, text: &str) -> usize {
    all.find(text).unwrap_or_else(|| panic!("there is no {text:?} in:\n{all}"))
}

#[test]
fn what_needs_no_build_is_said_first_and_fits_the_width() {
    let checkout = Checkout::new("first");
    for columns in ["60", "80", "200"] {
        let (stdout, stderr, _) = checkout.contract(&[], columns);
        assert!(stdout.starts_with("operation"), "{stdout}");
        assert!(at(&stdout, "all ") < at(&stdout, "specs and ledgers: they agree"), "{stdout}");
        assert!(
            at(&stdout, "they agree") < at(&stdout, "takes minutes the first time"),
            "{stdout}"
        );
        assert!(at(&stdout, "takes minutes") < at(&stdout, "FAILED "), "{stdout}");
        assert!(stderr.contains("Compiling cloudfn test --test contract -- --format json"));
        let table = &stdout[..at(&stdout, "specs and ledgers")];
        let longest = table.lines().map(|line| line.chars().count()).max().unwrap();
        // A name is not cut.
        let names = table.lines().filter_map(|line| line.split_whitespace().next());
        let longest_name = names.map(str::len).max().unwrap();
        let least = longest_name + "  contradictions".len();
        assert!(longest <= least.max(columns.parse().unwrap()), "{columns}: {longest}\n{table}");
        for word in "operation pages claims rules of them checked samples statuses deviations \
                     contradictions carried documented only relaxed generator alone drops"
            .split_whitespace()
        {
            assert!(table.contains(word), "{columns}: {word}\n{table}");
        }
    }
}

#[test]
fn missing_snapshots_are_one_failure_and_are_accepted_in_the_same_run() {
    let checkout = Checkout::new("snapshots");
    let (stdout, stderr, succeeds) = checkout.contract(&[], "100");
    let expected = "\
FAILED snapshots
    2 snapshots are missing in tests/contract/snapshots:
        new
        newer
    do:     read the change; if it is intended, accept it: cargo xtask contract --accept

FAILED snapshot::changed
    it differs
    do:     read the change; if it is intended, accept it: cargo xtask contract --accept
    alone:  cargo test --test contract -- --exact 'snapshot::changed'

suite: 2 tests passed, 3 failed
";
    assert!(stdout.contains(expected), "{stdout}");
    assert_eq!(stdout.matches("FAILED ").count(), 2, "{stdout}");
    assert!(!succeeds && stderr.contains("the contract is broken in 2 places"), "{stderr}");
    assert_eq!(checkout.snapshot("new"), None, "nothing is accepted unasked");
    assert_eq!(checkout.snapshot("changed").unwrap(), "then\n");

    let (stdout, stderr, succeeds) = checkout.contract(&["--accept"], "100");
    let expected = "\
accepted: tests/contract/snapshots/changed.snap (changed)
accepted: tests/contract/snapshots/new.snap (new)
accepted: tests/contract/snapshots/newer.snap (new)
suite: 5 tests passed, 0 failed
";
    assert!(succeeds && stdout.contains(expected), "{stdout}{stderr}");
    let (stdout, _, succeeds) = checkout.contract(&["--accept"], "100");
    assert!(succeeds && !stdout.contains("accepted"), "{stdout}");
}

#[test]
fn a_sample_that_breaks_the_spec_is_found_before_anything_is_built() {
    const LEDGER: &str = "openapi/ledger/functiongraph-publish-version.pt.md";
    let checkout = Checkout::new("sample");
    for file in ["openapi/functiongraph.yaml", LEDGER] {
        let text = fs::read_to_string(checkout.path(file)).unwrap();
        let from = if text.contains("\"timeout\": 3,") { "\"timeout\": 3," } else { "timeout: 3" };
        edit(&checkout.path(file), from, &from.replace('3', "1000"));
    }
    let (stdout, stderr, succeeds) = checkout.contract(&[], "100");
    let expected = "
FAILED functiongraph::create_function_version::sample.response.200/ok::value
    the sample breaks the spec at timeout: 1000 is outside the documented 3..=900 (`maximum`)
";
    assert!(stdout.contains(expected), "{stdout}");
    let found = &stdout[at(&stdout, expected)..];
    at(found, &format!("ledger: {LEDGER}, line "));
    at(found, "/CreateFunctionVersionResponse/properties/timeout/maximum\n");
    at(found, "do:     add a deviation to the ledger, or correct the spec\n");
    assert!(!stdout.contains("look in codegen/src"), "{stdout}");
    assert!(stdout.contains("suite: not run"), "{stdout}");
    assert!(!succeeds && !stderr.contains("Compiling"), "{stderr}");
}
