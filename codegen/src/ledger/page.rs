//! What one ledger file holds.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::api::Api;
use super::list::{self, List};
use super::scope::Scope;
use crate::expression::Expression;
use crate::model::PageTitle;

/// A line of a ledger, or of the file about its API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line {
    /// Whether it is a line of the file about the API.
    pub of_api: bool,
    /// Its number.
    pub number: usize,
}

/// What one page of a vendor says.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The ledger file.
    pub file: PathBuf,
    /// The operation that the page describes.
    pub operation: String,
    /// HTTP method, in capitals.
    pub method: String,
    /// Path template.
    pub path: String,
    /// Documented statuses.
    pub statuses: Vec<String>,
    /// Where method and path come from, if not from the page.
    pub url_source: Option<String>,
    /// Title of the page.
    pub title: String,
    /// Language of the page.
    pub language: String,
    /// Line of title and language.
    pub title_line: usize,
    /// Who operates the service that the page is about, if it is not the vendor.
    pub operator: Option<String>,
    /// Line of the operator.
    pub operator_line: usize,
    /// The lines that are still `TODO`.
    pub todos: Vec<usize>,
    /// The tables.
    pub sections: Vec<Section>,
    /// The documented samples.
    pub samples: Vec<Sample>,
    /// Where the spec differs from the page on purpose.
    pub deviations: Vec<Deviation>,
    /// Where the page differs from itself or from another page.
    pub contradictions: Vec<Contradiction>,
    /// Statements that OpenAPI cannot express.
    pub rules: Vec<Rule>,
    /// What is true of all operations of the API.
    pub api: Option<Arc<Api>>,
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

impl Section {
    /// Whether it is of an API and applies to the operation of `page`.
    pub fn applies_to(&self, page: &Page) -> bool {
        self.scope.as_ref().is_some_and(|scope| scope.covers(page))
    }
}

impl Deviation {
    /// The deviation with the values of lists instead of their names.
    ///
    /// # Errors
    ///
    /// There is no such list: the line, and what is wrong.
    pub fn spelled_out(&self, lists: &[List]) -> Result<Self, (usize, String)> {
        let mut found = self.clone();
        let mut is_about_values = false;
        for reference in found.claims.iter_mut().filter(|r| r.claim.ends_with("::values")) {
            is_about_values = true;
            let values = list::spelled_out(lists, &reference.value);
            reference.value = values.map_err(|message| (reference.line, message))?.to_owned();
        }
        if is_about_values {
            let values = list::spelled_out(lists, &self.spec);
            found.spec = values.map_err(|message| (self.line, message))?.to_owned();
        }
        Ok(found)
    }

    /// Whether it is of an API and applies to the operation of `page`.
    pub fn applies_to(&self, page: &Page) -> bool {
        self.scope.as_ref().is_some_and(|scope| scope.covers(page))
    }

    /// A line of it.
    pub fn line(&self, number: usize) -> Line {
        Line { of_api: self.scope.is_some(), number }
    }
}

impl Contradiction {
    /// Whether it is of an API and applies to the operation of `page`.
    pub fn applies_to(&self, page: &Page) -> bool {
        self.scope.as_ref().is_some_and(|scope| scope.covers(page))
    }

    /// A line of it.
    pub fn line(&self, number: usize) -> Line {
        Line { of_api: self.scope.is_some(), number }
    }
}

impl Rule {
    /// Whether it is of `api` and applies to `page`: it is about something with a table there, or
    /// names the operation.
    pub fn applies_to(&self, page: &Page, api: &Api) -> bool {
        let mut sections = page.sections.iter().chain(api.sections_of(page));
        self.scope.as_ref().is_some_and(|scope| {
            let is_named = scope.names(&page.operation);
            scope.covers(page) && (is_named || sections.any(|section| section.place == self.on))
        })
    }

    /// The line of its heading.
    pub fn at(&self) -> Line {
        Line { of_api: self.scope.is_some(), number: self.line }
    }
}

impl Page {
    /// The page with what is true of its API, and with its rules, unless it has these itself.
    pub fn with_api(mut self, api: Arc<Api>) -> Self {
        self.rules.retain(|rule| rule.scope.is_none());
        let is_new = |rule: &&Rule| self.rules.iter().all(|own| own.name != rule.name);
        let shared = api.rules.iter().filter(|rule| rule.applies_to(&self, &api)).filter(is_new);
        for mut rule in shared.cloned().collect::<Vec<_>>() {
            rule.broken_by.retain(|name| self.samples.iter().any(|sample| sample.id() == *name));
            self.rules.push(rule);
        }
        self.api = Some(api);
        self
    }

    /// Title, language and operator.
    pub fn name(&self) -> String {
        let (title, language) = (self.title.clone(), self.language.clone());
        PageTitle { title, language, operator: self.operator.clone() }.to_string()
    }

    /// A cell of values, spelled out if it names a list of the API.
    ///
    /// # Errors
    ///
    /// There is no such list.
    pub fn values<'p>(&'p self, cell: &'p str) -> Result<&'p str, String> {
        list::spelled_out(self.api.as_ref().map_or(&[], |api| &api.lists), cell)
    }

    /// The file that a line is in.
    pub fn file_of(&self, line: Line) -> &Path {
        match &self.api {
            Some(api) if line.of_api => &api.file,
            _ => &self.file,
        }
    }

    /// File and number of a line.
    pub fn at(&self, line: Line) -> String {
        format!("{}, line {}", self.file_of(line).display(), line.number)
    }

    /// A line of the page itself.
    pub fn line(&self, number: usize) -> Line {
        Line { of_api: false, number }
    }

    /// The file's name without its ending.
    pub fn stem(&self) -> &str {
        self.file.file_stem().and_then(|s| s.to_str()).unwrap_or_default()
    }
}
