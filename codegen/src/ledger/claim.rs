//! Claims: each cell of a ledger as one statement with an id.

use std::path::Path;

use super::api::Api;
use super::cell::{self, NONE};
use super::entry::{Line, Row, Section};
use super::page::Page;
use super::place::{header_status, inside, Place};
use super::reader::{KEYWORD_COLUMNS, SECURITY_COLUMNS, TODO};
use crate::error::{Error, Result};

/// One statement of a page, or of the source that stands in for a page that lost it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Claim {
    /// What it speaks of.
    pub place: Place,
    /// What it says something about: `type`, `required`, `minimum` …
    pub statement: String,
    /// What it says, in the notation of cells; `-` when the page is silent.
    pub value: String,
    /// Line in the ledger.
    pub line: Line,
    /// Where it comes from.
    pub source: String,
    /// Where a schema of it is used, as the heading says.
    pub uses: Vec<String>,
    /// The deviation that lets the spec differ: its name and the value the spec has.
    pub deviation: Option<(String, String)>,
}

/// The sources that are the page: its tables, its text and its samples.
pub const OF_PAGE: [&str; 3] = ["row", "page", "sample"];

/// The source of a note about a page.
pub const NOTE: &str = "note";

/// The kinds of prose.
const KINDS: [&str; 6] = ["description", "link", "example", "code", "navigation", NOTE];

/// Words of what belongs in a column or a rule.
const CONSTRAINING: [&str; 5] = ["mandatory", "required", "optional", "default", "defaults"];

impl Claim {
    /// Its id in its page: `request/version::type`.
    pub fn local_id(&self) -> String {
        format!("{}::{}", self.place, self.statement)
    }

    /// Whether it only tells of something, so that no constraint of a spec can state it.
    pub fn is_prose(&self) -> bool {
        self.statement == "description" || matches!(self.place, Place::Prose(_))
    }

    /// Whether the page itself says it, not another source and not a note of ours.
    pub fn is_of_page(&self) -> bool {
        self.value != NONE && OF_PAGE.contains(&self.source.as_str())
    }

    /// Whether the page says nothing here, though it could.
    pub fn is_silent(&self) -> bool {
        self.value == NONE && self.deviation.is_none()
    }

    /// The value that the spec has to have.
    pub fn expected(&self) -> &str {
        match &self.deviation {
            Some((_, spec)) => spec,
            None => &self.value,
        }
    }
}

impl Page {
    /// The claims of this page, deviations not yet applied.
    pub fn claims(&self) -> Result<Vec<Claim>> {
        let mut reader = Reader { page: self, file: &self.file, of_api: false, claims: Vec::new() };
        reader.head();
        for section in &self.sections {
            reader.section(section)?;
        }
        for sample in &self.samples {
            let place = Place::Sample(sample.place.clone(), sample.name.clone());
            let value = sample.value.to_string();
            let source = sample.source.as_deref().unwrap_or("sample");
            reader.push(place, "value", value, sample.line, source);
        }
        if let Some(api) = &self.api {
            reader.shared(api)?;
        }
        Ok(reader.claims)
    }
}

struct Reader<'p> {
    page: &'p Page,
    /// What is read, the page or the file about its API.
    file: &'p Path,
    of_api: bool,
    claims: Vec<Claim>,
}

impl<'p> Reader<'p> {
    /// What is true of the whole API, where the page has nothing of its own.
    fn shared(&mut self, api: &'p Api) -> Result<()> {
        (self.file, self.of_api) = (&api.file, true);
        let own = self.claims.len();
        for section in self.page.sections_of(api) {
            // The ways to authenticate belong together, and so do the members of a body.
            let is_whole = section.place == "security" || section.place.starts_with("response.");
            if is_whole && self.page.sections.iter().any(|other| other.place == section.place) {
                continue;
            }
            let first = self.claims.len();
            self.section(section)?;
            for claim in self.claims.split_off(first) {
                let (of_page, shared) = self.claims.split_at(own);
                if of_page.iter().any(|other| other.place.is(&claim.place)) {
                    continue;
                }
                let is_same = |other: &&Claim| {
                    (&other.place, &other.statement) == (&claim.place, &claim.statement)
                };
                if let Some(other) = shared.iter().find(is_same) {
                    let message = format!(
                        "`{}` stands at line {} already",
                        claim.local_id(),
                        other.line.number
                    );
                    let line = format!("line {}", claim.line.number);
                    return Err(Error::new(self.file, line, message));
                }
                self.claims.push(claim);
            }
        }
        Ok(())
    }

