//! The APIs of this build.

use super::Api;

/// The APIs that this build has.
pub static APIS: &[&Api] = &[
    #[cfg(feature = "authing")]
    &crate::authing::API,
    #[cfg(feature = "functiongraph")]
    &crate::functiongraph::API,
    #[cfg(all(test, feature = "mock"))]
    &crate::probe::API,
    #[cfg(all(test, feature = "mock"))]
    &crate::names::API,
];
