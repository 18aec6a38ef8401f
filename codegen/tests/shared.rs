//! What is said once for all operations of an API.

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use cloudfn_codegen::contract::{Contract, Ledger};
use cloudfn_codegen::error::Error;
use cloudfn_codegen::generate::generate;
use cloudfn_codegen::ledger::{share, Api, Page};
use cloudfn_codegen::table::Claims;
use support::{parsed, replaced, rows};

const SPEC: &str = "
openapi: 3.0.3
info: { title: t, version: v }
servers: [{ url: 'https://one.example' }]
security: [{ token: [] }, { signature: [] }]
paths:
  /p:
    post:
      operationId: make_it
      x-pages: [{ title: Make, language: en }]
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: '#/components/schemas/Ask' } } }
      responses:
        '200': { description: done }
        '400': { $ref: '#/components/responses/Problem' }
        '404': { $ref: '#/components/responses/Problem' }
    delete:
      operationId: drop_it
      x-pages: [{ title: Drop, language: en }]
      responses:
        '204': { description: gone }
        '404': { $ref: '#/components/responses/Problem' }
components:
  securitySchemes:
    token: { type: apiKey, in: header, name: X-Auth-Token, description: A token. }
    signature: { type: apiKey, in: header, name: Authorization }
  responses:
    Problem:
      description: refused
      content: { application/json: { schema: { $ref: '#/components/schemas/Problem' } } }
  schemas:
    Ask: { type: object, properties: { size: { type: string, enum: [s, l] } } }
    Problem: { type: object, properties: { code: { type: string } } }
";

const API: &str = "\
# probe

## security
source: sdks
| name      | type   | header        | alternative |
| --------- | ------ | ------------- | ----------- |
| token     | apiKey | X-Auth-Token  | 1           |
| signature | apiKey | Authorization | 2           |

## header
source: sdks
| name         | type   | required | role       |
| ------------ | ------ | -------- | ---------- |
| X-Auth-Token | string | yes      | credential |
| Content-Type | string | yes      | media type |

## servers
source: sdks
| name | url                 |
| ---- | ------------------- |
| 1    | https://one.example |

## response.400 response.404
source: sdks
| name | type   |
| ---- | ------ |
| code | string |

## deviation body-required
claim:  request::required = -
spec:   yes
source: sdks
why:    pages do not say it
";

const MAKE: &str = "\
# make_it
POST /p    statuses: 200 400 404
page: \"Make\" (en)

## header
| name         | type   | required |
| ------------ | ------ | -------- |
| X-Auth-Token | string | yes      |
| Content-Type | string | yes      |

## request
| name | type   | values |
| ---- | ------ | ------ |
| size | string | s l    |
";

const DROP: &str = "\
# drop_it
DELETE /p    statuses: 204 404
page: \"Drop\" (en)

## header
| name         | type   | required | description |
| ------------ | ------ | -------- | ----------- |
| X-Auth-Token | string | yes      | a token     |
| content-type | string | yes      | its type    |
";

/// The contract of the two operations.
fn contract(api: &str, make: &str, drop: &str) -> Result<Contract, String> {
    contract_of(SPEC, api, make, drop)
}

fn contract_of(spec: &str, api: &str, make: &str, drop: &str) -> Result<Contract, String> {
    let of = |e: Error| e.to_string();
    let specs = vec![parsed(spec).map_err(of)?];
    let page = |file: &str, text: &str| Page::parse(Path::new(file), text).map_err(of);
    let mut pages = vec![page("make.md", make)?, page("drop.md", drop)?];
    let api = Api::parse(Path::new("probe.api.md"), api).map_err(of)?;
    share(&mut pages, vec![api], &specs).map_err(of)?;
    Contract::new(specs, pages, &BTreeSet::from(["sdks", "other-cloud"].map(str::to_owned)))
        .map_err(of)
}

/// What is wrong with it.
fn wrong(api: &str, make: &str, drop: &str) -> Vec<String> {
    wrong_in(SPEC, api, make, drop)
}

