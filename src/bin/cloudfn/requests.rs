//! Received requests, each as a line of JSON.

use cloudfn::mock::Received;
use percent_encoding::percent_decode_str;
use serde_json::{json, Value};

use crate::output;

/// Prints `request` to stdout.
pub fn print(request: &Received) {
    // A reader that is gone does not stop the server.
    let _ = output::print(&format!("{}\n", described(request)));
}

/// A request without secrets: of headers only the names, and no body of what is no documented
/// operation, since a password or a key may stand there.
fn described(request: &Received) -> Value {
    let names: Vec<&str> = request.headers.keys().map(|name| name.as_str()).collect();
    json!({
        "operation": request.operation,
        "method": request.method.as_str(),
        "path": decoded(request.uri.path()),
        "query": query(request.uri.query().unwrap_or_default()),
        "headers": names,
        "body": request.operation.map(|_| body(&request.body)),
    })
}

/// Names and values, in their order.
fn query(text: &str) -> Vec<[String; 2]> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| [name, value].map(|t| decoded(&t.replace('+', " ")))).collect()
}

/// JSON as it is, anything else as text, and nothing as null.
fn body(bytes: &[u8]) -> Value {
    match bytes {
        [] => Value::Null,
        bytes => {
            serde_json::from_slice(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into())
        }
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
