//! A malformed spec or ledger gives one message that says what is wrong and where.

mod support;

use cloudfn_codegen::contract::Contract;
use cloudfn_codegen::generate::generate;
use cloudfn_codegen::ledger::Page;
use support::{contract, findings, parsed, replaced, rows, spec};

const SPEC: &str = include_str!("probe.yaml");

fn spec_error(text: &str) -> String {
    parsed(text).expect_err("the spec is malformed").to_string()
}

#[test]
fn malformed_specs() {
    for (text, expected) in [
        ("", "probe.yaml: the spec is empty"),
        ("- a list", "probe.yaml: an OpenAPI document is an object"),
        ("openapi: 3.1.0", "probe.yaml, /openapi: version 3.1.0 is not supported, only 3.0.x is"),
        ("openapi: 3.0.3", "probe.yaml, /paths: there is no operation"),
    ] {
        assert_eq!(spec_error(text), expected);
    }
    for [from, to, told] in rows(
        "
minimum: 0, exclusive => minimun: 0, exclusive => ANSWER/properties/size/minimun: unknown keyword `minimun`
operationId: probe => sumary: x\\n      operationId: probe => POST/sumary: unknown keyword `sumary`
          content: =>           contnet: => POST/responses/200/contnet: unknown keyword `contnet`
maximum: 9 => maximum: nine => ANSWER/properties/size/maximum: \"nine\" is not a bound
maximum: 9 => maximum: -1 => ANSWER/properties/size/minimum: 0 is above the maximum of -1
maximum: 9 => maximum: 0 => ANSWER/properties/size: no 64-bit integer is between these bounds
enum: [1, 2, -3] => enum: [1, two] => ANSWER/properties/level/enum: \"two\" is not of the schema's type
enum: [1, 2, -3] => enum: [1, 1] => ANSWER/properties/level/enum: 1 is listed twice
required: [name, size] => required: [name, sise] => ANSWER/required: \"sise\" is not a member of this schema
type: boolean => type: bool => ANSWER/properties/nested/properties/deep/type: \"bool\" is not a type
operationId: probe => operationId: 1name => POST/operationId: `1name` is not a Rust function name
operationId: probe => operationId: ListProbes => POST/operationId: `ListProbes` should be spelled `list_probes`, as a Rust function is
operationId: probe => operationId: new => POST/operationId: `new` is the name of another function of the client
name: id, in: path => name: ident, in: path => POST: no parameter is declared for `{id}` of the path
$ref: \"#/components/schemas/Answer\" => $ref: \"#/components/schemas/Anwser\" => POST/responses/200/content/application~1json/schema: nothing stands at `#/components/schemas/Anwser`
pattern: \"^[a-z]+$\" => pattern: \"[a-z\" => POST/parameters/0/schema/pattern: `[a-z` is not a regular expression that can be checked: unclosed character class
",
    ) {
        let told = told.replace("ANSWER", "/components/schemas/Answer");
        let told = told.replace("POST", "/paths/~1probe~1{id}/post");
        assert_eq!(spec_error(&replaced(SPEC, &from, &to)), format!("probe.yaml, {told}"));
    }
    let yaml = spec_error(&replaced(SPEC, "info: { title", "  info: { title"));
    assert!(yaml.starts_with("probe.yaml, line 2, column"), "{yaml}");
    assert!(!yaml.contains('\n'), "{yaml}");
}

const LEDGER: &str = "\
# probe
POST /probe/{id}    statuses: 200 404 409
page: \"Probe\" (en)

## request
| name | type   | required | limits |
| ---- | ------ | -------- | ------ |
| name | string | yes      | ..8    |
";

fn ledger_error(text: &str) -> String {
    match Page::parse("probe.md".as_ref(), text) {
        Err(error) => error.to_string(),
        Ok(page) => match Contract::new(vec![spec(SPEC)], vec![page], &Default::default()) {
            Err(error) => error.to_string(),
            Ok(contract) => contract.findings[0].to_string(),
        },
    }
}

fn changed_ledger(from: &str, to: &str) -> String {
    ledger_error(&replaced(LEDGER, from, to))
}

