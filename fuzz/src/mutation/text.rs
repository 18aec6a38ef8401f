//! Mutations of a short text.

use fastrand::Rng;

use super::pick;

/// Characters that are difficult for readers.
const ODD: &[char] = &[
    ':',
    '/',
    '%',
    '+',
    '-',
    '.',
    '!',
    '|',
    '"',
    '\\',
    '\n',
    '\r',
    '\t',
    ' ',
    '\0',
    'é',
    '一',
    '\u{a0}',
    '\u{feff}',
    '\u{10ffff}',
    '0',
    '9',
    'Z',
    '`',
    '#',
    '{',
    '[',
    '=',
    '&',
    '*',
    '~',
];

/// `text` with one change.
pub fn changed(text: &str, words: &[String], rng: &mut Rng) -> String {
    let at = boundary(text, rng);
    let end = boundary(text, rng);
    let (from, to) = (at.min(end), at.max(end));
    let near = text[from..to].char_indices().nth(rng.usize(1..8)).map_or(to, |(at, _)| from + at);
    let with =
        |from: usize, inner: &str, to: usize| format!("{}{inner}{}", &text[..from], &text[to..]);
    match rng.u8(..8) {
        0 | 1 => with(at, pick(words, rng).map_or("", String::as_str), at),
        2 => with(from, pick(words, rng).map_or("", String::as_str), near),
        3 => with(at, &pick(ODD, rng).unwrap_or(&' ').to_string(), at),
        4 => with(from, &pick(ODD, rng).unwrap_or(&' ').to_string(), near),
        5 => with(from, "", near),
        6 => with(to, &text[from..to], to),
        _ => with(at, &text[from..near], at),
    }
}

fn boundary(text: &str, rng: &mut Rng) -> usize {
    let mut at = rng.usize(..=text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