fn wrong_in(spec: &str, api: &str, make: &str, drop: &str) -> Vec<String> {
    match contract_of(spec, api, make, drop) {
        Err(error) => vec![error],
        Ok(contract) => {
            let findings = contract.findings.iter();
            findings.map(|f| format!("{}: {} ({})", f.claim, f.message, f.ledger)).collect()
        }
    }
}

/// An entry beside those of [`API`].
fn and(entry: &str) -> String {
    format!("{API}\n{entry}\n")
}

#[test]
fn what_is_said_once_is_claimed_of_each_operation() {
    let contract = contract(API, MAKE, DROP).unwrap();
    assert!(contract.findings.is_empty(), "{:?}", contract.findings);
    let told = |id: &str| {
        let mut claims = contract.claims().filter(|(ledger, claim)| ledger.id(claim) == id);
        let (ledger, claim) = claims.next().unwrap_or_else(|| panic!("there is no {id}"));
        assert!(claims.next().is_none(), "{id} is there twice");
        let at = ledger.page.at(claim.line);
        assert_eq!(claim.deviation.is_some(), claim.value != claim.expected(), "{id}");
        [claim.value.clone(), claim.expected().to_owned(), at]
    };
    // A token is one of two ways to authenticate, and the media type is sent where there is a body.
    for [id, page, spec, at] in rows(
        "
make_it::security/token::header => X-Auth-Token => X-Auth-Token => probe.api.md, line 7
drop_it::servers/1::url => https://one.example => https://one.example => probe.api.md, line 21
make_it::response.400/code::type => string => string => probe.api.md, line 27
drop_it::response.404/code::type => string => string => probe.api.md, line 27
make_it::request::required => - => yes => probe.api.md, line 29
make_it::header/X-Auth-Token::required => yes => no => make.md, line 8
drop_it::header/X-Auth-Token::required => yes => no => drop.md, line 8
make_it::header/Content-Type::required => yes => yes => make.md, line 9
drop_it::header/content-type::required => yes => no => drop.md, line 9
drop_it::header/content-type::type => string => string => drop.md, line 9
",
    ) {
        assert_eq!(told(&format!("probe::{id}")), [page, spec, at], "{id}");
    }
    let ids: Vec<String> = contract.claims().map(|(ledger, claim)| ledger.id(claim)).collect();
    for absent in ["drop_it::response.400/code::type", "drop_it::request::required"] {
        assert!(!ids.contains(&format!("probe::{absent}")), "{absent}");
    }
    let named = contract.ledgers[1].page.deviations.iter().map(|d| d.name.as_str());
    assert_eq!(named.collect::<Vec<_>>(), ["header-x-auth-token", "header-content-type"]);
    assert!(!contract.operation(&contract.ledgers[1]).parameters.iter().any(|p| p.required));
}

#[test]
fn a_default_media_type_is_that_of_the_body() {
    let with_default = |page: &str, name: &str, default: &str| {
        let (head, rest) = page.split_once("## header").unwrap();
        let rest = rest.split_once("\n\n## ").map_or(String::new(), |(_, r)| format!("\n## {r}"));
        format!(
            "{head}## header
| name         | type   | required | default   |
| ------------ | ------ | -------- | --------- |
| X-Auth-Token | string | yes      |           |
| {name} | string | yes      | {default} |
{rest}"
        )
    };
    let make = with_default(MAKE, "Content-Type", "application/json");
    let drop = with_default(DROP, "content-type", "application/json");
    assert_eq!(wrong(API, &make, &drop), [""; 0]);
    let contract = contract(API, &make, &drop).unwrap();
    for ledger in &contract.ledgers {
        let mut names = ledger.page.deviations.iter().map(|deviation| deviation.name.as_str());
        assert!(names.any(|name| name == "default-content-type"), "{}", ledger.page.operation);
    }
    let others = [MAKE, DROP].map(|page| with_default(page, "Content-Type", "text/plain"));
    let found = [wrong(API, &others[0], DROP), wrong(API, MAKE, &others[1])];
    assert!(found[0][0].contains("make_it::header/Content-Type::default"), "{found:?}");
    assert!(found[1][0].contains("drop_it::header/Content-Type::default"), "{found:?}");
}

