//! Finds what a spec states and no ledger does.

use std::collections::BTreeSet;

use super::answer::{holder, statements};
use crate::ledger::place::inside;
use crate::ledger::Place;
use crate::model::{media::JSON, pointer, Body, Operation, Parameter, Schema, Spec, STYLES};

/// A statement of a spec: its JSON pointer and what it is about.
pub type Statement = (String, String);

/// The statements of an operation of `spec` that are not in `claimed`.
pub fn unclaimed(
    spec: &Spec,
    operation: &Operation,
    claimed: &BTreeSet<Statement>,
) -> Vec<(String, Statement)> {
    let mut all = Vec::new();
    let mut state = |place: Place, statement: &str| {
        if let Some(answer) = place.answer(spec, operation, statement) {
            let stated = (answer.pointer, statement.to_owned());
            if !claimed.contains(&stated) {
                all.push((format!("{place}::{statement}"), stated));
            }
        }
    };
    for page in &operation.pages {
        state(Place::Operation, &format!("page.{}", page.language));
        if page.operator.is_some() {
            state(Place::Operation, &format!("operator.{}", page.language));
        }
    }
    for status in operation.statuses() {
        state(Place::Status(status.to_owned()), "present");
    }
    for (position, server) in (1..).zip(&spec.servers) {
        state(Place::Server(position.to_string()), "url");
        for variable in &server.variables {
            let place = Place::Server(format!("{position}{{{}}}", variable.name));
            state(place.clone(), "default");
            if variable.values.is_some() {
                state(place, "values");
            }
        }
    }
    for scheme in operation.security.iter().flatten() {
        for statement in ["type", "header", "alternative"] {
            state(Place::Security(scheme.clone()), statement);
        }
    }
    for found in &operation.parameters {
        parameter(spec, found, &found.location, &mut state);
    }
    for response in &operation.responses {
        for header in &response.headers {
            parameter(spec, header, &format!("response.{}.header", response.status), &mut state);
        }
    }
    for (section, found) in operation.bodies() {
        body(spec, operation, &section, found, &mut state);
    }
    all
}

/// A parameter of a request, or a header of a response.
fn parameter(spec: &Spec, found: &Parameter, section: &str, state: &mut impl FnMut(Place, &str)) {
    let place = |name: &str| Place::Parameter(section.to_owned(), name.to_owned());
    if found.required {
        state(place(&found.name), "required");
    }
    for keyword in STYLES.into_iter().filter(|keyword| found.keywords.contains_key(*keyword)) {
        state(place(&found.name), keyword);
    }
    let mut name = found.name.clone();
    let mut at = found.schema.as_ref();
    while let Some(pointer) = at {
        schema(spec, pointer, &place(&name), state);
        at = spec.at(pointer).and_then(|found| found.items.as_ref());
        name.push_str("[]");
    }
}

fn body(
    spec: &Spec,
    operation: &Operation,
    section: &str,
    body: &Body,
    state: &mut impl FnMut(Place, &str),
) {
    let place = || Place::Body(section.to_owned());
    if body.required {
        state(place(), "required");
    }
    if !matches!(body.media_types()[..], [] | [JSON]) {
        state(place(), "media");
    }
    for sample in body.described().into_iter().flat_map(|media| &media.samples) {
        state(Place::Sample(section.to_owned(), sample.name.clone()), "value");
    }
    let Some(json) = body.json() else { return };
    let root = json.schema.as_deref().unwrap_or_default();
    let found = spec.at(root);
    if found.and_then(Schema::json_type) != Some("object") {
        state(place(), "type");
        let of_the_whole = found.map_or_else(Vec::new, |found| statements(spec, &found.pointer));
        of_the_whole.into_iter().for_each(|statement| state(place(), statement));
    }
    if let Some(holder) = holder(spec, operation, section) {
        object(spec, holder, section, state);
    }
    for component in spec.components_in(root) {
        let component_at = pointer::join("/components/schemas", &component);
        // What an array or a map states is stated where it is used.
        let found = spec.schema(&component_at).filter(|found| !spec.is_collection(found));
        if let Some(found) = found {
            object(spec, found, &component, state);
        }
    }
}

fn object(spec: &Spec, holder: &Schema, section: &str, state: &mut impl FnMut(Place, &str)) {
    let of_the_whole = statements(spec, &holder.pointer).into_iter().filter(|s| *s != "type");
    of_the_whole.for_each(|statement| state(Place::Body(section.to_owned()), statement));
    for listed in holder.listed_members() {
        if listed.required {
            state(Place::Member(section.to_owned(), listed.name.clone()), "required");
        }
        member(spec, &listed.schema, section, &listed.name, state);
    }
}

/// A member, and what is inside it: items, values, and objects without a name.
fn member(spec: &Spec, at: &str, section: &str, name: &str, state: &mut impl FnMut(Place, &str)) {
    schema(spec, at, &Place::Member(section.to_owned(), name.to_owned()), state);
    let Some(own) = spec.schema(at) else { return };
    let written_out = spec.at(at).filter(|found| spec.is_collection(found));
    let collection = written_out.unwrap_or(own);
    for (inner, suffix) in [(&collection.items, "[]"), (&collection.values, "{}")] {
        let Some(inner) = inner else { continue };
        let Some(found) = spec.at(inner) else { continue };
        if !found.is_model() {
            member(spec, inner, section, &format!("{name}{suffix}"), state);
        } else if found.pointer == *inner {
            object(spec, found, &format!("{section}/{}", inside(name).0), state);
        }
    }
    if own.is_model() {
        object(spec, own, &format!("{section}/{name}"), state);
    }
}

fn schema(spec: &Spec, at: &str, place: &Place, state: &mut impl FnMut(Place, &str)) {
    let own = statements(spec, at);
    let of_scalar = spec.at(at).filter(|found| found.pointer != at);
    let of_scalar = of_scalar
        .filter(|found| !found.is_model())
        .map_or_else(Vec::new, |found| statements(spec, &found.pointer));
    // What the cell of a type says covers these; that of a collection also what is inside it.
    let is_inside = match place {
        Place::Parameter(_, name) | Place::Member(_, name) => !inside(name).1.is_empty(),
        _ => false,
    };
    let in_type = |statement: &str| match statement {
        "nullable" | "additionalProperties" => true,
        statement => is_inside && statement == "type",
    };
    for statement in own.into_iter().chain(of_scalar).filter(|s| !in_type(s)) {
        state(place.clone(), statement);
    }
}