    fn push(&mut self, place: Place, statement: &str, value: String, line: usize, source: &str) {
        self.claims.push(Claim {
            place,
            statement: statement.to_owned(),
            value,
            line: Line { of_api: self.of_api, number: line },
            source: source.to_owned(),
            uses: Vec::new(),
            deviation: None,
        });
    }

    fn head(&mut self) {
        let page = self.page;
        let source = page.url_source.as_deref().unwrap_or("page");
        self.push(Place::Operation, "method", page.method.clone(), 2, source);
        self.push(Place::Operation, "path", page.path.clone(), 2, source);
        for status in &page.statuses {
            self.push(Place::Status(status.clone()), "present", "yes".into(), 2, "page");
        }
        let statement = format!("page.{}", page.language);
        self.push(Place::Operation, &statement, page.title.clone(), page.title_line, "page");
        if let Some(operator) = &page.operator {
            let statement = format!("operator.{}", page.language);
            let line = page.operator_line;
            self.push(Place::Operation, &statement, operator.clone(), line, operator);
        }
    }

    fn section(&mut self, section: &Section) -> Result<()> {
        let first = self.claims.len();
        let source = section.source.as_deref().unwrap_or("row").to_owned();
        if let Some(whole) = &section.whole {
            let place = Place::Body(section.place.clone());
            self.push(place, "type", whole.clone(), section.line, &source);
        }
        if let Some((line, types)) = &section.media {
            self.push(Place::Body(section.place.clone()), "media", types.clone(), *line, &source);
        }
        for row in &section.rows {
            match section.place.as_str() {
                "security" => self.security(row, &source),
                "servers" => self.server(row, &source)?,
                "prose" => self.prose(row, section)?,
                _ => self.row(section, row, &source)?,
            }
        }
        for claim in &mut self.claims[first..] {
            claim.uses.clone_from(&section.uses);
        }
        Ok(())
    }

    fn security(&mut self, row: &Row, source: &str) {
        let name = row.cell("name").unwrap_or_default().to_owned();
        for column in &SECURITY_COLUMNS[1..] {
            let cell = row.cell(column).unwrap_or(NONE);
            let place = Place::Security(name.clone());
            self.push(place, column, cell.to_owned(), row.line, source);
        }
    }

    fn server(&mut self, row: &Row, source: &str) -> Result<()> {
        let name = row.cell("name").unwrap_or_default();
        let (url, variable) = (&["url"][..], &["default", "values"][..]);
        let (statements, others) = match name.contains('{') {
            true => (variable, url),
            false => (url, variable),
        };
        if let Some(other) = others.iter().find(|other| row.cell(other).is_some()) {
            return Err(self.error(row, format!("`{name}` has no `{other}`")));
        }
        for statement in statements {
            let cell = match (*statement, row.cell(statement)) {
                ("values", Some(cell)) => cell::sorted_values(cell),
                (_, cell) => cell.unwrap_or(NONE).to_owned(),
            };
            self.push(Place::Server(name.to_owned()), statement, cell, row.line, source);
        }
        Ok(())
    }

    fn prose(&mut self, row: &Row, section: &Section) -> Result<()> {
        let [name, kind, said] = ["name", "kind", "said"].map(|c| row.cell(c).unwrap_or_default());
        if !KINDS.contains(&kind) {
            let message = format!("`{kind}` is not one of `{}`", KINDS.join("`, `"));
            return Err(self.error(row, message));
        }
        let place = Place::Prose(name.to_owned());
        let mut others = self.claims.iter().filter(|claim| claim.line.of_api == self.of_api);
        if others.any(|claim| claim.place == place) {
            return Err(self.error(row, format!("`{name}` is in another section of prose")));
        }
        let source = section.source.as_deref().unwrap_or(if kind == NOTE { NOTE } else { "page" });
        if source == "page" && kind == "description" {
            self.constrains_nothing(row, said)?;
        }
        self.push(place, "said", self.told(row, "said")?.to_owned(), row.line, source);
        Ok(())
    }

