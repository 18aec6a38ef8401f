//! The valid form of settings and credentials from any source.

use crate::error::Error;

/// The characters that a setting may contain. Spaces are allowed only between others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// All visible characters: names, passwords, URLs, files.
    Text,
    /// Visible ASCII characters: keys, tokens and other header values.
    Ascii,
}

/// What is wrong with a setting, with its name. It shows only invisible characters of the value.
#[derive(Debug)]
pub(crate) struct Wrong(pub(crate) String);

/// Refuses a malformed setting: an empty one, or one with invisible characters, such as line breaks
/// and byte order marks from files, shells and clipboards.
pub(crate) fn check(name: &str, text: &str, form: Form) -> Result<(), Wrong> {
    let refuse = |what: String| Err(Wrong(format!("{name} {what}")));
    if text.is_empty() {
        return refuse("is empty".to_owned());
    }
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    let is_unseen = |c: char| c == ' ' || is_hidden(c);
    if text.chars().all(is_unseen) {
        return refuse("is blank".to_owned());
    }
    let last = text.chars().count() - 1;
    let is_wrong = |(at, c): &(usize, char)| match c {
        ' ' => *at == 0 || *at == last,
        c => is_hidden(*c) || (form == Form::Ascii && !c.is_ascii()),
    };
    let Some((at, c)) = text.chars().enumerate().find(is_wrong) else { return Ok(()) };
    let what = described(c);
    if at == 0 {
        refuse(format!("begins with {what}"))
    } else if text.chars().skip(at).all(is_unseen) {
        refuse(format!("ends with {what}"))
    } else {
        let s = if at == 1 { "" } else { "s" };
        refuse(format!("has {what} after {at} character{s}"))
    }
}

/// Whether a character is invisible: white space except the space, control characters, Unicode's
/// ignorable characters, and the replacement for bytes that are not UTF-8.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffd}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn described(c: char) -> String {
    match c {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => "a line break".to_owned(),
        ' ' => "a space".to_owned(),
        '\t' => "a tab".to_owned(),
        '\u{feff}' => "a byte order mark".to_owned(),
        '\u{fffd}' => "a character that is not UTF-8".to_owned(),
        c if c.is_whitespace() => format!("the space character U+{:04X}", u32::from(c)),
        c if c.is_control() => format!("the control character U+{:04X}", u32::from(c)),
        c if is_hidden(c) => format!("the invisible character U+{:04X}", u32::from(c)),
        _ => "a character that is not ASCII".to_owned(),
    }
}

impl From<Wrong> for Error {
    fn from(wrong: Wrong) -> Self {
        Self::invalid(wrong.0)
    }
}
