//! The package of a function's code: a zip file, or a folder that is zipped.
//!
//! A folder always becomes the same bytes: files are sorted by name, and have no time.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipArchive, ZipWriter};

/// The documented limit of an uploaded package (FSS.1071).
const MAX_BYTES: u64 = 50 * 1024 * 1024;
const TOO_LARGE: &str = "the package has more than the documented 50 MB";

/// The package of a function's code.
#[derive(Debug)]
pub struct Package {
    pub zip: Vec<u8>,
    /// The number of files in it.
    pub files: usize,
}

impl Package {
    /// Reads a zip file, or zips a folder: all files in it, also hidden ones, except for `.git`.
    pub fn read(path: &Path) -> Result<Self, String> {
        Self::within(MAX_BYTES, path)
    }

    fn within(max: u64, path: &Path) -> Result<Self, String> {
        let at = path.display();
        let metadata = fs::metadata(path).map_err(|e| format!("{at} cannot be read: {e}"))?;
        let package = match metadata.is_dir() {
            true => Self::of_folder(max, path)?,
            false if metadata.len() > max => return Err(format!("{at}: {TOO_LARGE}")),
            false => Self::of_zip(path)?,
        };
        match package.files {
            0 => Err(format!("{at} has no files")),
            _ => Ok(package),
        }
    }

    fn of_zip(path: &Path) -> Result<Self, String> {
        let at = path.display();
        let zip = fs::read(path).map_err(|e| format!("{at} cannot be read: {e}"))?;
        let archive = ZipArchive::new(Cursor::new(&zip));
        let archive = archive.map_err(|e| format!("{at} is not a zip file: {e}"))?;
        let is_file = |name: &Result<Cow<'_, str>, ZipError>| {
            name.as_ref().is_ok_and(|name| !name.ends_with('/'))
        };
        let files = archive.file_names().filter(is_file).count();
        Ok(Self { files, zip })
    }

    fn of_folder(max: u64, folder: &Path) -> Result<Self, String> {
        let mut found = Vec::new();
        collect(folder, "", &mut found)?;
        found.sort();
        let mut writer = ZipWriter::new(Cursor::default());
        for (name, file) in &found {
            add(&mut writer, name, file, max).map_err(|e| format!("{}: {e}", file.display()))?;
        }
        let zip = writer.finish().map_err(|e| format!("{}: {e}", folder.display()))?;
        match zip.get_ref().len() as u64 <= max {
            true => Ok(Self { zip: zip.into_inner(), files: found.len() }),
            false => Err(format!("{}: {TOO_LARGE}", folder.display())),
        }
    }
}

/// The files in a folder, with their names in the package.
fn collect(folder: &Path, prefix: &str, found: &mut Vec<(String, PathBuf)>) -> Result<(), String> {
    let error = |path: &Path, e: io::Error| format!("{} cannot be read: {e}", path.display());
    for entry in fs::read_dir(folder).map_err(|e| error(folder, e))? {
        let entry = entry.map_err(|e| error(folder, e))?;
        let path = entry.path();
        let Ok(name) = entry.file_name().into_string() else {
            return Err(format!("the name of {} is not UTF-8", path.display()));
        };
        let name = format!("{prefix}{name}");
        let is_link = entry.file_type().map_err(|e| error(&path, e))?.is_symlink();
        match fs::metadata(&path).map_err(|e| error(&path, e))? {
            _ if name == ".git" => {}
            found if found.is_dir() && is_link => {
                return Err(format!(
                    "{} is a link to a folder, which is not followed",
                    path.display()
                ))
            }
            folder if folder.is_dir() => collect(&path, &format!("{name}/"), found)?,
            file if file.is_file() => found.push((name, path)),
            _ => return Err(format!("{} is neither a file nor a folder", path.display())),
        }
    }
    Ok(())
}

fn add(
    writer: &mut ZipWriter<Cursor<Vec<u8>>>,
    name: &str,
    path: &Path,
    max: u64,
) -> io::Result<()> {
    const CHUNK: u64 = 1024 * 1024;
    let mut file = File::open(path)?;
    let mode = if is_executable(&file.metadata()?) { 0o755 } else { 0o644 };
    // The time is the first that a zip file can have.
    let options = SimpleFileOptions::default().last_modified_time(DateTime::DEFAULT);
    writer.start_file(name, options.unix_permissions(mode))?;
    while writer.get_ref().is_some_and(|zip| zip.get_ref().len() as u64 <= max) {
        if io::copy(&mut Read::by_ref(&mut file).take(CHUNK), writer)? == 0 {
            return Ok(());
        }
    }
    Err(io::Error::other(TOO_LARGE))
}

