//! The results of mutants.

use std::fmt;

/// Where a mutation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
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
    pub fn reason(&self) -> &str {
        match &self.verdict {
            Verdict::Caught(_) => "",
            Verdict::Survived(reason) | Verdict::Equivalent(reason) => reason,
        }
    }
}
