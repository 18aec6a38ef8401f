//! Tests values of a member of a generated model or of a parameter of a call: through the generated
//! setter and `send()` on loopback, and in responses.

use cloudfn::registry::{Api, Member, Operation, Parameter, Schema};
use cloudfn::ViolationKind;
use cloudfn_codegen::contract::answer;
use cloudfn_codegen::contract::Ledger;
use cloudfn_codegen::ledger::place::{self, Inside};
use cloudfn_codegen::ledger::{Place, Rule};
use cloudfn_codegen::lowering::is_set_by_client;
use cloudfn_codegen::model::{self, Spec};
use cloudfn_schema::rule::Verdict;
use libtest_mimic::Failed;
use serde_json::{json, Value};

use super::sites::{instance, Site};
use super::subject::{ensure, Subject};
use super::wire::{Setting, Tried};

/// What a claim's value can be tested on.
pub enum Target<'s> {
    Member(Box<MemberTarget<'s>>),
    Parameter(ParameterTarget<'s>),
    Header(HeaderTarget<'s>),
    /// Nothing: it comes from credentials or the HTTP client, or is only in the documentation.
    Credential,
}

/// A member of a model.
pub struct MemberTarget<'s> {
    pub schema: &'static Schema,
    pub member: &'static Member,
    /// The items or values of the member that the claim is about, outermost first.
    pub inside: Vec<Inside>,
    /// A valid instance of the schema.
    pub base: Value,
    spec: &'s Spec,
    api: &'static Api,
    /// All rules, which have tests of their own.
    rules: Vec<&'s Rule>,
    /// Those that widen the limits of the member.
    widening: Vec<&'s Rule>,
    /// A place of the schema in requests.
    request: Option<&'s Site<'s>>,
    /// A place of the schema in responses.
    response: Option<&'s Site<'s>>,
}

/// A parameter of a call.
pub struct ParameterTarget<'s> {
    pub parameter: &'static Parameter,
    pub inside: Vec<Inside>,
    setting: Setting<'s>,
}

/// A header of a response.
pub struct HeaderTarget<'s> {
    name: String,
    status: String,
    inside: Vec<Inside>,
    /// The model of the headers and its member, if the call returns it typed.
    pub typed: Option<(&'static Schema, &'static Member)>,
    setting: Setting<'s>,
}

/// Finds what a claim about `place` can be tested on.
pub fn target<'s>(
    subject: &'s Subject<'_>,
    ledger: &Ledger,
    place: &Place,
) -> Result<Target<'s>, Failed> {
    let api = subject.api_of(ledger)?;
    match place {
        Place::Parameter(location, name) => parameter(api, subject, ledger, location, name),
        _ => member(api, subject, ledger, place).map(|target| Target::Member(Box::new(target))),
    }
}

