//! The documentation of the generated code contains what the page says about a call and its values.

use cloudfn_codegen::contract::Ledger;
use cloudfn_codegen::docs::Docs;
use cloudfn_codegen::ledger::{Claim, Place};
use libtest_mimic::Failed;

use super::claims::is_of_listed_values;
use super::members::{target, Target};
use super::subject::{check, ensure, Check, Subject};

pub fn checks<'s>(subject: &'s Subject<'s>) -> Vec<Check<'s>> {
    let of_ledger = |ledger: &'s Ledger| {
        let name = format!("{}::documentation", ledger.prefix);
        check(name, move || is_documented(subject, ledger))
    };
    subject.contract.ledgers.iter().map(of_ledger).collect()
}

fn is_documented(subject: &Subject, ledger: &Ledger) -> Result<(), Failed> {
    let api = subject.api_of(ledger)?;
    let docs = subject.sources[api.name].docs()?;
    of_call(docs, ledger)?;
    let described = ledger.prose.iter().filter(|claim| claim.statement == "description");
    described.clone().try_for_each(|claim| is_described(subject, ledger, claim, docs))?;
    ledger.claims.iter().try_for_each(|claim| {
        let texts = texts(subject, ledger, claim, docs)?;
        texts.iter().try_for_each(|text| match claim.statement.as_str() {
            "type" => states_no_more(ledger, claim, text),
            _ if is_limit(ledger, claim) => ensure(has_word(text, claim.expected()), || {
                let expected = claim.expected();
                format!("{} is {expected}, and documented as {text:?}", ledger.id(claim))
            }),
            _ => Ok(()),
        })
    })
}

/// What the documentation states about a value.
const STATED: [&str; 8] =
    ["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "default", "unit"];

/// The words for constraints that are not part of a type.
const WORDS: [(&[&str], &str); 3] = [
    (&["minItems", "maxItems"], "Number of items:"),
    (&["default"], "Documented default:"),
    (&["unit"], "Unit:"),
];

/// What the page describes has the spec's description of itself, not of its type, in the
/// documentation of the code and in the help of the command line.
fn is_described(
    subject: &Subject,
    ledger: &Ledger,
    claim: &Claim,
    docs: &Docs,
) -> Result<(), Failed> {
    let spec = &subject.contract.specs[ledger.spec];
    let answer = claim.place.answer(spec, subject.contract.operation(ledger), "description");
    let described = answer.and_then(|answer| answer.value).unwrap_or_default();
    ensure(!described.is_empty(), || format!("{} is not in the spec", ledger.id(claim)))?;
    let mut texts = texts(subject, ledger, claim, docs)?;
    texts.extend(match target(subject, ledger, &claim.place)? {
        Target::Parameter(target) => Some(target.parameter.description),
        Target::Member(target) => Some(target.member.description),
        Target::Header(target) => target.typed.map(|(_, member)| member.description),
        Target::Credential => None,
    });
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    texts.iter().try_for_each(|text| {
        ensure(words(text).contains(&words(&described)), || {
            format!("{} is {described:?}, and documented as {text:?}", ledger.id(claim))
        })
    })
}

/// The documentation of a claim's subject. For items of an array and values of a map, it is that of
/// their type.
fn texts<'d>(
    subject: &Subject,
    ledger: &Ledger,
    claim: &Claim,
    docs: &'d Docs,
) -> Result<Vec<&'d str>, Failed> {
    let statement = claim.statement.as_str();
    let is_value = STATED.contains(&statement) || ["type", "description"].contains(&statement);
    let is_of_value = matches!(claim.place, Place::Member(..) | Place::Parameter(..));
    if !is_value || !is_of_value {
        return Ok(Vec::new());
    }
    Ok(match target(subject, ledger, &claim.place)? {
        // The limits of a list are not those of its items.
        target if claim.statement == "type" && target.is_inside() => Vec::new(),
        Target::Parameter(target) => {
            let names = &subject.names[subject.api_of(ledger)?.name];
            let (operation, found) = (&ledger.page.operation, target.parameter);
            let named = names.parameter(operation, found.location, found.name);
            vec![docs.of_parameter(operation, named.map_or("", |named| &named.rust))]
        }
        Target::Member(target) => {
            docs.of_member(target.schema.model.rust_type, target.member.name).to_vec()
        }
        Target::Header(target) => {
            let of_call = docs.of_call(&ledger.page.operation)[0];
            let typed = target.typed.map(|(headers, member)| {
                docs.of_member(headers.model.rust_type, member.name).to_vec()
            });
            [vec![of_call], typed.unwrap_or_default()].concat()
        }
        Target::Credential => Vec::new(),
    })
}

/// Whether a claim has a value that is not made redundant by a list of values.
fn is_limit(ledger: &Ledger, claim: &Claim) -> bool {
    claim.expected() != "-" && !is_of_listed_values(ledger, claim)
}

/// The documentation of a value states nothing that is not in the ledger.
fn states_no_more(ledger: &Ledger, claim: &Claim, text: &str) -> Result<(), Failed> {
    WORDS.iter().try_for_each(|(statements, words)| {
        let mut claims = statements.iter().flat_map(|statement| ledger.beside(claim, statement));
        let is_claimed = claims.any(|c| c.expected() != "-");
        ensure(is_claimed || !text.contains(words), || {
            let statements = statements.join(" or ");
            format!("{} has no {statements}, and is documented as {text:?}", ledger.id(claim))
        })
    })
}

/// The documentation of a call names its page and whose it is, its statuses and its errors.
fn of_call(docs: &Docs, ledger: &Ledger) -> Result<(), Failed> {
    let page = &ledger.page;
    let [call, send] = docs.of_call(&page.operation);
    let statuses = page.statuses.iter().map(|status| format!("`{status}`"));
    let mut stated = statuses.chain([page.title.clone()]).chain(page.operator.clone());
    match stated.find(|text| !call.contains(text.as_str())) {
        Some(missing) => Err(format!("{missing} is not in the documentation of the call").into()),
        None => ensure(send.contains("# Errors"), || "no errors are documented".to_owned()),
    }
}

/// Whether a text contains the word or number `word`.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    text.split(|c: char| !is_part(c)).any(|part| part == word)
}
