//! Fuzz targets of cloudfn: what reads text that somebody else wrote.
//!
//! The body of each target is a function of this library. `cargo xtask fuzz` searches inputs that
//! make it panic, guided by coverage; `cargo test -p cloudfn-fuzz` replays what is kept.

#![forbid(unsafe_code)]

pub mod mutation;
mod project;
pub mod second_signer;
mod targets;

pub use project::{inputs, CORPUS, REGRESSIONS};
pub use targets::TARGETS;

use mutation::Form;

/// Something that reads text which somebody else wrote.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, that of its file in `src/targets/`.
    pub name: &'static str,
    /// Reads an input, and panics where a promise is broken.
    pub run: fn(&[u8]),
    /// Inputs to begin with, taken from what the project has anyway.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// The form of an input, for changing one into another.
    pub form: Form,
    /// Words that stand in inputs.
    pub words: &'static [&'static str],
    /// Most bytes of an input.
    pub longest: usize,
}

impl Target {
    /// The target named `name`.
    ///
    /// # Errors
    ///
    /// There is none; the message lists those that there are.
    pub fn named(name: &str) -> Result<&'static Self, String> {
        TARGETS.iter().find(|target| target.name == name).ok_or_else(|| {
            let known: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
            format!("there is no fuzz target `{name}`, only {}", known.join(", "))
        })
    }
}
