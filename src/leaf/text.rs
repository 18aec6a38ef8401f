//! Texts with a documented length or pattern.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use regress::Regex;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Leaf, NotDocumented};

/// A text whose documented length is `MIN..=MAX` characters and that matches `P`.
///
/// ```
/// use cloudfn::leaf::Text;
///
/// let id = Text::<1, 32>::new("46b6f338fc3445b8846c71dfb1fb")?;
/// assert_eq!(id.as_str(), "46b6f338fc3445b8846c71dfb1fb");
///
/// let refused = Text::<1, 32>::new("").unwrap_err();
/// assert_eq!(refused.to_string(), "a text of 0 characters is outside the documented length 1..=32");
/// # Ok::<(), cloudfn::leaf::NotDocumented>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text<const MIN: usize, const MAX: usize, P = AnyText>(String, PhantomData<P>);

/// A documented regular expression (ECMA 262), searched for in a text.
pub trait Pattern {
    /// The expression.
    const PATTERN: &'static str;
}

/// The pattern of texts that have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AnyText {}

impl Pattern for AnyText {
    const PATTERN: &'static str = "";
}

impl<const MIN: usize, const MAX: usize, P: Pattern> Text<MIN, MAX, P> {
    /// Takes a text of the documented length and pattern.
    ///
    /// # Errors
    ///
    /// [`NotDocumented`] for any other; the message does not repeat the text.
    pub fn new(text: impl Into<String>) -> Result<Self, NotDocumented> {
        Self::checked(text.into())
    }

    /// Takes any text: the open way past the documented length and pattern.
    pub fn undocumented(text: impl Into<String>) -> Self {
        Self(text.into(), PhantomData)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the text is of the documented length and pattern.
    pub fn is_documented(&self) -> bool {
        self.check().is_ok()
    }
}

/// A documented regular expression, read in characters where that is possible.
pub(crate) fn regex(pattern: &str) -> Option<Regex> {
    Regex::with_flags(pattern, "u").or_else(|_| Regex::new(pattern)).ok()
}

fn matches<P: Pattern>(text: &str) -> bool {
    P::PATTERN.is_empty() || regex(P::PATTERN).is_some_and(|regex| regex.find(text).is_some())
}

/// A documented length, as messages word it.
pub(crate) fn length_documented(least: usize, most: usize) -> String {
    match (least, most) {
        (_, usize::MAX) => format!("length {least}.."),
        _ => format!("length {least}..={most}"),
    }
}

impl<const MIN: usize, const MAX: usize, P: Pattern> Leaf for Text<MIN, MAX, P> {
    type Plain = String;

    fn undocumented(text: String) -> Self {
        Self(text, PhantomData)
    }

    fn check(&self) -> Result<(), NotDocumented> {
        let length = self.0.chars().count();
        if !(MIN..=MAX).contains(&length) {
            let found = format_args!("a text of {length} characters");
            let documented = length_documented(MIN, MAX);
            return Err(NotDocumented::outside(found, &documented));
        }
        if !matches::<P>(&self.0) {
            let documented = format!("pattern {}", P::PATTERN);
            return Err(NotDocumented::outside("a text that does not match", &documented));
        }
        Ok(())
    }

    fn documented() -> String {
        match P::PATTERN {
            "" => length_documented(MIN, MAX),
            pattern => format!("{}, pattern {pattern}", length_documented(MIN, MAX)),
        }
    }
}

impl<const MIN: usize, const MAX: usize, P: Pattern> FromStr for Text<MIN, MAX, P> {
    type Err = NotDocumented;

    fn from_str(text: &str) -> Result<Self, NotDocumented> {
        Self::new(text)
    }
}

macro_rules! try_from_texts {
    ($($text:ty),*) => {$(
        impl<const MIN: usize, const MAX: usize, P: Pattern> TryFrom<$text> for Text<MIN, MAX, P> {
            type Error = NotDocumented;

            fn try_from(text: $text) -> Result<Self, NotDocumented> {
                Self::new(text)
            }
        }
    )*};
}

try_from_texts!(&str, String, &String, std::borrow::Cow<'_, str>, Box<str>);

impl<const MIN: usize, const MAX: usize, P> From<Text<MIN, MAX, P>> for String {
    fn from(text: Text<MIN, MAX, P>) -> String {
        text.0
    }
}

impl<const MIN: usize, const MAX: usize, P> AsRef<str> for Text<MIN, MAX, P> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize, P> PartialEq<str> for Text<MIN, MAX, P> {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl<const MIN: usize, const MAX: usize, P> PartialEq<&str> for Text<MIN, MAX, P> {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl<const MIN: usize, const MAX: usize, P> fmt::Display for Text<MIN, MAX, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MIN: usize, const MAX: usize, P> fmt::Debug for Text<MIN, MAX, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<const MIN: usize, const MAX: usize, P> Serialize for Text<MIN, MAX, P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de, const MIN: usize, const MAX: usize, P> Deserialize<'de> for Text<MIN, MAX, P> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text, PhantomData))
    }
}

#[cfg(feature = "schemars")]
impl<const MIN: usize, const MAX: usize, P: Pattern> schemars::JsonSchema for Text<MIN, MAX, P> {
    fn schema_name() -> String {
        format!("Text_{MIN}_{MAX}")
    }

    fn is_referenceable() -> bool {
        false
    }

    fn json_schema(_: &mut schemars::gen::SchemaGenerator) -> schemars::schema::Schema {
        let string = schemars::schema::StringValidation {
            min_length: Some(MIN).filter(|n| *n > 0).and_then(|n| n.try_into().ok()),
            max_length: Some(MAX).filter(|n| *n < usize::MAX).and_then(|n| n.try_into().ok()),
            pattern: Some(P::PATTERN.to_owned()).filter(|p| !p.is_empty()),
        };
        schemars::schema::SchemaObject {
            instance_type: Some(schemars::schema::InstanceType::String.into()),
            string: Some(Box::new(string)),
            ..Default::default()
        }
        .into()
    }
}
