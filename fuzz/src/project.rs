//! The project's files, for the targets.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use cloudfn_codegen::contract::Contract;
use cloudfn_codegen::ledger::Page;
use cloudfn_codegen::model::Spec;

/// The folder of small inputs with unique coverage.
pub const CORPUS: &str = "corpus";
/// The folder of inputs that once caused a panic.
pub const REGRESSIONS: &str = "regressions";

/// The project's folder.
fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_owned()
}

/// The files of `folder`, sorted by name; none if it does not exist.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> =
        entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// The kept inputs of a target in [`CORPUS`] or [`REGRESSIONS`], with their files.
pub fn inputs(folder: &str, target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(target);
    let read = |file: PathBuf| std::fs::read(&file).ok().map(|input| (file, input));
    files(&folder).into_iter().filter_map(read).collect()
}

/// The texts of the files with an extension, in a folder of the project.
pub(crate) fn texts(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    let mut found = files(&root().join(folder));
    found.retain(|file| file.extension().is_some_and(|found| found == ending));
    found.iter().filter_map(|file| std::fs::read(file).ok()).collect()
}

/// The project's own specs, ledgers and names of sources.
pub(crate) struct Own {
    /// The specs, and a small one with every kind of statement.
    pub(crate) specs: Vec<Spec>,
    /// The ledgers.
    pub(crate) pages: Vec<Page>,
    /// The valid names of sources.
    pub(crate) sources: BTreeSet<String>,
}

/// Read once, since each input is compared with them.
pub(crate) static OWN: LazyLock<Own> = LazyLock::new(|| {
    let contract = Contract::load(&root()).expect("the project's own contract can be read");
    let pages: Vec<Page> = contract.ledgers.iter().map(|ledger| ledger.page.clone()).collect();
    let deviations = pages.iter().flat_map(|page| &page.deviations);
    let sources = deviations.map(|deviation| deviation.source.clone()).collect();
    let mut specs = contract.specs;
    specs.extend(Spec::load(&root().join("codegen/tests/probe.yaml")));
    Own { specs, pages, sources }
});
