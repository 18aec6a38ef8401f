//! One test for each claim: the spec contains it, and the generated code implements it.
//!
//! The tested values come from the ledger.

use cloudfn_codegen::contract::Ledger;
use cloudfn_codegen::ledger::{Claim, Place};
use cloudfn_codegen::model::{minimal, pointer, text_of_length, Form, Spec};
use libtest_mimic::Failed;
use serde_json::{json, Value};

use super::members::{operation, same, target, HeaderTarget, MemberTarget, Target};
use super::subject::{check, ensure, Check, Subject};
use super::wire::Setting;

pub fn checks<'s>(subject: &'s Subject<'s>) -> Vec<Check<'s>> {
    let claims = subject.contract.claims().map(|(ledger, claim)| {
        let name = ledger.id(claim);
        check(name.clone(), move || {
            agrees(subject, &name)?;
            is_carried(subject, ledger, claim)
        })
    });
    let mut checks: Vec<Check<'_>> = claims.collect();
    checks.extend(other_findings(subject));
    checks.extend(rules(subject));
    checks
}

/// A test that the generated code implements a claim.
pub fn carried<'s>(subject: &'s Subject<'s>, ledger: &'s Ledger, claim: &'s Claim) -> Check<'s> {
    check(ledger.id(claim), move || is_carried(subject, ledger, claim))
}

/// Fails if ledger and spec disagree about the claim `name`.
fn agrees(subject: &Subject, name: &str) -> Result<(), Failed> {
    match subject.contract.findings.iter().find(|finding| finding.claim == name) {
        Some(finding) => Err(finding.to_string().into()),
        None => Ok(()),
    }
}

/// Findings that are not about a claim: unclaimed statements, contradictions, ledgers.
fn other_findings<'s>(subject: &'s Subject<'s>) -> Vec<Check<'s>> {
    let names: Vec<String> =
        subject.contract.claims().map(|(ledger, claim)| ledger.id(claim)).collect();
    let others = subject.contract.findings.iter().filter(|finding| !names.contains(&finding.claim));
    let mut others: Vec<_> = others.filter(|finding| !finding.claim.contains("::rule/")).collect();
    others.dedup_by(|a, b| a.claim == b.claim);
    others
        .into_iter()
        .map(|finding| check(finding.claim.clone(), move || Err(finding.to_string().into())))
        .collect()
}

/// One test for each rule and each listed contradiction.
fn rules<'s>(subject: &'s Subject<'s>) -> Vec<Check<'s>> {
    let mut checks = Vec::new();
    for ledger in &subject.contract.ledgers {
        for rule in ledger.page.rules.iter().filter(|rule| rule.check.is_some()) {
            let name = ledger.rule_id(rule);
            checks.push(check(name.clone(), move || agrees(subject, &name)));
        }
        for listed in &ledger.page.contradictions {
            let name = format!("{}::contradiction/{}", ledger.prefix, listed.name);
            let is_found = subject.contract.findings.iter().any(|finding| finding.claim == name);
            if !is_found {
                checks.push(check(name, || Ok(())));
            }
        }
    }
    checks
}

