//! A client for managed cloud functions: Huawei Cloud FunctionGraph and Authing / GenAuth
//! Pipeline functions.
//!
//! The calls are generated from handwritten OpenAPI documents, and every documented statement is
//! checked, from the vendor's page to the bytes on the wire. One rule applies throughout: strict
//! in what it builds, tolerant in what it reads, and every difference is reported.
//!
//! * `functiongraph` and `authing` contain the clients and their credentials, one module for each
//!   API. A [`ClientBuilder`] makes a client.
//! * [`Error`] is the error type of all calls. [`RetryPolicy`] decides when a call is retried.
//! * A list that comes in pages is a [`Listing`], a stream of its pages or items. A [`Waiter`] calls
//!   again until a state is reached.
//! * [`credentials`] lets you provide your own credentials.
//! * [`Response::differences`] lists how a response differs from the documents, and [`drift`]
//!   reports this to a running application.
//! * `mock` (feature `mock`) is a loopback server that responds with the documented samples.
//! * `registry` (feature `mock`) describes the operations of each API, for tests and tools.
//!
//! Calls run on Tokio with I/O and time enabled. The examples below are complete programs from the
//! folder `examples`.
//!
//! # Make a call
//!
//! Operations, parameters and members keep the vendor's names. A value outside the documents is
//! refused before anything is sent. A parameter or member that you do not set is not sent:
//! documented defaults belong to the service.
#![doc = "```"]
#![doc = include_str!("../examples/quickstart.rs")]
#![doc = "```"]
//!
//! # Choose credentials
//!
//! `Debug`, errors and traces never show secrets. Plain http is refused, except to the local
//! machine. The clients' `authenticate` checks credentials without calling an operation, and returns
//! the [`Identity`](credentials::Identity) that the service sees.
#![doc = "```"]
#![doc = include_str!("../examples/credentials.rs")]
#![doc = "```"]
//!
//! # Handle an error
//!
//! A call is attempted up to three times, and only where that is safe, see [`RetryPolicy`]. A failed
//! call returns an [`Error`]. It keeps the whole response of the service, and tells whether the
//! operation may have happened.
#![doc = "```"]
#![doc = include_str!("../examples/errors.rs")]
#![doc = "```"]
//!
//! # Read an undocumented value
//!
//! Undocumented values in a response are kept, shown and written back unchanged;
//! [`Response::differences`] lists them. In a request they are refused before anything is sent,
//! unless the call or the client [allows](ClientBuilder::allow_undocumented) them.
#![doc = "```"]
#![doc = include_str!("../examples/undocumented.rs")]
#![doc = "```"]
//!
//! # Test your code
//!
//! The feature `mock` adds a server that responds as documented and rejects requests that violate
//! the documents. A test can set any other response.
#![doc = "```"]
#![doc = include_str!("../examples/testing.rs")]
#![doc = "```"]
//!
//! # Add your own credentials
//!
//! [`Credentials`] is called for every attempt, with the bytes that are sent.
#![doc = "```"]
#![doc = include_str!("../examples/own_credentials.rs")]
#![doc = "```"]
#![cfg_attr(docsrs, feature(doc_cfg))]
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
mod headers;
mod http_response;
mod json;
mod json_or_text;
#[cfg(feature = "schemars")]
mod json_schema;
#[cfg(feature = "mock")]
pub mod mock;
#[cfg(all(test, feature = "mock"))]
mod names;
mod object;
mod operation;
mod paging;
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
mod shown;
mod timestamp;
mod transport;
mod waiting;

pub use client::{Api, ClientBuilder};
pub use cloudfn_schema::{Violation, ViolationKind};
pub use credentials::Credentials;
pub use enumeration::Unlisted;
pub use error::{Error, ErrorKind};
pub use json_or_text::JsonOrText;
pub use paging::Listing;
pub use response::Response;
pub use retry::RetryPolicy;
pub use timestamp::Timestamp;
pub use waiting::Waiter;

/// The README's samples, as tests.
#[cfg(all(doctest, feature = "mock", feature = "authing", feature = "functiongraph"))]
#[doc = include_str!("../README.md")]
struct Readme;
