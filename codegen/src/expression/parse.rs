//! Reads an expression.

use super::functions::{function, Form, FUNCTIONS, MACROS};
use super::{Expression, Term};
use crate::pattern::Syntax;

/// How deep an expression may be nested.
const MAX_DEPTH: usize = 100;

impl Expression {
    /// Reads `text`.
    ///
    /// # Errors
    ///
    /// What in it is not supported, and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser { text, at: 0, variables: Vec::new(), depth: 0 };
        let term = parser.whole().map_err(|message| {
            let column = text[..parser.at.min(text.len())].chars().count() + 1;
            format!("column {column} of `{text}`: {message}")
        })?;
        let mut is_whole = false;
        term.visit(&mut |term| is_whole |= matches!(term, Term::Variable(name) if name == "self"));
        if is_whole {
            return Err(format!("`{text}` is about all of `self`, not about one of its members"));
        }
        match term.is_boolean() {
            true => Ok(Self { text: text.to_owned(), term }),
            false => Err(format!("`{text}` is neither true nor false")),
        }
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    variables: Vec<String>,
    depth: usize,
}

type Parsed = Result<Term, String>;

impl<'t> Parser<'t> {
    fn whole(&mut self) -> Parsed {
        let term = self.term()?;
        match self.rest().chars().next() {
            None => Ok(term),
            Some(other) => Err(format!("`{other}` is not expected here")),
        }
    }