fn parameter<'s>(
    api: &'static Api,
    subject: &'s Subject<'_>,
    ledger: &Ledger,
    location: &str,
    name: &str,
) -> Result<Target<'s>, Failed> {
    let spec = &subject.contract.specs[ledger.spec];
    let operation = operation(api, ledger)?;
    let (plain, inside) = place::inside(name);
    let setting = Setting { spec, api, operation };
    if let Some(status) = place::header_status(location) {
        let model = operation.headers.map_or("", |model| model.rust_type);
        let model = api.schemas.iter().find(|schema| schema.model.rust_type == model);
        let typed = model.filter(|_| status.starts_with('2')).and_then(|schema| {
            let mut members = schema.members.iter();
            Some((schema, members.find(|member| member.name.eq_ignore_ascii_case(plain))?))
        });
        ensure(typed.is_some() || !status.starts_with('2'), || {
            format!("the generated call returns no header `{plain}`")
        })?;
        let (name, status) = (plain.to_owned(), status.to_owned());
        return Ok(Target::Header(HeaderTarget { name, status, inside, typed, setting }));
    }
    let found = operation
        .parameters
        .iter()
        .find(|parameter| parameter.location == location && parameter.name == plain);
    match found {
        Some(parameter) => Ok(Target::Parameter(ParameterTarget { parameter, inside, setting })),
        None if is_set_by_client(name)
            || spec.security_header(subject.contract.operation(ledger), name).is_some() =>
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

fn member<'s>(
    api: &'static Api,
    subject: &'s Subject<'_>,
    ledger: &Ledger,
    place: &Place,
) -> Result<MemberTarget<'s>, Failed> {
    let spec = &subject.contract.specs[ledger.spec];
    let operation = subject.contract.operation(ledger);
    let (Place::Member(section, name), Some(model)) = (place, place.schema(spec, operation)) else {
        return Err(format!("`{place}` is not a member of a schema").into());
    };
    let holder = answer::holder(spec, operation, section)
        .ok_or_else(|| format!("the spec has no `{section}`"))?;
    let schema =
        api.schema(&model).ok_or_else(|| format!("the generated client has no model `{model}`"))?;
    let (plain, inside) = place::inside(name);
    let member = schema
        .members
        .iter()
        .find(|member| member.name == plain)
        .ok_or_else(|| format!("the generated model `{model}` has no member `{plain}`"))?;
    let base = instance(spec, &holder.pointer);
    let ledgers = || subject.contract.ledgers.iter();
    let rules = ledgers().flat_map(|ledger| &ledger.page.rules).collect();
    let of_spec = ledgers().filter(|other| other.spec == ledger.spec);
    let widening = of_spec.flat_map(|other| {
        other.page.rules.iter().filter(move |rule| {
            let is_of = |found: &model::Schema| found.pointer == holder.pointer;
            let operation = || subject.contract.operation(other);
            rule.widens.as_deref() == Some(plain)
                && answer::holder(spec, operation(), &rule.on).is_some_and(is_of)
        })
    });
    let widening = widening.collect();
    let sites = &subject.sites[spec.api.as_str()];
    let request = sites.in_request(&holder.pointer);
    let response = sites.in_response(&holder.pointer);
    Ok(MemberTarget { schema, member, inside, base, spec, api, rules, widening, request, response })
}

impl<'s> MemberTarget<'s> {
    /// Whether the schema occurs in responses.
    pub fn in_responses(&self) -> bool {
        self.response.is_some()
    }

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

    /// The value within the result of `wrap`.
    fn unwrapped(&self, value: Value) -> Option<Value> {
        self.inside.iter().try_fold(value, |value, inside| match inside {
            Inside::Items => value.get(0).cloned(),
            Inside::Values => value.get("key").cloned(),
        })
    }

    /// The value of the member in an instance.
    fn in_instance(&self, instance: &Value) -> Option<Value> {
        instance.get(self.member.name).and_then(|value| self.unwrapped(value.clone()))
    }

    /// Reads the instance with `value` like a response, and writes back the member.
    pub fn read(&self, value: Option<&Value>) -> Result<Option<Value>, String> {
        let decoded = (self.schema.model.decode)(self.with(value).to_string().as_bytes())?;
        Ok(self.in_instance(&decoded.encode()))
    }

    /// The differences of a response that contains the instance with `value`; `None` if there is no
    /// such response.
    pub fn told(&self, value: Option<&Value>) -> Result<Option<Vec<String>>, Failed> {
        let Some(site) = self.response else { return Ok(None) };
        let setting = self.setting(site)?;
        let status = site.body.status.unwrap_or_default();
        let place = format!("response.{status}");
        let mut samples = setting.operation.samples.iter();
        let sample = samples.find(|sample| sample.place == place);
        let sample = sample.and_then(|sample| serde_json::from_str(sample.json).ok());
        let body = site.filled(self.spec, sample, self.with(value));
        let tried = setting.answered(status, &body)?;
        let path = self.path(site);
        let told = tried.told.iter().filter(|told| told.kind != ViolationKind::Rule);
        let told = told.filter(|told| is_in(&told.path, &path));
        Ok(Some(told.map(|told| told.to_string()).collect()))
    }

