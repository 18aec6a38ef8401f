//! What `cargo xtask mutants` runs the suite on in place of the client: nothing. In its copy of
//! the project it writes this file.

use super::mutation::Mutant;

/// The mutants of the client, if this is such a copy.
pub const MUTANTS: &[Mutant] = &[];
