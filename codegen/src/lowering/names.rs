//! The names that parameters and members have in Rust.
//!
//! What is other on the wire may be the same in Rust, and some names are taken. The generator
//! reads another name for these, and a rewrite puts that on the wire in its place.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;
use serde_json::{Map, Value};

use super::model_name;
use crate::spec::{members, pointer::join, Operation, Spec};

/// Names in the builder of a call that are no parameters.
const TAKEN: [&str; 13] = [
    "allow_undocumented",
    "body",
    "body_map",
    "check",
    "client",
    "encode_path",
    "header_map",
    "new",
    "options",
    "request",
    "retry",
    "send",
    "timeout",
];

/// The member of a model that has what its schema does not list.
const UNLISTED: &str = "extra";

/// The names of an API.
#[derive(Clone, Debug, Default)]
pub struct Names {
    parameters: Vec<Parameter>,
    /// Members of models whose name in Rust is not made of that on the wire.
    pub members: Vec<Member>,
}

/// A parameter of an operation.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The operation.
    pub operation: String,
    /// Where it goes: `path`, `query` or `header`.
    pub location: String,
    /// Its name on the wire.
    pub wire: String,
    /// Its name in Rust.
    pub rust: String,
}

/// A member of a model.
#[derive(Clone, Debug)]
pub struct Member {
    /// The Rust type.
    pub model: String,
    /// Its name on the wire.
    pub wire: String,
    /// Its name in Rust.
    pub rust: String,
}

impl Names {
    /// The names of a parameter.
    pub fn parameter(&self, operation: &str, location: &str, wire: &str) -> Option<&Parameter> {
        let mut of_operation = self.parameters_of(operation).into_iter();
        of_operation.find(|named| named.location == location && named.wire == wire)
    }

    /// The name by which the lowered document knows a member of a model.
    pub fn member_key<'n>(&'n self, model: &str, wire: &'n str) -> &'n str {
        let mut renamed = self.members.iter();
        let found = renamed.find(|member| member.model == model && member.wire == wire);
        found.map_or(wire, |member| member.rust.as_str())
    }

    /// The parameters of an operation.
    pub fn parameters_of(&self, operation: &str) -> Vec<&Parameter> {
        self.parameters.iter().filter(|named| named.operation == operation).collect()
    }
}

impl Parameter {
    /// Whether the generator reads another name than that on the wire.
    pub fn is_renamed(&self) -> bool {
        self.rust != generated(&self.wire, "_")
    }
}

/// Gives the parameters and members of `spec` names that are all different in Rust.
pub fn name(spec: &mut Spec) -> Names {
    let mut names = Names::default();
    let paths: Vec<String> =
        members(&spec.document["paths"]).map(|(path, _)| path.clone()).collect();
    for path in paths {
        of_path(spec, &path, &mut names);
    }
    let components: Vec<String> =
        members(&spec.document["components"]["schemas"]).map(|(name, _)| name.clone()).collect();
    for component in components {
        let at = join("/components/schemas", &component);
        if let Some(Value::Object(schema)) = spec.document.pointer_mut(&at) {
            of_members(schema, &model_name(&component), &mut names.members);
        }
    }
    spec.refresh();
    names
}

/// Names the parameters of the operations with a path; those in the path are the same for all.
fn of_path(spec: &mut Spec, path: &str, names: &mut Names) {
    let mut in_path: BTreeMap<String, String> = BTreeMap::new();
    let mut taken: BTreeSet<String> = TAKEN.map(str::to_owned).into();
    let segments = path.split('/').filter_map(|s| s.strip_prefix('{')?.strip_suffix('}'));
    for wire in segments {
        let rust = free(generated(wire, "_"), "path", &mut taken);
        in_path.insert(wire.to_owned(), rust);
    }
    let operations: Vec<(String, String)> = spec
        .operations()
        .into_iter()
        .filter(|operation| operation.path == path)
        .map(|Operation { id, pointer, .. }| (id.to_owned(), pointer))
        .collect();
    for (operation, at) in operations {
        let mut taken = taken.clone();
        let list = spec.document.pointer_mut(&join(&at, "parameters"));
        let mut list: Vec<&mut Value> =
            list.and_then(Value::as_array_mut).into_iter().flatten().collect();
        // The one that is spelled as in Rust keeps its name.
        list.sort_by_key(|parameter| {
            let wire = parameter["name"].as_str().unwrap_or_default();
            (parameter["in"] != "path", wire != generated(wire, "_"))
        });
        for parameter in list {
            let text = |key: &str| parameter[key].as_str().unwrap_or_default().to_owned();
            let (location, wire) = (text("in"), text("name"));
            let rust = match in_path.get(&wire).filter(|_| location == "path") {
                Some(rust) => rust.clone(),
                None => free(generated(&wire, "_"), &location, &mut taken),
            };
            let named = Parameter { operation: operation.clone(), location, wire, rust };
            if named.is_renamed() {
                parameter["name"] = named.rust.as_str().into();
            }
            names.parameters.push(named);
        }
    }
    let renamed = path.split('/').map(|segment| {
        let wire = segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}'));
        match wire.and_then(|wire| Some((wire, in_path.get(wire)?))) {
            Some((wire, rust)) if *rust != generated(wire, "_") => format!("{{{rust}}}"),
            _ => segment.to_owned(),
        }
    });
    let renamed = renamed.collect::<Vec<_>>().join("/");
    if let Some(paths) = spec.document["paths"].as_object_mut().filter(|_| renamed != path) {
        if let Some(item) = paths.remove(path) {
            paths.insert(renamed, item);
        }
    }
}