    /// The text that is left, without blanks and comments.
    fn rest(&mut self) -> &'t str {
        loop {
            let rest = &self.text[self.at..];
            let blank = rest.len() - rest.trim_start().len();
            let comment = match rest[blank..].starts_with("//") {
                true => rest[blank..].find('\n').unwrap_or(rest.len() - blank),
                false => 0,
            };
            self.at += blank + comment;
            if comment == 0 {
                return &self.text[self.at..];
            }
        }
    }

    fn take(&mut self, symbol: &str) -> bool {
        let is_there = self.rest().starts_with(symbol);
        if is_there {
            self.at += symbol.len();
        }
        is_there
    }

    fn expect(&mut self, symbol: &str) -> Result<(), String> {
        match self.take(symbol) {
            true => Ok(()),
            false => Err(format!("`{symbol}` is expected here")),
        }
    }

    /// A name, if there is one.
    fn name(&mut self) -> Option<&'t str> {
        let rest = self.rest();
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
        let name = Some(&rest[..end]).filter(|n| !n.is_empty() && !n.starts_with(digit))?;
        self.at += end;
        Some(name)
    }

    /// Reads what is nested in something else.
    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        if self.depth == MAX_DEPTH {
            return Err("this is nested too deeply".to_owned());
        }
        self.depth += 1;
        let term = read(self);
        self.depth -= 1;
        term
    }

    fn term(&mut self) -> Parsed {
        self.deeper(|parser| {
            let condition = parser.or()?;
            if !parser.take("?") {
                return Ok(condition);
            }
            let yes = parser.or()?;
            parser.expect(":")?;
            Ok(Term::Conditional(condition.into(), yes.into(), parser.term()?.into()))
        })
    }

    fn or(&mut self) -> Parsed {
        let mut left = self.and()?;
        while self.take("||") {
            left = Term::Or(left.into(), self.and()?.into());
        }
        Ok(left)
    }

    fn and(&mut self) -> Parsed {
        let mut left = self.infix(1)?;
        while self.take("&&") {
            left = Term::And(left.into(), self.infix(1)?.into());
        }
        Ok(left)
    }

    /// Operators that bind at least as strongly as `strength`.
    fn infix(&mut self, strength: u8) -> Parsed {
        let mut left = match strength {
            4.. => return self.prefix(),
            _ => self.infix(strength + 1)?,
        };
        loop {
            let rest = self.rest();
            let is_next = |cel: &str| match cel {
                "in" => rest.starts_with("in") && !rest[2..].starts_with(letter),
                symbol => rest.starts_with(symbol),
            };
            let found = FUNCTIONS
                .iter()
                .find(|function| function.form == Form::Infix(strength) && is_next(function.cel));
            let Some(found) = found else { return Ok(left) };
            self.at += found.cel.len();
            left = Term::Call(found, vec![left, self.infix(strength + 1)?]);
        }
    }

    fn prefix(&mut self) -> Parsed {
        let rest = self.rest();
        if rest.starts_with('-') && rest[1..].starts_with(digit) {
            let number = self.number()?;
            return self.suffixes(number);
        }
        for symbol in ["!", "-"] {
            let mut count = 0;
            while !self.rest().starts_with("!=") && self.take(symbol) {
                count += 1;
            }
            if count > 0 {
                // Two of them cancel each other out, whatever the operand is.
                let found =
                    function(symbol, |form| form == Form::Prefix).filter(|_| count % 2 == 1);
                let operand = self.deeper(Self::prefix)?;
                return Ok(match found {
                    Some(found) => Term::Call(found, vec![operand]),
                    None => operand,
                });
            }
        }
        let primary = self.primary()?;
        self.suffixes(primary)
    }

    fn suffixes(&mut self, mut of: Term) -> Parsed {
        loop {
            if self.take("[") {
                let key = self.term()?;
                self.expect("]")?;
                of = match (of, key) {
                    (Term::Variable(name), Term::Text(key)) if name == "self" => Term::Own(key),
                    (of, key) => {
                        let index = function("[]", |form| form == Form::Index);
                        Term::Call(index.ok_or("there is no such operator")?, vec![of, key])
                    }
                };
            } else if self.take(".") {
                let name = self.name().ok_or("a name is expected here")?.to_owned();
                of = match self.take("(") {
                    true => self.method(of, &name)?,
                    false => match of {
                        Term::Variable(known) if known == "self" => Term::Own(name),
                        of => Term::Member(of.into(), name),
                    },
                };
            } else {
                return Ok(of);
            }
        }
    }

    fn method(&mut self, of: Term, name: &str) -> Parsed {
        if let Some(each) = MACROS.iter().find(|each| each.name == name) {
            let variable = self.name().ok_or("a variable is expected here")?.to_owned();
            self.expect(",")?;
            self.variables.push(variable.clone());
            let test = self.term()?;
            self.variables.pop();
            self.expect(")")?;
            return Ok(Term::Each(each, of.into(), variable, test.into()));
        }
        let mut operands = self.operands()?;
        operands.insert(0, of);
        if let ("matches", [_, Term::Text(source)]) = (name, &operands[..]) {
            let pattern = Syntax::Re2.pattern(source);
            let pattern = pattern.map_err(|e| format!("the pattern `{source}`: {e}"))?;
            let pattern = Box::leak(Box::new(pattern));
            return Ok(Term::Matches(operands.swap_remove(0).into(), pattern));
        }
        let is_method = |form| form == Form::Method || (form == Form::Global && name == "size");
        self.call(name, operands, is_method)
    }

    fn operands(&mut self) -> Result<Vec<Term>, String> {
        self.list(")")
    }

    fn list(&mut self, end: &str) -> Result<Vec<Term>, String> {
        let mut terms = Vec::new();
        while !self.take(end) {
            if !terms.is_empty() {
                self.expect(",")?;
            }
            terms.push(self.term()?);
        }
        Ok(terms)
    }

    fn call(&mut self, name: &str, operands: Vec<Term>, is: impl Fn(Form) -> bool) -> Parsed {
        match function(name, is) {
            Some(function) if function.operands == operands.len() => match &operands[..] {
                [Term::Own(of)] if name == "fromJson" => Ok(Term::OwnJson(of.clone())),
                _ => Ok(Term::Call(function, operands)),
            },
            Some(_) => Err(format!("`{name}` is called with {} operands", operands.len())),
            None if name == "matches" => Err("a pattern must be a literal".to_owned()),
            None => Err(format!("the function `{name}` is not supported")),
        }
    }

    fn primary(&mut self) -> Parsed {
        let rest = self.rest();
        if self.take("(") {
            let term = self.term()?;
            self.expect(")")?;
            return Ok(term);
        }
        if self.take("[") {
            return Ok(Term::List(self.list("]")?));
        }
        if rest.starts_with(digit) || rest.starts_with('.') {
            return self.number();
        }
        let quote = rest.trim_start_matches(['r', 'R']);
        if quote.starts_with(['"', '\'']) && rest.len() - quote.len() <= 1 {
            return self.text(rest.len() > quote.len()).map(Term::Text);
        }
        let Some(name) = self.name() else {
            return Err(match rest.chars().next() {
                Some(other) => format!("`{other}` is not expected here"),
                None => "something is missing here".to_owned(),
            });
        };
        match name {
            "null" => Ok(Term::Null),
            "true" => Ok(Term::Boolean(true)),
            "false" => Ok(Term::Boolean(false)),
            "has" => {
                self.expect("(")?;
                let of = self.term()?;
                let is_index = self.text[..self.at].trim_end().ends_with(']');
                self.expect(")")?;
                match of {
                    _ if is_index => Err("`has` is about a member by its name".to_owned()),
                    Term::Own(name) => Ok(Term::HasOwn(name)),
                    Term::Member(of, name) => Ok(Term::Has(of, name)),
                    _ => Err("`has` is about a member, such as `has(self.name)`".to_owned()),
                }
            }
            "self" => Ok(Term::Variable(name.to_owned())),
            name if self.variables.iter().any(|known| known == name) => {
                Ok(Term::Variable(name.to_owned()))
            }
            name if self.take("(") => {
                let operands = self.operands()?;
                self.call(name, operands, |form| form == Form::Global)
            }
            name => Err(format!("`{name}` is not known; members are written as `self.{name}`")),
        }
    }

    fn number(&mut self) -> Parsed {
        let rest = self.rest();
        let mut before = ' ';
        let end = rest.find(|c: char| {
            let is_sign = matches!(c, '-' | '+') && matches!(before, ' ' | 'e' | 'E');
            before = c;
            !(c.is_ascii_alphanumeric() || c == '.' || is_sign)
        });
        let digits = &rest[..end.unwrap_or(rest.len())];
        let hexadecimal = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
        let term = match hexadecimal {
            Some(digits) => i64::from_str_radix(digits, 16).ok().map(Term::Integer),
            None if digits.contains(['.', 'e', 'E']) => digits.parse().ok().map(Term::Number),
            None => digits.parse().ok().map(Term::Integer),
        };
        let is_finite = !matches!(term, Some(Term::Number(number)) if !number.is_finite());
        let term = term.filter(|_| is_finite);
        let term = term.ok_or_else(|| format!("`{digits}` is not a number"))?;
        self.at += digits.len();
        Ok(term)
    }

    fn text(&mut self, is_raw: bool) -> Result<String, String> {
        let (start, opened) = (self.at, &self.text[self.at + usize::from(is_raw)..]);
        let quote = &opened[..1];
        if opened.starts_with(&quote.repeat(3)) {
            return Err("a text in three quotes is not supported".to_owned());
        }
        let mut characters = opened[1..].char_indices();
        let mut text = String::new();
        while let Some((index, character)) = characters.next() {
            match character {
                '\\' if !is_raw => text.push(escaped(&mut characters)?),
                '\\' => {
                    text.push('\\');
                    text.extend(characters.next().map(|(_, next)| next));
                }
                '\n' => break,
                character if quote.starts_with(character) => {
                    self.at = start + usize::from(is_raw) + index + 2;
                    return Ok(text);
                }
                character => text.push(character),
            }
        }
        Err(format!("this text has no end: {quote} is missing"))
    }
}

/// The character of an escape sequence, after its backslash.
fn escaped(characters: &mut std::str::CharIndices<'_>) -> Result<char, String> {
    let kind = characters.next().map_or(' ', |(_, kind)| kind);
    let digits = match kind {
        'x' | 'X' => 2,
        'u' => 4,
        'U' => 8,
        _ => 0,
    };
    let code: String = characters.take(digits).map(|(_, digit)| digit).collect();
    let found = match kind {
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        '\\' | '"' | '\'' | '`' | '?' => Some(kind),
        _ if digits > 0 && code.len() == digits => {
            u32::from_str_radix(&code, 16).ok().and_then(char::from_u32)
        }
        _ => None,
    };
    found.ok_or_else(|| format!("the escape `\\{kind}{code}` is not supported"))
}

fn digit(c: char) -> bool {
    c.is_ascii_digit()
}

fn letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
