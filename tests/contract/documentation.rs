//! What a page says of a call and of its values stands in the documentation of the generated code.

use cloudfn_codegen::docs::Docs;
use cloudfn_codegen::ledger::{Claim, Ledger};
use libtest_mimic::Failed;

use super::members::{target, Target};
use super::subject::{check, ensure, Check, Subject};

pub fn checks(subject: &'static Subject) -> Vec<Check> {
    let of_ledger = |ledger: &'static Ledger| {
        let name = format!("{}::documentation", ledger.prefix);
        check(name, move || is_documented(subject, ledger))
    };
    subject.contract.ledgers.iter().map(of_ledger).collect()
}

fn is_documented(subject: &Subject, ledger: &Ledger) -> Result<(), Failed> {
    let api = subject.api_of(ledger)?;
    let file = &subject.sources[api.name];
    let source = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
    let docs = Docs::of(&source).map_err(|e| format!("{}: {e}", file.display()))?;
    of_call(&docs, ledger)?;
    let of_value = ["minimum", "maximum", "minLength", "maxLength", "default", "unit"];
    let is_stated = |claim: &&Claim| {
        of_value.contains(&claim.statement.as_str())
            && claim.expected() != "-"
            && !has_listed_values(ledger, claim)
    };
    ledger.claims.iter().filter(is_stated).try_for_each(|claim| {
        let texts = match target(subject, ledger, &claim.place)? {
            Target::Credential => return Ok(()),
            // The type says it of the items of an array and of the values of a map.
            Target::Parameter(_, inside) if !inside.is_empty() => return Ok(()),
            Target::Member(target) if !target.inside.is_empty() => return Ok(()),
            Target::Parameter(parameter, _) => {
                vec![docs.of_parameter(&ledger.page.operation, parameter.name)]
            }
            Target::Member(target) => {
                docs.of_member(target.schema.model.rust_type, target.member.name).to_vec()
            }
        };
        texts.iter().try_for_each(|text| {
            ensure(has_word(text, claim.expected()), || {
                format!("{} is {}, and documented as {text:?}", ledger.id(claim), claim.expected())
            })
        })
    })
}

/// A call names its page and its statuses, and what it fails with.
fn of_call(docs: &Docs, ledger: &Ledger) -> Result<(), Failed> {
    let page = &ledger.page;
    let [call, send] = docs.of_call(&page.operation);
    let statuses = page.statuses.iter().map(|status| format!("`{status}`"));
    let mut stated = statuses.chain([page.title.clone()]);
    match stated.find(|text| !call.contains(text.as_str())) {
        Some(missing) => Err(format!("{missing} is not in the documentation of the call").into()),
        None => ensure(send.contains("# Errors"), || "no errors are documented".to_owned()),
    }
}

/// Whether a value is one of a list, by which the documentation of its type stands.
fn has_listed_values(ledger: &Ledger, claim: &Claim) -> bool {
    let is_list = |c: &Claim| c.statement == "values" && !["-", "?"].contains(&c.expected());
    ledger.claims.iter().any(|c| c.place == claim.place && is_list(c))
}

/// Whether a text has the word or number `word` in it.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    text.split(|c: char| !is_part(c)).any(|part| part == word)
}
