//! The snapshots of the contract suite: missing and accepted ones.

use std::collections::BTreeMap;

use super::Failure;
use crate::project::Project;

/// Their folder in the project.
const FOLDER: &str = "tests/contract/snapshots";
/// The prefix of the names of their tests.
const TEST: &str = "snapshot::";
/// What to do if one differs or is missing.
pub const REMEDY: &str =
    "read the change; if it is intended, accept it: cargo xtask contract --accept";

/// Whether a test is about a snapshot.
pub fn is_of_one(test: &str) -> bool {
    test.starts_with(TEST)
}

/// The existing snapshots, by name.
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

    /// The new and changed ones, one per line.
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
pub fn missing<'f>(project: &Project, failures: &'f BTreeMap<String, String>) -> Vec<&'f str> {
    let there = Snapshots::read(project).0;
    let is_missing =
        |test: &&str| test.strip_prefix(TEST).is_some_and(|name| !there.contains_key(name));
    failures.keys().map(String::as_str).filter(is_missing).collect()
}

/// A single failure for all missing snapshots.
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
