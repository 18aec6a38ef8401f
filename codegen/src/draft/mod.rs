//! Drafts what a ledger states as the entries of a spec.

mod edit;
mod node;
mod operation;
mod samples;
mod schema;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use self::edit::put;
pub use self::edit::{with_entries, Entries};
pub use self::node::Node;
use self::operation::shared_parameter;
pub use self::samples::Samples;
use crate::contract::{Ledger, Pair};
use crate::error::{Error, Result};
use crate::ledger::place::inside;
use crate::ledger::{Claim, Page, Place, NONE};
use crate::model::{document, pointer, Spec};
use crate::todo::{is_todo, TODO};

/// The part of a spec that the ledgers of an operation state.
#[derive(Debug)]
pub struct Draft {
    /// The operation, then the components that the spec does not have yet.
    pub entries: Entries,
    /// The spec with these entries.
    pub spec: Spec,
    /// What is not as one may expect.
    pub notes: Vec<String>,
}

impl Draft {
    /// The draft of the operation that `pages` describe, for the spec `text` in `file`, which does
    /// not have it. Its claims about components that the spec has already are not applied to them.
    ///
    /// # Errors
    ///
    /// A type in the ledger is not one, the spec has the operation already, or the spec with the
    /// draft is not valid.
    pub fn of(pages: &[Page], file: &Path, text: &str) -> Result<Self> {
        let old = document(file, text)?;
        let mut written_out = BTreeSet::new();
        let first = Self::with(pages, file, &old, &written_out)?;
        let Some(page) = pages.first() else { return Ok(first) };
        let (ledger, _) = Ledger::of(page.clone(), 0, &first.spec, String::new())?;
        let Some(pair) = Pair::of(&first.spec, &ledger) else { return Ok(first) };
        let unclaimed = pair.unclaimed();
        let mut notes = Vec::new();
        for claim in &ledger.claims {
            let Place::Parameter(location, name) = &claim.place else { continue };
            let name = inside(name).0;
            if shared_parameter(&old, location, name).is_none() {
                continue;
            }
            let unstated = || {
                let is_of_it = |id: &str| {
                    let inside = id.strip_prefix(&format!("{location}/{name}"));
                    inside
                        .is_some_and(|inside| inside.starts_with("::") || inside.starts_with("[]"))
                };
                let (_, (_, statement)) = unclaimed.iter().find(|(id, _)| is_of_it(id))?;
                Some(format!("the spec states `{statement}`, and the ledger does not"))
            };
            let differs = pair.check(claim).map(|finding| finding.message).or_else(unstated);
            let Some(message) = differs else { continue };
            if written_out.insert((location.clone(), name.to_owned())) {
                let of_spec = format!("the spec's parameter `{name}` is another");
                notes.push(format!("{of_spec}, so it is written out: {message}"));
            }
        }
        for claim in ledger.prose.iter().filter(|claim| claim.statement == "description") {
            let Place::Parameter(location, name) = &claim.place else { continue };
            let shared = shared_parameter(&old, location, name);
            let shared =
                shared.filter(|_| !written_out.contains(&(location.clone(), name.clone())));
            let said = shared.and_then(|at| old.pointer(&at)?["description"].as_str());
            let own = sentence(&claim.value);
            if let Some(said) = said.filter(|said| !said.starts_with(own.trim_end_matches('.'))) {
                notes.push(format!("the spec's parameter `{name}` is used, whose description is `{said}`; write it out if it means something else here"));
            }
        }
        match written_out.is_empty() {
            true => Ok(Self { notes, ..first }),
            false => Ok(Self { notes, ..Self::with(pages, file, &old, &written_out)? }),
        }
    }

    fn with(
        pages: &[Page],
        file: &Path,
        old: &Value,
        written_out: &BTreeSet<(String, String)>,
    ) -> Result<Self> {
        let entries = Drafter::new(pages, old, written_out)?.entries()?;
        let mut new = old.clone();
        for (at, node) in &entries {
            if new.pointer(at).is_some() {
                return Err(Error::new(file, at.as_str(), "the spec has this already"));
            }
            put(&mut new, at, node.value());
        }
        Ok(Self { entries, spec: Spec::of(file, new)?, notes: Vec::new() })
    }

