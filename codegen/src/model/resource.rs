//! What calls do to the resources that a stateful mock server keeps: `x-resource` and `x-resources`.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::pointer::{join, tokens};
use super::{in_braces, Operation, Schema, Spec};
use crate::error::Result;

/// What an operation does to a resource.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// What it does.
    pub effect: Effect,
    /// The templates of the resource's path, of which the first whose variables are known applies.
    pub path: Texts,
    /// JSON pointer of the resource, or of the list, in the response.
    #[serde(default)]
    pub item: String,
    /// JSON pointer of the number of all items in the response.
    pub count: Option<String>,
    /// The member of the request that lists the keys in their new order.
    pub keys: Option<String>,
}

/// What an operation does to a resource.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Creates one that does not exist.
    Create,
    /// Creates or replaces one.
    Set,
    /// Reads one.
    Read,
    /// Needs one, and shows nothing of it.
    Use,
    /// Changes what is set.
    Update,
    /// Deletes one, with all that belongs to it.
    Delete,
    /// Lists all in a collection.
    List,
    /// Changes the order of those in a collection.
    Order,
}

/// All resources of an API.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resources {
    /// The collections by name.
    pub collections: BTreeMap<String, Collection>,
    /// The forms of texts that consist of several variables, by the names of these texts.
    #[serde(default)]
    pub forms: BTreeMap<String, Texts>,
}

/// A text, or a list of texts.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "a text, or a list of texts")]
pub enum Texts {
    /// A text.
    One(String),
    /// A list of texts.
    More(Vec<String>),
}

impl Texts {
    /// The texts.
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::More(texts) => texts,
        }
    }
}

/// A collection of resources.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collection {
    /// The response if there is no such resource.
    pub unknown: Refusal,
    /// The response if there is one already.
    pub exists: Option<Refusal>,
    /// The values of variables that the request does not have; `{n}` is a number of six digits.
    #[serde(default)]
    pub fresh: BTreeMap<String, String>,
}

/// A documented refusal.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: Map<String, Value>,
}

impl Resource {
    /// What `operation` does to a resource.
    pub fn of(spec: &Spec, operation: &Operation) -> Result<Option<Self>> {
        let written = operation.keywords.get("x-resource");
        written.map(|written| read(spec, &place(operation), written)).transpose()
    }
}

impl Resources {
    /// The resources of `spec`.
    pub fn of(spec: &Spec) -> Result<Self> {
        match spec.written("/x-resources") {
            Value::Null => Ok(Self::default()),
            written => read(spec, "/x-resources", written),
        }
    }
}

/// The variables of a template, each with what stands before it in its part.
pub fn variables(template: &str) -> impl Iterator<Item = &str> {
    in_braces(template).map(|variable| variable.split('=').next().unwrap_or(variable))
}

pub(super) fn check(spec: &Spec) -> Result<()> {
    let resources = Resources::of(spec)?;
    for (name, Collection { unknown, exists, .. }) in &resources.collections {
        let invalid = [Some(unknown), exists.as_ref()].into_iter().flatten();
        if let Some(refusal) = invalid.into_iter().find(|r| !(200..600).contains(&r.status)) {
            let at = join("/x-resources/collections", name);
            return Err(spec.error(&at, format!("{} is not a status of HTTP", refusal.status)));
        }
    }
    for operation in &spec.operations {
        if let Some(resource) = Resource::of(spec, operation)? {
            check_paths(spec, operation, &resource, &resources)?;
            check_places(spec, operation, &resource)?;
        }
    }
    Ok(())
}

