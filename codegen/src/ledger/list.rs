//! Values of an enumeration that are said once for an API.

use super::entry::{Deviation, Section};

/// A list of values with a name.
#[derive(Clone, Debug)]
pub struct List {
    /// Line of its heading.
    pub line: usize,
    /// Its name.
    pub name: String,
    /// The values, as a cell has them.
    pub values: String,
    /// Where they come from: sources, or ledgers.
    pub source: String,
    /// Whose list it is, if not the vendor's.
    pub operator: Option<String>,
    /// Whether the file about the API itself names it.
    pub is_named: bool,
}

impl List {
    /// Whether one of `deviations` names it.
    pub fn is_named_in(&self, deviations: &[Deviation]) -> bool {
        let values = |deviation: &Deviation| {
            let claims = deviation.claims.iter().map(|reference| reference.value.clone());
            claims.chain([deviation.spec.clone()]).collect::<Vec<_>>()
        };
        deviations.iter().flat_map(values).any(|text| name_in(&text) == Some(&self.name))
    }

    /// Whether a row of one of `sections` names it.
    pub fn is_named_in_rows(&self, sections: &[Section]) -> bool {
        let rows = sections.iter().flat_map(|section| &section.rows);
        let mut cells = rows.filter_map(|row| row.cell("values"));
        cells.any(|cell| name_in(cell) == Some(&self.name))
    }
}

/// The name of the list that a cell stands for: `#Runtime`.
fn name_in(cell: &str) -> Option<&str> {
    cell.strip_prefix('#').filter(|name| !name.contains(char::is_whitespace))
}

/// The values of the list that `cell` names, or else the cell.
pub fn spelled_out<'l>(lists: &'l [List], cell: &'l str) -> Result<&'l str, String> {
    let Some(name) = name_in(cell) else { return Ok(cell) };
    let list = lists.iter().find(|list| list.name == name);
    let message = || format!("the file about the API has no `## values {name}`");
    list.map(|list| list.values.as_str()).ok_or_else(message)
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
            let values = spelled_out(lists, &reference.value);
            reference.value = values.map_err(|message| (reference.line, message))?.to_owned();
        }
        if is_about_values {
            let values = spelled_out(lists, &self.spec);
            found.spec = values.map_err(|message| (self.line, message))?.to_owned();
        }
        Ok(found)
    }
}