    /// The entries as a document of their own.
    pub fn yaml(&self) -> Result<String> {
        let has_components = self.entries.len() > 1;
        let empty = if has_components { "paths:\n\ncomponents:\n" } else { "paths:\n" };
        with_entries(Path::new("draft.yaml"), empty, &self.entries)
    }
}

/// What a draft is made of.
struct Drafter<'d> {
    pages: &'d [Page],
    /// The claims of all pages, deviations applied; each with its page.
    claims: Vec<(&'d Page, Claim)>,
    /// The spec as it is.
    document: &'d Value,
    /// The parameters, by section and name, that are not those of the spec.
    written_out: &'d BTreeSet<(String, String)>,
    /// New components.
    parameters: Vec<(String, Node)>,
    schemas: Vec<(String, Node)>,
    /// The components that are being made, the innermost last.
    making: Vec<String>,
}

impl<'d> Drafter<'d> {
    fn new(
        pages: &'d [Page],
        document: &'d Value,
        written_out: &'d BTreeSet<(String, String)>,
    ) -> Result<Self> {
        let mut claims = Vec::new();
        for page in pages {
            let (of_page, _) = page.deviating_claims()?;
            claims.extend(of_page.into_iter().map(|claim| (page, claim)));
        }
        let (parameters, schemas, making) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { pages, claims, document, written_out, parameters, schemas, making })
    }

    fn entries(mut self) -> Result<Entries> {
        let (at, operation) = self.operation()?;
        let of = |kind: &str, components: Vec<(String, Node)>| -> Entries {
            let at = pointer::join("/components", kind);
            components.into_iter().map(|(name, node)| (pointer::join(&at, &name), node)).collect()
        };
        let mut entries = vec![(at, operation)];
        entries.extend(of("parameters", self.parameters));
        entries.extend(of("schemas", self.schemas));
        Ok(entries)
    }

    /// The claims at a place that the spec has to have a value for, one for each statement.
    fn at(&self, place: &Place) -> Vec<&Claim> {
        let mut found: Vec<&Claim> = Vec::new();
        for (_, claim) in self.claims.iter().filter(|(_, claim)| claim.place == *place) {
            let is_new = !found.iter().any(|other| other.statement == claim.statement);
            if is_new && claim.expected() != NONE {
                found.push(claim);
            }
        }
        found
    }

    /// What the spec has to have for a statement.
    fn stated(&self, place: &Place, statement: &str) -> Option<&str> {
        let found = self.at(place).into_iter().find(|claim| claim.statement == statement);
        found.map(Claim::expected)
    }

    /// The places of a kind, in the order of the ledgers.
    fn places<T: PartialEq>(&self, of: impl Fn(&Place) -> Option<T>) -> Vec<T> {
        let mut found = Vec::new();
        for (_, claim) in &self.claims {
            if let Some(place) = of(&claim.place).filter(|place| !found.contains(place)) {
                found.push(place);
            }
        }
        found
    }

    /// The description of a place: that of its row as a sentence.
    fn description(&self, place: &Place) -> Node {
        Node::text(self.stated(place, "description").map_or_else(|| TODO.to_owned(), sentence))
    }

    /// An error at the claim about `statement` of a place.
    fn error(&self, place: &Place, statement: &str, message: String) -> Error {
        let is_it =
            |(_, claim): &&(&Page, Claim)| claim.place == *place && claim.statement == statement;
        let found = self.claims.iter().find(is_it).or(self.claims.first());
        match found {
            Some((page, claim)) => {
                let line = format!("line {}", claim.line.number);
                Error::new(page.file_of(claim.line), line, message)
            }
            None => Error::new(Path::new(""), "", message),
        }
    }
}

/// A text with a capital and a full stop.
fn sentence(text: &str) -> String {
    if is_todo(text) {
        return TODO.to_owned();
    }
    let mut chars = text.trim().chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let text = first + chars.as_str();
    match text.ends_with(['.', '!', '?']) {
        true => text,
        false => text + ".",
    }
}
