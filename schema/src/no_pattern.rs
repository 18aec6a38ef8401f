//! Without the feature `pattern`, no API has regular expressions.

/// A documented regular expression.
#[derive(Debug)]
pub enum Pattern {}

impl Pattern {
    /// Ends the compilation of an API that has one.
    pub const fn new(_: &'static str, _: &'static str) -> Self {
        panic!("an API with a pattern needs the feature `pattern`")
    }

    /// The regular expression as it is documented.
    pub fn source(&self) -> &'static str {
        match *self {}
    }

    /// Whether `text` matches the pattern.
    pub fn matches(&self, _: &str) -> bool {
        match *self {}
    }
}
