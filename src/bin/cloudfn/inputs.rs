//! The inputs of an operation and their flags, derived from the registry.

use std::collections::BTreeSet;

use cloudfn::registry::{Api, Member, Operation, Parameter, Schema};

/// A parameter of an operation, or a member of its body.
pub struct Input {
    /// Its flag, without the leading hyphens.
    pub flag: String,
    pub of: Of,
    /// Whether the flag names a file with the value, since it is or contains a secret.
    pub is_in_file: bool,
}

#[derive(Clone, Copy)]
pub enum Of {
    Parameter(&'static Parameter),
    Member(&'static Member),
}

impl Input {
    /// Whether the value is plain text rather than JSON.
    pub fn is_text(&self) -> bool {
        match self.of {
            Of::Parameter(_) => true,
            Of::Member(member) => member.json_type == "string",
        }
    }
}

/// The flags that all operations share.
const RESERVED: [&str; 16] = [
    "endpoint",
    "region",
    "timeout",
    "connect-timeout",
    "largest-body",
    "attempts",
    "allow-plain-http",
    "allow-undocumented",
    "demo",
    "verbose",
    "json-body",
    "help",
    "all",
    "wait",
    "wait-interval",
    "wait-limit",
];

/// All inputs of an operation, parameters first, each with a unique flag.
pub fn inputs(api: &Api, operation: &'static Operation) -> Vec<Input> {
    let mut taken: BTreeSet<String> = RESERVED.map(str::to_owned).into();
    let mut input = |of, name, place, is_in_file| {
        let flag = free_flag(&mut taken, name, place, is_in_file);
        Input { flag, of, is_in_file }
    };
    let mut inputs = Vec::new();
    for parameter in operation.parameters {
        let Parameter { name, location, secret, .. } = parameter;
        inputs.push(input(Of::Parameter(parameter), name, location, *secret));
    }
    let body = operation.request.and_then(|model| schema(api, model.rust_type));
    for member in body.map_or(&[][..], |body| body.members) {
        let is_secret = member.secret || is_secret_inside(api, member.rust_type);
        inputs.push(input(Of::Member(member), member.name, "body", is_secret));
    }
    inputs
}

/// A free flag for `name`. If the name is taken, its place comes first.
fn free_flag(taken: &mut BTreeSet<String>, name: &str, place: &str, is_in_file: bool) -> String {
    let end = if is_in_file { "-file" } else { "" };
    let plain = kebab(name);
    let mut flag = if plain.is_empty() { place.to_owned() } else { plain.clone() } + end;
    let mut count = 1;
    while !taken.insert(flag.clone()) {
        flag = match count {
            1 => format!("{place}-{plain}{end}"),
            count => format!("{place}-{plain}-{count}{end}"),
        };
        count += 1;
    }
    flag
}

/// A wire name as a flag: `funcId` becomes `func-id`.
fn kebab(name: &str) -> String {
    let mut flag = String::new();
    let mut is_word = false;
    for c in name.chars() {
        if c.is_alphanumeric() {
            if c.is_uppercase() && is_word {
                flag.push('-');
            }
            is_word = !c.is_uppercase();
            flag.extend(c.to_lowercase());
        } else if !flag.is_empty() && !flag.ends_with('-') {
            flag.push('-');
            is_word = false;
        }
    }
    flag.trim_end_matches('-').to_owned()
}

/// The schema of a Rust type.
pub fn schema(api: &Api, rust_type: &str) -> Option<&'static Schema> {
    api.schemas.iter().find(|schema| schema.model.rust_type == rust_type)
}

/// A Rust type without its outer list or map.
pub enum Made<'t> {
    Items(&'t str),
    Values(&'t str),
    Itself(&'t str),
}

/// Strips the outer list or map from a Rust type.
pub fn made_of(rust_type: &str) -> Made<'_> {
    let inside = |around: &str| rust_type.strip_prefix(around)?.strip_suffix('>');
    if let Some(inner) = inside("Option<").or_else(|| inside("Box<")) {
        return made_of(inner);
    }
    match (inside("Vec<"), inside("BTreeMap<String, ")) {
        (Some(items), _) => Made::Items(items),
        (_, Some(values)) => Made::Values(values),
        (None, None) => Made::Itself(rust_type),
    }
}

/// Whether a value of a type may contain a secret.
pub fn is_secret_inside(api: &Api, rust_type: &str) -> bool {
    has_secret(api, rust_type, &mut BTreeSet::new())
}

fn has_secret(api: &Api, rust_type: &str, seen: &mut BTreeSet<&'static str>) -> bool {
    let rust_type = match made_of(rust_type) {
        Made::Items(inner) | Made::Values(inner) => return has_secret(api, inner, seen),
        Made::Itself(rust_type) => rust_type,
    };
    let schema = schema(api, rust_type).filter(|schema| seen.insert(schema.name));
    let mut members = schema.map_or(&[][..], |schema| schema.members).iter();
    members.any(|member| member.secret || has_secret(api, member.rust_type, seen))
}

#[cfg(test)]
mod tests {
    use super::inputs;
    use crate::made_up::API;

    #[test]
    fn each_input_has_a_flag_of_its_own_and_that_of_a_secret_is_of_a_file() {
        let [operation, ..] = API.operations else { panic!("there is no operation") };
        let flags: Vec<String> =
            inputs(&API, operation).into_iter().map(|input| input.flag).collect();
        let expected = "project-id limit user-id query-user-id header-user-id x-secret-key-file \
            api-key-file \
            db-password-file body-timeout body-user-id mounts by-name login-file deep";
        assert_eq!(flags.join(" "), expected);
    }
}
