//! What ledgers consist of: tables, samples, and what is said beside these.

use serde::Serialize;
use serde_json::Value;

use super::scope::Scope;
use crate::expression::Expression;

/// A line of a ledger, or of the file about its API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line {
    /// Whether it is a line of the file about the API.
    pub of_api: bool,
    /// Its number.
    pub number: usize,
}

/// A table of a page.
#[derive(Clone, Debug)]
pub struct Section {
    /// Line of its heading.
    pub line: usize,
    /// What it describes: `path`, `request`, `response.200`, a schema …
    pub place: String,
    /// Where a schema is used, as the heading says.
    pub uses: Vec<String>,
    /// The type of the whole, as the heading says.
    pub whole: Option<String>,
    /// Its line of media types, if it is a body that has one: its number, and what it lists.
    pub media: Option<(usize, String)>,
    /// Where the rows come from, if not from the page's table.
    pub source: Option<String>,
    /// The operations that it applies to, if it is of an API.
    pub scope: Option<Scope>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its line.
    pub line: usize,
    /// Column and cell.
    pub cells: Vec<(String, String)>,
}

impl Row {
    /// The cell of a column; nothing if it is empty or there is no such column.
    pub fn cell(&self, column: &str) -> Option<&str> {
        let mut cells = self.cells.iter();
        let found = cells.find(|(name, cell)| name == column && !cell.is_empty());
        found.map(|(_, cell)| cell.as_str())
    }

    /// Whether there is such a column, and this row has nothing in it.
    pub fn is_silent(&self, column: &str) -> bool {
        self.cells.iter().any(|(name, cell)| name == column && cell.is_empty())
    }
}

/// A documented sample.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Line of its heading.
    pub line: usize,
    /// `request`, or `response.` and the status.
    pub place: String,
    /// Its name, also in the spec.
    pub name: String,
    /// Where it comes from, if not from the page's samples.
    pub source: Option<String>,
    /// The sample.
    pub value: Value,
    /// The same, as the ledger writes it.
    pub json: String,
}

impl Sample {
    /// How contradictions and rules refer to it.
    pub fn id(&self) -> String {
        format!("sample.{}/{}", self.place, self.name)
    }
}

/// A claim and its value: `request/version::type = string`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// The claim.
    pub claim: String,
    /// The value that the page has; `-` for none.
    pub value: String,
    /// The line.
    pub line: usize,
}

impl Reference {
    /// The ledger that is referred to, if it is another.
    pub fn stem(&self) -> Option<&str> {
        self.claim.strip_prefix('[')?.split_once(']').map(|(stem, _)| stem)
    }
}

/// A place where the spec differs from the page on purpose.
#[derive(Clone, Debug, Serialize)]
pub struct Deviation {
    /// Line of its heading.
    pub line: usize,
    /// Its name.
    pub name: String,
    /// The claims.
    pub claims: Vec<Reference>,
    /// What the spec has instead; `-` for none.
    pub spec: String,
    /// Where the spec's value comes from.
    pub source: String,
    /// The reason.
    pub why: String,
    /// The operations that it applies to, if it is of an API.
    pub scope: Option<Scope>,
}

/// A place where a page differs from itself or from another page.
#[derive(Clone, Debug, Serialize)]
pub struct Contradiction {
    /// Line of its heading.
    pub line: usize,
    /// Its name.
    pub name: String,
    /// The claims that do not agree.
    pub claims: Vec<Reference>,
    /// What follows from it.
    pub why: String,
    /// The operations that it applies to, if it is of an API.
    pub scope: Option<Scope>,
}

/// A statement that OpenAPI cannot express.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Line of its heading.
    pub line: usize,
    /// Its name.
    pub name: String,
    /// The schema or body that it speaks of.
    pub on: String,
    /// The statement, in our own words.
    pub text: String,
    /// Where it comes from.
    pub source: String,
    /// The predicate.
    pub check: Option<Expression>,
    /// The member whose limits have an exception where the predicate holds.
    pub widens: Option<String>,
    /// Why there is no predicate.
    pub unchecked: Option<String>,
    /// Values on which the predicate holds.
    pub holds: Vec<Value>,
    /// Values on which the predicate fails.
    pub fails: Vec<Value>,
    /// Samples that break the rule.
    pub broken_by: Vec<String>,
    /// The operations that it applies to, if it is of an API.
    pub scope: Option<Scope>,
}

impl Deviation {
    /// A line of it.
    pub fn line(&self, number: usize) -> Line {
        Line { of_api: self.scope.is_some(), number }
    }
}

impl Contradiction {
    /// A line of it.
    pub fn line(&self, number: usize) -> Line {
        Line { of_api: self.scope.is_some(), number }
    }
}

impl Rule {
    /// The line of its heading.
    pub fn at(&self) -> Line {
        Line { of_api: self.scope.is_some(), number: self.line }
    }
}
