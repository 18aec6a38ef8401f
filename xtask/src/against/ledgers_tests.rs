//! What is told of ledgers.

use std::path::Path;

use cloudfn_codegen::ledger::Page;

use super::ledgers::compare;

const PAGE: &str = "\
# probe
POST /probe/{id}    statuses: 200 404
page: \"Probe\" (en)

## request
| name | type   | required | limits |
| ---- | ------ | -------- | ------ |
| name | string | yes      | ..8    |

## sample request one
```json
{ \"name\": \"a\" }
```

## deviation shorter
claim:  request/name::maxLength = 8
spec:   9
source: official-sdks
why:    the page is wrong

## contradiction both
claim: request/name::maxLength = 8
claim: operation::method = POST
why:   they differ
";

fn page(text: &str) -> Page {
    Page::parse(Path::new("openapi/ledger/probe.en.md"), text).unwrap()
}

/// What is told of the page with a part replaced.
fn told(from: &str, to: &str) -> Vec<String> {
    assert!(PAGE.contains(from), "the page has no `{from}`");
    let changed = page(&PAGE.replace(from, to));
    let changes = compare(&[page(PAGE)], &[changed]).unwrap();
    let told = changes
        .iter()
        .map(|c| format!("{:?} {} {}: {} → {}", c.shift, c.kind, c.name, c.old, c.new));
    told.collect()
}

#[test]
fn claims_samples_deviations_and_contradictions() {
    for (from, to, expected) in [
        ("| yes ", "| no  ", vec!["Changed claim request/name::required: yes → no"]),
        ("| string |", "| integer |", vec![
            "Removed claim request/name::maxLength: 8 → ",
            "Added claim request/name::maximum:  → 8",
            "Changed claim request/name::type: string → integer",
        ]),
        ("200 404", "200", vec!["Removed claim status/404::present: yes → "]),
        ("\"Probe\"", "\"Probes\"", vec!["Changed claim operation::page.en: Probe → Probes"]),
        ("\"a\"", "\"b\"", vec![r#"Changed sample request one: {"name":"a"} → {"name":"b"}"#]),
        ("spec:   9", "spec:   10", vec![
            "Changed deviation shorter: request/name::maxLength = 8; spec: 9; source: official-sdks → \
             request/name::maxLength = 8; spec: 10; source: official-sdks",
        ]),
        ("contradiction both", "contradiction two", vec![
            "Removed contradiction both: request/name::maxLength = 8, operation::method = POST → ",
            "Added contradiction two:  → request/name::maxLength = 8, operation::method = POST",
        ]),
        ("the page is wrong", "the page errs", vec![]),
    ] {
        let mut told = told(from, to);
        told.sort();
        let mut expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        expected.sort();
        assert_eq!(told, expected, "{from} to {to}");
    }
}

#[test]
fn pages_come_and_go() {
    let pages = [page(PAGE)];
    let gone = compare(&pages, &[]).unwrap();
    assert_eq!((gone.len(), gone[0].kind, gone[0].old.as_str()), (1, "page", "Probe"));
    let new = compare(&[], &pages).unwrap();
    assert_eq!((new.len(), new[0].kind, new[0].new.as_str()), (1, "page", "Probe"));
}
