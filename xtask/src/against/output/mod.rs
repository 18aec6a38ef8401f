//! The list of changes: for people, for machines, for the changelog.

mod changelog;
mod json;
mod text;

pub use changelog::changelog;
pub use json::json;
pub use text::text;

use super::change::{shown, Change};
use super::join::is_one_of;
use super::verdict::Shift;

/// What changed of the subject, in a few words.
fn phrase(change: &Change) -> String {
    let Change { what, shift, old, new, .. } = change;
    let (was, is) = (shown(old), shown(new));
    match (what.as_str(), shift) {
        ("values lost", _) => format!("values lost: {was}"),
        ("new values", _) => format!("new values: {is}"),
        ("required", Shift::Narrowed) => "required now".to_owned(),
        ("required", Shift::Widened) => "no longer required".to_owned(),
        ("wording", _) => "written differently".to_owned(),
        ("generated client", _) => "in the generated client".to_owned(),
        (what, Shift::Added) if is_named(what) => format!("new {what}"),
        (what, Shift::Removed) if is_named(what) => format!("{what} gone"),
        (what, Shift::Added) if is_listed(what) => format!("new {what}: {is}"),
        (what, Shift::Removed) if is_listed(what) => format!("{what} gone: {was}"),
        (what, _) => format!("{what}: {was} → {is}"),
    }
}

/// Whether the subject names what came or went.
fn is_named(what: &str) -> bool {
    ["member", "required member", "parameter", "required parameter", "header"].contains(&what)
}

/// Whether what came or went is one of several.
fn is_listed(what: &str) -> bool {
    const LISTED: &str = "API, operation, server, credentials, content type, body, required body, \
        success status, error status, alternative, unused part";
    is_one_of(what, LISTED)
}

/// Names in a list that stays short.
fn listed(names: &[String]) -> String {
    const MOST: usize = 6;
    match names.len() {
        0..=MOST => names.join(", "),
        count => format!("{} and {} more", names[..MOST - 1].join(", "), count - MOST + 1),
    }
}

/// A text with the values of a change in the place of `{old}` and `{new}`.
fn filled(words: &str, change: &Change) -> String {
    words.replace("{old}", &shown(&change.old)).replace("{new}", &shown(&change.new))
}
