//! The terms of rules. Each function is an operator, a function or a macro of the Common Expression
//! Language, with its meaning there.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::OnceLock;

use serde_json::{Number, Value};

use super::Scope;
use crate::Pattern;

/// The value of a term, or why it has none.
pub type Evaluated<'v> = Result<Cow<'v, Value>, Stop>;

/// Why a term has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A member is missing.
    Missing,
    /// An operand has the wrong type, or the result is out of range.
    Invalid,
}

use Stop::{Invalid, Missing};

/// A literal.
pub fn literal<'v>(value: impl Into<Value>) -> Evaluated<'v> {
    Ok(Cow::Owned(value.into()))
}

/// A text of an expression, made a value on first use.
#[derive(Debug)]
pub struct Text {
    text: &'static str,
    value: OnceLock<Value>,
}

impl Text {
    /// This text.
    pub const fn new(text: &'static str) -> Self {
        Self { text, value: OnceLock::new() }
    }
}

/// A text.
pub fn text<'v>(text: &'static Text) -> Evaluated<'v> {
    Ok(Cow::Borrowed(text.value.get_or_init(|| text.text.into())))
}

/// The list of these items.
pub fn list<'v, const N: usize>(items: [Evaluated<'v>; N]) -> Evaluated<'v> {
    let items: Result<Vec<Value>, Stop> =
        items.into_iter().map(|item| Ok(item?.into_owned())).collect();
    literal(items?)
}

/// `self.name`
pub fn own<'v>(scope: &Scope<'v>, name: &str) -> Evaluated<'v> {
    scope.find(name).map(Cow::Borrowed).ok_or(Missing)
}

/// `fromJson(self.name)`
pub fn own_json<'v>(scope: &Scope<'v>, name: &str) -> Evaluated<'v> {
    let member = scope.member(name).ok_or(Missing)?;
    match &member.value {
        Value::String(text) => Ok(Cow::Borrowed(member.json.get_or_init(|| json_of(text)))),
        _ => Err(Invalid),
    }
}

/// `has(self.name)`
pub fn has_own<'v>(scope: &Scope<'_>, name: &str) -> Evaluated<'v> {
    literal(scope.find(name).is_some())
}

/// `of.name`
pub fn member<'v>(of: Evaluated<'v>, name: &str) -> Evaluated<'v> {
    match of? {
        Cow::Borrowed(Value::Object(members)) => {
            members.get(name).map(Cow::Borrowed).ok_or(Missing)
        }
        Cow::Owned(Value::Object(mut members)) => {
            members.remove(name).map(Cow::Owned).ok_or(Missing)
        }
        _ => Err(Invalid),
    }
}

/// `has(of.name)`
pub fn has<'v>(of: Evaluated<'v>, name: &str) -> Evaluated<'v> {
    match &*of? {
        Value::Object(members) => literal(members.contains_key(name)),
        _ => Err(Invalid),
    }
}

/// `of[key]`
pub fn index<'v>(of: Evaluated<'v>, key: Evaluated<'v>) -> Evaluated<'v> {
    let (of, key) = (of?, key?);
    match (&*of, &*key) {
        (Value::Object(_), Value::String(name)) => member(Ok(of), name),
        (Value::Object(_), Value::Number(_) | Value::Bool(_)) => Err(Missing),
        (Value::Array(items), Value::Number(index)) => {
            let index = index.as_u64().and_then(|index| usize::try_from(index).ok());
            let item = index.and_then(|index| items.get(index)).ok_or(Invalid)?;
            Ok(Cow::Owned(item.clone()))
        }
        _ => Err(Invalid),
    }
}

fn truth(term: &Evaluated<'_>) -> Result<bool, Stop> {
    match term.as_deref() {
        Ok(Value::Bool(value)) => Ok(*value),
        Ok(_) => Err(Invalid),
        Err(stop) => Err(*stop),
    }
}

