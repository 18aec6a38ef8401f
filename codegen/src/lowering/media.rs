//! The rule for bodies with several media types, and those that are not JSON.

use serde_json::{json, Map, Value};

use super::{touch_all, Lowering, Outcome};
use crate::error::Result;
use crate::spec::media::{json_of, JSON};
use crate::spec::pointer::join;

/// Leaves one media type to each body: that of JSON if there is one.
pub fn one_media_type(lowering: &mut Lowering, rule: &'static str) -> Result<()> {
    let mut bodies = Vec::new();
    for operation in lowering.spec.operations() {
        bodies.push(join(&operation.pointer, "requestBody"));
        let responses = join(&operation.pointer, "responses");
        let statuses = lowering.spec.statuses(&operation);
        bodies.extend(statuses.into_iter().map(|status| join(&responses, status)));
    }
    for body in bodies {
        let at = join(&body, "content");
        let Some(Value::Object(content)) = lowering.spec.document.pointer(&at) else { continue };
        let used = json_of(&lowering.spec.document.pointer(&at).cloned().unwrap_or_default())
            .map(str::to_owned);
        let others: Vec<String> =
            content.keys().filter(|name| Some(*name) != used.as_ref()).cloned().collect();
        for other in &others {
            touch_all(lowering, &join(&at, other), rule, Outcome::Relaxed);
        }
        let Some(Value::Object(content)) = lowering.spec.document.pointer_mut(&at) else {
            continue;
        };
        let media = used.and_then(|used| content.remove(&used));
        *content = match (media, others.first()) {
            (Some(json), _) => Map::from_iter([(JSON.to_owned(), json)]),
            (None, Some(other)) => Map::from_iter([(other.clone(), json!({}))]),
            (None, None) => Map::new(),
        };
    }
    Ok(())
}
