//! Enumerations with a documented list of values.

// Which of the two a build needs depends on the APIs it has.
#![allow(unused_macros, unused_imports)]

/// Defines an enumeration of texts: closed when built, open when read.
macro_rules! text_enumeration {
    ($(#[$meta:meta])* pub enum $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $wire:literal,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// A value that the documents do not list, as it was received or given.
            Undocumented($crate::leaf::Unlisted<::std::string::String, Self>),
        }

        impl $name {
            /// The documented values.
            pub const DOCUMENTED: &'static [Self] = &[$(Self::$variant),*];

            /// Takes any text: the open way past the documented values.
            pub fn undocumented(text: impl ::std::convert::Into<::std::string::String>) -> Self {
                let text = text.into();
                match text.as_str() {
                    $($wire => Self::$variant,)*
                    _ => Self::Undocumented($crate::leaf::Unlisted::new(text)),
                }
            }

            /// The value as it goes over the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Undocumented(text) => text,
                }
            }

            /// Whether the documents list the value.
            pub fn is_documented(&self) -> bool {
                !matches!(self, Self::Undocumented(_))
            }
        }

        impl $crate::leaf::Leaf for $name {
            type Plain = ::std::string::String;

            fn undocumented(text: ::std::string::String) -> Self {
                Self::undocumented(text)
            }

            fn check(&self) -> ::std::result::Result<(), $crate::leaf::NotDocumented> {
                match self {
                    Self::Undocumented(text) => {
                        let found = $crate::leaf::excerpt(text);
                        Err($crate::leaf::NotDocumented::outside(found, &Self::documented()))
                    }
                    _ => Ok(()),
                }
            }

            fn documented() -> ::std::string::String {
                const WIRE: &[&str] = &[$($wire),*];
                ::std::format!("values {}", WIRE.join(", "))
            }
        }

        $crate::leaf::text_enumeration!(@try_from $name: &str, ::std::string::String, &::std::string::String);

        impl ::std::str::FromStr for $name {
            type Err = $crate::leaf::NotDocumented;

            fn from_str(text: &str) -> ::std::result::Result<Self, $crate::leaf::NotDocumented> {
                $crate::leaf::Leaf::checked(text.to_owned())
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
                <::std::string::String as ::serde::Deserialize>::deserialize(deserializer).map(Self::undocumented)
            }
        }

        $crate::leaf::text_enumeration!(@common $name, String, [$($wire),*]);
    };
    (@try_from $name:ident: $($text:ty),*) => {$(
        impl ::std::convert::TryFrom<$text> for $name {
            type Error = $crate::leaf::NotDocumented;

            fn try_from(text: $text) -> ::std::result::Result<Self, $crate::leaf::NotDocumented> {
                $crate::leaf::Leaf::checked(::std::string::String::from(text))
            }
        }
    )*};
    (@common $name:ident, $kind:ident, [$($wire:literal),*]) => {
        impl $crate::differences::Differences for $name {
            fn collect(&self, place: &$crate::differences::Place<'_>, found: &mut ::std::vec::Vec<$crate::differences::Difference>) {
                $crate::differences::collect_leaf(self, place, found);
            }
        }

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

/// Defines an enumeration of integers: closed when built, open when read.
macro_rules! integer_enumeration {
    ($(#[$meta:meta])* pub enum $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $wire:literal,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// A value that the documents do not list, as it was received or given.
            Undocumented($crate::leaf::Unlisted<i64, Self>),
        }

        impl $name {
            /// The documented values.
            pub const DOCUMENTED: &'static [Self] = &[$(Self::$variant),*];

            /// Takes any integer: the open way past the documented values.
            pub const fn undocumented(value: i64) -> Self {
                match value {
                    $($wire => Self::$variant,)*
                    _ => Self::Undocumented($crate::leaf::Unlisted::new(value)),
                }
            }

            /// Takes a documented value; nothing for any other. For constants.
            pub const fn new(value: i64) -> ::std::option::Option<Self> {
                match Self::undocumented(value) {
                    Self::Undocumented(_) => None,
                    documented => Some(documented),
                }
            }

            /// The value as it goes over the wire.
            pub const fn get(self) -> i64 {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Undocumented(value) => value.0,
                }
            }

            /// Whether the documents list the value.
            pub const fn is_documented(&self) -> bool {
                !matches!(self, Self::Undocumented(_))
            }
        }

        impl $crate::leaf::Leaf for $name {
            type Plain = i64;

            fn undocumented(value: i64) -> Self {
                Self::undocumented(value)
            }

            fn check(&self) -> ::std::result::Result<(), $crate::leaf::NotDocumented> {
                match self {
                    Self::Undocumented(value) => {
                        Err($crate::leaf::NotDocumented::outside(value, &Self::documented()))
                    }
                    _ => Ok(()),
                }
            }

            fn documented() -> ::std::string::String {
                const WIRE: &[&str] = &[$(stringify!($wire)),*];
                ::std::format!("values {}", WIRE.join(", "))
            }
        }

        $crate::leaf::integer_enumeration!(@try_from $name: i8, i16, i32, i64, u8, u16, u32, u64, usize);

        impl ::std::str::FromStr for $name {
            type Err = $crate::leaf::NotDocumented;

            fn from_str(text: &str) -> ::std::result::Result<Self, $crate::leaf::NotDocumented> {
                let value = text.parse().map_err(|_| $crate::leaf::NotDocumented::no_integer(text))?;
                $crate::leaf::Leaf::checked(value)
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
                <$crate::leaf::Integer as ::serde::Deserialize>::deserialize(deserializer)
                    .map(|value| Self::undocumented(value.get()))
            }
        }

        $crate::leaf::text_enumeration!(@common $name, Integer, [$($wire),*]);
    };
    (@try_from $name:ident: $($integer:ty),*) => {$(
        impl ::std::convert::TryFrom<$integer> for $name {
            type Error = $crate::leaf::NotDocumented;

            fn try_from(value: $integer) -> ::std::result::Result<Self, $crate::leaf::NotDocumented> {
                let value = i64::try_from(value).map_err(|_| {
                    $crate::leaf::NotDocumented::outside(value, &<Self as $crate::leaf::Leaf>::documented())
                })?;
                $crate::leaf::Leaf::checked(value)
            }
        }
    )*};
}

pub(crate) use {integer_enumeration, text_enumeration};
