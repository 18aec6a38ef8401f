//! Reads, copies and writes files, with error messages.

use std::fs::{self, File, OpenOptions};
use std::io::{Error, Write};
use std::path::Path;
use std::time::SystemTime;

/// Writes a file, and creates its folder.
pub fn write(file: &Path, text: &str) -> Result<(), String> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(|e| unwritable(folder, &e))?;
    }
    fs::write(file, text).map_err(|e| unwritable(file, &e))
}

/// Writes a file only if it changes, so that cargo does not rebuild it otherwise.
pub fn write_changed(file: &Path, text: &str) -> Result<(), String> {
    match fs::read_to_string(file) {
        Ok(old) if old == text => Ok(()),
        _ => write(file, text),
    }
}

/// Makes a file newer than what was built of it.
pub fn touch(file: &Path) -> Result<(), String> {
    let touched = File::open(file).and_then(|file| file.set_modified(SystemTime::now()));
    touched.map_err(|e| failed(file, &e))
}

/// Appends `text` to a file.
pub fn append(file: &Path, text: &str) -> Result<(), String> {
    let opened = OpenOptions::new().create(true).append(true).open(file);
    opened.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|e| unwritable(file, &e))
}

/// The message for a file or folder that cannot be written.
pub fn unwritable(path: &Path, error: &Error) -> String {
    format!("{} cannot be written: {error}", path.display())
}

/// Copies the changes of a file or a folder, with the text of each file edited, and deletes what is
/// no longer in `from`.
pub fn copy_changed(from: &Path, to: &Path, edit: &dyn Fn(String) -> String) -> Result<(), String> {
    if !from.is_dir() {
        return write_changed(to, &edit(read(from)?));
    }
    let names = names_in(from)?;
    for name in &names {
        copy_changed(&from.join(name), &to.join(name), edit)?;
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

/// The text of a file.
pub fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|e| format!("{} cannot be read: {e}", file.display()))
}

/// The names of the entries of a folder.
pub fn names_in(folder: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(folder).map_err(|e| failed(folder, &e))?;
    let name = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.map_err(|e| failed(folder, &e))?;
        Ok(entry.file_name().to_string_lossy().into_owned())
    };
    entries.map(name).collect()
}

/// What is wrong with a file.
pub fn failed(file: &Path, error: &Error) -> String {
    format!("{}: {error}", file.display())
}
