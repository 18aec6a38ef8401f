//! Reads the specs and ledgers of a git revision, past the work tree.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cloudfn_codegen::ledger::{share, Api, Page};
use cloudfn_codegen::model::Spec;

/// The specs and ledgers of one version of a project.
pub struct Version {
    pub specs: Vec<Spec>,
    pub pages: Vec<Page>,
}

/// A revision, as a reader knows it.
pub struct Revision {
    /// As it was asked for.
    pub asked: String,
    /// The commit, shortened.
    pub commit: String,
    /// Day and subject of the commit.
    pub about: String,
}

/// The version in the work tree of the project in `root`, which is the current folder.
pub fn work_tree() -> Result<Version, String> {
    let folder = Path::new("openapi");
    let specs = Spec::load_all(folder).map_err(|e| e.to_string())?;
    let pages = Page::load_all(&folder.join("ledger"), &specs).map_err(|e| e.to_string())?;
    Ok(Version { specs, pages })
}

/// The version at `revision` of the project in `root`.
pub fn at(root: &Path, revision: &str) -> Result<(Revision, Version), String> {
    let commit = commit(root, revision)?;
    let log = ["log", "-1", "--format=%h%x00%ad, %s", "--date=short", &commit];
    let log = git(root, &log).map_err(|reason| format!("{revision} cannot be read: {reason}"))?;
    let log = String::from_utf8_lossy(&log).trim().to_owned();
    let (short, about) = log.split_once('\0').unwrap_or((&commit, ""));
    let version = version(root, &commit).map_err(|reason| format!("at {revision}: {reason}"))?;
    let revision =
        Revision { asked: revision.to_owned(), commit: short.to_owned(), about: about.to_owned() };
    Ok((revision, version))
}

fn commit(root: &Path, revision: &str) -> Result<String, String> {
    let said = |arguments: &[&str]| {
        git(root, arguments).map(|text| String::from_utf8_lossy(&text).trim().to_owned())
    };
    said(&["rev-parse", "--is-inside-work-tree"]).map_err(|reason| {
        format!(
            "{} is not a git checkout, so there is no revision to compare with: {reason}",
            root.display()
        )
    })?;
    let name = format!("{revision}^{{commit}}");
    said(&["rev-parse", "--verify", "--quiet", &name]).map_err(|_| {
        let is_shallow = said(&["rev-parse", "--is-shallow-repository"]).as_deref() == Ok("true");
        let remedy = match is_shallow {
            true => "; this clone is shallow: fetch the rest with `git fetch --unshallow`, and tags with `git fetch --tags`",
            false => "; give a commit, a tag or a branch, such as HEAD~1",
        };
        format!("git knows no revision `{revision}`{remedy}")
    })
}

fn version(root: &Path, commit: &str) -> Result<Version, String> {
    let files = files(root, commit)?;
    if files.is_empty() {
        return Err("there is no folder openapi/".to_owned());
    }
    let (mut specs, mut pages, mut apis) = (Vec::new(), Vec::new(), Vec::new());
    for (path, object) in files {
        let folder = path.parent().unwrap_or(Path::new(""));
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match (folder.to_str(), ending) {
            (Some("openapi"), "yaml" | "yml") => {
                let text = text(root, &path, &object)?;
                specs.push(Spec::parse(&path, &text).map_err(|e| e.to_string())?);
            }
            (Some("openapi/ledger"), "md") if Api::is_in(&path) => {
                let text = text(root, &path, &object)?;
                apis.push(Api::parse(&path, &text).map_err(|e| e.to_string())?);
            }
            (Some("openapi/ledger"), "md") => {
                let text = text(root, &path, &object)?;
                pages.push(Page::parse(&path, &text).map_err(|e| e.to_string())?);
            }
            _ => {}
        }
    }
    share(&mut pages, apis, &specs).map_err(|e| e.to_string())?;
    match specs.is_empty() {
        true => Err("there is no spec (openapi/*.yaml)".to_owned()),
        false => Ok(Version { specs, pages }),
    }
}

/// The files in `openapi/` of `commit`, with the names of their contents in git.
fn files(root: &Path, commit: &str) -> Result<Vec<(PathBuf, String)>, String> {
    let listed = git(root, &["ls-tree", "-r", "-z", commit, "--", "openapi/"])?;
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let files = listed.split('\0').filter_map(|line| {
        let (object, path) = line.split_once('\t')?;
        Some((PathBuf::from(path), object.split(' ').nth(2)?.to_owned()))
    });
    Ok(files.collect())
}

fn text(root: &Path, path: &Path, object: &str) -> Result<String, String> {
    let bytes = git(root, &["cat-file", "blob", object])
        .map_err(|reason| format!("{} cannot be read: {reason}", path.display()))?;
    String::from_utf8(bytes).map_err(|_| format!("{}: this is not a text", path.display()))
}

/// What git prints, called in `root`; the first line that it complains with if it fails.
fn git(root: &Path, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("git cannot be run: {e}"))?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => {
            let said = String::from_utf8_lossy(&output.stderr);
            Err(said.trim().lines().next().unwrap_or("git gave no reason").to_owned())
        }
    }
}
