//! Fuzz targets of cloudfn: the code that reads untrusted text.
//!
//! The body of each target is a function of this library. `cargo xtask fuzz` searches for inputs that
//! make it panic, guided by coverage. `cargo test -p cloudfn-fuzz` replays the kept inputs.

#![forbid(unsafe_code)]

pub mod mutation;
mod project;
pub mod second_signer;
mod targets;

pub use project::{inputs, CORPUS, REGRESSIONS};
pub use targets::TARGETS;

use mutation::Form;

/// Code that reads untrusted text.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, which is that of its file in `src/targets/`.
    pub name: &'static str,
    /// Reads an input, and panics if a check fails.
    pub run: fn(&[u8]),
    /// Initial inputs, from the project's files.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// The form of an input, for mutations.
    pub form: Form,
    /// Words that occur in inputs.
    pub words: &'static [&'static str],
    /// The maximum size of an input, in bytes.
    pub longest: usize,
}

impl Target {
    /// The target named `name`.
    ///
    /// # Errors
    ///
    /// There is no such target. The message lists the targets.
    pub fn named(name: &str) -> Result<&'static Self, String> {
        TARGETS.iter().find(|target| target.name == name).ok_or_else(|| {
            let known: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
            format!("there is no fuzz target `{name}`, only {}", known.join(", "))
        })
    }
}
