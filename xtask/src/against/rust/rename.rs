//! The public items of a client under other names.

use super::Offer;

/// Pairs of an old name and a new one.
#[derive(Debug, Default)]
pub struct Renames {
    /// Of types, wherever they are named.
    pub types: Vec<(String, String)>,
    /// Of functions of the client.
    pub functions: Vec<(String, String)>,
}

impl Offer {
    /// The same with other names.
    pub fn renamed(self, names: &Renames) -> Self {
        let rename = |text: &str| rename(text, &names.types);
        let items = self.0.into_iter().map(|((mut site, kind), mut item)| {
            site.owner = rename(&site.owner);
            item.signature = rename(&item.signature);
            item.shown = rename(&item.shown);
            let is_renamed = |(old, _): &&(String, String)| *old == site.member;
            let function = names.functions.iter().find(is_renamed);
            if let Some((old, new)) = function.filter(|_| site.owner == "Client") {
                item.signature = item.signature.replacen(old, new, 1);
                site.member.clone_from(new);
            }
            ((site, rename(&kind)), item)
        });
        Self(items.collect())
    }
}

/// `text` with whole identifiers replaced.
fn rename(text: &str, names: &[(String, String)]) -> String {
    let mut renamed = String::new();
    let mut word = String::new();
    for c in text.chars().chain(std::iter::once('\0')) {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        let found = names.iter().find(|(old, _)| *old == word);
        renamed.push_str(found.map_or(&word, |(_, new)| new));
        word.clear();
        renamed.extend(Some(c).filter(|c| *c != '\0'));
    }
    renamed
}
