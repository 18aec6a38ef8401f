//! Prints received requests as lines of JSON.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::sync::Arc;
use std::time::Duration;

use cloudfn::mock::Received;
use cloudfn::registry::{Api, Operation, APIS};
use percent_encoding::percent_decode_str;
use serde_json::{json, Value};

use crate::inputs::{is_secret_inside, made_of, schema, Made};
use crate::output;

/// Maximum bytes of requests that wait to be printed.
const MAX_WAITING: usize = 16 * 1024 * 1024;
/// How long a stopping server waits for requests to be printed.
const LAST_WAIT: Duration = Duration::from_secs(1);

/// Prints requests on its own thread, so that the server responds even if nobody reads stdout.
#[derive(Clone)]
pub struct Printer {
    queue: Sender<Job>,
    counts: Arc<Counts>,
}

enum Job {
    Print(Box<Received>),
    End(Sender<()>),
}

#[derive(Default)]
struct Counts {
    /// Bytes of the requests in the queue.
    waiting: AtomicUsize,
    /// Requests that were not printed (yet).
    unprinted: AtomicUsize,
}

impl Printer {
    pub fn start() -> Self {
        let (queue, jobs) = std::sync::mpsc::channel();
        let counts = Arc::<Counts>::default();
        let printer = Self { queue, counts: Arc::clone(&counts) };
        std::thread::spawn(move || {
            for job in jobs {
                match job {
                    Job::Print(request) => {
                        if output::write(format!("{}\n", described(&request)).as_bytes()).is_ok() {
                            counts.unprinted.fetch_sub(1, Ordering::Relaxed);
                        }
                        counts.waiting.fetch_sub(size(&request), Ordering::Relaxed);
                    }
                    Job::End(ended) => drop(ended),
                }
            }
        });
        printer
    }

    /// Queues `request`, unless too many are waiting.
    pub fn add(&self, request: &Received) {
        self.counts.unprinted.fetch_add(1, Ordering::Relaxed);
        if self.counts.waiting.load(Ordering::Relaxed) < MAX_WAITING {
            self.counts.waiting.fetch_add(size(request), Ordering::Relaxed);
            let _ = self.queue.send(Job::Print(Box::new(request.clone())));
        }
    }

    /// Waits briefly for the queue, and reports how many requests were not printed.
    pub fn end(&self) {
        let (ending, ended) = std::sync::mpsc::channel();
        let _ = self.queue.send(Job::End(ending));
        let _ = ended.recv_timeout(LAST_WAIT);
        match self.counts.unprinted.load(Ordering::Relaxed) {
            0 => {}
            count => output::say(&format!(
                "requests not printed, because stdout was not read or cannot be written: {count}"
            )),
        }
    }
}

/// The approximate size of a request in bytes.
fn size(request: &Received) -> usize {
    const HEAD: usize = 1024;
    HEAD + request.body.len()
}

/// A request without secrets: only the names of headers, and no body unless it belongs to a
/// documented operation, since others may contain a password or a key.
fn described(request: &Received) -> Value {
    let operation = request
        .operation
        .and_then(|id| APIS.iter().find_map(|api| Some((*api, api.operation(id)?))));
    let names: Vec<&str> = request.headers.keys().map(|name| name.as_str()).collect();
    json!({
        "operation": request.operation,
        "method": request.method.as_str(),
        "path": decoded(request.uri.path()),
        "query": query(operation, request.uri.query().unwrap_or_default()),
        "headers": names,
        "body": operation.map(|(api, operation)| body(api, operation, &request.body)),
    })
}

/// Replaces a secret.
const HIDDEN: &str = "[secret]";

/// Names and values, in the order received.
fn query(operation: Option<(&Api, &Operation)>, text: &str) -> Vec<[String; 2]> {
    let parameters = operation.map_or(&[][..], |(_, operation)| operation.parameters);
    let is_secret = |name: &str| parameters.iter().any(|p| p.secret && p.name == name);
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let pairs = pairs.map(|(name, value)| [name, value].map(|t| decoded(&t.replace('+', " "))));
    pairs
        .map(|[name, value]| match is_secret(&name) {
            true => [name, HIDDEN.to_owned()],
            false => [name, value],
        })
        .collect()
}

/// JSON as it is, anything else as text, and an empty body as null.
fn body(api: &Api, operation: &Operation, bytes: &[u8]) -> Value {
    let rust_type = operation.request.map_or("", |model| model.rust_type);
    match serde_json::from_slice(bytes) {
        _ if bytes.is_empty() => Value::Null,
        Ok(mut body) => {
            hide(api, rust_type, &mut body);
            body
        }
        Err(_) if is_secret_inside(api, rust_type) => HIDDEN.into(),
        Err(_) => String::from_utf8_lossy(bytes).into(),
    }
}

/// Hides the secrets in a value of a type.
fn hide(api: &Api, rust_type: &str, value: &mut Value) {
    match (made_of(rust_type), value) {
        (Made::Items(inner), Value::Array(items)) => {
            items.iter_mut().for_each(|item| hide(api, inner, item));
        }
        (Made::Values(inner), Value::Object(values)) => {
            values.values_mut().for_each(|value| hide(api, inner, value));
        }
        (Made::Itself(rust_type), Value::Object(object)) => {
            for member in schema(api, rust_type).map_or(&[][..], |schema| schema.members) {
                match object.get_mut(member.name) {
                    Some(value) if member.secret => *value = HIDDEN.into(),
                    Some(value) => hide(api, member.rust_type, value),
                    None => {}
                }
            }
        }
        // A value of another type may contain a secret anywhere.
        (_, value @ (Value::Array(_) | Value::Object(_))) if is_secret_inside(api, rust_type) => {
            *value = HIDDEN.into();
        }
        _ => {}
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::{body, query};
    use crate::made_up::API;

    #[test]
    fn secrets_of_an_operation_are_not_printed() {
        let operation = &API.operations[0];
        for (received, printed) in [
            (r#"{"db_password":"p","timeout":"3"}"#, r#"{"db_password":"[secret]","timeout":"3"}"#),
            (
                r#"{"login":{"password":"p","user":"u"}}"#,
                r#"{"login":{"password":"[secret]","user":"u"}}"#,
            ),
            (r#"{"login":[{"password":"p"}]}"#, r#"{"login":"[secret]"}"#),
            (r#"{"mounts":[{"kind":"k"}]}"#, r#"{"mounts":[{"kind":"k"}]}"#),
            ("[\"p\"]", r#""[secret]""#),
            ("db_password=p", r#""[secret]""#),
            ("", "null"),
        ] {
            assert_eq!(body(&API, operation, received.as_bytes()).to_string(), printed);
        }
        let printed = query(Some((&API, operation)), "limit=1&api%5Fkey=k+e");
        assert_eq!(printed, [["limit", "1"], ["api_key", "[secret]"]]);
    }
}