#[test]
fn an_operation_may_say_it_again_and_goes_first() {
    let section = |from: &str, to: &str| {
        let text = API.split_once(from).unwrap().1;
        format!("{from}{}", text.split_once(to).unwrap().0)
    };
    let own = section("## response.400", "## deviation");
    let own = format!(
        "{MAKE}\n{}{}{own}",
        section("## security", "## header"),
        section("## servers", "## response")
    );
    let deviation = "
## deviation body
claim:  request::required = -
spec:   yes
source: sdks
why:    the page does not say it
";
    assert_eq!(wrong(API, &own, DROP), [""; 0]);
    assert_eq!(wrong(API, &format!("{own}{deviation}"), DROP), [""; 0]);
    // Its own table is compared instead, also where it is wrong.
    let other = replaced(&own, "| code | string |", "| code | number |");
    let of_400 = "the spec has `string`, the ledger `number` (make.md, line";
    let found = wrong(API, &other, DROP);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().all(|found| found.contains(of_400)), "{found:?}");
    let security = replaced(&own, "| signature | apiKey | Authorization | 2           |\n", "");
    let found = wrong(API, &security, DROP);
    assert!(found[0].contains("make_it::header/X-Auth-Token::required"), "{found:?}");
    let header = replaced(DROP, "| X-Auth-Token | string | yes ", "| X-Auth-Token | string | no  ");
    assert_eq!(wrong(API, MAKE, &header), ["probe::drop_it::header/X-Auth-Token::required: `header/X-Auth-Token::required` is `no` in drop, and `yes` for the whole API; leave the operation out of that section with `!drop_it` (probe.api.md, line 14)"]);
}

#[test]
fn applies_to_says_which_operations() {
    let deviation = |scope: &str| {
        let line = if scope.is_empty() { String::new() } else { format!("applies to: {scope}\n") };
        and(&format!("## deviation more\n{line}claim: header/X-Auth-Token::description = a token\nspec: x\nsource: sdks\nwhy: y"))
    };
    // Prose cannot deviate, which shows where the entry applies.
    let of_drop = "probe::drop_it::header/X-Auth-Token::description: deviation `more` is from prose, which no spec states (drop.md, line 8)";
    for scope in ["", "*", "drop_*", "drop_it", "* !make_it", "!make_it"] {
        assert_eq!(wrong(&deviation(scope), MAKE, DROP), [of_drop], "{scope}");
    }
    let nothing =
        "probe::deviation/more: this applies to no operation of the API (probe.api.md, line 37)";
    assert_eq!(wrong(&deviation("make_*"), MAKE, DROP), [nothing]);
    assert_eq!(
        wrong(&deviation("make_it drop_it"), MAKE, DROP)[..1],
        ["probe::make_it::header/X-Auth-Token::description: deviation `more`: this ledger has no claim `header/X-Auth-Token::description` (probe.api.md, line 37)"]
    );
    let unknown = |term: &str| {
        format!("probe::deviation/more: `{term}` in `applies to:` is about no operation of the API (probe.api.md, line 35)")
    };
    assert_eq!(
        wrong(&deviation("drop_it make_them"), MAKE, DROP),
        [of_drop.to_owned(), unknown("make_them")]
    );
    assert_eq!(
        wrong(&deviation("* !list_*"), MAKE, DROP),
        [of_drop.to_owned(), unknown("!list_*")]
    );
    assert_eq!(
        wrong(&deviation("drop_it drop_it"), MAKE, DROP),
        ["probe.api.md, line 36: `drop_it` stands twice in `applies to:`"]
    );
    assert_eq!(
        wrong(API, &format!("{MAKE}\n## deviation x\napplies to: *\n"), DROP),
        ["make.md, line 17: expected a line that begins with one of `claim`, `spec`, `source`, `why`, a colon and a value"]
    );
}