/// Whether the generated code implements the ledger.
fn is_carried(subject: &Subject, ledger: &Ledger, claim: &Claim) -> Result<(), Failed> {
    let expected = claim.expected();
    let target = || target(subject, ledger, &claim.place);
    match (&claim.place, claim.statement.as_str()) {
        (Place::Operation | Place::Status(_), _) => of_operation(subject, ledger, claim),
        // `security.rs` compares them with what our credentials send.
        (Place::Security(_), _) | (_, "sample") => Ok(()),
        (Place::Server(name), "url") => of_server(subject, ledger, name, expected),
        // The client asks for the region, and states no default.
        (Place::Server(_), _) => Ok(()),
        (Place::Body(section), statement) => {
            of_body(subject, ledger, section, (statement, expected))
        }
        (_, _) if expected == "-" => Ok(()),
        (Place::Sample(section, name), _) => of_sample(subject, ledger, section, name, expected),
        // Rule `checked-values`: whole steps cannot separate a number from its neighbours.
        (_, "values") if is_number(ledger, claim) => Ok(()),
        (_, "type") => {
            let target = target()?;
            match &target {
                Target::Header(header) => {
                    of_header(header, expected)?;
                    of_unlimited(&target, ledger, claim)?;
                }
                Target::Member(member) => {
                    of_type(member, expected)?;
                    of_type_inside(member, expected)?;
                    of_alternatives(member, &subject.contract.specs[ledger.spec], expected)?;
                }
                _ => of_unlimited(&target, ledger, claim)?,
            }
            match expected.starts_with("string(date-time)") {
                true => target.refuses(&json!("no time")),
                false => Ok(()),
            }
        }
        (_, "required") => of_required(&target()?, expected == "yes"),
        (_, "minimum" | "maximum" | "minLength" | "maxLength") => {
            of_limit(&target()?, ledger, claim, other_limit(ledger, claim))
        }
        (_, "minItems" | "maxItems" | "uniqueItems" | "minProperties" | "maxProperties") => {
            of_count(subject, ledger, claim)
        }
        (_, "values") => of_values(&target()?, &values(ledger, claim)),
        (_, "default") => of_default(&target()?, expected),
        (_, "unit") => of_unit(&target()?, expected),
        (_, "pattern") => of_pattern(&target()?),
        _ => Ok(()),
    }
}

fn of_operation(subject: &Subject, ledger: &Ledger, claim: &Claim) -> Result<(), Failed> {
    let operation = operation(subject.api_of(ledger)?, ledger)?;
    let expected = claim.expected();
    match (&claim.place, claim.statement.as_str()) {
        (_, "method") => ensure(operation.method == expected, || {
            format!("the client sends {}", operation.method)
        }),
        (_, "path") => ensure(operation.path == expected, || {
            format!("the client's path is {}", operation.path)
        }),
        (Place::Status(status), _) => {
            let known = operation.responses.iter().any(|response| response.status == status);
            ensure(known, || format!("the client does not know the status {status}"))
        }
        _ => Ok(()),
    }
}

/// The client knows the base URL, and no other than those of the ledger.
fn of_server(subject: &Subject, ledger: &Ledger, name: &str, expected: &str) -> Result<(), Failed> {
    let known = subject.api_of(ledger)?.servers;
    let is_url =
        |claim: &&Claim| matches!(claim.place, Place::Server(_)) && claim.statement == "url";
    let count = ledger.claims.iter().filter(is_url).count();
    let position: usize = name.parse().map_err(|_| format!("{name} is not a position"))?;
    let found = known.get(position.wrapping_sub(1)).copied();
    ensure(found == Some(expected) && known.len() == count, || {
        format!("the client knows {known:?}")
    })
}

fn of_body(
    subject: &Subject,
    ledger: &Ledger,
    section: &str,
    (statement, expected): (&str, &str),
) -> Result<(), Failed> {
    let operation = operation(subject.api_of(ledger)?, ledger)?;
    let authored = subject.contract.operation(ledger).body(section);
    if statement == "media" {
        let setting = Setting {
            spec: &subject.contract.specs[ledger.spec],
            api: subject.api_of(ledger)?,
            operation,
        };
        return of_media(setting, section, expected);
    }
    if authored.is_some_and(|body| body.form() == Form::Text) {
        return Ok(());
    }
    let has_body = authored.is_none() || operation.model(section).is_some();
    ensure(has_body, || format!("the client has no model for the {section} ({statement})"))?;
    let Some(status) = section.strip_prefix("response.") else { return Ok(()) };
    let (api, spec) = (subject.api_of(ledger)?, &subject.contract.specs[ledger.spec]);
    if statement != "type" || expected.ends_with("any") {
        return Ok(());
    }
    // In place of the body, and of an item of it.
    let mut nulls = vec![Value::Null];
    nulls.extend(expected.starts_with("array of ").then(|| json!([null])));
    let documented = expected.matches(" or null").count().min(nulls.len());
    let setting = Setting { spec, api, operation };
    let told = nulls.iter().map(|null| Ok(setting.answered(status, null)?.told.is_empty()));
    let untold = told.collect::<Result<Vec<bool>, Failed>>()?;
    ensure(untold.iter().filter(|untold| **untold).count() == documented, || {
        format!("of {nulls:?} as a {section}, {documented} should not be told: {untold:?}")
    })
}