#[cfg(unix)]
fn is_executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{Cursor, Read};
    use std::path::PathBuf;

    use zip::ZipArchive;

    use super::Package;

    /// An empty folder, deleted on drop.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("cloudfn-{}-{name}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn with(self, name: &str, content: &[u8]) -> Self {
            let path = self.0.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
            self
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    /// The files of a package: name, mode and content.
    fn files(zip: &[u8]) -> Vec<(String, Option<u32>, String)> {
        let mut archive = ZipArchive::new(Cursor::new(zip)).unwrap();
        let count = archive.len();
        let file = |index| {
            let mut file = archive.by_index(index).unwrap();
            let mut content = String::new();
            file.read_to_string(&mut content).unwrap();
            (file.name().unwrap().into_owned(), file.unix_mode().map(|mode| mode & 0o777), content)
        };
        (0..count).map(file).collect()
    }

    #[test]
    fn a_folder_becomes_a_zip_file_that_is_always_the_same() {
        let names = ["lib/a.py", "index.py", ".hidden", "lib.py"];
        let folder = |name| {
            let folder = Folder::new(name).with(".git/HEAD", b"ref").with(".github/x", b"y");
            names.iter().fold(folder, |folder, name| folder.with(name, name.as_bytes()))
        };
        let [one, other] = ["one", "other"].map(|name| {
            let folder = folder(name);
            Package::read(&folder.0).unwrap()
        });
        assert_eq!(one.zip, other.zip);
        let found: Vec<String> = files(&one.zip).into_iter().map(|(name, ..)| name).collect();
        assert_eq!(found, [".github/x", ".hidden", "index.py", "lib.py", "lib/a.py"]);
        assert_eq!(files(&one.zip)[4].2, "lib/a.py");
        assert_eq!(one.files, 5);
    }

    #[cfg(unix)]
    #[test]
    fn links_to_files_are_followed_and_executables_stay_executable() {
        use std::os::unix::fs::{symlink, PermissionsExt};
        let folder = Folder::new("links").with("bootstrap", b"#!/bin/sh").with("sub/file", b"text");
        let executable = fs::Permissions::from_mode(0o700);
        fs::set_permissions(folder.0.join("bootstrap"), executable).unwrap();
        symlink(folder.0.join("sub/file"), folder.0.join("link")).unwrap();
        let found = files(&Package::read(&folder.0).unwrap().zip);
        let file =
            |name: &str, mode, content: &str| (name.to_owned(), Some(mode), content.to_owned());
        assert_eq!(
            found,
            [
                file("bootstrap", 0o755, "#!/bin/sh"),
                file("link", 0o644, "text"),
                file("sub/file", 0o644, "text"),
            ]
        );
        symlink(&folder.0, folder.0.join("circle")).unwrap();
        let said = Package::read(&folder.0).unwrap_err();
        assert!(said.ends_with("circle is a link to a folder, which is not followed"), "{said}");
    }

    #[test]
    fn a_zip_file_is_taken_as_it_is() {
        let folder = Folder::new("zip").with("code/index.py", b"pass").with("text.zip", b"text");
        let zip = Package::read(&folder.0.join("code")).unwrap().zip;
        fs::write(folder.0.join("code.zip"), &zip).unwrap();
        let read = Package::read(&folder.0.join("code.zip")).unwrap();
        assert_eq!((read.zip, read.files), (zip, 1));
        let said = |name: &str| Package::read(&folder.0.join(name)).unwrap_err();
        assert!(said("text.zip").contains("text.zip is not a zip file: "), "{}", said("text.zip"));
        assert!(said("nowhere").contains("nowhere cannot be read: "), "{}", said("nowhere"));
        fs::create_dir(folder.0.join("empty")).unwrap();
        assert!(said("empty").ends_with("empty has no files"), "{}", said("empty"));
    }

    #[test]
    fn a_package_above_the_limit_is_refused() {
        const DOCUMENTED: u64 = 50 * 1024 * 1024;
        let folder = Folder::new("large").with("code/index.py", b"pass").with("large.zip", b"");
        let large = folder.0.join("large.zip");
        fs::OpenOptions::new().write(true).open(&large).unwrap().set_len(DOCUMENTED + 1).unwrap();
        let code = folder.0.join("code");
        let bytes = Package::read(&code).unwrap().zip.len() as u64;
        Package::within(bytes, &code).unwrap();
        for said in
            [Package::read(&large), Package::within(bytes - 1, &code), Package::within(10, &code)]
        {
            let said = said.unwrap_err();
            assert!(said.ends_with("the package has more than the documented 50 MB"), "{said}");
        }
    }
}
