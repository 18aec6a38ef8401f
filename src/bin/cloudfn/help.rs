//! The `--help` text of each flag, taken from the documents.

use cloudfn::registry::{Api, Member, Operation, Parameter};

use crate::inputs::{made_of, schema, Input, Made, Of};

/// How many levels of nested members are listed.
const DEEPEST: usize = 3;

/// A parameter that an API's client may provide, and the environment variable that sets it.
const OF_CLIENT: (&str, &str, &str) = ("functiongraph", "project_id", "HUAWEICLOUD_SDK_PROJECT_ID");

const REQUIRED: &str = "[required]";

/// The help of a parameter or member.
pub fn of_input(api: &Api, input: &Input) -> String {
    let mut parts = match input.of {
        Of::Parameter(parameter) => of_parameter(api, parameter),
        Of::Member(member) => of_member(api, member),
    };
    if input.is_in_file {
        parts.push("[a secret, read from a file; - is stdin]".to_owned());
    }
    parts.join(" ")
}

fn of_parameter(api: &Api, parameter: &Parameter) -> Vec<String> {
    let Parameter { description, default, .. } = parameter;
    let required = match OF_CLIENT {
        (of, name, variable) if (of, name) == (api.name, parameter.name) => {
            format!("[required, or {variable}]")
        }
        _ => REQUIRED.to_owned(),
    };
    parts(description, parameter.required.then_some(required), parameter.documented(), *default)
}

fn of_member(api: &Api, member: &Member) -> Vec<String> {
    let Member { description, default, .. } = member;
    let required = member.required.then(|| REQUIRED.to_owned());
    let mut parts = parts(description, required, member.documented(), *default);
    if let Some(shape) = shape(api, member.rust_type, DEEPEST) {
        let members = shape.strip_prefix('{').and_then(|shape| shape.strip_suffix('}'));
        parts.push(match members {
            Some(members) => format!("[members: {members}]"),
            None => format!("[JSON: {shape}]"),
        });
    }
    parts
}

/// The help of the flag for the whole body.
pub fn of_body(api: &Api, operation: &Operation, has_flags: bool) -> String {
    let mut parts = vec!["The whole body as JSON; - reads it from stdin".to_owned()];
    match (operation.request_required, has_flags) {
        (false, _) => {}
        (true, true) => parts.push("[required, unless its members are given]".to_owned()),
        (true, false) => parts.push(REQUIRED.to_owned()),
    }
    let rust_type = operation.request.map(|model| model.rust_type).filter(|_| !has_flags);
    if let Some(shape) = rust_type.and_then(|rust_type| shape(api, rust_type, DEEPEST)) {
        parts.push(format!("[JSON: {shape}]"));
    }
    parts.join(" ")
}

/// The documented headers of a success.
pub fn of_headers(api: &Api, operation: &Operation) -> Option<String> {
    let members = schema(api, operation.headers?.rust_type)?.members;
    let widest = members.iter().map(|member| member.name.len()).max().unwrap_or(0);
    let lines = members.iter().map(|header| {
        let parts = parts(header.description, None, header.documented(), header.default);
        format!("\n  {:widest$}  {}", header.name, parts.join(" "))
    });
    Some(format!("Response headers:{}", lines.collect::<String>()))
}

/// A description and the documented limits.
fn parts(
    description: &str,
    required: Option<String>,
    documented: Option<String>,
    default: Option<&str>,
) -> Vec<String> {
    // The limits are added below, in one form for all flags.
    let sentences = description.split('\n').map(str::trim).filter(|line| !line.is_empty());
    let mut parts: Vec<String> =
        sentences.filter(|line| !line.starts_with("Documented ")).map(str::to_owned).collect();
    parts.extend(required);
    parts.extend(documented.map(|documented| format!("[documented: {documented}]")));
    parts.extend(default.map(|default| format!("[the service's default: {default}]")));
    parts
}

/// The shape of a type's JSON, with the limits of each member: `{a 1..=3; b}` is an object,
/// `[{a}]` an array of objects, `{NAME: {a}}` a map. `None` for a scalar.
fn shape(api: &Api, rust_type: &str, depth: usize) -> Option<String> {
    let rust_type = match made_of(rust_type) {
        Made::Items(items) => return Some(format!("[{}]", shape(api, items, depth)?)),
        Made::Values(values) => return Some(format!("{{NAME: {}}}", shape(api, values, depth)?)),
        Made::Itself(rust_type) => rust_type,
    };
    let schema = schema(api, rust_type).filter(|schema| !schema.members.is_empty())?;
    let Some(depth) = depth.checked_sub(1) else { return Some("{…}".to_owned()) };
    let members: Vec<String> =
        schema.members.iter().map(|member| in_short(api, member, depth)).collect();
    Some(format!("{{{}}}", members.join("; ")))
}

/// A member within an object.
fn in_short(api: &Api, member: &Member, depth: usize) -> String {
    let inside = shape(api, member.rust_type, depth);
    let documented = || member.documented();
    let required = member.required.then(|| "(required)".to_owned());
    let default = member.default.map(|default| format!("(default {default})"));
    let parts = [Some(member.name.to_owned()), inside.or_else(documented), required, default];
    parts.into_iter().flatten().collect::<Vec<String>>().join(" ")
}