/// The result of `&&` (decided by false) or of `||` (decided by true).
fn decide<'v>(
    decisive: bool,
    left: Evaluated<'v>,
    right: &dyn Fn() -> Evaluated<'v>,
) -> Evaluated<'v> {
    match truth(&left) {
        Ok(left) if left == decisive => literal(decisive),
        left => decided(decisive, left, truth(&right())),
    }
}

fn decided<'v>(
    decisive: bool,
    left: Result<bool, Stop>,
    right: Result<bool, Stop>,
) -> Evaluated<'v> {
    match (left, right) {
        (Ok(one), _) | (_, Ok(one)) if one == decisive => literal(decisive),
        (left, right) => right.and(left).map_or_else(Err, literal),
    }
}

/// `left && right`
pub fn and<'v>(left: Evaluated<'v>, right: impl Fn() -> Evaluated<'v>) -> Evaluated<'v> {
    decide(false, left, &right)
}

/// `left || right`
pub fn or<'v>(left: Evaluated<'v>, right: impl Fn() -> Evaluated<'v>) -> Evaluated<'v> {
    decide(true, left, &right)
}

/// `condition ? yes : no`
pub fn conditional<'v>(
    condition: Evaluated<'v>,
    yes: impl FnOnce() -> Evaluated<'v>,
    no: impl FnOnce() -> Evaluated<'v>,
) -> Evaluated<'v> {
    match truth(&condition)? {
        true => yes(),
        false => no(),
    }
}

/// `!term`
pub fn not(term: Evaluated<'_>) -> Evaluated<'_> {
    literal(!truth(&term)?)
}

/// A number.
#[derive(Clone, Copy)]
enum Numeric {
    Integer(i64),
    Float(f64),
}

impl Numeric {
    fn of(value: &Value) -> Option<Self> {
        let number = value.as_number()?;
        let float = || number.as_f64().map(Self::Float);
        number.as_i64().map(Self::Integer).or_else(float)
    }

    fn float(self) -> f64 {
        match self {
            Self::Integer(value) => value as f64,
            Self::Float(value) => value,
        }
    }

    fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(one), Self::Integer(other)) => Some(one.cmp(&other)),
            _ => self.float().partial_cmp(&other.float()),
        }
    }
}

fn float<'v>(value: f64) -> Evaluated<'v> {
    literal(Value::Number(Number::from_f64(value).ok_or(Invalid)?))
}

fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one == other,
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| is_same(a, b))
        }
        (Value::Object(one), Value::Object(other)) => {
            let has = |(name, value): (&String, &Value)| {
                other.get(name).is_some_and(|other| is_same(value, other))
            };
            one.len() == other.len() && one.iter().all(has)
        }
        _ => match (Numeric::of(one), Numeric::of(other)) {
            (Some(one), Some(other)) => one.compare(other) == Some(Ordering::Equal),
            _ => one == other,
        },
    }
}

/// `left == right`
pub fn equal<'v>(left: Evaluated<'v>, right: Evaluated<'v>) -> Evaluated<'v> {
    literal(is_same(&*left?, &*right?))
}

/// `left != right`
pub fn different<'v>(left: Evaluated<'v>, right: Evaluated<'v>) -> Evaluated<'v> {
    not(equal(left, right))
}

fn compare<'v>(
    left: Evaluated<'v>,
    right: Evaluated<'v>,
    is: impl FnOnce(Ordering) -> bool,
) -> Evaluated<'v> {
    let (left, right) = (left?, right?);
    let ordering = match (&*left, &*right) {
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (left, right) => match (Numeric::of(left), Numeric::of(right)) {
            (Some(left), Some(right)) => left.compare(right),
            _ => None,
        },
    };
    literal(is(ordering.ok_or(Invalid)?))
}

/// `left < right`
pub fn less<'v>(left: Evaluated<'v>, right: Evaluated<'v>) -> Evaluated<'v> {
    compare(left, right, Ordering::is_lt)
}

/// `left <= right`
pub fn at_most<'v>(left: Evaluated<'v>, right: Evaluated<'v>) -> Evaluated<'v> {
    compare(left, right, Ordering::is_le)
}

