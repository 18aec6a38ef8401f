//! The mutation score.

use super::super::mutants::{Mutant, Mutation, Run};

/// What the page says of the mutants.
pub struct Mutants<'m> {
    /// Why there is nothing to say, if there is nothing.
    pub missing: String,
    /// That the score is of a part, or of another commit than the one that is checked out.
    pub note: String,
    /// The run.
    pub run: Option<&'m Run>,
}

impl<'m> Mutants<'m> {
    /// What is known, at the commit that is checked out.
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

    /// Whether the verdict is good news, for colours.
    pub fn class(&self) -> &'static str {
        match self.verdict.as_str() {
            "caught" => "good",
            "equivalent" => "open",
            _ => "bad",
        }
    }
}
