//! Small named rewrites of the generator's output, each for one thing that its users would
//! otherwise stumble over.

mod client;
mod documentation;
mod models;
pub(crate) mod setters;
pub(crate) mod visit;

use crate::lowering::Lowered;
use crate::registry;
use crate::spec::Spec;

/// A named rewrite.
pub struct Rewrite {
    /// Its name.
    pub name: &'static str,
    /// What it changes, and why.
    pub why: &'static str,
    apply: fn(&mut syn::File, &Spec, &Lowered),
}

/// The rewrites, in the order in which they are applied.
pub const REWRITES: &[Rewrite] = &[
    Rewrite {
        name: "setters",
        why: "a setter takes the member itself, also where it is optional, and keeps the reason \
              of a refusal, under the vendor's name of the member",
        apply: setters::setters,
    },
    Rewrite {
        name: "missing-members",
        why: "a required member that was not given is named as the vendor names it",
        apply: setters::missing_members,
    },
    Rewrite {
        name: "no-api-version",
        why: "the generator sends a header `api-version` that no vendor documents",
        apply: client::no_api_version,
    },
    Rewrite {
        name: "no-panicking-constructor",
        why: "the generated `Client::new` panics when no TLS backend can be set up",
        apply: client::no_panicking_constructor,
    },
    Rewrite {
        name: "leaf-definitions",
        why: "enumerations and patterns are types of their own",
        apply: models::leaf_definitions,
    },
    Rewrite {
        name: "schemas",
        why: "with the feature `schemars`, each model can state its schema",
        apply: models::schemas,
    },
    Rewrite {
        name: "differences",
        why: "each model can list what is undocumented in it",
        apply: models::differences,
    },
    Rewrite {
        name: "documentation",
        why: "what the documents say of a member, a parameter or a call stands where it is used",
        apply: documentation::documentation,
    },
    Rewrite {
        name: "registry",
        why: "with the feature `registry`, tests and tools do for every operation what they do for one",
        apply: registry::registry,
    },
];

/// Applies all [`REWRITES`].
pub(crate) fn rewrite(file: &mut syn::File, spec: &Spec, lowered: &Lowered) {
    for rewrite in REWRITES {
        (rewrite.apply)(file, spec, lowered);
    }
}