/// A documented media type is sent, or read without a difference, as JSON or text; another one is a
/// difference.
fn of_media(setting: Setting, section: &str, expected: &str) -> Result<(), Failed> {
    let listed = cloudfn_codegen::ledger::values_of(expected);
    let Some(status) = section.strip_prefix("response.") else {
        let tried = setting.tried(&setting.arguments(None), None)?;
        let sent = tried.received.first().and_then(|received| received.headers.get("content-type"));
        let sent = sent.map(|sent| String::from_utf8_lossy(sent.as_bytes()).into_owned());
        let is_listed = sent.as_ref().is_some_and(|sent| listed.contains(sent));
        return ensure(is_listed, || format!("the media type sent is {sent:?}"));
    };
    if status.starts_with('2') {
        let tried = setting.tried(&setting.arguments(None), None)?;
        let asked = tried.received.first().and_then(|received| received.headers.get("accept"));
        let asked = asked.and_then(|asked| asked.to_str().ok()).unwrap_or_default();
        let is_asked = |media: &String| asked.split(", ").any(|asked| asked == media);
        ensure(listed.iter().all(is_asked), || format!("the media types asked for are {asked}"))?;
    }
    let tell = |media: &str, is_told: bool| -> Result<(), Failed> {
        let mut answer = setting.documented(status)?;
        let is_text = media.starts_with("text/");
        answer.headers = vec![("Content-Type".to_owned(), media.to_owned())];
        if is_text || answer.body.is_empty() {
            answer.body = "a text".into();
        }
        let tried = setting.tried(&setting.arguments(None), Some(answer))?;
        let told: Vec<String> = tried.told.iter().map(ToString::to_string).collect();
        let is_right = told.iter().any(|told| told.contains("header Content-Type")) == is_told;
        ensure(is_right, || format!("of {media} is told: {told:?}"))?;
        let is_read = status.starts_with('2') && !is_told;
        let is_kept = tried.error.is_none() && (!is_text || tried.body == "a text");
        ensure(is_kept || !is_read, || {
            format!("{media} is read as {}: {:?}", tried.body, tried.error)
        })
    };
    let mut is_anything = false;
    for media in &listed {
        is_anything |= media == "*/*";
        tell(&media.replace("text/*", "text/plain").replace("*/*", "text/plain"), false)?;
    }
    if is_anything {
        Ok(())
    } else {
        tell("application/x-undocumented", true)
    }
}

fn of_sample(
    subject: &Subject,
    ledger: &Ledger,
    section: &str,
    name: &str,
    expected: &str,
) -> Result<(), Failed> {
    let operation = operation(subject.api_of(ledger)?, ledger)?;
    let mut samples = operation.samples.iter();
    let known = samples.find(|sample| sample.place == section && sample.name == name);
    let known = known.map_or("nothing", |sample| sample.json);
    ensure(known == expected, || format!("the client has {section}/{name} as {known}"))
}

