//! A part of a spec: some of its operations, with all that they use; and a spec with a change.

use std::collections::BTreeSet;

use serde_json::Value;

use super::build::METHODS;
use super::pointer::{self, join};
use super::read::Document;
use super::Spec;
use crate::error::Result;

/// A step of a change.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Sets what stands at a pointer.
    Set(String, Value),
    /// Takes away what stands at a pointer.
    Remove(String),
    /// Gives what stands at a pointer another key.
    Rename(String, String),
}

impl Spec {
    /// The ids of the operations that the value at `at` has a part in, those that use the fewest
    /// components first.
    pub fn operations_with(&self, at: &str) -> Vec<String> {
        let is_in = |holder: &str| pointer::is_in(at, holder);
        let is_referred_to =
            at.starts_with("/components/") && !at.starts_with("/components/securitySchemes/");
        let of_all = !at.starts_with("/paths/") && !is_referred_to;
        let used = self.used.get_or_init(|| self.used_by_operation());
        let operations = self.operations.iter().zip(used);
        let mut operations: Vec<_> = operations
            .filter(|(operation, used)| {
                let item = join("/paths", &operation.path);
                of_all
                    || is_in(&operation.pointer)
                    || at == item
                    || is_in(&join(&item, "parameters"))
                    || (is_referred_to && used.iter().any(|component| is_in(component)))
            })
            .collect();
        operations.sort_by_key(|(_, used)| used.len());
        operations.into_iter().map(|(operation, _)| operation.id.clone()).collect()
    }

    /// The pointers of the components that each operation uses.
    fn used_by_operation(&self) -> Vec<BTreeSet<String>> {
        let document = self.document();
        let used = self.operations.iter().map(|operation| {
            let of_path = join(&join("/paths", &operation.path), "parameters");
            let roots = [&of_path, &operation.pointer].map(|at| document.value.pointer(at));
            document.components_from(roots.into_iter().flatten().collect())
        });
        used.collect()
    }

    /// The spec with the named operations only, and the components that they use.
    ///
    /// # Errors
    ///
    /// What is left is not a valid spec, since it has none of the operations.
    pub fn excerpt(&self, operations: &[String]) -> Result<Self> {
        let mut document = self.document().clone();
        if let Some(paths) = document.value["paths"].as_object_mut() {
            for item in paths.values_mut().filter_map(Value::as_object_mut) {
                item.retain(|key, value| {
                    !METHODS.contains(&key.as_str())
                        || operations.iter().any(|id| value["operationId"] == **id)
                });
            }
            paths.retain(|_, item| METHODS.iter().any(|method| !item[*method].is_null()));
        }
        self.read_used(document)
    }

    /// The spec with changes; what is not used any more goes with them.
    pub fn changed(&self, changes: &[Change]) -> Result<Self> {
        let mut document = self.document().clone();
        changes.iter().for_each(|change| change.apply(&mut document.value));
        self.read_used(document)
    }

    /// Reads a document without the components that are not used any more. The rules stay.
    fn read_used(&self, mut document: Document) -> Result<Self> {
        document.remove_unused(|kind| kind != "securitySchemes");
        Ok(Self { rules: self.rules.clone(), ..Self::read(document)? })
    }
}

impl Change {
    /// The pointer of what it changes.
    pub fn pointer(&self) -> &str {
        let (Self::Set(at, _) | Self::Remove(at) | Self::Rename(at, _)) = self;
        at
    }

    fn apply(&self, document: &mut Value) {
        let Some((holder, key)) = self.pointer().rsplit_once('/') else { return };
        let key = pointer::unescape(key);
        match (document.pointer_mut(holder), self) {
            (Some(Value::Object(object)), Self::Set(_, value)) => {
                object.insert(key, value.clone());
            }
            (Some(Value::Array(list)), Self::Set(_, value)) => {
                match key.parse().ok().and_then(|index: usize| list.get_mut(index)) {
                    Some(item) => *item = value.clone(),
                    None => list.push(value.clone()),
                }
            }
            (Some(Value::Object(object)), Self::Remove(_)) => {
                object.remove(&key);
            }
            (Some(Value::Array(list)), Self::Remove(_)) => {
                if let Some(index) = key.parse().ok().filter(|index: &usize| *index < list.len()) {
                    list.remove(index);
                }
            }
            (Some(Value::Object(object)), Self::Rename(_, name)) => {
                if let Some(value) = object.remove(&key) {
                    object.insert(name.clone(), value);
                }
            }
            _ => {}
        }
    }
}
