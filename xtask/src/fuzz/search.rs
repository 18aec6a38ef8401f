//! Runs libFuzzer on one target, and parses its output.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

use crate::project::Project;
use crate::text::shortened;

/// The time limit for an input, in seconds. The slowest kept input takes some milliseconds.
const LONGEST: u64 = 10;
/// The memory limit of the search, in megabytes.
const MEMORY: u64 = 2048;
/// The maximum number of characters shown of a line.
const LONGEST_LINE: usize = 300;
/// The time limit to minimize an input, in seconds.
const MINIMISING: u64 = 10;

/// The search in one target.
pub struct Searcher<'a> {
    pub project: &'a Project,
    pub binary: &'a Path,
    pub target: &'a str,
}

/// The result of a search.
pub struct Outcome {
    /// The number of inputs tried.
    pub tried: u64,
    /// Inputs per second.
    pub per_second: u64,
    /// The coverage of the kept inputs, and at the end.
    pub coverage: (u64, u64),
    /// Inputs that were added to the corpus.
    pub new: usize,
    /// The failing input.
    pub found: Option<Found>,
}

/// A failing input.
pub struct Found {
    /// Its file.
    pub file: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// The message of the failure.
    pub message: String,
}

impl Searcher<'_> {
    /// Searches for some seconds, starting from the known and the kept inputs.
    pub fn search(&self, seconds: u64) -> Result<Outcome, String> {
        let (corpus, seeds, found) =
            (self.folder("corpus")?, self.folder("seeds")?, self.folder("found")?);
        let (before, known) = (files(&corpus).len(), files(&found));
        let mut command = self.command()?;
        command.env("CLOUDFN_FUZZ_SEEDS", &seeds);
        command.arg(format!("-max_total_time={seconds}")).arg("-print_final_stats=1");
        command.arg(format!("-artifact_prefix={}/", found.display()));
        command.args([&corpus, &seeds]);
        command.args(
            ["corpus", "regressions"].map(|kept| self.kept(kept)).iter().filter(|f| f.is_dir()),
        );
        let begun = Instant::now();
        let output = output(&mut command)?;
        let seconds = begun.elapsed().as_secs().max(1);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let (tried, coverage) = progress(&said);
        if output.status.success() && coverage.1 == 0 {
            return Err(format!("{}: the fuzzer does not count coverage:\n{said}", self.target));
        }
        let found = match output.status.success() {
            true => None,
            false => Some(self.found(&found, &known, &said, &output.status.to_string())?),
        };
        let new = files(&corpus).len().saturating_sub(before);
        let per_second = tried / seconds;
        Ok(Outcome { tried, per_second, coverage, new, found })
    }

    /// The fuzzer for this target.
    pub fn command(&self) -> Result<Command, String> {
        let mut command = Command::new(self.binary);
        command.current_dir(&self.project.root);
        command.env("CLOUDFN_FUZZ_TARGET", self.target).env("RUST_BACKTRACE", "0");
        command.env("CLOUDFN_FUZZ_CURRENT", self.folder("")?.join("current"));
        command.arg(format!("-timeout={LONGEST}")).arg(format!("-rss_limit_mb={MEMORY}"));
        Ok(command)
    }

    /// A folder of this target below `target/fuzz/`.
    pub fn folder(&self, name: &str) -> Result<PathBuf, String> {
        let folder = self.project.target.join("fuzz").join(self.target).join(name);
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        Ok(folder)
    }

    /// The folder of this target in `fuzz/corpus/` or `fuzz/regressions/`.
    pub fn kept(&self, name: &str) -> PathBuf {
        self.project.root.join("fuzz").join(name).join(self.target)
    }

    fn found(
        &self,
        folder: &Path,
        known: &[PathBuf],
        said: &str,
        status: &str,
    ) -> Result<Found, String> {
        let new = files(folder).into_iter().find(|file| !known.contains(file));
        let file = match new {
            Some(file) => file,
            None => self.last(folder)?,
        };
        let message = message(said).unwrap_or_else(|| {
            format!("the fuzzer died ({status}); a stack overflow can cause that")
        });
        let file = self.minimised(&file).unwrap_or(file);
        let bytes = std::fs::metadata(&file).map_or(0, |file| file.len());
        Ok(Found { file, bytes, message })
    }

    /// The current input, for a crash that also kills libFuzzer.
    fn last(&self, folder: &Path) -> Result<PathBuf, String> {
        let file = folder.join(format!("crash-of-{}", std::process::id()));
        let current = self.folder("")?.join("current");
        std::fs::copy(&current, &file).map_err(|e| format!("{}: {e}", current.display()))?;
        Ok(file)
    }

    /// A smaller input with the same failure, if one is found in time. A timeout is not minimized.
    fn minimised(&self, file: &Path) -> Option<PathBuf> {
        if !file.file_name()?.to_str()?.starts_with("crash-") {
            return None;
        }
        let smaller = file.with_extension("minimised");
        let mut command = self.command().ok()?;
        command
            .args(["-minimize_crash=1", "-runs=-1"])
            .arg(format!("-max_total_time={MINIMISING}"));
        command.arg(format!("-exact_artifact_path={}", smaller.display())).arg(file);
        output(&mut command).ok()?;
        smaller.is_file().then_some(smaller)
    }
}