/// Values of each JSON type.
const OF_EACH_TYPE: [(&str, &str); 6] = [
    ("string", r#""2024-01-15T08:30:00Z""#),
    ("integer", "7"),
    ("number", "1.5"),
    ("boolean", "true"),
    ("array", "[]"),
    ("object", "{}"),
];

/// A member accepts and keeps the values of its type. A value of another type is refused when sent,
/// and reported when read, when it is converted or dropped. A collection may be empty or null.
fn of_type(target: &MemberTarget, expected: &str) -> Result<(), Failed> {
    let json_type = match expected {
        "long" => "integer",
        name if name.starts_with("array of") => "array",
        name if name.starts_with("map of") => "object",
        name => match name.split(['(', ' ']).next().unwrap_or_default() {
            plain @ ("string" | "integer" | "number" | "boolean" | "object") => plain,
            "any" | "oneOf" | "anyOf" => return Ok(()),
            _ => "object",
        },
    };
    for (name, json) in OF_EACH_TYPE {
        let value: Value = serde_json::from_str(json).map_err(|e| e.to_string())?;
        let is_type = name == json_type || (json_type, name) == ("number", "integer");
        match (is_type, target.read(Some(&value))) {
            (true, Ok(written)) => {
                ensure(written.as_ref().is_some_and(|written| same(written, &value)), || {
                    format!("{value} is written back as {written:?}")
                })?
            }
            // A model with required members does not accept an empty object.
            (true, Err(_)) if json_type == "object" && !target.in_responses() => {}
            (true, Err(e)) => return Err(format!("{value} is not read: {e}").into()),
            // A value that can be read is converted to the documented type or dropped.
            (false, Ok(written)) => ensure(
                written.as_ref().is_none_or(|written| type_name(written) == json_type),
                || format!("{value} is read as {written:?}"),
            )?,
            (false, Err(_)) => {}
        }
        if !is_type {
            is_noticed(target, &value)?;
        }
    }
    // Null is another type, unless documented.
    let takes_null = expected.ends_with(" or null");
    if let Some(refused) = target.refusal(Some(&Value::Null))? {
        ensure(refused.is_some() != takes_null, || "null is not refused when it is sent".into())?;
    }
    if let Some(told) = target.told(Some(&Value::Null))? {
        ensure(told.is_empty() == takes_null, || format!("of null is told: {told:?}"))?;
    }
    if target.in_responses() && target.inside.is_empty() {
        let written =
            target.read(Some(&Value::Null)).map_err(|e| format!("null is not read: {e}"))?;
        ensure(written.is_none(), || format!("null is written back as {written:?}"))?;
    }
    Ok(())
}

/// In a collection, a value of another type than the documented one is refused and reported too.
fn of_type_inside(target: &MemberTarget, expected: &str) -> Result<(), Failed> {
    let of_list = expected.strip_prefix("array of ");
    let Some(inside) = of_list.or_else(|| expected.strip_prefix("map of ")) else { return Ok(()) };
    if ["any", "oneOf ", "anyOf "].iter().any(|free| inside.starts_with(free)) {
        return Ok(());
    }
    let other = if inside.starts_with("boolean") { json!(7) } else { json!(true) };
    let other = if of_list.is_some() { json!([other]) } else { json!({ "key": other }) };
    is_noticed(target, &other)
}

/// A value of another type is refused when sent, and reported when read.
fn is_noticed(target: &MemberTarget, value: &Value) -> Result<(), Failed> {
    let refused = target.refusal(Some(value))?;
    ensure(refused.is_none_or(|refused| refused.is_some()), || {
        format!("{value} is not refused when it is sent")
    })?;
    let told = target.told(Some(value))?;
    ensure(told.is_none_or(|told| !told.is_empty()), || {
        format!("{value} is not told when it is read")
    })
}

/// A header is typed, and what is not of its type is told. Any value is a text.
fn of_header(target: &HeaderTarget, expected: &str) -> Result<(), Failed> {
    let list = expected.strip_prefix("array of ");
    let json_type = list.unwrap_or(expected).split(['(', ' ']).next().unwrap_or_default();
    let json_type = if json_type == "long" { "integer" } else { json_type };
    for (name, json) in &OF_EACH_TYPE[..4] {
        let value: Value = serde_json::from_str(json).map_err(|e| e.to_string())?;
        let sent = if list.is_some() { json!([value]) } else { value };
        let (read, told) = target.seen(Some(&sent))?;
        match *name == json_type || (json_type, *name) == ("number", "integer") {
            true => target.keeps(read, &sent)?,
            false => ensure(json_type == "string" || !told.is_empty(), || {
                format!("{sent} is not told when it is read")
            })?,
        }
    }
    Ok(())
}

/// What fits one of several possible schemas is read, and what fits none is told.
fn of_alternatives(target: &MemberTarget, spec: &Spec, expected: &str) -> Result<(), Failed> {
    let items = expected.strip_prefix("array of ");
    let Some(("anyOf", parts)) = items.unwrap_or(expected).split_once(' ') else { return Ok(()) };
    let json_type = |part: &'_ str| {
        let component = spec.at(&pointer::join("/components/schemas", part));
        let found = component.and_then(|found| found.get("type")?.as_str().map(str::to_owned));
        found.unwrap_or_else(|| part.to_owned())
    };
    let taken: Vec<String> = parts.split(' ').map(json_type).collect();
    for (name, json) in OF_EACH_TYPE {
        let value: Value = serde_json::from_str(json).map_err(|e| e.to_string())?;
        let value = if items.is_some() { json!([value]) } else { value };
        let fits = taken.iter().any(|t| t == name || (t == "number" && name == "integer"));
        let told = target.told(Some(&value))?;
        ensure(told.as_ref().is_none_or(|told| told.is_empty() == fits), || {
            format!("of {value} is told: {told:?}")
        })?;
    }
    Ok(())
}

