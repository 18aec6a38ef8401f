//! Which way a change goes, and what it means.

use serde::Serialize;

/// What a change means for callers, from harmless to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It has no effect.
    #[serde(rename = "no effect")]
    NoEffect,
    /// What worked goes on working.
    Compatible,
    /// Nothing is known of its effect: somebody has to read it.
    #[serde(rename = "changed")]
    Unclear,
    /// What worked may not work any more.
    Breaking,
}

impl Verdict {
    /// All verdicts, the worst first.
    pub const WORST_FIRST: [Self; 4] =
        [Self::Breaking, Self::Unclear, Self::Compatible, Self::NoEffect];

    /// Its name in lists and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoEffect => "no effect",
            Self::Compatible => "compatible",
            Self::Unclear => "changed",
            Self::Breaking => "breaking",
        }
    }
}

/// Which way something went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Shift {
    /// It was not there.
    Added,
    /// It is not there any more.
    Removed,
    /// Less is allowed than before.
    Narrowed,
    /// More is allowed than before.
    Widened,
    /// It is another one.
    #[default]
    Changed,
    /// It only says what was so before.
    Same,
}