#[test]
fn malformed_ledgers() {
    assert_eq!(ledger_error(""), "probe.md: the ledger is empty");
    assert_eq!(ledger_error("text"), "probe.md, line 1: a ledger begins with `# operation_id`");
    for [from, to, told] in rows(
        r#"
# probe => # prob => 1: no spec has an operation `prob`; there are probe; `cargo xtask draft probe.md` drafts it
    statuses: 200 404 409 =>  => 2: this should be the line `METHOD /path    statuses: …`
page: "Probe" (en) => page: Probe => 3: this should be `page: "Title" (language)`
page: "Probe" (en) => pages: x => 3: expected a line that begins with one of `page`, `source`, `operator`, a colon and a value
required | => requierd | => 6: `requierd` is not a column of a ledger
| yes      | => | maybe    | => 8: `maybe` should be `yes` or `no`
| ..8    | => | ..8    |\n| name[] | string | no | | => 9: an item has no `required`
| ..8    | => | 8      | => 8: `8` should be limits such as `1..32`
| ..8    | => | => 8: 3 cells in a table of 4 columns
| ---- | ------ | -------- | ------ |\n =>  => 6: below the columns a line of dashes is missing
"#,
    ) {
        assert_eq!(changed_ledger(&from, &to), format!("probe.md, line {told}"));
    }
    let twice = ledger_error(&format!("{LEDGER}| name | string | yes      | ..8    |\n"));
    assert_eq!(twice, "probe.md, line 9: `name` stands at line 8 already");
}

#[test]
fn malformed_prose() {
    let described = LEDGER
        .replace("limits |\n", "limits | description |\n")
        .replace("------ |\n", "------ | ----------- |\n");
    let row =
        |text: &str| ledger_error(&described.replace("..8    |", &format!("..8    | {text} |")));
    let prose = |rows: &str| {
        let table = "## prose\n| name | kind | said |\n| ---- | ---- | ---- |";
        ledger_error(&format!("{LEDGER}\n{table}\n{rows}\n"))
    };
    let constrains = |word: &str| {
        format!("prose cannot constrain: `{word}` belongs in another column or a rule")
    };
    for (message, line, expected) in [
        (row(""), 8, "`description` should say what the page says".to_owned()),
        (row("a name, at most 8 letters"), 8, constrains("8")),
        (row("the mandatory name"), 8, constrains("mandatory")),
        (prose("| x | description | |"), 13, "`said` should say what the page says".into()),
        (prose("| | link | x |"), 13, "a row needs a name".into()),
        (prose("| x | | x |"), 13, "`` is not one of `description`, `link`, `example`, `code`, `navigation`, `note`".into()),
        (prose("| x | text | x |"), 13, "`text` is not one of `description`, `link`, `example`, `code`, `navigation`, `note`".into()),
        (prose("| x | link | x |\n| x | code | y |"), 14, "`x` stands at line 13 already".into()),
        (prose("| x | description | three to 86,400s. |"), 13, constrains("86,400s")),
        (
            prose("| x | link | x |\n\n## prose\nsource: sdks\n| name | kind | said |\n| - | - | - |\n| x | note | y |"),
            19,
            "`x` is in another section of prose".into(),
        ),
    ] {
        assert_eq!(message, format!("probe.md, line {line}: {expected}"));
    }
}

