//! Client for managed cloud functions: Huawei Cloud FunctionGraph, and Authing / GenAuth
//! Pipeline functions.
//!
//! The calls are generated from hand-written OpenAPI documents, and every documented statement
//! is checked from the vendor's page to the bytes on the wire. One rule runs through the crate:
//! strict when you build it, tolerant when you read it, and every difference is reported.
//!
//! * `functiongraph` and `authing` are the clients with their credentials, one module for each
//!   API. A client is made by a [`ClientBuilder`].
//! * [`Error`] is what every call fails with, and [`RetryPolicy`] says when it is attempted again.
//! * [`credentials`] is for whoever brings credentials of their own.
//! * [`leaf`] has the types of values with a documented range, length, pattern or list.
//! * [`differences`] tells what is undocumented in an answer.
//! * `mock` is a server on loopback that answers with the documented samples.
//! * `registry` is what each API knows of its own operations, for tests and tools.

#![forbid(unsafe_code)]

#[cfg(feature = "authing")]
pub mod authing;
mod client;
pub mod credentials;
pub mod differences;
mod environment;
mod error;
#[cfg(feature = "functiongraph")]
pub mod functiongraph;
pub mod leaf;
#[cfg(feature = "mock")]
pub mod mock;
mod object;
#[cfg(feature = "registry")]
pub mod registry;
mod transport;

pub use client::{Api, ClientBuilder};
pub use credentials::Credentials;
pub use error::{Error, ErrorKind};
pub use progenitor_client::{ByteStream, ResponseValue};
pub use transport::retry::RetryPolicy;

/// The README's sample, compiled and run as a test.
#[cfg(all(doctest, feature = "mock", feature = "functiongraph"))]
#[doc = include_str!("../README.md")]
struct Readme;
