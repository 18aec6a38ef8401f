//! Ledgers: what each vendor page says, as claims, and how the specs answer to them.
//!
//! A ledger is one Markdown file per page (`openapi/README.md` describes the form). [`Page`] is
//! its content, [`Contract`] the claims of all pages held against the specs.

#[cfg(feature = "checks")]
mod broken;
mod cell;
#[cfg(feature = "checks")]
mod check;
mod claim;
mod contract;
#[cfg(feature = "checks")]
mod contradiction;
#[cfg(feature = "checks")]
mod coverage;
mod deviation;
mod finding;
mod page;
pub mod place;
mod reader;
#[cfg(feature = "checks")]
mod rule;
#[cfg(feature = "checks")]
mod sample;

pub use cell::split_values as values_of;
pub use claim::{Claim, Status};
pub use contract::{sources, Contract, Ledger};
pub use finding::{Finding, Kind};
pub use page::{Contradiction, Deviation, Page, Reference, Row, Rule, Sample, Section};
pub use place::Place;