    /// Sets the member to `value` by its setter, and sends the model.
    fn set(&self, value: &Value) -> Result<Value, Failed> {
        let built = (self.member.build)(&wrap(&self.inside, value))?;
        self.unwrapped(built).ok_or_else(|| format!("{value} is lost by its setter").into())
    }

    /// Sends the instance with `value`, and returns the received member; `None` if there is no such
    /// request.
    fn sent(&self, value: Option<&Value>, allow: bool) -> Result<Option<Sent>, Failed> {
        let Some(site) = self.request else { return Ok(None) };
        let setting = self.setting(site)?;
        let body = site.filled(self.spec, None, self.with(value));
        let mut arguments = setting.arguments(Some(&body));
        arguments.allow_undocumented = allow;
        let mut tried = setting.tried(&arguments, None)?;
        tried.error = tried.error.map(|error| self.without_rules(&error));
        if tried.received.is_empty() && tried.error.as_deref() == Some("") {
            // Only rules refuse it.
            return self.sent(value, true);
        }
        let path = self.path(site);
        Ok(Some(Sent::of(tried, &path, |body| {
            site.value(body).and_then(|instance| self.in_instance(&instance))
        })))
    }

    /// Whether a value outside the limits is a documented exception to them.
    fn is_excepted(&self, value: &Value) -> bool {
        let instance = self.with(Some(value));
        self.widening
            .iter()
            .filter_map(|rule| rule.check.as_ref())
            .any(|check| check.evaluate(&instance) == Verdict::Holds)
    }

    /// A refusal without what the rules say.
    fn without_rules(&self, error: &str) -> String {
        const BREAKS: &str = "breaks the rule: ";
        let said =
            self.rules.iter().fold(error.to_owned(), |error, rule| match error.contains(BREAKS) {
                true => error.replace(&format!("{BREAKS}{}", rule.text), "RULE"),
                false => error,
            });
        let others: Vec<&str> = said.split("; ").filter(|one| !one.ends_with("RULE")).collect();
        others.join("; ")
    }

    fn setting(&self, site: &Site) -> Result<Setting<'s>, Failed> {
        let operation = self.api.operation(site.body.operation);
        let operation =
            operation.ok_or_else(|| format!("the client has no `{}`", site.body.operation))?;
        Ok(Setting { spec: self.spec, api: self.api, operation })
    }

    /// The path of the claim's subject.
    fn path(&self, site: &Site) -> String {
        let inside = self.inside.iter().map(|inside| match inside {
            Inside::Items => "[0]",
            Inside::Values => ".key",
        });
        let holder = site.path();
        let dot = if holder.is_empty() { "" } else { "." };
        format!("{holder}{dot}{}{}", self.member.name, inside.collect::<String>())
    }

    /// The error of a request with `value`; `None` if there is no such request.
    pub fn refusal(&self, value: Option<&Value>) -> Result<Option<Option<String>>, Failed> {
        Ok(self.sent(value, false)?.map(|sent| sent.refused))
    }
}

/// The result of a request.
struct Sent {
    /// Why it was not sent, if because of the claim's subject.
    refused: Option<String>,
    /// Why it was not sent, for other reasons.
    other: Option<String>,
    /// The received member.
    arrived: Option<Value>,
}

impl Sent {
    fn of(tried: Tried, path: &str, value: impl Fn(&Value) -> Option<Value>) -> Self {
        let Some(received) = tried.received.first() else {
            let reason = tried.error.unwrap_or_default();
            // A setter separates members by `: `.
            let nested = path.replace('.', ": ");
            let is_about = reason.split("; ").any(|one| is_in(one, path) || is_in(one, &nested));
            return match is_about {
                true => Self { refused: Some(reason), other: None, arrived: None },
                false => Self { refused: None, other: Some(reason), arrived: None },
            };
        };
        let body = serde_json::from_slice(&received.body).unwrap_or_default();
        Self { refused: None, other: None, arrived: value(&body) }
    }
}

/// Whether a path or a message is about `path` or something in it.
fn is_in(said: &str, path: &str) -> bool {
    said.strip_prefix(path).is_some_and(|rest| {
        rest.is_empty() || [".", "[", ":", " "].iter().any(|mark| rest.starts_with(mark))
    })
}

