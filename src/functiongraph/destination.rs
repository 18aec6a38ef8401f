//! The `param` of a destination: JSON in a string, which depends on the kind of destination.
//!
//! ```
//! use cloudfn::functiongraph::destination::{DestinationParam, Obs};
//! use cloudfn::functiongraph::types::{Destination, FuncDestinationConfig};
//!
//! let bucket = Obs { prefix: Some("/failed/".into()), expires: Some(7), ..Obs::new("logs") };
//! let config = FuncDestinationConfig::try_from(DestinationParam::from(bucket))?;
//! assert_eq!(config.destination, Some(Destination::Obs));
//! assert_eq!(
//!     config.param.as_deref(),
//!     Some(r#"{"bucket":"logs","prefix":"/failed/","expires":7}"#),
//! );
//!
//! // Read it back, as from a response.
//! let DestinationParam::Obs(read) = DestinationParam::try_from(&config)? else { unreachable!() };
//! assert_eq!(read.bucket, "logs");
//! # Ok::<(), cloudfn::functiongraph::destination::NoDestination>(())
//! ```

use std::fmt;
use std::ops::RangeInclusive;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::types::{self, FuncDestinationConfig};

/// The documented range of days after which an object is deleted.
const EXPIRES: RangeInclusive<i64> = 0..=365;

/// The parameters of a destination.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DestinationParam {
    /// A bucket of the Object Storage Service (OBS).
    Obs(Obs),
    /// A topic of Simple Message Notification (SMN).
    Smn(Smn),
    /// A stream of the Data Ingestion Service (DIS).
    Dis(Dis),
    /// Another function of FunctionGraph.
    FunctionGraph(Function),
}

/// The parameters of a destination are invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoDestination(String);

macro_rules! params {
    ($($(#[$docs:meta])* $name:ident { $required:ident: $required_docs:literal $(, $optional:ident: $ty:ty = $optional_docs:literal)* })*) => {$(
        $(#[$docs])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $name {
            #[doc = $required_docs]
            pub $required: String,
            $(
                #[doc = $optional_docs]
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $optional: Option<$ty>,
            )*
            /// Undocumented members, kept as read.
            #[serde(flatten)]
            pub undocumented: Map<String, Value>,
        }

        impl $name {
            /// With the required member only.
            pub fn new($required: impl Into<String>) -> Self {
                Self {
                    $required: $required.into(),
                    $($optional: None,)*
                    undocumented: Map::new(),
                }
            }
        }
    )*};
}

params! {
    /// A bucket that results are written to.
    Obs {
        bucket: "Name of the bucket.",
        prefix: String = "Prefix of the object names.",
        expires: i64 = "Days after which an object is deleted, 0 to 365; 0 means never."
    }
    /// A topic that results are published to.
    Smn { topic_urn: "URN of the topic." }
    /// A stream that results are written to.
    Dis { stream_name: "Name of the stream." }
    /// A function that is called with the result.
    Function { func_urn: "URN of the function; it must not be the function that has this destination." }
}

macro_rules! variants {
    ($($param:ident => $variant:ident),*) => {$(
        impl From<$param> for DestinationParam {
            fn from(param: $param) -> Self {
                Self::$variant(param)
            }
        }

        /// Writes the parameters. A value outside the documents is refused.
        impl TryFrom<$param> for FuncDestinationConfig {
            type Error = NoDestination;

            fn try_from(param: $param) -> Result<Self, NoDestination> {
                DestinationParam::from(param).try_into()
            }
        }
    )*};
}

variants!(Obs => Obs, Smn => Smn, Dis => Dis, Function => FunctionGraph);

impl DestinationParam {
    /// The kind of destination.
    pub fn destination(&self) -> types::Destination {
        match self {
            Self::Obs(_) => types::Destination::Obs,
            Self::Smn(_) => types::Destination::Smn,
            Self::Dis(_) => types::Destination::Dis,
            Self::FunctionGraph(_) => types::Destination::FunctionGraph,
        }
    }

    fn written(&self) -> serde_json::Result<String> {
        match self {
            Self::Obs(param) => serde_json::to_string(param),
            Self::Smn(param) => serde_json::to_string(param),
            Self::Dis(param) => serde_json::to_string(param),
            Self::FunctionGraph(param) => serde_json::to_string(param),
        }
    }

    /// Refuses a value outside the documents.
    fn check(&self) -> Result<(), NoDestination> {
        match self {
            Self::Obs(Obs { expires: Some(days), .. }) if !EXPIRES.contains(days) => {
                let (min, max) = (EXPIRES.start(), EXPIRES.end());
                Err(NoDestination(format!(
                    "expires: {days} is outside the documented {min}..={max}"
                )))
            }
            _ => Ok(()),
        }
    }
}

/// Writes the parameters. A value outside the documents is refused.
impl TryFrom<DestinationParam> for FuncDestinationConfig {
    type Error = NoDestination;

    fn try_from(param: DestinationParam) -> Result<Self, NoDestination> {
        param.check()?;
        let written = param.written().map_err(|e| NoDestination(e.to_string()))?;
        Ok(Self { destination: Some(param.destination()), param: Some(written) })
    }
}

/// Reads the parameters, as tolerantly as any response: a number outside its range is kept.
impl TryFrom<&FuncDestinationConfig> for DestinationParam {
    type Error = NoDestination;

    fn try_from(config: &FuncDestinationConfig) -> Result<Self, NoDestination> {
        let absent = |member: &str| NoDestination(format!("there is no `{member}`"));
        let destination = config.destination.as_ref().ok_or_else(|| absent("destination"))?;
        let param = config.param.as_deref().ok_or_else(|| absent("param"))?;
        match destination {
            types::Destination::Obs => read::<Obs>(param).map(Self::from),
            types::Destination::Smn => read::<Smn>(param).map(Self::from),
            types::Destination::Dis => read::<Dis>(param).map(Self::from),
            types::Destination::FunctionGraph => read::<Function>(param).map(Self::from),
            other => Err(NoDestination(format!("the destination {other} is not documented"))),
        }
    }
}

fn read<T: DeserializeOwned>(param: &str) -> Result<T, NoDestination> {
    crate::json::exact(param.as_bytes())
        .map_err(|unread| NoDestination(format!("param cannot be read: {unread}")))
}

impl fmt::Display for NoDestination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoDestination {}
