//! What the ledgers of an API already have of a draft.

use std::collections::{BTreeMap, BTreeSet};

use cloudfn_codegen::ledger::{values_of, Api, Page, Row, Section, TODO};

/// What ledgers say of rows, and what the file about the API says for them.
#[derive(Default)]
pub struct Known {
    /// How often rows are described in one way, by their place, name and model.
    rows: BTreeMap<(String, String, String), BTreeMap<String, usize>>,
    /// The descriptions of the members of each body and type.
    bodies: Vec<BTreeMap<String, String>>,
    /// The prose that the file about the API says for all pages.
    prose: BTreeSet<[String; 3]>,
    /// The lists of values of the API, by their names.
    lists: Vec<(String, BTreeSet<String>)>,
}

/// Words of a text that may bind, so that a person has to read it.
const BINDING: &str =
    "mandatory required optional default must cannot only maximum minimum least most not";

impl Known {
    /// Counts the descriptions of a table.
    pub fn add(&mut self, section: &Section) {
        let mut body = BTreeMap::new();
        for row in &section.rows {
            let (Some(name), Some(said)) = (row.cell("name"), row.cell(column(section))) else {
                continue;
            };
            if said != TODO {
                *self
                    .rows
                    .entry(key(section, row, name))
                    .or_default()
                    .entry(said.to_owned())
                    .or_default() += 1;
                body.insert(name.to_owned(), said.to_owned());
            }
        }
        if is_body(section) {
            self.bodies.push(body);
        }
    }

    /// Takes the lists of an API, and the prose that it says for `page`.
    pub fn add_api(&mut self, api: &Api, page: &Page) {
        for section in page.sections_of(api).filter(|section| section.place == "prose") {
            let cells =
                |row: &Row| PROSE.map(|column| row.cell(column).unwrap_or_default().to_owned());
            self.prose.extend(section.rows.iter().map(cells));
        }
        let lists = api.lists.iter();
        let lists = lists.filter(|list| list.operator.is_none() || list.operator == page.operator);
        let values = |text: &str| values_of(text).into_iter().collect();
        self.lists.extend(lists.map(|list| (list.name.clone(), values(&list.values))));
    }

