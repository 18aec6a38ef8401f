//! Copies of the project whose libraries have mutants beside the client.
//!
//! There is one for each processor, since a library is compiled on one; they are packages of one
//! workspace, so that one call of cargo builds them all.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use serde_json::Value;

use super::manifest;
use crate::project::Project;

/// What a copy has no need of, beside what is hidden.
const LEFT_OUT: [&str; 3] = ["fuzz", "target", "xtask"];

/// The copies.
pub struct Copies<'p> {
    project: &'p Project,
    workspace: PathBuf,
    count: usize,
}

/// A mutant that was generated.
pub struct Mutant {
    pub name: String,
    pub api: String,
    pub operations: Vec<String>,
    pub without_rule: Option<&'static str>,
    pub code: String,
}

/// What became of a batch of mutants, in their order.
pub enum Fate {
    /// The compiler refuses it.
    NotCompiled,
    /// The tests of the suite that fail; none if it survives.
    Ran(Vec<String>),
}

impl<'p> Copies<'p> {
    /// Makes or renews the copies.
    pub fn make(project: &'p Project) -> Result<Self, String> {
        let workspace = project.target.join("mutants/workspace");
        let count = thread::available_parallelism().map_or(1, usize::from);
        let copies = Self { project, workspace, count };
        let parts = manifest::split(&read(&project.root.join("Cargo.toml"))?, count)?;
        write_changed(&copies.workspace.join("Cargo.toml"), &parts.workspace)?;
        for name in ["Cargo.lock", "codegen"] {
            copy_changed(&project.root.join(name), &copies.workspace.join(name))?;
        }
        for (index, manifest) in parts.packages.iter().enumerate() {
            for name in names_in(&project.root)? {
                if !name.starts_with('.') && !LEFT_OUT.contains(&name.as_str()) {
                    let to = copies.folder(index).join(&name);
                    copy_changed(&project.root.join(&name), &to)?;
                }
            }
            write_changed(&copies.folder(index).join("Cargo.toml"), manifest)?;
        }
        Ok(copies)
    }

    /// How many mutants of a batch are compiled at once, each in a library of its own.
    pub fn count(&self) -> usize {
        self.count
    }

    fn folder(&self, index: usize) -> PathBuf {
        self.workspace.join(manifest::package(index))
    }

    /// Compiles mutants and runs the suite on each.
    pub fn run(&self, mutants: &[Mutant]) -> Result<Vec<Fate>, String> {
        let mut compiled: Vec<bool> = mutants.iter().map(|_| true).collect();
        let suites = loop {
            let left = |index: &usize| compiled[*index];
            let left: Vec<usize> = (0..mutants.len()).filter(left).collect();
            if left.is_empty() {
                break Vec::new();
            }
            self.write(mutants, &left)?;
            match self.build()? {
                Built::Suites(suites) => break suites,
                Built::Refused(refused) if refused.is_empty() => {
                    return self.run_halves(mutants);
                }
                Built::Refused(refused) => {
                    for index in refused {
                        compiled[index] = false;
                    }
                }
            }
        };
        let mut notices = Vec::new();
        for suite in suites {
            notices.extend(self.notices(&suite)?);
        }
        mutants
            .iter()
            .zip(compiled)
            .map(|(mutant, compiled)| match compiled {
                false => Ok(Fate::NotCompiled),
                true => match notices.iter().find(|(name, _)| *name == mutant.name) {
                    Some((_, by)) => by.clone().map(Fate::Ran),
                    None => Err(format!("the suite ended before it came to {}", mutant.name)),
                },
            })
            .collect()
    }

    /// The compiler's errors name no mutant: tries each half.
    fn run_halves(&self, mutants: &[Mutant]) -> Result<Vec<Fate>, String> {
        if mutants.len() == 1 {
            return Ok(vec![Fate::NotCompiled]);
        }
        let (first, second) = mutants.split_at(mutants.len() / 2);
        let mut fates = self.run(first)?;
        fates.extend(self.run(second)?);
        Ok(fates)
    }

    /// Writes the mutants at `indexes` into the copies.
    fn write(&self, mutants: &[Mutant], indexes: &[usize]) -> Result<(), String> {
        for copy in 0..self.count {
            let own = indexes.iter().skip(copy).step_by(self.count);
            let own: Vec<usize> = own.copied().collect();
            write_mutants(&self.project.root, &self.folder(copy), mutants, &own)?;
        }
        Ok(())
    }