impl Target<'_> {
    /// Whether the claim is about items or values.
    pub fn is_inside(&self) -> bool {
        match self {
            Self::Member(target) => !target.inside.is_empty(),
            Self::Parameter(target) => !target.inside.is_empty(),
            Self::Header(target) => !target.inside.is_empty(),
            Self::Credential => false,
        }
    }

    /// Whether it is a parameter in this location.
    pub fn is_in(&self, location: &str) -> bool {
        matches!(self, Self::Parameter(target) if target.parameter.location == location)
    }

    /// Tests a documented value: it arrives unchanged, and is read without a difference.
    pub fn takes(&self, value: &Value) -> Result<(), Failed> {
        match self {
            Self::Credential => Ok(()),
            Self::Header(target) => {
                let (read, told) = target.seen(Some(value))?;
                ensure(told.is_empty(), || format!("the documented {value} is told: {told:?}"))?;
                target.keeps(read, value)
            }
            Self::Parameter(target) => {
                let tried = target.tried(value, false)?;
                let error = tried.error.filter(|_| tried.received.is_empty());
                match error.filter(|error| !is_about_number(&target.inside, error)) {
                    Some(e) => Err(format!("the documented {value} is refused: {e}").into()),
                    None => Ok(()),
                }
            }
            Self::Member(target) => {
                let set = target.set(value)?;
                ensure(same(&set, value), || format!("{value} is set as {set}"))?;
                if let Some(sent) = target.sent(Some(value), false)? {
                    let error = sent.refused.or(sent.other);
                    let error = error.filter(|e| !is_about_number(&target.inside, e));
                    ensure(error.is_none(), || {
                        let error = error.clone().unwrap_or_default();
                        format!("the documented {value} is refused: {error}")
                    })?;
                    let is_same = sent.arrived.as_ref().is_none_or(|arrived| same(arrived, value));
                    ensure(is_same, || format!("{value} arrives as {:?}", sent.arrived))?;
                }
                let written = target.read(Some(value))?;
                ensure(written.as_ref().is_some_and(|written| same(written, value)), || {
                    format!("{value} is written back as {written:?}")
                })?;
                let told = target.told(Some(value))?.unwrap_or_default();
                ensure(told.is_empty(), || format!("the documented {value} is told: {told:?}"))
            }
        }
    }

    /// The messages about a value in a request and in a response.
    pub fn said(&self, value: &Value) -> Result<Vec<Vec<String>>, Failed> {
        Ok(match self {
            Self::Credential => Vec::new(),
            Self::Header(target) => vec![target.seen(Some(value))?.1],
            Self::Parameter(target) => {
                let tried = target.tried(value, false)?;
                vec![tried.error.filter(|_| tried.received.is_empty()).into_iter().collect()]
            }
            Self::Member(target) => {
                let refused = target.refusal(Some(value))?;
                let refused = refused.map(|refused| refused.into_iter().collect());
                [refused, target.told(Some(value))?].into_iter().flatten().collect()
            }
        })
    }

    /// Tests an undocumented value: it is refused before sending, sent if allowed, and kept and
    /// reported when read.
    pub fn refuses(&self, value: &Value) -> Result<(), Failed> {
        match self {
            Self::Credential => Ok(()),
            // No header has such a text.
            Self::Header(_) if value.as_str().is_some_and(|text| text.trim() != text) => Ok(()),
            Self::Header(target) => {
                let (read, told) = target.seen(Some(value))?;
                ensure(!told.is_empty(), || format!("the undocumented {value} is not told"))?;
                target.keeps(read, value)
            }
            Self::Parameter(target) => {
                let tried = target.tried(value, false)?;
                let is_refused = tried.received.is_empty()
                    && !is_about_number(&target.inside, &tried.error.clone().unwrap_or_default());
                ensure(is_refused, || format!("the undocumented {value} is not refused"))?;
                let allowed = target.tried(value, true)?;
                let is_sendable = *value != json!("");
                ensure(!allowed.received.is_empty() || !is_sendable, || {
                    format!("the undocumented {value} is not sent where that is allowed")
                })
            }
            Self::Member(target) => {
                let set = target.set(value)?;
                ensure(same(&set, value), || format!("the undocumented {value} is set as {set}"))?;
                let is_excepted = target.is_excepted(value);
                let sent = if is_excepted { None } else { target.sent(Some(value), false)? };
                if let Some(sent) = sent {
                    ensure(sent.refused.is_some(), || {
                        format!("the undocumented {value} is not refused: {:?}", sent.other)
                    })?;
                    let allowed = target.sent(Some(value), true)?;
                    let arrived = allowed.and_then(|allowed| allowed.arrived);
                    ensure(arrived.as_ref().is_some_and(|arrived| same(arrived, value)), || {
                        format!("the undocumented {value} arrives as {arrived:?} where allowed")
                    })?;
                }
                let written = target.read(Some(value))?;
                ensure(written.as_ref().is_some_and(|written| same(written, value)), || {
                    format!("the undocumented {value} is not kept when read: {written:?}")
                })?;
                let told = target.told(Some(value))?;
                ensure(told.is_none_or(|told| !told.is_empty()), || {
                    format!("the undocumented {value} is not told when read")
                })
            }
        }
    }
}