#[test]
fn what_the_file_itself_says_does_not_count_as_a_page_that_agrees() {
    let deviation = |scope: &str| {
        format!("## deviation host\n{scope}claim: servers/1::url = https://host\nspec: https://one.example\nsource: sdks\nwhy: y\n")
    };
    let make = format!("{MAKE}\n## servers\n| name | url |\n| - | - |\n| 1 | https://host |\n");
    assert_eq!(wrong(&and(&deviation("")), &make, DROP), [""; 0]);
    let agrees = replaced(&make, "https://host", "https://one.example");
    let of_make = "probe::make_it::servers/1::url: deviation `host`: `servers/1::url` is `https://one.example` in make, as in the spec; leave the operation out with `!make_it` (probe.api.md, line 36)";
    assert!(wrong(&and(&deviation("")), &agrees, DROP).contains(&of_make.to_owned()));
    let named = wrong(&and(&deviation("applies to: make_it drop_it\n")), &make, DROP);
    assert!(named[0].contains("leave the operation out with `!drop_it`"), "{named:?}");
}

#[test]
fn entries_that_are_wrong() {
    let deviation = |name: &str, claim: &str, spec: &str| {
        format!("## deviation {name}\nclaim: {claim}\nspec: {spec}\nsource: sdks\nwhy: y\n")
    };
    let section = |heading: &str, columns: &str, row: &str| {
        let rule = "| - ".repeat(columns.matches('|').count() - 1);
        format!("## {heading}\nsource: page\n{columns}\n{rule}|\n{row}")
    };
    let header = |row: &str| section("header", "| name | type | required | role |", row);
    for (entry, expected) in [
        // Two that contradict each other.
        (
            deviation("again", "request::required = -", "no"),
            "probe::make_it::request::required: deviation `again`: `request::required` is in deviation `body-required` already (probe.api.md, line 36)",
        ),
        (
            section("servers", "| name | url |", "| 1 | https://two.example |"),
            "probe.api.md, line 39: `servers/1::url` stands at line 21 already",
        ),
        (
            section("response.404", "| name | type |", "| code | number |"),
            "probe.api.md, line 39: `response.404/code::type` stands at line 27 already",
        ),
        // What applies to nothing.
        (
            section("response.500", "| name | type |", "| code | string |"),
            "probe::response.500: this applies to no operation of the API (probe.api.md, line 35)",
        ),
        (
            deviation("none", "response.200/size::type = -", "string"),
            "probe::deviation/none: this applies to no operation of the API (probe.api.md, line 36)",
        ),
        (
            "## contradiction none\nclaim: query/x::type = string\nclaim: [sdks] query/x::type = integer\nwhy: y".into(),
            "probe::contradiction/none: this applies to no operation of the API (probe.api.md, line 35)",
        ),
        // What the pages do not deviate from.
        (
            deviation("same", "header/X-Auth-Token::type = text", "string"),
            "probe::make_it::header/X-Auth-Token::type: deviation `same`: `header/X-Auth-Token::type` is `string` in make, as in the spec; leave the operation out with `!make_it` (probe.api.md, line 36)",
        ),
        (
            replaced(&deviation("x", "request::required = yes", "-"), "sdks", "sdk"),
            "probe::deviation/x: `sdk` is not a known source (probe.api.md, line 35)",
        ),
        // What is malformed.
        (
            section("response.404 response.404", "| name | type |", "| code | string |"),
            "probe.api.md, line 35: `response.404` stands twice in this heading",
        ),
        (header("| X-A | string | yes | token |"), "probe.api.md, line 39: `role` should be `credential` or `media type`"),
        (header("| X-A | string | yes | media type |"), "probe.api.md, line 39: the media type of the body is in `Content-Type` alone"),
        (header("| content-type | string | yes | |"), "probe.api.md, line 39: the role of `Content-Type` is `media type`"),
        (header("| X-A | string | | credential |"), "probe.api.md, line 39: `required` should be `yes` or `no`"),
        (
            header("| X-A | string | yes | credential |"),
            "probe::make_it::header/X-A::required: no security scheme has the header `X-A` (probe.api.md, line 39)",
        ),
        (
            section("request", "| name | type |", "| size | string |"),
            "probe.api.md, line 35: this belongs to a page; of an API, there are `security`, `servers`, `header`, responses, prose, lists of values, operators, deviations, contradictions and rules",
        ),
        (
            section("response.404 request", "| name | type |", "| size | string |"),
            "probe.api.md, line 35: `response.404 request` is not a place of an operation",
        ),
    ] {
        let found = wrong(&and(&entry), MAKE, DROP);
        assert!(found.iter().any(|found| found == expected), "{expected}\nin {found:#?}");
    }
    for (from, to, expected) in [
        ("# probe", "# prob", "probe.api.md, line 1: no spec is called `prob`; there are probe"),
        ("# probe", "# probe\nPOST /p", "probe.api.md, line 2: sections of a ledger begin with `## `"),
        ("https://one", "https://two", "probe::servers/1::url: the spec has `https://one.example`, the ledger `https://two.example` (probe.api.md, line 21)"),
    ] {
        let found = wrong(&replaced(API, from, to), MAKE, DROP);
        assert!(found.iter().any(|found| found == expected), "{expected}\nin {found:#?}");
    }
    let twice = Api::parse(Path::new("probe.api.md"), API).unwrap();
    let specs = [support::spec(SPEC)];
    let error = share(&mut [], vec![twice.clone(), twice], &specs).unwrap_err().to_string();
    assert_eq!(error, "probe.api.md, line 1: another file is about the API `probe`");
}

