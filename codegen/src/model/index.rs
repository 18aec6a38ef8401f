//! Where the components of a spec are used.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Included, Unbounded};

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
    /// References from schemas outside of components: component by pointer.
    uses: BTreeMap<String, String>,
    /// References between components.
    edges: BTreeMap<String, BTreeSet<String>>,
    in_requests: BTreeSet<String>,
    in_responses: BTreeSet<String>,
}

impl Index {
    pub fn of(schemas: &[Schema]) -> Self {
        let mut index = Self {
            uses: BTreeMap::new(),
            edges: BTreeMap::new(),
            in_requests: BTreeSet::new(),
            in_responses: BTreeSet::new(),
        };
        for schema in schemas {
            let target = schema.target.as_deref().and_then(pointer::component);
            let Some(target) = target.map(str::to_owned) else { continue };
            match pointer::component(&schema.pointer) {
                Some(from) => drop(index.edges.entry(from.to_owned()).or_default().insert(target)),
                None => drop(index.uses.insert(schema.pointer.clone(), target)),
            }
        }
        let used = |is_meant: fn(&str) -> bool| {
            index.reachable(index.uses.iter().filter(|(pointer, _)| is_meant(pointer)))
        };
        (index.in_requests, index.in_responses) = (used(in_request), used(in_response));
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

    /// The components that what stands at `holder` uses, directly or through others. It is outside of
    /// components.
    pub fn used_in(&self, holder: &str) -> BTreeSet<String> {
        let from_holder = self.uses.range::<str, _>((Included(holder), Unbounded));
        let inside = from_holder.take_while(|(pointer, _)| pointer.starts_with(holder));
        self.reachable(inside.filter(|(pointer, _)| pointer::is_in(pointer, holder)))
    }

    /// The components that any operation uses, directly or through others.
    pub fn used(&self) -> BTreeSet<String> {
        self.reachable(self.uses.iter())
    }

    fn reachable<'i>(
        &'i self,
        from: impl Iterator<Item = (&'i String, &'i String)>,
    ) -> BTreeSet<String> {
        let mut open: Vec<&String> = from.map(|(_, component)| component).collect();
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
