//! Compares who may call, and where: security and servers.

use std::collections::BTreeSet;

use cloudfn_codegen::model::{pointer::join, Spec};
use serde_json::Value;

use super::raw::{self, members, Operation};
use super::spot::{without_annotations, Spot};
use super::Walk;
use crate::against::verdict::Shift;

impl Walk<'_> {
    /// Compares the ways to authenticate; the names of schemes make no difference.
    pub(super) fn security(&mut self, old: &Operation<'_>, new: &Operation<'_>) {
        let before = alternatives(self.old, old);
        let after = alternatives(self.new, new);
        for (operation, spec, visited) in [
            (old, self.old, &mut self.visited.old_components),
            (new, self.new, &mut self.visited.new_components),
        ] {
            for name in security(spec, operation) {
                super::visit(visited, spec, &join("/components/securitySchemes", name));
            }
        }
        let spot = Spot::new(new.id, &place(old, "security"), &place(new, "security"));
        let listed =
            |all: &[Way]| Some(all.iter().map(|way| Value::from(way.name.clone())).collect());
        let has = |all: &[Way], way: &Way| all.iter().any(|other| other.schemes == way.schemes);
        match (before.is_empty(), after.is_empty()) {
            (true, false) => self.note(&spot, "security", Shift::Narrowed, (None, listed(&after))),
            (false, true) => self.note(&spot, "security", Shift::Widened, (listed(&before), None)),
            _ => {
                for way in before.iter().filter(|way| !has(&after, way)) {
                    let value = Some(Value::from(way.name.clone()));
                    self.note(&spot, "credentials", Shift::Removed, (value, None));
                }
                for way in after.iter().filter(|way| !has(&before, way)) {
                    let value = Some(Value::from(way.name.clone()));
                    self.note(&spot, "credentials", Shift::Added, (None, value));
                }
            }
        }
    }

    /// Compares the base URLs.
    pub(super) fn servers(&mut self, old: &Operation<'_>, new: &Operation<'_>) {
        let (from, before) = servers(self.old, old);
        let (to, after) = servers(self.new, new);
        let spot = Spot::new("servers", &from, &to);
        let has = |list: &[Value], url: &Value| list.iter().any(|server| server["url"] == *url);
        let first = |list: &[Value]| list.first().map(|server| server["url"].clone());
        if first(&before) != first(&after) {
            let values = (first(&before), first(&after));
            self.note(&spot.key("0"), "first server", Shift::Changed, values);
        }
        for server in before.iter().filter(|server| !has(&after, &server["url"])) {
            self.note(&spot, "server", Shift::Removed, (Some(server["url"].clone()), None));
        }
        for (index, server) in after.iter().enumerate() {
            match before.iter().position(|other| other["url"] == server["url"]) {
                None => {
                    self.note(&spot, "server", Shift::Added, (None, Some(server["url"].clone())))
                }
                Some(found) => {
                    let spot = Spot::new(
                        format!("server {}", server["url"].as_str().unwrap_or_default()),
                        &join(&from, &found.to_string()),
                        &join(&to, &index.to_string()),
                    );
                    self.rest(&spot, |key| key == "url");
                }
            }
        }
    }
}

/// Where an operation says something itself, or the whole document for it.
fn place(operation: &Operation<'_>, key: &str) -> String {
    match operation.value.get(key) {
        Some(_) => join(&operation.pointer, key),
        None => join("", key),
    }
}

/// The names of the schemes of an operation's security.
fn security<'s>(spec: &'s Spec, operation: &Operation<'_>) -> Vec<&'s String> {
    let operation = spec.operation(operation.id);
    operation.into_iter().flat_map(|operation| &operation.security).flatten().collect()
}

/// A way to authenticate.
struct Way {
    /// As a reader sees it.
    name: String,
    /// Its schemes, whatever they are called, with their scopes.
    schemes: BTreeSet<String>,
}

/// The ways to authenticate; one of them is enough.
fn alternatives(spec: &Spec, operation: &Operation<'_>) -> Vec<Way> {
    let own = operation.value.get("security").or_else(|| spec.as_json().get("security"));
    let mut found = Vec::new();
    for alternative in own.and_then(Value::as_array).into_iter().flatten() {
        let mut names = Vec::new();
        let mut schemes = BTreeSet::new();
        for (name, scopes) in members(alternative) {
            let scheme = raw::at(spec, &join("/components/securitySchemes", name));
            let scheme = scheme.map_or(Value::Null, |found| without_annotations(found.value));
            let is_scoped = scopes.as_array().is_some_and(|scopes| !scopes.is_empty());
            let suffix = if is_scoped { format!(" {scopes}") } else { String::new() };
            names.push(format!("{name}: {}{suffix}", described(&scheme)));
            schemes.insert(format!("{scheme} {scopes}"));
        }
        let name = match names.is_empty() {
            true => "no credentials".to_owned(),
            false => names.join(" and "),
        };
        found.push(Way { name, schemes });
    }
    found
}

/// A security scheme in a few words.
fn described(scheme: &Value) -> String {
    let text = |key: &str| scheme[key].as_str();
    match (text("type"), text("in"), text("name"), text("scheme")) {
        (Some("apiKey"), Some(place), Some(name), _) => format!("{place} {name}"),
        (Some("http"), _, _, Some(scheme)) => format!("http {scheme}"),
        (Some(kind), ..) => kind.to_owned(),
        _ => "unknown".to_owned(),
    }
}

/// The base URLs of an operation, and where they are stated.
fn servers(spec: &Spec, operation: &Operation<'_>) -> (String, Vec<Value>) {
    let item = join("/paths", operation.path);
    for holder in [operation.pointer.as_str(), item.as_str(), ""] {
        let at = join(holder, "servers");
        if let Some(Value::Array(list)) = spec.as_json().pointer(&at) {
            return (at, list.clone());
        }
    }
    (join("", "servers"), Vec::new())
}
