//! The snapshots of the contract suite: which are missing, and which were accepted.

use std::collections::BTreeMap;

use super::suite::Outcome;
use super::Failure;
use crate::project::Project;

/// Where they are, in the project.
const FOLDER: &str = "tests/contract/snapshots";
/// What the names of their tests begin with.
const TEST: &str = "snapshot::";
/// What to do about one that differs or is missing.
pub const REMEDY: &str =
    "read what is new; if it is meant, accept it: cargo xtask contract --accept";

/// Whether a test is about a snapshot.
pub fn is_of_one(test: &str) -> bool {
    test.starts_with(TEST)
}

/// The snapshots that there are, by their names.
pub struct Snapshots(BTreeMap<String, Vec<u8>>);

impl Snapshots {
    /// Those of the project.
    pub fn read(project: &Project) -> Self {
        let entries = std::fs::read_dir(project.root.join(FOLDER)).into_iter().flatten().flatten();
        let snapshots = entries.filter_map(|entry| {
            let name = entry.file_name().to_str()?.strip_suffix(".snap")?.to_owned();
            Some((name, std::fs::read(entry.path()).ok()?))
        });
        Self(snapshots.collect())
    }

    /// Those that are new or other than before, a line each.
    pub fn changed_since(&self, before: &Self) -> Vec<String> {
        let line = |(name, content): (&String, &Vec<u8>)| match before.0.get(name) {
            Some(old) if old == content => None,
            Some(_) => Some(format!("{FOLDER}/{name}.snap (changed)")),
            None => Some(format!("{FOLDER}/{name}.snap (new)")),
        };
        self.0.iter().filter_map(line).collect()
    }
}

/// The failed tests whose snapshots are missing.
pub fn missing<'o>(project: &Project, outcome: &'o Outcome) -> Vec<&'o str> {
    let there = Snapshots::read(project).0;
    let is_missing =
        |test: &&str| test.strip_prefix(TEST).is_some_and(|name| !there.contains_key(name));
    outcome.failures.keys().map(String::as_str).filter(is_missing).collect()
}

/// One failure for all snapshots that are missing.
pub fn failure(missing: &[&str]) -> Failure {
    let count = match missing.len() {
        1 => "1 snapshot is missing".to_owned(),
        count => format!("{count} snapshots are missing"),
    };
    let names: Vec<&str> = missing.iter().filter_map(|test| test.strip_prefix(TEST)).collect();
    let list = names.join("\n        ");
    let details = format!("    {count} in {FOLDER}:\n        {list}\n    do:     {REMEDY}");
    Failure { name: "snapshots".to_owned(), details }
}
