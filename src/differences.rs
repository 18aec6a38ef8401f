//! What differs between a value and the documents.
//!
//! Reading is tolerant: an answer with an unlisted runtime or a number outside the documented
//! range is decoded all the same. [`Differences::differences`] lists what was undocumented in
//! it, and [`strict`] refuses a text in which anything is.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use serde::de::DeserializeOwned;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::leaf::{length_documented, Bounded, Leaf, Pattern, Text, Timestamp};

/// One difference between a value and the documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where: the members that lead to it, as in `func_mounts[0].mount_type`.
    pub member: String,
    /// What is different.
    pub message: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.member.is_empty() {
            return f.write_str(&self.message);
        }
        write!(f, "{}: {}", self.member, self.message)
    }
}

/// A place in a value, for reports.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Root,
    Member(&'a str),
    Item(usize),
}

impl<'a> Place<'a> {
    /// The whole value.
    pub const ROOT: Place<'static> = Place { parent: None, step: Step::Root };

    /// The member `name` of the object here.
    pub fn member(&'a self, name: &'a str) -> Place<'a> {
        Place { parent: Some(self), step: Step::Member(name) }
    }

    /// The item `index` of the array here.
    pub fn item(&'a self, index: usize) -> Place<'a> {
        Place { parent: Some(self), step: Step::Item(index) }
    }

    /// A difference here.
    pub fn difference(&self, message: impl Into<String>) -> Difference {
        Difference { member: self.to_string(), message: message.into() }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Member(name) => match self.parent.and_then(|parent| parent.parent) {
                Some(_) => write!(f, ".{name}"),
                None => f.write_str(name),
            },
            Step::Item(index) => write!(f, "[{index}]"),
        }
    }
}

