//! Client for managed cloud functions: Huawei Cloud FunctionGraph, and Authing / GenAuth
//! Pipeline functions.

#![forbid(unsafe_code)]

#[cfg(feature = "authing")]
pub mod authing;
pub mod differences;
#[cfg(feature = "functiongraph")]
pub mod functiongraph;
pub mod leaf;
#[cfg(feature = "mock")]
pub mod mock;
#[cfg(feature = "registry")]
pub mod registry;