    fn build(&self) -> Result<Built, String> {
        let arguments = ["test", "--no-run", "--workspace", "--test", "contract"];
        let mut command = self.project.cargo(&arguments);
        command.args(["--message-format", "json"]).current_dir(&self.workspace);
        let output = self
            .with_target(&mut command)
            .stderr(Stdio::piped())
            .output()
            .map_err(|e| format!("cargo cannot be run: {e}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut refused = Vec::new();
        let mut suites = Vec::new();
        let mut is_error_known = false;
        for message in messages {
            if message["reason"] == "compiler-message" && message["message"]["level"] == "error" {
                refused.extend(mutants_in(&message["message"].to_string()));
                is_error_known = true;
            }
            if message["reason"] == "compiler-artifact" && message["target"]["name"] == "contract" {
                suites.extend(message["executable"].as_str().map(PathBuf::from));
            }
        }
        match output.status.success() && suites.len() == self.count {
            true => Ok(Built::Suites(suites)),
            false if is_error_known => Ok(Built::Refused(refused)),
            false => Err(format!(
                "the copies of the project cannot be built:\n{}",
                String::from_utf8_lossy(&output.stderr)
            )),
        }
    }

    /// Which tests notice each mutant, by its name.
    fn notices(&self, suite: &Path) -> Result<Vec<Notice>, String> {
        let mut command = Command::new(suite);
        let output = self
            .with_target(command.current_dir(self.folder(0)))
            .stderr(Stdio::inherit())
            .output()
            .map_err(|e| format!("{} cannot be run: {e}", suite.display()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let notices = lines.map(|line| {
            let name = line["mutant"].as_str().unwrap_or_default().to_owned();
            let by = match line["error"].as_str() {
                Some(error) => Err(format!("{name}: {error}")),
                None => Ok(serde_json::from_value(line["by"].clone()).unwrap_or_default()),
            };
            (name, by)
        });
        Ok(notices.collect())
    }

    fn with_target<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command
            .env("CARGO_TARGET_DIR", &self.project.target)
            .env("CARGO_INCREMENTAL", "0")
            .stdout(Stdio::piped())
    }
}

/// Writes the mutants at `indexes` into the copy in `folder`, beside what the project has.
fn write_mutants(
    root: &Path,
    folder: &Path,
    mutants: &[Mutant],
    indexes: &[usize],
) -> Result<(), String> {
    let modules_folder = folder.join("src/mutants");
    if modules_folder.exists() {
        fs::remove_dir_all(&modules_folder).map_err(|e| failed(&modules_folder, &e))?;
    }
    let mut modules = String::new();
    let mut listed = String::new();
    for index in indexes {
        let mutant = &mutants[*index];
        let own = format!("crate::mutants::m{index}::types::");
        let code = mutant.code.replace(&format!("crate::{}::types::", mutant.api), &own);
        let code = format!("use crate::{}::ClientBuilder;\n{code}", mutant.api);
        write_changed(&modules_folder.join(format!("m{index}.rs")), &code)?;
        // What is private and not used is not compiled to the end.
        let _ = writeln!(
            modules,
            "mod m{index};\npub const M{index}: &crate::registry::Api = &m{index}::API;"
        );
        let _ = writeln!(
            listed,
            "    Mutant {{ name: {:?}, api: cloudfn::mutants::M{index}, operations: &{:?}, without_rule: {:?} }},",
            mutant.name, mutant.operations, mutant.without_rule
        );
    }
    let modules = format!("#![allow(warnings)]\n{modules}");
    write_changed(&modules_folder.join("mod.rs"), &modules)?;
    let library = read(&root.join("src/lib.rs"))?;
    write_changed(&folder.join("src/lib.rs"), &format!("{library}\npub mod mutants;\n"))?;
    let listed =
        format!("use crate::mutation::Mutant;\n\npub const MUTANTS: &[Mutant] = &[\n{listed}];\n");
    write_changed(&folder.join("tests/contract/mutants.rs"), &listed)
}

/// A mutant by its name, and the tests that notice it.
type Notice = (String, Result<Vec<String>, String>);

enum Built {
    Suites(Vec<PathBuf>),
    /// The mutants that the compiler's errors name.
    Refused(Vec<usize>),
}

/// The mutants whose files a compiler's message names.
fn mutants_in(message: &str) -> Vec<usize> {
    let names = message.split("src/mutants/m").skip(1);
    let indexes = names.filter_map(|rest| rest.split_once(".rs")?.0.parse().ok());
    let mut indexes: Vec<usize> = indexes.collect();
    indexes.dedup();
    indexes
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|e| failed(file, &e))
}

fn failed(file: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", file.display())
}

/// Writes a file unless it has this text: what is not changed is not built again.
fn write_changed(file: &Path, text: &str) -> Result<(), String> {
    if fs::read_to_string(file).is_ok_and(|old| old == text) {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(|e| failed(folder, &e))?;
    }
    fs::write(file, text).map_err(|e| failed(file, &e))
}

/// Copies a file or a folder, as far as it is changed.
fn copy_changed(from: &Path, to: &Path) -> Result<(), String> {
    if !from.is_dir() {
        return write_changed(to, &read(from)?);
    }
    for name in names_in(from)? {
        copy_changed(&from.join(&name), &to.join(&name))?;
    }
    Ok(())
}

/// The names of what is in a folder.
fn names_in(folder: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(folder).map_err(|e| failed(folder, &e))?;
    let name = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.map_err(|e| failed(folder, &e))?;
        Ok(entry.file_name().to_string_lossy().into_owned())
    };
    entries.map(name).collect()
}
