//! Which schemas a document has, and where each is used.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{grammar, pointer, reference, Uses};

/// What is worth working out once for a document.
#[derive(Clone, Debug)]
pub struct Index {
    /// JSON pointers of all schemas, parents before children.
    pub pointers: Vec<String>,
    /// References from schemas outside of components: pointer and component.
    uses: Vec<(String, String)>,
    /// References between components.
    edges: BTreeMap<String, BTreeSet<String>>,
    in_requests: BTreeSet<String>,
    in_responses: BTreeSet<String>,
}

impl Index {
    pub fn of(document: &Value) -> Self {
        let mut index = Self {
            pointers: grammar::schemas(document),
            uses: Vec::new(),
            edges: BTreeMap::new(),
            in_requests: BTreeSet::new(),
            in_responses: BTreeSet::new(),
        };
        for at in &index.pointers {
            let target = document.pointer(at).and_then(reference);
            let Some(target) = target.and_then(pointer::component) else {
                continue;
            };
            match pointer::component(at) {
                Some(from) => {
                    let edges = index.edges.entry(from.to_owned()).or_default();
                    edges.insert(target.to_owned());
                }
                None => index.uses.push((at.clone(), target.to_owned())),
            }
        }
        index.in_requests = index.reachable(in_request);
        index.in_responses = index.reachable(in_response);
        index
    }

    pub fn uses(&self, pointer: &str) -> Uses {
        match pointer::component(pointer) {
            Some(name) => Uses {
                request: self.in_requests.contains(name),
                response: self.in_responses.contains(name),
            },
            None => Uses { request: in_request(pointer), response: in_response(pointer) },
        }
    }

    pub fn reachable(&self, from: impl Fn(&str) -> bool) -> BTreeSet<String> {
        let of_use = self.uses.iter().filter(|(pointer, _)| from(pointer));
        let mut open: Vec<&String> = of_use.map(|(_, component)| component).collect();
        let mut found = BTreeSet::new();
        while let Some(component) = open.pop() {
            if found.insert(component.clone()) {
                open.extend(self.edges.get(component).into_iter().flatten());
            }
        }
        found
    }
}

/// Whether the schema at `pointer` stands in a request.
fn in_request(pointer: &str) -> bool {
    pointer.starts_with("/components/requestBodies/")
        || pointer.starts_with("/components/parameters/")
        || matches!(pointer::part_of_call(pointer), Some("requestBody" | "parameters"))
}

/// Whether the schema at `pointer` stands in a response.
fn in_response(pointer: &str) -> bool {
    pointer.starts_with("/components/responses/")
        || pointer::part_of_call(pointer) == Some("responses")
}
