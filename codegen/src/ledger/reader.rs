//! Reads ledger files.

use std::path::Path;

use serde_json::Value;

use super::api::{Api, Operator, Role};
use super::cell::sorted_values;
use super::entry::{Contradiction, Deviation, Reference, Row, Rule, Sample, Section};
use super::list::List;
use super::page::{share, Page};
use super::place::header_status;
use super::scope::Scope;
use crate::error::{files_in, Error, Result};
use crate::expression::Expression;
use crate::model::{Spec, METHODS};

/// Columns with a meaning of their own.
const COLUMNS: [&str; 9] =
    ["name", "type", "required", "limits", "default", "values", "unit", "sample", "description"];

/// Columns named like the keyword of a schema or a parameter that they state.
pub const KEYWORD_COLUMNS: [&str; 15] = [
    "pattern",
    "multipleOf",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "readOnly",
    "writeOnly",
    "deprecated",
    "additionalProperties",
    "style",
    "explode",
    "allowReserved",
    "allowEmptyValue",
];

/// The columns of a section that describes security.
pub const SECURITY_COLUMNS: [&str; 4] = ["name", "type", "header", "alternative"];
/// The columns of a section that lists base URLs and their variables.
const SERVER_COLUMNS: [&str; 4] = ["name", "url", "default", "values"];
/// The columns of a section of prose.
const PROSE_COLUMNS: [&str; 3] = ["name", "kind", "said"];

/// The key of what an entry of an API applies to.
const APPLIES_TO: &str = "applies to";

/// The key of who operates a service.
const OPERATOR: &str = "operator";

/// What the names of files about an API end with.
const OF_API: &str = ".api.md";

impl Page {
    /// Reads the ledger in `file`.
    pub fn load(file: &Path) -> Result<Self> {
        Self::parse(file, &text_of(file)?)
    }

    /// Reads every `*.md` in `folder`, in the order of their names. What is true of an API of
    /// `specs` goes to its pages.
    pub fn load_all(folder: &Path, specs: &[Spec]) -> Result<Vec<Self>> {
        let (apis, pages): (Vec<_>, Vec<_>) =
            files_in(folder, &["md"])?.into_iter().partition(|file| Api::is_in(file));
        if pages.is_empty() {
            return Err(Error::new(folder, "", "there is no ledger (*.md)"));
        }
        let pages: Result<Vec<Self>> = pages.iter().map(|file| Self::load(file)).collect();
        let apis: Result<Vec<Api>> = apis.iter().map(|file| Api::load(file)).collect();
        let mut pages = pages?;
        share(&mut pages, apis?, specs)?;
        Ok(pages)
    }

    /// Reads a ledger; `file` names it in errors.
    pub fn parse(file: &Path, text: &str) -> Result<Self> {
        let reader = Reader { file, of_api: false };
        let (head, blocks, todos) = reader.blocks(text)?;
        let mut page = reader.head(&head)?;
        page.todos = todos;
        for block in &blocks {
            reader.block(block, &mut page)?;
        }
        if page.sections.is_empty() {
            return Err(Error::new(file, "", "the ledger has no table"));
        }
        Ok(page)
    }
}