    /// The draft of `page` with the descriptions that most of the rows with the same place and name
    /// have, and without their texts, unless these may bind; with those of a body that has most of
    /// the members, and their texts; with names of lists; and without the prose of the API.
    pub fn fill(&self, draft: &str, page: &Page) -> String {
        let mut lines: Vec<Option<String>> =
            draft.lines().map(|line| Some(line.to_owned())).collect();
        for section in &page.sections {
            let like = self.like(section);
            for row in &section.rows {
                let Some(name) = row.cell("name") else { continue };
                let Some(line) = lines[row.line - 1].as_mut() else { continue };
                if let Some((cell, list)) = self.list(row) {
                    *line = line.replacen(cell, &format!("#{list}"), 1);
                }
                let known = self.said(&key(section, row, name));
                let similar = || like.and_then(|body| body.get(name).map(String::as_str));
                let is_of_api = section.place == "prose" && self.is_said_by_api(row);
                let is_open = row.cell(column(section)) == Some(TODO);
                if is_open {
                    if let (Some(said), Some(at)) = (known.or_else(similar), line.rfind(TODO)) {
                        line.replace_range(at.., &format!("{said} |"));
                    }
                }
                if is_of_api {
                    lines[row.line - 1] = None;
                }
                if !is_of_api && (known.is_none() || !is_open) {
                    continue;
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
    fn said(&self, key: &(String, String, String)) -> Option<&str> {
        let described = self.rows.get(key)?;
        let all: usize = described.values().sum();
        let (said, count) = described.iter().max_by_key(|(_, count)| **count)?;
        (count * 2 > all).then_some(said)
    }

    /// The body or type that describes most of the members of a section.
    fn like(&self, section: &Section) -> Option<&BTreeMap<String, String>> {
        let names: BTreeSet<&str> =
            section.rows.iter().filter_map(|row| row.cell("name")).collect();
        let shared = |body: &BTreeMap<String, String>| {
            body.keys().filter(|name| names.contains(name.as_str())).count()
        };
        let found = self.bodies.iter().filter(|_| is_body(section)).max_by_key(|b| shared(b))?;
        (shared(found) > 2 && shared(found) * 2 > names.len()).then_some(found)
    }

    /// The values of a row, and the name of the list that has them.
    fn list<'a>(&'a self, row: &'a Row) -> Option<(&'a str, &'a str)> {
        let cell = row.cell("values")?;
        let values: BTreeSet<String> = values_of(cell).into_iter().collect();
        let (name, _) = self.lists.iter().find(|(_, listed)| *listed == values)?;
        Some((cell, name))
    }

    /// Whether the file about the API says what a row of prose says, or has yet to say.
    fn is_said_by_api(&self, row: &Row) -> bool {
        let [name, kind, said] = PROSE.map(|column| row.cell(column).unwrap_or_default());
        let is_it = |own: &[String; 3]| own[0] == name && own[1] == kind;
        self.prose.iter().any(|own| is_it(own) && (said == TODO || own[2] == said))
    }
}

/// The columns of a table of prose.
const PROSE: [&str; 3] = ["name", "kind", "said"];

/// Place, name and model of a row: rows whose models differ are not the same.
fn key(section: &Section, row: &Row, name: &str) -> (String, String, String) {
    let kind = row.cell("type").and_then(|kind| kind.split(' ').next_back()).unwrap_or_default();
    let is_model = kind.starts_with(|c: char| c.is_ascii_uppercase());
    (place(section), name.to_owned(), if is_model { kind.to_owned() } else { String::new() })
}

fn is_body(section: &Section) -> bool {
    let others = ["path", "query", "header", "prose", "security", "servers"];
    !others.contains(&section.place.as_str()) && !section.place.ends_with(".header")
}

/// Where rows of the same name mean the same: a response is one whatever its status.
fn place(section: &Section) -> String {
    let place = section.place.split('.').next().unwrap_or_default();
    let suffix = if section.place.ends_with(".header") { ".header" } else { "" };
    format!("{place}{suffix}")
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
        || words.any(|word| BINDING.split(' ').any(|binding| binding == word.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const HEAD: &str = "# rent_boat\nPOST /boats    statuses: 200 404\npage: \"Boats\" (en)\n";

    fn ledger(rows: &str) -> String {
        format!("{HEAD}\n## response.404\n| name | type | description |\n| ---- | ---- | ----------- |\n{rows}")
    }

    fn read(text: &str) -> Page {
        Page::parse(Path::new("boats-rent.en.md"), text).unwrap()
    }

    /// What is known from ledgers with these rows.
    fn known(ledgers: &[&str]) -> Known {
        let mut known = Known::default();
        for rows in ledgers {
            read(&ledger(rows)).sections.iter().for_each(|section| known.add(section));
        }
        known
    }

    fn filled_by(known: &Known, draft: &str) -> String {
        known.fill(draft, &read(draft))
    }

    fn filled(said: [&str; 3], draft: &str) -> String {
        let rows = said.map(|said| format!("| code | string | {said} |\n"));
        filled_by(&known(&rows.each_ref().map(String::as_str)), draft)
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
        let known = known(&["| code | string | its code |\n"]);
        let draft = ledger("| code | string | TODO |\n").replace("response.404", "response.200");
        assert!(filled_by(&known, &draft).contains("its code"));
        let header = draft.replace("response.200", "response.200.header");
        assert!(!filled_by(&known, &header).contains("its code"));
    }

    #[test]
    fn a_row_of_another_model_is_another() {
        let known = known(&["| crew | array of Sailor | its crew |\n| size | long | its size |\n"]);
        let draft = |crew: &str, size: &str| {
            ledger(&format!("| crew | array of Guest | {crew} |\n| size | integer | {size} |\n"))
        };
        assert_eq!(filled_by(&known, &draft("TODO", "TODO")), draft("TODO", "its size"));
    }

    #[test]
    fn a_body_with_most_of_the_members_describes_them_and_leaves_their_texts() {
        let row = |name: &str, said: &str| format!("| {name} | string | {said} |\n");
        let rows = |said: [&str; 3]| {
            ["id", "mast", "keel"]
                .iter()
                .zip(said)
                .map(|(name, said)| row(name, said))
                .collect::<String>()
        };
        let known = known(&[&rows(["its ID", "its mast", "its keel"])]);
        let texts = "\nTODO id: ID.\nTODO mast: Mast.\n";
        let other = |said, more: &str| {
            ledger(&format!("{}{more}{texts}", rows(said)))
                .replace("## response.404", "## Boat (response.404)")
        };
        let (open, described) = ([TODO; 3], ["its ID", "its mast", "its keel"]);
        let two_more = row("age", TODO) + &row("flag", TODO);
        assert_eq!(filled_by(&known, &other(open, &two_more)), other(described, &two_more));
        let many_more = format!("{two_more}{}", row("oars", TODO));
        assert_eq!(filled_by(&known, &other(open, &many_more)), other(open, &many_more));
        // Parameters are no body.
        let query = |said| other(said, "").replace("## Boat (response.404)", "## query");
        assert_eq!(filled_by(&known, &query(open)), query(open));
    }

    #[test]
    fn what_the_api_says_is_left_to_it() {
        let api = "# boats\n\n## values Rig\nsource: page\nvalues: sloop `Gaff Rig`\n\n## prose\n\
            | name | kind | said |\n| ---- | ---- | ---- |\n\
            | heading-uri | navigation | uri |\n| list | link | the errors |\n";
        let api = Api::parse(Path::new("boats.api.md"), api).unwrap();
        let draft = |values: &str, prose: &str| {
            format!(
                "{HEAD}\n## response.404\n| name | type | values | description |\n| - | - | - | - |\n\
                | rig | string | {values} | its rig |\n\n## prose\n| name | kind | said |\n| - | - | - |\n{prose}"
            )
        };
        let own = "| more | navigation | uri |\n";
        let shared = "| heading-uri | navigation | uri |\n";
        let open = "| list | link | TODO |\n";
        let text = "\nTODO list: errors\n";
        let mut known = Known::default();
        let before = draft("`Gaff Rig` sloop", &format!("{own}{shared}{open}{text}"));
        known.add_api(&api, &read(&before));
        assert_eq!(filled_by(&known, &before), draft("#Rig", &format!("{own}\n")));
        for own in ["| heading-uri | navigation | where |\n", "| heading-uri | code | uri |\n"] {
            let other = draft("sloop", own);
            assert_eq!(filled_by(&known, &other), other);
        }
    }
}