#[test]
fn a_heading_may_have_several_responses() {
    let one = "## response.400 response.404\n| name | type |\n| - | - |\n| code | string |\n";
    let each = one.replace(" response.404", "") + "\n" + &one.replace("response.400 ", "");
    let ids = |sections: &str| {
        let contract = contract(API, &format!("{MAKE}\n{sections}"), DROP).unwrap();
        assert!(contract.findings.is_empty(), "{:?}", contract.findings);
        let claims = contract.claims().map(|(l, c)| (l.id(c), c.value.clone(), c.source.clone()));
        claims.collect::<Vec<_>>()
    };
    assert_eq!(ids(one), ids(&each));
    let twice = one.replace("response.404", "response.400");
    assert_eq!(
        wrong(API, &format!("{MAKE}\n{twice}"), DROP),
        ["make.md, line 16: `response.400` stands twice in this heading"]
    );
    assert_eq!(
        wrong(API, &format!("{MAKE}\n{one}\n{one}"), DROP),
        ["make.md, line 21: this section stands at line 16 already"]
    );
}

/// A list of values, and a ledger that names it where its page lost the values.
const LIST: &str = "\
## values Size
source: sdks
values: s l
";
const LOST: &str = "
## deviation lost
claim:  request/size::values = ?
spec:   #Size
source: sdks
why:    the page prints no list
";

fn lost() -> String {
    replaced(MAKE, "| string | s l ", "| string | ?   ") + LOST
}

#[test]
fn values_are_listed_once() {
    let api = and(LIST);
    let named = replaced(MAKE, "| string | s l ", "| string | #Size ");
    let of_page = replaced(LIST, "source: sdks", "source: sdks, make");
    let in_api =
        "\n## deviation all\nclaim: request/size::values = s\nspec: #Size\nsource: sdks\nwhy: y\n";
    let narrow = replaced(MAKE, "| string | s l ", "| string | s   ");
    for (api, make) in [
        (api.as_str(), lost().as_str()),
        (&api, &named),
        (&and(&of_page), &named),
        (&and(&format!("{LIST}{in_api}")), &narrow),
    ] {
        assert_eq!(wrong(api, make, DROP), [""; 0], "{make}");
    }
    let contract = contract(&api, &lost(), DROP).unwrap();
    let claim = contract.claims().find(|(_, claim)| claim.statement == "values").unwrap().1;
    assert_eq!((claim.value.as_str(), claim.expected(), claim.line.number), ("?", "l s", 14));

    let unknown = "the file about the API has no `## values Sise`";
    let twice = "probe.api.md, line 38: `## values Size` stands at line 35 already";
    let of = |message: &str| format!("probe::values/Size: {message} (probe.api.md, line 35)");
    let missing = "probe.api.md, line 35: `values:` is missing";
    for (api, make, expected) in [
        (&api, lost().replace("#Size", "#Sise"), format!("probe::make_it::deviation/lost: deviation `lost`: {unknown} (make.md, line 16)")),
        (&api, named.replace("#Size", "#Sise"), format!("make.md, line 14: {unknown}")),
        (&api, named.replace("#Size", "`#Size`"), "probe::make_it::request/size::values: the spec has `l s`, the ledger `#Size` (make.md, line 14)".into()),
        (&and(&format!("{LIST}{}", in_api.replace("#Size", "#Sise"))), narrow.clone(), format!("probe.api.md, line 39: {unknown}")),
        (&api, MAKE.to_owned(), of("nothing says `#Size`")),
        (&and(&LIST.replace("s l", "s l m")), lost(), of("the spec has no enumeration of these values")),
        (&and(&LIST.replace("sdks", "sdk")), lost(), of("`sdk` is neither a known source nor a ledger")),
        (&and(&of_page), lost(), of("`make` does not have these values")),
        (&and(&LIST.replace("values: s l", "")), lost(), missing.into()),
        (&and(&format!("{LIST}{LIST}")), lost(), twice.into()),
        (&and(&LIST.replace("values: s l", "values: s l\noperator: other-cloud")), lost(), "probe.api.md, line 35: there is no `## operator other-cloud` here".into()),
    ] {
        let found = wrong(api, &make, DROP);
        assert!(found.contains(&expected), "{expected}\nin {found:#?}");
    }
}

