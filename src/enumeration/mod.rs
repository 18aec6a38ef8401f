//! Enumerations with a documented list of values.
//!
//! Any value can be read and made. An unlisted one becomes the variant `Undocumented`, and a request
//! with it is refused before it is sent.

// Which of the two macros a build needs depends on its APIs.
#![allow(unused_macros, unused_imports, dead_code)]

mod unlisted;

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Visitor};

pub use unlisted::Unlisted;

/// Reads a text, which is not kept as such.
pub(crate) fn read_text<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: for<'t> From<&'t str>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_str(TextVisitor(PhantomData))
}

struct TextVisitor<T>(PhantomData<T>);

impl<T: for<'t> From<&'t str>> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(text.into())
    }
}

/// Defines an enumeration of strings.
macro_rules! text_enumeration {
    ($(#[$meta:meta])* pub enum $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $wire:literal,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// An undocumented value, as it was received or given.
            Undocumented($crate::Unlisted<::std::string::String, Self>),
        }

        impl $name {
            /// The documented values.
            pub const DOCUMENTED: &'static [Self] = &[$(Self::$variant),*];

            /// The variant for a value: a listed one, or `Undocumented`.
            pub fn undocumented(text: impl ::std::convert::Into<::std::string::String>) -> Self {
                let text = text.into();
                Self::listed(&text).unwrap_or_else(|| Self::Undocumented($crate::Unlisted::new(text)))
            }

            fn listed(text: &str) -> ::std::option::Option<Self> {
                match text {
                    $($wire => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// The value on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Undocumented(text) => text,
                }
            }

            /// Whether the value is documented.
            pub fn is_documented(&self) -> bool {
                !matches!(self, Self::Undocumented(_))
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::listed(text).unwrap_or_else(|| Self::undocumented(text))
            }
        }

        $crate::enumeration::text_enumeration!(@from $name: ::std::string::String, &::std::string::String);

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(text: &str) -> ::std::result::Result<Self, ::std::convert::Infallible> {
                Ok(Self::from(text))
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                $crate::enumeration::read_text(deserializer)
            }
        }

        $crate::enumeration::text_enumeration!(@common $name, String, [$($wire),*]);
    };
    (@from $name:ident: $($text:ty),*) => {$(
        impl ::std::convert::From<$text> for $name {
            fn from(text: $text) -> Self {
                Self::undocumented(text)
            }
        }
    )*};
    (@common $name:ident, $kind:ident, [$($wire:literal),*]) => {
        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::string::String {
                stringify!($name).to_owned()
            }

            fn is_referenceable() -> bool {
                false
            }

            fn json_schema(_: &mut ::schemars::gen::SchemaGenerator) -> ::schemars::schema::Schema {
                ::schemars::schema::SchemaObject {
                    instance_type: Some(::schemars::schema::InstanceType::$kind.into()),
                    enum_values: Some(vec![$($wire.into()),*]),
                    ..::std::default::Default::default()
                }
                .into()
            }
        }
    };
}

/// Defines an enumeration of integers.
macro_rules! integer_enumeration {
    ($(#[$meta:meta])* pub enum $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $wire:literal,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// An undocumented value, as it was received or given.
            Undocumented($crate::Unlisted<i64, Self>),
        }

        impl $name {
            /// The documented values.
            pub const DOCUMENTED: &'static [Self] = &[$(Self::$variant),*];

            /// The variant for a value: a listed one, or `Undocumented`.
            pub const fn undocumented(value: i64) -> Self {
                match value {
                    $($wire => Self::$variant,)*
                    _ => Self::Undocumented($crate::Unlisted::new(value)),
                }
            }

            /// The variant for a documented value, `None` for any other. For constants.
            pub const fn new(value: i64) -> ::std::option::Option<Self> {
                match Self::undocumented(value) {
                    Self::Undocumented(_) => None,
                    documented => Some(documented),
                }
            }

            /// The value on the wire.
            pub const fn get(self) -> i64 {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Undocumented(value) => value.0,
                }
            }

            /// Whether the value is documented.
            pub const fn is_documented(&self) -> bool {
                !matches!(self, Self::Undocumented(_))
            }
        }

        $crate::enumeration::integer_enumeration!(@from $name: i8, i16, i32, i64, u8, u16, u32);

        impl ::std::str::FromStr for $name {
            type Err = ::std::num::ParseIntError;

            fn from_str(text: &str) -> ::std::result::Result<Self, ::std::num::ParseIntError> {
                text.parse().map(Self::undocumented)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.get(), f)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.get())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                <i64 as ::serde::Deserialize>::deserialize(deserializer).map(Self::undocumented)
            }
        }

        $crate::enumeration::text_enumeration!(@common $name, Integer, [$($wire),*]);
    };
    (@from $name:ident: $($integer:ty),*) => {$(
        impl ::std::convert::From<$integer> for $name {
            fn from(value: $integer) -> Self {
                Self::undocumented(value.into())
            }
        }
    )*};
}

pub(crate) use {integer_enumeration, text_enumeration};
