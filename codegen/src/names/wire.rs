//! The names that parameters and members have in Rust.
//!
//! What is other on the wire may be the same in Rust, and some names are taken. The generator
//! reads another name for these, and a rewrite puts that on the wire in its place.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;

use super::Model;
use crate::model::{self, in_braces, Operation, Spec};

/// Names in the builder of a call that are not parameters.
const TAKEN: &str = "allow_undocumented body body_map check client encode_path header_map new \
    options pages request retry send stream timeout wait";

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
    /// Names the parameters and members of a spec, all different in Rust.
    pub fn of(spec: &Spec, models: &[Model<'_>]) -> Self {
        let mut names = Self::default();
        let mut of_paths: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
        for operation in &spec.operations {
            of_paths.entry(&operation.path).or_default().push(operation);
        }
        for (path, operations) in of_paths {
            of_path(path, &operations, &mut names.parameters);
        }
        models.iter().for_each(|model| of_members(model, &mut names.members));
        names
    }

    /// A path with the names that the generator reads.
    pub fn path(&self, operation: &Operation) -> String {
        let renamed = operation.path.split('/').map(|segment| {
            let wire = segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}'));
            let named = wire.and_then(|wire| self.parameter(&operation.id, "path", wire));
            match named.filter(|named| named.is_renamed()) {
                Some(named) => format!("{{{}}}", named.rust),
                None => segment.to_owned(),
            }
        });
        renamed.collect::<Vec<_>>().join("/")
    }

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

/// Names the parameters of the operations with a path; those in the path are the same for all.
fn of_path(path: &str, operations: &[&Operation], names: &mut Vec<Parameter>) {
    let mut in_path: BTreeMap<&str, String> = BTreeMap::new();
    let mut taken: BTreeSet<String> = TAKEN.split(' ').map(str::to_owned).collect();
    for wire in in_braces(path) {
        in_path.insert(wire, free(generated(wire, "_"), "path", &mut taken));
    }
    for operation in operations {
        let mut taken = taken.clone();
        let mut list: Vec<&model::Parameter> = operation.parameters.iter().collect();
        // The one that is spelled as in Rust keeps its name.
        list.sort_by_key(|parameter| {
            let wire = &parameter.name;
            (parameter.location != "path", *wire != generated(wire, "_"))
        });
        for model::Parameter { name: wire, location, .. } in list {
            let rust = match in_path.get(wire.as_str()).filter(|_| location == "path") {
                Some(rust) => rust.clone(),
                None => free(generated(wire, "_"), location, &mut taken),
            };
            let (operation, location) = (operation.id.clone(), location.clone());
            names.push(Parameter { operation, location, wire: wire.clone(), rust });
        }
    }
}

/// Names the members of a model.
fn of_members(model: &Model<'_>, names: &mut Vec<Member>) {
    let schema = model.schema;
    let is_open = schema.get("additionalProperties").is_some_and(|allowed| *allowed != false);
    let mut wires: Vec<&String> =
        schema.listed_members().iter().map(|member| &member.name).collect();
    wires.sort_by_key(|wire| **wire != generated(wire, "x"));
    let mut taken = BTreeSet::new();
    if is_open {
        taken.insert(UNLISTED.to_owned());
    }
    for wire in wires {
        let plain = generated(wire, "x");
        let rust = free(plain.clone(), "member", &mut taken);
        if rust != plain {
            names.push(Member { model: model.name.clone(), wire: wire.clone(), rust });
        }
    }
}

/// `name`, or one made of it that is not taken yet, and that the generator leaves as it is.
fn free(name: String, kind: &str, taken: &mut BTreeSet<String>) -> String {
    let plain = name.trim_matches('_');
    let base = match is_identifier(&format!("{plain}_2")) {
        true => plain.to_owned(),
        false => format!("{kind}_{plain}"),
    };
    let is_word = TAKEN.split(' ').any(|taken| taken == plain) || plain == UNLISTED;
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
