//! What of an answer may be shown: a bounded part of it, on one line, without secrets.

use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::Value;

use crate::transport::encode_path;

/// Characters of a body that is not in the documented shape.
pub(crate) const EXCERPT: usize = 200;
/// Characters of a text that the service meant to be read.
const TEXT: usize = 1000;
/// Bytes that are looked at for an excerpt.
const LOOKED_AT: usize = 64 * 1024;
/// What stands in the place of a secret.
const HIDDEN: &str = "[secret]";
/// The shortest text that can be hidden without making the rest unreadable.
const SHORTEST: usize = 4;
/// The shortest part of a header that is taken for a secret of its own.
const SHORTEST_PART: usize = 16;

/// What must never be shown.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    /// The values of the sensitive headers of a request, and their parts.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut secrets = Self::default();
        for value in headers.values().filter(|value| value.is_sensitive()) {
            let text = String::from_utf8_lossy(value.as_bytes());
            secrets.add(&text);
            for part in text.split([' ', ',', '=']).filter(|part| part.len() >= SHORTEST_PART) {
                secrets.add(part);
            }
        }
        secrets
    }

    /// Adds a text that must never be shown, as it is and as JSON and URLs spell it.
    pub(crate) fn add(&mut self, secret: &str) {
        if secret.chars().count() < SHORTEST {
            return;
        }
        let json = Value::from(secret).to_string();
        let json = json.trim_matches('"').to_owned();
        for spelling in [secret.to_owned(), json, encode_path(secret)] {
            if !self.0.contains(&spelling) {
                self.0.push(spelling);
            }
        }
        // The longest first, so that no part of one is left over.
        self.0.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    }

    /// `text` without secrets, and without the beginning of one at its end.
    pub(crate) fn hide(&self, text: &str) -> String {
        let mut shown = text.to_owned();
        for secret in &self.0 {
            if shown.contains(secret) {
                shown = shown.replace(secret, HIDDEN);
            }
        }
        let begun = self.0.iter().filter_map(|secret| begun_at_end(&shown, secret)).max();
        if let Some(length) = begun {
            shown.truncate(shown.len() - length);
            shown.push_str(HIDDEN);
        }
        shown
    }

    /// A header's value as it may be shown.
    pub(crate) fn hide_header(&self, value: &HeaderValue) -> Option<String> {
        value.to_str().ok().map(|text| self.hide(text))
    }
}

/// How many bytes at the end of `text` are the beginning of `secret`.
fn begun_at_end(text: &str, secret: &str) -> Option<usize> {
    let beginnings = secret.char_indices().map(|(at, _)| at).filter(|at| *at >= SHORTEST);
    beginnings.rev().find(|length| text.ends_with(&secret[..*length]))
}

/// The first characters of a body, on one line.
pub(crate) fn excerpt(body: &[u8], secrets: &Secrets) -> String {
    let start = &body[..body.len().min(LOOKED_AT)];
    one_line(&secrets.hide(&String::from_utf8_lossy(start)), EXCERPT)
}

/// A text of the service, on one line and bounded.
pub(crate) fn text(text: &str) -> String {
    one_line(text, TEXT)
}

/// At most `most` characters of `text`, control characters escaped.
fn one_line(text: &str, most: usize) -> String {
    let mut shown = String::new();
    let mut characters = text.trim().chars();
    for c in characters.by_ref().take(most) {
        match c {
            '\n' | '\r' | '\t' => shown.push(' '),
            c if c.is_control() => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}
