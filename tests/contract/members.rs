//! Tries values on one member of a generated model, or on one parameter of a call.

use cloudfn::differences::Difference;
use cloudfn::registry::{Api, Member, Operation, Parameter, Schema};
use cloudfn_codegen::ledger::place::{self, Inside};
use cloudfn_codegen::ledger::{Ledger, Place};
use cloudfn_codegen::lowering::is_set_by_client;
use cloudfn_codegen::spec::minimal;
use libtest_mimic::Failed;
use serde_json::{json, Value};

use super::subject::{ensure, Subject};

/// What a claim's value can be tried on.
pub enum Target {
    /// A member of a model.
    Member(MemberTarget),
    /// A parameter of a call.
    Parameter(&'static Parameter, Vec<Inside>),
    /// Nothing: credentials or the HTTP client supply it, or only the documentation states it.
    Credential,
}

/// A member of a model.
pub struct MemberTarget {
    pub schema: &'static Schema,
    pub member: &'static Member,
    /// The items or values of the member that the claim is about, outermost first.
    pub inside: Vec<Inside>,
    /// A valid instance of the schema.
    pub base: Value,
    /// Whether the schema stands in answers.
    pub in_responses: bool,
}

/// Finds what a claim about `place` can be tried on.
pub fn target(subject: &Subject, ledger: &Ledger, place: &Place) -> Result<Target, Failed> {
    let api = subject.api_of(ledger)?;
    match place {
        Place::Parameter(location, name) => parameter(api, subject, ledger, location, name),
        _ => member(api, subject, ledger, place).map(Target::Member),
    }
}

fn parameter(
    api: &'static Api,
    subject: &Subject,
    ledger: &Ledger,
    location: &str,
    name: &str,
) -> Result<Target, Failed> {
    if place::header_status(location).is_some() {
        return Ok(Target::Credential);
    }
    let spec = &subject.contract.specs[ledger.spec];
    let operation = operation(api, ledger)?;
    let (plain, inside) = place::inside(name);
    let found = operation
        .parameters
        .iter()
        .find(|parameter| parameter.location == location && parameter.name == plain);
    match found {
        Some(parameter) => Ok(Target::Parameter(parameter, inside)),
        None if is_set_by_client(name)
            || spec.security_header(&subject.contract.operation(ledger), name).is_some() =>
        {
            Ok(Target::Credential)
        }
        None => Err(format!("the generated call has no parameter `{name}`").into()),
    }
}

/// The generated operation of a ledger.
pub fn operation(api: &'static Api, ledger: &Ledger) -> Result<&'static Operation, Failed> {
    let id = &ledger.page.operation;
    api.operation(id).ok_or_else(|| format!("the generated client has no operation `{id}`").into())
}

fn member(
    api: &'static Api,
    subject: &Subject,
    ledger: &Ledger,
    place: &Place,
) -> Result<MemberTarget, Failed> {
    let spec = &subject.contract.specs[ledger.spec];
    let operation = subject.contract.operation(ledger);
    let (Place::Member(section, name), Some(model)) = (place, place.schema(spec, &operation))
    else {
        return Err(format!("`{place}` is no member of a schema").into());
    };
    let holder = place::holder(spec, &operation, section)
        .ok_or_else(|| format!("the spec has no `{section}`"))?;
    let schema =
        api.schema(&model).ok_or_else(|| format!("the generated client has no model `{model}`"))?;
    let (plain, inside) = place::inside(name);
    let member = schema
        .members
        .iter()
        .find(|member| member.name == plain)
        .ok_or_else(|| format!("the generated model `{model}` has no member `{plain}`"))?;
    Ok(MemberTarget {
        schema,
        member,
        inside,
        base: minimal(spec, &holder.pointer),
        in_responses: spec.uses(&holder.pointer).response,
    })
}

impl MemberTarget {
    /// The instance with `value` for the member, or without it.
    pub fn with(&self, value: Option<&Value>) -> Value {
        let mut instance = self.base.clone();
        if let Some(object) = instance.as_object_mut() {
            match value {
                Some(value) => {
                    object.insert(self.member.name.to_owned(), wrap(&self.inside, value))
                }
                None => object.remove(self.member.name),
            };
        }
        instance
    }

    /// The one value in what `wrap` made.
    fn unwrapped(&self, value: Value) -> Option<Value> {
        self.inside.iter().try_fold(value, |value, inside| match inside {
            Inside::Items => value.get(0).cloned(),
            Inside::Values => value.get("key").cloned(),
        })
    }

    /// Reads the instance with `value` as an answer is read: what is written back for the
    /// member, and what is undocumented in it.
    pub fn read(&self, value: Option<&Value>) -> Result<(Option<Value>, Vec<Difference>), String> {
        let decoded = (self.schema.model.decode)(self.with(value).to_string().as_bytes())?;
        let written = decoded.encode().get(self.member.name).cloned();
        let written = written.and_then(|written| self.unwrapped(written));
        let mut differences = decoded.undocumented();
        differences.retain(|difference| self.is_about(difference));
        Ok((written, differences))
    }

    /// What refuses the instance with `value` when a caller gives it.
    pub fn refusals(&self, value: Option<&Value>) -> Vec<Difference> {
        let refused = (self.schema.model.strict)(self.with(value).to_string().as_bytes());
        let mut differences = refused.err().unwrap_or_default();
        differences.retain(|difference| self.is_about(difference));
        differences
    }

    /// Whether a difference is about the member, or what is inside it that the claim is about.
    fn is_about(&self, difference: &Difference) -> bool {
        let name = self.member.name;
        let inside = self.inside.iter().map(|inside| match inside {
            Inside::Items => "[0]",
            Inside::Values => ".key",
        });
        let place = format!("{name}{}", inside.collect::<String>());
        difference.member == place
            || difference.member.starts_with(&format!("{place}."))
            || difference.member.starts_with(&format!("{place}["))
            || difference.message.contains(&format!("`{name}`"))
    }
}

impl Target {
    /// A documented value: can be built, is read without a difference.
    pub fn takes(&self, value: &Value) -> Result<(), Failed> {
        match self {
            Self::Credential => Ok(()),
            Self::Parameter(parameter, inside) => {
                match (parameter.check)(&text(&wrap(inside, value))) {
                    Err(e) if !is_about_number(inside, &e) => {
                        Err(format!("the documented {value} is refused: {e}").into())
                    }
                    _ => Ok(()),
                }
            }
            Self::Member(target) => {
                if let Some(build) = target.member.build {
                    let built = build(value)
                        .map_err(|e| format!("the documented {value} is refused: {e}"))?;
                    ensure(built == *value, || format!("{value} is written as {built}"))?;
                }
                let refusals = target.refusals(Some(value));
                ensure(refusals.is_empty(), || {
                    format!("the documented {value} is refused: {}", refusals[0])
                })?;
                let (written, differences) = target.read(Some(value))?;
                ensure(written.as_ref() == Some(value), || {
                    format!("{value} is written back as {written:?}")
                })?;
                ensure(differences.is_empty(), || {
                    format!("the documented {value} is reported: {}", differences[0])
                })
            }
        }
    }

    /// What is said of a value where a caller gives it, and where it is read.
    pub fn told(&self, value: &Value) -> Result<Vec<Vec<String>>, Failed> {
        let messages = |found: &[Difference]| found.iter().map(ToString::to_string).collect();
        Ok(match self {
            Self::Credential => Vec::new(),
            Self::Parameter(parameter, inside) => {
                let refused = (parameter.check)(&text(&wrap(inside, value))).err();
                vec![refused.into_iter().collect()]
            }
            Self::Member(target) => {
                let (_, differences) = target.read(Some(value))?;
                vec![messages(&target.refusals(Some(value))), messages(&differences)]
            }
        })
    }

    /// An undocumented value: refused when built, kept and reported when read.
    pub fn refuses(&self, value: &Value) -> Result<(), Failed> {
        match self {
            Self::Credential => Ok(()),
            Self::Parameter(parameter, inside) => {
                match (parameter.check)(&text(&wrap(inside, value))) {
                    Err(e) if !is_about_number(inside, &e) => Ok(()),
                    _ => Err(format!("the undocumented {value} is not refused").into()),
                }
            }
            Self::Member(target) => {
                let build = target
                    .member
                    .build
                    .ok_or_else(|| format!("{} carries no constraint", target.member.rust_type))?;
                let refusal = build(value).err();
                let refusal = refusal.ok_or(format!("the undocumented {value} can be built"))?;
                let prefix = format!("{}: ", target.member.name);
                ensure(!target.inside.is_empty() || refusal.starts_with(&prefix), || {
                    format!("the refusal does not say of what it is: {refusal}")
                })?;
                ensure(!target.refusals(Some(value)).is_empty(), || {
                    format!("the undocumented {value} is not refused in a caller's JSON")
                })?;
                let (written, differences) = target.read(Some(value))?;
                ensure(written.as_ref() == Some(value), || {
                    format!("the undocumented {value} is not kept when read: {written:?}")
                })?;
                ensure(!differences.is_empty(), || {
                    format!("the undocumented {value} is not reported when read")
                })
            }
        }
    }
}

/// Whether what is refused is not an item, but that it is the only one.
fn is_about_number(inside: &[Inside], refusal: &str) -> bool {
    !inside.is_empty() && refusal.starts_with("a list of 1 item ")
}

/// `value` as an item or value of collections.
fn wrap(inside: &[Inside], value: &Value) -> Value {
    inside.iter().rev().fold(value.clone(), |value, inside| match inside {
        Inside::Items => json!([value]),
        Inside::Values => json!({ "key": value }),
    })
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