/// A value that can be compared with the documents.
pub trait Differences {
    /// Adds the differences in `self`, which stands at `place`, to `found`.
    fn collect(&self, place: &Place<'_>, found: &mut Vec<Difference>);

    /// Adds what of the lists and maps in `self` has more or fewer items than documented, or one
    /// twice.
    #[doc(hidden)]
    fn count(&self, _: &Count, _: &Place<'_>, _: &mut Vec<Difference>) {}

    /// Every difference from the documents, in the order of the members.
    fn differences(&self) -> Vec<Difference> {
        let mut found = Vec::new();
        self.collect(&Place::ROOT, &mut found);
        found
    }
}

/// How many items a list has by the documents, or members a map.
#[doc(hidden)]
#[derive(Debug)]
pub struct Count {
    /// The least number.
    pub least: usize,
    /// The greatest number.
    pub most: usize,
    /// Whether an item stands once only.
    pub unique: bool,
    /// How many items or members each item or member has.
    pub inside: Option<&'static Count>,
}

impl Count {
    /// Adds a difference unless there are as many `things` as documented.
    fn check(
        &self,
        found: &mut Vec<Difference>,
        place: &Place<'_>,
        count: usize,
        [whole, thing]: [&str; 2],
    ) {
        if !(self.least..=self.most).contains(&count) {
            let things = if count == 1 { "" } else { "s" };
            let documented = length_documented(self.least, self.most);
            let message = format!(
                "a {whole} of {count} {thing}{things} is outside the documented {documented}"
            );
            found.push(place.difference(message));
        }
    }
}

/// Adds a difference when a member that the documents require is not there.
pub fn require<T>(member: &Option<T>, place: &Place<'_>, found: &mut Vec<Difference>) {
    if member.is_none() {
        found.push(place.difference("is missing, and documented as always present"));
    }
}

/// Adds a difference when the documents do not allow the value of `leaf`.
pub(crate) fn collect_leaf<L: Leaf>(leaf: &L, place: &Place<'_>, found: &mut Vec<Difference>) {
    if let Err(refused) = leaf.check() {
        found.push(place.difference(refused.to_string()));
    }
}

impl<const MIN: i64, const MAX: i64> Differences for Bounded<MIN, MAX> {
    fn collect(&self, place: &Place<'_>, found: &mut Vec<Difference>) {
        collect_leaf(self, place, found);
    }
}

impl<const MIN: usize, const MAX: usize, P: Pattern> Differences for Text<MIN, MAX, P> {
    fn collect(&self, place: &Place<'_>, found: &mut Vec<Difference>) {
        collect_leaf(self, place, found);
    }
}

impl Differences for Timestamp {
    fn collect(&self, place: &Place<'_>, found: &mut Vec<Difference>) {
        collect_leaf(self, place, found);
    }
}

impl<T: Differences> Differences for Option<T> {
    fn collect(&self, place: &Place<'_>, found: &mut Vec<Difference>) {
        if let Some(value) = self {
            value.collect(place, found);
        }
    }

    fn count(&self, documented: &Count, place: &Place<'_>, found: &mut Vec<Difference>) {
        if let Some(value) = self {
            value.count(documented, place, found);
        }
    }
}

impl<T: Differences> Differences for Box<T> {
    fn collect(&self, place: &Place<'_>, found: &mut Vec<Difference>) {
        (**self).collect(place, found);
    }

    fn count(&self, documented: &Count, place: &Place<'_>, found: &mut Vec<Difference>) {
        (**self).count(documented, place, found);
    }
}

impl<T: Differences + Serialize> Differences for Vec<T> {
    fn collect(&self, place: &Place<'_>, found: &mut Vec<Difference>) {
        for (index, item) in self.iter().enumerate() {
            item.collect(&place.item(index), found);
        }
    }

    fn count(&self, documented: &Count, place: &Place<'_>, found: &mut Vec<Difference>) {
        documented.check(found, place, self.len(), ["list", "item"]);
        if let Some((first, index)) = repeated(self).filter(|_| documented.unique) {
            let message = format!("repeats item {first}, and items are documented as different");
            found.push(place.item(index).difference(message));
        }
        for (index, item) in self.iter().enumerate() {
            if let Some(inside) = documented.inside {
                item.count(inside, &place.item(index), found);
            }
        }
    }
}

/// The first item that stands in a list again: where first, and where again.
fn repeated<T: Serialize>(list: &[T]) -> Option<(usize, usize)> {
    let mut known = BTreeMap::new();
    list.iter().enumerate().find_map(|(index, item)| {
        // As a value, its members are in order.
        let item = serde_json::to_value(item).ok()?.to_string();
        known.insert(item, index).map(|first| (first, index))
    })
}

impl<T: Differences> Differences for HashMap<String, T> {
    fn collect(&self, place: &Place<'_>, found: &mut Vec<Difference>) {
        let sorted: BTreeMap<_, _> = self.iter().collect();
        for (name, member) in sorted {
            member.collect(&place.member(name), found);
        }
    }

    fn count(&self, documented: &Count, place: &Place<'_>, found: &mut Vec<Difference>) {
        documented.check(found, place, self.len(), ["map", "member"]);
        let sorted: BTreeMap<_, _> = self.iter().collect();
        for (name, member) in sorted {
            if let Some(inside) = documented.inside {
                member.count(inside, &place.member(name), found);
            }
        }
    }
}

impl Differences for Map<String, Value> {
    fn collect(&self, _: &Place<'_>, _: &mut Vec<Difference>) {}

    fn count(&self, documented: &Count, place: &Place<'_>, found: &mut Vec<Difference>) {
        documented.check(found, place, self.len(), ["map", "member"]);
    }
}

macro_rules! nothing_documented {
    ($($plain:ty),*) => {$(
        impl Differences for $plain {
            fn collect(&self, _: &Place<'_>, _: &mut Vec<Difference>) {}
        }
    )*};
}

nothing_documented!(String, bool, f64, Value, ());

/// Reads a JSON text as strictly as a caller's own values are checked: an undocumented value,
/// a missing or an unknown member, and a null are refused by name.
///
/// # Errors
///
/// Every difference that was found; exactly one when the text is no JSON or of another type.
pub fn strict<T>(json: &[u8]) -> Result<T, Vec<Difference>>
where
    T: DeserializeOwned + Serialize + Differences,
{
    let refuse = |message: String| vec![Place::ROOT.difference(message)];
    let json = crate::json::without_mark(json);
    let given: Value = serde_json::from_slice(json).map_err(|e| refuse(e.to_string()))?;
    let value: T = crate::json::exact(json)
        .map_err(|unread| vec![Difference { member: unread.member, message: unread.reason }])?;
    let mut found = value.differences();
    let taken = serde_json::to_value(&value).map_err(|e| refuse(e.to_string()))?;
    collect_lost(&given, &taken, &Place::ROOT, &mut found);
    if found.is_empty() {
        Ok(value)
    } else {
        Err(found)
    }
}

/// Adds what of `given` is not in `taken`: unknown members, and nulls.
fn collect_lost(given: &Value, taken: &Value, place: &Place<'_>, found: &mut Vec<Difference>) {
    match (given, taken) {
        (Value::Object(given), Value::Object(taken)) => {
            for (name, member) in given {
                let place = place.member(name);
                match taken.get(name) {
                    Some(taken) => collect_lost(member, taken, &place, found),
                    None if member.is_null() => {
                        found
                            .push(place.difference("null is not documented; leave the member out"));
                    }
                    None => found.push(place.difference("is no documented member")),
                }
            }
        }
        (Value::Array(given), Value::Array(taken)) => {
            for (index, (given, taken)) in given.iter().zip(taken).enumerate() {
                collect_lost(given, taken, &place.item(index), found);
            }
        }
        _ => {}
    }
}