/// Another operator of the service, whose pages have fewer values.
const OPERATOR: &str = "\
## operator other-cloud
what: a second build of the service, whose values do not narrow those of the vendor

## deviation fewer-values
operator: other-cloud
claim:    */size::values = s
spec:     #Size
source:   sdks
why:      the other cloud has fewer sizes

## values Size
source: sdks
values: s l
";

#[test]
fn a_page_of_another_operator_does_not_narrow_the_spec() {
    let spec = replaced(
        SPEC,
        "title: Make, language: en",
        "title: Make, language: en, operator: other-cloud",
    );
    let operated = |ledger: &str| replaced(ledger, "(en)\n", "(en)\noperator: other-cloud\n");
    let api = and(OPERATOR);
    let make = operated(&replaced(MAKE, "| string | s l ", "| string | s   "));
    assert_eq!(wrong_in(&spec, &api, &make, DROP), [""; 0]);
    let contract = contract_of(&spec, &api, &make, DROP).unwrap();
    let told = |id: &str| {
        let claim = contract.claims().find(|(_, claim)| claim.local_id() == id).unwrap().1;
        (claim.value.clone(), claim.expected().to_owned())
    };
    assert_eq!(told("request/size::values"), ("s".to_owned(), "l s".to_owned()));
    assert_eq!(told("operation::operator.en").1, "other-cloud");
    let deviation = contract.ledgers[0].page.deviations.last().unwrap();
    assert_eq!(deviation.claims[0].claim, "request/size::values");
    assert_eq!(deviation.scope.as_ref().unwrap().to_string(), "*, operator other-cloud");
    assert_eq!(contract.ledgers[0].page.name(), "Make (en, other-cloud)");
    let documented = "Described on other-cloud's page “Make” (en).";
    assert!(generate(&contract.specs[0], Claims::default()).unwrap().contains(documented));

    // Limits are a pair, and a pattern may be about several members.
    let limits = "\n## deviation limits\noperator: other-cloud\nclaim: *::limits = 1..1\nspec: -\nsource: sdks\nwhy: y\n";
    let limited =
        make.replace("| values |", "| values | limits |").replace("| s   ", "| s | 1..1 ");
    let limited = limited.replace("| ---- | ------ | ------ |", "| ---- | ------ | ------ | - |");
    assert_eq!(wrong_in(&spec, &(api.clone() + limits), &limited, DROP), [""; 0]);
    assert_eq!(wrong_in(&spec, &api, &limited, DROP).len(), 2);

    // The page has fewer values, never one that the spec lacks.
    let more = |text: &str| text.replace("size::values = s", "size::values = s xl");
    let found = wrong_in(&spec, &more(&api), &make.replace("| s   ", "| s xl "), DROP);
    assert_eq!(found, ["probe::deviation/fewer-values: an operator's page has the value `xl`, which the spec lacks (probe.api.md, line 38)"]);

    // Where the page has all values, or others, the deviation is not about it.
    let all = operated(MAKE);
    let nothing = "probe::deviation/fewer-values: this applies to no operation of the API (probe.api.md, line 40)";
    assert_eq!(wrong_in(&spec, &api, &all, DROP), [nothing]);
    let other = "probe::make_it::request/size::values: the spec has `l s`, the ledger `l` (make.md, line 15)";
    assert_eq!(wrong_in(&spec, &api, &make.replace("| s   ", "| l   "), DROP), [other, nothing]);
    // Nor is it about a page of the vendor's.
    let of_vendor = replaced(&make, "operator: other-cloud\n", "");
    let found = wrong_in(SPEC, &api, &of_vendor, DROP);
    let expected = [
        "probe::make_it::request/size::values: the spec has `l s`, the ledger `s` (make.md, line 14)",
        nothing,
        "probe::operator/other-cloud: this applies to no operation of the API (probe.api.md, line 35)",
    ];
    assert_eq!(found, expected);

    let unknown = "probe::make_it::operation::operator.en: the file about the API has no `## operator other-clown` (make.md, line 4)";
    for (spec, api, make, expected) in [
        (spec.replace("cloud", "clown"), api.clone(), make.replace("cloud", "clown"), unknown),
        (spec.clone(), api.clone(), of_vendor.clone(), "probe::make_it::operation::operator.en: the spec states this, and no ledger does ()"),
        (SPEC.to_owned(), api.clone(), make.clone(), "probe::make_it::operation::operator.en: the spec has `-`, the ledger `other-cloud` (make.md, line 4)"),
        (spec.clone(), api.replace("operator: ", "operator: x"), make.clone(), "probe.api.md, line 38: there is no `## operator xother-cloud` here"),
        (spec.clone(), api.replace("what: ", "is: "), make.clone(), "probe.api.md, line 36: expected a line that begins with one of `what`, a colon and a value"),
        (spec.clone(), api.replace("other-cloud", "third"), make.replace("other-cloud", "third"), "probe::third: `third` is not a known source (probe.api.md, line 35)"),
    ] {
        let found = wrong_in(&spec, &api, &make, DROP);
        assert!(found.iter().any(|found| found == expected), "{expected}\nin {found:#?}");
    }
}

