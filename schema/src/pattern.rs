//! Documented regular expressions.

use std::fmt;
use std::sync::OnceLock;

use regex_lite::Regex;

/// A documented regular expression, compiled on first use.
pub struct Pattern {
    source: &'static str,
    written: &'static str,
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// The pattern `source`, and the same `written` in the syntax of the crate `regex-lite`.
    pub const fn new(source: &'static str, written: &'static str) -> Self {
        Self { source, written, regex: OnceLock::new() }
    }

    /// The regular expression as it is documented.
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// The same in the syntax of the crate `regex-lite`.
    pub fn written(&self) -> &'static str {
        self.written
    }

    /// Whether `text` matches the pattern. An invalid regular expression matches everything.
    pub fn matches(&self, text: &str) -> bool {
        let regex = self.regex.get_or_init(|| Regex::new(self.written).ok());
        regex.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}
