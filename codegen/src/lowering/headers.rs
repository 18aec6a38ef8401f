//! Rules for header parameters that a caller never gives.

use serde_json::Value;

use super::{Lowering, Outcome};
use crate::error::Result;
use crate::spec::METHODS;

pub fn credential_parameters(lowering: &mut Lowering, rule: &'static str) -> Result<()> {
    remove(lowering, rule, is_credential);
    Ok(())
}

pub fn standard_headers(lowering: &mut Lowering, rule: &'static str) -> Result<()> {
    remove(lowering, rule, is_standard);
    Ok(())
}

/// Whether the client sets the header `name` itself, so that no caller gives it.
pub fn is_set_by_client(name: &str) -> bool {
    let name = name.to_lowercase();
    is_credential(&name) || is_standard(&name)
}

fn is_credential(name: &str) -> bool {
    ["x-auth-token", "authorization"].contains(&name)
        || name.starts_with("x-authing-")
        || name.starts_with("x-genauth-")
}

fn is_standard(name: &str) -> bool {
    ["accept", "content-type", "content-length", "host", "user-agent"].contains(&name)
}

/// Removes the header parameters whose lower-case name `is_ours`.
fn remove(lowering: &mut Lowering, rule: &'static str, is_ours: impl Fn(&str) -> bool) {
    let is_removed = |parameter: &Value| {
        let name = parameter["name"].as_str().unwrap_or_default();
        parameter["in"] == "header" && is_ours(&name.to_lowercase())
    };
    let mut origins = Vec::new();
    let paths = lowering.spec.document["paths"].as_object_mut();
    for (_, item) in paths.into_iter().flatten() {
        let mut holders = vec![];
        if let Some(item) = item.as_object_mut() {
            for (key, value) in item {
                match key.as_str() {
                    "parameters" => holders.push(value),
                    method if METHODS.contains(&method) => {
                        holders.extend(value.get_mut("parameters"));
                    }
                    _ => {}
                }
            }
        }
        for list in holders.into_iter().filter_map(Value::as_array_mut) {
            for parameter in list.iter().filter(|p| is_removed(p)) {
                origins.push(parameter["schema"][super::ORIGIN].clone());
            }
            list.retain(|parameter| !is_removed(parameter));
        }
    }
    for origin in origins.iter().filter_map(Value::as_str) {
        let parameter = origin.trim_end_matches("/schema");
        lowering.touch(parameter, "required", rule, Outcome::Relaxed);
        for keyword in ["minLength", "maxLength", "pattern", "enum", "default", "format"] {
            lowering.touch(origin, keyword, rule, Outcome::Relaxed);
        }
    }
}
