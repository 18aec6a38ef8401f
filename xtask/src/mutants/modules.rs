//! Mutants as additional modules of a copy.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::candidate::{Base, Code};
use crate::files::write_changed;

/// A generated mutant.
pub struct Mutant {
    pub name: String,
    pub without_rule: Option<&'static str>,
    pub code: Code,
}

/// What is wrong with a file.
pub fn failed(file: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", file.display())
}

/// Writes the mutants at `indexes` into `src/mutants/` of the copy in `folder`, and lists them for
/// its suite. Adds the unchanged clients, on which the suite must pass.
pub fn write(folder: &Path, mutants: &[Mutant], indexes: &[usize]) -> Result<(), String> {
    let modules = folder.join("src/mutants");
    if modules.exists() {
        fs::remove_dir_all(&modules).map_err(|e| failed(&modules, &e))?;
    }
    let write_code = |module: &str, api: &str, code: &str| {
        let own = format!("crate::mutants::{module}::types::");
        let code = code.replace(&format!("crate::{api}::types::"), &own);
        let code = format!(
            "use crate::{api}::ClientBuilder;\n{code}\n\
             pub const MUTANT: &crate::registry::Api = &API;\n"
        );
        write_changed(&modules.join(format!("{module}.rs")), &code)
    };
    let mut list = String::new();
    let mut add = |module: &str, name: &str, without: Option<&str>, base: &Base, text: &str| {
        let _ = writeln!(
            list,
            "    Mutant {{ name: {name:?}, api: crate::mutants::{module}::MUTANT, \
             source: concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/src/mutants/{module}.txt\"), \
             operations: &{:?}, without_rule: {without:?} }},",
            base.operations
        );
        write_changed(&modules.join(format!("{module}.txt")), text)
    };
    let mut names = BTreeSet::new();
    for index in indexes {
        let Mutant { name, without_rule, code } = &mutants[*index];
        let module = format!("m{index}");
        let base = &code.base;
        write_code(&module, &base.api, &code.code)?;
        add(&module, name, *without_rule, base, &code.text)?;
        names.insert(module);
        if names.insert(base.module.clone()) {
            write_code(&base.module, &base.api, &base.code)?;
            add(&base.module, &base.module, None, base, &base.text)?;
        }
    }
    let names: String = names.iter().map(|name| format!("pub mod {name};\n")).collect();
    write_changed(&modules.join("mod.rs"), &names)?;
    let list =
        format!("use super::mutation::Mutant;\n\npub const MUTANTS: &[Mutant] = &[\n{list}];\n");
    write_changed(&folder.join("tests/contract/mutants.rs"), &list)
}