pub fn output(command: &mut Command) -> Result<Output, String> {
    command.output().map_err(|e| format!("the fuzzer cannot be run: {e}"))
}

/// The files in a folder; none if it does not exist.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect()
}

/// The number of inputs tried, and the first and last coverage, from lines such as
/// `#2048 pulse cov: 297 ft: 695 corp: 99/10011b`.
fn progress(said: &str) -> (u64, (u64, u64)) {
    let mut tried = 0;
    let mut coverage = None;
    for line in said.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let ["stat::number_of_executed_units:", count] = words[..] {
            tried = count.parse().unwrap_or(tried);
        }
        let [number, _, "cov:", cov, ..] = words[..] else { continue };
        let (Some(number), Ok(cov)) = (number.strip_prefix('#'), cov.parse()) else { continue };
        tried = number.parse().unwrap_or(tried);
        let (first, _) = *coverage.get_or_insert((cov, cov));
        coverage = Some((first, cov));
    }
    (tried, coverage.unwrap_or_default())
}

/// Why it ended: the panic, or libFuzzer's message.
fn message(said: &str) -> Option<String> {
    let lines: Vec<&str> = said.lines().collect();
    let panic = lines.iter().position(|line| line.contains("panicked at"));
    match panic {
        Some(at) => {
            let is_end = |line: &&&str| line.starts_with("note:") || line.starts_with("==");
            let end =
                lines[at..].iter().position(|line| is_end(&line)).map_or(lines.len(), |n| at + n);
            let excerpts =
                lines[at..end.min(at + 8)].iter().map(|line| shortened(line, LONGEST_LINE));
            Some(excerpts.collect::<Vec<_>>().join("\n"))
        }
        None => {
            let summary = lines.iter().find_map(|line| line.strip_prefix("SUMMARY: "));
            summary.map(|summary| format!("{summary} (at most {LONGEST} s and {MEMORY} MB)"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "INFO: Loaded 1 modules\n\
        #5\tINITED cov: 234 ft: 309 corp: 4/196b exec/s: 0 rss: 49Mb\n\
        #6\tNEW    cov: 240 ft: 311 corp: 5/200b lim: 4 exec/s: 0 rss: 49Mb\n";

    #[test]
    fn progress_is_read() {
        assert_eq!(progress(SAID), (6, (234, 240)));
        let ended = format!("{SAID}stat::number_of_executed_units: 900\n");
        assert_eq!(progress(&ended), (900, (234, 240)));
        assert_eq!(progress("INFO: Loaded no counters\n"), (0, (0, 0)));
    }

    #[test]
    fn the_reason_is_read() {
        let panic = "thread 'x' panicked at src/a.rs:1:2:\nfound\nnote: run with\n";
        let summary = "==1== ERROR: libFuzzer\nSUMMARY: libFuzzer: timeout\n";
        let panicked = message(&format!("{SAID}{panic}{summary}"));
        assert_eq!(panicked.as_deref(), Some("thread 'x' panicked at src/a.rs:1:2:\nfound"));
        assert!(message(summary).is_some_and(|text| text.starts_with("libFuzzer: timeout")));
        assert_eq!(message(SAID), None);
    }
}
