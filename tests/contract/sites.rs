//! Finds the places of a schema in requests and responses, and makes bodies with a value there.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use cloudfn_codegen::model::{completed, minimal, Spec};
use serde_json::{json, Map, Value};

/// The business status in a body, by which an error is told from a success.
const STATUS: &str = "statusCode";

/// A valid instance of the schema at `pointer`, which tells of success.
pub fn instance(spec: &Spec, pointer: &str) -> Value {
    match minimal(spec, pointer) {
        Value::Object(_) if has_status(spec, pointer) => {
            instance_with(spec, pointer, &json!({}), &BTreeSet::new())
        }
        other => other,
    }
}

/// The same with the members of an object, and without others among `named`.
pub fn instance_with(spec: &Spec, pointer: &str, given: &Value, named: &BTreeSet<&str>) -> Value {
    let mut given = given.clone();
    if let (Some(object), true) = (given.as_object_mut(), has_status(spec, pointer)) {
        object.entry(STATUS).or_insert(200.into());
    }
    completed(spec, pointer, &given, named)
}

fn has_status(spec: &Spec, pointer: &str) -> bool {
    spec.at(pointer).is_some_and(|schema| schema.member(STATUS).is_some())
}

/// A value without the members that are null, which models do not have.
pub fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let present = object.iter().filter(|(_, member)| !member.is_null());
            present.map(|(name, member)| (name.clone(), without_nulls(member))).collect()
        }
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        value => value.clone(),
    }
}

/// The body of a request or of a response.
#[derive(Clone, Copy)]
pub struct Body<'s> {
    /// The operation.
    pub operation: &'s str,
    /// The status of the response, as written in the spec; `None` for a request.
    pub status: Option<&'s str>,
    schema: &'s str,
}

/// A place in a body.
pub struct Site<'s> {
    pub body: Body<'s>,
    steps: Vec<Step<'s>>,
}

/// Where each schema of a spec is in requests and in responses.
pub struct Sites<'s> {
    in_requests: HashMap<&'s str, Site<'s>>,
    in_responses: HashMap<&'s str, Site<'s>>,
}

#[derive(Clone, Copy)]
enum Step<'s> {
    Member(&'s str),
    Item,
    Value,
}

impl<'s> Sites<'s> {
    /// The sites in the bodies that are meant.
    pub fn among(spec: &'s Spec, is_meant: impl Fn(&Body) -> bool) -> Self {
        let mut requests = Vec::new();
        let mut responses = Vec::new();
        for operation in &spec.operations {
            let body = |status, schema| Body { operation: &operation.id, status, schema };
            let request = operation.request.as_ref().and_then(|request| request.schema());
            requests.extend(request.map(|schema| body(None, schema)));
            responses.extend(operation.responses.iter().filter_map(|response| {
                Some(body(Some(response.status.as_str()), response.body.schema()?))
            }));
        }
        responses.sort_by_key(|body| body.status);
        let [in_requests, in_responses] = [requests, responses].map(|bodies| {
            let mut sites = HashMap::new();
            for body in bodies.into_iter().filter(|body| is_meant(body)) {
                add(spec, body, &mut sites);
            }
            sites
        });
        Self { in_requests, in_responses }
    }

    /// The schema at `pointer` in the first request that contains it.
    pub fn in_request(&self, pointer: &str) -> Option<&Site<'s>> {
        self.in_requests.get(pointer)
    }

    /// The schema at `pointer` in the first response that contains it.
    pub fn in_response(&self, pointer: &str) -> Option<&Site<'s>> {
        self.in_responses.get(pointer)
    }
}

/// Adds the shortest path to each schema in a body, unless an earlier body contains it.
fn add<'s>(spec: &'s Spec, body: Body<'s>, sites: &mut HashMap<&'s str, Site<'s>>) {
    let mut seen = HashSet::new();
    let mut open = VecDeque::from([(body.schema, Vec::new())]);
    while let Some((at, steps)) = open.pop_front() {
        let Some(found) = spec.at(at) else { continue };
        for pointer in [at, found.pointer.as_str()] {
            sites.entry(pointer).or_insert_with(|| Site { body, steps: steps.clone() });
        }
        if !seen.insert(found.pointer.as_str()) {
            continue;
        }
        let mut next = |at, step| open.push_back((at, [steps.as_slice(), &[step]].concat()));
        for member in found.listed_members() {
            next(&member.schema, Step::Member(&member.name));
        }
        for (inside, step) in [(&found.items, Step::Item), (&found.values, Step::Value)] {
            if let Some(inside) = inside {
                next(inside, step);
            }
        }
    }
}

impl Site<'_> {
    /// The path of the place.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for step in &self.steps {
            match step {
                Step::Member(name) => path += &format!("{}{name}", dot(&path)),
                Step::Item => path += "[0]",
                Step::Value => path += &format!("{}key", dot(&path)),
            }
        }
        path
    }

    /// A body with `value` at the place. The rest comes from `base`, as far as possible.
    pub fn filled(&self, spec: &Spec, base: Option<Value>, value: Value) -> Value {
        around(spec, self.body.schema, &self.steps, base, value)
    }

    /// What a body that is made from nothing has at the place; nothing if the place is all of it.
    pub fn usual(&self, spec: &Spec) -> Option<Value> {
        (!self.steps.is_empty()).then(|| self.value(&instance(spec, self.body.schema)))?
    }

    /// The value at the place in a body.
    pub fn value(&self, body: &Value) -> Option<Value> {
        self.steps.iter().try_fold(body.clone(), |value, step| match step {
            Step::Member(name) => value.get(name).cloned(),
            Step::Item => value.get(0).cloned(),
            Step::Value => value.get("key").cloned(),
        })
    }
}

fn dot(path: &str) -> &'static str {
    if path.is_empty() {
        ""
    } else {
        "."
    }
}

fn around(spec: &Spec, at: &str, steps: &[Step], base: Option<Value>, value: Value) -> Value {
    let Some((step, steps)) = steps.split_first() else { return value };
    let Some(found) = spec.at(at) else { return value };
    match step {
        Step::Member(name) => {
            let base = base.filter(Value::is_object).unwrap_or_else(|| instance(spec, at));
            let mut object: Map<String, Value> = base.as_object().cloned().unwrap_or_default();
            let inner = found.member(name).map_or("", |member| &member.schema);
            let value = around(spec, inner, steps, object.get(*name).cloned(), value);
            object.insert((*name).to_owned(), value);
            Value::Object(object)
        }
        Step::Item => {
            let base = base.and_then(|base| base.get(0).cloned());
            let inner = found.items.as_deref().unwrap_or_default();
            json!([around(spec, inner, steps, base, value)])
        }
        Step::Value => {
            let inner = found.values.as_deref().unwrap_or_default();
            json!({ "key": around(spec, inner, steps, None, value) })
        }
    }
}
