//! What several fuzz targets need.

pub mod contract;
mod stack;

pub use stack::report_overflows;
