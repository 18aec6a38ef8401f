//! What can be wrong between ledgers and specs.

use std::collections::BTreeSet;
use std::fmt;

use crate::ledger::OF_PAGE;
use crate::model::Spec;

/// The kinds of things that are wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A text still has to be written.
    Todo,
    /// A claim has no place in the spec.
    NoPlace,
    /// The spec says something else than the claim.
    Differs,
    /// The spec states what no ledger does.
    Unclaimed,
    /// A deviation is not what it says.
    Deviation,
    /// A contradiction is not there any more.
    Contradiction,
    /// A rule does not hold, or cannot fail.
    Rule,
    /// A table's sample value is not in the sample.
    Sample,
    /// An operation has no ledger, or a source no name.
    Ledger,
    /// What is said of a whole API applies to nothing.
    Shared,
}

/// Something that is wrong.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What kind.
    pub kind: Kind,
    /// The claim, with the operation before it.
    pub claim: String,
    /// File and line of the ledger.
    pub ledger: String,
    /// Title of the page.
    pub page: String,
    /// File and JSON pointer of the spec.
    pub spec: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl Finding {
    /// Whether both say the same of a claim.
    pub fn is_like(&self, other: &Self) -> bool {
        (&self.claim, &self.message) == (&other.claim, &other.message)
    }

    /// Something that is wrong at a place of a spec, whatever its ledgers say.
    pub(super) fn in_spec(
        kind: Kind,
        claim: String,
        spec: &Spec,
        pointer: &str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            claim,
            ledger: String::new(),
            page: String::new(),
            spec: spec.place(pointer),
            message: message.into(),
            remedy: String::new(),
        }
    }

    /// The finding with what to do about it.
    pub(super) fn remedied(self, remedy: &str) -> Self {
        Self { remedy: remedy.to_owned(), ..self }
    }

    /// What is wrong, where, and what to do, a line each.
    pub fn details(&self) -> String {
        let mut lines = vec![format!("    {}", self.message)];
        for (name, value) in
            [("page:  ", &self.page), ("ledger:", &self.ledger), ("spec:  ", &self.spec)]
        {
            if !value.is_empty() {
                lines.push(format!("    {name} {value}"));
            }
        }
        lines.push(format!("    do:     {}", self.remedy));
        lines.join("\n")
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.claim, self.details())
    }
}

/// What to do about a source that is not known.
pub(super) const NAME_SOURCE: &str = "name a source of openapi/SOURCES.md, or add it there";

/// What is wrong with a list of sources, of which `sources` are known.
pub(super) fn unknown_sources<'n>(
    listed: &'n str,
    sources: &'n BTreeSet<String>,
) -> impl Iterator<Item = String> + 'n {
    let named = listed.split(',').map(str::trim);
    let unknown = named.filter(|name| !OF_PAGE.contains(name) && !sources.contains(*name));
    unknown.map(|name| format!("`{name}` is not a known source"))
}
