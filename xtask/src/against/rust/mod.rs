//! What the generated client offers to Rust code, and what becomes of it. Both versions of a spec
//! go through the same generator, so that each difference comes from the spec.

mod outline;

pub use self::outline::Outline;
use self::outline::{Item, Key};
use super::change::{RustChange, Site};
use super::verdict::{Shift, Verdict};

/// What became of the items of `old`, and what is new.
pub fn compare(old: &Outline, new: &Outline) -> Vec<RustChange> {
    let mut keys: Vec<&Key> = old.0.keys().collect();
    keys.extend(new.0.keys().filter(|key| !old.0.contains_key(*key)));
    let changes = keys.into_iter().filter_map(|key| change(old, new, key));
    changes.collect()
}

fn change(old: &Outline, new: &Outline, key: &Key) -> Option<RustChange> {
    let (site, kind) = key;
    let (before, after) = (old.0.get(key), new.0.get(key));
    let field = (site.clone(), "field".to_owned());
    let is_setter_of_changed = kind == "fn" && old.0.get(&field) != new.0.get(&field);
    let is_part = !site.member.is_empty() || kind.starts_with("impl ");
    let has_type = old.has_type(&site.owner) && new.has_type(&site.owner);
    if before == after || is_setter_of_changed || (is_part && !has_type) {
        return None;
    }
    let path = path(site);
    let item = match kind.strip_prefix("impl ") {
        Some(name) => format!("`{name}` of `{}`", site.owner),
        None => format!("`{path}`"),
    };
    let (shift, verdict, words) = match (before, after) {
        (Some(_), None) => (Shift::Removed, Verdict::Breaking, format!("{item} is gone")),
        (None, _) => (Shift::Added, Verdict::Compatible, format!("{item} is new")),
        (Some(before), Some(after)) => {
            let words = match before.shown == after.shown {
                true => format!("`{path}` has another signature"),
                false => {
                    let verb = if kind == "fn" { "returns" } else { "is" };
                    format!("`{path}` {verb} `{}`, no longer `{}`", after.shown, before.shown)
                }
            };
            (Shift::Changed, Verdict::Breaking, words)
        }
    };
    Some(RustChange { site: site.clone(), shift, verdict, words })
}

fn path(site: &Site) -> String {
    match site.member.as_str() {
        "" => site.owner.clone(),
        member => format!("{}::{member}", site.owner),
    }
}

/// Pairs of an old name and a new one.
#[derive(Debug, Default)]
pub struct Renames {
    /// Of types, wherever they are named.
    pub types: Vec<(String, String)>,
    /// Of functions of the client.
    pub functions: Vec<(String, String)>,
}

impl Renames {
    /// The same items under their new names.
    pub fn apply(&self, outline: Outline) -> Outline {
        let rename = |text: &str| renamed(text, &self.types);
        let items = outline.0.into_iter().map(|((site, kind), item)| {
            let mut item = Item { signature: rename(&item.signature), shown: rename(&item.shown) };
            if site.owner == "Client" {
                item.signature = renamed(&item.signature, &self.functions);
            }
            ((self.site(&site), rename(&kind)), item)
        });
        Outline(items.collect())
    }

    /// The same place under its new name.
    pub fn site(&self, site: &Site) -> Site {
        let member = match site.owner.as_str() {
            "Client" => renamed(&site.member, &self.functions),
            _ => site.member.clone(),
        };
        Site { owner: renamed(&site.owner, &self.types), member }
    }
}

/// `text` with whole identifiers replaced.
fn renamed(text: &str, names: &[(String, String)]) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let words = text.split_inclusive(|c| !is_word(c)).flat_map(|part| {
        let end = part.trim_end_matches(|c| !is_word(c)).len();
        let (word, rest) = part.split_at(end);
        let found = names.iter().find(|(old, _)| old == word);
        [found.map_or(word, |(_, new)| new), rest]
    });
    words.collect()
}
