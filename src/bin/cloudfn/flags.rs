//! The forms of flags.

use clap::builder::StyledStr;
use clap::{Arg, ArgAction};

/// A flag without a value.
pub fn switch(name: &'static str, help: impl Into<StyledStr>) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help.into())
}

/// A flag with a value.
pub fn valued(name: &'static str, value: &'static str, help: impl Into<StyledStr>) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help.into())
}
