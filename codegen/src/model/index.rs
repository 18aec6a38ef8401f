//! Where the components of a spec are used.

use std::collections::{BTreeMap, BTreeSet};

use super::{pointer, Schema};

/// Whether a schema takes part in requests, in responses or in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Part of a request body or of a parameter.
    pub request: bool,
    /// Part of a response body.
    pub response: bool,
}

/// What refers to which component.
#[derive(Clone, Debug)]
pub struct Index {
    /// References from schemas outside of components: pointer and component.
    uses: Vec<(String, String)>,
    /// References between components.
    edges: BTreeMap<String, BTreeSet<String>>,
    in_requests: BTreeSet<String>,
    in_responses: BTreeSet<String>,
}

impl Index {
    pub fn of(schemas: &[Schema]) -> Self {
        let mut index = Self {
            uses: Vec::new(),
            edges: BTreeMap::new(),
            in_requests: BTreeSet::new(),
            in_responses: BTreeSet::new(),
        };
        for schema in schemas {
            let target = schema.target.as_deref().and_then(pointer::component);
            let Some(target) = target.map(str::to_owned) else { continue };
            match pointer::component(&schema.pointer) {
                Some(from) => drop(index.edges.entry(from.to_owned()).or_default().insert(target)),
                None => index.uses.push((schema.pointer.clone(), target)),
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
