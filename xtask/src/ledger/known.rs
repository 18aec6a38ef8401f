//! Descriptions that the ledgers of an API already have.

use std::collections::BTreeMap;

use cloudfn_codegen::ledger::{Page, Section, TODO};

/// How often rows are described in one way, by their place and name.
#[derive(Default)]
pub struct Known(BTreeMap<(String, String), BTreeMap<String, usize>>);

/// Words of a text that may bind, so that a person has to read it.
const BINDING: [&str; 12] = [
    "mandatory",
    "required",
    "optional",
    "default",
    "must",
    "cannot",
    "only",
    "maximum",
    "minimum",
    "least",
    "most",
    "not",
];

impl Known {
    /// Counts the descriptions of a table.
    pub fn add(&mut self, section: &Section) {
        for row in &section.rows {
            let (Some(name), Some(said)) = (row.cell("name"), row.cell(column(section))) else {
                continue;
            };
            if said != TODO {
                let described = self.0.entry((place(section), name.to_owned())).or_default();
                *described.entry(said.to_owned()).or_default() += 1;
            }
        }
    }

    /// The draft of `page` with the descriptions that most of the rows with the same place and name
    /// have, and without their texts, unless these may bind.
    pub fn fill(&self, draft: &str, page: &Page) -> String {
        let mut lines: Vec<Option<String>> =
            draft.lines().map(|line| Some(line.to_owned())).collect();
        for section in &page.sections {
            for row in &section.rows {
                let Some(name) = row.cell("name") else { continue };
                let Some(said) = self.said(&place(section), name) else { continue };
                let Some(line) = lines[row.line - 1].as_mut() else { continue };
                if row.cell(column(section)) != Some(TODO) {
                    continue;
                }
                if let Some(at) = line.rfind(TODO) {
                    line.replace_range(at..at + TODO.len(), said);
                }
                let text = format!("{TODO} {name}: ");
                let below = lines[row.line..].iter_mut();
                let below = below.take_while(|l| l.as_ref().is_none_or(|l| !l.starts_with("## ")));
                let is_it = |line: &&mut Option<String>| {
                    line.as_ref().and_then(|l| l.strip_prefix(&text)).is_some_and(|l| !may_bind(l))
                };
                below.filter(is_it).for_each(|line| *line = None);
            }
        }
        let mut filled = String::new();
        for line in lines.iter().flatten() {
            if !(line.is_empty() && filled.ends_with("\n\n")) {
                filled += line;
                filled.push('\n');
            }
        }
        filled
    }

    /// What more than half of the rows say.
    fn said(&self, place: &str, name: &str) -> Option<&str> {
        let described = self.0.get(&(place.to_owned(), name.to_owned()))?;
        let all: usize = described.values().sum();
        let (said, count) = described.iter().max_by_key(|(_, count)| **count)?;
        (count * 2 > all).then_some(said)
    }
}

/// Where rows of the same name mean the same: a response is one whatever its status.
fn place(section: &Section) -> String {
    let place = section.place.split('.').next().unwrap_or_default();
    let of_header = section.place.ends_with(".header");
    if of_header {
        format!("{place}.header")
    } else {
        place.to_owned()
    }
}

/// The column with the words.
fn column(section: &Section) -> &'static str {
    if section.place == "prose" {
        "said"
    } else {
        "description"
    }
}

fn may_bind(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    text.contains(|c: char| c.is_ascii_digit())
        || words.any(|word| BINDING.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const HEAD: &str = "# rent_boat\nPOST /boats    statuses: 200 404\npage: \"Boats\" (en)\n";

    fn ledger(rows: &str) -> String {
        format!("{HEAD}\n## response.404\n| name | type | description |\n| ---- | ---- | ----------- |\n{rows}")
    }

    fn filled(known: [&str; 3], draft: &str) -> String {
        let read = |text: &str| Page::parse(Path::new("boats-rent.en.md"), text).unwrap();
        let mut all = Known::default();
        for said in known {
            let other = ledger(&format!("| code | string | {said} |\n"));
            read(&other).sections.iter().for_each(|section| all.add(section));
        }
        all.fill(draft, &read(draft))
    }

    #[test]
    fn what_most_ledgers_say_is_taken() {
        let draft = |cell: &str, notes: &str| {
            ledger(&format!("| code | string | {cell} |\n| more | string | TODO |\n\n{notes}"))
        };
        let more = "TODO more: More.\n";
        let code = "TODO code: Code.\nTODO more: More.\n";
        let binds = "TODO code: Code, which must be even.\nTODO more: More.\n";
        let one = ["its code", "its code", "a code"];
        assert_eq!(filled(one, &draft("TODO", code)), draft("its code", more));
        assert_eq!(filled(one, &draft("TODO", binds)), draft("its code", binds));
        let unread = ["its code", TODO, TODO];
        assert_eq!(filled(unread, &draft("TODO", code)), draft("its code", more));
        let many = ["its code", "the code", "a code"];
        assert_eq!(filled(many, &draft("TODO", code)), draft("TODO", code));
        assert_eq!(filled(one, &draft("own words", code)), draft("own words", code));
    }

    #[test]
    fn a_response_is_one_whatever_its_status() {
        let mut known = Known::default();
        let read = |text: &str| Page::parse(Path::new("boats-rent.en.md"), text).unwrap();
        let other = ledger("| code | string | its code |\n");
        read(&other).sections.iter().for_each(|section| known.add(section));
        let draft = ledger("| code | string | TODO |\n").replace("response.404", "response.200");
        assert!(known.fill(&draft, &read(&draft)).contains("its code"));
        let header = draft.replace("response.200", "response.200.header");
        assert!(!known.fill(&header, &read(&header)).contains("its code"));
    }
}
