//! The results of mutants, and the score.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde_json::{json, Value};

use crate::files;

/// Where a mutation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Level {
    /// In the generated code. Specs and ledgers are unchanged.
    Code,
    /// In specs and ledgers alike. The code is unchanged.
    Reference,
    /// In a spec or a ledger alone.
    Document,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Code => "code",
            Self::Reference => "reference",
            Self::Document => "document",
        })
    }
}

/// The result of a mutant.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It was noticed by these: tests, most of them claims, the compiler, or the reader of the
    /// document.
    Caught(Vec<String>),
    /// Nothing noticed it, with an explanation.
    Survived(String),
    /// Nothing can notice it, with the reason.
    Equivalent(String),
}

/// A mutant with its verdict.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub level: Level,
    pub name: String,
    pub kind: String,
    pub verdict: Verdict,
}

impl Outcome {
    pub fn survived(&self) -> bool {
        matches!(self.verdict, Verdict::Survived(_))
    }

    /// Why it survived, or why nothing can notice it.
    fn reason(&self) -> &str {
        match &self.verdict {
            Verdict::Caught(_) => "",
            Verdict::Survived(reason) | Verdict::Equivalent(reason) => reason,
        }
    }
}

/// Figures of some outcomes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Score {
    pub made: usize,
    pub caught: usize,
    pub survived: usize,
    pub equivalent: usize,
}

impl Score {
    fn add(&mut self, verdict: &Verdict) {
        self.made += 1;
        match verdict {
            Verdict::Caught(_) => self.caught += 1,
            Verdict::Survived(_) => self.survived += 1,
            Verdict::Equivalent(_) => self.equivalent += 1,
        }
    }

    /// The percentage of the catchable mutants that were caught.
    fn percent(self) -> f64 {
        let catchable = self.made - self.equivalent;
        #[allow(clippy::cast_precision_loss, reason = "there are not that many")]
        match catchable {
            0 => 100.0,
            catchable => self.caught as f64 * 100.0 / catchable as f64,
        }
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { made, caught, survived, equivalent } = self;
        let percent = self.percent();
        write!(
            f,
            "{percent:.1} %: {made} made, {caught} caught, {survived} survived, {equivalent} equivalent"
        )
    }
}

/// The figures of each level, and of each kind in it.
pub fn scores(outcomes: &[Outcome]) -> BTreeMap<Level, (Score, BTreeMap<&str, Score>)> {
    let mut scores: BTreeMap<Level, (Score, BTreeMap<_, Score>)> = BTreeMap::new();
    for outcome in outcomes {
        let (whole, kinds) = scores.entry(outcome.level).or_default();
        whole.add(&outcome.verdict);
        kinds.entry(outcome.kind.as_str()).or_default().add(&outcome.verdict);
    }
    scores
}

/// Survivors with their reasons, then the figures.
pub fn print(outcomes: &[Outcome]) {
    for outcome in outcomes.iter().filter(|outcome| outcome.survived()) {
        println!("SURVIVED {} ({})\n    {}", outcome.name, outcome.level, outcome.reason());
    }
    for (level, (score, kinds)) in scores(outcomes) {
        println!("{level}: {score}");
        for (kind, score) in kinds {
            println!("    {kind:<24} {score}");
        }
    }
}

/// When and how mutants were run.
pub struct Run {
    /// The commit that is checked out.
    pub commit: String,
    /// The options that selected some of the mutants.
    pub part: String,
    /// How long it took.
    pub seconds: f64,
}

/// Writes everything for other tools, survivors first.
pub fn write(file: &Path, run: &Run, outcomes: &[Outcome]) -> Result<(), String> {
    let levels = scores(outcomes).into_iter().map(|(level, (score, _))| {
        let Score { made, caught, survived, equivalent } = score;
        json!({
            "level": level.to_string(), "made": made, "caught": caught,
            "survived": survived, "equivalent": equivalent,
        })
    });
    let mut sorted: Vec<&Outcome> = outcomes.iter().collect();
    sorted.sort_by_key(|outcome| match outcome.verdict {
        Verdict::Survived(_) => 0,
        Verdict::Equivalent(_) => 1,
        Verdict::Caught(_) => 2,
    });
    let mutants = sorted.into_iter().map(|outcome| {
        let (verdict, by) = match &outcome.verdict {
            Verdict::Caught(by) => ("caught", by.as_slice()),
            Verdict::Survived(_) => ("survived", &[][..]),
            Verdict::Equivalent(_) => ("equivalent", &[][..]),
        };
        json!({
            "level": outcome.level.to_string(), "name": outcome.name, "kind": outcome.kind,
            "verdict": verdict, "by": by, "reason": outcome.reason(),
        })
    });
    let whole = json!({
        "commit": run.commit,
        "part": run.part,
        "seconds": run.seconds,
        "levels": levels.collect::<Vec<Value>>(),
        "mutants": mutants.collect::<Vec<Value>>(),
    });
    files::write(file, &format!("{whole:#}\n"))
}
