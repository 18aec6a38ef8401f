//! What several fuzz targets need.

pub mod contract;
pub mod json;
mod stack;

pub use stack::report_overflows;
