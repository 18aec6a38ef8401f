//! A part of a spec: some of its operations, with all that they use.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{members, pointer, reference, Spec, METHODS};
use crate::error::Result;

impl Spec {
    /// The ids of the operations that the value at `at` has a part in, in the order of the spec.
    pub fn operations_with(&self, at: &str) -> Vec<String> {
        let is_in = |holder: &str| at == holder || at.starts_with(&format!("{holder}/"));
        let is_referred_to =
            at.starts_with("/components/") && !at.starts_with("/components/securitySchemes/");
        let of_all = !at.starts_with("/paths/") && !is_referred_to;
        let operations = self.operations().into_iter().filter(|operation| {
            of_all
                || is_in(&operation.pointer)
                || at == pointer::join("/paths", operation.path)
                || is_in(&pointer::join(&pointer::join("/paths", operation.path), "parameters"))
                || self.components_of(&[operation.id]).iter().any(|component| is_in(component))
        });
        operations.map(|operation| operation.id.to_owned()).collect()
    }

    /// The spec with the named operations only, and the components that they use.
    ///
    /// # Errors
    ///
    /// What is left is no valid spec, since none of the operations is in it.
    pub fn excerpt(&self, operations: &[String]) -> Result<Self> {
        let ids: Vec<&str> = operations.iter().map(String::as_str).collect();
        let kept = self.components_of(&ids);
        let mut document = self.document.clone();
        if let Some(paths) = document["paths"].as_object_mut() {
            for item in paths.values_mut().filter_map(Value::as_object_mut) {
                item.retain(|key, value| {
                    !METHODS.contains(&key.as_str())
                        || ids.iter().any(|id| value["operationId"] == *id)
                });
            }
            paths.retain(|_, item| METHODS.iter().any(|method| !item[*method].is_null()));
        }
        for (kind, components) in members(&self.document["components"]) {
            for (name, _) in members(components) {
                let at = pointer::join(&pointer::join("/components", kind), name);
                if kind != "securitySchemes" && !kept.contains(&at) {
                    if let Some(components) = document["components"][kind].as_object_mut() {
                        components.remove(name);
                    }
                }
            }
        }
        Self::of(&self.file, document)
    }

    /// Pointers of the components that operations use, by whatever number of references.
    fn components_of(&self, operations: &[&str]) -> BTreeSet<String> {
        let mut open = Vec::new();
        for operation in self.operations().iter().filter(|o| operations.contains(&o.id)) {
            open.push(operation.value);
            open.push(&self.document["paths"][operation.path]["parameters"]);
        }
        let mut found = BTreeSet::new();
        while let Some(value) = open.pop() {
            if let Some(target) = reference(value) {
                let component: Vec<&str> = target.splitn(5, '/').take(4).collect();
                if found.insert(component.join("/")) {
                    open.extend(self.document.pointer(target));
                }
            }
            match value {
                Value::Object(object) => open.extend(object.values()),
                Value::Array(list) => open.extend(list),
                _ => {}
            }
        }
        found
    }
}
