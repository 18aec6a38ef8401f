//! Compares what stands outside of operations, and what no operation uses.

use cloudfn_codegen::model::{pointer::join, Spec, METHODS};
use serde_json::Value;

use super::spot::{keys, presence, Spot};
use super::Walk;
use crate::against::verdict::Shift;

impl Walk<'_> {
    /// What stands outside of operations, and what no operation uses.
    pub(super) fn document(&mut self) {
        let (old, new) = (self.old.as_json(), self.new.as_json());
        let root = Spot::new("document", "", "");
        self.rest(&root, |key| {
            ["paths", "components", "servers", "security", "info"].contains(&key)
        });
        self.rest(&root.key("info").called("info"), |_| false);
        self.unused_components();
        for path in keys(&old["paths"], &new["paths"]) {
            let there = (old["paths"].get(&path), new["paths"].get(&path));
            let has_operations = |item: Option<&Value>| {
                METHODS.iter().any(|method| item.is_some_and(|i| i.get(method).is_some()))
            };
            if !has_operations(there.0) && !has_operations(there.1) {
                let spot = Spot::new("paths", "/paths", "/paths").key(&path);
                self.keyword(&spot, &path, there);
            }
        }
    }

    /// Components that the walk did not come by. Schemas are left out, since a spec has none that
    /// is not used: those that come or go do so with what uses them.
    fn unused_components(&mut self) {
        let (old, new) = (&self.old.as_json()["components"], &self.new.as_json()["components"]);
        let kinds = keys(old, new);
        for kind in kinds.iter().filter(|kind| !["schemas", "examples"].contains(&kind.as_str())) {
            if kind.starts_with("x-") {
                let spot = Spot::new("components", "/components", "/components").key(kind);
                self.keyword(&spot, kind, (old.get(kind), new.get(kind)));
                continue;
            }
            for name in keys(&old[kind], &new[kind]) {
                let there = (old[kind].get(&name), new[kind].get(&name));
                if there.0 != there.1 {
                    self.component(kind, &name, there);
                }
            }
        }
    }

    /// A component that is another one, where the walk did not come by.
    fn component(&mut self, kind: &str, name: &str, (old, new): (Option<&Value>, Option<&Value>)) {
        let spot = Spot::new(format!("components.{kind}.{name}"), "/components", "/components");
        let spot = spot.key(kind).key(name);
        let before = old.filter(|_| !self.visited.old_components.contains(&spot.old)).cloned();
        let after = new.filter(|_| !self.visited.new_components.contains(&spot.new)).cloned();
        let is_used = (before.is_some() && uses(self.old, kind, name))
            || (after.is_some() && uses(self.new, kind, name));
        let shift = presence(before.is_some(), after.is_some());
        match (is_used, shift) {
            _ if before == after => {}
            (true, Shift::Changed) => self.note(&spot, kind, shift, (before, after)),
            (true, _) => {}
            (false, _) => self.note(&spot, "unused part", shift, (before, after)),
        }
    }
}

/// Whether anything in `spec` refers to a component.
fn uses(spec: &Spec, kind: &str, name: &str) -> bool {
    fn refers(value: &Value, target: &str) -> bool {
        match value {
            Value::Object(object) => object
                .iter()
                .any(|(key, value)| (key == "$ref" && value == target) || refers(value, target)),
            Value::Array(list) => list.iter().any(|item| refers(item, target)),
            _ => false,
        }
    }
    let secures = || spec.operations.iter().flat_map(|o| &o.security).flatten().any(|s| s == name);
    refers(spec.as_json(), &format!("#{}", join(&join("/components", kind), name)))
        || (kind == "securitySchemes" && secures())
}
