//! Received requests, each as a line of JSON.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::sync::Arc;
use std::time::Duration;

use cloudfn::mock::Received;
use percent_encoding::percent_decode_str;
use serde_json::{json, Value};

use crate::output;

/// Most bytes of bodies that wait to be printed.
const MOST_WAITING: usize = 16 * 1024 * 1024;
/// How long a server that ends waits for what is still to be printed.
const LAST_WAIT: Duration = Duration::from_secs(1);

/// Prints requests from a thread of its own, so that a server answers though nobody reads.
#[derive(Clone)]
pub struct Printer {
    queue: Sender<Job>,
    counts: Arc<Counts>,
}

enum Job {
    Print(Received),
    End(Sender<()>),
}

#[derive(Default)]
struct Counts {
    /// Bytes of the requests in the queue.
    waiting: AtomicUsize,
    /// Requests that were not printed, or not yet.
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

    /// Has `request` printed, unless too many wait already.
    pub fn add(&self, request: &Received) {
        self.counts.unprinted.fetch_add(1, Ordering::Relaxed);
        if self.counts.waiting.load(Ordering::Relaxed) < MOST_WAITING {
            self.counts.waiting.fetch_add(size(request), Ordering::Relaxed);
            let _ = self.queue.send(Job::Print(request.clone()));
        }
    }

    /// Waits a little for what is still to be printed, and says how many were not.
    pub fn end(&self) {
        let (ending, ended) = std::sync::mpsc::channel();
        let _ = self.queue.send(Job::End(ending));
        let _ = ended.recv_timeout(LAST_WAIT);
        match self.counts.unprinted.load(Ordering::Relaxed) {
            0 => {}
            count => output::say(&format!(
                "requests that were not printed, since stdout was not read or cannot be written: {count}"
            )),
        }
    }
}

/// About the bytes that a request takes.
fn size(request: &Received) -> usize {
    const HEAD: usize = 1024;
    HEAD + request.body.len()
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
