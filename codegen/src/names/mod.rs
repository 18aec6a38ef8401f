//! The names that what a spec describes has in Rust.

mod types;
mod wire;

pub use self::types::{
    enumeration_name, is_type, model_name, models, schema_name, type_name, Model,
};
pub use self::wire::{Member, Names, Parameter};
