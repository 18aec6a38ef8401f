//! Reads the specs and ledgers of `cloudfn`, lowers the specs and generates the client.

pub mod account;
pub mod contract;
pub mod docs;
pub mod draft;
pub mod error;
pub mod expression;
pub mod extensions;
pub mod generate;
pub mod leaf;
pub mod ledger;
pub mod lowering;
mod markdown;
pub mod model;
pub mod mutants;
pub mod names;
mod pattern;
pub mod rewrite;
pub mod secret;
pub mod statements;
pub mod supported;
pub mod table;
pub mod todo;
mod tokens;
