//! The operations that an API-wide entry applies to.

use std::fmt;

use serde::{Serialize, Serializer};

/// Names and patterns of operations: `*`, `list_*`, and `!show_alias` for what is left out; or only
/// the pages of one operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    terms: Vec<String>,
    /// The operator whose pages it is about.
    pub operator: Option<String>,
}

impl Scope {
    /// Reads `applies to:`.
    ///
    /// # Errors
    ///
    /// A term stands twice.
    pub fn parse(text: &str) -> Result<Self, String> {
        let words = text.split([' ', ',']).filter(|word| !word.is_empty());
        let mut terms: Vec<String> = Vec::new();
        for word in words {
            match terms.iter().any(|term| term == word) {
                true => return Err(format!("`{word}` stands twice in `applies to:`")),
                false => terms.push(word.to_owned()),
            }
        }
        Ok(Self { terms, operator: None })
    }

    /// All operations.
    pub fn all() -> Self {
        Self { terms: vec!["*".to_owned()], operator: None }
    }

    /// Whether the page of `operation` is of one of them, and of the operator.
    pub fn covers(&self, operation: &str, operator: Option<&str>) -> bool {
        let own = self.operator.as_deref();
        (own.is_none() || own == operator) && self.has(operation)
    }

    /// Whether `operation` is one of them.
    pub fn has(&self, operation: &str) -> bool {
        let (out, of): (Vec<&str>, Vec<&str>) =
            self.terms.iter().map(String::as_str).partition(|term| term.starts_with('!'));
        let is_left_out = out.iter().any(|term| matches(&term[1..], operation));
        !is_left_out && (of.is_empty() || of.iter().any(|term| matches(term, operation)))
    }

    /// Whether `operation` is one of them by its whole name, so that the entry has to apply to it.
    pub fn names(&self, operation: &str) -> bool {
        self.terms.iter().any(|term| term == operation)
    }

    /// The first term that is about none of `operations`.
    pub fn unknown(&self, operations: &[&str]) -> Option<&str> {
        let is_known = |term: &&String| {
            let pattern = term.strip_prefix('!').unwrap_or(term);
            operations.iter().any(|operation| matches(pattern, operation))
        };
        self.terms.iter().find(|term| !is_known(term)).map(String::as_str)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.terms.join(" "))?;
        self.operator.iter().try_for_each(|operator| write!(f, ", operator {operator}"))
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Whether `name` is of the form of `pattern`, in which `*` stands for any text.
pub fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((before, after)) => name.strip_prefix(before).is_some_and(|rest| {
            (0..=rest.len())
                .filter(|at| rest.is_char_boundary(*at))
                .any(|at| matches(after, &rest[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_patterns_and_what_is_left_out() {
        for (terms, has) in [
            ("*", [true, true, true]),
            ("list_*", [true, false, false]),
            ("*_alias, list_versions", [true, true, false]),
            ("* !list_*", [false, true, true]),
            ("!show_alias", [true, false, true]),
            ("show_*s", [false, true, false]),
            ("show*al*s*", [false, true, false]),
        ] {
            let scope = Scope::parse(terms).unwrap();
            let found = ["list_versions", "show_alias", "show_code"].map(|name| scope.has(name));
            assert_eq!(found, has, "{terms}");
        }
        let scope = Scope::parse("list_* show_alias !show_cod").unwrap();
        assert!(scope.names("show_alias") && !scope.names("list_versions"));
        assert_eq!(scope.unknown(&["list_versions", "show_alias"]), Some("!show_cod"));
        assert_eq!(Scope::parse("a b, a"), Err("`a` stands twice in `applies to:`".to_owned()));
    }
}
