//! The patterns of expressions. CEL's syntax for them is RE2's, and the client's is that of ECMA 262,
//! so that a pattern may only have what means the same in both.

use cloudfn_schema::Pattern;
use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{self, AssertionKind, Ast, ClassSet, ClassSetItem, GroupKind};

/// The pattern `source`.
///
/// # Errors
///
/// Why it is not one, or what in it means something else in the other syntax.
pub fn pattern(source: &str) -> Result<&'static Pattern, String> {
    let ast = Parser::new().parse(source).map_err(|e| e.kind().to_string())?;
    let dots = ast::visit(&ast, Common::default())?;
    let mut written = source.to_owned();
    for dot in dots.into_iter().rev() {
        written.replace_range(dot..=dot, r"[^\n]");
    }
    regress::Regex::with_flags(&written, "u").map_err(|e| e.to_string())?;
    Ok(Box::leak(Box::new(Pattern::new(Box::leak(written.into_boxed_str())))))
}

/// Refuses what does not mean the same in both syntaxes, and collects the places of `.`, which in
/// RE2 is every character but a line feed.
#[derive(Default)]
struct Common {
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
            ClassSetItem::Ascii(_) | ClassSetItem::Unicode(_) | ClassSetItem::Perl(_) => {
                Err(format!("it has {NAMED_CLASS}"))
            }
            ClassSetItem::Bracketed(_) => Err("it has a class in a class".to_owned()),
            _ => Ok(()),
        }
    }
}

const NAMED_CLASS: &str = "a class with a name; write its characters, such as `[0-9]`";
