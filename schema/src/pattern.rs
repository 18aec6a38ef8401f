//! Documented regular expressions (ECMA 262).

use std::fmt;
use std::sync::OnceLock;

use regress::Regex;

/// A documented regular expression, compiled on first use.
pub struct Pattern {
    source: &'static str,
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// The pattern `source`.
    pub const fn new(source: &'static str) -> Self {
        Self { source, regex: OnceLock::new() }
    }

    /// The regular expression.
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// Whether `text` matches the pattern. An invalid regular expression matches everything.
    pub fn matches(&self, text: &str) -> bool {
        let regex = self.regex.get_or_init(|| {
            // In Unicode mode if possible.
            Regex::with_flags(self.source, "u").or_else(|_| Regex::new(self.source)).ok()
        });
        regex.as_ref().is_none_or(|regex| regex.find(text).is_some())
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}
