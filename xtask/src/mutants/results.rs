//! The file with the results of `cargo xtask mutants`.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::outcome::{Level, Outcome, Verdict};
use crate::files;
use crate::project::Project;

/// The file for a run of all mutants, in the target folder.
const WHOLE: &str = "mutants/mutants.json";
/// The file for a run of some mutants.
const PART: &str = "mutants/part.json";

/// The results of the mutants, if known.
pub enum Mutation {
    /// There is no file.
    NotRun,
    /// The file cannot be read, for this reason.
    Unreadable(String),
    Ran(Run),
}

/// A run of `cargo xtask mutants`.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Run {
    pub commit: String,
    /// The options that selected some of the mutants; empty for all.
    pub part: String,
    pub seconds: f64,
    /// The figures, by level.
    pub levels: Vec<Score>,
    /// The mutants, survivors first.
    pub mutants: Vec<Mutant>,
}

/// The figures of some mutants.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Score {
    /// What was changed: `code`, `document`, …
    pub level: String,
    pub made: usize,
    pub caught: usize,
    pub survived: usize,
    /// Mutants that change no behaviour.
    pub equivalent: usize,
}

/// A change that a test should notice.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Mutant {
    pub level: String,
    pub name: String,
    pub kind: String,
    /// `caught`, `survived` or `equivalent`.
    pub verdict: String,
    /// The tests that noticed it.
    pub by: Vec<String>,
    /// Why it survived, or why it changes no behaviour.
    pub reason: String,
}

impl Mutation {
    /// Reads the file of all mutants in the target folder of `project`, or that of some mutants.
    pub fn read(project: &Project) -> Self {
        for name in [WHOLE, PART] {
            let file = project.target.join(name);
            match std::fs::read_to_string(&file) {
                Ok(text) => return Self::parse(&text, &file),
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                Err(e) => {
                    return Self::Unreadable(format!("{} cannot be read: {e}", file.display()))
                }
            }
        }
        Self::NotRun
    }

    /// Reads `text`; `file` names it in messages.
    pub fn parse(text: &str, file: &Path) -> Self {
        match serde_json::from_str::<Run>(text) {
            Ok(mut run) => {
                run.mutants.sort_by_key(Mutant::rank);
                Self::Ran(run)
            }
            Err(e) => Self::Unreadable(format!("{} is not as expected: {e}", file.display())),
        }
    }
}

impl Run {
    /// Adds the results, and writes all into the target folder. Returns the path of the file.
    pub fn write(mut self, project: &Project, outcomes: &[Outcome]) -> Result<String, String> {
        for level in [Level::Code, Level::Reference, Level::Document] {
            let score = Score::of(level, outcomes.iter().filter(|o| o.level == level));
            self.levels.extend(Some(score).filter(|score| score.made > 0));
        }
        self.mutants = outcomes.iter().map(Mutant::of).collect();
        self.mutants.sort_by_key(Mutant::rank);
        let file = project.target.join(if self.part.is_empty() { WHOLE } else { PART });
        let json = serde_json::to_string_pretty(&self).map_err(|e| e.to_string())?;
        files::write(&file, &(json + "\n"))?;
        Ok(project.relative(&file))
    }

    /// A note for the score: that it covers only some mutants, or not `commit`.
    pub fn note(&self, commit: Option<&str>) -> String {
        let part = match self.part.as_str() {
            "" => String::new(),
            part => format!("These are only some of the mutants, selected by {part}."),
        };
        [part, self.other_commit(commit)].join(" ").trim().to_owned()
    }

    /// A note if the results are not for `commit`. Either commit may be abbreviated.
    fn other_commit(&self, commit: Option<&str>) -> String {
        let own = match self.commit.as_str() {
            "" => "unknown",
            own => own,
        };
        match commit {
            Some(commit) if commit.starts_with(own) || own.starts_with(commit) => String::new(),
            Some(commit) => {
                format!("The mutants are of commit {}, but this is {}.", short(own), short(commit))
            }
            None => format!("The mutants are of commit {}.", short(own)),
        }
    }
}

impl Score {
    /// The figures of some outcomes of a level.
    pub fn of<'o>(level: Level, outcomes: impl IntoIterator<Item = &'o Outcome>) -> Self {
        let mut score = Self { level: level.to_string(), ..Self::default() };
        for outcome in outcomes {
            score.made += 1;
            match outcome.verdict {
                Verdict::Caught(_) => score.caught += 1,
                Verdict::Survived(_) => score.survived += 1,
                Verdict::Equivalent(_) => score.equivalent += 1,
            }
        }
        score
    }

    /// The score in percent, with one decimal: the share of the catchable mutants that were caught.
    pub fn percent(&self) -> String {
        let could = self.made.saturating_sub(self.equivalent);
        match could {
            0 => "none made".to_owned(),
            // Rounded down, so that 100.0 % means all.
            _ => {
                let score = self.caught * 1000 / could;
                format!("{}.{} %", score / 10, score % 10)
            }
        }
    }
}

impl Mutant {
    fn of(outcome: &Outcome) -> Self {
        let (verdict, by) = match &outcome.verdict {
            Verdict::Caught(by) => ("caught", by.clone()),
            Verdict::Survived(_) => ("survived", Vec::new()),
            Verdict::Equivalent(_) => ("equivalent", Vec::new()),
        };
        Self {
            level: outcome.level.to_string(),
            name: outcome.name.clone(),
            kind: outcome.kind.clone(),
            verdict: verdict.to_owned(),
            by,
            reason: outcome.reason().to_owned(),
        }
    }

    /// Survivors come first, caught mutants last.
    fn rank(&self) -> usize {
        let known = ["survived", "equivalent", "caught"];
        known.iter().position(|known| *known == self.verdict).unwrap_or(0)
    }
}

/// An abbreviated commit.
fn short(commit: &str) -> String {
    commit.chars().take(12).collect()
}