impl Api {
    /// Whether `file` is about an API, by its name.
    pub fn is_in(file: &Path) -> bool {
        file.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with(OF_API))
    }

    /// Reads what `file` says of an API.
    pub fn load(file: &Path) -> Result<Self> {
        Self::parse(file, &text_of(file)?)
    }

    /// Reads what is said of an API; `file` names it in errors.
    pub fn parse(file: &Path, text: &str) -> Result<Self> {
        let reader = Reader { file, of_api: true };
        let (head, blocks, todos) = reader.blocks(text)?;
        if let Some(line) = todos.first() {
            return Err(reader.error(*line, format!("`{TODO}` stands here")));
        }
        if head.level != 1 || head.heading.contains(char::is_whitespace) {
            return Err(reader.error(head.line, "a file about an API begins with `# name_of_api`"));
        }
        if let Some((line, _)) = head.lines.iter().find(|(_, line)| !line.trim().is_empty()) {
            return Err(reader.error(*line, "sections of a ledger begin with `## `"));
        }
        let mut found = Page::default();
        let (mut lists, mut operators) = (Vec::new(), Vec::new());
        for block in &blocks {
            match block.heading.split_once(' ').filter(|_| block.level == 2) {
                Some(("values", name)) => {
                    lists.push(reader.list(block, name, &lists)?);
                    continue;
                }
                Some((OPERATOR, name)) => {
                    operators.push(reader.operator(block, name, &operators)?);
                    continue;
                }
                Some(("rule", name)) => {
                    let same = found.rules.iter().find(|rule| rule.name == name);
                    reader.is_new(block, same.map(|rule| rule.line))?;
                }
                _ => {}
            }
            reader.block(block, &mut found)?;
            let last = found.sections.last().filter(|section| section.line == block.line);
            let of_page = match last {
                Some(section) => reader.is_of_page(section)?,
                None => !found.samples.is_empty(),
            };
            if of_page {
                let message = "this belongs to a page; of an API, there are `security`, `servers`, `header`, responses, prose, lists of values, operators, deviations, contradictions and rules";
                return Err(reader.error(block.line, message));
            }
        }
        let spelled_out = |deviation: &Deviation| deviation.spelled_out(&lists);
        let deviations = found.deviations.iter().map(spelled_out).collect::<Result<_, _>>();
        let deviations = deviations.map_err(|(line, message)| reader.error(line, message))?;
        for list in &mut lists {
            list.is_named = list.is_named_in(&found.deviations);
        }
        let api = Self {
            file: file.to_owned(),
            name: head.heading.to_owned(),
            sections: found.sections,
            rules: found.rules,
            lists,
            operators,
            deviations,
            contradictions: found.contradictions,
        };
        if let Some((line, operator)) = api.of_operators().find(|(_, o)| !api.has_operator(o)) {
            return Err(reader.error(line, format!("there is no `## operator {operator}` here")));
        }
        Ok(api)
    }

    /// The entries that are about one operator: their lines, and its name.
    fn of_operators(&self) -> impl Iterator<Item = (usize, &str)> {
        let lists = self.lists.iter().map(|list| (list.line, list.operator.as_ref()));
        let scopes = self.sections.iter().map(|section| (section.line, &section.scope));
        let scopes = scopes.chain(self.deviations.iter().map(|d| (d.line, &d.scope)));
        let scopes = scopes.chain(self.contradictions.iter().map(|c| (c.line, &c.scope)));
        let scopes = scopes.chain(self.rules.iter().map(|rule| (rule.line, &rule.scope)));
        let scopes =
            scopes.map(|(line, scope)| (line, scope.as_ref().and_then(|s| s.operator.as_ref())));
        lists.chain(scopes).filter_map(|(line, operator)| Some((line, operator?.as_str())))
    }
}

fn text_of(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).map_err(|e| Error::new(file, "", format!("cannot be read: {e}")))
}

/// A heading and the lines below it.
struct Block<'t> {
    line: usize,
    level: usize,
    heading: &'t str,
    lines: Vec<(usize, &'t str)>,
}

/// What stands where a person has to write something. A line that begins with it is a comment.
pub const TODO: &str = "TODO";

/// The blocks of a ledger, and the lines that are still `TODO`.
fn blocks(text: &str) -> (Vec<Block<'_>>, Vec<usize>) {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut todos = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        fenced ^= line.starts_with("```");
        if !fenced && line.split(|c: char| !c.is_alphanumeric()).any(|word| word == TODO) {
            todos.push(number);
            if line.starts_with(TODO) {
                continue;
            }
        }
        let level = line.chars().take_while(|c| *c == '#').count();
        if level > 0 && !fenced {
            blocks.push(Block {
                line: number,
                level,
                heading: line[level..].trim(),
                lines: Vec::new(),
            });
        } else if let Some(block) = blocks.last_mut() {
            block.lines.push((number, line));
        } else if !line.trim().is_empty() {
            blocks.push(Block { line: number, level: 0, heading: line, lines: Vec::new() });
        }
    }
    (blocks, todos)
}

