//! `cargo xtask growth`: what generation, compilation and the contract cost with more operations.
//!
//! The operations are copies of the real ones under other names, with specs and ledgers of their own,
//! in a copy of the project.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use cloudfn_codegen::contract::Contract;
use cloudfn_codegen::generate;
use cloudfn_codegen::ledger::Page;
use cloudfn_codegen::model::Spec;
use serde_json::{Map, Value};

use crate::contract;
use crate::files::{self, copy_changed, failed, names_in, read, write_changed};
use crate::process::seconds;
use crate::project::Project;
use crate::text::table;

/// What the copy leaves out, besides hidden files.
const LEFT_OUT: [&str; 4] = ["fuzz", "interop", "openapi", "target"];
const SCHEMAS: &str = "#/components/schemas/";

/// Measures the project with its operations so many times over, for each of `times`.
pub fn run(project: &Project, times: &[usize]) -> Result<(), String> {
    let folder = project.target.join("growth");
    let copy = Project { root: folder.join("project"), target: folder.join("target") };
    for name in names_in(&project.root)? {
        if !name.starts_with('.') && !LEFT_OUT.contains(&name.as_str()) {
            copy_changed(&project.root.join(&name), &copy.root.join(&name), &|text| text)?;
        }
    }
    std::env::set_var("CARGO_TARGET_DIR", &copy.target);
    std::env::set_var("CARGO_INCREMENTAL", "0");
    let mut rows = vec![HEADINGS.map(str::to_owned).to_vec()];
    for times in times {
        let operations = multiply(project, &copy.root, *times)?;
        let measured = measure(&copy)?;
        let cell = |[elapsed, used]: &[f64; 2]| {
            format!("{elapsed:.1} / {used:.1}: {:.2}", used / operations as f64)
        };
        rows.push([operations.to_string()].into_iter().chain(measured.iter().map(cell)).collect());
        println!("\n{}\n", table(&rows, 1, usize::MAX));
    }
    Ok(())
}

/// Each column has elapsed and CPU seconds, and CPU seconds of an operation.
const HEADINGS: [&str; 4] = ["operations", "generation", "compilation", "contract"];

/// What [`seconds`] says of generation, compilation of the library, and a contract that has run before.
fn measure(copy: &Project) -> Result<[[f64; 2]; 3], String> {
    contract::run(copy, true)?;
    let contract = seconds(|| contract::run(copy, false))?;
    let generation = seconds(|| generated(&copy.root))?;
    copy.build("--lib")?;
    files::touch(&copy.root.join("src/lib.rs"))?;
    let compilation = seconds(|| copy.build("--lib"))?;
    Ok([generation, compilation, contract])
}

/// Does what the build script of the project in `root` does.
fn generated(root: &Path) -> Result<(), String> {
    let specs = Spec::load_all(&root.join("openapi")).map_err(|e| e.to_string())?;
    let pages = Page::load_all(&root.join("openapi/ledger"), &specs).map_err(|e| e.to_string())?;
    let contract = Contract::unchecked(specs, &pages).map_err(|e| e.to_string())?;
    let mut clients = generate::clients(&contract);
    clients.try_for_each(|client| client.map(drop).map_err(|e| e.to_string()))
}

/// Writes the specs and ledgers into the project in `root`, each operation so many times over. Returns
/// how many there are.
pub fn multiply(project: &Project, root: &Path, times: usize) -> Result<usize, String> {
    let specs = Spec::load_all(&project.root.join("openapi")).map_err(|e| e.to_string())?;
    let (from, to) = (project.root.join("openapi"), root.join("openapi"));
    if to.exists() {
        fs::remove_dir_all(&to).map_err(|e| failed(&to, &e))?;
    }
    copy_changed(&from, &to, &|text| text)?;
    for spec in &specs {
        let document = spec.as_json();
        let mut pages = names_in(&from.join("ledger"))?;
        pages.retain(|name| name.starts_with(&format!("{}-", spec.api)));
        let names = Names {
            pages: pages.iter().filter_map(|name| name.split('.').next()).collect(),
            operations: spec.operations.iter().map(|operation| operation.id.as_str()).collect(),
            schemas: entries(&document["components"]["schemas"]).map(|(name, _)| name).collect(),
        };
        let mut multiplied = document.clone();
        for copy in 1..times {
            names.add(document, &mut multiplied, copy);
        }
        write_changed(&to.join(format!("{}.yaml", spec.api)), &multiplied.to_string())?;
        let shared = format!("ledger/{}.api.md", spec.api);
        write_changed(&to.join(&shared), &names.shared(&read(&from.join(&shared))?, times))?;
        for page in &pages {
            let text = read(&from.join("ledger").join(page))?;
            for copy in 1..times {
                let file = page.replacen('.', &format!("-c{copy}."), 1);
                write_changed(&to.join("ledger").join(file), &names.page(&text, copy))?;
            }
        }
    }
    Ok(specs.iter().map(|spec| spec.operations.len()).sum::<usize>() * times)
}

fn entries(object: &Value) -> impl Iterator<Item = (&str, &Value)> {
    object.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

/// What has another name in a copy of the operations of an API.
struct Names<'s> {
    /// The names of ledgers without their languages.
    pages: BTreeSet<&'s str>,
    operations: BTreeSet<&'s str>,
    schemas: BTreeSet<&'s str>,
}

