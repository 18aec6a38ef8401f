//! A part of a spec: some of its operations, with all that they use.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{pointer, reference, Operation, Spec, METHODS};
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
                || self.components_of(operation).iter().any(|component| is_in(component))
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
        Self::of(&self.file, without_unused(document))
    }

    /// Pointers of the components that an operation uses.
    fn components_of(&self, operation: &Operation<'_>) -> BTreeSet<String> {
        let of_path = &self.document["paths"][operation.path]["parameters"];
        components_from(&self.document, vec![operation.value, of_path])
    }
}

/// A document without the components that no operation uses.
pub fn without_unused(mut document: Value) -> Value {
    let used = components_from(&document, vec![&document["paths"]]);
    let Some(kinds) = document["components"].as_object_mut() else {
        return document;
    };
    for (kind, components) in kinds.iter_mut().filter(|(kind, _)| *kind != "securitySchemes") {
        if let Some(components) = components.as_object_mut() {
            let of_kind = pointer::join("/components", kind);
            components.retain(|name, _| used.contains(&pointer::join(&of_kind, name)));
        }
    }
    document
}

/// Pointers of the components that values use, by whatever number of references.
fn components_from<'v>(document: &'v Value, mut open: Vec<&'v Value>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    while let Some(value) = open.pop() {
        if let Some(target) = reference(value) {
            let component: Vec<&str> = target.splitn(5, '/').take(4).collect();
            if found.insert(component.join("/")) {
                open.extend(document.pointer(target));
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