/// A parameter without a documented length or limit may have any.
fn of_unlimited(target: &Target, ledger: &Ledger, claim: &Claim) -> Result<(), Failed> {
    let has = |narrowing: &&str| stated(ledger, claim, narrowing).is_some();
    if ["pattern", "values", "format", "multipleOf"].iter().any(has) {
        return Ok(());
    }
    let long = ("maxLength", json!("x".repeat(5_000)));
    let widest = match claim.expected() {
        // A segment of a path is not empty.
        "string" if target.is_in("path") => vec![long],
        "string" => vec![("minLength", json!("")), long],
        "integer" | "long" => vec![("minimum", json!(i64::MIN)), ("maximum", json!(i64::MAX))],
        _ => Vec::new(),
    };
    let mut unlimited = widest.iter().filter(|(limit, _)| !has(limit));
    unlimited.try_for_each(|(_, value)| target.takes(value))
}

/// The JSON type of a value.
fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn of_required(target: &Target, required: bool) -> Result<(), Failed> {
    let target = match target {
        Target::Credential => return Ok(()),
        Target::Header(target) => {
            let (_, told) = target.seen(None)?;
            return ensure(told.is_empty() != required, || {
                format!("a response without it tells {told:?}")
            });
        }
        Target::Parameter(target) => {
            return ensure(target.parameter.required == required, || {
                format!(
                    "the client takes it for {}",
                    if required { "optional" } else { "required" }
                )
            });
        }
        Target::Member(target) => target,
    };
    if let Some(refused) = target.refusal(None)? {
        ensure(refused.is_some() == required, || match refused {
            Some(refusal) => format!("left out, it is refused: {refusal}"),
            None => "left out, it is not refused".into(),
        })?;
    }
    if let Some(told) = target.told(None)? {
        target.read(None).map_err(|e| format!("a response without it is not read: {e}"))?;
        ensure(told.is_empty() != required, || format!("a response without it tells {told:?}"))?;
    }
    Ok(())
}

/// A value at the limit is documented, one beyond it is not. `other` is the limit on the other side.
fn of_limit(
    target: &Target,
    ledger: &Ledger,
    claim: &Claim,
    other: Option<f64>,
) -> Result<(), Failed> {
    let (statement, expected) = (claim.statement.as_str(), claim.expected());
    let is_min = statement.starts_with("min");
    let pattern = stated(ledger, claim, "pattern");
    // The documented or undocumented value `away` from the limit. `None` if it cannot be made.
    let value = |away: i64| match expected.parse::<i64>() {
        Ok(limit) if statement.ends_with("Length") => {
            let length = usize::try_from(limit.checked_add(away)?).ok()?;
            match pattern {
                Some(pattern) => text_of_length(pattern, length).map(Value::from),
                None => Some(json!("é".repeat(length))),
            }
        }
        Ok(limit) => limit.checked_add(away).map(Value::from),
        #[allow(clippy::cast_precision_loss)]
        Err(_) => expected.parse::<f64>().ok().map(|limit| json!(limit + away as f64)),
    };
    let limit = expected.parse::<f64>();
    let limit = limit.map_err(|_| format!("the limit {expected} is not a number"))?;
    let step = stated(ledger, claim, "multipleOf").map_or(Ok(1), str::parse);
    let step: i64 = step.map_err(|_| "only whole steps can be tested")?;
    let inwards = if is_min { step } else { -step };
    let exclusive = if is_min { "exclusiveMinimum" } else { "exclusiveMaximum" };
    let (first, outside) = match stated(ledger, claim, exclusive) {
        Some("true") => (inwards, 0),
        _ => (0, -inwards),
    };
    if !is_of_listed_values(ledger, claim) {
        for away in [first, first + inwards] {
            #[allow(clippy::cast_precision_loss)]
            let number = limit + away as f64;
            let is_inside =
                other.is_none_or(|other| if is_min { number <= other } else { number >= other });
            if let Some(value) = value(away).filter(|_| is_inside) {
                target.takes(&value)?;
            }
        }
    }
    match value(outside) {
        Some(outside) => target.refuses(&outside),
        None => Ok(()),
    }
}

