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
//! * [`Response::differences`] lists what in a response is not as documented, and [`drift`] tells a
//!   running application.
//! * `mock` is a server on loopback that answers with the documented samples.
//! * `registry` (feature `mock`) is what each API knows of its own operations, for tests and tools.
//!
//! Each of the examples below is a program of its own, and stands in the folder `examples`.
//!
//! # Make a call
//!
//! An operation, its parameters and the members of its body have the vendor's own names. What the
//! documents do not allow is refused before anything is sent. A parameter or member that is not
//! set is not sent: a documented default is the service's.
#![doc = "```"]
#![doc = include_str!("../examples/quickstart.rs")]
#![doc = "```"]
//!
//! # Choose credentials
//!
//! Secrets are in no output: neither `Debug` nor errors nor traces show them. Plain http is refused
//! unless it goes to this machine.
#![doc = "```"]
#![doc = include_str!("../examples/credentials.rs")]
#![doc = "```"]
//!
//! # Handle an error
//!
//! A call is attempted up to three times, and only where that does no harm, see [`RetryPolicy`].
//! What it fails with in the end is an [`Error`]: it keeps the service's answer whole, and says
//! whether what was asked may have happened.
#![doc = "```"]
#![doc = include_str!("../examples/errors.rs")]
#![doc = "```"]
//!
//! # Read an undocumented value
//!
//! An answer is decoded as long as it can be. What the documents do not know is kept, shown, and
//! written back unchanged; [`Response::differences`] lists it. A request that has such a value is
//! refused before it is sent, unless its call or its client [allows](ClientBuilder::allow_undocumented) it.
#![doc = "```"]
#![doc = include_str!("../examples/undocumented.rs")]
#![doc = "```"]
//!
//! # Test your code
//!
//! The feature `mock` has a server that answers as documented, refuses what breaks the documents,
//! and gives any other answer that a test sets.
#![doc = "```"]
#![doc = include_str!("../examples/testing.rs")]
#![doc = "```"]
//!
//! # Add your own credentials
//!
//! [`Credentials`] is called for every attempt, on the bytes that are sent.
#![doc = "```"]
#![doc = include_str!("../examples/own_credentials.rs")]
#![doc = "```"]
#![forbid(unsafe_code)]

#[cfg(feature = "authing")]
pub mod authing;
mod client;
pub mod credentials;
pub mod drift;
mod encoding;
mod enumeration;
mod environment;
mod error;
mod exchange;
#[cfg(feature = "functiongraph")]
mod file;
#[cfg(feature = "functiongraph")]
pub mod functiongraph;
mod http_response;
mod json;
#[cfg(feature = "mock")]
pub mod mock;
#[cfg(all(test, feature = "mock"))]
mod names;
mod object;
mod operation;
#[cfg(all(test, feature = "mock"))]
mod probe;
#[cfg(feature = "mock")]
pub mod registry;
mod request;
mod response;
mod retry;
mod secret;
mod setter;
mod setting;
mod timestamp;
mod transport;

pub use client::{Api, ClientBuilder};
pub use cloudfn_schema::{Violation, ViolationKind};
pub use credentials::Credentials;
pub use enumeration::Unlisted;
pub use error::{Error, ErrorKind};
pub use response::Response;
pub use retry::RetryPolicy;
pub use timestamp::Timestamp;

/// The README's sample, compiled and run as a test.
#[cfg(all(doctest, feature = "mock", feature = "functiongraph"))]
#[doc = include_str!("../README.md")]
struct Readme;
