//! The schema of each Rust type is that of the spec, except for what named rules of lowering removed.

use std::collections::BTreeSet;

use cloudfn::registry::Schema;
use cloudfn::ViolationKind;
use cloudfn_codegen::model::{minimal, Schema as Authored, Spec};
use cloudfn_codegen::names::schema_name;
use libtest_mimic::Failed;
use serde_json::{json, Map, Value};

use super::forms::{authored_form, authored_model, stated_form, stated_model};
use super::members::same;
use super::subject::{check, ensure, Check, Subject};
use super::wire::Setting;

pub fn checks<'s>(subject: &'s Subject<'s>) -> Vec<Check<'s>> {
    let mut checks = Vec::new();
    for spec in &subject.contract.specs {
        let models = spec.schemas().iter().filter(|schema| schema.is_model());
        for schema in models.chain(spec.typed_headers()) {
            let name = schema_name(spec, &schema.pointer);
            let test = format!("{}::{name}::fidelity", spec.api);
            checks.push(check(test, move || is_faithful(subject, spec, schema, &name)));
        }
    }
    checks
}

fn is_faithful(
    subject: &Subject,
    spec: &Spec,
    authored: &Authored,
    name: &str,
) -> Result<(), Failed> {
    let at = &authored.pointer;
    let schema = subject
        .api(spec)?
        .schema(name)
        .ok_or_else(|| format!("the generated client has no model `{name}`"))?;
    let root = (schema.model.json_schema)();
    let (expected, found) = (authored_model(spec, authored), stated_model(&root));
    ensure(expected == found, || format!("the spec has {expected}, the Rust type {found}"))?;
    let expected = members_of(spec, authored);
    let found = stated(schema, &root);
    let places =
        |value: &Value| -> Vec<String> { members(value).map(|(k, _)| k.clone()).collect() };
    let mut all = places(&expected);
    all.extend(places(&found));
    for place in all {
        ensure(expected[&place] == found[&place], || {
            format!("{place}: the spec has {}, the Rust type {}", expected[&place], found[&place])
        })?;
    }
    is_no_array(spec, at, schema)?;
    keeps_what_is_inside(spec, authored, schema)?;
    let uses = spec.uses(at);
    let required: BTreeSet<String> = authored.required().map(str::to_owned).collect();
    let is_asked_for = if uses.request { required.clone() } else { BTreeSet::new() };
    asks_for_what_is_required(&is_asked_for, schema)?;
    match uses.response {
        true => misses_what_is_required(subject, spec, at, &required),
        false => Ok(()),
    }
}

/// An array is not an object, even if its items could be the members.
fn is_no_array(spec: &Spec, at: &str, schema: &Schema) -> Result<(), Failed> {
    let valid = minimal(spec, at);
    let items: Vec<&Value> = schema.members.iter().map(|member| &valid[member.name]).collect();
    let array = json!(items).to_string();
    ensure((schema.model.decode)(array.as_bytes()).is_err(), || format!("{array} is read"))
}

/// The setter of a list or a map keeps an item or a value.
fn keeps_what_is_inside(spec: &Spec, authored: &Authored, schema: &Schema) -> Result<(), Failed> {
    for member in schema.members {
        let listed = authored.member(member.name).and_then(|listed| spec.at(&listed.schema));
        let Some(listed) = listed.filter(|listed| !listed.is_model()) else { continue };
        let given = match (&listed.items, &listed.values) {
            (Some(items), _) => json!([minimal(spec, items)]),
            (_, Some(values)) => json!({ "key": minimal(spec, values) }),
            _ => continue,
        };
        let built = (member.build)(&given)?;
        ensure(same(&built, &given), || format!("{}: {given} is set as {built}", member.name))?;
    }
    Ok(())
}

/// The builder of a request names a missing required member by the vendor's name.
fn asks_for_what_is_required(required: &BTreeSet<String>, schema: &Schema) -> Result<(), Failed> {
    let empty = schema.empty.ok_or("the model has no builder")?;
    let built = empty();
    let is_right = match &built {
        Ok(model) => required.is_empty() && *model == json!({}),
        Err(message) => required.iter().any(|name| *message == format!("{name} is required")),
    };
    ensure(is_right, || format!("required are {required:?}; built of nothing: {built:?}"))
}

/// For an empty response, the missing required members are reported.
fn misses_what_is_required(
    subject: &Subject,
    spec: &Spec,
    at: &str,
    required: &BTreeSet<String>,
) -> Result<(), Failed> {
    let api = subject.api(spec)?;
    let sites = &subject.sites[spec.api.as_str()];
    let Some(site) = sites.in_response(at) else { return Ok(()) };
    let operation = api.operation(site.body.operation).ok_or("the client lacks the operation")?;
    let status = site.body.status.unwrap_or_default();
    let body = site.filled(spec, None, json!({}));
    let tried = Setting { spec, api, operation }.answered(status, &body)?;
    let path = site.path();
    let of_object = tried.told.iter().filter(|told| told.kind == ViolationKind::Missing);
    let told: BTreeSet<String> = of_object
        .filter_map(|told| told.path.strip_prefix(&path))
        .map(|name| name.trim_start_matches('.').to_owned())
        .filter(|name| !name.contains('.'))
        .collect();
    ensure(told == *required, || {
        format!("always present are {required:?}, told as missing {told:?}")
    })
}

/// The members of the object at `at` in the spec, in the plain form below.
fn members_of(spec: &Spec, schema: &Authored) -> Value {
    let uses = spec.uses(&schema.pointer);
    let mut plain = Map::new();
    for member in schema.listed_members() {
        // Rule `optional-in-responses`.
        let required = member.required && !uses.response;
        let is = authored_form(spec, &member.schema);
        let default = spec.at(&member.schema).and_then(|found| found.get("default").cloned());
        let form = json!({ "required": required, "is": is, "default": default });
        plain.insert(member.name.clone(), form);
    }
    Value::Object(plain)
}

/// The members of an object; none of anything else.
fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The members of the Rust type in the same form. Defaults come from the registry.
fn stated(schema: &Schema, root: &Value) -> Value {
    let required = root["required"].as_array();
    let mut plain = Map::new();
    for (member, property) in members(&root["properties"]) {
        let required = required.is_some_and(|list| list.iter().any(|n| n == member));
        let is = stated_form(property);
        let known = schema.members.iter().find(|known| known.name == member);
        let default = known.and_then(|known| known.default);
        let default = default.and_then(|json| serde_json::from_str::<Value>(json).ok());
        let form = json!({ "required": required, "is": is, "default": default });
        plain.insert(member.clone(), form);
    }
    Value::Object(plain)
}
