//! `cargo xtask ledger`: drafts of two pages, and what `--check` tells about changed ones.
//!
//! Without Python or its package index, the tests say that they are skipped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Whether the verb succeeds, and what it writes to stdout and stderr; nothing without its tools.
fn ledger(arguments: &[&str]) -> Option<(bool, String, String)> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("ledger").args(arguments).current_dir(folder());
    let output = command.output().unwrap();
    let [stdout, stderr] =
        [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    let lacks = ["Python 3.11 or newer", "pip needs access"].iter().any(|n| stderr.contains(n));
    if lacks {
        eprintln!("SKIPPED: {stderr}");
        return None;
    }
    Some((output.status.success(), stdout, stderr))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ledger")
}

/// A file that is changed, in a temporary folder.
fn changed(file: &str, from: &str, to: &str) -> String {
    let text = fs::read_to_string(folder().join(file)).unwrap();
    assert_eq!(text.matches(from).count(), 1, "{from}");
    let path = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = path.join(format!("{}-{file}", to.replace(|c: char| !c.is_alphanumeric(), "")));
    fs::write(&path, text.replace(from, to)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_page_becomes_a_draft() {
    for (arguments, draft) in
        [(&["page.rst"][..], "rst.md"), (&["page.md", "--request=POST /boats"][..], "markdown.md")]
    {
        let Some((succeeds, stdout, stderr)) = ledger(arguments) else { return };
        assert!(succeeds, "{stderr}");
        assert_eq!(stdout, fs::read_to_string(folder().join(draft)).unwrap(), "{draft}");
        assert!(stderr.contains(" lines are TODO"), "{stderr}");
    }
}

#[test]
fn a_ledger_has_no_difference_from_its_page() {
    for (page, ledger_of_it) in [("page.rst", "rst.md"), ("page.md", "markdown.md")] {
        let Some((succeeds, stdout, stderr)) = ledger(&[page, "--check", ledger_of_it]) else {
            return;
        };
        assert!(succeeds && stdout.lines().count() == 1, "{stdout}{stderr}");
    }
}

#[test]
fn the_words_of_a_ledger_are_not_compared() {
    let draft = fs::read_to_string(folder().join("rst.md")).unwrap();
    let own = draft.replace("| TODO        |", "| own words   |");
    let own: String = own.split_inclusive('\n').filter(|l| !l.starts_with("TODO")).collect();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("own-words.md");
    fs::write(&file, own).unwrap();
    let Some((succeeds, stdout, stderr)) = ledger(&["page.rst", "--check", file.to_str().unwrap()])
    else {
        return;
    };
    assert!(succeeds, "{stdout}{stderr}");
}

/// What is replaced by what in a page, and what is told of it.
#[rustfmt::skip]
const CHANGES: &[(&str, &str, &str, &str)] = &[
    ("page.rst", "Maximum length: 64", "Maximum length: 65", "request/name::maxLength: the ledger has 64, the page 65"),
    ("page.rst", "Default: **2**", "Default: **3**", "request/hours::default: the ledger has 2, the page 3"),
    ("page.rst", "**sail**  ", "**sails** ", "request/kind::values: the ledger has `Rowing Boat` sail, the page `Rowing Boat` sails"),
    ("page.rst", "tags      | No ", "tags      | Yes", "request/tags::required: the ledger has no, the page yes"),
    ("page.rst", "id        Long  ", "id        String", "response.201: Boat/id::type: the ledger has long, the page string"),
    ("page.rst", "age       No ", "years     No ", "request: Sailor/years::type: the ledger has nothing, the page integer"),
    ("page.rst", "\"id\" : 1", "\"id\" : 2", "sample.response.201/created#/0/id: the ledger has 1, the page 2"),
    ("page.rst", "404         Not found.", "410         Gone.     ", "status/404::present: the ledger has yes, the page nothing"),
    ("page.md", "最长为 60 秒", "最长为 90 秒", "request/hours::maximum: the ledger has 60, the page 90"),
    ("page.md", "`up`,`down`", "`up`", "response.200: ItemDto/state::values: the ledger has down up, the page up"),
];

#[test]
fn each_change_of_a_page_is_told() {
    for &(page, from, to, told) in CHANGES {
        let draft = if page == "page.rst" { "rst.md" } else { "markdown.md" };
        let Some((succeeds, stdout, stderr)) =
            ledger(&[&changed(page, from, to), "--check", draft])
        else {
            return;
        };
        assert!(!succeeds, "{to}");
        assert!(stdout.lines().any(|line| line.ends_with(told)), "{to}: {stdout}{stderr}");
        // A new name and a new status are two differences: one has gone, the other has come.
        let count = if told.contains("nothing") { "2 places" } else { "1 place" };
        assert!(stderr.contains(&format!("differ in {count}\n")), "{to}: {stdout}{stderr}");
    }
}

#[test]
fn what_cannot_be_drafted_is_refused_in_one_line() {
    for (arguments, message) in [
        (&["none.rst"][..], "error: none.rst cannot be read: "),
        (&["page.md"][..], "error: page.md: the page has no line with a method and a path: "),
        (&["page.md", "--request=boats"][..], "error: page.md: --request should be "),
        (&["page.rst", "--output=rst.md"][..], "error: rst.md exists; "),
    ] {
        let Some((succeeds, _, stderr)) = ledger(arguments) else { return };
        assert!(!succeeds && stderr.lines().count() == 1, "{stderr}");
        assert!(stderr.starts_with(message), "{stderr}");
    }
}

#[test]
fn a_ledger_is_filled_with_its_own_descriptions() {
    let row = |said: &str| format!("| code | string | {said} |\n");
    let ledger_of = |second: &str, text: &str| {
        let of = |status, said: &str| {
            format!(
                "\n## response.{status}\n| name | type | description |\n| - | - | - |\n{}",
                row(said)
            )
        };
        format!(
            "# rent\nPOST /boats    statuses: 404 409\npage: \"Boats\" (en)\n{}{}{text}",
            of(404, "its code"),
            of(409, second)
        )
    };
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("half-written.en.md");
    fs::write(&file, ledger_of("TODO", "\nTODO code: Code.\n")).unwrap();
    let Some((succeeds, _, stderr)) = ledger(&["--fill", file.to_str().unwrap()]) else { return };
    assert!(succeeds && stderr.contains("0 lines are TODO"), "{stderr}");
    assert_eq!(fs::read_to_string(&file).unwrap(), ledger_of("its code", "\n"));
}
