//! The documented limits of JSON values, as static data, and the check of values against them.
//!
//! A [`Schema`] states types, bounds, lengths, patterns, formats, enumerations and item counts,
//! each with its place in a spec and the claims of the vendor's pages. [`check`] checks a Rust value
//! while it is serialized. [`check_json`] checks a JSON text directly, so that it sees unknown and
//! repeated members and all digits of a number. Both report [`Violation`]s.
//!
//! The crate does not depend on the client. Generators, tests and tools make schemas at run time and
//! check with the same code.

mod api;
mod format;
mod json;
mod number;
mod path;
#[cfg_attr(not(feature = "pattern"), path = "no_pattern.rs")]
mod pattern;
mod report;
pub mod rule;
mod schema;
pub mod text;
mod value;
mod violation;

pub use api::{Api, Body, Media, Operation, Parameter, Response};
pub use format::is_rfc3339;
pub use json::{check_json, check_json_with};
pub use path::Path;
pub use pattern::Pattern;
pub use report::Options;
pub use rule::{Part, Rule};
pub use schema::{Bound, Kind, Literal, Member, Object, Schema};
pub use value::{check, check_with};
pub use violation::{message, on_one_line, Violation, ViolationKind};
