//! Reads what a service says of a failure, in whichever of the vendors' shapes it says it.

use serde_json::{Map, Value};

/// What a service says of a failure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The status in the body, where the vendor puts one.
    pub(crate) status: Option<u16>,
    /// The vendor's code.
    pub(crate) code: Option<String>,
    /// The vendor's message.
    pub(crate) message: Option<String>,
    /// The ID of the request.
    pub(crate) request_id: Option<String>,
}

/// Members with the vendor's code: FunctionGraph and its gateway, IAM, Authing.
const CODES: [&str; 4] = ["error_code", "errorCode", "code", "apiCode"];
/// Members with the vendor's message.
const MESSAGES: [&str; 4] = ["error_msg", "errorMsg", "message", "title"];
/// Members with the ID of the request.
const REQUEST_IDS: [&str; 2] = ["request_id", "requestId"];
/// The member with Authing's status.
const STATUS: &str = "statusCode";

impl Failure {
    /// Reads a body; `None` when it is in no documented shape.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let Value::Object(body) = serde_json::from_slice(body).ok()? else {
            return None;
        };
        let mut failure = Self::of(&body);
        // IAM puts all of it into a member `error`.
        if let Some(Value::Object(inner)) = body.get("error") {
            let inner = Self::of(inner);
            failure.code = inner.code.or(failure.code);
            failure.message = inner.message.or(failure.message);
            failure.request_id = failure.request_id.or(inner.request_id);
        }
        let is_known =
            failure.code.is_some() || failure.message.is_some() || failure.status.is_some();
        is_known.then_some(failure)
    }

    fn of(object: &Map<String, Value>) -> Self {
        Self {
            status: object.get(STATUS).and_then(status),
            code: first(object, &CODES),
            message: first(object, &MESSAGES),
            request_id: first(object, &REQUEST_IDS),
        }
    }
}

/// A status, which may stand there as a number or as a text.
pub(crate) fn status(value: &Value) -> Option<u16> {
    match value {
        Value::Number(number) => {
            let status = number.as_f64().filter(|status| status.fract() == 0.0)?;
            (0.0..=f64::from(u16::MAX)).contains(&status).then_some(status as u16)
        }
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// The first of `names` that says something.
fn first(object: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match object.get(*name)? {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    })
}
