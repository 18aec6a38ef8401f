//! Recreates the kept corpus of a target: few and small inputs, each with unique coverage.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::search::{files, output, Searcher};

/// The maximum size of a kept input, in bytes.
const LARGEST: u64 = 4 * 1024;
/// The maximum size of all kept inputs of a target, in bytes.
const ALL: u64 = 32 * 1024;
/// The maximum number of kept inputs of a target.
const MOST: usize = 40;

/// Chooses among the kept inputs and those that searches have found.
pub fn keep(searcher: &Searcher<'_>) -> Result<(), String> {
    let (small, chosen) = (searcher.folder("small")?, searcher.folder("chosen")?);
    let kept = searcher.kept("corpus");
    [&small, &chosen].into_iter().try_for_each(|folder| emptied(folder))?;
    let found = searcher.folder("corpus")?;
    let all = files(&found).into_iter().chain(files(&kept));
    copied(all.filter(|file| size(file) <= LARGEST), &small)?;

    let mut command = searcher.command()?;
    command.args(["-set_cover_merge=1"]).args([&chosen, &small]);
    let merged = output(&mut command)?;
    if !merged.status.success() {
        let said = String::from_utf8_lossy(&merged.stderr).into_owned();
        return Err(format!("{}: the inputs cannot be merged:\n{said}", searcher.target));
    }
    // They were written in the order of choice, with the best coverage first.
    let mut chosen = files(&chosen);
    chosen.sort_by_key(|file| (modified(file), file.clone()));
    let mut left = ALL;
    chosen.retain(|file| match left.checked_sub(size(file)) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    });
    chosen.truncate(MOST);
    emptied(&kept)?;
    copied(chosen.iter().cloned(), &kept)?;
    let bytes: u64 = chosen.iter().map(|file| size(file)).sum();
    println!("{}: {} inputs kept, {bytes} bytes", searcher.project.relative(&kept), chosen.len());
    Ok(())
}

fn size(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |file| file.len())
}

fn modified(file: &Path) -> Option<SystemTime> {
    std::fs::metadata(file).and_then(|file| file.modified()).ok()
}

/// Makes an empty folder.
fn emptied(folder: &Path) -> Result<(), String> {
    let error = |e: std::io::Error| format!("{}: {e}", folder.display());
    std::fs::create_dir_all(folder).map_err(error)?;
    files(folder).iter().try_for_each(|file| std::fs::remove_file(file).map_err(error))
}

/// Copies files under their names, which libFuzzer derives from their content.
fn copied(files: impl Iterator<Item = PathBuf>, folder: &Path) -> Result<(), String> {
    for file in files {
        let copy = folder.join(file.file_name().unwrap_or_default());
        std::fs::copy(&file, copy).map_err(|e| format!("{}: {e}", file.display()))?;
    }
    Ok(())
}