/// `left > right`
pub fn greater<'v>(left: Evaluated<'v>, right: Evaluated<'v>) -> Evaluated<'v> {
    compare(left, right, Ordering::is_gt)
}

/// `left >= right`
pub fn at_least<'v>(left: Evaluated<'v>, right: Evaluated<'v>) -> Evaluated<'v> {
    compare(left, right, Ordering::is_ge)
}

/// `item in of`
pub fn is_in<'v>(item: Evaluated<'v>, of: Evaluated<'v>) -> Evaluated<'v> {
    let (item, of) = (item?, of?);
    match (&*of, &*item) {
        (Value::Array(items), item) => literal(items.iter().any(|other| is_same(item, other))),
        (Value::Object(members), Value::String(name)) => literal(members.contains_key(name)),
        (Value::Object(_), Value::Number(_) | Value::Bool(_)) => literal(false),
        _ => Err(Invalid),
    }
}

fn calculate<'v>(
    left: Evaluated<'v>,
    right: Evaluated<'v>,
    integers: impl FnOnce(i64, i64) -> Option<i64>,
    floats: impl FnOnce(f64, f64) -> Option<f64>,
) -> Evaluated<'v> {
    match (Numeric::of(&*left?), Numeric::of(&*right?)) {
        (Some(Numeric::Integer(left)), Some(Numeric::Integer(right))) => {
            literal(integers(left, right).ok_or(Invalid)?)
        }
        (Some(Numeric::Float(left)), Some(Numeric::Float(right))) => {
            float(floats(left, right).ok_or(Invalid)?)
        }
        _ => Err(Invalid),
    }
}

/// `left + right`
pub fn add<'v>(left: Evaluated<'v>, right: Evaluated<'v>) -> Evaluated<'v> {
    let (left, right) = (left?, right?);
    match (&*left, &*right) {
        (Value::String(left), Value::String(right)) => literal([&**left, right].concat()),
        (Value::Array(left), Value::Array(right)) => literal([&**left, right].concat()),
        _ => calculate(Ok(left), Ok(right), i64::checked_add, |a, b| Some(a + b)),
    }
}

/// `left - right`
pub fn subtract<'v>(left: Evaluated<'v>, right: Evaluated<'v>) -> Evaluated<'v> {
    calculate(left, right, i64::checked_sub, |a, b| Some(a - b))
}

/// `left * right`
pub fn multiply<'v>(left: Evaluated<'v>, right: Evaluated<'v>) -> Evaluated<'v> {
    calculate(left, right, i64::checked_mul, |a, b| Some(a * b))
}

/// `left / right`
pub fn divide<'v>(left: Evaluated<'v>, right: Evaluated<'v>) -> Evaluated<'v> {
    calculate(left, right, i64::checked_div, |a, b| Some(a / b))
}

/// `left % right`
pub fn remainder<'v>(left: Evaluated<'v>, right: Evaluated<'v>) -> Evaluated<'v> {
    calculate(left, right, i64::checked_rem, |_, _| None)
}

