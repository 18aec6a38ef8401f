//! Copies of the project that contain mutants besides the client, each a single program with the
//! contract suite.
//!
//! There is one copy for each processor, since a program is compiled on a single one. The copies are
//! packages of one workspace, so that one cargo call builds them all.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use serde_json::Value;

use super::manifest;
use super::modules::{self, failed, Mutant};
use crate::files::write_changed;
use crate::project::Project;

/// What copies leave out, besides hidden files.
const LEFT_OUT: [&str; 4] = ["fuzz", "schema", "target", "xtask"];

/// The copies.
pub struct Copies<'p> {
    project: &'p Project,
    workspace: PathBuf,
    count: usize,
}

/// The result of a mutant.
#[derive(Clone)]
pub enum Fate {
    /// It does not compile.
    NotCompiled,
    /// The tests that fail; none if it survives.
    Ran(Vec<String>),
}

impl<'p> Copies<'p> {
    /// Creates or updates the copies.
    pub fn make(project: &'p Project) -> Result<Self, String> {
        let workspace = project.target.join("mutants/workspace");
        let count = thread::available_parallelism().map_or(1, usize::from);
        let copies = Self { project, workspace, count };
        let parts =
            manifest::split(&read(&project.root.join("Cargo.toml"))?, &project.root, count)?;
        write_changed(&copies.workspace.join("Cargo.toml"), &parts.workspace)?;
        copy_changed(&project.root.join("Cargo.lock"), &copies.workspace.join("Cargo.lock"))?;
        for (index, manifest) in parts.packages.iter().enumerate() {
            for name in names_in(&project.root)? {
                if !name.starts_with('.') && !LEFT_OUT.contains(&name.as_str()) {
                    let to = copies.folder(index).join(&name);
                    copy_changed(&project.root.join(&name), &to)?;
                }
            }
            write_changed(&copies.folder(index).join("Cargo.toml"), manifest)?;
            let library = read(&project.root.join("src/lib.rs"))? + PROGRAM;
            write_changed(&copies.folder(index).join("src/lib.rs"), &library)?;
        }
        Ok(copies)
    }

    /// How many programs with mutants are compiled in parallel.
    pub fn count(&self) -> usize {
        self.count
    }

    fn folder(&self, index: usize) -> PathBuf {
        self.workspace.join(manifest::package(index))
    }

    /// Compiles mutants and runs the suite on each.
    pub fn run(&self, mutants: &[Mutant]) -> Result<Vec<Fate>, String> {
        let mut fates = vec![Fate::NotCompiled; mutants.len()];
        let mut left: Vec<usize> = (0..mutants.len()).collect();
        while !left.is_empty() {
            self.write(mutants, &left)?;
            match self.build()? {
                Built::Programs(programs) => {
                    self.judge(mutants, &left, &programs, &mut fates)?;
                    break;
                }
                Built::Refused(refused) => left.retain(|index| !refused.contains(index)),
            }
        }
        Ok(fates)
    }

    /// Runs the suite on the mutants at `indexes`.
    fn judge(
        &self,
        mutants: &[Mutant],
        indexes: &[usize],
        programs: &[PathBuf],
        fates: &mut [Fate],
    ) -> Result<(), String> {
        let mut notices = BTreeMap::new();
        for program in programs {
            notices.extend(self.notices(program)?);
        }
        for index in indexes {
            let unchanged = &mutants[*index].code.base;
            match notices.get(&unchanged.module) {
                Some(Ok(by)) if by.is_empty() => {}
                Some(Ok(by)) => {
                    let operations = unchanged.operations.join(", ");
                    let by = by.join(", ");
                    return Err(format!("the suite fails on the unchanged {operations}: {by}"));
                }
                Some(Err(error)) => return Err(error.clone()),
                None => return Err("the suite did not run on the unchanged client".to_owned()),
            }
            let name = &mutants[*index].name;
            let by = notices.remove(name);
            let by = by.ok_or_else(|| format!("the suite ended before {name}"))?;
            fates[*index] = Fate::Ran(by?);
        }
        Ok(())
    }

