//! Reads the specs and ledgers of `cloudfn`, lowers the specs and generates the client.

pub mod account;
pub mod docs;
pub mod error;
pub mod generate;
pub mod leaf;
pub mod ledger;
pub mod lowering;
#[cfg(feature = "checks")]
pub mod mutants;
pub mod registry;
pub mod rewrite;
pub mod secret;
pub mod spec;
pub mod table;
mod tokens;