impl ParameterTarget<'_> {
    /// Calls with `value` for the parameter.
    fn tried(&self, value: &Value, allow: bool) -> Result<Tried, Failed> {
        let mut arguments = self.setting.arguments(None);
        let text = text(&wrap(&self.inside, value));
        for (name, given) in &mut arguments.parameters {
            if name == self.parameter.name {
                given.clone_from(&text);
            }
        }
        arguments.allow_undocumented = allow;
        self.setting.tried(&arguments, None)
    }
}

impl HeaderTarget<'_> {
    /// What the call returns of a response with `value` for the header, or without it, and what is
    /// told of the header.
    pub fn seen(&self, value: Option<&Value>) -> Result<(Option<Value>, Vec<String>), Failed> {
        let answer = self.setting.documented(&self.status)?;
        let text = value.map(|value| match wrap(&self.inside, value) {
            Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
            value => text(&value),
        });
        let answer = text.into_iter().fold(answer, |answer, text| answer.header(&self.name, text));
        let tried = self.setting.tried(&self.setting.arguments(None), Some(answer))?;
        if let Some(error) = tried.error.filter(|_| self.typed.is_some()) {
            return Err(format!("with {value:?}, the response is lost: {error}").into());
        }
        let path = format!("header {}", self.name).to_lowercase();
        let told = tried.told.iter().filter(|told| is_in(&told.path.to_lowercase(), &path));
        let read = self.typed.and_then(|(_, member)| tried.headers.get(member.name).cloned());
        let inside = self.inside.iter();
        let read =
            read.map(|read| inside.fold(read, |read, _| read.get(0).cloned().unwrap_or_default()));
        Ok((read, told.map(ToString::to_string).collect()))
    }

    /// Fails if a value is not as it was sent.
    pub fn keeps(&self, read: Option<Value>, value: &Value) -> Result<(), Failed> {
        let is_kept = read.as_ref().is_some_and(|read| same(read, value));
        ensure(is_kept || self.typed.is_none(), || format!("{value} is read as {read:?}"))
    }
}

/// Equal; `1.0` is `1`.
pub fn same(written: &Value, value: &Value) -> bool {
    let is_float = written.is_f64() || value.is_f64();
    written == value || (is_float && written.is_number() && written.as_f64() == value.as_f64())
}

/// Whether the number of items is refused, rather than the item.
fn is_about_number(inside: &[Inside], refusal: &str) -> bool {
    !inside.is_empty() && refusal.contains("a list of 1 item ")
}

/// `value` as an item or value of collections.
fn wrap(inside: &[Inside], value: &Value) -> Value {
    inside.iter().rev().fold(value.clone(), |value, inside| match inside {
        Inside::Items => json!([value]),
        Inside::Values => json!({ "key": value }),
    })
}

/// A value as an argument or a header.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
