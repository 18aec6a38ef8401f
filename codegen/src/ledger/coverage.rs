//! Finds what a spec states and no ledger does.

use std::collections::BTreeSet;

use super::claim::Claim;
use super::place::{member_names, sections, statements, Place};
use crate::account::STYLES;
use crate::spec::{members, pointer, Located, Operation, Spec};

/// A statement of a spec: its JSON pointer and what it is about.
pub type Statement = (String, String);

/// The statements of `spec` that a claim is about.
pub fn statement(spec: &Spec, operation: &Operation<'_>, claim: &Claim) -> Option<Statement> {
    let answer = claim.place.answer(spec, operation, &claim.statement)?;
    Some((answer.pointer, claim.statement.clone()))
}

/// The statements of an operation of `spec` that are not in `claimed`.
pub fn unclaimed(
    spec: &Spec,
    operation: &Operation<'_>,
    claimed: &BTreeSet<Statement>,
) -> Vec<(String, Statement)> {
    let mut all = Vec::new();
    let mut state = |place: Place, statement: &str| {
        if let Some(answer) = place.answer(spec, operation, statement) {
            let id = format!("{place}::{statement}");
            all.push((id, (answer.pointer, statement.to_owned())));
        }
    };
    for page in operation.value["x-pages"].as_array().into_iter().flatten() {
        let language = page["language"].as_str().unwrap_or_default();
        state(Place::Operation, &format!("page.{language}"));
    }
    for status in spec.statuses(operation) {
        state(Place::Status(status.to_owned()), "present");
    }
    for scheme in spec.security(operation).into_iter().flatten() {
        for statement in ["type", "header", "alternative"] {
            state(Place::Security(scheme.clone()), statement);
        }
    }
    for found in spec.parameters(operation) {
        let text = |key: &str| found.value[key].as_str().unwrap_or_default();
        parameter(spec, &found, text("in"), text("name"), &mut state);
    }
    for status in spec.statuses(operation) {
        for (name, found) in spec.headers(operation, status) {
            let section = format!("response.{status}.header");
            parameter(spec, &found, &section, &name, &mut state);
        }
    }
    for section in sections(spec, operation) {
        body(spec, operation, &section, &mut state);
    }
    all.retain(|(_, statement)| !claimed.contains(statement));
    all
}

/// A parameter of a request, or a header of a response.
fn parameter(
    spec: &Spec,
    found: &Located<'_>,
    section: &str,
    name: &str,
    state: &mut impl FnMut(Place, &str),
) {
    let place = Place::Parameter(section.to_owned(), name.to_owned());
    if found.value["required"] == true {
        state(place.clone(), "required");
    }
    for keyword in STYLES.into_iter().filter(|keyword| found.value.get(keyword).is_some()) {
        state(place.clone(), keyword);
    }
    let mut at = pointer::join(&found.pointer, "schema");
    schema(spec, &at, &place, state);
    let mut name = name.to_owned();
    while spec.at(&at).is_some_and(|found| found.value["items"].is_object()) {
        at = pointer::join(&at, "items");
        name.push_str("[]");
        schema(spec, &at, &Place::Parameter(section.to_owned(), name.clone()), state);
    }
}

fn body(
    spec: &Spec,
    operation: &Operation<'_>,
    section: &str,
    state: &mut impl FnMut(Place, &str),
) {
    let Some(body) = super::place::body(spec, operation, section) else {
        return;
    };
    if body.value["required"] == true {
        state(Place::Body(section.to_owned()), "required");
    }
    let Some(content) = spec.json(&body) else {
        return;
    };
    for (name, _) in members(&content.value["examples"]) {
        state(Place::Sample(section.to_owned(), name.clone()), "value");
    }
    let root = pointer::join(&content.pointer, "schema");
    let is_object = spec.at(&root).is_some_and(|schema| schema.value["type"] == "object");
    if !is_object {
        state(Place::Body(section.to_owned()), "type");
        let of_the_whole = spec.at(&root).map_or_else(Vec::new, |r| statements(spec, &r.pointer));
        of_the_whole.into_iter().for_each(|s| state(Place::Body(section.to_owned()), s));
    }
    if let Some(holder) = super::place::holder(spec, operation, section) {
        object(spec, &holder.pointer, section, state);
    }
    let inside = root.clone();
    let below = format!("{root}/");
    for component in spec.reachable(|p| p == inside || p.starts_with(&below)) {
        let at = pointer::join("/components/schemas", &component);
        // What an array or a map states is stated where it is used.
        if !spec.is_collection(&at) {
            object(spec, &at, &component, state);
        }
    }
}

fn object(spec: &Spec, at: &str, section: &str, state: &mut impl FnMut(Place, &str)) {
    let Some(holder) = spec.document.pointer(at) else {
        return;
    };
    let of_the_whole = statements(spec, at).into_iter().filter(|s| *s != "type");
    of_the_whole.for_each(|statement| state(Place::Body(section.to_owned()), statement));
    for name in member_names(holder) {
        let place = Place::Member(section.to_owned(), name.to_owned());
        let required = holder["required"].as_array();
        if required.is_some_and(|list| list.iter().any(|n| n == name)) {
            state(place, "required");
        }
        let property = pointer::join(&pointer::join(at, "properties"), name);
        member(spec, &property, section, name, state);
    }
}

/// A member, and what is inside it: items, values, and objects without a name.
fn member(spec: &Spec, at: &str, section: &str, name: &str, state: &mut impl FnMut(Place, &str)) {
    schema(spec, at, &Place::Member(section.to_owned(), name.to_owned()), state);
    let written_out = spec.at(at).filter(|_| spec.is_collection(at));
    let holder = written_out.map_or_else(|| at.to_owned(), |found| found.pointer);
    for (key, suffix) in [("items", "[]"), ("additionalProperties", "{}")] {
        let inner = pointer::join(&holder, key);
        let Some(found) = spec.at(&inner) else { continue };
        if !found.value["properties"].is_object() {
            member(spec, &inner, section, &format!("{name}{suffix}"), state);
        } else if found.pointer == inner {
            let (plain, _) = super::place::inside(name);
            object(spec, &inner, &format!("{section}/{plain}"), state);
        }
    }
    if spec.document.pointer(at).is_some_and(|value| value["properties"].is_object()) {
        object(spec, at, &format!("{section}/{name}"), state);
    }
}

fn schema(spec: &Spec, at: &str, place: &Place, state: &mut impl FnMut(Place, &str)) {
    let own = statements(spec, at);
    let of_scalar = spec.at(at).filter(|found| found.pointer != at);
    let of_scalar = of_scalar
        .filter(|found| !found.value["properties"].is_object())
        .map_or_else(Vec::new, |found| statements(spec, &found.pointer));
    // What the cell of a type says covers these; that of a collection also what is inside it.
    let is_inside = place.to_string().ends_with(['}', ']']);
    let in_type = |statement: &str| match statement {
        "nullable" | "additionalProperties" => true,
        statement => is_inside && statement == "type",
    };
    for statement in own.into_iter().chain(of_scalar).filter(|s| !in_type(s)) {
        state(place.clone(), statement);
    }
}