/// Names the members of a schema.
fn of_members(schema: &mut Map<String, Value>, model: &str, names: &mut Vec<Member>) {
    let is_open = !matches!(schema.get("additionalProperties"), None | Some(Value::Bool(false)));
    let Some(Value::Object(properties)) = schema.get("properties") else { return };
    let mut wires: Vec<String> = properties.keys().cloned().collect();
    wires.sort_by_key(|wire| *wire != generated(wire, "x"));
    let mut taken = BTreeSet::new();
    if is_open {
        taken.insert(UNLISTED.to_owned());
    }
    for wire in wires {
        let plain = generated(&wire, "x");
        let rust = free(plain.clone(), "member", &mut taken);
        if rust != plain {
            rename(schema, &wire, &rust);
            names.push(Member { model: model.to_owned(), wire, rust });
        }
    }
}

fn rename(schema: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        if let Some(member) = properties.remove(from) {
            properties.insert(to.to_owned(), member);
        }
    }
    let required = schema.get_mut("required").and_then(Value::as_array_mut);
    for name in required.into_iter().flatten().filter(|name| *name == from) {
        *name = to.into();
    }
}

/// `name`, or one made of it that is not taken yet, and that the generator leaves as it is.
fn free(name: String, kind: &str, taken: &mut BTreeSet<String>) -> String {
    let plain = name.trim_matches('_');
    let base = match is_identifier(&format!("{plain}_2")) {
        true => plain.to_owned(),
        false => format!("{kind}_{plain}"),
    };
    let is_word = TAKEN.contains(&plain) || plain == UNLISTED;
    let of_kind = is_word.then(|| format!("{base}_{kind}"));
    let numbered = (2..).map(|number| format!("{base}_{number}"));
    let mut candidates = std::iter::once(name).chain(of_kind).chain(numbered);
    let found = candidates.find(|name| !taken.contains(name)).unwrap_or_default();
    taken.insert(found.clone());
    found
}

/// What the generator makes of a name on the wire; `prefix` goes before what no name in Rust can
/// begin with.
fn generated(wire: &str, prefix: &str) -> String {
    let is_of_name = |c: char| is_identifier(&format!("x{c}"));
    let plain: String = match wire {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => wire.chars().filter(|c| *c != '\'').collect(),
    };
    let plain: String = plain.chars().map(|c| if is_of_name(c) { c } else { '-' }).collect();
    let name = plain.to_snake_case();
    if name.is_empty() {
        "x".to_owned()
    } else if is_identifier(&name) && name != "gen" {
        name
    } else if is_identifier(&format!("{name}_")) {
        format!("{name}_")
    } else {
        format!("{prefix}{name}")
    }
}

fn is_identifier(text: &str) -> bool {
    syn::parse_str::<syn::Ident>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::generated;

    #[test]
    fn names_are_those_that_the_generator_makes() {
        for (wire, rust) in [
            ("funcId", "func_id"),
            ("X-Trace", "x_trace"),
            ("type", "type_"),
            ("@type", "type_"),
            ("gen", "gen_"),
            ("3d", "_3d"),
            ("+1", "plus1"),
            ("", "x"),
            ("don't", "dont"),
            ("größe", "größe"),
            ("m²", "m"),
            ("self", "self_"),
        ] {
            assert_eq!(generated(wire, "_"), rust, "{wire}");
        }
    }
}
