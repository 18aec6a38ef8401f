//! The targets, one file each.

mod answers;
mod credentials_files;
mod destinations;
mod ledgers;
mod models;
mod signatures;
mod specs;
mod timestamps;
mod urns;

use crate::Target;

/// All targets, sorted by name.
pub const TARGETS: &[Target] = &[
    answers::TARGET,
    credentials_files::TARGET,
    destinations::TARGET,
    ledgers::TARGET,
    models::TARGET,
    signatures::TARGET,
    specs::TARGET,
    timestamps::TARGET,
    urns::TARGET,
];

/// The input as text, which most readers expect.
fn text(input: &[u8]) -> Option<&str> {
    std::str::from_utf8(input).ok()
}
