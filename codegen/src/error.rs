//! One error type for everything that reads a file of the project.

use std::fmt;
use std::path::{Path, PathBuf};

/// What is wrong with a spec or a ledger, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The file that has to be mended.
    pub file: PathBuf,
    /// The place in the file: a line, or a JSON pointer into a spec.
    pub place: String,
    /// What is wrong there.
    pub message: String,
}

impl Error {
    /// An error at `place` in `file`.
    pub fn new(file: &Path, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), place: place.into(), message: message.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if !self.place.is_empty() {
            write!(f, ", {}", self.place)?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for Error {}

/// The result of reading a file of the project.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The files in `folder` with one of these endings, in the order of their names.
pub fn files_in(folder: &Path, endings: &[&str]) -> Result<Vec<PathBuf>> {
    let unreadable = |e: std::io::Error| Error::new(folder, "", format!("cannot be read: {e}"));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if ending.is_some_and(|ending| endings.contains(&ending)) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