#[test]
fn a_list_may_be_that_of_an_operator() {
    let spec = replaced(
        SPEC,
        "title: Make, language: en",
        "title: Make, language: en, operator: other-cloud",
    );
    let list = "\n## values OtherSize\nsource: make\noperator: other-cloud\nvalues: s\n";
    let api = and(&OPERATOR.replace("= s", "= #OtherSize")) + list;
    let make = replaced(MAKE, "(en)\n", "(en)\noperator: other-cloud\n");
    let make = replaced(&make, "| s l ", "| #OtherSize ");
    assert_eq!(wrong_in(&spec, &api, &make, DROP), [""; 0]);
    let of_vendor = replaced(&api, "source: make\noperator: other-cloud\n", "source: make\n");
    let expected = "probe::values/OtherSize: the spec has no enumeration of these values (probe.api.md, line 50)";
    assert_eq!(wrong_in(&spec, &of_vendor, &make, DROP), [expected]);
}

/// What two pages say alike: a rule about the request, and prose.
const ALIKE: &str = "\
## rule short
on:        request
text:      a small size needs no more
source:    sdks
check:     self.size != 'l'
holds:     {\"size\": \"s\"}
fails:     {\"size\": \"l\"}
broken by: sample.request/large

## prose
| name | kind        | said               |
| ---- | ----------- | ------------------ |
| top  | navigation  | the name of a page |
| tip  | description | it is fast         |
";

/// The names of the rules and the prose of each ledger, with where they stand.
fn told(contract: &Contract) -> [Vec<String>; 2] {
    let of = |ledger: &Ledger| {
        let rules = ledger.page.rules.iter().map(|rule| (&rule.name, rule.at()));
        let prose = ledger.prose.iter().filter(|claim| claim.statement == "said");
        let prose: Vec<_> = prose.map(|claim| (claim.place.to_string(), claim.line)).collect();
        let rules = rules.map(|(name, line)| (name.clone(), line));
        rules
            .chain(prose)
            .map(|(name, line)| format!("{name} at {}", ledger.page.at(line)))
            .collect()
    };
    [of(&contract.ledgers[0]), of(&contract.ledgers[1])]
}

#[test]
fn rules_and_prose_are_said_once() {
    let large = "\n## sample request large\n```json\n{\"size\": \"l\"}\n```\n";
    let examples =
        "{ $ref: '#/components/schemas/Ask' }, examples: { large: { value: { size: l } } }";
    let spec = replaced(SPEC, "{ $ref: '#/components/schemas/Ask' }", examples);
    let make = format!("{MAKE}{large}");
    let api = and(ALIKE);
    let found = |make: &str, drop: &str| {
        let contract = contract_of(&spec, &api, make, drop).unwrap();
        assert!(contract.findings.is_empty(), "{:?}", contract.findings);
        (told(&contract), contract.ledgers[0].statements())
    };
    let [top, tip] = ["prose/top at probe.api.md, line 47", "prose/tip at probe.api.md, line 48"];
    let short = "short at probe.api.md, line 35";
    let (both, statements) = found(&make, DROP);
    assert_eq!(both, [vec![short, top, tip], vec![top, tip]]);
    // The page says it, wherever it stands; the rule is held against its samples.
    let own = format!("{make}\n{ALIKE}");
    let stands = [
        "short at make.md, line 21",
        "prose/top at make.md, line 33",
        "prose/tip at make.md, line 34",
    ];
    let (own_first, same) = found(&own, DROP);
    assert_eq!((own_first[0].as_slice(), same), (&stands.map(str::to_owned)[..], statements));
    // It is not broken where the page does not have the sample.
    let contract_of_small = contract(&api, MAKE, DROP).unwrap();
    assert!(contract_of_small.findings.is_empty(), "{:?}", contract_of_small.findings);
    assert_eq!(contract_of_small.ledgers[0].page.rules[0].broken_by, [""; 0]);

    let broken = "probe::make_it::rule/short: `sample.request/large` breaks the rule: self.size != 'l' (probe.api.md, line 35)";
    let of_drop = "probe::drop_it::rule/short: the spec has no `request` (probe.api.md, line 35)";
    let nothing = |name: &str, line: usize| {
        format!(
            "probe::{name}: this applies to no operation of the API (probe.api.md, line {line})"
        )
    };
    for (from, to, expected) in [
        ("broken by: sample.request/large\n", "", broken.to_owned()),
        ("## rule short\n", "## rule short\napplies to: drop_it\n", of_drop.into()),
        ("## rule short\n", "## rule short\napplies to: drop_*\n", nothing("rule/short", 35)),
        ("on:        request", "on:        response.404", "probe::drop_it::rule/short: `response.404` has no member `size` (probe.api.md, line 35)".into()),
        ("on:        request", "on:        response.500", nothing("rule/short", 35)),
        ("sdks\ncheck", "sdk\ncheck", "probe::rule/short: `sdk` is not a known source (probe.api.md, line 35)".into()),
        ("## prose\n", "## prose\napplies to: make_them\n", "probe::prose: `make_them` in `applies to:` is about no operation of the API (probe.api.md, line 44)".into()),
        ("it is fast", "it takes 3 hours", "probe.api.md, line 48: prose cannot constrain: `3` belongs in another column or a rule".into()),
        ("## prose\n", "## rule short\non: request\ntext: x\nunchecked: y\n\n## prose\n", "probe.api.md, line 44: `## rule short` stands at line 35 already".into()),
        ("| tip ", "| top ", "probe.api.md, line 48: `top` stands at line 47 already".into()),
    ] {
        let found = wrong_in(&spec, &and(&replaced(ALIKE, from, to)), &make, DROP);
        assert!(found.contains(&expected), "{expected}\nin {found:#?}");
    }
}
