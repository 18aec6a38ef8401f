//! Mutations of lines: tables, indented lists, `key: value`.

use fastrand::Rng;

use super::{pick, text};

/// The separators of the parts of a line.
const BETWEEN: [char; 7] = ['|', ' ', ':', ',', '/', '"', '='];

/// `input` with one change, some of which use lines of `seed` or of the input itself.
pub fn changed(input: &str, seed: &str, words: &[String], rng: &mut Rng) -> String {
    let mut lines: Vec<String> = input.split('\n').map(str::to_owned).collect();
    let others: Vec<&str> = if rng.bool() { seed } else { input }.split('\n').collect();
    let at = rng.usize(..lines.len());
    let end = (at + rng.usize(1..=6)).min(lines.len());
    let from = rng.usize(..others.len());
    let to = (from + rng.usize(1..=12)).min(others.len());
    let taken = || others[from..to].iter().map(|&line| line.to_owned());
    match rng.u8(..14) {
        0 => drop(lines.drain(at..end)),
        1 => drop(lines.splice(at..at, lines[at..end].to_vec())),
        2 => {
            let other = rng.usize(..lines.len());
            lines.swap(at, other);
        }
        3 => drop(lines.splice(at..at, taken())),
        4 => drop(lines.splice(at..end, taken())),
        5 => lines[at].insert_str(0, pick(&["  ", "    ", " ", "\t"], rng).unwrap_or(&" ")),
        6 => lines[at] = lines[at].trim_start_matches(' ').to_owned(),
        7 => lines[at] = text::changed(&lines[at], words, rng),
        8 | 9 => lines[at] = with_other_value(&lines[at], words, rng),
        _ => lines[at] = with_other_part(&lines[at], &parts(others[from]), words, rng),
    }
    lines.join("\n")
}

/// Values of an unexpected type.
const VALUES: &[&str] = &[
    "5",
    "-1",
    "1.5",
    "9223372036854775807",
    "true",
    "null",
    "[]",
    "[1]",
    "{}",
    "{a: b}",
    "\"x\"",
];

/// `line` with the value after some `: ` replaced: a quoted text, or everything up to a comma or a
/// bracket.
fn with_other_value(line: &str, words: &[String], rng: &mut Rng) -> String {
    let colons: Vec<usize> = line.match_indices(": ").map(|(at, _)| at + 2).collect();
    let Some(&from) = pick(&colons, rng) else { return text::changed(line, words, rng) };
    let rest = &line[from..];
    let length = match rest.strip_prefix('"') {
        Some(quoted) => quoted.find('"').map(|length| length + 2),
        None => rest.find([',', '}', ']']),
    };
    let to = length.map_or(line.len(), |length| from + length);
    let word = pick(words, rng).map_or("", String::as_str);
    let value = if rng.bool() { pick(VALUES, rng).unwrap_or(&"") } else { word };
    format!("{}{value}{}", &line[..from], &line[to..])
}

fn parts(line: &str) -> Vec<String> {
    line.split(BETWEEN).map(str::to_owned).collect()
}

/// `line` with one of its parts replaced.
fn with_other_part(line: &str, others: &[String], words: &[String], rng: &mut Rng) -> String {
    let parts: Vec<&str> = line.split_inclusive(BETWEEN).collect();
    let Some(picked) = (!parts.is_empty()).then(|| rng.usize(..parts.len())) else {
        return pick(words, rng).cloned().unwrap_or_default();
    };
    let other = match rng.bool() {
        true => pick(others, rng),
        false => pick(words, rng),
    };
    let other = other.map_or("", String::as_str);
    let mut changed = String::new();
    for (index, part) in parts.iter().enumerate() {
        let end = part.trim_end_matches(BETWEEN).len();
        changed.push_str(if index == picked { other } else { &part[..end] });
        changed.push_str(&part[end..]);
    }
    changed
}
