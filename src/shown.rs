//! What of an answer may be shown: a bounded part of it, on one line, without secrets.

use std::sync::{Arc, OnceLock};

use reqwest::header::HeaderMap;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::encoding::encode_path;
use crate::http_response::REQUEST_ID;

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
/// The part of a signature that is not a secret: without it, what a gateway says of the signature
/// tells nothing.
const SIGNED_HEADERS: &str = "SignedHeaders=";
/// The shortest part of a header that is taken for a secret of its own.
const SHORTEST_PART: usize = 16;

/// What must never be shown. It is put together when something is shown, since most calls show
/// nothing.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Arc<Held>);

#[derive(Default)]
struct Held {
    sent: HeaderMap,
    texts: Vec<SecretString>,
    spellings: OnceLock<Vec<String>>,
}

impl Secrets {
    /// The sensitive ones of the headers of a request.
    pub(crate) fn of(sent: HeaderMap) -> Self {
        Self(Arc::new(Held { sent, ..Held::default() }))
    }

    /// The headers of the request, with the secrets.
    pub(crate) fn sent(&self) -> &HeaderMap {
        &self.0.sent
    }

    /// A text that must never be shown.
    pub(crate) fn of_text(secret: &SecretString) -> Self {
        Self(Arc::new(Held { texts: vec![secret.clone()], ..Held::default() }))
    }

    /// The secrets as they are, and as JSON and URLs spell them; of a header also its parts.
    fn spellings(&self) -> &[String] {
        let Held { sent, texts, spellings } = &*self.0;
        spellings.get_or_init(|| {
            let mut spellings = Vec::new();
            for value in sent.values().filter(|value| value.is_sensitive()) {
                let text = String::from_utf8_lossy(value.as_bytes());
                if !text.contains(SIGNED_HEADERS) {
                    add(&mut spellings, &text);
                }
                for part in text.split([' ', ',']) {
                    match part.split_once('=') {
                        Some((_, "")) | None if part.len() < SHORTEST_PART => {}
                        Some((_, "")) | None => add(&mut spellings, part),
                        Some(_) if part.starts_with(SIGNED_HEADERS) => {}
                        Some((_, value)) => add(&mut spellings, value),
                    }
                }
            }
            texts.iter().for_each(|text| add(&mut spellings, text.expose_secret()));
            // The longest first, so that no part of one is left over.
            spellings.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
            spellings
        })
    }

    /// `text` without secrets, and without the beginning of one at its end.
    pub(crate) fn hide(&self, text: &str) -> String {
        let mut shown = text.to_owned();
        for secret in self.spellings() {
            if shown.contains(secret) {
                shown = shown.replace(secret, HIDDEN);
            }
        }
        let begun = self.spellings().iter().filter_map(|secret| begun_at_end(&shown, secret)).max();
        if let Some(length) = begun {
            shown.truncate(shown.len() - length);
            shown.push_str(HIDDEN);
        }
        shown
    }

    /// The ID of a request, from the headers of its response, as it may be shown.
    pub(crate) fn request_id(&self, headers: &HeaderMap) -> Option<String> {
        headers.get(REQUEST_ID)?.to_str().ok().map(|text| self.hide(text))
    }
}

fn add(spellings: &mut Vec<String>, secret: &str) {
    if secret.chars().count() < SHORTEST {
        return;
    }
    let json = Value::from(secret).to_string();
    let json = json.trim_matches('"').to_owned();
    for spelling in [secret.to_owned(), json, encode_path(secret).to_string()] {
        if !spellings.contains(&spelling) {
            spellings.push(spelling);
        }
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

/// At most `max` characters of `text`, control characters escaped.
fn one_line(text: &str, max: usize) -> String {
    let mut shown = String::new();
    let mut characters = text.trim().chars();
    for c in characters.by_ref().take(max) {
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