    /// Writes the mutants at `indexes` into the copies.
    fn write(&self, mutants: &[Mutant], indexes: &[usize]) -> Result<(), String> {
        for copy in 0..self.count {
            let own = indexes.iter().skip(copy).step_by(self.count);
            let own: Vec<usize> = own.copied().collect();
            modules::write(&self.folder(copy), mutants, &own)?;
        }
        Ok(())
    }

    fn build(&self) -> Result<Built, String> {
        let mut command = self.project.cargo(&["build", "--examples", "--message-format", "json"]);
        for copy in 0..self.count {
            command.args(["--package", &manifest::package(copy)]);
        }
        command.current_dir(&self.workspace);
        let output = self
            .with_target(&mut command)
            .stderr(Stdio::piped())
            .output()
            .map_err(|e| format!("cargo cannot be run: {e}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut refused = Vec::new();
        let mut programs = Vec::new();
        let mut errors = String::new();
        for message in messages {
            if message["reason"] == "compiler-message" && message["message"]["level"] == "error" {
                refused.extend(mutants_in(&message["message"].to_string()));
                errors.push_str(message["message"]["rendered"].as_str().unwrap_or_default());
            }
            let is_program = message["target"]["kind"][0] == "example";
            if message["reason"] == "compiler-artifact" && is_program {
                programs.extend(message["executable"].as_str().map(PathBuf::from));
            }
        }
        match output.status.success() && programs.len() == self.count {
            true => Ok(Built::Programs(programs)),
            false if !refused.is_empty() => Ok(Built::Refused(refused)),
            false => Err(format!(
                "the copies of the project cannot be built:\n{errors}{}",
                String::from_utf8_lossy(&output.stderr)
            )),
        }
    }

    /// The tests that notice each mutant, by the mutant's name.
    fn notices(&self, program: &Path) -> Result<Vec<Notice>, String> {
        let mut command = Command::new(program);
        let output = self
            .with_target(command.current_dir(self.folder(0)))
            .stderr(Stdio::inherit())
            .output()
            .map_err(|e| format!("{} cannot be run: {e}", program.display()))?;
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

/// Turns the library into a program.
const PROGRAM: &str = r#"
extern crate self as cloudfn;

#[allow(warnings)]
pub mod mutants;
#[allow(warnings)]
#[path = "../tests/contract/main.rs"]
mod suite;

fn main() -> std::process::ExitCode {
    suite::main()
}
"#;

/// A mutant's name, and the tests that notice it.
type Notice = (String, Result<Vec<String>, String>);

enum Built {
    Programs(Vec<PathBuf>),
    /// The mutants in the compiler's errors, at least one.
    Refused(Vec<usize>),
}

/// The mutants whose files a compiler message mentions.
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

/// Copies the changes of a file or a folder, and deletes what is no longer in `from`.
fn copy_changed(from: &Path, to: &Path) -> Result<(), String> {
    if !from.is_dir() {
        return write_changed(to, &read(from)?);
    }
    let names = names_in(from)?;
    for name in &names {
        copy_changed(&from.join(name), &to.join(name))?;
    }
    let there = if to.is_dir() { names_in(to)? } else { Vec::new() };
    for gone in there.iter().filter(|name| !names.contains(name)) {
        let gone = to.join(gone);
        let removed =
            if gone.is_dir() { fs::remove_dir_all(&gone) } else { fs::remove_file(&gone) };
        removed.map_err(|e| failed(&gone, &e))?;
    }
    Ok(())
}

/// The names of the entries of a folder.
fn names_in(folder: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(folder).map_err(|e| failed(folder, &e))?;
    let name = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.map_err(|e| failed(folder, &e))?;
        Ok(entry.file_name().to_string_lossy().into_owned())
    };
    entries.map(name).collect()
}
