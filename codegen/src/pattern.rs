//! Regular expressions. They may only have what means the same in the syntax of a document and in that
//! of the client's engine, but for what is written in another way.

use cloudfn_schema::Pattern;
use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{
    self, AssertionKind, Ast, ClassPerlKind, ClassSet, ClassSetItem, GroupKind,
};

/// The syntax of a document.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// That of schemas.
    Ecma262,
    /// That of rules, which are in CEL.
    Re2,
}

impl Syntax {
    /// The pattern `source`, which is never freed.
    ///
    /// # Errors
    ///
    /// Why it is not one, or what in it means something else to the client's engine.
    pub fn pattern(self, source: &str) -> Result<Pattern, String> {
        let ast = Parser::new().parse(source).map_err(|e| e.kind().to_string())?;
        let dots = ast::visit(&ast, Common { syntax: self, dots: Vec::new() })?;
        let mut written = source.to_owned();
        for dot in dots.into_iter().rev() {
            written.replace_range(dot..=dot, self.dot());
        }
        regex_lite::Regex::new(&written).map_err(|e| e.to_string())?;
        let [source, written] = [source.to_owned(), written].map(|text| &*text.leak());
        Ok(Pattern::new(source, written))
    }

    /// What `.` means.
    fn dot(self) -> &'static str {
        match self {
            Self::Ecma262 => r"[^\n\r\u{2028}\u{2029}]",
            Self::Re2 => r"[^\n]",
        }
    }

    /// Whether the class with this name has the same characters everywhere. Implementations of CEL do
    /// not agree on any.
    fn has(self, name: &ClassPerlKind) -> bool {
        self == Self::Ecma262 && !matches!(name, ClassPerlKind::Space)
    }
}

/// Refuses what does not mean the same in both syntaxes, and collects the places of `.`.
struct Common {
    syntax: Syntax,
    dots: Vec<usize>,
}

impl ast::Visitor for Common {
    type Output = Vec<usize>;
    type Err = String;

    fn finish(self) -> Result<Vec<usize>, String> {
        Ok(self.dots)
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), String> {
        let refused = match ast {
            Ast::Dot(span) => {
                self.dots.push(span.start.offset);
                None
            }
            Ast::Flags(_) => Some("flags"),
            Ast::Assertion(assertion) => match assertion.kind {
                AssertionKind::StartLine | AssertionKind::EndLine => None,
                _ => Some("an assertion other than `^` and `$`"),
            },
            Ast::ClassPerl(class) if self.syntax.has(&class.kind) => None,
            Ast::ClassUnicode(_) | Ast::ClassPerl(_) => Some(NAMED_CLASS),
            Ast::ClassBracketed(class) => match &class.kind {
                ClassSet::BinaryOp(_) => Some("`&&`, `--` or `~~` in a class"),
                ClassSet::Item(_) => None,
            },
            Ast::Group(group) => match &group.kind {
                GroupKind::CaptureIndex(_) => None,
                GroupKind::NonCapturing(flags) if flags.items.is_empty() => None,
                _ => Some("a group with a name or flags"),
            },
            _ => None,
        };
        refused.map_or(Ok(()), |what| Err(format!("it has {what}")))
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), String> {
        match item {
            ClassSetItem::Perl(class) if self.syntax.has(&class.kind) => Ok(()),
            ClassSetItem::Ascii(_) | ClassSetItem::Unicode(_) | ClassSetItem::Perl(_) => {
                Err(format!("it has {NAMED_CLASS}"))
            }
            ClassSetItem::Bracketed(_) => Err("it has a class in a class".to_owned()),
            _ => Ok(()),
        }
    }
}

const NAMED_CLASS: &str = "a class with a name; write its characters, such as `[0-9]`";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_what_they_mean_in_documents() {
        let ecma = |source: &str| Syntax::Ecma262.pattern(source).unwrap();
        for (source, matching, other) in [
            ("^.$", "é", "\r"),
            ("^.$", "a", "\u{2028}"),
            ("^\\d$", "7", "٧"),
            ("^[\\w-]+$", "a-Z_9", "é"),
            ("^\\W$", "é", "_"),
            ("a$", "ba", "a\n"),
            ("^[^a]$", "\n", "a"),
            ("^[\\u4e00-\\u9fa5]+$", "函数", "f"),
            ("^https?:\\/\\/x\\.y$", "http://x.y", "http://x-y"),
            ("^(?:a|b){2,}$", "abb", "a"),
        ] {
            let pattern = ecma(source);
            assert!(pattern.matches(matching) && !pattern.matches(other), "{source}");
            assert_eq!(pattern.source(), source);
        }
        assert!(Syntax::Re2.pattern("^.$").unwrap().matches("\r"));
        assert!(!Syntax::Re2.pattern("^.$").unwrap().matches("\n"));
    }

    #[test]
    fn what_means_something_else_is_refused() {
        for source in ["\\s", "[^\\S]", "\\p{L}", "(?=a)", "(a)\\1", "[[:alpha:]]", "a\\b", "(?i)a"]
        {
            assert!(Syntax::Ecma262.pattern(source).is_err(), "{source}");
        }
        for source in ["\\d", "[\\w]"] {
            assert!(Syntax::Re2.pattern(source).unwrap_err().contains(NAMED_CLASS), "{source}");
        }
    }
}