/// `-term`
pub fn negative(term: Evaluated<'_>) -> Evaluated<'_> {
    match Numeric::of(&*term?) {
        Some(Numeric::Integer(value)) => literal(value.checked_neg().ok_or(Invalid)?),
        Some(Numeric::Float(value)) => float(-value),
        None => Err(Invalid),
    }
}

/// `size(term)`
pub fn size(term: Evaluated<'_>) -> Evaluated<'_> {
    literal(match &*term? {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => return Err(Invalid),
    })
}

/// `int(term)`
pub fn int(term: Evaluated<'_>) -> Evaluated<'_> {
    let term = term?;
    let integer = match (&*term, Numeric::of(&term)) {
        (Value::String(text), _) => text.parse().ok(),
        (_, Some(Numeric::Integer(value))) => Some(value),
        // The limits are those of 64-bit integers as floating-point numbers.
        (_, Some(Numeric::Float(value))) => {
            (value > i64::MIN as f64 && value < i64::MAX as f64).then_some(value as i64)
        }
        _ => None,
    };
    literal(integer.ok_or(Invalid)?)
}

/// `double(term)`
pub fn double(term: Evaluated<'_>) -> Evaluated<'_> {
    let term = term?;
    let number = match &*term {
        Value::String(text) => text.parse().ok(),
        other => Numeric::of(other).map(Numeric::float),
    };
    float(number.ok_or(Invalid)?)
}

fn of_texts<'v>(
    text: Evaluated<'v>,
    other: Evaluated<'v>,
    is: impl FnOnce(&str, &str) -> bool,
) -> Evaluated<'v> {
    match (&*text?, &*other?) {
        (Value::String(text), Value::String(other)) => literal(is(text, other)),
        _ => Err(Invalid),
    }
}

/// `text.startsWith(prefix)`
pub fn starts_with<'v>(text: Evaluated<'v>, prefix: Evaluated<'v>) -> Evaluated<'v> {
    of_texts(text, prefix, |text, prefix| text.starts_with(prefix))
}

/// `text.endsWith(suffix)`
pub fn ends_with<'v>(text: Evaluated<'v>, suffix: Evaluated<'v>) -> Evaluated<'v> {
    of_texts(text, suffix, |text, suffix| text.ends_with(suffix))
}

/// `text.contains(part)`
pub fn contains<'v>(text: Evaluated<'v>, part: Evaluated<'v>) -> Evaluated<'v> {
    of_texts(text, part, |text, part| text.contains(part))
}

/// `text.matches(pattern)`
pub fn matches<'v>(text: Evaluated<'v>, pattern: &Pattern) -> Evaluated<'v> {
    match &*text? {
        Value::String(text) => literal(pattern.matches(text)),
        _ => Err(Invalid),
    }
}

/// `fromJson(text)`: the value of a JSON text; null for any other text.
pub fn from_json(text: Evaluated<'_>) -> Evaluated<'_> {
    match &*text? {
        Value::String(text) => literal(json_of(text)),
        _ => Err(Invalid),
    }
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}

/// `unixTime(text)`: the seconds of a time in RFC 3339 format; null for any other text.
pub fn unix_time(text: Evaluated<'_>) -> Evaluated<'_> {
    match &*text? {
        Value::String(text) => {
            let time = text.parse::<jiff::Timestamp>();
            literal(time.map_or(Value::Null, |time| time.as_second().into()))
        }
        _ => Err(Invalid),
    }
}

/// The items of a list, or the keys of a map.
fn items(of: Evaluated<'_>) -> Result<Vec<Value>, Stop> {
    match of?.into_owned() {
        Value::Array(items) => Ok(items),
        Value::Object(members) => Ok(members.into_iter().map(|(name, _)| name.into()).collect()),
        _ => Err(Invalid),
    }
}

fn any_decides<'v>(
    decisive: bool,
    of: Evaluated<'v>,
    test: impl Fn(Value) -> Evaluated<'v>,
) -> Evaluated<'v> {
    let start = literal(!decisive);
    items(of)?.into_iter().fold(start, |known, item| match truth(&known) {
        Ok(known) if known == decisive => literal(decisive),
        known => decided(decisive, truth(&test(item)), known),
    })
}

/// `of.all(item, test)`
pub fn all<'v>(of: Evaluated<'v>, test: impl Fn(Value) -> Evaluated<'v>) -> Evaluated<'v> {
    any_decides(false, of, test)
}

/// `of.exists(item, test)`
pub fn exists<'v>(of: Evaluated<'v>, test: impl Fn(Value) -> Evaluated<'v>) -> Evaluated<'v> {
    any_decides(true, of, test)
}

/// `of.filter(item, test)`
pub fn filter<'v>(of: Evaluated<'v>, test: impl Fn(Value) -> Evaluated<'v>) -> Evaluated<'v> {
    let mut kept = Vec::new();
    for item in items(of)? {
        if truth(&test(item.clone()))? {
            kept.push(item);
        }
    }
    literal(kept)
}
