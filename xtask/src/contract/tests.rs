//! Tests of the report and its summary.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cloudfn_codegen::contract::Contract;

use super::figures::Figures;
use super::html::Report;
use super::prepared::{self, hostile, ATTACK};
use super::suite::alone;
use super::verdicts::Verdicts;
use super::{load, summary, Failure};
use crate::files::append;
use crate::mutants::results::{Mutation, Score};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The project's own contract, without test results.
fn own() -> Report {
    prepared::of(Contract::load(&root()).unwrap()).unwrap()
}

fn summary_of(report: &Report) -> String {
    summary::markdown(report, "target/contract/report.html")
}

fn failure(name: &str, details: &str) -> Failure {
    Failure { name: name.to_owned(), details: details.to_owned() }
}

/// `text`, escaped like in the template.
fn escaped(text: &str) -> String {
    let entities = [
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ("\"", "&quot;"),
        ("'", "&#x27;"),
        ("/", "&#x2f;"),
    ];
    entities.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[test]
fn texts_of_a_contract_stay_texts() {
    let page = hostile().unwrap().page().unwrap();
    let count = |text: &str| page.matches(text).count();
    assert_eq!((count("<script"), count("<style")), (1, 1));
    for tag in ["<img", "<svg", "<iframe", "<!--", ATTACK] {
        assert_eq!(count(tag), 0, "{tag}");
    }
    assert!(count(&escaped(ATTACK)) > 50, "{}", count(&escaped(ATTACK)));
    let ends_attribute = format!("id=\"page-{}", escaped("\"><img"));
    assert!(count(&ends_attribute) > 0);
}

#[test]
fn the_same_contract_gives_the_same_page() {
    let page = || own().page().unwrap();
    assert_eq!(page(), page());
}

#[test]
fn every_claim_is_on_the_page_once() {
    let own = own();
    let page = own.page().unwrap();
    let mut commands = BTreeMap::<&str, usize>::new();
    for part in page.split("<code class=\"alone\">").skip(1) {
        *commands.entry(part.split("</code>").next().unwrap()).or_default() += 1;
    }
    let mut claims = 0;
    for (ledger, claim) in own.contract.claims() {
        let command = escaped(&alone(&ledger.id(claim)));
        assert_eq!(commands.get(command.as_str()), Some(&1), "{command}");
        claims += 1;
    }
    assert!(claims > 0);
    for ledger in &own.contract.ledgers {
        assert!(page.contains(&format!("{} statements. Ledger:", ledger.statements())));
        for claim in &ledger.prose {
            assert!(page.contains(&escaped(&claim.value)), "{}", ledger.id(claim));
        }
    }
}

#[test]
fn what_is_broken_comes_first() {
    let mut own = own();
    let (ledger, claim) = own.contract.claims().next().unwrap();
    own.failures.push(failure(&ledger.id(claim), "    the page says 3, the spec 4"));
    own.verdicts = Verdicts::of(&own.contract, &own.failures, None);
    let page = own.page().unwrap();
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("there is no {text}"));
    assert!(at("Broken in 1 place.") < at("the page says 3, the spec 4"));
    assert!(at("the page says 3, the spec 4") < at("id=\"chain\""));
    assert!(at("class=\"bad\">failed<") < at("class=\"open\">not run<"));
    assert!(summary_of(&own).contains("**Broken in 1 place.** The suite was not run."));
}

#[test]
fn what_cannot_be_read_is_reported() {
    let mut own = own();
    own.contract = load(Path::new("no/such/folder"), &mut own.failures);
    own.figures = Figures::of(&own.contract);
    assert_eq!(own.failures.len(), 1);
    own.verdicts = Verdicts::of(&own.contract, &own.failures, None);
    assert!(own.page().unwrap().contains(&escaped("no/such/folder/openapi: cannot be read")));
    assert!(summary_of(&own).contains("no/such/folder/openapi"));
}

#[test]
fn the_summary_is_short() {
    let mut own = own();
    let name = |n: usize| format!("claim {n} ```\n# {}", "x".repeat(1000));
    own.failures = (0..1000).map(|n| failure(&name(n), "```` <b>\n| wrong")).collect();
    let levels: Vec<String> =
        (0..100).map(|n| format!(r#"{{"level":"a|{n}<b>","made":8,"caught":7}}"#)).collect();
    let json = format!(r#"{{"levels":[{}]}}"#, levels.join(","));
    own.mutation = Mutation::parse(&json, Path::new("mutants.json"));
    let summary = summary_of(&own);
    let lines: Vec<&str> = summary.lines().collect();
    assert!(lines.len() <= 60, "{} lines", lines.len());
    assert!(summary.len() < 10_000, "{} bytes", summary.len());
    assert!(summary.contains("claim 0 ```") && summary.contains("… and 990 more"));
    // No text can end the block, or add a column or an element to the table.
    assert_eq!(lines.iter().filter(|line| line.starts_with("`````")).count(), 2);
    assert!(summary.contains(r"| a\|0\<b\> | 87.5 % | 7 | 0 | 0 |"));
}

#[test]
fn the_summary_is_appended() {
    let file = std::env::temp_dir().join(format!("cloudfn-summary-{}.md", std::process::id()));
    append(&file, "one\n").unwrap();
    append(&file, "two\n").unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(text, "one\ntwo\n");
}

#[test]
fn mutants_are_read_with_what_else_is_there() {
    let json = r#"{"commit":"abc123","seconds":1.5,"new":[],"levels":[{"level":"code","made":3010,"caught":2999,"survived":1,"equivalent":10,"new":0}],
        "mutants":[{"name":"a","verdict":"caught","by":["t"]},{"name":"b","verdict":"survived","reason":"r","new":{}}]}"#;
    let Mutation::Ran(run) = Mutation::parse(json, Path::new("mutants.json")) else {
        panic!("it is not read");
    };
    assert_eq!((run.mutants[0].name.as_str(), run.mutants[1].name.as_str()), ("b", "a"));
    assert_eq!(run.levels[0].percent(), "99.9 %");
    assert_eq!(run.note(Some("abc123def")), "");
    assert!(run.note(Some("def")).contains("abc123"));
    assert_eq!(Score::default().percent(), "none made");
}

#[test]
fn what_is_said_of_mutants_follows_their_file() {
    let mut own = own();
    for (json, told) in [
        ("{", "mutants.json is not as expected"),
        (r#"{"commit":"abc123"}"#, "The mutants are of commit abc123"),
        (r#"{"part":"sample 60"}"#, "These are only some of the mutants, selected by sample 60"),
    ] {
        own.mutation = Mutation::parse(json, Path::new("mutants.json"));
        assert!(own.page().unwrap().contains(told), "{told}");
        assert!(summary_of(&own).contains(told), "{told}");
    }
    own.mutation = Mutation::NotRun;
    assert!(own.page().unwrap().contains("cargo xtask mutants has not been run"));
    assert!(summary_of(&own).contains("`cargo xtask mutants` has not been run"));
}
