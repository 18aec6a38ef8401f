//! Writes files, with error messages.

use std::fs::{self, OpenOptions};
use std::io::{Error, Write};
use std::path::Path;

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

/// Appends `text` to a file.
pub fn append(file: &Path, text: &str) -> Result<(), String> {
    let opened = OpenOptions::new().create(true).append(true).open(file);
    opened.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|e| unwritable(file, &e))
}

/// The message for a file or folder that cannot be written.
pub fn unwritable(path: &Path, error: &Error) -> String {
    format!("{} cannot be written: {error}", path.display())
}