/// What the ledger states beside a claim.
fn stated<'l>(ledger: &'l Ledger, claim: &'l Claim, statement: &'l str) -> Option<&'l str> {
    ledger.beside(claim, statement).map(Claim::expected).find(|expected| *expected != "-")
}

/// The maximum number of items that are tested.
const MAX_ITEMS: usize = 10_000;

/// A list or a map with a documented number of items is not reported; one with more or fewer is.
fn of_count(subject: &Subject, ledger: &Ledger, claim: &Claim) -> Result<(), Failed> {
    let spec = &subject.contract.specs[ledger.spec];
    let operation = subject.contract.operation(ledger);
    let answer = claim.place.answer(spec, operation, &claim.statement);
    let answer = answer.ok_or_else(|| format!("the spec has no `{}`", claim.place))?;
    let at = answer.pointer.rsplit_once('/').map_or("", |(schema, _)| schema);
    let schema = spec.schema(at).ok_or("the spec has no schema there")?;
    if schema.is_model() {
        // A test cannot invent members.
        return Ok(());
    }
    let is_map = claim.statement.ends_with("Properties");
    let inside = if is_map { &schema.values } else { &schema.items };
    let item = minimal(spec, inside.as_deref().unwrap_or_default());
    let of = |count: usize| match is_map {
        true => Value::Object((0..count).map(|n| (n.to_string(), item.clone())).collect()),
        false => Value::Array(vec![item.clone(); count]),
    };
    let target = target(subject, ledger, &claim.place)?;
    let tell = |count: usize, told_of: &str, is_told: bool| -> Result<(), Failed> {
        for told in target.said(&of(count))? {
            let found = told.iter().any(|told| told.contains(told_of));
            ensure(found == is_told, || format!("of {count} items is said: {told:?}"))?;
        }
        Ok(())
    };
    if claim.statement == "uniqueItems" {
        return tell(2, "repeats item 0", claim.expected() == "true");
    }
    let expected = claim.expected();
    let limit: usize = expected.parse().map_err(|_| format!("{expected} is not an integer"))?;
    let (is_min, other) = match claim.statement.as_str() {
        "minItems" => (true, "maxItems"),
        "maxItems" => (false, "minItems"),
        "minProperties" => (true, "maxProperties"),
        _ => (false, "minProperties"),
    };
    let (outside, far) = match is_min {
        true => (limit.checked_sub(1), limit + 100),
        false => (limit.checked_add(1), 0),
    };
    let has_other = ledger.beside(claim, other).any(|other| other.expected() != "-");
    let far = (!has_other && far != limit).then_some((far, false));
    let tried = [Some((limit, false)), outside.map(|outside| (outside, true)), far];
    let tried = tried.into_iter().flatten().filter(|(count, _)| *count <= MAX_ITEMS);
    let things = if is_map { "a map of " } else { "a list of " };
    for (count, is_told) in tried {
        tell(count, things, is_told)?;
    }
    Ok(())
}

