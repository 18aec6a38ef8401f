//! The mutation score.

use super::super::mutants::{Mutant, Mutation, Run};

/// The page's section about mutants.
pub struct Mutants<'m> {
    /// Why there are no results, if there are none.
    pub missing: String,
    /// A note if the score covers only some mutants, or not the checked-out commit.
    pub note: String,
    /// The run.
    pub run: Option<&'m Run>,
}

impl<'m> Mutants<'m> {
    /// The section for the checked-out commit.
    pub fn of(mutation: &'m Mutation, commit: Option<&str>) -> Self {
        let without =
            |missing: &str| Self { missing: missing.to_owned(), note: String::new(), run: None };
        match mutation {
            Mutation::NotRun => without("cargo xtask mutants has not been run."),
            Mutation::Unreadable(why) => without(why),
            Mutation::Ran(run) => {
                Self { missing: String::new(), note: run.note(commit), run: Some(run) }
            }
        }
    }
}

impl Mutant {
    /// The first tests that noticed it, and how many more did.
    pub fn noticed(&self) -> String {
        const MOST: usize = 3;
        let first = self.by.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
        match self.by.len().checked_sub(MOST) {
            Some(more @ 1..) => format!("{first} and {more} more"),
            _ => first,
        }
    }

    /// Whether the verdict is good, for colours.
    pub fn class(&self) -> &'static str {
        match self.verdict.as_str() {
            "caught" => "good",
            "equivalent" => "open",
            _ => "bad",
        }
    }
}