    /// A cell of prose.
    fn told<'r>(&self, row: &'r Row, column: &str) -> Result<&'r str> {
        let cell = row.cell(column).filter(|cell| *cell != NONE);
        cell.ok_or_else(|| self.error(row, format!("`{column}` should say what the page says")))
    }

    /// Refuses prose that states what belongs in a column or a rule.
    fn constrains_nothing(&self, row: &Row, prose: &str) -> Result<()> {
        let words = prose.split_whitespace();
        let mut words = words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
        let constrains = |word: &&str| {
            let is_number = word.starts_with(|c: char| c.is_ascii_digit());
            is_number || CONSTRAINING.contains(&word.to_lowercase().as_str())
        };
        match words.find(constrains) {
            Some(word) => Err(self.error(
                row,
                format!("prose cannot constrain: `{word}` belongs in another column or a rule"),
            )),
            None => Ok(()),
        }
    }

    fn error(&self, row: &Row, message: String) -> Error {
        Error::new(self.file, format!("line {}", row.line), message)
    }

    fn row(&mut self, section: &Section, row: &Row, source: &str) -> Result<()> {
        let error = |message: String| self.error(row, message);
        let name = row.cell("name").unwrap_or_default().to_owned();
        let is_member = inside(&name).1.is_empty();
        let place = match section.place.as_str() {
            "path" | "query" | "header" => Place::Parameter(section.place.clone(), name),
            place if header_status(place).is_some() => Place::Parameter(place.to_owned(), name),
            _ => Place::Member(section.place.clone(), name),
        };
        let kind = row.cell("type").ok_or_else(|| error("a row needs a type".into()))?;
        let mut found = vec![("type".to_owned(), kind.to_owned())];
        match row.cell("required") {
            Some(_) if !is_member => return Err(error("an item has no `required`".into())),
            Some(required @ ("yes" | "no" | TODO)) => {
                found.push(("required".into(), required.into()))
            }
            Some(other) => return Err(error(format!("`{other}` should be `yes` or `no`"))),
            None if is_member && row.is_silent("required") => {
                return Err(error("`required` should be `yes` or `no`".into()));
            }
            None => {}
        }
        if let Some(limits) = row.cell("limits") {
            let (least, most) = cell::limits(limits)
                .ok_or_else(|| error(format!("`{limits}` should be limits such as `1..32`")))?;
            let names = limit_names(kind);
            found.push((names.0.into(), least.unwrap_or(NONE).into()));
            found.push((names.1.into(), most.unwrap_or(NONE).into()));
        }
        if let Some(values) = row.cell("values") {
            let values = self.page.values(values).map_err(error)?;
            found.push(("values".into(), cell::sorted_values(values)));
        }
        for column in ["default", "unit", "sample"].iter().chain(&KEYWORD_COLUMNS) {
            if let Some(cell) = row.cell(column) {
                found.push(((*column).into(), cell.trim_matches('`').into()));
            }
        }
        if row.cells.iter().any(|(column, _)| column == "description") {
            let described = self.told(row, "description")?;
            self.constrains_nothing(row, described)?;
            found.push(("description".into(), described.into()));
        }
        for (statement, value) in found {
            self.push(place.clone(), &statement, value, row.line, source);
        }
        if row.is_silent("sample") {
            self.push(place.clone(), "sample", NONE.to_owned(), row.line, source);
        }
        for statement in silences(row, kind) {
            self.push(place.clone(), statement, NONE.to_owned(), row.line, source);
        }
        Ok(())
    }
}

/// What a row is silent about although its table has a column for it.
fn silences(row: &Row, kind: &str) -> Vec<&'static str> {
    let mut found: Vec<&str> = ["default", "values", "unit"]
        .into_iter()
        .chain(KEYWORD_COLUMNS)
        .filter(|column| row.is_silent(column))
        .collect();
    if row.is_silent("limits") {
        let (least, most) = limit_names(kind);
        found.extend([least, most]);
    }
    found
}

/// The statements that limits of a type are about.
pub fn limit_names(kind: &str) -> (&'static str, &'static str) {
    if kind.starts_with("string") {
        ("minLength", "maxLength")
    } else if kind.starts_with("array") {
        ("minItems", "maxItems")
    } else {
        ("minimum", "maximum")
    }
}
