//! A copy of the project that contains mutants besides the client, as a single program with the
//! contract suite.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::candidate::{Base, Client};
use super::manifest;
use crate::files::{copy_changed, failed, names_in, read, write_changed};
use crate::project::Project;

/// What the copy leaves out, besides hidden files.
const LEFT_OUT: [&str; 4] = ["fuzz", "schema", "target", "xtask"];

/// The copy.
pub struct Copy<'p> {
    project: &'p Project,
    folder: PathBuf,
}

/// The result of a mutant.
#[derive(Clone)]
pub enum Fate {
    /// It does not compile.
    NotCompiled,
    /// The test that fails; none if it survives.
    Ran(Option<String>),
}

impl<'p> Copy<'p> {
    /// Creates or updates the copy.
    pub fn make(project: &'p Project) -> Result<Self, String> {
        let folder = project.target.join("mutants/copy");
        for name in names_in(&project.root)? {
            if !name.starts_with('.') && !LEFT_OUT.contains(&name.as_str()) {
                copy_changed(&project.root.join(&name), &folder.join(&name), &|text| text)?;
            }
        }
        let manifest = manifest::of_copy(&read(&project.root.join("Cargo.toml"))?, &project.root)?;
        write_changed(&folder.join("Cargo.toml"), &manifest)?;
        let library = read(&project.root.join("src/lib.rs"))? + PROGRAM;
        write_changed(&folder.join("src/lib.rs"), &library)?;
        Ok(Self { project, folder })
    }

    /// Compiles clients and runs the suite on each.
    pub fn run(&self, clients: &[Client<'_>]) -> Result<Vec<Fate>, String> {
        let mut fates = vec![Fate::NotCompiled; clients.len()];
        let mut left: Vec<usize> = (0..clients.len()).collect();
        while !left.is_empty() {
            self.write(clients, &left)?;
            match self.build()? {
                Built::Program(program) => {
                    self.judge(clients, &left, &program, &mut fates)?;
                    break;
                }
                Built::Refused(refused) => left.retain(|index| !refused.contains(index)),
            }
        }
        Ok(fates)
    }

    /// Runs the suite on the clients at `indexes`.
    fn judge(
        &self,
        clients: &[Client<'_>],
        indexes: &[usize],
        program: &Path,
        fates: &mut [Fate],
    ) -> Result<(), String> {
        let mut notices = self.notices(program)?;
        for index in indexes {
            let Client { changed, base, .. } = &clients[*index];
            match notices.get(&base.module) {
                Some(None) => {}
                Some(Some(by)) => {
                    let operations = base.operations.join(", ");
                    return Err(format!("the suite fails on the unchanged {operations}: {by}"));
                }
                None => return Err("the suite did not run on the unchanged client".to_owned()),
            }
            let name = changed.name();
            let by = notices.remove(&name);
            fates[*index] = Fate::Ran(by.ok_or(format!("the suite ended before {name}"))?);
        }
        Ok(())
    }

    /// Writes the clients at `indexes` into `src/mutants/` of the copy, and lists them for its suite.
    /// Adds the unchanged clients, on which the suite must pass.
    fn write(&self, clients: &[Client<'_>], indexes: &[usize]) -> Result<(), String> {
        let modules = self.folder.join("src/mutants");
        if modules.exists() {
            fs::remove_dir_all(&modules).map_err(|e| failed(&modules, &e))?;
        }
        let mut list = String::new();
        let mut names = BTreeSet::new();
        let write_code = |module: &str, base: &Base, code: &str| {
            let api = &base.part.api;
            let own = format!("crate::mutants::{module}::types::");
            let code = code.replace(&format!("crate::{api}::types::"), &own);
            let code = format!(
                "use crate::{api}::ClientBuilder;\n{code}\n\
             pub const MUTANT: &crate::registry::Api = &API;\n"
            );
            write_changed(&modules.join(format!("{module}.rs")), &code)
        };
        let mut add = |module: &str, name: &str, without: Option<&str>, base: &Base| {
            let _ = writeln!(
                list,
                "    Mutant {{ name: {name:?}, api: crate::mutants::{module}::MUTANT, \
             source: concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/src/mutants/{module}.rs\"), \
             operations: &{:?}, without_rule: {without:?} }},",
                base.operations
            );
        };
        for index in indexes {
            let Client { changed, code, base } = &clients[*index];
            if names.insert(base.module.clone()) {
                write_code(&base.module, base, &base.code)?;
                add(&base.module, &base.module, None, base);
            }
            let mut module = base.module.clone();
            if let Some(code) = code {
                module = format!("m{index}");
                write_code(&module, base, code)?;
                names.insert(module.clone());
            }
            add(&module, &changed.name(), changed.rule(), base);
        }
        let names: String = names.iter().map(|name| format!("pub mod {name};\n")).collect();
        write_changed(&modules.join("mod.rs"), &names)?;
        let list = format!(
            "use super::mutation::Mutant;\n\npub const MUTANTS: &[Mutant] = &[\n{list}];\n"
        );
        write_changed(&self.folder.join("tests/contract/mutants.rs"), &list)
    }

    fn build(&self) -> Result<Built, String> {
        let mut command = self.project.cargo(&["build", "--examples", "--message-format", "json"]);
        let (output, messages) = self.run_here(&mut command)?;
        let mut refused = Vec::new();
        let mut program = None;
        let mut errors = String::new();
        for message in messages {
            if message["reason"] == "compiler-message" && message["message"]["level"] == "error" {
                refused.extend(mutants_in(&message["message"].to_string()));
                errors.push_str(message["message"]["rendered"].as_str().unwrap_or_default());
            }
            let is_program = message["target"]["kind"][0] == "example";
            if message["reason"] == "compiler-artifact" && is_program {
                program = message["executable"].as_str().map(PathBuf::from);
            }
        }
        match program.filter(|_| output.status.success()) {
            Some(program) => Ok(Built::Program(program)),
            None if !refused.is_empty() => Ok(Built::Refused(refused)),
            None => Err(format!(
                "the copy of the project cannot be built:\n{errors}{}",
                String::from_utf8_lossy(&output.stderr)
            )),
        }
    }

    /// The test that notices each mutant, by the mutant's name.
    fn notices(&self, program: &Path) -> Result<BTreeMap<String, Option<String>>, String> {
        let (_, lines) = self.run_here(Command::new(program).stderr(Stdio::inherit()))?;
        let notices = lines.iter().map(|line| match line["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => {
                let name = line["mutant"].as_str().unwrap_or_default();
                Ok((name.to_owned(), line["by"].as_str().map(str::to_owned)))
            }
        });
        notices.collect()
    }

    /// What a command puts out, and the lines of this that are JSON.
    fn run_here(&self, command: &mut Command) -> Result<(Output, Vec<Value>), String> {
        command.current_dir(&self.folder).env("CARGO_TARGET_DIR", &self.project.target);
        let program = command.get_program().to_string_lossy().into_owned();
        let output = command.env("CARGO_INCREMENTAL", "0").stdout(Stdio::piped()).output();
        let output = output.map_err(|e| format!("{program} cannot be run: {e}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let lines = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        Ok((output, lines))
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

enum Built {
    Program(PathBuf),
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