#[test]
fn what_the_page_describes_the_spec_describes_itself() {
    let text = "
openapi: 3.0.3
info: { title: t, version: v }
servers: [{ url: 'https://{region}.example', variables: { region: { default: one } } }]
paths:
  /p:
    post:
      operationId: probe
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Ask' } } } }
      responses: { '200': { description: done } }
components:
  schemas:
    Ask: { type: object, properties: { size: { $ref: '#/components/schemas/Size' } } }
    Size: { type: string, description: A size., enum: [s, l] }
";
    let ledger = "
# probe
POST /p    statuses: 200
page: \"Probe\" (en)

## request
| name | type   | values | description       |
| ---- | ------ | ------ | ----------------- |
| size | string | s l    | the size to print |

## servers
| name      | url                      | default |
| --------- | ------------------------ | ------- |
| 1         | https://{region}.example |         |
| 1{region} |                          | one     |
";
    let told =
        |text: &str, ledger: &str| findings(&contract(spec(text), &[ledger.trim_start()], &[]));
    let missing =
        "probe::probe::request/size::description: the page describes this, and the spec does not";
    let title = "probe::probe::operation::page.en: the spec has `-`, the ledger `Probe`";
    assert_eq!(told(text, ledger), [title, missing]);
    let described = text.replace(
        "size: { $ref: '#/components/schemas/Size' }",
        "size: { description: The size to print., allOf: [{ $ref: '#/components/schemas/Size' }] }",
    );
    assert_eq!(told(&described, ledger), [title]);
    let other = told(&described.replace("default: one", "default: two"), ledger);
    assert_eq!(
        other[1],
        "probe::probe::servers/1{region}::default: the spec has `two`, the ledger `one`"
    );
    let deviation = "\n## deviation x\nclaim: request/size::description = the size to print\nspec: y\nsource: page\nwhy: z\n";
    let deviating = told(&described, &format!("{ledger}{deviation}"));
    assert!(deviating[1].ends_with("deviation `x` is from prose, which no spec states"));
    let listed = told(&described.replace("default: one", "default: one, enum: [one]"), ledger);
    assert_eq!(
        listed[1],
        "probe::probe::servers/1{region}::values: the spec has `one`, the ledger `-`"
    );
    let without = ledger.split("## servers").next().unwrap();
    let unclaimed = ["1::url", "1{region}::default"]
        .map(|id| format!("probe::probe::servers/{id}: the spec states this, and no ledger does"));
    assert_eq!(told(&described, without)[1..], unclaimed);
}

#[test]
fn a_claim_without_a_place_is_named() {
    let finding = changed_ledger("| name | string | yes ", "| nmae | string | yes ");
    let expected = "\
probe::probe::request/nmae::type
    the spec has no `request/nmae`
    page:   Probe (en)
    ledger: probe.md, line 8
    spec:   probe.yaml#/paths/~1probe~1{id}/post
    do:     add it to the spec, or correct the name in the ledger";
    assert_eq!(finding, expected);
}

#[test]
fn a_draft_is_refused() {
    let one = changed_ledger("| ..8    |\n", "| ..8    |\n\nTODO name: ?\n");
    let expected = "\
probe::probe::todo
    still TODO: line 10
    page:   Probe (en)
    ledger: probe.md, line 10
    do:     write what the page says, in your own words, or remove the line";
    assert_eq!(one, expected);
    let cell = changed_ledger("| yes      |", "| TODO     |");
    assert!(cell.contains("still TODO: line 8\n"), "{cell}");
    let many = changed_ledger("| ..8    |\n", &format!("| ..8    |\n{}", "TODO x\n".repeat(9)));
    assert!(many.contains("still TODO: 9 lines: 9, 10, 11, 12, 13, 14, 15, 16, …\n"), "{many}");
    let sample = changed_ledger(
        "| ..8    |\n",
        "| ..8    |\n\n## sample request x\n```json\n\"TODO\"\n```\n",
    );
    assert!(!sample.contains("TODO:"), "{sample}");
}

#[test]
fn a_contradiction_may_be_with_another_source() {
    let told = |claim: &str| {
        let contradiction = format!(
            "\n## contradiction x\nclaim: request/name::type = string\nclaim: {claim}\nwhy: x\n"
        );
        let contract = contract(spec(SPEC), &[&format!("{LEDGER}{contradiction}")], &["sdks"]);
        let mut findings = contract.findings.iter().filter(|f| f.claim.contains("contradiction"));
        findings.next().map(|finding| finding.message.clone()).unwrap_or_default()
    };
    assert_eq!(told("[sdks] request/name::type = integer"), "");
    for [claim, message] in rows(
        "
[sdks] request/name::type = string => the claims agree again: all are `string`
[sdks] request/name::type = integr => `integr` cannot be the value of `request/name::type`
[sdks] request/nmae::type = integer => `probe` has no claim `request/nmae::type`
[sdk] request/name::type = integer => there is no ledger `sdk`, and no source of that name
",
    ) {
        assert_eq!(told(&claim), message, "{claim}");
    }
}

#[test]
fn what_the_generator_refuses_names_the_file() {
    let (one, other) =
        ("\"409\": { description: there already }", "\"202\": { description: later }");
    let spec = spec(&replaced(SPEC, one, other));
    let error = generate(&spec, Default::default()).unwrap_err().to_string();
    assert_eq!(
        error,
        "probe.yaml, /paths/~1probe~1{id}/post/responses: the successes 200 and 202 have different bodies, and one call can have one type only"
    );
}