impl Names<'_> {
    /// Adds a copy of the operations and schemas of a spec.
    fn add(&self, spec: &Value, to: &mut Value, copy: usize) {
        let paths = entries(&spec["paths"]);
        let paths = paths.map(|(path, item)| (format!("/c{copy}{path}"), renamed(item, copy)));
        let schemas = entries(&spec["components"]["schemas"]);
        let schemas = schemas.map(|(name, one)| (format!("{name}C{copy}"), renamed(one, copy)));
        let mut extend = |at: &str, more: Map<String, Value>| {
            to.pointer_mut(at)
                .and_then(Value::as_object_mut)
                .into_iter()
                .for_each(|all| all.extend(more.clone()));
        };
        extend("/paths", paths.collect());
        extend("/components/schemas", schemas.collect());
    }

    /// A ledger of a copy.
    fn page(&self, ledger: &str, copy: usize) -> String {
        let mut in_sample = false;
        let lines = ledger.lines().enumerate().map(|(index, line)| {
            in_sample ^= line.starts_with("```");
            match (in_sample, index) {
                (true, _) => line.to_owned(),
                (_, 1) => line.replacen(" /", &format!(" /c{copy}/"), 1),
                _ => self.words(line, copy),
            }
        });
        lines.collect::<Vec<_>>().join("\n") + "\n"
    }

    /// What is said once of all operations, said of their copies too.
    fn shared(&self, text: &str, times: usize) -> String {
        let mut sections = text.split("\n## ");
        let mut shared = sections.next().unwrap_or_default().to_owned();
        for section in sections {
            let applies = section.lines().find_map(|line| line.strip_prefix("applies to:"));
            let named = applies.is_some_and(|applies| {
                applies.split_whitespace().any(|name| !name.starts_with(['!', '*']))
            });
            let mut section = section.trim_end().to_owned();
            if let (Some(applies), false) = (applies, named) {
                let left_out = applies.split_whitespace().filter(|name| {
                    name.strip_prefix('!').is_some_and(|name| self.operations.contains(name))
                });
                let of_copies = left_out
                    .flat_map(|name| (1..times).map(move |copy| format!(" {name}_c{copy}")));
                let extended = format!("{applies}{}", of_copies.collect::<String>());
                section = section.replacen(applies, &extended, 1);
            }
            shared += &format!("\n## {section}\n");
            let mut others = section.lines().filter(|line| !line.starts_with("applies to:"));
            let copied =
                named || is_entry(&section) && others.any(|line| self.words(line, 0) != line);
            if copied {
                for copy in 1..times {
                    shared += &format!("\n## {}\n", self.section(&section, named, copy));
                }
            }
        }
        shared
    }

    /// A section of what is said once, for a copy. If it `named` no operations, what it claims without
    /// naming a schema already applies to the copy.
    fn section(&self, section: &str, named: bool, copy: usize) -> String {
        let applies_already = |line: &&str| {
            !named
                && section.starts_with("deviation ")
                && line.starts_with("claim:")
                && self.words(line, copy) == **line
        };
        let lines = section.lines().filter(|line| !applies_already(line));
        let lines = lines.map(|line| match line.starts_with("applies to:") && !named {
            true => line.to_owned(),
            false => self.words(line, copy),
        });
        let mut lines: Vec<String> = lines.collect();
        let heading = &mut lines[0];
        if is_entry(heading) {
            *heading += &format!("-c{copy}");
        }
        lines.join("\n")
    }

    /// A line with the names of a copy.
    fn words(&self, line: &str, copy: usize) -> String {
        let mut renamed = String::new();
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let length = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && !"_-".contains(c))
                .unwrap_or(rest.len());
            let (word, after) = rest.split_at(length.max(first.len_utf8()));
            let of_list = renamed.ends_with('#');
            renamed += word;
            match word {
                word if self.pages.contains(word) => renamed += &format!("-c{copy}"),
                word if self.operations.contains(word) => renamed += &format!("_c{copy}"),
                word if self.schemas.contains(word) && !of_list => renamed += &format!("C{copy}"),
                _ => {}
            }
            rest = after;
        }
        renamed
    }
}

/// Whether a section of what is said once has a name and claims.
fn is_entry(section: &str) -> bool {
    ["contradiction ", "deviation ", "rule "].iter().any(|kind| section.starts_with(kind))
}

/// A part of a spec with the operation IDs and schemas of a copy.
fn renamed(part: &Value, copy: usize) -> Value {
    let member = |(name, value): (&String, &Value)| {
        let value = match (name.as_str(), value) {
            ("$ref", Value::String(to)) if to.starts_with(SCHEMAS) => format!("{to}C{copy}").into(),
            ("operationId", Value::String(id)) => format!("{id}_c{copy}").into(),
            ("title", Value::String(title)) if part.get("enum").is_some() => {
                format!("{title}C{copy}").into()
            }
            _ => renamed(value, copy),
        };
        (name.clone(), value)
    };
    match part {
        Value::Object(members) => Value::Object(members.iter().map(member).collect()),
        Value::Array(items) => items.iter().map(|item| renamed(item, copy)).collect(),
        scalar => scalar.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_of_operations_keep_the_contract() {
        let project = Project::find();
        let root = project.target.join("tmp/growth");
        let operations = multiply(&project, &root, 2).unwrap();
        let contract = Contract::load(&root).unwrap();
        let ids: BTreeSet<_> =
            contract.specs.iter().flat_map(|spec| &spec.operations).map(|one| &one.id).collect();
        assert_eq!(ids.len(), operations);
        let findings: Vec<_> = contract.findings.iter().map(|found| found.details()).collect();
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }
}
