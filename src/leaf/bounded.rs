//! Integers with a documented range.

use std::fmt;
use std::str::FromStr;

use serde::{de, Deserialize, Deserializer, Serialize, Serializer};

use super::{Leaf, NotDocumented};

/// An integer whose documented range is `MIN..=MAX`.
///
/// ```
/// use cloudfn::leaf::Bounded;
///
/// type Retries = Bounded<0, 3>;
///
/// let retries: Retries = 2.try_into()?;
/// assert_eq!(retries.get(), 2);
///
/// let refused = Retries::try_from(9_i64).unwrap_err();
/// assert_eq!(refused.to_string(), "9 is outside the documented 0..=3");
/// # Ok::<(), cloudfn::leaf::NotDocumented>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bounded<const MIN: i64, const MAX: i64>(i64);

/// An integer whose range is not documented.
pub type Integer = Bounded<{ i64::MIN }, { i64::MAX }>;

impl<const MIN: i64, const MAX: i64> Bounded<MIN, MAX> {
    /// The least documented value.
    pub const MIN: i64 = MIN;
    /// The greatest documented value.
    pub const MAX: i64 = MAX;

    /// Takes a value of the documented range; nothing for any other. For constants.
    pub const fn new(value: i64) -> Option<Self> {
        if MIN <= value && value <= MAX {
            Some(Self(value))
        } else {
            None
        }
    }

    /// Takes any value: the open way past the documented range.
    pub const fn undocumented(value: i64) -> Self {
        Self(value)
    }

    /// The value.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Whether the value is in the documented range.
    pub const fn is_documented(&self) -> bool {
        Self::new(self.0).is_some()
    }
}

impl<const MIN: i64, const MAX: i64> Leaf for Bounded<MIN, MAX> {
    type Plain = i64;

    fn undocumented(value: i64) -> Self {
        Self(value)
    }

    fn check(&self) -> Result<(), NotDocumented> {
        match self.is_documented() {
            true => Ok(()),
            false => Err(NotDocumented::outside(self.0, &Self::documented())),
        }
    }

    fn documented() -> String {
        match (MIN, MAX) {
            (i64::MIN, i64::MAX) => "range of 64-bit integers".into(),
            (i64::MIN, _) => format!("..={MAX}"),
            (_, i64::MAX) => format!("{MIN}.."),
            _ => format!("{MIN}..={MAX}"),
        }
    }
}

impl<const MIN: i64, const MAX: i64> FromStr for Bounded<MIN, MAX> {
    type Err = NotDocumented;

    fn from_str(text: &str) -> Result<Self, NotDocumented> {
        let value = text.parse().map_err(|_| NotDocumented::no_integer(text))?;
        Self::checked(value)
    }
}

macro_rules! try_from_integers {
    ($($integer:ty),*) => {$(
        impl<const MIN: i64, const MAX: i64> TryFrom<$integer> for Bounded<MIN, MAX> {
            type Error = NotDocumented;

            fn try_from(value: $integer) -> Result<Self, NotDocumented> {
                let value = i64::try_from(value)
                    .map_err(|_| NotDocumented::outside(value, &Self::documented()))?;
                Self::checked(value)
            }
        }
    )*};
}

try_from_integers!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

impl<const MIN: i64, const MAX: i64> From<Bounded<MIN, MAX>> for i64 {
    fn from(value: Bounded<MIN, MAX>) -> i64 {
        value.0
    }
}

impl<const MIN: i64, const MAX: i64> PartialEq<i64> for Bounded<MIN, MAX> {
    fn eq(&self, other: &i64) -> bool {
        self.0 == *other
    }
}

impl<const MIN: i64, const MAX: i64> fmt::Display for Bounded<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<const MIN: i64, const MAX: i64> fmt::Debug for Bounded<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<const MIN: i64, const MAX: i64> Serialize for Bounded<MIN, MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de, const MIN: i64, const MAX: i64> Deserialize<'de> for Bounded<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_i64(AnyInteger).map(Self)
    }
}

/// Reads an integer however a JSON writer spells it, `3.0` included.
pub(super) struct AnyInteger;

impl de::Visitor<'_> for AnyInteger {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a 64-bit integer")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<i64, E> {
        Ok(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<i64, E> {
        i64::try_from(value).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(value), &self))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<i64, E> {
        // Beyond it, one floating-point number stands for several integers.
        if value.abs() < 9_007_199_254_740_992.0 && value.fract() == 0.0 {
            #[allow(clippy::cast_possible_truncation)]
            Ok(value as i64)
        } else {
            Err(E::invalid_value(de::Unexpected::Float(value), &self))
        }
    }
}

#[cfg(feature = "schemars")]
impl<const MIN: i64, const MAX: i64> schemars::JsonSchema for Bounded<MIN, MAX> {
    fn schema_name() -> String {
        format!("Bounded_{MIN}_{MAX}")
    }

    fn is_referenceable() -> bool {
        false
    }

    fn json_schema(_: &mut schemars::gen::SchemaGenerator) -> schemars::schema::Schema {
        #[allow(clippy::cast_precision_loss)]
        let bound = |limit: i64| Some(limit as f64);
        let number = schemars::schema::NumberValidation {
            minimum: if MIN == i64::MIN { None } else { bound(MIN) },
            maximum: if MAX == i64::MAX { None } else { bound(MAX) },
            ..Default::default()
        };
        schemars::schema::SchemaObject {
            instance_type: Some(schemars::schema::InstanceType::Integer.into()),
            number: Some(Box::new(number)),
            ..Default::default()
        }
        .into()
    }
}