struct Reader<'f> {
    file: &'f Path,
    /// Whether it is about an API.
    of_api: bool,
}

/// A line of the form `key: value`, continued on indented lines.
struct Entry {
    line: usize,
    key: String,
    value: String,
}

impl Reader<'_> {
    fn error(&self, line: usize, message: impl Into<String>) -> Error {
        Error::new(self.file, format!("line {line}"), message)
    }

    fn head(&self, block: &Block<'_>) -> Result<Page> {
        if block.level != 1 || block.heading.is_empty() {
            return Err(self.error(block.line, "a ledger begins with `# operation_id`"));
        }
        let mut lines = block.lines.iter().filter(|(_, line)| !line.trim().is_empty());
        let request_line = "the line `METHOD /path    statuses: …`";
        let (line, request) = lines
            .next()
            .ok_or_else(|| self.error(block.line, format!("{request_line} is missing")))?;
        let (request, statuses) = request
            .split_once("statuses:")
            .ok_or_else(|| self.error(*line, format!("this should be {request_line}")))?;
        let words: Vec<&str> = request.split_whitespace().collect();
        let (method, path) = match words[..] {
            [method, path] if METHODS.contains(&method.to_lowercase().as_str()) => (method, path),
            _ => return Err(self.error(*line, format!("this should be {request_line}"))),
        };
        let statuses: Vec<String> = statuses.split_whitespace().map(str::to_owned).collect();
        if statuses.is_empty() {
            return Err(self.error(*line, "the statuses are missing"));
        }
        let rest: Vec<(usize, &str)> = lines.copied().collect();
        let entries = self.entries(&rest, &["page", "source", OPERATOR])?;
        let page = self.one(block, &entries, "page")?;
        let (title, language) = page
            .value
            .strip_prefix('"')
            .and_then(|rest| rest.rsplit_once("\" ("))
            .and_then(|(title, rest)| Some((title, rest.strip_suffix(')')?)))
            .ok_or_else(|| self.error(page.line, "this should be `page: \"Title\" (language)`"))?;
        Ok(Page {
            file: self.file.to_owned(),
            operation: block.heading.to_owned(),
            method: method.to_owned(),
            path: path.to_owned(),
            statuses,
            url_source: value(&entries, "source"),
            title: title.to_owned(),
            language: language.to_owned(),
            title_line: page.line,
            operator: value(&entries, OPERATOR),
            operator_line: line_of(&entries, OPERATOR),
            ..Page::default()
        })
    }

    /// The head of a ledger, the blocks below it, and the lines that are still to be written.
    fn blocks<'t>(&self, text: &'t str) -> Result<(Block<'t>, Vec<Block<'t>>, Vec<usize>)> {
        let (blocks, todos) = blocks(text);
        let mut blocks = blocks.into_iter();
        let head = blocks.next().ok_or_else(|| Error::new(self.file, "", "the ledger is empty"))?;
        Ok((head, blocks.collect(), todos))
    }

    /// Whether a section belongs to a page and not to an API. The roles of headers are checked.
    fn is_of_page(&self, section: &Section) -> Result<bool> {
        for row in section.rows.iter().filter(|_| section.place == "header") {
            let is_type = row.cell("name").is_some_and(|n| n.eq_ignore_ascii_case("Content-Type"));
            let message = match row.cell("role").map(Role::parse) {
                Some(None) => "`role` should be `credential` or `media type`",
                Some(Some(Role::MediaType)) if !is_type => {
                    "the media type of the body is in `Content-Type` alone"
                }
                Some(Some(Role::Credential)) | None if is_type => {
                    "the role of `Content-Type` is `media type`"
                }
                Some(Some(_)) if row.cell("required").is_none() => {
                    "`required` should be `yes` or `no`"
                }
                _ => continue,
            };
            return Err(self.error(row.line, message));
        }
        let is_of_api =
            ["security", "servers", "header", "prose"].contains(&section.place.as_str());
        Ok(!is_of_api && !section.place.starts_with("response."))
    }

    /// What an entry of an API applies to.
    fn scope(&self, entries: &[Entry]) -> Result<Option<Scope>> {
        let mut named = entries.iter().filter(|entry| entry.key == APPLIES_TO);
        let scope = match (named.next(), named.next()) {
            (_, Some(second)) => Err((second, format!("`{APPLIES_TO}:` stands twice"))),
            (None, None) => Ok(Scope::all()),
            (Some(entry), None) => Scope::parse(&entry.value).map_err(|message| (entry, message)),
        };
        let mut scope = scope.map_err(|(entry, message)| self.error(entry.line, message))?;
        scope.operator = value(entries, OPERATOR);
        Ok(self.of_api.then_some(scope))
    }

    /// The keys that an entry may have: that of an API also says what it applies to.
    fn keys<'k>(&self, keys: &[&'k str]) -> Vec<&'k str> {
        let of_api: &[&str] = if self.of_api { &[APPLIES_TO, OPERATOR] } else { &[] };
        [keys, of_api].concat()
    }

    fn list(&self, block: &Block<'_>, name: &str, others: &[List]) -> Result<List> {
        let same = others.iter().find(|list| list.name == name).map(|list| list.line);
        self.is_new(block, same)?;
        let entries = self.entries(&block.lines, &["values", "source", OPERATOR])?;
        Ok(List {
            line: block.line,
            name: name.to_owned(),
            values: self.one(block, &entries, "values")?.value.clone(),
            source: self.one(block, &entries, "source")?.value.clone(),
            operator: value(&entries, OPERATOR),
            is_named: false,
        })
    }

    fn operator(&self, block: &Block<'_>, name: &str, others: &[Operator]) -> Result<Operator> {
        let same = others.iter().find(|operator| operator.name == name);
        self.is_new(block, same.map(|operator| operator.line))?;
        let entries = self.entries(&block.lines, &["what"])?;
        let what = self.one(block, &entries, "what")?.value.clone();
        Ok(Operator { line: block.line, name: name.to_owned(), what })
    }

    /// Refuses a block that stands at another line already.
    fn is_new(&self, block: &Block<'_>, other: Option<usize>) -> Result<()> {
        let message = |other| format!("`## {}` stands at line {other} already", block.heading);
        other.map_or(Ok(()), |other| Err(self.error(block.line, message(other))))
    }

    fn block(&self, block: &Block<'_>, page: &mut Page) -> Result<()> {
        if block.level != 2 {
            return Err(self.error(block.line, "sections of a ledger begin with `## `"));
        }
        let words: Vec<&str> = block.heading.split_whitespace().collect();
        match words[..] {
            [] => return Err(self.error(block.line, "this heading is empty")),
            ["sample", place, name] => page.samples.push(self.sample(block, place, name)?),
            ["deviation", name] => page.deviations.push(self.deviation(block, name)?),
            ["contradiction", name] => page.contradictions.push(self.contradiction(block, name)?),
            ["rule", name] => page.rules.push(self.rule(block, name)?),
            ["sample" | "deviation" | "contradiction" | "rule", ..] => {
                let message = format!("`## {}` should be followed by one name", words[0]);
                return Err(self.error(block.line, message));
            }
            _ => {
                for section in self.sections(block)? {
                    let same = page.sections.iter().find(|other| {
                        other.place == section.place
                            && other.uses == section.uses
                            && other.source == section.source
                            && other.scope == section.scope
                    });
                    if let Some(other) = same {
                        let message = match other.line == section.line {
                            true => format!("`{}` stands twice in this heading", section.place),
                            false => format!("this section stands at line {} already", other.line),
                        };
                        return Err(self.error(block.line, message));
                    }
                    page.sections.push(section);
                }
            }
        }
        Ok(())
    }

    /// The section of a heading; one for each response if it has several.
    fn sections(&self, block: &Block<'_>) -> Result<Vec<Section>> {
        let (place, uses) = match block.heading.split_once('(') {
            Some((place, rest)) => {
                let uses = rest.strip_suffix(')').ok_or_else(|| {
                    self.error(block.line, "the bracket of this heading is not closed")
                })?;
                (place, uses.split(',').map(|u| u.trim().to_owned()).collect())
            }
            None => (block.heading, Vec::new()),
        };
        let (place, whole) = match place.split_once(':') {
            Some((place, whole)) => (place, Some(whole.trim().to_owned())),
            None => (place, None),
        };
        let places: Vec<&str> = place.split_whitespace().collect();
        let are_responses = places.iter().all(|place| place.starts_with("response."));
        if places.is_empty() || (places.len() != 1 && !are_responses) {
            let message = format!("`{}` is not a place of an operation", block.heading);
            return Err(self.error(block.line, message));
        }
        let (table, other): (Vec<_>, Vec<_>) =
            block.lines.iter().copied().partition(|(_, line)| line.starts_with('|'));
        let is_body = |place: &&str| {
            *place == "request"
                || (place.starts_with("response.") && header_status(place).is_none())
        };
        let keys: &[&str] =
            if places.iter().all(is_body) { &["source", MEDIA] } else { &["source"] };
        let entries = self.entries(&other, &self.keys(keys))?;
        let scope = self.scope(&entries)?;
        let media = match entries.iter().any(|entry| entry.key == MEDIA) {
            true => Some(self.one(block, &entries, MEDIA)?),
            false => None,
        };
        let media = media.map(|entry| (entry.line, sorted_values(&entry.value)));
        let rows = self.table(block, places[0], &table)?;
        if rows.is_empty() && whole.is_none() && media.is_none() {
            return Err(self.error(block.line, "this section has no rows"));
        }
        let section = |place: &&str| Section {
            line: block.line,
            source: value(&entries, "source"),
            scope: scope.clone(),
            place: (*place).to_owned(),
            uses: uses.clone(),
            whole: whole.clone(),
            media: media.clone(),
            rows: rows.clone(),
        };
        Ok(places.iter().map(section).collect())
    }

    fn table(&self, block: &Block<'_>, place: &str, lines: &[(usize, &str)]) -> Result<Vec<Row>> {
        let Some(((line, head), rest)) = lines.split_first() else {
            return Ok(Vec::new());
        };
        let columns = cells(head);
        for column in &columns {
            let known = match place {
                "security" => SECURITY_COLUMNS.contains(&column.as_str()),
                "servers" => SERVER_COLUMNS.contains(&column.as_str()),
                "prose" => PROSE_COLUMNS.contains(&column.as_str()),
                "header" if self.of_api && column == "role" => true,
                _ => {
                    COLUMNS.contains(&column.as_str()) || KEYWORD_COLUMNS.contains(&column.as_str())
                }
            };
            if !known {
                return Err(self.error(*line, format!("`{column}` is not a column of a ledger")));
            }
        }
        if columns.first().map(String::as_str) != Some("name") {
            return Err(self.error(*line, "the first column should be `name`"));
        }
        let is_rule = |line: &str| {
            cells(line).iter().all(|c| !c.is_empty() && c.chars().all(|c| c == '-' || c == ':'))
        };
        let Some((_, rest)) = rest.split_first().filter(|((_, rule), _)| is_rule(rule)) else {
            return Err(self.error(*line, "below the columns a line of dashes is missing"));
        };
        let mut rows: Vec<Row> = Vec::new();
        for (line, text) in rest {
            let found = cells(text);
            if found.len() != columns.len() {
                let message =
                    format!("{} cells in a table of {} columns", found.len(), columns.len());
                return Err(self.error(*line, message));
            }
            let cells = columns.iter().cloned().zip(found);
            let row = Row { line: *line, cells: cells.collect() };
            let Some(name) = row.cell("name") else {
                return Err(self.error(*line, "a row needs a name"));
            };
            if let Some(other) = rows.iter().find(|other| other.cell("name") == Some(name)) {
                let message = format!("`{name}` stands at line {} already", other.line);
                return Err(self.error(*line, message));
            }
            rows.push(row);
        }
        if rows.is_empty() {
            return Err(self.error(block.line, "this table has no rows"));
        }
        Ok(rows)
    }

    fn sample(&self, block: &Block<'_>, place: &str, name: &str) -> Result<Sample> {
        let mut fenced = false;
        let mut json = String::new();
        let mut other = Vec::new();
        for (line, text) in &block.lines {
            if text.starts_with("```") {
                fenced = !fenced;
            } else if fenced {
                json.push_str(text);
                json.push('\n');
            } else {
                other.push((*line, *text));
            }
        }
        if fenced {
            return Err(self.error(block.line, "the sample is not closed with ```"));
        }
        let entries = self.entries(&other, &["source"])?;
        let value_of = serde_json::from_str(&json)
            .map_err(|e| self.error(block.line, format!("the sample is not JSON: {e}")))?;
        Ok(Sample {
            line: block.line,
            place: place.to_owned(),
            name: name.to_owned(),
            source: value(&entries, "source"),
            value: value_of,
            json,
        })
    }

    fn deviation(&self, block: &Block<'_>, name: &str) -> Result<Deviation> {
        let entries =
            self.entries(&block.lines, &self.keys(&["claim", "spec", "source", "why"]))?;
        Ok(Deviation {
            line: block.line,
            name: name.to_owned(),
            claims: self.references(block, &entries)?,
            spec: self.one(block, &entries, "spec")?.value.clone(),
            source: self.one(block, &entries, "source")?.value.clone(),
            why: self.one(block, &entries, "why")?.value.clone(),
            scope: self.scope(&entries)?,
        })
    }

    fn contradiction(&self, block: &Block<'_>, name: &str) -> Result<Contradiction> {
        let entries = self.entries(&block.lines, &self.keys(&["claim", "why"]))?;
        let claims = self.references(block, &entries)?;
        if claims.len() < 2 {
            return Err(self.error(block.line, "a contradiction is between two claims or more"));
        }
        Ok(Contradiction {
            line: block.line,
            name: name.to_owned(),
            claims,
            why: self.one(block, &entries, "why")?.value.clone(),
            scope: self.scope(&entries)?,
        })
    }

    fn references(&self, block: &Block<'_>, entries: &[Entry]) -> Result<Vec<Reference>> {
        let claims: Result<Vec<_>> = entries
            .iter()
            .filter(|entry| entry.key == "claim")
            .map(|entry| {
                let (claim, value) = entry.value.split_once(" = ").ok_or_else(|| {
                    self.error(entry.line, "this should be `claim: place/name::statement = value`")
                })?;
                Ok(Reference {
                    claim: claim.trim().to_owned(),
                    value: value.trim().to_owned(),
                    line: entry.line,
                })
            })
            .collect();
        let claims = claims?;
        if claims.is_empty() {
            return Err(self.error(block.line, "`claim:` is missing"));
        }
        Ok(claims)
    }

    fn rule(&self, block: &Block<'_>, name: &str) -> Result<Rule> {
        let keys =
            ["on", "text", "source", "check", "widens", "unchecked", "holds", "fails", "broken by"];
        let entries = self.entries(&block.lines, &self.keys(&keys))?;
        let json = |key: &str| -> Result<Vec<Value>> {
            let of_key = entries.iter().filter(|entry| entry.key == key);
            of_key
                .map(|entry| {
                    serde_json::from_str(&entry.value)
                        .map_err(|e| self.error(entry.line, format!("`{key}:` is not JSON: {e}")))
                })
                .collect()
        };
        let rule = Rule {
            line: block.line,
            name: name.to_owned(),
            on: self.one(block, &entries, "on")?.value.clone(),
            text: self.one(block, &entries, "text")?.value.clone(),
            source: value(&entries, "source").unwrap_or_else(|| "page".to_owned()),
            check: entries
                .iter()
                .find(|entry| entry.key == "check")
                .map(|entry| {
                    Expression::parse(&entry.value)
                        .map_err(|e| self.error(entry.line, format!("`check:`, {e}")))
                })
                .transpose()?,
            widens: value(&entries, "widens"),
            unchecked: value(&entries, "unchecked"),
            holds: json("holds")?,
            fails: json("fails")?,
            broken_by: entries
                .iter()
                .filter(|entry| entry.key == "broken by")
                .map(|entry| entry.value.clone())
                .collect(),
            scope: self.scope(&entries)?,
        };
        if rule.check.is_some() == rule.unchecked.is_some() {
            let message = "a rule has either `check:` or `unchecked:` with the reason";
            return Err(self.error(block.line, message));
        }
        if rule.check.is_some() && (rule.holds.is_empty() || rule.fails.is_empty()) {
            let message = "a check needs a value on which it `holds:` and one on which it `fails:`";
            return Err(self.error(block.line, message));
        }
        Ok(rule)
    }

    fn entries(&self, lines: &[(usize, &str)], keys: &[&str]) -> Result<Vec<Entry>> {
        let mut entries: Vec<Entry> = Vec::new();
        for (line, text) in lines.iter().filter(|(_, text)| !text.trim().is_empty()) {
            if text.starts_with(char::is_whitespace) {
                let Some(entry) = entries.last_mut() else {
                    return Err(self.error(*line, "this line continues nothing"));
                };
                entry.value.push(' ');
                entry.value.push_str(text.trim());
                continue;
            }
            let (key, value) = text
                .split_once(':')
                .filter(|(key, value)| keys.contains(key) && !value.trim().is_empty())
                .ok_or_else(|| {
                    let keys = keys.join("`, `");
                    self.error(
                        *line,
                        format!(
                            "expected a line that begins with one of `{keys}`, a colon and a value"
                        ),
                    )
                })?;
            entries.push(Entry {
                line: *line,
                key: key.to_owned(),
                value: value.trim().to_owned(),
            });
        }
        Ok(entries)
    }

    fn one<'e>(&self, block: &Block<'_>, entries: &'e [Entry], key: &str) -> Result<&'e Entry> {
        let mut of_key = entries.iter().filter(|entry| entry.key == key);
        let first =
            of_key.next().ok_or_else(|| self.error(block.line, format!("`{key}:` is missing")))?;
        match of_key.next() {
            Some(second) => Err(self.error(second.line, format!("`{key}:` stands twice"))),
            None => Ok(first),
        }
    }
}

/// The key of the line that lists the media types of a body.
const MEDIA: &str = "media";

fn line_of(entries: &[Entry], key: &str) -> usize {
    entries.iter().find(|entry| entry.key == key).map_or(0, |entry| entry.line)
}

fn value(entries: &[Entry], key: &str) -> Option<String> {
    let mut of_key = entries.iter().filter(|entry| entry.key == key);
    of_key.next().map(|entry| entry.value.clone())
}

/// The cells of a line of a Markdown table; `\|` is a bar in a cell.
fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().trim_start_matches('|');
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    let mut cells: Vec<String> = Vec::new();
    for part in inner.split('|') {
        match cells.last_mut().filter(|before| before.ends_with('\\')) {
            Some(before) => before.replace_range(before.len() - 1.., &["|", part].concat()),
            None => cells.push(part.to_owned()),
        }
    }
    cells.into_iter().map(|cell| cell.trim().to_owned()).collect()
}
