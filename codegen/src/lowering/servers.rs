//! The rule for the variables of servers.

use serde_json::Value;

use super::{describe, Lowering, Outcome, Touch};
use crate::error::Result;
use crate::spec::members;
use crate::spec::pointer::join;

/// Writes the documented values of each variable into the documentation of the client.
pub fn variables(lowering: &mut Lowering, rule: &'static str) -> Result<()> {
    let servers = lowering.spec.document["servers"].as_array().cloned().unwrap_or_default();
    for (index, server) in servers.iter().enumerate() {
        for (name, variable) in members(&server["variables"]) {
            let Some(values) = variable["enum"].as_array() else { continue };
            let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
            let url = server["url"].as_str().unwrap_or_default();
            let sentence =
                format!("Documented values of `{name}` in `{url}`: `{}`.", values.join("`, `"));
            if let Some(Value::Object(info)) = lowering.spec.document.get_mut("info") {
                describe(info, &sentence);
            }
            let at = join(&format!("/servers/{index}/variables"), name);
            let pointer = join(&at, "enum");
            lowering.touches.push(Touch { pointer, rule, outcome: Outcome::DocumentedOnly });
        }
    }
    Ok(())
}