/// Each path leads to a collection that there is, or to a resource in it, by variables that a
/// request has.
fn check_paths(
    spec: &Spec,
    operation: &Operation,
    resource: &Resource,
    resources: &Resources,
) -> Result<()> {
    let error = |message| Err(spec.error(&join(&place(operation), "path"), message));
    let mut known = given(spec, operation);
    let parts: Vec<&str> = resources
        .forms
        .iter()
        .filter(|(name, _)| known.contains(name.as_str()))
        .flat_map(|(_, forms)| forms.all())
        .flat_map(|form| variables(form))
        .collect();
    known.extend(parts);
    for path in resource.path.all() {
        let segments: Vec<&str> = path.split('/').collect();
        let mut names = segments.iter().skip(1).step_by(2);
        if let Some(name) = names.find(|name| !resources.collections.contains_key(**name)) {
            let listed: Vec<&str> = resources.collections.keys().map(String::as_str).collect();
            let message =
                format!("`x-resources` has no collection `{name}`, only `{}`", listed.join("`, `"));
            return error(message);
        }
        let is_item = segments.len() % 2 == 1;
        if !path.starts_with('/') || !(is_item || resource.effect == Effect::List) {
            return error(format!("`{path}` is not of the form `/collection/{{key}}`"));
        }
        let fresh = path.rsplit('/').nth(1).and_then(|name| resources.collections.get(name));
        let fresh = fresh.filter(|_| resource.effect == Effect::Create);
        let is_known = |variable: &&str| {
            let is_fresh = || fresh.is_some_and(|found| found.fresh.contains_key(*variable));
            let is_key = resource.effect == Effect::Order && path.ends_with(&braced(variable));
            known.contains(*variable) || is_key || is_fresh()
        };
        if let Some(variable) = variables(path).find(|variable| !is_known(variable)) {
            return error(format!(
                "nothing gives `{{{variable}}}` a value: no parameter and no member of the \
                 request has this name, no form that applies has it, and it is not `fresh`"
            ));
        }
    }
    Ok(())
}

/// What the extension names in request and response is there.
fn check_places(spec: &Spec, operation: &Operation, resource: &Resource) -> Result<()> {
    let error = |keyword: &str, message: String| {
        Err(spec.error(&join(&place(operation), keyword), message))
    };
    let is_shown = |kind: &str, at: &str| {
        let mut success = operation.responses.iter().filter(|response| response.is_success());
        let body = success.find_map(|response| response.body.schema());
        body.and_then(|body| schema_at(spec, body, at))
            .is_some_and(|found| found.json_type() == Some(kind))
    };
    let Resource { effect, item, count, keys, .. } = resource;
    let kind = if *effect == Effect::List { "array" } else { "object" };
    let shows = matches!(
        effect,
        Effect::Create | Effect::Set | Effect::Read | Effect::Update | Effect::List
    );
    if shows && !is_shown(kind, item) {
        return error("item", format!("the successful response has no {kind} at `{item}`"));
    }
    if let Some(count) = count.as_ref().filter(|count| !is_shown("integer", count)) {
        return error("count", format!("the successful response has no integer at `{count}`"));
    }
    let body = operation.request.as_ref().and_then(|body| body.schema());
    let is_list = |keys: &String| {
        let found = body.and_then(|body| schema_at(spec, body, &join("", keys)));
        found.is_some_and(|found| found.json_type() == Some("array"))
    };
    if *effect == Effect::Order && !keys.as_ref().is_some_and(is_list) {
        return error("keys", "names the member of the request that lists the keys".to_owned());
    }
    Ok(())
}

/// The names of what a request has: its parameters and the members of its body.
fn given<'s>(spec: &'s Spec, operation: &'s Operation) -> BTreeSet<&'s str> {
    let body = operation.request.as_ref().and_then(|body| spec.at(body.schema()?));
    let members = body.into_iter().flat_map(Schema::listed_members);
    let parameters = operation.parameters.iter().map(|parameter| parameter.name.as_str());
    parameters.chain(members.map(|member| member.name.as_str())).collect()
}

/// The schema of what stands at `at` in a value of the schema at `holder`.
fn schema_at<'s>(spec: &'s Spec, holder: &str, at: &str) -> Option<&'s Schema> {
    let holder = spec.at(holder)?;
    tokens(at).iter().try_fold(holder, |holder, name| spec.at(&holder.member(name)?.schema))
}

fn place(operation: &Operation) -> String {
    join(&operation.pointer, "x-resource")
}

fn braced(variable: &str) -> String {
    format!("/{{{variable}}}")
}

fn read<T: DeserializeOwned>(spec: &Spec, at: &str, written: &Value) -> Result<T> {
    serde_path_to_error::deserialize(written).map_err(|e| {
        let inside = e.path().to_string().replace('.', "/");
        let at = if inside == "." || inside.is_empty() {
            at.to_owned()
        } else {
            format!("{at}/{inside}")
        };
        spec.error(&at, e.inner().to_string())
    })
}