/// The limit opposite to that of a claim.
fn other_limit(ledger: &Ledger, claim: &Claim) -> Option<f64> {
    let other = match claim.statement.as_str() {
        "minimum" => "maximum",
        "maximum" => "minimum",
        "minLength" => "maxLength",
        _ => "minLength",
    };
    ledger.beside(claim, other).next()?.expected().parse().ok()
}

/// Whether a claim is about a `number`.
fn is_number(ledger: &Ledger, claim: &Claim) -> bool {
    ledger.beside(claim, "type").any(|kind| kind.expected().starts_with("number"))
}

/// Whether a list of values narrows the range.
pub fn is_of_listed_values(ledger: &Ledger, claim: &Claim) -> bool {
    ledger.beside(claim, "values").any(|list| !["-", "?"].contains(&list.expected()))
}

/// The values listed in a claim, with their type.
fn values(ledger: &Ledger, claim: &Claim) -> Vec<Value> {
    let kind = ledger.beside(claim, "type").next();
    let is_integer = kind.is_some_and(|kind| ["integer", "long"].contains(&kind.expected()));
    cloudfn_codegen::ledger::values_of(claim.expected())
        .into_iter()
        .map(|value| match value.parse::<i64>() {
            Ok(number) if is_integer => json!(number),
            _ => json!(value),
        })
        .collect()
}

fn of_values(target: &Target, values: &[Value]) -> Result<(), Failed> {
    ensure(!values.is_empty(), || "the ledger lists no value".into())?;
    values.iter().try_for_each(|value| target.takes(value))?;
    let undocumented = match &values[0] {
        Value::Number(_) => {
            let greatest = values.iter().filter_map(Value::as_i64).max().unwrap_or(0);
            vec![json!(greatest + 1), json!(-1)]
        }
        first => {
            let first = first.as_str().unwrap_or_default();
            vec![
                json!("not documented"),
                json!(""),
                json!(format!("{first} ")),
                json!(swap_case(first)),
            ]
        }
    };
    let mut undocumented = undocumented.iter().filter(|value| !values.contains(value));
    undocumented.try_for_each(|value| {
        target.refuses(value)?;
        names_all(target, value, values)
    })
}

/// The refusal of an argument names all values that it may have, and no other.
fn names_all(target: &Target, refused: &Value, values: &[Value]) -> Result<(), Failed> {
    let Target::Parameter(_) = target else { return Ok(()) };
    for said in target.said(refused)?.concat() {
        let named = said.split_once("outside the documented values ").map(|(_, named)| named);
        let mut named: Vec<&str> = named.unwrap_or_default().split(", ").collect();
        let mut listed: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        named.sort_unstable();
        listed.sort_unstable();
        ensure(named == listed, || format!("of {refused} is said: {said}"))?;
    }
    Ok(())
}

fn swap_case(text: &str) -> String {
    text.chars()
        .map(|c| match c.is_uppercase() {
            true => c.to_ascii_lowercase(),
            false => c.to_ascii_uppercase(),
        })
        .collect()
}

/// Defaults belong to the service: absent values are not sent, and not made up when read.
fn of_default(target: &Target, expected: &str) -> Result<(), Failed> {
    let Target::Member(target) = target else {
        return Ok(());
    };
    let known = target.member.default.unwrap_or("nothing");
    ensure(known.trim_matches('"') == expected, || format!("the client states {known}"))?;
    let written = target.read(None)?;
    ensure(written.is_none(), || format!("left out, it is sent as {written:?}"))
}

/// The documentation of a member states its unit.
fn of_unit(target: &Target, expected: &str) -> Result<(), Failed> {
    let Target::Member(target) = target else {
        return Ok(());
    };
    let stated = target.member.description;
    ensure(stated.contains(&format!("Unit: {expected}.")), || {
        format!("the documentation is {stated:?}")
    })
}

/// A string that does not match is refused and reported.
fn of_pattern(target: &Target) -> Result<(), Failed> {
    match target {
        Target::Member(_) => target.refuses(&json!("\u{1}")),
        // No header has other control characters.
        Target::Header(_) => target.refuses(&json!("\u{80}")),
        _ => Ok(()),
    }
}
