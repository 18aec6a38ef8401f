//! Ledgers: what each vendor page says, as claims.
//!
//! A ledger is one Markdown file per page; `openapi/README.md` describes the form. [`Page`] is its
//! content, [`Claim`] one statement of it. [`Api`] is what many pages have in common.

mod api;
mod cell;
mod claim;
mod deviation;
mod entry;
mod list;
mod page;
pub mod place;
mod reader;
mod scope;

pub use api::{Api, Operator};
pub use cell::{sorted_values, split_values as values_of, NONE};
pub use claim::{Claim, NOTE, OF_PAGE};
pub use deviation::{Applied, Fault};
pub use entry::{Contradiction, Deviation, Line, Reference, Row, Rule, Sample, Section};
pub use list::List;
pub use page::{share, Page};
pub use place::Place;
pub(crate) use reader::KEYWORD_COLUMNS;
pub use reader::TODO;
pub use scope::{matches, Scope};
