//! Small named rewrites of the generator's output, each for one thing that its users would
//! otherwise stumble over.

mod checks;
mod client;
mod documentation;
mod json_schema;
mod lists;
mod models;
mod names;
mod paging;
mod paths;
mod plain;
mod registry;
mod requests;
mod secrets;
pub(crate) mod setters;
mod transport;
pub(crate) mod visit;
mod waiting;

pub use self::visit::readable;

use crate::error::Result;
use crate::lowering::Lowered;
use crate::model::{Operation, Schema, Spec};
use crate::names::{models, Model};
use crate::table::{self, Index};

/// A named rewrite.
pub struct Rewrite {
    /// Its name.
    pub name: &'static str,
    /// What it changes, and why.
    pub why: &'static str,
    apply: Apply,
}

type Apply = fn(&mut syn::File, &Client<'_>) -> Applied;

/// What a client is generated from.
pub struct Client<'s> {
    spec: &'s Spec,
    lowered: &'s Lowered,
    models: Vec<Model<'s>>,
    /// The schemas with the names of their statics.
    tables: Index,
}

/// Whether a rewrite found what it rewrites; if not, what it did not find.
type Applied = std::result::Result<(), String>;

impl Client<'_> {
    /// The schema that became the type `rust`.
    fn schema_of(&self, rust: &impl ToString) -> Option<&Schema> {
        let rust = rust.to_string();
        self.models.iter().find(|model| model.name == rust).map(|model| model.schema)
    }

    /// The model of the headers that a call returns typed.
    fn headers_of(&self, operation: &Operation) -> Option<&Model<'_>> {
        let headers = self.spec.headers(operation.with_headers()?)?;
        self.models.iter().find(|model| model.schema.pointer == headers.pointer)
    }
}

/// What a rewrite needs; `what` names it.
fn found<T>(found: Option<T>, what: impl std::fmt::Display) -> std::result::Result<T, String> {
    found.ok_or_else(|| what.to_string())
}

/// Fails unless a rewrite did what it is for.
fn expect(is_done: bool, what: impl std::fmt::Display) -> Applied {
    found(is_done.then_some(()), what)
}

/// The rewrites, in the order in which they are applied.
#[rustfmt::skip]
pub const REWRITES: &[Rewrite] = &[
    rewrite("wire-names",          names::wire_names,            "the generator reads other names where two are the same in Rust, or one is taken"),
    rewrite("unlisted-members",    names::unlisted_members,      "the generator asks for the members that a schema does not list"),
    rewrite("setters",             setters::setters,             "a setter takes the member itself, also where it is optional, and of a list whatever becomes its items; it keeps the reason of a refusal, under the vendor's name of the member"),
    rewrite("missing-members",     setters::missing_members,     "a required member that was not given is named as the vendor names it"),
    rewrite("no-api-version",      client::no_api_version,       "the generator sends a header `api-version` that no vendor documents"),
    rewrite("own-construction",    client::own_construction,     "the generated `Client::new` panics when no TLS backend can be set up, and knows of no credentials; clients are made by a builder"),
    rewrite("servers",             client::servers,              "the builder of the client takes its endpoints from the spec"),
    rewrite("one-transport",       transport::one_transport,     "every call goes through one place, which authenticates, repeats, limits and traces it, and has one error type that loses nothing of an answer"),
    rewrite("lists",               lists::lists,                 "the generator writes no lists in a path or a header"),
    rewrite("queries",             lists::queries,               "the generator writes lists in a query in one way, by a crate that only it needs"),
    rewrite("presets",             transport::presets,           "a call need not repeat what its client was built with, such as the project"),
    rewrite("leaf-definitions",    models::leaf_definitions,     "enumerations are types of their own"),
    rewrite("secrets",             secrets::secrets,             "what a model or builder shows of itself is written to logs, where no secret belongs"),
    rewrite("schemas",             json_schema::schemas,         "with the feature `schemars`, each model states its schema, also what no type and no attribute of schemars can"),
    rewrite("checks",              checks::checks,               "a request is held against the documents before it is sent, and each request and model can be by itself"),
    rewrite("call-options",        checks::call_options,         "a call may have other timeouts than its client, or send what is not documented"),
    rewrite("requests",            requests::requests,           "the base URL of all calls is parsed once, and each attempt is made anew"),
    rewrite("documentation",       documentation::documentation, "what the documents say of a member, a parameter or a call stands where it is used"),
    rewrite("paging",              paging::paging,               "a list that comes in pages is read as one stream"),
    rewrite("waiting",             waiting::waiting,             "a state that changes later can be waited for"),
    rewrite("absolute-paths",      paths::absolute_paths,        "a component or an operation may be named as what generated code uses: `Result`, `Error`"),
    rewrite("registry",            registry::registry,           "with the feature `mock`, tests and tools do for every operation what they do for one"),
    rewrite("objects-only",        models::objects_only,         "what serde derives takes an array for an object, and makes a model without members of it"),
    rewrite("plain-documentation", plain::plain_documentation,   "a description is a text, in which rustc takes no CR, and rustdoc sees programs, links and tags"),
];

const fn rewrite(name: &'static str, apply: Apply, why: &'static str) -> Rewrite {
    Rewrite { name, why, apply }
}

/// Applies the given rewrites only.
///
/// # Errors
///
/// The generator's output does not have what one of them rewrites.
pub(crate) fn rewrite_by<'r>(
    file: &mut syn::File,
    spec: &Spec,
    lowered: &Lowered,
    rewrites: impl Iterator<Item = &'r Rewrite>,
) -> Result<()> {
    let client = Client { spec, lowered, models: models(spec)?, tables: table::index(spec) };
    for rewrite in rewrites {
        (rewrite.apply)(file, &client).map_err(|what| {
            let name = rewrite.name;
            spec.error("", format!("the rewrite `{name}` does not find {what} in the generator's output; was the generator updated?"))
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lowering::lower;

    /// What adds to the client, or rewrites whatever there is.
    const WITHOUT_A_PLACE: &str =
        "servers schemas secrets paging waiting absolute-paths registry plain-documentation";

    #[test]
    fn a_rewrite_fails_where_it_does_not_find_what_it_rewrites() {
        for file in ["names.yaml", "probe.yaml"] {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
            let spec = Spec::load(&folder.join(file)).unwrap();
            let lowered = lower(&spec).unwrap();
            let has_a_place = |name| WITHOUT_A_PLACE.split(' ').all(|listed| listed != name);
            for rewrite in REWRITES.iter().filter(|r| has_a_place(r.name)) {
                let mut empty = syn::File { shebang: None, attrs: Vec::new(), items: Vec::new() };
                let result = rewrite_by(&mut empty, &spec, &lowered, std::iter::once(rewrite));
                // Only one of the specs has what these are for.
                let is_idle = ["wire-names", "unlisted-members"];
                if file == "names.yaml" || !is_idle.contains(&rewrite.name) {
                    let message = result.expect_err(rewrite.name).to_string();
                    let expected = format!("the rewrite `{}` does not find ", rewrite.name);
                    assert!(message.contains(&expected), "{message}");
                }
            }
        }
    }
}
